"""The card of outcomes by area: rates, because areas were patrolled for more hours and for fewer."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from hotspot.core import wording
from hotspot.core.definitions.base import Measure
from reports.dashboard.cards.base import (
    COMPARED,
    OUTCOMES,
    AreaParts,
    Card,
    CardColumn,
    behind_area,
    together,
)
from reports.figures.charts import Bar, Bars, Panel, Panels, on_grid
from reports.figures.formatting import Value, ratio
from reports.figures.headline import Counts
from reports.figures.measures import SMALLEST_BASE
from reports.figures.series import AreaPart
from reports.impact.distributions import poisson_interval

HUNDRED_HOURS = 6000
"""Minutes."""
RATE = (
    "A rate is the number of outcomes for every 100 patrol hours, to one decimal place. Of fewer than "
    f"{SMALLEST_BASE} patrol hours none is said."
)
INTERVAL = (
    "95% from and to are the ends of an interval that holds the true rate in 19 of 20 cases: that of a Poisson count, "
    "exact below 10 (Garwood 1936), else by Byar’s approximation (Breslow and Day 1987). It takes outcomes for "
    "independent of each other, and says nothing about why areas differ."
)
CAUTION = (
    f"An area with fewer than {SMALLEST_BASE} outcomes of a kind is outlined: so few tell little about it. Areas stand "
    "in the order of the list, each figure on its own scale, and different figures are not added up."
)


@dataclass(frozen=True)
class AreaRate:
    """How many outcomes of a kind there were in some patrol minutes, and their rate for every 100 hours."""

    count: int
    minutes: int

    @cached_property
    def value(self) -> Decimal | None:
        """The rate as it is shown; None of so few hours that it would say more than is known."""
        return ratio(self.count, self.minutes, HUNDRED_HOURS) if self._is_said else None

    @cached_property
    def ends(self) -> tuple[Decimal, Decimal] | None:
        """From where to where the rate may lie in truth."""
        if not self._is_said:
            return None
        low, high = (_tenths(end) for end in self.reach)
        return low, high

    @property
    def exact(self) -> Fraction:
        """The rate before it is rounded: what is drawn."""
        return Fraction(self.count * HUNDRED_HOURS, self.minutes) if self.minutes else Fraction(0)

    @cached_property
    def reach(self) -> tuple[float, float]:
        """The ends before they are rounded."""
        low, high = (end * HUNDRED_HOURS / self.minutes for end in poisson_interval(self.count))
        return low, high

    @property
    def is_unsure(self) -> bool:
        """Whether it rests on few outcomes."""
        return self.count < SMALLEST_BASE

    @property
    def _is_said(self) -> bool:
        return wording.hours(self.minutes) >= SMALLEST_BASE


def _tenths(rate: float) -> Decimal:
    return Decimal(math.floor(rate * 10 + 0.5)).scaleb(-1)


def outcomes_by_area(found: AreaParts) -> Card:
    """The outcomes of each area and their rates for every 100 patrol hours, figure by figure, in list order."""
    parts = found.parts
    any_counted = any(part.counts.patrols for part in parts)
    rates = {measure: [rate_of(part.counts, measure) for part in parts] for measure in OUTCOMES}
    columns = [CardColumn("Hotspot area"), CardColumn("Patrol hours", "hours", {})]
    for measure, kind in OUTCOMES.items():
        rate = f"{measure.unit} per 100 hours"
        columns += [CardColumn(measure.name, measure.unit, {"outcome": kind}), CardColumn("per 100 hours", rate)]
        columns += [CardColumn("95% from", rate), CardColumn("95% to", rate)]
    if found.before is not None:
        columns += _compared_columns()
    return Card(
        code="outcomes-by-area",
        name="Outcomes by area",
        sentence=_sentence(found),
        columns=columns,
        rows=[_row(part, own, found) for part, *own in zip(parts, *rates.values(), strict=True)] if any_counted else [],
        foot=_total(found) if len(parts) > 1 else (),
        behind=[behind_area(part.area) for part in parts],
        chart=Panels([_panel(each, parts, rates[each]) for each in OUTCOMES], CAUTION) if any_counted else None,
        about=[*(f"{measure.name}: {measure.definition}" for measure in OUTCOMES), RATE, INTERVAL, CAUTION, COMPARED],
    )


def rate_of(counts: Counts, measure: Measure) -> AreaRate:
    """The rate of one figure."""
    return AreaRate(getattr(counts, measure.column), counts.patrol_minutes)


def _compared_columns() -> list[CardColumn]:
    columns = [CardColumn("Compared: Patrol hours", "hours")]
    for measure in OUTCOMES:
        rate = CardColumn("per 100 hours", f"{measure.unit} per 100 hours")
        columns += [CardColumn(f"Compared: {measure.name}", measure.unit), rate]
    return columns


def _row(part: AreaPart, rates: Sequence[AreaRate], found: AreaParts) -> list[Value]:
    values = _values(part, rates)
    return values if found.before is None else [*values, *_compared(found.before_in(part))]


def _total(found: AreaParts) -> list[Value]:
    every = together(found.parts)
    values = _values(every, _rates(every.counts))
    return values if found.before is None else [*values, *_compared(found.before_together)]


def _values(part: AreaPart, rates: Sequence[AreaRate]) -> list[Value]:
    values: list[Value] = [part.area.name, wording.hours(part.counts.patrol_minutes)]
    for rate in rates:
        values += [rate.count, rate.value, *(rate.ends or (None, None))]
    return values


def _compared(counts: Counts) -> list[Value]:
    values: list[Value] = [wording.hours(counts.patrol_minutes)]
    for rate in _rates(counts):
        values += [rate.count, rate.value]
    return values


def _rates(counts: Counts) -> list[AreaRate]:
    return [rate_of(counts, measure) for measure in OUTCOMES]


def _sentence(found: AreaParts) -> str:
    parts = found.parts
    rates = _rates(Counts.total(part.counts for part in parts))
    if not any(rate.count for rate in rates):
        return "No outcomes were recorded."
    if any(rate.value is None for rate in rates):
        return f"Fewer than {SMALLEST_BASE} patrol hours are too few to say a rate of."
    where = f" in these {len(parts)} areas together" if len(parts) > 1 else ""
    said = f"For every 100 patrol hours there were {_listed(rates)}{where}."
    before = _rates(found.before_together)
    if found.before is None or any(rate.value is None for rate in before):
        return said
    return f"{said} In the time compared with there were {_listed(before)}."


def _listed(rates: Sequence[AreaRate]) -> str:
    return wording.listing(
        [f"{rate.value} {kind.brief[1]}" for kind, rate in zip(OUTCOMES.values(), rates, strict=True)]
    )


def _panel(measure: Measure, parts: Sequence[AreaPart], rates: Sequence[AreaRate]) -> Panel:
    most = _scale(rates)
    few = f"Fewer than {SMALLEST_BASE} {OUTCOMES[measure].brief[1]}"
    bars = Bars(
        [_bar(part.area.name, rate, most) for part, rate in zip(parts, rates, strict=True)],
        key="For every 100 patrol hours",
        outlined_key=few if any(rate.is_unsure for rate in rates) else "",
        reach_key="95% interval",
    )
    return Panel(measure.name, bars)


def _scale(rates: Sequence[AreaRate]) -> Fraction:
    """The end of the scale: no interval reaches beyond it, or a wide one would look as narrow as the room there is."""
    return max((Fraction(rate.reach[1]) for rate in rates if rate.value is not None), default=Fraction(0))


def _bar(name: str, rate: AreaRate, most: Fraction) -> Bar:
    if rate.value is None or rate.ends is None:
        return Bar(name, "too few hours", 0)
    low, high = rate.ends
    from_, to = (on_grid(Fraction(end), most) for end in rate.reach)
    words = f"{rate.value:,} ({low:,} to {high:,})"
    return Bar(name, words, on_grid(rate.exact, most), reach=(from_, to), is_unsure=rate.is_unsure)
