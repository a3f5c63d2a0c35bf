"""Outlines of districts in one file, as the ONS publishes boundaries: matched, repaired and simplified."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapely import get_parts
from shapely.geometry import MultiPolygon, Polygon

from hotspot.core.errors import DomainError
from hotspot.core.text import clean_line
from hotspots.areas.boundaries import EXPORT_AGAIN, Projection, as_geojson, flat, read_shape
from hotspots.areas.features import read_area_file
from hotspots.areas.repair import InvalidBoundary, Repair, crosses_itself_often, fault_of, on_grid, valid
from hotspots.gis_files.reading import GisFile
from hotspots.models import District

MAXIMUM_FILE_BYTES = 10_000_000
MAXIMUM_FEATURES = 2_000
MAXIMUM_FEATURE_VERTICES = 500_000
MAXIMUM_OUTLINE_BYTES = 50_000
TOLERANCES = (20, 40, 80, 160, 320)
"""Metres. Bends smaller than the first of these are left out; where an outline is too large, than the next."""
DECIMALS = 5  # About one metre.
LONGEST_NAME = 80
# Names of properties in small letters: LAD13CD, LAD24CD, code, district_code; LAD24NM, name, lad_name. The columns of
# a Shapefile have at most ten letters: district_c, district_n.
CODE_PROPERTY = re.compile(r"lad\d{0,4}cd|(\w{1,20}_)?code|district_c|id", re.ASCII)
NAME_PROPERTY = re.compile(r"lad\d{0,4}nm|(\w{1,20}_)?name|district(_n)?", re.ASCII)
ONS_CODE = re.compile(r"[ENSW]\d{8}", re.ASCII)


@dataclass(frozen=True)
class DistrictOutline:
    """What one feature gives a district: a valid GeoJSON Polygon or MultiPolygon, simplified."""

    district: District
    geometry: dict[str, Any]
    repair: Repair | None
    is_first: bool

    @property
    def was_repaired(self) -> bool:
        return self.repair is not None


@dataclass(frozen=True)
class OutlineFile:
    """What a file gives: outlines in the order of districts, names of features that are none, and who is without."""

    outlines: Sequence[DistrictOutline]
    unused: Sequence[str]
    missing: Sequence[str]


def read_outline_file(content: bytes) -> GisFile:
    """A file of boundaries, of any format that `hotspots.gis_files` reads. Raises DomainError `file_…`."""
    return read_area_file(content, most_bytes=MAXIMUM_FILE_BYTES, most_features=MAXIMUM_FEATURES)


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
    geometry, repair = read_outline(district.name, feature)
    if geometry is None:
        message = f"{district}: The boundary encloses nothing, or is too detailed to be simplified."
        raise DomainError("outline_not_drawn", message, "file")
    return DistrictOutline(district, geometry, repair, is_first=is_first)


def read_outline(name: str, feature: Mapping[str, Any]) -> tuple[dict[str, Any] | None, Repair | None]:
    """The simplified outline of a feature that is called `name`, and what was repaired if its shape is not valid.

    None if nothing is left of it, or too much (see `simplified`). Raises DomainError `outline_…`.
    """
    try:
        drawn = read_shape(feature.get("geometry"), most_vertices=MAXIMUM_FEATURE_VERTICES)
    except DomainError as refusal:
        code = refusal.code.replace("boundary", "outline")
        raise DomainError(code, f"{name}: {refusal.message}", "file") from refusal
    repair = None if drawn.is_valid else _repair(name, drawn)
    return simplified(drawn), repair


def _repair(name: str, drawn: Polygon | MultiPolygon) -> Repair:
    """What repairing a shape changes. However much that is: an outline is for orientation, and is simplified anyway."""
    fault = fault_of(drawn)
    if crosses_itself_often(drawn):
        message = f"{name}: The boundary crosses itself so often that it cannot be repaired. {EXPORT_AGAIN}"
        raise InvalidBoundary("outline_tangled", message, drawn, fault, "file")
    plane = Projection.around([drawn])
    return Repair(fault, plane.to_metres(valid(drawn)).area - plane.to_metres(drawn).area)


def simplified(drawn: Polygon | MultiPolygon) -> dict[str, Any] | None:
    """A shape in degrees as a valid outline of at most 50 kB. None if nothing is left, or too much.

    Bends and parts smaller than 20 m are left out, larger ones where that is not enough (see TOLERANCES).
    """
    shape = valid(drawn)
    if shape.is_empty:
        return None
    plane = Projection.around([shape])
    in_metres = plane.to_metres(shape)
    for tolerance in TOLERANCES:
        seen = MultiPolygon([part for part in get_parts(in_metres) if part.area > tolerance**2])
        parts = on_grid(plane.to_degrees(seen.simplify(tolerance)), DECIMALS)
        if parts.is_empty:
            return None
        geometry = as_geojson(parts)
        # Multiples of the grid are not the shortest numbers: 51.85000000000001.
        geometry["coordinates"] = flat(geometry["coordinates"], DECIMALS)
        if len(json.dumps(geometry, separators=(",", ":"))) <= MAXIMUM_OUTLINE_BYTES:
            return geometry
    return None
