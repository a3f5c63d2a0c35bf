"""Initiatives: what a programme pays for besides patrols, where it is, what it cost, and the list that is published."""
