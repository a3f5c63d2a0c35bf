"""What is read from a file of shapes, and how a file is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hotspot.core import wording
from hotspot.core.errors import DomainError

FORMATS = "GeoJSON, KML, KMZ, a zipped Shapefile or a GeoPackage"
EXPORT_AGAIN = "Export it from your mapping software again."
MOST_POINTS = 500_000
"""In all shapes of a file together."""
_MOST_NAMED = 10
_LONGEST_NAME = 60


class CoordinateSystem(StrEnum):
    """The systems that are read, as pages call them."""

    WGS_84 = "longitude and latitude (WGS 84)"
    NATIONAL_GRID = "British National Grid"


@dataclass(frozen=True)
class Layer:
    """The features of one layer as the file has them: GeoJSON features, whose geometry nobody has checked yet.

    `system` is None where the file does not say. `is_collection` is false for GeoJSON that is one feature or geometry.
    """

    format: str
    features: list[Any]
    system: CoordinateSystem | None
    name: str = ""
    is_collection: bool = True


def only_polygon_layer(polygons: Mapping[str, str], others: Sequence[str]) -> str:
    """The key of the only layer of polygons: `polygons` are their names by key, `others` the names of other layers.

    Raises DomainError `file_several_layers` or `file_no_polygons`.
    """
    if len(polygons) == 1:
        return next(iter(polygons))
    if polygons:
        names = named(list(polygons.values()))
        raise refusal("several_layers", f"The file has several layers of polygons: {names}. Export one of them alone.")
    raise refusal("no_polygons", f"The file has no layer of polygons{f', only {named(others)}' if others else ''}.")


def named(names: Sequence[str]) -> str:
    """The names of layers or files in a sentence, each as far as it can be shown: the first ten, and how many more."""
    shown = [shown_name(name) for name in names[:_MOST_NAMED]]
    more = len(names) - _MOST_NAMED
    return wording.listing([*shown, f"{more:,} more"] if more > 0 else shown)


def shown_name(name: str) -> str:
    """A name that a file gives, on one line and not too long for a sentence."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in name[:1_000]).split())
    return line if len(line) <= _LONGEST_NAME else f"{line[:_LONGEST_NAME]}…"


def refusal(code: str, message: str) -> DomainError:
    """The error `file_…` on the field `file`, to be raised."""
    return DomainError(f"file_{code}", message, "file")


def damaged() -> DomainError:
    """The error of a file that cannot be read to its end, to be raised."""
    return refusal("damaged", f"The file is damaged or cut off. {EXPORT_AGAIN}")
