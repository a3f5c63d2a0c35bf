"""Figures of a plan's area in the months that it looks at: patrols as everywhere, and recorded incidents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hotspot.core.calendar import Period
from hotspot.core.models import User
from hotspots.analysis.area_counts import months_of
from hotspots.analysis.area_presenters import ASB, VIOLENCE
from hotspots.models import Dataset, Programme
from reports.figures.headline import Counts, Grain, figures
from reports.models import ProblemPlan


@dataclass(frozen=True)
class PlanMonth:
    """A month of a plan's area: patrol counts, and incidents (all, ASB, violence); None where none are loaded."""

    month: date
    counts: Counts
    incidents: tuple[int, int, int] | None


def months_looked_at(plan: ProblemPlan, user: User, *, at: datetime) -> list[PlanMonth]:
    """The months of a plan, oldest first; none where it names none.

    Incidents are of the published months, and only for who may see police data.
    """
    if plan.first_month is None or plan.last_month is None:
        return []
    period = Period(plan.first_month, Period.month(plan.last_month).last_day)
    recorded = _incidents(plan, user, period)
    patrols = _patrols(plan, user, period, at)
    return [PlanMonth(each, patrols.get(each, Counts()), recorded.get(each)) for each in _months(period)]


def _months(period: Period) -> Sequence[date]:
    return [day for day in period.each_day() if day.day == 1]


def _patrols(plan: ProblemPlan, user: User, period: Period, at: datetime) -> dict[date, Counts]:
    found: dict[date, Counts] = {}
    for programme in Programme.objects.visible_to(user).overlapping(period):
        counted = figures(programme=programme, period=period, areas=[plan.area_id], at=at, by=(Grain.MONTH,))
        for row in counted.rows:
            if row.month is not None:
                found[row.month] = Counts.total([row.counts, found.get(row.month, Counts())])
    return found


def _incidents(plan: ProblemPlan, user: User, period: Period) -> dict[date, tuple[int, int, int]]:
    # The area comes with a plan without its boundary, which this alone needs.
    return {
        each.month: (each.by_category.total(), each.by_category[ASB], each.by_category[VIOLENCE])
        for each in months_of(plan.area, user, Dataset.STREET)
        if each.month in period
    }
