"""The forms of the management pages: they parse and label; `operations` decide."""
