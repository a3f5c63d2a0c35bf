"""Rows of text as shifts and outcomes."""
