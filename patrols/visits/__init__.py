"""Presence in areas: visits that crews recorded, visits that position files show, and the spans of shifts."""
