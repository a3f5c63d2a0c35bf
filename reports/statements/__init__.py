"""Statements: figures that are published and stay as they are."""
