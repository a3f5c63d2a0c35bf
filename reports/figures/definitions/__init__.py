"""Versions of what the figures mean: frozen data, one module for each version. `registry` looks them up."""
