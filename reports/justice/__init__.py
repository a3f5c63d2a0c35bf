"""What became of the arrests of a period, as far as it is known by a day."""
