"""Outlines of LSOAs and lines of streets, by which analyses can divide land: loaded by the force, in versions."""
