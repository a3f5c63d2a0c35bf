"""Claims in words, read by rules and answered from figures and studies: no language model, the same answer always."""
