"""What an order comes to in a quarter: minutes, those of them that are due, and pence.

The smallest amount is a line: the minutes of one quarter that are due at one rate. They are added up and rounded to
whole pence once, half a penny up (`reports.costs.rules`). VAT is worked out once for a statement, on what it comes to
together, half a penny up. Everything else is a sum, so a statement adds up however it is read.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from hotspot.core.calendar import Period
from reports.costs.rules import line_pence

QUARTER_MONTHS = 3
VAT_WHOLE = 10_000
"""All of an amount, in hundredths of a per cent."""


@dataclass(frozen=True)
class OrderTerms:
    """What was agreed: days, minutes ordered by month, rates each from a day on (the first from the earliest)."""

    days: Period
    ordered: Mapping[date, int]
    rates: Sequence[tuple[date, int]]
    charges_over: bool
    vat_hundredths: int

    def rate_on(self, day: date) -> int:
        """The rate of an hour on a day, in pence."""
        return max(rate for rate in self.rates if rate[0] <= day)[1]


@dataclass(frozen=True)
class MonthDelivery:
    """A month of a quarter: minutes ordered and delivered."""

    month: date
    ordered: int
    delivered: int


@dataclass(frozen=True)
class RateLine:
    """The minutes of a quarter that are due at one rate, and what they come to."""

    hour_pence: int
    minutes: int
    pence: int


@dataclass(frozen=True)
class QuarterDifference:
    """By how much a quarter that was signed off differs by now from what was accounted for, of each kind."""

    quarter: date
    delivered: int
    payable: int
    pence: int


@dataclass(frozen=True)
class QuarterFigures:
    """What a quarter comes to: its months, the lines that are due, and what is carried from quarters before it."""

    quarter: Period
    months: tuple[MonthDelivery, ...]
    lines: tuple[RateLine, ...]
    carried: tuple[QuarterDifference, ...]
    vat_hundredths: int

    @property
    def ordered(self) -> int:
        """Minutes ordered."""
        return sum(month.ordered for month in self.months)

    @property
    def delivered(self) -> int:
        """Minutes delivered."""
        return sum(month.delivered for month in self.months)

    @property
    def payable(self) -> int:
        """Minutes that are due: those delivered, up to those ordered unless the order says otherwise."""
        return sum(line.minutes for line in self.lines)

    @property
    def net(self) -> int:
        """What the quarter itself comes to, in pence without VAT."""
        return sum(line.pence for line in self.lines)

    @property
    def carried_pence(self) -> int:
        """What quarters before it differ by, in pence without VAT."""
        return sum(each.pence for each in self.carried)

    @property
    def total_net(self) -> int:
        """What is due without VAT."""
        return self.net + self.carried_pence

    @property
    def vat(self) -> int:
        """The VAT on all of it, in whole pence, half a penny up."""
        return (2 * self.total_net * self.vat_hundredths + VAT_WHOLE) // (2 * VAT_WHOLE)

    @property
    def gross(self) -> int:
        """What is due with VAT."""
        return self.total_net + self.vat

    def as_body(self) -> dict[str, Any]:
        """The figures as JSON, from which `of_body` makes them again."""
        return {
            "quarter": self.quarter.first_day.isoformat(),
            "vat_hundredths": self.vat_hundredths,
            "months": [[each.month.isoformat(), each.ordered, each.delivered] for each in self.months],
            "lines": [[each.hour_pence, each.minutes, each.pence] for each in self.lines],
            "carried": [[each.quarter.isoformat(), each.delivered, each.payable, each.pence] for each in self.carried],
        }

    @classmethod
    def of_body(cls, body: Mapping[str, Any]) -> Self:
        """The figures that a statement was signed off with."""
        day = date.fromisoformat
        return cls(
            quarter_of(day(body["quarter"])),
            tuple(MonthDelivery(day(month), *rest) for month, *rest in body["months"]),
            tuple(RateLine(*line) for line in body["lines"]),
            tuple(QuarterDifference(day(quarter), *rest) for quarter, *rest in body["carried"]),
            body["vat_hundredths"],
        )


def quarter_of(day: date) -> Period:
    """The quarter of the financial year that a day lies in: April to June, July to September, and so on."""
    first = day.replace(month=day.month - (day.month - 1) % QUARTER_MONTHS, day=1)
    return Period(first, Period.month(first.replace(month=first.month + QUARTER_MONTHS - 1)).last_day)


def quarters_in(days: Period) -> list[Period]:
    """Every quarter that some days touch, whole, in order."""
    return sorted({quarter_of(month.first_day) for month in days.each_month()})


def figures_of(
    terms: OrderTerms, quarter: Period, minutes: Mapping[date, int], carried: Iterable[QuarterDifference] = ()
) -> QuarterFigures:
    """What a quarter comes to, given the minutes delivered on each day of the order.

    Unless hours beyond those ordered are due, the earliest minutes of the quarter are, up to those ordered for it.
    """
    days = quarter.clip(terms.days)
    delivered = {day: minutes[day] for day in sorted(minutes) if days is not None and day in days}
    months = _months(terms, quarter, delivered) if days else ()
    due = delivered if terms.charges_over else _up_to(delivered, sum(month.ordered for month in months))
    at_rate: dict[int, int] = defaultdict(int)
    for day, number in due.items():
        at_rate[terms.rate_on(day)] += number
    lines = tuple(RateLine(rate, number, line_pence(number, rate)) for rate, number in at_rate.items() if number)
    return QuarterFigures(quarter, months, lines, tuple(carried), terms.vat_hundredths)


def _months(terms: OrderTerms, quarter: Period, delivered: Mapping[date, int]) -> tuple[MonthDelivery, ...]:
    by_month: dict[date, int] = defaultdict(int)
    for day, number in delivered.items():
        by_month[day.replace(day=1)] += number
    return tuple(
        MonthDelivery(month.first_day, terms.ordered.get(month.first_day, 0), by_month[month.first_day])
        for month in quarter.each_month()
        if month.clip(terms.days)
    )


def _up_to(delivered: Mapping[date, int], most: int) -> dict[date, int]:
    due: dict[date, int] = {}
    for day, number in delivered.items():
        due[day] = min(number, most)
        most -= due[day]
    return due


def difference_of(quarter: date, now: QuarterFigures, accounted: Sequence[int]) -> QuarterDifference | None:
    """What a quarter comes to now less what was `accounted` for: minutes of both kinds, pence. None for nothing."""
    values = [value - before for value, before in zip((now.delivered, now.payable, now.net), accounted, strict=True)]
    return QuarterDifference(quarter, *values) if any(values) else None
