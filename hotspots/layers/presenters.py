"""Layers in words and table rows."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspots.models import UnitLayer

LIST_COLUMNS = [
    {"label": "Layer"},
    {"label": "Version"},
    {"label": "Units", "numeric": True},
    {"label": "Source"},
    {"label": "Loaded"},
    {"label": "By"},
]
DISTRICT_COLUMNS = [{"label": "District"}, {"label": "Units", "numeric": True}]


def list_rows(layers: Iterable[Any]) -> list[list[Any]]:
    """The list of layers, every version, as `queries.layers_seen_by` gives them."""
    return [
        [
            {"url": reverse("layers:layer", args=(each.pk,)), "text": each.name},
            str(each.version),
            f"{each.unit_count:,}",
            each.source,
            wording.moment(each.created_at),
            each.by.name,
        ]
        for each in layers
    ]


def summary(layer: UnitLayer) -> list[dict[str, str]]:
    """Where a layer comes from."""
    rows = [
        ("Source", layer.source),
        ("Version", str(layer.version)),
        ("Loaded", f"{wording.moment(layer.created_at)} by {layer.by.name}"),
        ("Outside the districts", f"{wording.plural(layer.outside, 'feature')} of the file, left out"),
        ("Repaired", f"{wording.plural(layer.repaired, 'outline')} not valid as drawn"),
    ]
    return [{"key": key, "value": value} for key, value in rows]


def district_rows(counted: Iterable[tuple[str, int]]) -> list[list[str]]:
    """How many units each district has."""
    return [[name, f"{number:,}"] for name, number in counted]
