"""What the PCC's office sees of costs: months that are over and streams, and no cost of the time of a few."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from reports.costs.queries import Costs
from reports.costs.rules import CostSum, cost_sum, sums_by
from reports.figures.suppression_rules import shown_month_ends

ALL = 0


@dataclass(frozen=True)
class OfficeRow:
    """A run of months, told together: what all time cost, and by stream, None where that is withheld."""

    months: Sequence[date]
    total: CostSum
    by_stream: dict[int, CostSum | None]


def office_rows(costs: Costs, streams: Iterable[int]) -> list[OfficeRow]:
    """Costs by runs of months. Months that come after the last row are not told yet.

    Places in crews decide, as counts of people do in published figures (`shown_month_ends`): sums of fewer than the
    programme's smallest number, and what would give them away, are told together with later months, or withheld of a
    stream. So nobody's pay follows from any row, nor from the difference of two.
    """
    streams, months = list(streams), [month.first_day for month in costs.months.each_month()]
    small = costs.programme.small
    by_stream = sums_by(costs.lines, lambda line: (line.stream_id, line.month))
    numbers = {key: found.number for key, found in by_stream.items()}
    all_numbers = {(ALL, month): sum(numbers.get((each, month), 0) for each in streams) for month in months}
    ends = sorted(shown_month_ends(all_numbers, [ALL], months, small=small)[ALL])
    told = shown_month_ends(numbers, streams, months, small=small)
    return [
        _row(costs, months[first:end], {each: {first, end} <= told[each] for each in streams})
        for first, end in pairwise(ends)
    ]


def _row(costs: Costs, months: Sequence[date], is_told: dict[int, bool]) -> OfficeRow:
    lines = [line for line in costs.lines if line.month in months]
    by_stream = sums_by(lines, lambda line: line.stream_id)
    shown = {stream: by_stream.get(stream, CostSum()) if told else None for stream, told in is_told.items()}
    return OfficeRow(months, cost_sum(lines), shown)


def office_total(rows: Sequence[OfficeRow], costs: Costs) -> CostSum:
    """What the rows add up to."""
    months = {month for row in rows for month in row.months}
    return cost_sum(line for line in costs.lines if line.month in months)
