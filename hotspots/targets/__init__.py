"""Monthly targets of areas."""
