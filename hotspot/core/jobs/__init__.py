"""Background jobs and the files that they make."""
