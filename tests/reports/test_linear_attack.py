"""Withheld counts against somebody who solves linear programs: how closely can all that is told pin them down?

Months of a force of twelve areas, with as many arrests or weapons as forces have. What is told is more than any
statement holds: every range of months of every area whose count is shown, and every total of all areas.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from random import Random

import highspy
import numpy as np
import pytest

from reports.figures.suppression_rules import shown_month_ends
from tests.reports.test_rules import MONTHS, SMALL, ranges

pytestmark = pytest.mark.slow

AREAS, SEVEN_MONTHS = range(12), MONTHS[:7]
WITHIN = 2
"""A count is given away where it is known to within so many."""
# Outcomes of a usual area in a month, by kind: weapons, arrests, stop searches and ASB powers of the published figures.
RATES = {"weapons": 0.26, "arrests": 1.7, "stop searches": 3.4, "ASB powers": 8.0}
Cell = tuple[int, date]
Span = tuple[int, int]
Sum = tuple[frozenset[Cell], int]


@dataclass(frozen=True)
class Published:
    """What was counted, and of each area the places between the months up to which it is told."""

    counts: Mapping[Cell, int]
    told: Mapping[int, set[int]]

    def cells(self, area: int, span: Span) -> frozenset[Cell]:
        return frozenset((area, month) for month in SEVEN_MONTHS[slice(*span)])

    def counted(self, cells: Iterable[Cell]) -> int:
        return sum(self.counts[cell] for cell in cells)

    def totals(self) -> list[Sum]:
        """Each month's total of all areas."""
        months = [frozenset((area, month) for area in AREAS) for month in SEVEN_MONTHS]
        return [(cells, self.counted(cells)) for cells in months]

    def shown(self, area: int) -> list[Sum]:
        """The counts of an area from each told place to the next: all others are sums of these."""
        places = sorted(self.told[area])
        spans = [self.cells(area, span) for span in pairwise(places)]
        return [(cells, self.counted(cells)) for cells in spans]

    def withheld(self) -> Iterator[tuple[int, Span]]:
        for area in AREAS:
            yield from ((area, span) for span in ranges(len(SEVEN_MONTHS)) if not {*span} <= self.told[area])


def published(rate: float, seed: int, *, told_unless_small: bool = False) -> Published:
    """Seven months of twelve areas, busy and quiet ones, and what is told of them by the rule.

    `told_unless_small` tells every running count that is not small itself, which is what a spreadsheet would do.
    """
    chance = Random(seed)
    busy = [chance.choice((0.4, 0.7, 1, 1.6)) for _ in AREAS]
    counts = {(area, month): _poisson(rate * busy[area], chance) for area in AREAS for month in SEVEN_MONTHS}
    if not told_unless_small:
        return Published(counts, shown_month_ends(counts, [*AREAS], SEVEN_MONTHS, small=SMALL))
    everything = Published(counts, {area: set(range(len(SEVEN_MONTHS) + 1)) for area in AREAS})
    running = {(a, end): everything.counted(everything.cells(a, (0, end))) for a in AREAS for end in range(8)}
    return Published(counts, {a: {end for end in range(8) if running[a, end] not in SMALL} for a in AREAS})


def _poisson(mean: float, chance: Random) -> int:
    """A Poisson number: how many steps of the unit interval, drawn one by one, stay above e to the minus mean."""
    number, product = 0, chance.random()
    while product > math.exp(-mean):
        number, product = number + 1, product * chance.random()
    return number


class Attack:
    """Somebody who knows some sums, and that no count is below nothing."""

    def __init__(self, known: Sequence[Sum]) -> None:
        self.places = {cell: place for place, cell in enumerate((area, m) for area in AREAS for m in SEVEN_MONTHS)}
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        for _ in self.places:
            self.solver.addVar(0, highspy.kHighsInf)
        for cells, value in known:
            places = np.array([self.places[cell] for cell in cells], dtype=np.int32)
            self.solver.addRow(value, value, len(places), places, np.ones(len(places)))

    def bounds(self, cells: Iterable[Cell]) -> tuple[float, float]:
        """Between what the sum of these counts must lie."""
        wanted, found = set(cells), []
        for sign in (1, -1):
            for cell, place in self.places.items():
                self.solver.changeColCost(place, sign * (cell in wanted))
            self.solver.run()
            assert self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
            found.append(sign * self.solver.getInfo().objective_function_value)
        return found[0], found[1]

    def knows(self, cells: Iterable[Cell], count: int) -> bool:
        """Whether the sum of these counts is known to within two."""
        low, high = self.bounds(cells)
        assert low - 1e-6 <= count <= high + 1e-6
        return low >= count - WITHIN - 1e-6 and high <= count + WITHIN + 1e-6


def given_away(told: Published) -> tuple[list[tuple[int, Span]], list[tuple[int, Span]]]:
    """The withheld counts that are known to within two: those that what is told of other areas gives away, and those
    that the totals of all areas, which are always told, bound so closely by themselves."""
    attack = Attack([*told.totals(), *(each for area in AREAS for each in told.shown(area))])
    by_areas, by_totals = [], []
    for area, span in told.withheld():
        cells = told.cells(area, span)
        if attack.knows(cells, count := told.counted(cells)):
            without_others = Attack([*told.totals(), *told.shown(area)])
            (by_totals if without_others.knows(cells, count) else by_areas).append((area, span))
    return by_areas, by_totals


@pytest.mark.parametrize("kind", RATES)
@pytest.mark.parametrize("seed", range(2))
def test_no_withheld_count_is_known_to_within_two(kind, seed):
    told = published(RATES[kind], seed)
    by_areas, by_totals = given_away(told)
    assert any(True for _ in told.withheld())
    assert by_areas == []
    # A force that finds two weapons in a month says of each area that it found two at most: totals are always told.
    if kind != "weapons":
        assert by_totals == []


def test_the_attack_sees_through_a_rule_that_withholds_small_counts_alone():
    by_areas, _ = given_away(published(RATES["arrests"], 0, told_unless_small=True))
    assert by_areas
