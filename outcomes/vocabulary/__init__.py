"""The words of law and data standards."""
