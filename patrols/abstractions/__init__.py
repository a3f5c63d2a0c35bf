"""Planned time that was taken away from patrols for another duty."""
