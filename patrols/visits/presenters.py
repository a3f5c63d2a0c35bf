"""Files of positions and the visits that they show, in words and table rows."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.clock import minutes_between
from patrols.models import PositionFile, PositionVisit

LIST_COLUMNS = [
    {"label": "File"},
    {"label": "State"},
    {"label": "Visits", "numeric": True},
    {"label": "Positions every", "numeric": True},
    {"label": "Read"},
    {"label": "By"},
]
VISIT_COLUMNS = [
    {"label": "Area"},
    {"label": "Day"},
    {"label": "Seen there"},
    {"label": "At least", "numeric": True},
    {"label": "At most", "numeric": True},
    {"label": "Shift"},
]
FINDING_COLUMNS = [{"label": "Where"}, {"label": "What is wrong"}]
COARSE_SECONDS = 150
"""Fixes further apart leave open more than a band of five minutes."""


def list_rows(files: Iterable[Any]) -> list[list[Any]]:
    """The list of files, as `queries.files_seen_by` gives them."""
    return [
        [
            {"url": reverse("positions:file", args=(file.pk,)), "text": file.name},
            file.get_state_display(),
            f"{file.visit_count:,}",
            f"{file.interval_seconds:,} seconds",
            wording.moment(file.created_at),
            file.by.name,
        ]
        for file in files
    ]


def summary(file: PositionFile) -> list[dict[str, str]]:
    """What was read of a file."""
    rows = [
        ("State", file.get_state_display()),
        ("Positions", f"{file.fixes:,} in {wording.plural(file.tracks, 'track')}, {file.format}"),
        ("From", f"{wording.moment(file.first_at)} to {wording.moment(file.last_at)}"),
        ("Times without a zone", file.get_zone_display()),
        ("Positions every", f"{file.interval_seconds:,} seconds (median)"),
        ("An absence ends a visit after", f"{file.tolerance_seconds:,} seconds"),
        ("Positions at the same time as another", f"{file.repeated:,}, left out"),
        ("Positions outside every hotspot area", f"{file.outside:,}"),
        ("Stays of one position", f"{file.too_short:,}, left out: they prove no length"),
        ("Read by", f"{file.by.name}, {wording.moment(file.created_at)}"),
    ]
    if file.voided_by and file.voided_at:
        rows.append(("Withdrawn by", f"{file.voided_by.name}, {wording.moment(file.voided_at)}"))
        rows.append(("Reason", file.void_reason))
    return [{"key": key, "value": value} for key, value in rows]


def sentence(file: PositionFile, visits: int, attached: int) -> str:
    """What counting a file would make, or what it made."""
    said = {
        PositionFile.State.CHECKED: "Counting this file would add",
        PositionFile.State.KEPT: "This file added",
        PositionFile.State.WITHDRAWN: "This file had",
    }[PositionFile.State(file.state)]
    return f"{said} {wording.plural(visits, 'visit')}, {attached:,} of them on a shift that the file names."


def warnings(file: PositionFile) -> list[str]:
    """What these positions cannot show."""
    if file.interval_seconds <= COARSE_SECONDS:
        return []
    return [
        f"Positions every {file.interval_seconds:,} seconds cannot show whether a visit lasted 10 to 20 minutes: "
        f"each length is known to about {wording.duration(2 * file.interval_seconds // 60)} only."
    ]


def visit_rows(visits: Iterable[PositionVisit]) -> list[list[Any]]:
    """The visits of a file, with the bounds of their length."""
    return [
        [
            visit.area.name,
            wording.day(visit.day),
            f"{wording.clock(visit.first_seen)} to {wording.clock(visit.last_seen)}",
            _minutes(minutes_between(visit.first_seen, visit.last_seen)),
            _most(visit),
            visit.shift.reference if visit.shift else "–",
        ]
        for visit in visits
    ]


def _most(visit: PositionVisit) -> str:
    if visit.earliest_arrival is None or visit.latest_departure is None:
        return "not known"
    seconds = (visit.latest_departure - visit.earliest_arrival).total_seconds()
    return _minutes(-int(-seconds // 60))


def _minutes(number: int) -> str:
    return f"{number:,} min"


def finding_rows(file: PositionFile) -> list[list[str]]:
    """The positions that could not be read."""
    return [[each["place"], each["message"]] for each in file.findings]
