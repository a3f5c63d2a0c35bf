"""E-mail that people ask for: the figures of a saved view once a week, and alerts when an area crosses a line."""
