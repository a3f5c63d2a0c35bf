"""Questions that people come back to: their own, and those that others share."""
