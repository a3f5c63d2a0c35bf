"""A calendar of shifts in words: its nights, its cells, and what each area still needs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import HotspotArea
from patrols.models import PatrolShift
from patrols.planning.months import MonthPlan
from patrols.planning.queries import AreaNights, ShiftCalendar
from patrols.planning.rules import NightState, night_state


@dataclass(frozen=True)
class NightHead:
    """The head of a column: a night."""

    day: date
    weekday: str
    short: str
    is_today: bool


@dataclass(frozen=True)
class CellShift:
    """A shift in a cell."""

    url: str
    state: NightState
    clock: str
    said: str
    code: str
    area: str = ""
    is_taken_from: bool = False


@dataclass(frozen=True)
class NightCell:
    """An area on a night: its shifts, and where one can be planned (empty: nowhere)."""

    shifts: Sequence[CellShift]
    plan_url: str
    said: str
    is_today: bool
    is_active: bool


@dataclass(frozen=True)
class CalendarRow:
    """An area with its cells, and its month's hours in words."""

    area: HotspotArea
    url: str
    cells: Sequence[NightCell]
    in_words: str


@dataclass(frozen=True)
class NightCard:
    """A night for a phone: every shift of it, and where one can be planned."""

    head: NightHead
    said: str
    shifts: Sequence[CellShift]
    plan_url: str


@dataclass(frozen=True)
class AreaNeed:
    """What an area still needs in a sentence, and the nights that would usually bring it."""

    area: HotspotArea
    sentence: str
    nights: Sequence[tuple[str, str]]
    after: str


def heads(found: ShiftCalendar) -> list[NightHead]:
    """The nights as heads of columns."""
    return [NightHead(day, f"{day:%a}", f"{day.day} {day:%b}", day == found.today) for day in found.nights.each_day()]


def rows(found: ShiftCalendar, *, by: User, at: datetime) -> list[CalendarRow]:
    """The areas, each with a cell a night."""
    return [_row(each, found, by, at) for each in found.areas]


def cards(found: ShiftCalendar, *, by: User, at: datetime) -> list[NightCard]:
    """The nights, each with the shifts of all areas."""
    made = []
    for head in heads(found):
        shifts = [_shift(shift, each.area, at) for each in found.areas for shift in each.shifts.get(head.day, ())]
        plan_url = _plan_url(by, head.day) if head.day >= found.today else ""
        made.append(NightCard(head, wording.weekday(head.day), shifts, plan_url))
    return made


def needs(found: ShiftCalendar, *, by: User) -> list[AreaNeed]:
    """The areas that still need hours this month, in list order: not those that lack less than half of one."""
    return [_need(each, by) for each in found.areas if wording.hours(each.month.needed)]


def summary(found: ShiftCalendar) -> str:
    """The months' hours of all areas in one sentence; empty where none has a target."""
    months = [each.month for each in found.areas if each.month.due is not None]
    if not months:
        return ""
    logged, planned, due, needed = (
        wording.hours(sum(values))
        for values in (
            [month.logged for month in months],
            [month.planned for month in months],
            [month.due or 0 for month in months],
            [month.needed for month in months],
        )
    )
    said = f"{wording.month(found.month.first_day)}: {logged:,} patrol hours logged and {planned:,} planned"
    return f"{said} of a target of {due:,}; {wording.plural(needed, 'hour is', 'hours are')} still to be planned."


def _row(each: AreaNights, found: ShiftCalendar, by: User, at: datetime) -> CalendarRow:
    return CalendarRow(
        each.area,
        reverse("hotspots:area", args=(each.area.pk,)),
        [_cell(each, day, found, by, at) for day in found.nights.each_day()],
        _month_in_words(each.month),
    )


def _month_in_words(month: MonthPlan) -> str:
    """16 logged, 8 planned of 100. Without a target, the first two."""
    said = f"{wording.hours(month.logged):,} logged, {wording.hours(month.planned):,} planned"
    return said if month.due is None else f"{said} of {wording.hours(month.due):,}"


def _cell(each: AreaNights, day: date, found: ShiftCalendar, by: User, at: datetime) -> NightCell:
    is_active = each.area.first_day <= day and (each.area.last_day is None or day <= each.area.last_day)
    shifts = [_shift(shift, each.area, at) for shift in each.shifts.get(day, ())]
    stands = any(shift.state != NightState.CANCELLED for shift in shifts)
    plan_url = _plan_url(by, day, each.area) if is_active and day >= found.today and not stands else ""
    said = f"{each.area.name}, {day:%A} {day.day} {day:%B}"
    return NightCell(shifts, plan_url, said, day == found.today, is_active)


def _shift(shift: PatrolShift, area: HotspotArea, at: datetime) -> CellShift:
    state = night_state(shift, at)
    assert state is not None  # noqa: S101 - voided shifts are in no calendar
    clock = wording.clock(shift.starts_at)
    people = wording.plural(shift.crew_size, "person", "people")  # type: ignore[attr-defined]
    taken: int = shift.taken  # type: ignore[attr-defined]
    away = f"{wording.duration(taken)} of patrol taken away" if taken else ""
    said = ", ".join(filter(None, [f"{clock} to {wording.clock(shift.ends_at)}", people, away]))
    return CellShift(
        reverse("outcomes:shift", args=(shift.pk,)), state, clock, said, state.value.lower(), area.name, bool(taken)
    )


def _plan_url(by: User, day: date, area: HotspotArea | None = None) -> str:
    if not by.may(Permission.PLAN_SHIFT):
        return ""
    query = {"area": area.pk, "night": day.isoformat()} if area else {"night": day.isoformat()}
    return f"{reverse('outcomes:plan')}?{urlencode(query)}"


def _need(each: AreaNights, by: User) -> AreaNeed:
    month = each.month
    needed = wording.plural(wording.hours(month.needed), "more patrol hour")
    nights = [(f"{day:%a} {day.day} {day:%b}", _plan_url(by, day, each.area)) for day in month.to_come.nights]
    return AreaNeed(each.area, f"needs {needed}.", nights, "".join(_after(month)))


def _after(month: MonthPlan) -> Iterator[str]:
    """What the usual nights that are left would bring."""
    brought = month.to_come.patrol_minutes
    if not month.to_come.nights:
        yield "No usual night of this area is left in the month."
    elif brought >= month.needed:
        yield f"would usually bring {wording.plural(wording.hours(brought), 'hour')}."
    else:
        yield f"are the usual nights left, and would bring {wording.hours(brought):,} of them."
