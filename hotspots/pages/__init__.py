"""What the management pages share."""
