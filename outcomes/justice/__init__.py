"""What became of arrests: entered step by step, by custody reference and never by name."""
