"""Tables of harm weights in words and table rows."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspots.models import HarmTable, HarmWeight, IncidentCategory

LIST_COLUMNS = [{"label": label} for label in ("Table", "Version", "Source", "Loaded", "By")]
WEIGHT_COLUMNS = [
    {"label": "Category"},
    {"label": "Weight", "numeric": True},
    {"label": "Valid from"},
    {"label": "Used"},
]


def list_rows(tables: Iterable[HarmTable]) -> list[list[Any]]:
    """The list of tables, every version."""
    return [
        [
            {"url": reverse("harm:table", args=(each.pk,)), "text": each.name},
            str(each.version),
            each.source,
            wording.moment(each.created_at),
            each.by.name,
        ]
        for each in tables
    ]


def summary(table: HarmTable) -> list[dict[str, str]]:
    """Where a table comes from."""
    rows = [
        ("Source", table.source),
        ("Version", str(table.version)),
        ("Loaded", f"{wording.moment(table.created_at)} by {table.by.name}"),
    ]
    return [{"key": key, "value": value} for key, value in rows]


def version_rows(table: HarmTable, versions: Iterable[HarmTable]) -> list[list[Any]]:
    """The other versions of a table."""
    return list_rows(each for each in versions if each.pk != table.pk)


def weight_rows(weights: Iterable[HarmWeight], categories: Iterable[IncidentCategory]) -> list[list[str]]:
    """The weights of a table, and whether incidents of their categories have been loaded here."""
    known = {each.name.casefold() for each in categories}
    return [
        [
            each.category,
            f"{each.weight.normalize():,f}",
            wording.month(each.first_month),
            "Yes" if each.category.casefold() in known else "No incidents of this name are loaded",
        ]
        for each in weights
    ]


def without_weight(weights: Iterable[HarmWeight], categories: Iterable[IncidentCategory]) -> list[str]:
    """The categories that the table has no weight for."""
    weighted = {each.category.casefold() for each in weights}
    return [each.name for each in categories if each.name.casefold() not in weighted]
