"""A saved shift as the values of its form: for correcting, completing, and comparing what two people made of it."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core import signing

from hotspot.core.calendar import LONDON, today
from hotspot.core.clock import instant, span
from hotspot.core.errors import DomainError
from outcomes.records.list_queries import standing_counts
from patrols.models import CrewRole, PatrolShift
from patrols.shifts.after_midnight import possible_days


def shift_values(shift: PatrolShift) -> dict[str, Any]:
    """What the form shows of a saved shift, by field name: for correcting, completing and comparing."""
    values: dict[str, Any] = {
        "area": shift.area_id,
        "night": shift.day.isoformat(),
        "start": clock_text(shift.starts_at),
        "start_change": clock_change(shift.starts_at),
        "end": clock_text(shift.ends_at),
        "end_change": clock_change(shift.ends_at),
        "funding_stream": shift.funding_stream_id,
        "note": shift.note,
    }
    crew = list(shift.crew.all())
    for role in CrewRole:
        members = [member for member in crew if member.role == role]
        values[f"crew_{role}"] = len(members) or None
        values[f"collars_{role}"] = ", ".join(member.collar_number for member in members if member.collar_number)
    return values


def values_like(shift: PatrolShift, at: datetime) -> dict[str, Any]:
    """What the form of another shift takes from this one, on the latest night that is over: no outcomes and no note."""
    day = latest_over(shift, at)
    values = shift_values(shift) | {"night": day.isoformat()}
    if len(possible_days(day, shift.starts_at.astimezone(LONDON).time())) > 1:
        # Of the night before, as people name it, and the morning after it.
        values |= {"night": (day - timedelta(days=1)).isoformat(), "start_day": day.isoformat()}
    for name in ("start_change", "end_change", "note"):
        del values[name]
    return values


def latest_over(shift: PatrolShift, at: datetime) -> date:
    """The latest day on which a shift with this one's clock times would be over by now."""
    start, end = (each.astimezone(LONDON).time() for each in (shift.starts_at, shift.ends_at))
    day = today(at)
    try:
        is_over = span(day, start, end)[1] <= at
    except DomainError:
        # Times that the clocks leave out or show twice: the form asks.
        is_over = False
    return day if is_over else day - timedelta(days=1)


def outcome_values(shift: PatrolShift) -> dict[str, Any]:
    """What the form shows of a completed shift's outcomes and activity, by field name."""
    counts = {name: count or None for name, count in standing_counts(shift).items()}
    activity = {f"activity_{row.kind_id}": row.count for row in shift.activity.all()}
    return counts | activity | {"nothing_to_report": shift.nothing_to_report}


def clock_text(at: datetime) -> str:
    """A London clock time as the form shows it: 22:00."""
    return f"{at.astimezone(LONDON):%H:%M}"


def clock_change(at: datetime) -> str:
    """Which of two equal clock times an instant is, or nothing when there is only one."""
    local = at.astimezone(LONDON)
    try:
        instant(local.date(), local.time())
    except DomainError:
        return "after" if local.fold else "before"
    return ""


def sign(values: dict[str, Any]) -> str:
    """Form values as text that comes back unchanged or not at all."""
    return signing.dumps({name: str(value) for name, value in values.items() if value not in (None, "", False)})


def read_signed(text: str) -> dict[str, str]:
    """What `sign` wrote. Empty for text that somebody changed."""
    try:
        values: dict[str, str] = signing.loads(text)
    except signing.BadSignature:
        return {}
    return values
