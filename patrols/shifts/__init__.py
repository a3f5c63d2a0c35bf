"""Patrol shifts: their rules, their crew and visits, and requests to correct them."""
