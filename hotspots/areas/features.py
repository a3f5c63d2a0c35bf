"""Many hotspot areas in one file: what its features say, and what each of them would be here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hotspot.core.calendar import parse_day
from hotspot.core.errors import DomainError
from hotspot.core.text import clean_line, is_far_too_long
from hotspots.areas.boundaries import Boundary, check_boundary
from hotspots.gis_files.contents import MOST_POINTS
from hotspots.gis_files.reading import GisFile, read_gis_file
from hotspots.models import District, HotspotArea

MAXIMUM_BYTES = 5_000_000
MAXIMUM_AREAS = 500
LONGEST = {"name": 120, "town": 80}
LONGEST_COLUMN = 10
"""Letters in the name of a Shapefile's column."""
# What mapping software calls the properties of a feature, in small letters. Shapefiles cut them off.
PROPERTIES = {
    "name": ("name", "area", "hotspot", "hotspot_area"),
    "town": ("town", "place", "settlement"),
    "district": ("district", "district_code", "lad", "lad_code", "lad22cd", "lad23cd", "lad24cd", "local_authority"),
    "kind": ("kind", "type", "hotspot_type"),
    "first_day": ("first_day", "active_from", "from"),
    "position": ("position", "order"),
}
KINDS = {
    HotspotArea.Kind.ASB: ("asb", "anti-social behaviour"),
    HotspotArea.Kind.SERIOUS_VIOLENCE: ("serious_violence", "serious violence", "sv"),
    HotspotArea.Kind.BOTH: ("both", "anti-social behaviour and serious violence"),
}


@dataclass(frozen=True)
class NewArea:
    """What one feature says, checked. `facts` are the arguments of `operations.add_area` besides the boundary."""

    facts: Mapping[str, Any]
    boundary: Boundary


@dataclass(frozen=True)
class Feature:
    """One feature of a file. `area` is None where something is wrong; `known` is the area of the same name here."""

    number: int
    name: str
    area: NewArea | None = None
    errors: Sequence[DomainError] = ()
    known: HotspotArea | None = None
    differences: Sequence[str] = ()

    @property
    def label(self) -> str:
        """Its name, or its number where it has none."""
        return self.name or f"Feature {self.number}"

    @property
    def is_new(self) -> bool:
        return self.area is not None and self.known is None


def read_area_file(
    content: bytes,
    *,
    most_bytes: int = MAXIMUM_BYTES,
    most_features: int = MAXIMUM_AREAS,
    most_points: int = MOST_POINTS,
) -> GisFile:
    """A file of several features, of any format that `hotspots.gis_files` reads. Raises DomainError `file_…`."""
    file = read_gis_file(content, most_bytes=most_bytes, most_features=most_features, most_points=most_points)
    if not file.is_collection or not file.features or not all(isinstance(each, dict) for each in file.features):
        message = "The selected file must have at least one feature. GeoJSON must be a FeatureCollection."
        raise DomainError("file_no_features", message, "file")
    return file


def understand(features: Sequence[Mapping[str, Any]], *, first_day: date) -> list[Feature]:
    """What each feature is: new, known, or wrong. `first_day` is for those that do not say theirs."""
    districts = {name.lower(): row for row in District.objects.defer("outline") for name in (row.name, row.code)}
    known = {(area.district_id, area.name.lower()): area for area in HotspotArea.objects.with_district()}
    understood: list[Feature] = []
    met: dict[tuple[int, str], int] = {}
    for number, feature in enumerate(features, start=1):
        found = _understood(number, feature, districts, first_day)
        if found.area is not None:
            key = (found.area.facts["district"].pk, found.name.lower())
            if (before := met.setdefault(key, number)) != number:
                message = f"Feature {before} has the same name and district."
                found = Feature(number, found.name, None, [DomainError("name_twice", message)])
            elif key in known:
                found = _compared(found, known[key])
        understood.append(found)
    return understood


def _understood(number: int, feature: Mapping[str, Any], districts: Mapping[str, District], first_day: date) -> Feature:
    try:
        said = _properties(feature)
    except DomainError as refusal:
        return Feature(number, "", None, [refusal])
    errors: list[DomainError] = []
    facts: dict[str, Any] = {}
    for name, value in _facts(said, districts, first_day):
        if isinstance(value, DomainError):
            errors.append(value)
        facts[name] = value
    boundary = None
    try:
        boundary = check_boundary(feature.get("geometry"))
    except DomainError as refusal:
        errors.append(refusal)
    area = None if errors or boundary is None else NewArea(facts, boundary)
    return Feature(number, said.get("name", "")[:200], area, errors)


def _properties(feature: Mapping[str, Any]) -> dict[str, str]:
    """The properties that are known, by our names, as text."""
    sent = feature.get("properties")
    plain = {key.strip().lower(): value for key, value in sent.items()} if isinstance(sent, dict) else {}
    found: dict[str, str] = {}
    for name, words in PROPERTIES.items():
        names = dict.fromkeys(name for word in words for name in (word, word[:LONGEST_COLUMN]))
        value = next((plain[each] for each in names if plain.get(each) not in (None, "")), None)
        if isinstance(value, str | int | float):
            text = str(value)
            # What is far too long is refused by its length, whatever is in it.
            found[name] = text if is_far_too_long(text, max(LONGEST.values())) else clean_line(text)
    return found


def _facts(said: Mapping[str, str], districts: Mapping[str, District], first_day: date) -> Iterator[tuple[str, Any]]:
    """Each fact, or the error that stands in its place."""
    name = said.get("name", "")
    yield "name", _text("name", name)
    yield "town", _text("town", said.get("town", "") or name)
    district = districts.get(said.get("district", "").lower())
    yield "district", district or DomainError("district_unknown", "Its district must be one under Manage, Districts.")
    word = said.get("kind", "asb").lower()
    kind = next((kind for kind, words in KINDS.items() if word in words), None)
    yield "kind", kind or DomainError("kind_unknown", "Its kind must be asb, serious_violence or both.")
    yield "first_day", _day(said.get("first_day"), first_day)
    position = said.get("position", "100")
    is_number = position.isascii() and position.isdecimal() and len(position) < 6 and int(position) <= 32_000
    yield "position", int(position) if is_number else DomainError("position", "Its position must be 0 to 32,000.")


def _text(name: str, value: str) -> str | DomainError:
    if value and len(value) <= LONGEST[name]:
        return value
    return DomainError(f"{name}_missing", f"Its {name} must have 1 to {LONGEST[name]} characters.")


def _day(text: str | None, default: date) -> date | DomainError:
    if text is None:
        return default
    return parse_day(text[:10].replace("/", "-")) or DomainError(
        "date", "The day it is active from must be a date like 2024-05-01."
    )


def _compared(found: Feature, known: HotspotArea) -> Feature:
    assert found.area is not None  # noqa: S101 - only what is right is compared
    facts = found.area.facts
    differences = [
        label
        for label, here, there in (
            ("town", known.town, facts["town"]),
            ("kind", known.kind, facts["kind"]),
            ("first day", known.first_day, facts["first_day"]),
            ("boundary", known.boundary, found.area.boundary.geometry),
        )
        if here != there
    ]
    return Feature(found.number, found.name, found.area, (), known, differences)
