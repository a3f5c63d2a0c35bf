"""Reads a file of LSOAs, as the ONS publishes their boundaries, or of the links of OS Open Roads."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from hotspot.core.errors import DomainError
from hotspot.core.text import clean_line
from hotspots.areas.boundaries import EXPORT_AGAIN, read_shape
from hotspots.areas.features import read_area_file
from hotspots.incidents.tables import EAST, NORTH, SOUTH, WEST
from hotspots.models import District, UnitLayer

MOST_BYTES, MOST_FEATURES, MOST_POINTS = 60_000_000, 200_000, 4_000_000
MOST_VERTICES = 50_000
LEAST_INSIDE = 0.5
"""A unit is kept where at least this share of it lies in districts that are here."""
LONGEST_CODE, LONGEST_NAME = 40, 120
LINES = ("LineString", "MultiLineString")
LSOA_CODE = re.compile(r"[EW]01\d{6}", re.ASCII)
VINTAGES = {"lsoa11cd": 2011, "lsoa21cd": 2021}
"""The census year that a property with codes says."""
# What the properties of links are called in OS Open Roads, in small letters: GeoPackage, then Shapefile.
STREET_CODES = ("id", "identifier", "fid")
STREET_NAMES = ("name_1", "name1", "name", "road_classification_number", "roadnumber")
_DECIMALS = 6  # About ten centimetres.

Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Unit:
    """A unit of a file: its outline is valid, in degrees; `district` holds most of it."""

    code: str
    name: str
    outline: BaseGeometry
    district: District


@dataclass(frozen=True)
class LayerFile:
    """What a file gives: units in the order of their codes, how many others it has, and how many had to be repaired."""

    kind: UnitLayer.Kind
    vintage: int
    units: Sequence[Unit]
    outside: int
    repaired: int


def read_layer(content: bytes, districts: Sequence[District]) -> LayerFile:
    """The units of a file that lie in these districts, which have outlines.

    Raises DomainError `file_…`, `layer_…` and `outline_…` on the field `file`.
    """
    features = read_area_file(
        content, most_bytes=MOST_BYTES, most_features=MOST_FEATURES, most_points=MOST_POINTS
    ).features
    geometry = features[0].get("geometry")
    if isinstance(geometry, dict) and geometry.get("type") in LINES:
        kind, vintage = UnitLayer.Kind.STREET, 0
        named = _unlike([_street(feature) for feature in features])
        outlines, repaired = _lines(features, list(named)), 0
    else:
        kind, vintage = UnitLayer.Kind.LSOA, _vintage(features)
        named = _unlike([_lsoa(feature, vintage) for feature in features])
        outlines, repaired = _polygons(features, list(named))
    holders = _holders(outlines, [shape(each.outline) for each in districts])
    units = [
        Unit(code, name, outline, districts[holder])
        for (code, name), outline, holder in zip(named.items(), outlines, holders.tolist(), strict=True)
        if holder >= 0
    ]
    if not units:
        raise DomainError("layer_elsewhere", "Nothing in the file lies in the districts that are here.", "file")
    units.sort(key=lambda unit: unit.code)
    return LayerFile(kind, vintage, units, len(features) - len(units), repaired)


def _vintage(features: Sequence[Mapping[str, Any]]) -> int:
    """The census year of LSOAs, by the names of their properties."""
    found = {year for word, year in VINTAGES.items() if word in _properties(features[0])}
    if not found:
        message = (
            "The file must have LSOAs with a property LSOA21CD or LSOA11CD, or the links of OS Open Roads as lines. "
            "Download it as GeoJSON from the ONS or from Ordnance Survey."
        )
        raise DomainError("layer_unknown", message, "file")
    if len(found) > 1:
        message = "The file has codes of LSOAs of 2011 and of 2021. Remove those that the outlines are not of."
        raise DomainError("layer_vintages", message, "file")
    return found.pop()


def _properties(feature: Mapping[str, Any]) -> dict[str, Any]:
    sent = feature.get("properties")
    return {key.lower(): value for key, value in sent.items()} if isinstance(sent, dict) else {}


def _lsoa(feature: Mapping[str, Any], vintage: int) -> tuple[str, str]:
    """The code and name of an LSOA: E01023750 and Stevenage 009A."""
    properties = _properties(feature)
    code, name = (_text(properties, [f"lsoa{vintage - 2000}{word}"], LONGEST_NAME) for word in ("cd", "nm"))
    return (code.upper() if LSOA_CODE.fullmatch(code.upper()) else ""), name


def _street(feature: Mapping[str, Any]) -> tuple[str, str]:
    """The identifier and name of a link, or the number of its road where it has no name."""
    properties = {"id": feature.get("id")} | _properties(feature)
    return _text(properties, STREET_CODES, LONGEST_CODE), _text(properties, STREET_NAMES, LONGEST_NAME)


def _text(properties: Mapping[str, Any], names: Iterable[str], longest: int) -> str:
    """The first of some properties that says anything. An identifier can be a number."""
    values = (properties.get(name) for name in names)
    texts = (clean_line(str(value)[: 2 * longest]) for value in values if isinstance(value, str | int))
    return next((text[:longest] for text in texts if text), "")


def _unlike(named: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The names of units by their codes, in the order of the file."""
    found: dict[str, str] = {}
    for number, (code, name) in enumerate(named, start=1):
        if not code:
            raise DomainError("layer_code", f"Feature {number:,} has no code. {EXPORT_AGAIN}", "file")
        if code in found:
            message = f"Two features have the code {code}. The file must have one for each."
            raise DomainError("layer_twice", message, "file")
        found[code] = name
    return found


def _polygons(features: Sequence[Mapping[str, Any]], codes: Sequence[str]) -> tuple[Shapes, int]:
    """The outlines of LSOAs, and how many of them were not valid and are repaired."""
    outlines, repaired = np.empty(len(features), np.object_), 0
    for place, (code, feature) in enumerate(zip(codes, features, strict=True)):
        try:
            drawn: BaseGeometry = read_shape(feature.get("geometry"), most_vertices=MOST_VERTICES)
        except DomainError as refusal:
            code_of_refusal = refusal.code.replace("boundary", "outline")
            raise DomainError(code_of_refusal, f"{code}: {refusal.message}", "file") from refusal
        if not drawn.is_valid:
            drawn = shapely.make_valid(drawn, method="structure", keep_collapsed=False)
            repaired += 1
        if not drawn.area:
            raise DomainError("outline_empty", f"{code}: The boundary encloses nothing. {EXPORT_AGAIN}", "file")
        outlines[place] = drawn
    return outlines, repaired


def _lines(features: Sequence[Mapping[str, Any]], codes: Sequence[str]) -> Shapes:
    """The lines of streets, all at once: reading 60,000 one by one takes several times as long."""
    texts = [json.dumps(feature.get("geometry")) for feature in features]
    lines = shapely.force_2d(shapely.from_geojson(texts, on_invalid="ignore"))
    is_line = np.isin(
        shapely.get_type_id(lines), (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)
    )
    _refuse_first(~is_line | ~(shapely.length(lines) > 0), codes, "layer_not_line", f"is no line. {EXPORT_AGAIN}")
    west, south, east, north = shapely.bounds(lines).T
    is_here = (west >= WEST) & (east <= EAST) & (south >= SOUTH) & (north <= NORTH)
    message = "is not in Great Britain. Export it as longitude and latitude (WGS 84), longitude first."
    _refuse_first(~is_here, codes, "layer_outside", message)
    rounded: Shapes = shapely.transform(lines, lambda positions: positions.round(_DECIMALS))
    return rounded


def _refuse_first(is_wrong: NDArray[np.bool_], codes: Sequence[str], refusal: str, message: str) -> None:
    if is_wrong.any():
        raise DomainError(refusal, f"{codes[int(is_wrong.argmax())]} {message}", "file")


def _holders(outlines: Shapes, districts: Sequence[BaseGeometry]) -> NDArray[np.intp]:
    """The place of the district that holds most of each outline; -1 where too little of it lies in any."""
    is_area = shapely.get_dimensions(outlines[0]) == 2
    size_of = shapely.area if is_area else shapely.length
    sizes = size_of(outlines)
    held = np.zeros((len(districts), len(outlines)))
    for place, district in enumerate(districts):
        shapely.prepare(district)
        is_inside = shapely.contains_properly(district, outlines)
        held[place, is_inside] = sizes[is_inside]
        # What is inside needs no cutting, which is all but a few: cutting takes a hundred times as long.
        crosses = shapely.intersects(district, outlines) & ~is_inside
        held[place, crosses] = size_of(shapely.intersection(district, outlines[crosses]))
    enough = held.sum(axis=0) >= LEAST_INSIDE * sizes
    return np.where(enough, held.argmax(axis=0), -1)
