"""Shifts as they are read: lists, one shift, its history, and its JSON."""
