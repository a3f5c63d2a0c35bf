"""The programme's money beside what patrols cost: what was to come in, other spend, and what is left."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from hotspot.core.calendar import Period, months_between
from hotspot.core.definitions.registry import CURRENT
from hotspot.core.models import User
from hotspots.models import HotspotArea, IncomeMonth, Programme, SpendEntry
from reports.costs.forecast import Forecast, forecast
from reports.costs.queries import Costs
from reports.costs.rules import cost_sum, rounded, sums_by
from reports.figures.targets import Targets


@dataclass(frozen=True)
class MoneyMonth:
    """A month's money in pence: what was expected to come in, what patrols cost, and other approved spend."""

    month: date
    expected: int
    patrols: int
    other: int
    is_begun: bool


@dataclass(frozen=True)
class Money:
    """What a programme has for some months and what became of it, in pence. `budget` is None where nobody said.

    `pace` is what would have been spent by the last day that is over, had it been spent as it was expected to come in
    (`by_profile`), or evenly by days. `hours_left` are the hours that the money left pays for at the cost of an hour
    so far, `hours_asked` those that targets still ask for. `entered` is the ledger's approved spend on patrols.
    `months_over` are those with patrols that are over, from which there is a forecast if they are enough.
    `afterwards` is what of `spent` was entered for days after the programme's last one, of which no month is here.
    """

    months: Sequence[MoneyMonth]
    budget: int | None
    by_profile: bool
    pace: int | None
    spent: int
    patrols: int
    entered: int
    afterwards: int
    forecast: Forecast | None
    months_over: int
    months_left: int
    hours_left: int | None
    hours_asked: int

    @property
    def left(self) -> int | None:
        """What is left of the budget; below 0 where more was spent."""
        return None if self.budget is None else self.budget - self.spent


def money_of(user: User, costs: Costs, year: Period, *, today: date) -> Money:
    """The money of a programme in a financial year, or what of that it runs. `costs` are those of the months begun."""
    programme = costs.programme
    expected, other = _expected(programme, year), _spend(user, programme, _days(year), on_patrols=False)
    by_month = {month: found.pence for month, found in sums_by(costs.lines, lambda line: line.month).items()}
    months = [
        MoneyMonth(month, expected[month], by_month.get(month, 0), other[month], month <= today)
        for month in (each.first_day for each in year.each_month())
    ]
    budget = sum(expected.values()) or _grant(programme, year)
    patrols, afterwards = sum(by_month.values()), sum(_spend_after(user, programme, year).values())
    spent = patrols + sum(other.values()) + afterwards
    over = _months_over(year, today)
    patrolled = _since_first([by_month.get(month, 0) for month in over])
    left = len(months) - len(over)
    hour = cost_sum(costs.lines).hour_pence
    return Money(
        months=months,
        budget=budget,
        by_profile=bool(expected),
        pace=_pace(budget, expected, year, today),
        spent=spent,
        patrols=patrols,
        entered=sum(_spend(user, programme, _days(year), on_patrols=True).values()),
        afterwards=afterwards,
        forecast=forecast(patrolled, left, spent=patrols),
        months_over=len(patrolled),
        months_left=left,
        # An hour of less than half a penny is no price to go by.
        hours_left=max(0, (budget - spent) // hour) if budget is not None and hour else None,
        hours_asked=_hours_asked(programme, year, today),
    )


def _expected(programme: Programme, year: Period) -> Counter[date]:
    rows = IncomeMonth.objects.filter(
        line__stream__programme=programme, month__range=(year.first_day.replace(day=1), year.last_day)
    ).exclude(line__stream__kind__in=CURRENT.streams_apart)
    return Counter(dict(rows.order_by().values("month").annotate(pence=Sum("pence")).values_list("month", "pence")))


def _days(year: Period) -> tuple[date, date]:
    return year.first_day, year.last_day


def _spend_after(user: User, programme: Programme, year: Period) -> Counter[date]:
    """Spend on everything but patrols that was entered after the programme, which its last year has to bear."""
    if year.last_day != programme.last_day:
        return Counter()
    return _spend(user, programme, (year.last_day + timedelta(days=1), date.max), on_patrols=False)


def _spend(user: User, programme: Programme, days: tuple[date, date], *, on_patrols: bool) -> Counter[date]:
    """Approved spend on patrols or on everything else by month."""
    entries = SpendEntry.objects.counted_for(user).of_programme(programme).approved()
    entries = entries.exclude(stream__kind__in=CURRENT.streams_apart)
    rows = entries.filter(category__is_patrol=on_patrols, day__range=days)
    sums = rows.order_by().annotate(month=TruncMonth("day")).values("month").annotate(pence=Sum("cost_pence"))
    return Counter(dict(sums.values_list("month", "pence")))


def _grant(programme: Programme, year: Period) -> int | None:
    """The programme's grant, where the year is all of it."""
    return programme.grant_pence if programme.period == year else None


def _months_over(year: Period, today: date) -> list[date]:
    return [month.first_day for month in year.each_month() if month.last_day < today]


def _since_first(costs: Sequence[int]) -> Sequence[int]:
    """Without the months before the first that cost anything: patrols had not begun."""
    first = next((place for place, cost in enumerate(costs) if cost), len(costs))
    return costs[first:]


def _pace(budget: int | None, expected: Counter[date], year: Period, today: date) -> int | None:
    if budget is None:
        return None
    begun = year.clip(Period(date.min, today - timedelta(days=1)))
    if begun is None:
        return 0
    if not expected:
        return rounded(budget * begun.days, year.days)
    whole = sum(pence for month, pence in expected.items() if Period.month(month).last_day <= begun.last_day)
    month = Period.month(begun.last_day)
    if begun.last_day == month.last_day:
        return whole
    return whole + (rounded(expected[month.first_day] * begun.last_day.day, month.days) or 0)


def _hours_asked(programme: Programme, year: Period, today: date) -> int:
    """The hours that targets ask for from today to the end of the year, rounded."""
    rest = year.clip(Period(today, date.max))
    if rest is None:
        return 0
    areas = HotspotArea.objects.active_in(rest).defer("boundary")
    due = Targets(areas, rest).in_all(rest)
    return round(due.patrol_minutes / 60) if due else 0


def months_begun(year: Period, today: date, *, only_over: bool) -> Period | None:
    """The whole months of a year that have begun, or that are over; None without any."""
    last = today.replace(day=1) - timedelta(days=1) if only_over else Period.month(today).last_day
    if last < year.first_day:
        return None
    first, end = Period.month(year.first_day).first_day, Period.month(year.last_day).last_day
    return Period(first, min(last, end)) if months_between(first, last) >= 0 else None
