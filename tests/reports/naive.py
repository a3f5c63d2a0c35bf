"""The slow twin of `reports.figures.headline.figures`: the same numbers from single rows, in plain Python.

It shares nothing with the summaries but the tables of records: no aggregate, no generated column, no view, no SQL.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hotspots.models import FundingStream, Programme
from outcomes.kinds import BY_PLURAL
from outcomes.models import AsbPowerUse
from patrols.models import CrewMember, PatrolShift

MEASURES = ("patrol_minutes", "patrols", *BY_PLURAL, "clock_minutes")


def london_day(at: datetime) -> date:
    return at.astimezone(ZoneInfo("Europe/London")).date()


def minutes(start: datetime, end: datetime) -> int:
    seconds = end.astimezone(UTC).timestamp() - start.astimezone(UTC).timestamp()
    assert seconds % 60 == 0
    return int(seconds) // 60


def counted_shifts(programme: Programme, first: date, last: date, areas: Collection[int]) -> list[PatrolShift]:
    """Completed, paid from the programme and not business as usual, started on one of the days in one of the areas."""
    return [
        shift
        for shift in PatrolShift.objects.select_related("funding_stream")
        if shift.state == "completed"
        and shift.funding_stream.programme_id == programme.pk
        and shift.funding_stream.kind != FundingStream.Kind.BUSINESS_AS_USUAL
        and first <= london_day(shift.starts_at) <= last
        and shift.area_id in areas
    ]


def counts_of(shifts: Collection[PatrolShift]) -> dict[str, int]:
    """Every measure of these shifts."""
    ids = {shift.pk for shift in shifts}
    crew = [member for member in CrewMember.objects.all() if member.shift_id in ids]
    counts = {
        measure: len([row for row in kind.model.objects.all() if row.shift_id in ids and row.void_reason == ""])
        for measure, kind in BY_PLURAL.items()
    }
    counts["asb_powers"] = len(
        [
            use
            for use in AsbPowerUse.objects.select_related("kind")
            if use.shift_id in ids and use.void_reason == "" and use.kind.in_headline
        ]
    )
    counts["patrols"] = len(ids)
    counts["patrol_minutes"] = sum(minutes(member.starts_at, member.ends_at) for member in crew)
    counts["clock_minutes"] = sum(minutes(shift.starts_at, shift.ends_at) for shift in shifts)
    return counts


def naive_figures(
    programme: Programme, first: date, last: date, areas: Collection[int], by: Collection[str] = ()
) -> dict[tuple, dict[str, int]]:
    """The counts of each part, by the values that name it; parts without any shift are not there."""
    parts: dict[tuple, list[PatrolShift]] = {}
    for shift in counted_shifts(programme, first, last, areas):
        day = london_day(shift.starts_at)
        names = {"area": shift.area_id, "month": day.replace(day=1), "day": day}
        parts.setdefault(tuple(names[grain] for grain in by), []).append(shift)
    return {key: counts_of(shifts) for key, shifts in parts.items()}
