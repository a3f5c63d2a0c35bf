"""Months of which their supervisors say that there is nothing more to log."""
