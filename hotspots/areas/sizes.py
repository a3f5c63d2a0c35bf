"""Sizes of areas in words."""

from hotspots.areas.boundaries import Boundary


def hectares(size: float) -> str:
    """43 hectares, 1.2 hectares."""
    return "1 hectare" if size == 1 else f"{size:,.0f} hectares" if size >= 10 else f"{size:.2g} hectares"


def distance(metres: float) -> str:
    """350 m, 1.2 km."""
    return f"{metres / 1000:,.1f} km" if metres >= 1000 else f"{metres:.0f} m"


def size_in_words(boundary: Boundary) -> str:
    """43 hectares, 1.2 km by 900 m, in 2 parts."""
    parts = f", in {boundary.parts} parts" if boundary.parts > 1 else ""
    sides = (
        f"{distance(boundary.width_metres)} from west to east, {distance(boundary.height_metres)} from south to north"
    )
    return f"{hectares(boundary.hectares)}, {sides}{parts}"
