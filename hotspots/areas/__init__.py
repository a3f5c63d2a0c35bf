"""Hotspot areas and the districts that they are in."""
