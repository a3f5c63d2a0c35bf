"""The values of dimensions: which there are, in what order, and what they are called."""

import calendar
from collections.abc import Collection, Iterable, Mapping
from datetime import date, time
from typing import Any

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspots.models import FundingStream, HotspotArea, Programme
from patrols.models import CrewRole
from reports.explore.dimensions import (
    AREA,
    AREA_KIND,
    DISTRICT,
    HOUR,
    MONTH,
    NONE,
    ROLE,
    STREAM,
    WEEK,
    WEEKDAY,
    Dimension,
    Key,
)
from reports.figures.criteria import ReportCriteria
from reports.figures.series import distinct_names, known_days, records_of

Names = Mapping[Key, str]
"""Values as they are in the database, in order, with their words."""
_ALWAYS: dict[Dimension, dict[Any, str]] = {
    AREA_KIND: dict(HotspotArea.Kind.choices),
    ROLE: dict(CrewRole.choices),
    WEEKDAY: dict(enumerate(calendar.day_name, start=1)),
    HOUR: {hour: f"{wording.clock(time(hour))} to {wording.clock(time((hour + 1) % 24))}" for hour in range(24)},
}
_TO_FOLLOW, _NO_TIME, _NOT_RECORDED = "Detail to follow", "Time not recorded", "Not recorded"


def offered(dimension: Dimension, programme: Programme) -> dict[str, str]:
    """What a measure can be narrowed to, by the value in the address; nothing for dates and places."""
    names = {str(key): words for key, words in _fixed(dimension, programme).items()}
    return names | {NONE: _nothing(dimension)} if dimension.vocabulary or dimension in (WEEKDAY, HOUR) else names


def as_kept(dimension: Dimension, programme: Programme, values: Iterable[str]) -> list[Key]:
    """Values of addresses as they are in the database, those that there are."""
    kept: dict[str, Key] = {str(key): key for key in _fixed(dimension, programme)}
    kept[NONE] = None
    return [kept[value] for value in values if value in kept]


def kept_days(programme: Programme, days: Period, *, today: date) -> Period | None:
    """Those of some days that are known of: from the programme's first record on, and once it is over to its last."""
    known = known_days(programme, records_of(programme), today=today)
    return days.clip(known) if known else None


def axis(
    dimension: Dimension,
    question: ReportCriteria,
    days: Period,
    found: Collection[Key],
    *,
    recorded: Period | None,
    today: date,
) -> Names:
    """The values that a table shows, in order.

    Every area, month, week, weekday and hour that there could be something of; of all else what was `found`. `days`
    are those of the period that have begun. Weeks and months without any that is `recorded` are left out.
    """
    if dimension == AREA:
        areas = [area for area in question.areas if area.pk in found or area.is_active_in(days)]
        return distinct_names(areas)
    if dimension == DISTRICT:
        districts = {area.district_id: area.district.name for area in question.areas}
        return dict(sorted(districts.items(), key=lambda item: item[1]))
    if dimension in (MONTH, WEEK):
        return _dates(dimension, days, recorded, today)
    fixed = _fixed(dimension, question.programme)
    names = fixed if dimension in (WEEKDAY, HOUR) else {key: words for key, words in fixed.items() if key in found}
    return {**names, None: _nothing(dimension)} if None in found else names


def _dates(dimension: Dimension, days: Period, shown: Period | None, today: date) -> Names:
    if shown is None:
        return {}
    days = _kept(days, shown)
    if dimension == MONTH:
        return {
            month.first_day: f"{wording.month(month.first_day)}{_cut(month, days, today)}"
            for month in shown.each_month()
        }
    return {
        week.first_day: f"Week of {wording.day(week.first_day)}{_cut(week, days, today)}" for week in shown.each_week()
    }


def parts(
    dimension: Dimension | None, keys: Iterable[Key], days: Period, *, recorded: Period | None, today: date
) -> set[Key]:
    """The weeks or months of an axis that are not whole: the period cuts them off, they are not over, or the records
    end in them."""
    if dimension not in (MONTH, WEEK) or recorded is None:
        return set()
    days = _kept(days, recorded)
    wholes = {key: whole_of(dimension, key) for key in keys if isinstance(key, date)}
    return {key for key, whole in wholes.items() if whole.clip(days) != whole or whole.last_day >= today}


def _kept(days: Period, recorded: Period) -> Period:
    """The days up to the last that is known of."""
    return Period(days.first_day, recorded.last_day)


def whole_of(dimension: Dimension, day: date) -> Period:
    """The month or the week that a day lies in."""
    return Period.month(day) if dimension == MONTH else Period.week(day)


def _cut(whole: Period, days: Period, today: date) -> str:
    """How many days of a week or a month the period has, where it has not all; of one that is not over, so far."""
    within = whole.clip(days)
    if within and within != whole:
        return f" ({wording.plural(within.days, 'day')})"
    return " (to date)" if whole.last_day >= today else ""


def _fixed(dimension: Dimension, programme: Programme) -> dict[Any, str]:
    if dimension in _ALWAYS:
        return _ALWAYS[dimension]
    if dimension == STREAM:
        return {stream.pk: stream.name for stream in FundingStream.objects.filter(programme=programme)}
    if dimension.vocabulary:
        return {term.pk: term.label for term in dimension.vocabulary.objects.all()}
    return {}


def _nothing(dimension: Dimension) -> str:
    """What a record is called that has nothing there."""
    if dimension in (WEEKDAY, HOUR):
        return _NO_TIME
    return _NOT_RECORDED if dimension.is_protected else _TO_FOLLOW
