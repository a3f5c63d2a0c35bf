"""The figures: what they count, how they are asked for, suppressed, shown and downloaded."""
