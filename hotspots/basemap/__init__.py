"""The map that the force supplies, on which areas are drawn: one PMTiles file."""
