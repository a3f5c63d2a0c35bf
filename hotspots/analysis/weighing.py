"""What rows of counted incidents weigh in an analysis: each 1, or its share of some hours, times its harm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hotspots.analysis.hours import EVERY_DAY, Hours, aoristic_weights
from hotspots.analysis.statistics import Mask, Numbers
from hotspots.harm.queries import weights_by_month
from hotspots.models import HarmTable, HotspotAnalysis, IncidentCategory, IncidentMonth


class CountedRow(NamedTuple):
    """So many incidents of a month and category in one place; in an analysis of some hours, of the same times."""

    month: int
    category: int
    longitude: float
    latitude: float
    location: str
    number: int
    starts: int | None
    ends: int | None


@dataclass(frozen=True)
class Weighed:
    """What each row weighs: whole numbers where incidents are only counted.

    The rest is about the months of the analysis: how many incidents these are; where it is about some hours, how many
    of these count `in_part` and how many lie `outside`; where it is about harm, how many have no weight and count 0.
    """

    numbers: Numbers
    incidents: float
    in_part: int | None = None
    outside: float | None = None
    unweighted: float | None = None


def hours_of(analysis: HotspotAnalysis) -> Hours | None:
    """The hours and days that an analysis is about; None for all."""
    if analysis.from_hour is None and not analysis.days:
        return None
    days = analysis.days or EVERY_DAY
    if analysis.from_hour is None or analysis.to_hour is None:
        return Hours(days=days)
    return Hours(analysis.from_hour, analysis.to_hour, days)


def weigh(rows: Sequence[CountedRow], analysis: HotspotAnalysis, months: Sequence[IncidentMonth]) -> Weighed:
    """What the incidents of these rows weigh in an analysis. `months` are all those that they are of."""
    counts = np.array([row.number for row in rows], np.int64)
    during = {each.pk for each in months if analysis.first_month <= each.month <= analysis.last_month}
    is_during = np.array([row.month in during for row in rows], np.bool_)
    weighed = _by_hours(rows, counts, is_during, hours_of(analysis))
    return _by_harm(rows, weighed, is_during, analysis.harm, months) if analysis.harm else weighed


def _by_hours(rows: Sequence[CountedRow], counts: NDArray[np.int64], is_during: Mask, hours: Hours | None) -> Weighed:
    if hours is None or not rows:
        return Weighed(counts, int(counts[is_during].sum()))
    starts, ends = (np.array([getattr(row, name) for row in rows], np.int64) for name in ("starts", "ends"))
    first, last = (datetime.fromtimestamp(int(each), UTC) for each in (starts.min(), ends.max()))
    shares = aoristic_weights(starts, ends, hours.windows(first, last))
    numbers = counts * shares
    inside = float(numbers[is_during].sum())
    in_part = counts[is_during & (shares > 0) & (shares < 1)].sum()
    return Weighed(numbers, inside, in_part=int(in_part), outside=float(counts[is_during].sum()) - inside)


def _by_harm(
    rows: Sequence[CountedRow], counted: Weighed, is_during: Mask, table: HarmTable, months: Sequence[IncidentMonth]
) -> Weighed:
    weights = weights_of(table, months)
    each = np.array([weights.get((row.month, row.category), np.nan) for row in rows], np.float64)
    unweighted = counted.numbers[is_during & np.isnan(each)].sum().item()
    return Weighed(
        counted.numbers * np.nan_to_num(each), counted.incidents, counted.in_part, counted.outside, unweighted
    )


def weights_of(table: HarmTable, months: Sequence[IncidentMonth]) -> dict[tuple[int, int], float]:
    """What an incident of a month and category weighs, by their ids; those without a weight are not among them."""
    by_month = weights_by_month(table, [each.month for each in months])
    names = {each.pk: each.name.casefold() for each in IncidentCategory.objects.all()}
    return {
        (month.pk, category): weights[name]
        for month in months
        if (weights := by_month.get(month.month, {}))
        for category, name in names.items()
        if name in weights
    }


def unweighted_categories(table: HarmTable, month: date, names: Sequence[str]) -> list[str]:
    """Which of these categories the table has no weight for in a month."""
    weights = weights_by_month(table, [month]).get(month, {})
    return [name for name in names if name.casefold() not in weights]
