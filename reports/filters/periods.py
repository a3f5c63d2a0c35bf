"""The periods that figures can be asked for, as addresses name them."""

from datetime import date

from hotspot.core import wording
from hotspot.core.periods import Period
from hotspots.models import Programme

LAUNCH, DAYS = "launch", "days"


def month_code(day: date) -> str:
    """How the URL names a month: 2024-10."""
    return f"{day:%Y-%m}"


def period_choices(programme: Programme, today: date) -> dict[str, tuple[str, Period]]:
    """Everything but named days that figures can be asked for, by its code in the URL: words and days, newest first.

    Quarters and years are clipped to the programme; nothing that starts after today is offered.
    """
    until = max(programme.first_day, min(today, programme.last_day))
    so_far = Period(programme.first_day, until)
    months = list(so_far.each_month())[::-1]
    choices = {LAUNCH: ("Since launch", so_far)}
    for year in dict.fromkeys(Period.financial_year(month.last_day) for month in months):
        name = f"Financial year {year.first_day.year}/{year.last_day:%y}"
        choices[f"year-{month_code(year.first_day)}"] = (name, year.clip(programme.period) or year)
    for quarter in dict.fromkeys(_quarter(month.first_day) for month in months):
        name = f"{quarter.first_day:%B} to {wording.month(quarter.last_day)}"
        choices[f"quarter-{month_code(quarter.first_day)}"] = (name, quarter.clip(programme.period) or quarter)
    for month in months:
        choices[month_code(month.first_day)] = (wording.month(month.first_day), month)
    return choices


def _quarter(day: date) -> Period:
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return Period(first, Period.month(first.replace(month=first.month + 2)).last_day)
