"""Shapefiles: several files of one name in a ZIP archive."""

import re
import struct
import warnings
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from itertools import islice
from typing import Any

import numpy as np
from shapefile import DbfReader, Shape, ShapefileException, ShpReader, ShxReader

from hotspots.gis_files import coordinate_systems
from hotspots.gis_files.archives import Archive
from hotspots.gis_files.contents import (
    MOST_POINTS,
    CoordinateSystem,
    Layer,
    damaged,
    only_polygon_layer,
    refusal,
)
from hotspots.gis_files.rings import as_polygons

_POLYGONS = {5, 15, 25}
"""Shape types: Polygon, PolygonZ, PolygonM."""
_DAMAGED = (
    ShapefileException,
    struct.error,
    ValueError,
    KeyError,
    IndexError,
    AssertionError,
    OverflowError,
    TypeError,
)
_WINDOWS, _LATIN = re.compile(r"125[0-8]"), re.compile(r"8859\W?1(?!\d)|latin.?1", re.IGNORECASE)


def read_shapefile(archive: Archive, most_features: int) -> Layer:
    """The features of the only Shapefile of polygons in an archive. Raises DomainError `file_…`.

    Needs the .shp and the .dbf file; without .shx shapes are taken in their order, and without .prj the numbers say
    which coordinate system they are in.
    """
    shp = _only_shp(archive)
    stem = shp.removesuffix(".shp")
    if f"{stem}.dbf" not in archive:
        raise refusal(
            "no_dbf",
            f"The archive has no {archive.name(shp)}.dbf. A Shapefile is several files of one name: "
            "put its .shp, .shx, .dbf and .prj file into one ZIP archive.",
        )
    parts = {
        suffix: archive.read(path)
        for suffix in (".shp", ".dbf", ".shx", ".cpg", ".prj")
        if (path := stem + suffix) in archive
    }
    with warnings.catch_warnings():
        # What pyshp warns of is either harmless or makes it fail.
        warnings.simplefilter("ignore")
        try:
            features = _features(parts, most_features)
        except _DAMAGED as error:
            raise damaged() from error
    system = _system(parts.get(".prj"))
    return Layer("Shapefile", features, system, archive.name(shp))


def _only_shp(archive: Archive) -> str:
    """The path of the only .shp file whose header says polygons."""
    paths = archive.ending(".shp")
    types = {path: archive.read(path, 100) for path in paths}
    polygons = [path for path in paths if len(types[path]) == 100 and types[path][32] in _POLYGONS]
    if not polygons and any(len(head) < 100 for head in types.values()):
        raise damaged()
    others = [archive.name(path) for path in paths if path not in polygons]
    return only_polygon_layer({path: archive.name(path) for path in polygons}, others)


def _features(parts: dict[str, bytes], most_features: int) -> list[dict[str, Any]]:
    records = _records(parts[".dbf"], parts.get(".cpg"), most_features)
    shapes = _shapes(parts, len(records))
    return [
        {"type": "Feature", "properties": record, "geometry": _geometry(shape)}
        for record, shape in zip(records, shapes, strict=True)
        if record is not None
    ]


def _records(dbf: bytes, cpg: bytes | None, most: int) -> list[dict[str, Any] | None]:
    """The rows of the table, None for one that is marked as deleted."""
    failure: Exception = ValueError()
    for encoding in _encodings(cpg):
        try:
            reader = DbfReader(BytesIO(dbf), encoding=encoding)
            if len(reader) > most:
                raise refusal("too_many", f"The file must have at most {most:,} features.")
            rows = reader.iterRecords(deleted_as_None=True)
            return [None if row is None else _properties(row.as_dict()) for row in rows]
        except (ShapefileException, UnicodeDecodeError) as error:
            failure = error
    raise failure


def _encodings(cpg: bytes | None) -> Iterator[str]:
    """What the letters of the table may be encoded in: what the .cpg file says, UTF-8, and that of Windows."""
    said = (cpg or b"")[:100].decode("ascii", "replace")
    if windows := _WINDOWS.search(said):
        yield f"cp{windows[0]}"
    elif _LATIN.search(said):
        yield "latin-1"
    yield from ("utf-8", "cp1252", "latin-1")


def _properties(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in record.items()}


def _shapes(parts: dict[str, bytes], count: int) -> Iterator[Shape]:
    """The shapes of so many rows, counted as they come: the index may give the same shape again and again."""
    reader = ShpReader(BytesIO(parts[".shp"]))
    points = 0
    for number, (offset, length) in enumerate(_places(reader, parts.get(".shx"), count)):
        if offset < 0 or length < 0:
            raise damaged()
        shape = reader.shape(number, offset, length)
        points += len(shape.points)
        if points > MOST_POINTS:
            raise refusal("too_detailed", f"The file must have at most {MOST_POINTS:,} points. Simplify it.")
        yield shape


def _places(reader: ShpReader, shx: bytes | None, count: int) -> list[tuple[int, int]]:
    """Where so many shapes are in the file, and how long they are: by its index, otherwise one after the other."""
    if shx is not None:
        index = ShxReader(BytesIO(shx))
        places = list(zip(index.offsets, index.shape_lengths_B, strict=True))
    else:
        headers = islice(reader.headers_gen(), count + 1)
        places = [(offset, length) for offset, length, _ in headers]
    if len(places) != count:
        raise damaged()
    return places


def _geometry(shape: Shape) -> dict[str, Any] | None:
    if shape.shapeType not in _POLYGONS:
        return None
    if len(shape.parts) > len(shape.points):
        raise damaged()
    points = np.array(shape.points, dtype=np.float64).reshape(-1, 2)
    rings = np.split(points, shape.parts[1:])
    return {"type": "MultiPolygon", "coordinates": as_polygons(rings if len(points) else [])}


def _system(prj: bytes | None) -> CoordinateSystem | None:
    text = (prj or b"").decode("utf-8-sig", "replace").strip()
    return coordinate_systems.from_wkt(text) if text else None
