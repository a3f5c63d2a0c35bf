"""The forms of the pages: they parse and label."""
