"""Places in one file: built-up areas, wards or parishes, as the ONS publishes them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapely.geometry import MultiPolygon, Polygon, shape

from hotspot.core.errors import DomainError
from hotspot.core.text import clean_line
from hotspots.areas.boundaries import Projection
from hotspots.areas.outlines import LONGEST_NAME, read_outline
from hotspots.areas.repair import Repair

# Names of properties in small letters: name, BUA24NM, WD24NM, PARNCP24NM, ward_name.
NAME_PROPERTY = re.compile(r"name|[a-z]{2,8}\d{0,4}nm|\w{1,20}_name", re.ASCII)


@dataclass(frozen=True)
class ReadPlace:
    """A place with its simplified outline: a valid GeoJSON Polygon or MultiPolygon."""

    name: str
    geometry: dict[str, Any]
    repair: Repair | None

    @property
    def drawn(self) -> Polygon | MultiPolygon:
        """The outline as a shape in degrees."""
        drawn: Polygon | MultiPolygon = shape(self.geometry)
        return drawn

    @property
    def hectares(self) -> float:
        """How large it is."""
        size: float = Projection.around([self.drawn]).to_metres(self.drawn).area
        return size / 10_000


@dataclass(frozen=True)
class PlaceFile:
    """What a file gives: places by name, and how many features have no name or are too small to be drawn."""

    places: Sequence[ReadPlace]
    nameless: int
    too_small: int


def understand_places(features: Sequence[Mapping[str, Any]]) -> PlaceFile:
    """The places among the features of a file. A shape that is not valid is repaired.

    Raises DomainError `places_none`, `outline_…` and `text_unreadable`.
    """
    named = [(name, feature) for feature in features if (name := _name_of(feature))]
    read = [(name, *read_outline(name, feature)) for name, feature in named]
    places = [ReadPlace(name, outline, repair) for name, outline, repair in read if outline]
    if not places:
        message = "No feature in the file is a place. Each must have an outline and a property like name or BUA24NM."
        raise DomainError("places_none", message, "file")
    places.sort(key=lambda place: place.name.casefold())
    return PlaceFile(places, nameless=len(features) - len(named), too_small=len(named) - len(places))


def _name_of(feature: Mapping[str, Any]) -> str:
    """The name that a feature gives, the property called name first; empty if it gives none."""
    sent = feature.get("properties")
    properties = {key.lower(): value for key, value in sent.items()} if isinstance(sent, dict) else {}
    texts = {
        key: clean_line(value)
        for key, value in properties.items()
        if isinstance(value, str) and len(value) <= LONGEST_NAME and NAME_PROPERTY.fullmatch(key)
    }
    return texts.get("name") or next(filter(None, texts.values()), "")
