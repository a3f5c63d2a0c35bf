"""Versions of what the figures mean: frozen data, one module for each version. `registry` looks them up.

They lie under all apps, because each of them asks what counts.
"""
