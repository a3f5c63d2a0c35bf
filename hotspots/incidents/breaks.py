"""Breaks in police data: months between which something other than crime changed.

The places in published files are anonymous map points near the real ones. In July 2022 the points were drawn anew:
small areas then seem to lose or gain most of their incidents. LSOAs were redrawn for the 2021 census, and a category
can be counted by new rules from one month to the next. None of it shows in a total.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any

from hotspots.models import DataBreak

# Measured: of a month's points, the month before had 31 to 41 % (anti-social behaviour, Northumbria 2022) or 45 to 51 %
# (all crime, Hertfordshire 2024 and 2025); across the change of July 2022 it had 6 %, and any two months on its two
# sides share 5 to 9 %. So half of what is usual lies far from both.
UNUSUAL_SHARE = 0.5
# With fewer pairs of months there is no usual share. Where incidents are few, neighbouring months share few places with
# nothing changed: 8 % of 400 and 13 % of 750 in samples of Hertfordshire, so of fewer than these nothing can be said.
PAIRS_FOR_USUAL = 3
SHARE_WITHOUT_USUAL, FEWEST_POINTS_WITHOUT_USUAL = 0.15, 1_000
# Of fewer points, chance decides how many are shared.
FEWEST_POINTS = 200
# About 6 in 100 codes of 2021 are new, so among so many of them there would be some.
FEWEST_LSOAS = 200
# A category is compared with the months before. A large one doubles or halves by a new way of counting only.
MONTHS_BEFORE, FEWEST_MONTHS_BEFORE = 6, 3
FEWEST_INCIDENTS = 100
LEAST_TIMES = 2


@dataclass(frozen=True)
class MonthFacts:
    """What a month shows: how many places it has (`points`) and how many of these the month before had as well; whether
    its LSOA codes are of 2021; how many incidents of each category, by its id.
    """

    month: date
    points: int
    points_before: int | None
    has_lsoas_of_2021: bool | None
    by_category: Mapping[int, int]


@dataclass(frozen=True)
class FoundBreak:
    """That something changed with this month. `figures` are those that show it, as JSON takes them."""

    month: date
    kind: str
    figures: Mapping[str, Any]
    category: int | None = None


def find_breaks(months: Sequence[MonthFacts]) -> list[FoundBreak]:
    """Every break in a run of months, which are in their order; there may be months missing between them."""
    return [*_points(months), *_lsoas(months), *_categories(months)]


def _points(months: Sequence[MonthFacts]) -> Iterable[FoundBreak]:
    told = [each for each in months if each.points_before is not None and each.points >= FEWEST_POINTS]
    shares = {each.month: (each.points_before or 0) / each.points for each in told}
    for each in told:
        others = [share for month, share in shares.items() if month != each.month]
        usual = median(others) if len(others) >= PAIRS_FOR_USUAL else None
        if usual is None and each.points < FEWEST_POINTS_WITHOUT_USUAL:
            continue
        share = shares[each.month]
        if share < (SHARE_WITHOUT_USUAL if usual is None else UNUSUAL_SHARE * usual):
            yield FoundBreak(each.month, DataBreak.Kind.POINTS, {"share": share, "usual": usual})


def _lsoas(months: Sequence[MonthFacts]) -> Iterable[FoundBreak]:
    told = [each for each in months if each.has_lsoas_of_2021 is not None]
    for before, after in pairwise(told):
        if before.has_lsoas_of_2021 != after.has_lsoas_of_2021:
            yield FoundBreak(after.month, DataBreak.Kind.LSOAS, {"census": 2021 if after.has_lsoas_of_2021 else 2011})


def _categories(months: Sequence[MonthFacts]) -> Iterable[FoundBreak]:
    """Of a run of months that each differ from those before them, the first is the break."""
    for category in sorted({category for each in months for category in each.by_category}):
        since = 0
        for place, each in enumerate(months):
            earlier = [month.by_category.get(category, 0) for month in months[since:place][-MONTHS_BEFORE:]]
            if len(earlier) < FEWEST_MONTHS_BEFORE:
                continue
            usual, now = median(earlier), each.by_category.get(category, 0)
            if max(usual, now) >= FEWEST_INCIDENTS and not usual / LEAST_TIMES < now < usual * LEAST_TIMES:
                since = place
                yield FoundBreak(each.month, DataBreak.Kind.CATEGORY, {"count": now, "usual": usual}, category)


def lsoas_of_2021(codes: Collection[str]) -> bool | None:
    """Whether codes are of the 2021 census, which numbered new LSOAs of England on from E01033769 and those of Wales on
    from W01001959. None where too few codes are there to tell: most kept theirs.
    """
    if any("E01033769" <= code <= "E01099999" or "W01001959" <= code <= "W01099999" for code in codes):
        return True
    return False if len(set(codes)) >= FEWEST_LSOAS else None
