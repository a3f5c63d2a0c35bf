"""The periods that figures can be asked for, as addresses name them."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from hotspot.core import wording
from hotspot.core.periods import Period
from hotspots.models import Programme

LAUNCH, DAYS = "launch", "days"


def month_code(day: date) -> str:
    """How the URL names a month: 2024-10."""
    return f"{day:%Y-%m}"


def period_choices(programme: Programme, today: date) -> Mapping[str, tuple[str, Period]]:
    """Everything but named days that figures can be asked for, by its code in the URL: words and days, newest first.

    Quarters and years are clipped to the programme; nothing that starts after today is offered.
    """
    return _choices(programme.period, today)


# A page asks for them three times, and everybody asks for the same ones all day.
@lru_cache(maxsize=50)
def _choices(programme: Period, today: date) -> Mapping[str, tuple[str, Period]]:
    until = max(programme.first_day, min(today, programme.last_day))
    so_far = Period(programme.first_day, until)
    months = list(so_far.each_month())[::-1]
    choices = {LAUNCH: ("Since launch", so_far)}
    for year in dict.fromkeys(Period.financial_year(month.last_day) for month in months):
        name = f"Financial year {year.first_day.year}/{year.last_day:%y}"
        choices[f"year-{month_code(year.first_day)}"] = (name, year.clip(programme) or year)
    for quarter in dict.fromkeys(_quarter(month.first_day) for month in months):
        name = f"{quarter.first_day:%B} to {wording.month(quarter.last_day)}"
        choices[f"quarter-{month_code(quarter.first_day)}"] = (name, quarter.clip(programme) or quarter)
    for month in months:
        choices[month_code(month.first_day)] = (wording.month(month.first_day), month)
    return MappingProxyType(choices)


def _quarter(day: date) -> Period:
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return Period(first, Period.month(first.replace(month=first.month + 2)).last_day)
