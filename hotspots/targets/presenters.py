"""Targets in table rows."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspots.amounts import exact_hours
from hotspots.models import AreaTarget
from hotspots.power.presenters import POWER_COLUMNS, beside, power_cells
from hotspots.power.queries import Powers
from hotspots.targets.queries import TargetRow

TARGET_COLUMNS: list[dict[str, Any]] = [
    {"label": "Area"},
    {"label": "Patrol hours a month", "numeric": True},
    {"label": "Patrols a month", "numeric": True},
    {"label": "In force"},
]


def in_force(row: TargetRow) -> str:
    """Since when a target holds, and when the next replaces it."""
    since = f"Since {wording.month(row.standing.first_month)}" if row.standing else "No target yet"
    return f"{since}, changes in {wording.month(row.following.first_month)}" if row.following else since


def target_columns(powers: Powers | None) -> list[dict[str, Any]]:
    """The columns of `target_rows`, with what could be told of each area for those who see it."""
    return [*TARGET_COLUMNS, *POWER_COLUMNS] if powers else TARGET_COLUMNS


def target_rows(rows: Iterable[TargetRow], powers: Powers | None = None) -> list[list[Any]]:
    """The rows of the table of targets in a month, each with what could be told of its area."""
    found = [
        [
            {"url": reverse("hotspots:area", args=(row.area.pk,)), "text": row.area.name},
            exact_hours(row.standing.patrol_minutes) if row.standing else "–",
            f"{row.standing.patrols:,}" if row.standing else "–",
            in_force(row),
        ]
        for row in rows
    ]
    return beside(found, powers) if powers else found


def target_foot(rows: Iterable[TargetRow], powers: Powers | None = None) -> list[str]:
    """The sums under the table of targets."""
    targets = [row.standing for row in rows if row.standing]
    return [
        "All of these",
        exact_hours(sum(target.patrol_minutes for target in targets)),
        f"{sum(target.patrols for target in targets):,}",
        "",
        *(power_cells(powers.together) if powers else ()),
    ]


AREA_TARGET_COLUMNS: list[dict[str, Any]] = [
    {"label": "From"},
    {"label": "Patrol hours a month", "numeric": True},
    {"label": "Patrols a month", "numeric": True},
]


def area_target_columns(*, manages: bool) -> list[dict[str, Any]]:
    """The columns of `target_history`."""
    return [*AREA_TARGET_COLUMNS, {"label": "Delete"}] if manages else AREA_TARGET_COLUMNS


def target_history(targets: Iterable[AreaTarget], *, manages: bool = False) -> list[list[Any]]:
    """Every target of one area, as table rows in the order given, each with a link for those who may delete it."""
    return [[*_target(target), *([_deletion(target)] if manages else [])] for target in targets]


def _target(target: AreaTarget) -> list[str]:
    return [wording.month(target.first_month), exact_hours(target.patrol_minutes), f"{target.patrols:,}"]


def _deletion(target: AreaTarget) -> dict[str, str]:
    text = f"Delete the target from {wording.month(target.first_month)}"
    return {"url": reverse("hotspots:delete_target", args=(target.pk,)), "text": text}
