"""A person's own visits of a night, which a shift that is logged from Tonight takes with it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import QueryDict

from hotspot.core import wording
from hotspot.core.calendar import LONDON, parse_day, today
from hotspot.core.models import User
from hotspot.core.pages.access import SignedInRequest
from hotspot.core.text import parse_id
from outcomes.recording.form_values import clock_change, clock_text
from patrols.models import LiveVisit, PatrolShift, trial_day
from patrols.shifts.after_midnight import possible_days
from patrols.visits.live_queries import (
    attached_to,
    next_elsewhere,
    night_before,
    unlogged,
    unlogged_among,
    was_elsewhere,
)

NIGHT, VISIT = "visits", "visit"
"""The night that an address names to have one's visits go with the shift; and each visit that a form shows."""


def asked_for(
    request: SignedInRequest, sent: QueryDict | None, *, at: datetime, area_id: int | None = None
) -> list[LiveVisit]:
    """The visits that go with the shift: those that the form showed, or those of the address's night and area."""
    if sent is not None:
        ids = [number for text in sent.getlist(VISIT) if (number := parse_id(text)) is not None]
        return unlogged_among(request.user, ids) if ids else []
    night = parse_day(request.GET.get(NIGHT, ""))
    area = area_id or parse_id(request.GET.get("area", ""))
    if area is None or night not in (trial_day(at), night_before(at)):
        return []
    return unlogged(request.user, night=night).get(area, [])


def values_of(visits: Sequence[LiveVisit]) -> dict[str, Any]:
    """What the form shows of them: the area, the night, the first arrival and the last departure."""
    if not visits:
        return {}
    return _values(visits[0].area_id, visits[0].arrived_at, _last_departure(visits))


def values_with(plan: PatrolShift, visits: Sequence[LiveVisit], *, user: User, at: datetime) -> dict[str, Any]:
    """What the form of a plan shows of them: its own times, wider where a visit was outside them.

    A crew is on patrol between its visits too. Where the person was in another area meanwhile, or the plan is not over
    yet, it is what the visits say: an hour in two areas would count twice, and one to come is not worked.
    """
    if not visits:
        return {}
    starts_at, ends_at = min(plan.starts_at, visits[0].arrived_at), max(plan.ends_at, _last_departure(visits))
    if ends_at > at or was_elsewhere(user, plan.area_id, since=starts_at, until=ends_at):
        return values_of(visits)
    return _values(plan.area_id, starts_at, ends_at)


def _last_departure(visits: Sequence[LiveVisit]) -> datetime:
    return max(visit.left_at for visit in visits if visit.left_at)


def _values(area_id: int, starts_at: datetime, ends_at: datetime) -> dict[str, Any]:
    start, day = starts_at.astimezone(LONDON), today(starts_at)
    values = {"area": area_id, "night": day.isoformat(), **_times(starts_at, ends_at)}
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


def shown(user: User, visits: Sequence[LiveVisit]) -> dict[str, Any]:
    """What the form says of them: each with its id, and where their person went before they came back here."""
    if not visits:
        return {}
    elsewhere, between = next_elsewhere(user, visits), ""
    if elsewhere is not None:
        between = f"You went to {elsewhere.area} at {wording.clock(elsewhere.arrived_at)} and came back."
    return {"own_visits": [(each.pk, _in_words(each)) for each in visits], "own_visits_between": between}


def _in_words(visit: LiveVisit) -> str:
    """10:07pm to 10:22pm."""
    return f"{wording.clock(visit.arrived_at)} to {wording.clock(visit.left_at or visit.arrived_at)}"


def tell(request: SignedInRequest, visits: Sequence[LiveVisit], shift_id: int) -> None:
    """Say on the next page how many of the visits that a form showed went with its shift, and which did not."""
    if not visits:
        return
    taken = attached_to(request.user, shift_id)
    went = [each for each in visits if each.pk in taken]
    left = [_in_words(each) for each in visits if each.pk not in taken]
    if went:
        verb = "is" if len(went) == 1 else "are"
        messages.success(request, f"{wording.plural(len(went), 'visit')} of yours {verb} saved with it.")
    if len(left) == 1:
        text = f"A visit of yours is not saved with it, because it is not in its area and times: {left[0]}."
        messages.warning(request, text)
    elif left:
        text = f"{len(left)} visits of yours are not saved with it, because they are not in its area and times: "
        messages.warning(request, f"{text}{wording.listing(left)}.")
