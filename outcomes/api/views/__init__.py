"""Shifts, their outcomes and visits, and the vocabularies, for other systems."""
