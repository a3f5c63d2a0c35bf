"""A person's own visits of the night under way, which a shift that is logged from Tonight takes with it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hotspot.core import wording
from hotspot.core.calendar import LONDON, today
from hotspot.core.pages.access import SignedInRequest
from hotspot.core.text import parse_id
from outcomes.recording.form_values import clock_change, clock_text
from patrols.models import LiveVisit
from patrols.shifts.after_midnight import possible_days
from patrols.visits.live_queries import unlogged_in

FIELD = "visits"
"""What an address and a form say to have the visits go with the shift."""


def asked_for(request: SignedInRequest, *, at: datetime, area_id: int | None = None) -> list[LiveVisit]:
    """The visits that go with the shift, if the address or the form asks for it; in the area that it names."""
    if not (request.GET.get(FIELD) or request.POST.get(FIELD)):
        return []
    area = area_id or parse_id(request.POST.get("area") or request.GET.get("area", ""))
    return [] if area is None else unlogged_in(request.user, area, at=at)


def values_of(visits: Sequence[LiveVisit]) -> dict[str, Any]:
    """What the form shows of them: the area, the night, the first arrival and the last departure."""
    if not visits:
        return {}
    starts_at = visits[0].arrived_at
    ends_at = max(visit.left_at for visit in visits if visit.left_at)
    start, day = starts_at.astimezone(LONDON), today(starts_at)
    values = {"area": visits[0].area_id, "night": day.isoformat(), **_times(starts_at, ends_at)}
    if len(possible_days(day, start.time())) > 1:
        # Of the night before, as people name it, and the morning after it.
        values |= {"night": (day - timedelta(days=1)).isoformat(), "start_day": day.isoformat()}
    return values


def _times(starts_at: datetime, ends_at: datetime) -> dict[str, str]:
    return {
        "start": clock_text(starts_at),
        "start_change": clock_change(starts_at),
        "end": clock_text(ends_at),
        "end_change": clock_change(ends_at),
    }


def in_words(visits: Sequence[LiveVisit]) -> list[str]:
    """Each of them: 10:07pm to 10:22pm."""
    return [f"{wording.clock(each.arrived_at)} to {wording.clock(each.left_at)}" for each in visits if each.left_at]
