"""Connected systems."""
