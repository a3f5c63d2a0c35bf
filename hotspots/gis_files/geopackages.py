"""GeoPackages: SQLite databases, read in memory with nothing allowed but reading."""

import sqlite3
import struct
from contextlib import closing
from typing import Any

from hotspots.gis_files import coordinate_systems
from hotspots.gis_files.contents import CoordinateSystem, Layer, damaged, only_polygon_layer, refusal
from hotspots.gis_files.geopackage_geometries import read_geometry

_POLYGONS = {"POLYGON", "MULTIPOLYGON", "CURVEPOLYGON", "MULTISURFACE", "SURFACE", "GEOMETRY", "GEOMETRYCOLLECTION"}
"""Types of layers in which there can be polygons."""
_LAYERS = """
    SELECT g.table_name, g.column_name, g.geometry_type_name, s.organization, s.organization_coordsys_id,
           s.srs_name, s.definition
    FROM gpkg_contents AS c
    JOIN gpkg_geometry_columns AS g ON g.table_name = c.table_name
    LEFT JOIN gpkg_spatial_ref_sys AS s ON s.srs_id = g.srs_id
    WHERE c.data_type = 'features'
    ORDER BY g.table_name
"""
_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
_MOST_STEPS = 20_000
"""Thousands of SQLite's instructions, after which a view that never ends does."""
_LONGEST_VALUE = 20_000_000
_FORMAT_VERSIONS = slice(18, 20)
"""Bytes of the header: 2 for a database with a write-ahead log beside it, which nobody uploads."""


def read_geopackage(content: bytes, most_features: int) -> Layer:
    """The features of the only layer of polygons. Raises DomainError `file_…`."""
    try:
        with closing(sqlite3.connect(":memory:")) as database:
            _load(database, content)
            layers = {row[0]: row for row in database.execute(_LAYERS) if isinstance(row[0], str)}
            polygons = {name: name for name, row in layers.items() if str(row[2]).upper() in _POLYGONS}
            name = only_polygon_layer(polygons, [name for name in layers if name not in polygons])
            system = _system(*layers[name][3:])
            features = _features(database, name, str(layers[name][1]), most_features)
    except (sqlite3.Error, struct.error, ValueError, OverflowError, MemoryError) as error:
        raise damaged() from error
    return Layer("GeoPackage", features, system, name)


def _load(database: sqlite3.Connection, content: bytes) -> None:
    """Make a database what a file holds, trusting nothing in it (sqlite.org/security.html)."""
    raw = bytearray(content)
    raw[_FORMAT_VERSIONS] = b"\1\1"
    database.deserialize(bytes(raw))
    for setting in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
        database.execute(f"PRAGMA {setting}")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    database.text_factory = lambda text: text.decode("utf-8", "replace")
    database.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY)
    steps = iter(range(_MOST_STEPS))
    database.set_progress_handler(lambda: next(steps, None) is None, 1_000)


def _features(database: sqlite3.Connection, layer: str, geometry: str, most: int) -> list[dict[str, Any]]:
    quoted = layer.replace('"', '""')
    rows = database.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 - a name cannot be a parameter
    columns = [column[0] for column in rows.description]
    found = rows.fetchmany(most + 1)
    if len(found) > most:
        raise refusal("too_many", f"The file must have at most {most:,} features.")
    place = [column.lower() for column in columns].index(geometry.lower())
    return [
        {
            "type": "Feature",
            "properties": {
                column: value for column, value in zip(columns, row, strict=True) if not isinstance(value, bytes)
            },
            "geometry": None if row[place] is None else read_geometry(row[place]),
        }
        for row in found
    ]


def _system(organization: Any, code: Any, name: Any, definition: Any) -> CoordinateSystem | None:
    """The system of a layer. None where the file says that it is undefined, or does not describe it."""
    if str(organization).upper() == "EPSG" and isinstance(code, int):
        return coordinate_systems.from_epsg(code, str(name or ""))
    if organization is None or str(organization).upper() == "NONE" or not isinstance(definition, str):
        return None
    return coordinate_systems.from_wkt(definition)
