"""Weekly targets in table rows."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspots.doses.queries import DoseRow

DOSE_COLUMNS = [
    {"label": "Area"},
    {"label": "Patrol minutes a week", "numeric": True},
    {"label": "Visits a week", "numeric": True},
    {"label": "In force"},
]


def since(row: DoseRow) -> str:
    """Since when a target holds, and when the next replaces it."""
    held = f"Since {wording.day(row.standing.first_monday)}" if row.standing else "No target yet"
    return f"{held}, changes on {wording.day(row.following.first_monday)}" if row.following else held


def dose_rows(rows: Iterable[DoseRow]) -> list[list[Any]]:
    """The rows of the table of weekly targets."""
    return [
        [
            {"url": reverse("hotspots:area", args=(row.area.pk,)), "text": row.area.name},
            f"{row.standing.minutes:,}" if row.standing else "–",
            f"{row.standing.visits:,}" if row.standing else "–",
            since(row),
        ]
        for row in rows
    ]
