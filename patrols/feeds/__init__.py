"""Feeds: one's own planned shifts in the calendar of one's phone, at an address with a token."""
