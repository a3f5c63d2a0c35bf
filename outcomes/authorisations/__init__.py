"""Directions and searches outside every authorisation: found, asked about and answered."""
