"""Tonight: which areas still need a patrol, why, and what the night’s crews are told."""
