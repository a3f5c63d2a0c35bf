"""What changed in the areas of a study, beside what changed in the comparison: the answer, as JSON takes it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspot.core.errors import DomainError
from hotspots.incidents.queries import breaks_between
from hotspots.models import HotspotArea, IncidentMonth
from reports.impact import statistics
from reports.impact.counting import Counts, MonthlyCounts, count_months
from reports.impact.power import smallest_fall
from reports.impact.statistics import Counted
from reports.models import ImpactStudy

METHOD_VERSION = "1"
"""Changes whenever the same question on the same data would have another answer, or one of another form."""


def measure(study: ImpactStudy) -> dict[str, Any]:
    """The answer to a study (see docs/impact.md).

    Raises DomainError `impact_months_missing` unless every month of both periods is loaded.
    """
    areas = list(study.areas.with_district())
    loaded = list(IncidentMonth.objects.of(study.dataset).order_by("month"))
    before = Period(study.before_first, Period.month(study.before_last).last_day)
    after = Period(study.after_first, Period.month(study.after_last).last_day)
    _check_loaded([*_months(before), *_months(after)], loaded)
    counted = count_months(study, areas, loaded)
    periods = Periods(counted, before, after)
    comparison = periods.of(counted.comparison)
    ring = periods.of(counted.ring) if study.buffer_metres else None
    everything = periods.of(counted.areas.sum(axis=1))
    dispersion = max(statistics.dispersion(periods.series(counted)) or 1, 1)
    return {
        "version": METHOD_VERSION,
        "days": list(periods.days),
        "months": _monthly(counted),
        "dispersion": dispersion,
        "all": _compared(everything, comparison, periods, dispersion),
        "areas": [
            {
                "id": area.pk,
                "name": area.name,
                "district": area.district.name,
                **_compared(periods.of(counted.areas[:, place]), comparison, periods, dispersion),
            }
            for place, area in sorted(enumerate(areas), key=lambda each: each[1].name.lower())
        ],
        "comparison": _changed(comparison, periods),
        "ring": _compared(ring, comparison, periods, dispersion) if ring else None,
        "prevented": _prevented(everything, comparison, ring, periods, dispersion),
        "active_before": [area.name for area in areas if area.is_active_in(before)],
        "placebo": _placebo(areas),
        "breaks": _breaks(study),
    }


def _breaks(study: ImpactStudy) -> list[dict[str, Any]]:
    """The breaks between the first and the last month that are compared."""
    return [
        {"month": each.month.isoformat(), "kind": each.kind, "category": each.category_name, "figures": each.figures}
        for each in breaks_between(study.before_first, study.after_last, study.dataset)
    ]


class Periods:
    """The two periods of a study, as places in its months, and their lengths in days."""

    def __init__(self, counted: MonthlyCounts, before: Period, after: Period) -> None:
        self._before = np.array([month in before for month in counted.months], np.bool_)
        self._after = np.array([month in after for month in counted.months], np.bool_)
        self.days = Counted(before.days, after.days)

    def of(self, counts: Counts) -> Counted:
        """The incidents of one place in the two periods."""
        return Counted(int(counts[self._before].sum()), int(counts[self._after].sum()))

    def series(self, counted: MonthlyCounts) -> Iterable[list[int]]:
        """The monthly counts of every area and of the comparison, a series for each period."""
        columns = [*counted.areas.T, counted.comparison]
        return [column[period].tolist() for column in columns for period in (self._before, self._after)]


def _months(period: Period) -> list[date]:
    return [month.first_day for month in period.each_month()]


def _check_loaded(months: Sequence[date], loaded: Sequence[IncidentMonth]) -> None:
    missing = [wording.month(month) for month in months if month not in {each.month for each in loaded}]
    if missing:
        raise DomainError("impact_months_missing", f"Load these months first: {wording.listing(missing)}.")


def _changed(counts: Counted, periods: Periods) -> dict[str, Any]:
    """Counts of both periods, the ratio of their rates a day, and its exact interval."""
    ratio = statistics.rate_ratio(counts, periods.days)
    exact = statistics.exact_interval(int(counts.before), int(counts.after), periods.days)
    return {
        "before": counts.before,
        "after": counts.after,
        "ratio": ratio.value if ratio else None,
        "exact": list(exact) if exact else None,
    }


def _compared(target: Counted, comparison: Counted, periods: Periods, dispersion: float) -> dict[str, Any]:
    """The same with the relative rate ratio, its interval as wide as months vary, and what could have been told."""
    relative = statistics.relative_rate_ratio(target, comparison)
    wide = relative.widened(dispersion) if relative else None
    fall = smallest_fall(target.before, comparison.before, dispersion=dispersion)
    return {
        **_changed(target, periods),
        "relative": wide.value if wide else None,
        "interval": list(wide.interval()) if wide else None,
        "smallest_fall": fall,
    }


def _prevented(
    target: Counted, comparison: Counted, ring: Counted | None, periods: Periods, dispersion: float
) -> dict[str, Any] | None:
    """Incidents fewer (below 0) than the comparison lets expect after, with an interval as wide as months vary.

    The comparison is scaled to the target by what both had before. None where one of them had nothing then.
    """
    if not (target.before and comparison.before):
        return None
    found = statistics.displacement_difference(
        target,
        comparison,
        periods=Counted(periods.days.before / periods.days.after, 1),
        areas=(1, comparison.before / target.before, 1, 1),
    )
    return {
        "difference": found.value,
        "interval": list(found.widened(dispersion).interval()),
        "quotient": statistics.displacement_quotient(target, ring, comparison) if ring else None,
        "net": statistics.total_net_effect(target, ring or statistics.NONE, comparison),
    }


def _monthly(counted: MonthlyCounts) -> list[dict[str, Any]]:
    rows = zip(
        counted.months,
        counted.areas.sum(axis=1).tolist(),
        counted.ring.tolist(),
        counted.comparison.tolist(),
        strict=True,
    )
    return [
        {"month": month.isoformat(), "areas": areas, "ring": ring, "comparison": comparison}
        for month, areas, ring, comparison in rows
    ]


def _placebo(areas: Sequence[HotspotArea]) -> list[float] | None:
    """From the lowest to the highest change beyond everywhere that the rule of the analyses made before: a share.

    None where an area was not chosen by an analysis: what those do by themselves is not known.
    """
    if not all(area.analysis_id for area in areas):
        return None
    analyses = {area.analysis_id: area.analysis for area in areas if area.analysis}
    changes = [
        (1 + pair["chosen_change"]) / (1 + pair["all_change"]) - 1
        for analysis in analyses.values()
        for pair in analysis.result.get("placebo", ())
        if pair["chosen_change"] is not None and pair["all_change"] not in (None, -1)
    ]
    # Zero is among them, so that a rule whose cells once rose does not make every fall one beyond chance.
    return [min(0.0, *changes), max(0.0, *changes)] if changes else None
