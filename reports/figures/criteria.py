"""What the figures are asked for: programme, period and areas, read from the URL. One set serves page and file."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode

from hotspot.core import wording
from hotspot.core.calendar import Period, parse_day
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import HotspotArea, Programme
from hotspots.programmes.rules import usual_programme
from hotspots.queries import areas_seen_by, programmes_seen_by
from reports.figures.comparison_codes import AREAS, can_compare
from reports.figures.measures import HEADLINE, PATROL_HOURS
from reports.figures.periods import (
    DAYS,
    LAUNCH,
    MONTHS,
    completed,
    find_period,
    month_choices,
    month_code,
    newest_year,
    period_choices,
    range_code,
    range_ends,
)
from reports.figures.series import CardChoices, MapView

COMPARE, WITH = "compare", "with"
FROM_MONTH, TO_MONTH = "from_month", "to_month"
MAP, ZOOM = "map", "zoom"
TREND, WAIT = "trend", "wait"
WAITS = range(1, 366)
"""After how many days without a patrol an area can be asked for."""
MEASURES = {measure.code: measure for measure in HEADLINE}
_ZOOM = re.compile(r"(\d{1,18})(?:-(\d))?", re.ASCII)
_DAY_NAMES = ("since", "until", "from", "to", "day", "night")
MOST_SAID = 40


@dataclass(frozen=True)
class ReportCriteria:
    """A question that makes sense. `areas` are those chosen, `all_areas` those the person may see, both in list order.

    `code` is the period as the URL names it, `ignored` what was asked that made no sense, in sentences. `compare` names
    what it is compared with in the same way, empty for nothing, and `beside` the areas where it is areas that were
    chosen. `view`: what the dashboard's map shows, `choices` what other cards are asked besides.
    """

    programme: Programme
    code: str
    period: Period
    areas: Sequence[HotspotArea]
    all_areas: Sequence[HotspotArea]
    ignored: Sequence[str] = ()
    compare: str = ""
    beside: Sequence[HotspotArea] = ()
    view: MapView = field(default=MapView())
    choices: CardChoices = field(default=CardChoices())

    @property
    def is_narrowed(self) -> bool:
        """Whether only some of the areas are asked for."""
        return len(self.areas) < len(self.all_areas)

    def query(self, **changes: Any) -> str:
        """The query string of this question, or of the same with another `code`, `period`, `areas` or `view`."""
        return f"?{urlencode(replace(self, **changes).pairs)}"

    @property
    def pairs(self) -> list[tuple[str, str | int]]:
        """What the query string says, as names and values."""
        values: list[tuple[str, str | int]] = [("programme", self.programme.pk), ("period", self.code)]
        if self.code == DAYS:
            values += [("since", str(self.period.first_day)), ("until", str(self.period.last_day))]
        if self.is_narrowed:
            values += [("area", area.pk) for area in self.areas]
        if self.compare:
            values += [(COMPARE, self.compare), *((WITH, area.pk) for area in self.beside)]
        if self.view.measure != PATROL_HOURS:
            values.append((MAP, self.view.measure.code))
        if any(area.pk == self.view.near for area in self.areas):
            values.append((ZOOM, zoom_code(self.view)))
        usual = CardChoices()
        if self.choices.trend != usual.trend:
            values.append((TREND, self.choices.trend.code))
        if self.choices.wait != usual.wait:
            values.append((WAIT, self.choices.wait))
        return values

    @property
    def query_without_map(self) -> str:
        """The query string without what the map shows, for links that name another measure or place."""
        return self.query(view=MapView())

    @property
    def query_without_trend(self) -> str:
        """The query string without the measure that is shown by week, for links that name another."""
        return self.query(choices=replace(self.choices, trend=PATROL_HOURS))

    @property
    def uncompared(self) -> "ReportCriteria":
        """The same for a page that compares nothing, which says so where a comparison was asked for."""
        if not self.compare:
            return self
        return replace(self, compare="", beside=(), ignored=(*self.ignored, "This page compares nothing."))

    def month_query(self, month: Period) -> str | None:
        """The query string that narrows this question down to a month, or None when it is no narrower or asks days."""
        if self.code == month_code(month.first_day) or self.code == DAYS:
            return None
        return self.query(code=month_code(month.first_day), period=month)


def zoom_code(view: MapView) -> str:
    """How the URL names a place and how close to look: 12 is as close as area 12 fills the map, 12-3 three steps in."""
    return f"{view.near}" if view.step is None else f"{view.near}-{view.step}"


def read_criteria(
    values: QueryDict,
    *,
    by: User,
    today: date,
    opens_on_year: bool = False,
    seen: Callable[[User], Iterable[Any]] = areas_seen_by,
) -> ReportCriteria | None:
    """What a URL asks for, or None where there is no programme yet.

    A URL that names no period means since launch, or, `opens_on_year`, the newest financial year of several. A value
    that makes no sense is ignored and said. Somebody who may not see single days gets months that are over only.
    `seen` reads the areas that they may see, with as much of each as will be shown.
    Raises DomainError `choose_whole_months` when they ask for days, and `no_month_over` before the first is over.
    """
    completed_only = not by.may(Permission.VIEW_DAILY_FIGURES)
    if completed_only:
        _refuse_days(values)
    programmes = programmes_seen_by(by)
    if not programmes:
        return None
    ignored: list[str] = []
    programme = _programme(values, programmes, today, ignored, completed_only=completed_only)
    choices = period_choices(programme, today, completed_only=completed_only)
    usual = newest_year(choices) if opens_on_year else LAUNCH
    code, period = _period(values, programme, today, ignored, usual, completed_only=completed_only)
    all_areas = list(seen(by))
    areas = _areas(values, all_areas, "area", "district", ignored) or all_areas
    compare, beside = _compare(values, programme, all_areas, today, ignored)
    view, cards = _view(values, areas, ignored), _choices(values, ignored)
    return ReportCriteria(
        programme, code, period, areas, all_areas, tuple(ignored), compare, tuple(beside), view, cards
    )


def _view(values: QueryDict, areas: Sequence[HotspotArea], ignored: list[str]) -> MapView:
    """What the map shows. An area can be looked at when it is one of those asked for."""
    measure, zoom = values.get(MAP, ""), values.get(ZOOM, "")
    if measure and measure not in MEASURES:
        ignored.append(f"The map cannot show ‘{measure[:MOST_SAID]}’.")
    found = _ZOOM.fullmatch(zoom)
    near = next((area.pk for area in areas if found and str(area.pk) == found[1]), None)
    if zoom and near is None:
        ignored.append(f"The map has no area ‘{zoom[:MOST_SAID]}’ to zoom to.")
    step = int(found[2]) if near is not None and found and found[2] else None
    return MapView(MEASURES.get(measure, PATROL_HOURS), near, step)


def _choices(values: QueryDict, ignored: list[str]) -> CardChoices:
    """What cards are asked besides: another measure by week, another number of days without a patrol."""
    trend, wait = values.get(TREND, ""), values.get(WAIT, "")
    usual = CardChoices()
    if trend and trend not in MEASURES:
        ignored.append(f"No card shows ‘{trend[:MOST_SAID]}’ by week.")
    days = int(wait) if wait.isascii() and wait.isdigit() and len(wait) <= len(str(WAITS[-1])) else 0
    if wait and days not in WAITS:
        ignored.append(f"‘{wait[:MOST_SAID]}’ is not a number of days from {WAITS[0]} to {WAITS[-1]}.")
    return CardChoices(MEASURES.get(trend, usual.trend), days if days in WAITS else usual.wait)


def _compare(
    values: QueryDict, programme: Programme, all_areas: Sequence[HotspotArea], today: date, ignored: list[str]
) -> tuple[str, Sequence[HotspotArea]]:
    """What it is compared with, and the areas where it is some that are named."""
    beside = _areas(values, all_areas, WITH, f"{WITH}_district", ignored)
    asked = values.get(COMPARE, AREAS if beside else "")
    if asked and not can_compare(asked, programme, all_areas, today):
        ignored.append(f"Figures cannot be compared with ‘{asked[:MOST_SAID]}’.")
        asked = ""
    if asked == AREAS:
        if not beside:
            ignored.append("Choose the hotspot areas to compare with.")
        return (AREAS, beside) if beside else ("", ())
    if beside:
        ignored.append(
            "The hotspot areas to compare with were not used. Choose “Hotspot areas you choose” to use them."
        )
    return asked, ()


def _refuse_days(values: QueryDict) -> None:
    period = values.get("period", "")
    if period == DAYS or parse_day(period) or any(values.get(name) for name in _DAY_NAMES):
        raise DomainError(
            "choose_whole_months",
            "Choose whole months. Your figures are for months, quarters, years or since launch, never for single days.",
        )


def _programme(
    values: QueryDict, programmes: list[Programme], today: date, ignored: list[str], *, completed_only: bool
) -> Programme:
    asked = values.get("programme", "")
    found = next((programme for programme in programmes if str(programme.pk) == asked), None)
    if asked and found is None:
        ignored.append(_not_found("programme", asked))
    shown = [each for each in programmes if not completed_only or (each.first_day <= today and completed(each, today))]
    return found or usual_programme(shown, today) or programmes[0]


def _period(
    values: QueryDict, programme: Programme, today: date, ignored: list[str], usual: str, *, completed_only: bool
) -> tuple[str, Period]:
    choices = period_choices(programme, today, completed_only=completed_only)
    if not choices:
        raise DomainError("no_month_over", f"The figures of {programme} are shown when its first month is over.")
    since, until = values.get("since", ""), values.get("until", "")
    from_month, to_month = values.get(FROM_MONTH, ""), values.get(TO_MONTH, "")
    asked = values.get("period", "") or _implied(bool(since or until), bool(from_month or to_month), usual)
    if asked == DAYS:
        days = _named_days(since, until, programme, choices[LAUNCH][1], ignored)
        return (DAYS, days) if days else (LAUNCH, choices[LAUNCH][1])
    if asked == MONTHS:
        months = [code for code, _ in month_choices(choices)]
        if not from_month and not to_month:
            ignored.append("Choose the first month and the last. Until then you see all of them.")
        asked = range_code(from_month or months[0], to_month or months[-1])
    elif from_month or to_month:
        ignored.append("The months were not used. Choose “Months you choose” as the period to use them.")
    if since or until:
        ignored.append("The dates were not used. Choose “Days you name” as the period to use them.")
    found = find_period(programme, asked, today, completed_only=completed_only)
    if found is None:
        ignored.append(_no_period(programme, asked))
        return LAUNCH, choices[LAUNCH][1]
    return asked, found[1]


def _no_period(programme: Programme, asked: str) -> str:
    first, last = range_ends(asked) or ("", "")
    if first > last and first[:1].isdigit():
        return "The last month must be the same as or after the first month, so the months were not used."
    return (
        f"{programme} has no figures for {_period_in_words(asked)}, so you see all of it. Its periods are under "
        "“Choose period and areas”."
    )


def _implied(has_days: bool, has_months: bool, usual: str) -> str:
    """The period that is meant where only its ends are given, or nothing."""
    return DAYS if has_days else MONTHS if has_months else usual


def _period_in_words(asked: str) -> str:
    """The period that an address names: months, which may be another programme's, or what was written."""
    months = [parse_day(f"{month}-01") for month in range_ends(asked) or (asked,)]
    if not all(months):
        return f"the period ‘{asked[:MOST_SAID]}’"
    return " to ".join(wording.month(month) for month in months if month)


def _named_days(since: str, until: str, programme: Programme, so_far: Period, ignored: list[str]) -> Period | None:
    ends = []
    for text, default in ((since, so_far.first_day), (until, so_far.last_day)):
        day = parse_day(text) if text else default
        if day is None:
            ignored.append(f"‘{text[:MOST_SAID]}’ is not a date that we can use. Write dates like {so_far.first_day}.")
        ends.append(day or default)
    if ends[1] < ends[0]:
        ignored.append("The last day must be the same as or after the first day, so the dates were not used.")
        return None
    days = Period(ends[0], ends[1]).clip(programme.period)
    if days is None:
        ignored.append(f"{programme} runs from {wording.period(programme.period)}, so the dates were not used.")
    elif days != Period(ends[0], ends[1]):
        ignored.append(f"Days outside {programme} ({wording.period(programme.period)}) were left out.")
    return days


def _areas(
    values: QueryDict, all_areas: Sequence[HotspotArea], area_key: str, district_key: str, ignored: list[str]
) -> Sequence[HotspotArea]:
    """The areas that two keys of the URL name, one by one or by district, in list order; none where they name none."""
    if values.keys().isdisjoint((area_key, district_key)):
        return []
    areas = {str(area.pk): area for area in all_areas}
    districts = {str(area.district_id) for area in all_areas}
    chosen = {areas[asked].pk for asked in values.getlist(area_key) if asked in areas}
    asked_districts = set(values.getlist(district_key))
    chosen |= {area.pk for area in all_areas if str(area.district_id) in asked_districts}
    for kind, key, known in (("area", area_key, set(areas)), ("district", district_key, districts)):
        unknown = [asked for asked in dict.fromkeys(values.getlist(key)) if asked and asked not in known]
        ignored.extend(_not_found(kind, asked) for asked in unknown[:3])
    return [area for area in all_areas if area.pk in chosen]


def _not_found(kind: str, asked: str) -> str:
    return f"We could not find {kind} ‘{asked[:MOST_SAID]}’."
