"""The periods that figures can be asked for, as addresses name them."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspots.models import Programme

LAUNCH, MONTHS, DAYS = "launch", "months", "days"
LAUNCH_TO = "launch-to"
_YEAR = "year-"
_RANGE = re.compile(r"(launch|\d{4}-\d\d)-to-(\d{4}-\d\d)", re.ASCII)


def month_code(day: date) -> str:
    """How the URL names a month: 2024-10."""
    return f"{day:%Y-%m}"


def range_code(first: str, last: str) -> str:
    """How the URL names a range of whole months, both included: 2024-05-to-2024-11, launch-to-2024-11, or 2024-05."""
    return first if first == last else f"{first}-to-{last}"


def range_ends(code: str) -> tuple[str, str] | None:
    """The first and last month of a range's code; None for every other code."""
    found = _RANGE.fullmatch(code)
    return (found[1], found[2]) if found else None


def is_since_launch(code: str) -> bool:
    """Whether a period begins with the programme because it is asked for since launch."""
    return code == LAUNCH or code.startswith(f"{LAUNCH_TO}-")


def completed(programme: Programme, today: date) -> Period | None:
    """The months of a programme that are over, as one period; None before the first is."""
    over = [month for month in programme.period.each_month() if min(month.last_day, programme.last_day) < today]
    return Period(programme.first_day, over[-1].last_day).clip(programme.period) if over else None


def period_choices(
    programme: Programme, today: date, *, completed_only: bool = False
) -> Mapping[str, tuple[str, Period]]:
    """What figures can be asked for by one choice, by its code in the URL: words and days, newest first.

    Ranges of months and named days are asked for besides. Quarters and years are clipped to the programme; nothing
    that starts after today is offered. `completed_only`: everything is clipped to the months that are over, and there
    is nothing before the first is.
    """
    if not completed_only:
        return _choices(programme.period, today)
    over = completed(programme, today)
    return _choices(over, over.last_day) if over else {}


def newest_year(choices: Mapping[str, tuple[str, Period]]) -> str:
    """The code of the newest financial year among the choices; since launch where there are not several."""
    years = [code for code in choices if code.startswith(_YEAR)]
    return years[0] if len(years) > 1 else LAUNCH


def find_period(
    programme: Programme, code: str, today: date, *, completed_only: bool = False
) -> tuple[str, Period] | None:
    """The words and days of a period by its code, one of `period_choices` or a range of months; None for any other."""
    choices = period_choices(programme, today, completed_only=completed_only)
    ends = range_ends(code)
    if ends is None:
        return choices.get(code)
    first, last = (choices.get(end) for end in ends)
    if first is None or last is None or last[1].last_day < first[1].first_day:
        return None
    days = Period(first[1].first_day, last[1].last_day).clip(programme.period)
    if days is None:
        return None
    words = f"Since launch, to {last[0]}" if ends[0] == LAUNCH else f"{first[0]} to {last[0]}"
    return words, days


def month_choices(choices: Mapping[str, tuple[str, Period]]) -> list[tuple[str, str]]:
    """The single months among the choices, oldest first, for a list to choose the ends of a range from."""
    return [(code, words) for code, (words, _) in choices.items() if code[:1].isdigit()][::-1]


# A page asks for them three times, and everybody asks for the same ones all day.
@lru_cache(maxsize=50)
def _choices(programme: Period, today: date) -> Mapping[str, tuple[str, Period]]:
    until = max(programme.first_day, min(today, programme.last_day))
    so_far = Period(programme.first_day, until)
    months = list(so_far.each_month())[::-1]
    choices = {LAUNCH: ("Since launch", so_far)}
    for year in dict.fromkeys(Period.financial_year(month.last_day) for month in months):
        name = f"Financial year {year.first_day.year}/{year.last_day:%y}"
        choices[f"{_YEAR}{month_code(year.first_day)}"] = (name, year.clip(programme) or year)
    for quarter in dict.fromkeys(Period.quarter(month.first_day) for month in months):
        name = f"{quarter.first_day:%B} to {wording.month(quarter.last_day)}"
        choices[f"quarter-{month_code(quarter.first_day)}"] = (name, quarter.clip(programme) or quarter)
    for month in months:
        choices[month_code(month.first_day)] = (wording.month(month.first_day), month)
    return MappingProxyType(choices)
