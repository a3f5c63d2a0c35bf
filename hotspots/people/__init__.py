"""People, their roles and districts."""
