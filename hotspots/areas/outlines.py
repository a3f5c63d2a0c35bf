"""Outlines of districts in one GeoJSON file, as the ONS publishes boundaries: matched, repaired and simplified."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from shapely import STRtree, get_coordinates, get_parts, get_rings, linestrings, make_valid, set_precision
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from hotspot.core.errors import DomainError
from hotspot.core.text import clean_line
from hotspots.areas.boundaries import EXPORT_AGAIN, Projection, as_geojson, flat, read_shape
from hotspots.areas.geojson import read_features
from hotspots.models import District

MAXIMUM_FILE_BYTES = 10_000_000
MAXIMUM_FEATURES = 2_000
MAXIMUM_FEATURE_VERTICES = 500_000
MAXIMUM_OUTLINE_BYTES = 50_000
TOLERANCES = (20, 40, 80, 160, 320)
"""Metres. Bends smaller than the first of these are left out; where an outline is too large, than the next."""
DECIMALS = 5  # About one metre.
FEW_SEGMENTS = 500
MOST_PAIRS = 2_000_000
"""So many pairs of segments are looked at to find out whether a shape is a tangle."""
LONGEST_NAME = 80
# Names of properties in small letters: LAD13CD, LAD24CD, code, district_code; LAD24NM, name, lad_name.
CODE_PROPERTY = re.compile(r"lad\d{0,4}cd|(\w{1,20}_)?code|id", re.ASCII)
NAME_PROPERTY = re.compile(r"lad\d{0,4}nm|(\w{1,20}_)?name|district", re.ASCII)
ONS_CODE = re.compile(r"[ENSW]\d{8}", re.ASCII)


@dataclass(frozen=True)
class DistrictOutline:
    """What one feature gives a district: a valid GeoJSON Polygon or MultiPolygon, simplified."""

    district: District
    geometry: dict[str, Any]
    was_repaired: bool
    is_first: bool


@dataclass(frozen=True)
class OutlineFile:
    """What a file gives: outlines in the order of districts, names of features that are none, and who is without."""

    outlines: Sequence[DistrictOutline]
    unused: Sequence[str]
    missing: Sequence[str]


def read_outline_features(content: bytes) -> list[Mapping[str, Any]]:
    """The features of a file of boundaries. Raises DomainError `file_…`."""
    return read_features(content, most_bytes=MAXIMUM_FILE_BYTES, most_features=MAXIMUM_FEATURES)


def understand_outlines(features: Sequence[Mapping[str, Any]]) -> OutlineFile:
    """What the features of a file give the districts, which they name by ONS code or, without a code, by name.

    A shape that is not valid is repaired. Raises DomainError `outlines_no_match`, `outlines_twice`, `outline_…` and
    `text_unreadable`.
    """
    matched, unused = _matched(features)
    if not matched:
        message = (
            "No feature in the file is a district that is here. Each must have the ONS code of its district, "
            "in a property like LAD24CD, or its name."
        )
        raise DomainError("outlines_no_match", message, "file")
    without = dict(District.objects.filter(outline__isnull=True).values_list("pk", "name"))
    outlines = [
        _outline(district, feature, is_first=district.pk in without)
        for district, feature in sorted(matched.items(), key=lambda pair: pair[0].name)
    ]
    given = {district.pk for district in matched}
    return OutlineFile(outlines, unused, [name for pk, name in without.items() if pk not in given])


def _matched(features: Sequence[Mapping[str, Any]]) -> tuple[dict[District, Mapping[str, Any]], list[str]]:
    """The feature of each district that has one, and what the other features are called."""
    by_word = {
        word.casefold(): district
        for district in District.objects.defer("outline")
        for word in (district.name_in_police_data, district.name, district.code)
        if word
    }
    matched: dict[District, Mapping[str, Any]] = {}
    unused = []
    for number, feature in enumerate(features, start=1):
        code, name = _code_and_name(feature)
        district = by_word.get((code or name).casefold())
        if district is None:
            unused.append(name or code or f"feature {number}")
        elif district in matched:
            message = f"Two features are {district}. The file must have one for each district."
            raise DomainError("outlines_twice", message, "file")
        else:
            matched[district] = feature
    return matched, unused


def _code_and_name(feature: Mapping[str, Any]) -> tuple[str, str]:
    """The ONS code and the name that a feature gives, each empty if it gives none."""
    sent = feature.get("properties")
    properties = {key.lower(): value for key, value in sent.items()} if isinstance(sent, dict) else {}
    texts = {
        key: value
        for key, value in {**properties, "id": properties.get("id") or feature.get("id")}.items()
        if isinstance(value, str) and 0 < len(value) <= LONGEST_NAME
    }
    codes = (clean_line(text).upper() for key, text in texts.items() if CODE_PROPERTY.fullmatch(key))
    names = (clean_line(text) for key, text in texts.items() if NAME_PROPERTY.fullmatch(key))
    return next(filter(ONS_CODE.fullmatch, codes), ""), next(filter(None, names), "")


def _outline(district: District, feature: Mapping[str, Any], *, is_first: bool) -> DistrictOutline:
    geometry, was_repaired = read_outline(district.name, feature)
    if geometry is None:
        message = f"{district}: The boundary encloses nothing, or is too detailed to be simplified."
        raise DomainError("outline_not_drawn", message, "file")
    return DistrictOutline(district, geometry, was_repaired=was_repaired, is_first=is_first)


def read_outline(name: str, feature: Mapping[str, Any]) -> tuple[dict[str, Any] | None, bool]:
    """The simplified outline of a feature that is called `name`, and whether its shape had to be repaired.

    None if nothing is left of it, or too much (see `simplified`). Raises DomainError `outline_…`.
    """
    try:
        drawn = read_shape(feature.get("geometry"), most_vertices=MAXIMUM_FEATURE_VERTICES)
    except DomainError as refusal:
        code = refusal.code.replace("boundary", "outline")
        raise DomainError(code, f"{name}: {refusal.message}", "file") from refusal
    is_valid = drawn.is_valid
    if not is_valid and _crosses_itself_often(drawn):
        message = f"{name}: The boundary crosses itself so often that it cannot be repaired. {EXPORT_AGAIN}"
        raise DomainError("outline_tangled", message, "file")
    return simplified(drawn), not is_valid


def _crosses_itself_often(drawn: Polygon | MultiPolygon) -> bool:
    """Whether a shape of many segments looks like a tangle: some of them, taken evenly, cross more than one other each.

    Where segments cross, repairing makes new polygons: 2,000 points in no order take 20 seconds and a gigabyte.
    """
    positions, ring = get_coordinates(get_rings(get_parts(drawn)), return_index=True)
    segments = linestrings(np.stack((positions[:-1], positions[1:]), axis=1)[ring[:-1] == ring[1:]])
    if len(segments) <= FEW_SEGMENTS:
        return False
    some = segments[:: max(1, len(segments) ** 2 // MOST_PAIRS)]
    _, crossed = STRtree(segments).query(some, predicate="crosses")
    return len(crossed) > len(some)


def simplified(drawn: Polygon | MultiPolygon) -> dict[str, Any] | None:
    """A shape in degrees as a valid outline of at most 50 kB. None if nothing is left, or too much.

    Bends and parts smaller than 20 m are left out, larger ones where that is not enough (see TOLERANCES).
    """
    valid = _valid(drawn)
    if valid.is_empty:
        return None
    plane = Projection.around([valid])
    in_metres = plane.to_metres(valid)
    for tolerance in TOLERANCES:
        seen = MultiPolygon([part for part in get_parts(in_metres) if part.area > tolerance**2])
        parts = _on_grid(plane.to_degrees(seen.simplify(tolerance)))
        if parts.is_empty:
            return None
        geometry = as_geojson(parts)
        # Multiples of the grid are not the shortest numbers: 51.85000000000001.
        geometry["coordinates"] = flat(geometry["coordinates"], DECIMALS)
        if len(json.dumps(geometry, separators=(",", ":"))) <= MAXIMUM_OUTLINE_BYTES:
            return geometry
    return None


def _valid(drawn: BaseGeometry) -> BaseGeometry:
    """The polygons of a shape, without lines and points that are left of what was not valid."""
    return make_valid(drawn, method="structure", keep_collapsed=False)


def _on_grid(drawn: BaseGeometry) -> MultiPolygon:
    """A shape in degrees with coordinates on a grid, its rings turned as GeoJSON wants them."""
    on_grid = set_precision(_valid(drawn), 10**-DECIMALS)
    return MultiPolygon([orient(part) for part in get_parts(on_grid)])
