"""What figures can be compared with: another time, or another set of areas. Addresses name it by one code."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspots.models import HotspotArea, Programme
from reports.figures.comparison_codes import AREAS, BEFORE, DISTRICT, PERIOD, REST, YEAR
from reports.figures.criteria import ReportCriteria
from reports.figures.periods import period_choices

MOST_NAMED = 3
CHOSEN = "the hotspot areas chosen"


@dataclass(frozen=True)
class Other:
    """The other side of a comparison: a programme, days that have begun, and areas."""

    programme: Programme
    period: Period
    areas: Sequence[HotspotArea]


def other_side(question: ReportCriteria, programmes: Iterable[Programme], today: date) -> Other | None:
    """What a question is compared with, or None where it is with nothing or there is no such thing.

    Of a period that is not over, as many days as have begun of it. `programmes` are all that the person may see: the
    same time a year before can be another's. Nothing is compared with itself.
    """
    so_far = question.period.clip(Period(date.min, today))
    if not question.compare or so_far is None:
        return None
    other = _other_side(question, so_far, programmes, today)
    return None if other == Other(question.programme, so_far, list(question.areas)) else other


def _other_side(question: ReportCriteria, so_far: Period, programmes: Iterable[Programme], today: date) -> Other | None:
    if question.compare == BEFORE:
        return _at(question, question.period.before(), so_far, [question.programme])
    if question.compare == YEAR:
        return _at(question, question.period.a_year_before(), so_far, [question.programme, *programmes])
    if question.compare.startswith(PERIOD):
        period = period_choices(question.programme, today)[question.compare.removeprefix(PERIOD)][1]
        days = period.clip(Period(date.min, today))
        return Other(question.programme, days, list(question.areas)) if days else None
    areas = _areas(question)
    return Other(question.programme, so_far, areas) if areas else None


def _at(question: ReportCriteria, period: Period, so_far: Period, programmes: Iterable[Programme]) -> Other | None:
    """Those days, without what lies after the end of the programme that ran when they began."""
    days = period if so_far == question.period else period.first_days(so_far.days)
    programme = next((each for each in programmes if days.first_day in each.period), None)
    counted = days.clip(programme.period) if programme else None
    return Other(programme, counted, list(question.areas)) if programme and counted else None


def _areas(question: ReportCriteria) -> list[HotspotArea]:
    asked, code = {area.pk for area in question.areas}, question.compare
    if code == AREAS:
        return list(question.beside)
    return [
        area
        for area in question.all_areas
        if (area.pk not in asked if code == REST else code == f"{DISTRICT}{area.district_id}")
    ]


def nothing_to_compare(question: ReportCriteria, *, has_begun: bool) -> str:
    """Why there is no other side of a comparison that was asked for."""
    if not has_begun:
        return "This period has not begun, so there is nothing to compare."
    if question.compare == REST:
        return "All hotspot areas are asked for, so there are no others to compare them with."
    if question.compare == YEAR:
        return "No programme ran a year before, so there is nothing to compare with."
    if question.compare == BEFORE:
        return "There is nothing before this period to compare it with."
    return "That is what is asked for already, so there is nothing else to compare it with."


def other_in_words(question: ReportCriteria, other: Other) -> str:
    """The other side, after "Compared with": days of another time, areas of the same."""
    if question.compare == REST:
        return "the other hotspot areas"
    if question.compare.startswith(DISTRICT):
        return other.areas[0].district.name
    if question.compare == AREAS and len(other.areas) > MOST_NAMED:
        return CHOSEN
    if question.compare == AREAS:
        return wording.listing([area.name for area in other.areas])
    return wording.period(other.period)
