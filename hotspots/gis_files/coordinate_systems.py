"""Which coordinate system a file is in: by what it says, or by its numbers."""

import math
import re
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from hotspot.core.errors import DomainError
from hotspots.gis_files.contents import CoordinateSystem, refusal, shown_name

EASTERNMOST, NORTHERNMOST = 700_000, 1_250_000
"""Metres: how far OSTN15 goes on the National Grid."""
# ETRS89, in two and three dimensions, is what GPS gives in Great Britain, and within a metre of WGS 84.
_DEGREES = {4326, 4979, 4258, 4937}
# The second is the National Grid with heights above Newlyn.
_NATIONAL_GRID = {27700, 7405}
_LONGEST_WKT = 20_000
_NAME = re.compile(r'\[\s*"([^"]{0,200})"')
_PARAMETER = re.compile(r'PARAMETER\s*\[\s*"([^"]{0,100})"\s*,\s*([-+.\deE]{1,30})', re.IGNORECASE)
_ELLIPSOID = re.compile(r'(?:SPHEROID|ELLIPSOID)\s*\[\s*"[^"]{0,100}"\s*,\s*([.\d]{1,30})', re.IGNORECASE)
_PROJECTED = re.compile(r"PROJC(?:S|RS)\s*\[", re.IGNORECASE)
_GEOGRAPHIC = re.compile(r"(?:GEOGC(?:S|RS)|GEODCRS)\s*\[", re.IGNORECASE)
_DATUM = re.compile(r'(?:DATUM|ENSEMBLE)\s*\[\s*"([^"]{0,100})"', re.IGNORECASE)
_GLOBAL_DATUM = re.compile(
    r"(?:D_)?(?:WGS|World.Geodetic.System|ETRS|European.Terrestrial).{0,40}(?:84|89)", re.IGNORECASE
)
_AIRY_METRES = 6_377_563.396
_GRID_PARAMETERS = {
    "easting": 400_000.0,
    "northing": -100_000.0,
    "latitude": 49.0,
    "longitude": -2.0,
    "meridian": -2.0,
    "scale factor": 0.9996012717,
}
_URN = re.compile(r"(?:EPSG|crs:OGC)(?:::|:|/)(?:[\d.]{0,8}(?::|/))?(CRS84h?|\d{1,9})", re.IGNORECASE)


def from_epsg(code: int, name: str = "") -> CoordinateSystem:
    """The system of an EPSG code. Raises DomainError `file_unknown_system`, which names it."""
    if code in _DEGREES:
        return CoordinateSystem.WGS_84
    if code in _NATIONAL_GRID:
        return CoordinateSystem.NATIONAL_GRID
    raise _unknown(f"{name} (EPSG:{code})" if name else f"EPSG:{code}")


def from_urn(name: str) -> CoordinateSystem:
    """The system that GeoJSON names, like `urn:ogc:def:crs:EPSG::27700`. Raises what `from_epsg` raises."""
    found = _URN.search(name[:200])
    if found is None:
        raise _unknown(name)
    code = found[1]
    return from_epsg(int(code)) if code.isdecimal() else CoordinateSystem.WGS_84


def from_wkt(text: str) -> CoordinateSystem:
    """The system that a .prj file or a GeoPackage describes in well-known text, of either version and ESRI's.

    The National Grid has many names, so it is known by its projection and its ellipsoid. Raises what `from_epsg`
    raises.
    """
    text = text[:_LONGEST_WKT]
    if projected := _PROJECTED.search(text):
        described = text[projected.start() :]
        if _is_national_grid(described):
            return CoordinateSystem.NATIONAL_GRID
    else:
        geographic = _GEOGRAPHIC.search(text)
        described = text[geographic.start() :] if geographic else text
        datum = _DATUM.search(described)
        if geographic and datum and _GLOBAL_DATUM.match(datum[1]):
            return CoordinateSystem.WGS_84
    name = _NAME.search(described)
    raise _unknown(name[1] if name else described)


def _is_national_grid(described: str) -> bool:
    ellipsoid = _ELLIPSOID.search(described)
    if ellipsoid is None or not math.isclose(_number(ellipsoid[1]), _AIRY_METRES, abs_tol=0.01):
        return False
    met = set()
    for name, value in _PARAMETER.findall(described):
        word = next((word for word in _GRID_PARAMETERS if word in name.lower().replace("_", " ")), None)
        if word is None:
            continue
        if not math.isclose(_number(value), _GRID_PARAMETERS[word], rel_tol=1e-8):
            return False
        met.add("longitude" if word == "meridian" else word)
    return len(met) == len(_GRID_PARAMETERS) - 1


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def from_numbers(pairs: NDArray[np.float64]) -> CoordinateSystem:
    """The system of coordinates whose file does not say: the National Grid where they can be nothing else."""
    only_grid = len(pairs) > 0 and bool(np.all(on_grid(pairs[:, 0], pairs[:, 1])))
    return CoordinateSystem.NATIONAL_GRID if only_grid else CoordinateSystem.WGS_84


@overload
def on_grid(x: float, y: float) -> bool: ...
@overload
def on_grid(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]: ...
def on_grid(x: Any, y: Any) -> Any:
    """Whether numbers are eastings and northings for which OSTN15 has shifts, and not degrees."""
    return (x >= 0) & (x <= EASTERNMOST) & (y >= 0) & (y <= NORTHERNMOST) & ((x > 180) | (y > 90))


def _unknown(name: str) -> DomainError:
    return refusal(
        "unknown_system",
        f"The file is in a coordinate system that is not read here: {shown_name(name) or 'one without a name'}. "
        "Export it in longitude and latitude (WGS 84) or in British National Grid (EPSG:27700).",
    )
