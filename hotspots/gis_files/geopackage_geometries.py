"""Geometries as GeoPackages hold them: a header, then well-known binary (OGC 12-128, clause 2.1.3).

Only polygons are read, and no deeper than they go: shapely's reader follows whatever is nested in whatever, and a
megabyte of that ends the process.
"""

import struct
from typing import Any

import numpy as np

from hotspots.gis_files.contents import refusal

_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_POLYGON, _MULTIPOLYGON = 3, 6
_OTHERS = {1: "Point", 2: "LineString", 4: "MultiPoint", 5: "MultiLineString", 7: "GeometryCollection"}
_HAS_Z, _HAS_M, _HAS_SRID = 0x80000000, 0x40000000, 0x20000000
"""Flags in the type, as PostGIS writes them instead of adding thousands."""


def read_geometry(blob: Any) -> dict[str, Any]:
    """The GeoJSON geometry, without heights; of what is no polygon, only the type.

    Raises ValueError or struct.error where it ends too soon, and DomainError `file_curves`.
    """
    if not isinstance(blob, bytes) or blob[:2] != b"GP":
        message = "This is no geometry of a GeoPackage."
        raise ValueError(message)
    reader = _WellKnownBinary(blob, 8 + _ENVELOPES[blob[3] >> 1 & 7]) if blob[3] >> 1 & 7 in _ENVELOPES else None
    if reader is None or blob[3] & 0x20:
        message = "This is a geometry of an extension."
        raise ValueError(message)
    kind, order, numbers = reader.head()
    if kind == _POLYGON:
        return {"type": "Polygon", "coordinates": reader.rings(order, numbers)}
    if kind == _MULTIPOLYGON:
        return {"type": "MultiPolygon", "coordinates": [reader.part() for _ in range(reader.count(order))]}
    if kind not in _OTHERS:
        raise refusal(
            "curves",
            "The file has curves or surfaces. Convert them to polygons with straight sides, and export it again.",
        )
    return {"type": _OTHERS[kind]}


class _WellKnownBinary:
    """A place in a well-known binary."""

    def __init__(self, data: bytes, place: int) -> None:
        self._data, self._place = data, place

    def head(self) -> tuple[int, str, int]:
        """Type, byte order for `struct`, and how many numbers make a position."""
        order = "<" if self._data[self._place : self._place + 1] == b"\1" else ">"
        self._place += 1
        kind = self.count(order)
        has_z, has_m = bool(kind & _HAS_Z), bool(kind & _HAS_M)
        if kind & _HAS_SRID:
            self._place += 4
        thousands, kind = divmod(kind & 0x1FFFFFFF, 1_000)
        return kind, order, 2 + (has_z or thousands in (1, 3)) + (has_m or thousands in (2, 3))

    def count(self, order: str) -> int:
        """The next four bytes as a number."""
        (number,) = struct.unpack_from(f"{order}I", self._data, self._place)
        self._place += 4
        return int(number)

    def part(self) -> list[list[list[float]]]:
        """The rings of the next polygon of several."""
        kind, order, numbers = self.head()
        if kind != _POLYGON:
            message = "A MultiPolygon is made of polygons."
            raise ValueError(message)
        return self.rings(order, numbers)

    def rings(self, order: str, numbers: int) -> list[list[list[float]]]:
        """The rings of a polygon whose head has been read, as lists of x and y."""
        return [self._ring(order, numbers) for _ in range(self.count(order))]

    def _ring(self, order: str, numbers: int) -> list[list[float]]:
        length = self.count(order) * numbers
        values = np.frombuffer(self._data, f"{order}f8", length, self._place) if length else np.empty(0)
        self._place += 8 * length
        ring: list[list[float]] = values.reshape(-1, numbers)[:, :2].tolist()
        return ring
