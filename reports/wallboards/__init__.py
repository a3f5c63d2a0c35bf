"""Wallboards: figures for a screen in a room, at an address with a token, without signing in."""
