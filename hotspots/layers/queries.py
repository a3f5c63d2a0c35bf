"""Layers as somebody may see them, and the outlines of their units."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import shapely
from django.db.models import Count, QuerySet
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hotspot.core.models import Job, User
from hotspots.models import District, LayerUnit, UnitLayer

LOAD = "load_layer"
"""The kind of the job that loads a file."""


def layers_seen_by(user: User) -> QuerySet[UnitLayer]:
    """The layers this person may see, every version, the newest first, each with its person and `unit_count`."""
    found = UnitLayer.objects.visible_to(user).select_related("by").annotate(unit_count=Count("units"))
    return found.order_by("kind", "-vintage", "-version")


def layers_offered_to(user: User) -> QuerySet[UnitLayer]:
    """The layers that this person can ask for in an analysis: the newest version of each."""
    return UnitLayer.objects.visible_to(user).newest()


def loading_by(user: User) -> Job | None:
    """This person's newest loading of a file, unless it is done."""
    newest = Job.objects.visible_to(user).filter(kind=LOAD).order_by("-created_at", "-pk").first()
    return None if newest is None or newest.state == Job.State.DONE else newest


def units_by_district(layer: UnitLayer) -> list[tuple[str, int]]:
    """The districts here, and how many units of a layer each has; none, where the file had nothing there."""
    held = dict(layer.units.values_list("district").annotate(number=Count("pk")).order_by())
    return [(name, held.get(pk, 0)) for pk, name in District.objects.values_list("pk", "name")]


@dataclass(frozen=True)
class LayerOutlines:
    """The units of a layer, in the order of their codes: the names of their districts and their shapes, in degrees."""

    codes: list[str]
    names: list[str]
    districts: list[str]
    shapes: NDArray[np.object_]


def outlines_in(layer: UnitLayer, districts: Collection[District]) -> LayerOutlines:
    """The units of a layer in some districts."""
    rows = layer.units.filter(district__in=districts).order_by("code")
    found = list(rows.values_list("code", "name", "district__name", "outline"))
    codes, names, held_by, outlines = (list(column) for column in zip(*found, strict=True)) if found else ([],) * 4
    return LayerOutlines(
        codes, names, held_by, shapely.from_wkb(np.array([bytes(each) for each in outlines], np.object_))
    )


def shapes_of(layer: UnitLayer, codes: Collection[str]) -> dict[str, BaseGeometry]:
    """The shapes of some units of a layer, by their codes."""
    rows = LayerUnit.objects.filter(layer=layer, code__in=codes)
    return {code: shapely.from_wkb(bytes(outline)) for code, outline in rows.values_list("code", "outline")}
