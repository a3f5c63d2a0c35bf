"""Visits by two presses, for tests."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.urls import reverse

from patrols.models import LiveVisit
from patrols.visits import live_operations

EVENING = datetime(2024, 10, 12, 21, 7, 30, tzinfo=UTC)
"""7 minutes past 10pm in London on the Saturday of tests."""


def here(force, *, area: Any = None, by: Any = None, at: datetime = EVENING, arrival: Any = None) -> LiveVisit:
    """Sam in Hitchin, or whoever and wherever the arguments say."""
    return live_operations.arrive(
        by=by or force.sam, at=at, arrival=arrival or uuid.uuid4(), area_id=(area or force.hitchin).pk
    )


def gone(visit: LiveVisit, *, at: datetime, departure: Any = None, **more: Any) -> LiveVisit:
    """The same person has left."""
    return live_operations.leave(by=visit.by, at=at, visit_id=visit.pk, departure=departure or uuid.uuid4(), **more)


def visited(force, *, minutes: int = 15, at: datetime = EVENING, **more: Any) -> LiveVisit:
    """A whole visit."""
    return gone(here(force, at=at, **more), at=at + timedelta(minutes=minutes))


def in_every_state(force) -> dict[str, Any]:
    """A visit of Sam's that goes on, by the name that paths are made with."""
    return {"live_visit": here(force, at=datetime(2024, 10, 12, 11, 55, tzinfo=UTC))}


def path_of(name: str, values: dict[str, Any]) -> str:
    """The path of a page about a visit; empty for every other."""
    return reverse(name, args=(values["live_visit"].pk,)) if name in ("tonight:leave", "tonight:undo") else ""
