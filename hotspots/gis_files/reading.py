"""The one reader of files of shapes: known by their content, whatever they are called."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hotspots.gis_files import coordinate_systems, national_grid
from hotspots.gis_files.archives import Archive
from hotspots.gis_files.contents import (
    FORMATS,
    MOST_POINTS,
    CoordinateSystem,
    Layer,
    named,
    refusal,
    shown_name,
)
from hotspots.gis_files.geojson import read_geojson
from hotspots.gis_files.geopackages import read_geopackage
from hotspots.gis_files.kml import read_kml
from hotspots.gis_files.shapefiles import read_shapefile

_SQLITE, _ZIP, _SHP = b"SQLite format 3\0", (b"PK\x03\x04", b"PK\x05\x06"), b"\0\0\x27\x0a"
_BLANK = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
"""What may come before the first sign of a text: marks of byte order, and the zeros of UTF-16."""
_DEEPEST = 4
"""How many lists a position of a MultiPolygon is in."""


@dataclass(frozen=True)
class GisFile:
    """The features of a file as GeoJSON in longitude and latitude, as yet unchecked, and how they were read.

    `is_collection` is false for GeoJSON that is one feature or geometry.
    """

    features: list[Any]
    description: str
    is_collection: bool


def read_gis_file(content: bytes, *, most_bytes: int, most_features: int, most_points: int = MOST_POINTS) -> GisFile:
    """What a file of shapes holds, in whichever of the formats and of the two coordinate systems.

    A Shapefile never has more than `MOST_POINTS`.

    Raises DomainError `file_…` on the field `file`, in words that say what to do. Whether a feature has the right kind
    of geometry, and a valid one, is for the caller to check.
    """
    if len(content) > most_bytes:
        raise refusal("too_large", f"The selected file must be smaller than {most_bytes / 1_000_000:g} MB.")
    layer = _layer(content, most_features)
    if len(layer.features) > most_features:
        raise refusal("too_many", f"The file must have at most {most_features:,} features.")
    system = _move_to_degrees(layer, most_points)
    name = f", layer {shown_name(layer.name)}" if layer.name else ""
    return GisFile(layer.features, f"{layer.format} in {system}{name}", layer.is_collection)


def _layer(content: bytes, most_features: int) -> Layer:
    start = content[:1_000].lstrip(_BLANK)[:1]
    if content.startswith(_ZIP):
        return _in_archive(content, most_features)
    if content.startswith(_SQLITE):
        return read_geopackage(content, most_features)
    if content.startswith(_SHP):
        raise refusal(
            "unzipped_shapefile",
            "A Shapefile is several files of one name. Put its .shp, .shx, .dbf and .prj file into one ZIP archive.",
        )
    if start == b"<":
        return read_kml(content)
    if start in (b"{", b"["):
        return read_geojson(content)
    raise refusal("unknown_format", f"The file must be {FORMATS}. Export it from your mapping software as one of them.")


def _in_archive(content: bytes, most_features: int) -> Layer:
    archive = Archive(content)
    if archive.ending(".shp"):
        return read_shapefile(archive, most_features)
    documents = archive.ending(".kml")
    if not documents:
        raise refusal("nothing_inside", "The archive must hold a Shapefile (.shp, .shx, .dbf and .prj) or a KML file.")
    # A KMZ file can have a first document that only refers to the others.
    layers = [(archive.name(path), read_kml(archive.read(path))) for path in documents]
    filled = [(name, layer) for name, layer in layers if layer.features] or layers[:1]
    if len(filled) > 1:
        names = named([name for name, _ in filled])
        raise refusal("several_layers", f"The archive holds several KML files: {names}. Upload one of them.")
    return filled[0][1]


def _move_to_degrees(layer: Layer, most_points: int) -> CoordinateSystem:
    """Bring the coordinates of all features to longitude and latitude; gives the system in which they were."""
    positions = [each for feature in layer.features for each in _positions(_coordinates(feature), _DEEPEST)]
    if len(positions) > most_points:
        raise refusal("too_detailed", f"The file must have at most {most_points:,} points. Simplify it.")
    pairs = _pairs(positions)
    if pairs is None:
        # Whoever uses a feature says what is wrong with its numbers.
        return CoordinateSystem.WGS_84
    system = layer.system or coordinate_systems.from_numbers(pairs)
    if system is CoordinateSystem.NATIONAL_GRID:
        for position, degrees in zip(positions, national_grid.to_degrees(pairs).tolist(), strict=True):
            position[:] = degrees
    return system


def _coordinates(feature: Any) -> Any:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    return geometry.get("coordinates") if isinstance(geometry, dict) else None


def _positions(coordinates: Any, depth: int) -> Iterator[list[Any]]:
    """The positions in the coordinates of a geometry, as the lists that they are."""
    if not isinstance(coordinates, list) or not coordinates:
        return
    if not isinstance(coordinates[0], list):
        yield coordinates
    elif depth > 1:
        for part in coordinates:
            yield from _positions(part, depth - 1)


def _pairs(positions: list[list[Any]]) -> NDArray[np.float64] | None:
    """The first two numbers of each position, or None if there is one without."""
    if not all(
        len(each) >= 2 and type(each[0]) in (int, float) and type(each[1]) in (int, float) for each in positions
    ):
        return None
    try:
        pairs = np.array([each[:2] for each in positions], dtype=np.float64).reshape(-1, 2)
    except OverflowError:
        return None
    return pairs if np.isfinite(pairs).all() else None
