"""Programmes and their funding streams."""
