"""Presence in areas, from completed shifts and files of positions. Never by person: no query here knows who."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Case, Count, F, Q, QuerySet, When

from hotspot.core.calendar import Period
from hotspot.core.clock import instant
from hotspot.core.models import User
from patrols.models import CrewMember, LiveVisit, PatrolShift, PositionFile, PositionVisit, Visit
from patrols.visits.spells import Span, Stay


@dataclass
class DayPresence:
    """What one area was given on one London day: presence belongs to the day on which its shift started, whole.

    `crews` are the spans of everybody on a shift there, in no order, a span each; `unvisited` those of shifts on which
    no visit was recorded or seen; `stays` the visits.
    """

    crews: list[Span] = field(default_factory=list)
    unvisited: list[Span] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    shifts: int = 0
    shifts_unvisited: int = 0


Presence = dict[tuple[int, date], DayPresence]


def presence_in(area_ids: Collection[int], period: Period) -> Presence:
    """The presence in some areas on the days of a period, by area and day. Days without any are not in it.

    Of completed shifts, whatever pays for them: an incident does not know who paid. A visit that a file of positions
    shows counts on the day of its shift, or on its own where it names none; one by two presses on its own until a
    completed shift has it.
    """
    ids = list(area_ids)
    found: Presence = defaultdict(DayPresence)
    shifts = PatrolShift.objects.filter(state=PatrolShift.State.COMPLETED, area__in=ids, **_starting_in(period))
    columns = ("shift", "shift__area", "shift__day", "starts_at", "ends_at")
    recorded = Visit.objects.filter(shift__in=shifts).values_list(*columns)
    visited: set[int] = set()
    for shift, area, day, start, end in recorded:
        found[area, day].stays.append(Stay.recorded(start, end))
        visited.add(shift)
    seen = _seen(ids, period)
    for shift, area, day, stay in seen:
        found[area, day].stays.append(stay)
        visited |= {shift} if shift else set()
    pressed: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for person, area, day, stay in _pressed(ids, period):
        found[area, day].stays.append(stay)
        pressed[area, person].append(stay.least)
    _add_crews(found, shifts, visited, _by_area(seen), pressed)
    return dict(found)


def _starting_in(period: Period) -> dict[str, datetime]:
    """What shifts of the days of a period are found by: their starts, by which they are in an index."""
    after = period.last_day + timedelta(days=1)
    return {"starts_at__gte": instant(period.first_day, time(0)), "starts_at__lt": instant(after, time(0))}


_Seen = tuple[int | None, int, date, Stay]
_ON_SHIFT = Q(
    shift__state=PatrolShift.State.COMPLETED,
    shift__area=F("area"),
    shift__starts_at__lt=F("last_seen"),
    shift__ends_at__gt=F("first_seen"),
)
"""A shift can be voided or corrected after a file named it: then somebody was there, but not on that shift."""


def _seen(ids: list[int], period: Period) -> list[_Seen]:
    """The visits that counted files of positions show: shift, area, day and stay."""
    # A shift begins at most a day before a visit on it, and can begin on the day after.
    days = (period.first_day - timedelta(days=1), period.last_day + timedelta(days=1))
    visits = PositionVisit.objects.filter(area__in=ids, day__range=days, file__in=PositionFile.objects.counted())
    on, on_day = (Case(When(_ON_SHIFT, then=F(column))) for column in ("shift", "shift__day"))
    rows = visits.annotate(on_shift=on, on_day=on_day).values_list(
        "on_shift", "area", "on_day", "day", "earliest_arrival", "first_seen", "last_seen", "latest_departure"
    )
    return [
        (shift, area, day, Stay((first, last), earliest, latest))
        for shift, area, shift_day, own_day, earliest, first, last, latest in rows
        if (day := shift_day or own_day) in period
    ]


def _pressed(ids: list[int], period: Period) -> list[tuple[int, int, date, Stay]]:
    """The visits by two presses that no completed shift has, as they were entered: person, area, day and stay."""
    visits = LiveVisit.objects.counted_alone().filter(area__in=ids, day__range=(period.first_day, period.last_day))
    rows = visits.values_list("by", "area", "day", "arrived_at", "left_at")
    return [(person, area, day, Stay.recorded(arrived, left)) for person, area, day, arrived, left in rows if left]


def _by_area(seen: Iterable[_Seen]) -> dict[int, list[Span]]:
    """Visits in files that name no shift: they could be those of any shift at the time."""
    spans: dict[int, list[Span]] = defaultdict(list)
    for shift, area, _, stay in seen:
        if shift is None:
            spans[area].append(stay.least)
    return spans


def _add_crews(
    found: Presence,
    shifts: QuerySet[PatrolShift],
    visited: set[int],
    seen: dict[int, list[Span]],
    pressed: dict[tuple[int, int], list[Span]],
) -> None:
    """Add the crews, and where nobody knows their visits, the time of the whole shift.

    A press says who made it: it stands for a shift of theirs, and says nothing about other crews.
    """
    spans: dict[int, list[Span]] = defaultdict(list)
    for number, start, end in CrewMember.objects.filter(shift__in=shifts).values_list("shift", "starts_at", "ends_at"):
        spans[number].append((start, end))
    columns = ("pk", "area", "day", "starts_at", "ends_at", "logged_by")
    for number, area, day, start, end, person in shifts.values_list(*columns):
        part = found[area, day]
        part.shifts += 1
        part.crews += spans[number]
        others = [*seen.get(area, []), *pressed.get((area, person), [])]
        if number in visited or _overlaps((start, end), others):
            continue
        part.shifts_unvisited += 1
        part.unvisited += spans[number]


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(start < span[1] and end > span[0] for start, end in others)


def files_seen_by(user: User) -> QuerySet[PositionFile]:
    """The files of positions that this person may see, newest first, each with its `visit_count`."""
    files = PositionFile.objects.visible_to(user).select_related("by", "voided_by")
    return files.annotate(visit_count=Count("visits")).order_by("-created_at", "-pk")


def visits_of(file: PositionFile) -> QuerySet[PositionVisit]:
    """The visits that a file shows, in order of time."""
    return file.visits.select_related("area", "shift").order_by("first_seen", "pk")
