"""The first page of who logs shifts: what needs doing, the month's hours, and recent nights."""
