"""Randomised trials of patrols: designed, sealed, drawn by chance, and shown to crews night by night."""
