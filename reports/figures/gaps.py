"""Days and months without records in the period of some figures, in sentences. Patrols only, so nothing is withheld."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

from hotspot.core import wording
from hotspot.core.calendar import Period

MOST_RUNS = 10
"""More runs of days than these are counted, not named."""


def gaps(period: Period, recorded: Collection[date], today: date) -> Iterator[str]:
    """What is missing of a period, given the days on which a counted patrol started; nothing if none did.

    Months without any, other days without any, and a last month that is not complete.
    """
    so_far = period.clip(Period(date.min, today))
    if so_far is None or not recorded:
        return
    months = [month.clip(so_far) or month for month in so_far.each_month()]
    empty = [month for month in months if not any(day in month for day in recorded)]
    if empty:
        yield f"No patrols are recorded in {wording.listing(_month_runs(empty))}."
    last = max(recorded)
    days = [day for day in Period(so_far.first_day, last).each_day() if day not in recorded]
    days = [day for day in days if not any(day in month for month in empty)]
    if days:
        yield f"No patrols are recorded on {wording.plural(len(days), 'day')}: {_named(_runs(days))}."
    yield from _last_month(period, last, today)


def _last_month(period: Period, last: date, today: date) -> Iterator[str]:
    """That the last month with records is not complete, because it is not over or its records end before it does."""
    month, name = Period.month(last), wording.month(last)
    if today <= month.last_day:
        yield f"{name} is not over: the figures include it to {wording.day(min(period.last_day, today))}."
    elif last < month.last_day:
        yield f"{name} is not complete: no patrols are recorded after {wording.day(last)}."


def _runs(days: Sequence[date]) -> list[Period]:
    """Days in order as runs without gaps."""
    runs: list[Period] = []
    for day in days:
        if runs and runs[-1].last_day == day - timedelta(days=1):
            runs[-1] = Period(runs[-1].first_day, day)
        else:
            runs.append(Period(day, day))
    return runs


def _named(runs: Sequence[Period]) -> str:
    names = [wording.period(run) for run in runs[:MOST_RUNS]]
    rest = sum(run.days for run in runs[MOST_RUNS:])
    return wording.listing([*names, f"{wording.plural(rest, 'day')} more"] if rest else names)


def _month_runs(months: Sequence[Period]) -> list[str]:
    """October 2024; January 2025 to March 2025."""
    runs: list[list[Period]] = []
    for month in months:
        if runs and runs[-1][-1].last_day + timedelta(days=1) == month.first_day:
            runs[-1].append(month)
        else:
            runs.append([month])
    ends = [(wording.month(run[0].first_day), wording.month(run[-1].first_day)) for run in runs]
    return [first if first == last else f"{first} to {last}" for first, last in ends]
