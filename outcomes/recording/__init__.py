"""Shifts logged, planned, completed and corrected, with their outcomes."""
