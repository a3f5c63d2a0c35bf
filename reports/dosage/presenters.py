"""The dose of areas in words, bars and table rows. By area only: nothing here knows a person."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspots.doses.queries import Dose
from reports.dosage.counting import AreaDose, AreaWeek, Given, Met, MonthDose
from reports.dosage.predictability import FEW_HOURS, LEAST_VISITS, Predictability
from reports.figures.charts import Bar, Bars, on_grid
from reports.figures.measures import SMALLEST_BASE, VISIT_BAND

BAND = f"{VISIT_BAND[0]} to {VISIT_BAND[-1]} minutes"
MOST_NAMED = 5
FEWEST_SHOWN = 5
"""To who sees aggregates only, fewer visits than these are not shown, nor their minutes."""
UNDER = f"under {FEWEST_SHOWN}"
AREA_COLUMNS = [
    {"label": "Area"},
    {"label": "Weeks that had their dose", "numeric": True},
    {"label": "Minutes by visits", "numeric": True},
    {"label": "Visits", "numeric": True},
    {"label": f"Visits of {BAND}", "numeric": True},
    {"label": "Days without a visit", "numeric": True},
    {"label": "Minutes by shifts", "numeric": True},
    {"label": "Officer minutes", "numeric": True},
    {"label": "Arrivals"},
]
WEEK_COLUMNS = [
    {"label": "Area"},
    {"label": "Week of"},
    {"label": "Dose"},
    {"label": "Minutes by visits", "numeric": True},
    {"label": "Target minutes", "numeric": True},
    {"label": "Visits", "numeric": True},
    {"label": "Target visits", "numeric": True},
    {"label": f"Of {BAND}", "numeric": True},
    {"label": "Days without a visit", "numeric": True},
]
MONTH_COLUMNS = [
    {"label": "Area"},
    {"label": "Month"},
    {"label": "Minutes by shifts", "numeric": True},
    {"label": "Officer minutes", "numeric": True},
    {"label": "Minutes by visits", "numeric": True},
    {"label": "Visits", "numeric": True},
    {"label": f"Of {BAND}", "numeric": True},
]


def summary(found: Sequence[AreaDose]) -> list[str]:
    """What came of the targets, and what the numbers count."""
    weeks = [week for dose in found for week in dose.weeks if week.target]
    shifts = sum(dose.given.shifts for dose in found)
    unvisited = sum(dose.given.shifts_unvisited for dose in found)
    return [
        _compliance(weeks),
        _visits(found),
        "Minutes by visits count visits that crews recorded and that files of positions show; minutes by shifts count "
        "the whole of every shift, on the way and at the station too.",
        *([_unvisited(shifts, unvisited)] if unvisited else []),
    ]


_DOSE = "The dose of an area is what its weekly target asks for: minutes of presence, and visits."


def _compliance(weeks: Sequence[AreaWeek]) -> str:
    if not weeks:
        return "No area had a weekly target."
    met, unknown = (sum(week.met is each for week in weeks) for each in (Met.YES, Met.UNKNOWN))
    said = f"Areas had their dose in {met:,} of {wording.plural(len(weeks), 'week')} with a target"
    if not unknown:
        return f"{said}. {_DOSE}"
    return f"{said}; for {unknown:,} this cannot be told, or not yet. {_DOSE}"


def _visits(found: Sequence[AreaDose]) -> str:
    visits, in_band, perhaps = (
        sum(getattr(dose.given, name) for dose in found) for name in ("visits", "in_band", "perhaps_in_band")
    )
    if not visits:
        return "No visits were recorded."
    share = f" ({round(100 * in_band / visits)}%)" if visits >= SMALLEST_BASE else ""
    more = f", and {perhaps:,} more may have" if perhaps else ""
    return f"{in_band:,} of {wording.plural(visits, 'visit')} lasted {BAND} for certain{share}{more}."


def _unvisited(shifts: int, unvisited: int) -> str:
    return (
        f"On {unvisited:,} of {wording.plural(shifts, 'shift')} no visit was recorded or seen. Time on them is at most "
        "presence, so what visits do not prove there cannot be told."
    )


def warnings(found: Sequence[AreaDose]) -> list[str]:
    """What somebody should do something about: areas whose visits can be foreseen."""
    names = [dose.area.name for dose in found if dose.predictability is not None and dose.predictability.is_predictable]
    if not names:
        return []
    where = wording.listing(names) if len(names) <= MOST_NAMED else wording.plural(len(names), "area")
    return [
        f"Visits come at times that can be foreseen in {where}. Vary when crews go: predictable patrols can do harm."
    ]


def arrivals(found: Predictability | None) -> str:
    """How predictable the arrivals in an area are, in a few words."""
    if found is None:
        return "Cannot tell"
    hours = f"{found.hours:.1f} hours"
    if not found.is_predictable:
        return f"Varied, {hours}"
    return f"Predictable, {hours}" if found.hours < FEW_HOURS else f"Predictable, regular gaps, {hours}"


def area_rows(found: Sequence[AreaDose]) -> list[list[Any]]:
    """A row for each area."""
    return [
        [
            {"url": reverse("hotspots:area", args=(dose.area.pk,)), "text": dose.area.name},
            _weeks_met(dose),
            at_least(dose.given),
            f"{dose.given.visits:,}",
            in_band(dose.given),
            f"{dose.given.days - dose.given.visited_days:,} of {dose.given.days:,}",
            f"{dose.given.shift_minutes:,}",
            f"{dose.given.officer_minutes:,}",
            arrivals(dose.predictability),
        ]
        for dose in found
    ]


def _weeks_met(dose: AreaDose) -> str:
    with_target = sum(1 for week in dose.weeks if week.target)
    if not with_target:
        return "No target"
    unknown = dose.weeks_that(Met.UNKNOWN)
    return f"{dose.weeks_that(Met.YES):,} of {with_target:,}{f' ({unknown:,} cannot tell)' if unknown else ''}"


def at_least(given: Given) -> str:
    """The minutes that visits prove, and at most how many they can be."""
    if given.unbounded:
        return f"{given.least_minutes:,} or more"
    if given.least_minutes == given.most_minutes:
        return f"{given.least_minutes:,}"
    return f"{given.least_minutes:,} to {given.most_minutes:,}"


def in_band(given: Given) -> str:
    """How many visits were of the band for certain, and may have been."""
    if not given.perhaps_in_band:
        return f"{given.in_band:,}"
    return f"{given.in_band:,} to {given.in_band + given.perhaps_in_band:,}"


def week_rows(found: Sequence[AreaDose]) -> list[list[str]]:
    """A row for each area and week."""
    return [
        [
            dose.area.name,
            wording.day(week.week.first_day),
            week.met.value,
            at_least(week.given),
            _target(week.target, week.target.minutes),
            f"{week.given.visits:,}",
            _target(week.target, week.target.visits),
            in_band(week.given),
            f"{max(week.given.days - week.given.visited_days, 0):,}",
        ]
        for dose in found
        for week in dose.weeks
    ]


def _target(target: Dose, number: int) -> str:
    return f"{number:,}" if target else "–"


def bars(found: Sequence[AreaDose]) -> Bars | None:
    """Minutes a week by visits in each area, in the weeks that are over, with a mark at the target of the last."""
    over = [(dose, [week for week in dose.weeks if week.is_over]) for dose in found]
    rows = [(dose, _a_week(weeks), weeks[-1].target.minutes) for dose, weeks in over if weeks]
    most = max((max(given, target) for _, given, target in rows), default=0)
    if not most:
        return None
    return Bars(
        [
            Bar(
                dose.area.name,
                f"{given:,} minutes" + (f", target {target:,}" if target else ""),
                on_grid(given, most),
                on_grid(target, most) if target else None,
            )
            for dose, given, target in rows
        ],
        key="Minutes a week by visits",
        mark_key="Target of the last week",
    )


def _a_week(weeks: Sequence[AreaWeek]) -> int:
    return round(sum(week.given.least_minutes for week in weeks) / len(weeks))


def month_rows(found: Sequence[MonthDose]) -> list[list[str]]:
    """A row for each area and month, without small numbers of visits."""
    return [[each.area.name, wording.month(each.month), *_numbers(each.given)] for each in found]


def _numbers(given: Given) -> list[str]:
    shown = [f"{given.shift_minutes:,}", f"{given.officer_minutes:,}"]
    if 0 < given.visits < FEWEST_SHOWN:
        return [*shown, "–", UNDER, "–"]
    return [*shown, at_least(given), f"{given.visits:,}", _not_small(given)]


def _not_small(given: Given) -> str:
    """Visits of the band, unless they or the rest are few."""
    rest = given.visits - given.in_band
    return "–" if 0 < given.in_band < FEWEST_SHOWN or 0 < rest < FEWEST_SHOWN else in_band(given)


ABOUT_MONTHS = [
    "A visit is a spell with at least one person in the area: visits of several crews that overlap are one. It belongs "
    "to the day on which its shift started.",
    "Minutes by visits, and by shifts, count time with at least one person there (patrol minutes), however many they "
    "are. Officer minutes count everybody’s minutes on shift.",
    "Where positions leave open how long a visit was, the least and the most that it can have been are shown. Time on "
    "shifts without any visit counts towards the most only.",
    "Every completed shift counts, whatever pays for it.",
]
ABOUT_WEEKS = [
    *ABOUT_MONTHS,
    "A week had its dose if both targets were met for certain. A week in which an area begins or ends has no target.",
    "Arrivals are as hard to guess as if they were spread evenly over so many hours of the day (Shannon’s entropy). "
    f"Below {FEW_HOURS:g} hours, or at regular gaps, they count as predictable; below {LEAST_VISITS} visits it cannot "
    "be told.",
]
