"""The first page of a supervisor in words and rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from hotspot.core import wording
from outcomes.confirmations.presenters import changed_in_words
from outcomes.confirmations.rules import PersonMonth
from outcomes.home.queries import Home
from outcomes.records.filters import OVERDUE
from patrols.planning.months import AreaOutlook, MonthPlan

MOST_NIGHTS = 4
"""So many missed nights of an area are named."""
COLUMNS = (
    {"label": "Hotspot area"},
    *({"label": label, "numeric": True} for label in ("Logged of target", "Planned", "Still needed")),
)


@dataclass(frozen=True)
class MissedNights:
    """The nights that an area missed: the newest, each with the address of the form for it, and how many more."""

    area: str
    nights: Sequence[tuple[str, str]]
    more: int


def missed(home: Home) -> list[MissedNights]:
    """The areas that missed nights, the one that missed most first."""
    areas = sorted((each for each in home.areas if each.missed), key=lambda each: -len(each.missed))
    return [_missed(each) for each in areas]


def _missed(each: AreaOutlook) -> MissedNights:
    nights = [(f"{day:%a} {day.day} {day:%b}", _log_url(each, day)) for day in each.missed[:MOST_NIGHTS]]
    return MissedNights(each.area.name, nights, len(each.missed) - len(nights))


def _log_url(each: AreaOutlook, day: date) -> str:
    return f"{reverse('outcomes:log')}?{urlencode({'area': each.area.pk, 'night': day.isoformat()})}"


def hours_rows(home: Home) -> list[list[Any]]:
    """The areas that have a target or hours this month, with their hours."""
    shown = [each for each in home.areas if each.month.due is not None or each.month.logged or each.month.planned]
    return [[_area(each), *_hours(each.month)] for each in shown]


def hours_foot(home: Home) -> list[str]:
    """All of them together; empty for one area, and where one of them has no target."""
    months = [each.month for each in home.areas if each.month.due is not None]
    if len(months) < 2 or len(months) < len(hours_rows(home)):
        return []
    due, logged, planned, needed = (
        sum(values) for values in zip(*((m.due or 0, m.logged, m.planned, m.needed) for m in months), strict=True)
    )
    return ["Together", _of_target(logged, due), *(f"{wording.hours(minutes):,}" for minutes in (planned, needed))]


def _area(each: AreaOutlook) -> dict[str, str]:
    return {"url": reverse("hotspots:area", args=(each.area.pk,)), "text": each.area.name}


def _hours(month: MonthPlan) -> list[str]:
    """Three columns, so that they fit beside the area's name on a phone."""
    needed = "–" if month.due is None else f"{wording.hours(month.needed):,}"
    return [_of_target(month.logged, month.due), f"{wording.hours(month.planned):,}", needed]


def _of_target(logged: int, due: int | None) -> str:
    """12 of 40; without a target, 12."""
    said = f"{wording.hours(logged):,}"
    return said if due is None else f"{said} of {wording.hours(due):,}"


def listed_addresses(home: Home) -> set[str]:
    """Where other lists of what waits lead to for what this page says one by one."""
    each = {reverse("outcomes:complete", args=(shift.pk,)) for shift in home.plans.to_complete}
    return {f"{reverse('outcomes:shifts')}?state={OVERDUE}", *each}


@dataclass(frozen=True)
class MonthToConfirm:
    """A month that its person has still to confirm, or to confirm once more: what is said of it, and where."""

    words: str
    url: str
    label: str


def months(home: Home) -> list[MonthToConfirm]:
    """The months that are not settled, oldest first."""
    return [_month(each) for each in reversed(home.months) if not each.is_settled and each.shifts]


def _month(each: PersonMonth) -> MonthToConfirm:
    name = wording.month(each.month.first_day)
    url = reverse("outcomes:confirm_month", args=(f"{each.month.first_day:%Y-%m}",))
    if each.planned:
        shifts = wording.plural(each.planned, "planned shift")
        return MonthToConfirm(f"{name}: first complete or cancel {shifts}", url, "See what is open")
    if each.is_confirmed:
        return MonthToConfirm(f"{name}: {changed_in_words(each)}", url, "Look at it")
    return MonthToConfirm(f"{name}: is there nothing more to log?", url, "Confirm")
