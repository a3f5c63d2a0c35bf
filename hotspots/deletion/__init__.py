"""Deleting what was set up by mistake."""
