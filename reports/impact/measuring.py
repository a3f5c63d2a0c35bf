"""What changed in the areas of a study, beside what changed in the comparison: the answer, as JSON takes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from shapely.geometry import shape

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspot.core.errors import DomainError
from hotspots.incidents.queries import breaks_between
from hotspots.models import HotspotArea, IncidentMonth
from hotspots.power.formulas import dispersion, joint_dispersion, smallest_fall
from reports.impact import statistics
from reports.impact.counting import MonthlyCounts, count_months, read_points
from reports.impact.expecting import Expected, compare, expected_after
from reports.impact.matching import Match
from reports.impact.patrol_time import patrol_minutes
from reports.impact.periods import Periods
from reports.impact.points import Counts, Points
from reports.impact.statistics import Counted
from reports.impact.weighing import CategoryCounts, harm_difference, weights_of
from reports.models import ImpactStudy

METHOD_VERSION = "3"
"""Changes whenever the same question on the same data would have another answer, or one of another form."""


def measure(study: ImpactStudy, *, at: datetime) -> dict[str, Any]:
    """The answer to a study at an instant (see docs/impact.md).

    Raises DomainError `impact_months_missing` unless every month of both periods is loaded.
    """
    areas = list(study.areas.with_district())
    loaded = list(IncidentMonth.objects.of(study.dataset).order_by("month"))
    before = Period(study.before_first, Period.month(study.before_last).last_day)
    after = Period(study.after_first, Period.month(study.after_last).last_day)
    _check_loaded([*_months(before), *_months(after)], loaded)
    points = read_points(study, loaded)
    counted = count_months(study, areas, loaded, points)
    periods = Periods(counted, before, after)
    measured = _Measured(counted, periods)
    single = [periods.of(counts) for counts in counted.areas.T]
    expected = _expected(points, areas, single, measured)
    return {
        "version": METHOD_VERSION,
        "days": list(periods.days),
        "months": _monthly(counted),
        "patrols": _patrols(areas, counted.months, at),
        "dispersion": measured.dispersion,
        "joint_dispersion": measured.joint,
        "all": measured.compared(measured.everything, spread=measured.joint)
        | measured.beside(measured.everything, expected, spread=measured.joint),
        "areas": _areas(areas, single, expected, measured),
        "comparison": measured.changed(measured.comparison),
        "ring": measured.compared_ring() if study.buffer_metres else None,
        "prevented": measured.prevented(periods.of(counted.ring) if study.buffer_metres else None),
        "harm": _harm(study, measured),
        "match": _matched(counted.match, areas),
        "active_before": [area.name for area in areas if area.is_active_in(before)],
        "inactive_after": [area.name for area in areas if not area.is_active_in(after)],
        "placebo": _placebo(areas),
        "breaks": _breaks(study),
    }


def _expected(
    points: Points, areas: Sequence[HotspotArea], single: Sequence[Counted], measured: "_Measured"
) -> list[Expected] | None:
    shapes, counts = [shape(area.boundary) for area in areas], [each.before for each in single]
    comparison, before = measured.comparison, measured.periods.before
    return expected_after(points, shapes, counts, before, comparison, dispersion=measured.dispersion)


def _areas(
    areas: Sequence[HotspotArea],
    single: Sequence[Counted],
    expected: Sequence[Expected] | None,
    measured: "_Measured",
) -> list[dict[str, Any]]:
    """Every area in the order of their names."""
    return [
        {"id": areas[place].pk, "name": areas[place].name, "district": areas[place].district.name}
        | measured.compared(single[place], among=len(areas), spread=measured.dispersion)
        | measured.beside(single[place], expected and [expected[place]], among=len(areas), spread=measured.dispersion)
        for place in sorted(range(len(areas)), key=lambda place: areas[place].name.lower())
    ]


@dataclass(frozen=True)
class _Measured:
    """Counts of both periods beside those of the comparison."""

    counted: MonthlyCounts
    periods: Periods

    @property
    def comparison(self) -> Counted:
        return self.periods.of(self.counted.comparison)

    @property
    def everything(self) -> Counted:
        return self.periods.of(self.counted.areas.sum(axis=1))

    @property
    def longer(self) -> float:
        """How many times as long the period after is."""
        return self.periods.days.after / self.periods.days.before

    @cached_property
    def dispersion(self) -> float:
        """How much months of single areas and of the comparison vary; never less than by chance alone."""
        return max(dispersion(self.periods.series(self.counted)) or 1, 1)

    @cached_property
    def joint(self) -> float:
        """How much months of all areas together vary against the comparison, where that is more."""
        return self._against_comparison(self.counted.areas.sum(axis=1))

    def _against_comparison(self, counts: Counts) -> float:
        periods = zip(self.periods.split(counts), self.periods.split(self.counted.comparison), strict=True)
        return max(self.dispersion, joint_dispersion(periods) or 1)

    def compared_ring(self) -> dict[str, Any]:
        """What changed in the ring, as `compared` has it."""
        ring = self.counted.ring
        return self.compared(self.periods.of(ring), spread=self._against_comparison(ring))

    def changed(self, counts: Counted) -> dict[str, Any]:
        """Counts of both periods, the ratio of their rates a day, and its exact interval."""
        ratio = statistics.rate_ratio(counts, self.periods.days)
        exact = statistics.exact_interval(int(counts.before), int(counts.after), self.periods.days)
        return {
            "before": counts.before,
            "after": counts.after,
            "ratio": ratio.value if ratio else None,
            "exact": list(exact) if exact else None,
        }

    def compared(self, target: Counted, *, spread: float, among: int = 1) -> dict[str, Any]:
        """The same with the relative rate ratio, its interval as wide as months vary, and what could have been told.

        Months vary `spread` times as much as by chance alone.
        `judged` is the interval that is judged by: of one place `among` several, so wide that with 95 % all of theirs
        hold the truth (Bonferroni).
        """
        relative = statistics.relative_rate_ratio(target, self.comparison)
        wide = relative.widened(spread) if relative else None
        return {
            **self.changed(target),
            "relative": wide.value if wide else None,
            "interval": list(wide.interval()) if wide else None,
            "judged": list(wide.interval(_level(among))) if wide else None,
            "smallest_fall": smallest_fall(
                target.before, self.comparison.before, dispersion=spread, longer=self.longer
            ),
        }

    def beside(
        self, target: Counted, expected: Sequence[Expected] | None, *, spread: float, among: int = 1
    ) -> dict[str, Any]:
        """What could be expected after without patrols, what there was by that, and how unusual the change is.

        `spread` is that of `compared`, and `by_expected_judged` is to its interval as `judged` is there.
        """
        found = compare(target.after, expected, self.comparison, dispersion=spread) if expected else None
        return {
            "z": statistics.poisson_z(*target, longer=self.longer, dispersion=spread),
            "expected": sum(each.after for each in expected) if expected else None,
            "by_expected": found.value if found else None,
            "by_expected_interval": list(found.interval()) if found else None,
            "by_expected_judged": list(found.interval(_level(among))) if found else None,
        }

    def prevented(self, ring: Counted | None) -> dict[str, Any] | None:
        """Incidents fewer (below 0) than the comparison lets expect after, with an interval as wide as months vary.

        The comparison is scaled to the areas by what both had before. None where one of them had nothing then.
        """
        if not (self.everything.before and self.comparison.before):
            return None
        found = statistics.displacement_difference(
            self.everything, self.comparison, periods=self.relative_days, areas=(1, self.scale, 1, 1)
        )
        return {
            "difference": found.value,
            "interval": list(found.widened(self.joint).interval()),
            "quotient": statistics.displacement_quotient(self.everything, ring, self.comparison) if ring else None,
            "net": statistics.total_net_effect(self.everything, ring or statistics.NONE, self.comparison),
        }

    @property
    def scale(self) -> float:
        """How many times as many incidents the comparison had before."""
        return self.comparison.before / self.everything.before

    @property
    def relative_days(self) -> Counted:
        return Counted(self.periods.days.before / self.periods.days.after, 1)

    def by_category(self) -> list[CategoryCounts]:
        """Each category in the areas and in the comparison."""
        return [
            CategoryCounts(pk, self.periods.of(counts[:, :-2].sum(axis=1)), self.periods.of(counts[:, -1]))
            for pk, counts in zip(self.counted.categories, self.counted.counts, strict=True)
        ]


def _level(among: int) -> float:
    return 1 - (1 - statistics.LEVEL) / among


def _harm(study: ImpactStudy, measured: _Measured) -> dict[str, Any] | None:
    """The change weighed by harm, by the weights valid in the first month after; None where nothing asks for it."""
    if study.harm_table is None:
        return None
    weights = weights_of(study.harm_table, list(study.categories.all()), study.after_first)
    found = None
    if measured.everything.before and measured.comparison.before:
        parts = measured.by_category()
        found = harm_difference(parts, weights, scale=measured.scale, periods=measured.relative_days)
    return {
        "table": str(study.harm_table),
        "without_weight": list(weights.missing),
        "difference": found.value if found else None,
        "interval": list(found.widened(measured.joint).interval()) if found else None,
    }


def _matched(match: Match | None, areas: Sequence[HotspotArea]) -> dict[str, Any] | None:
    """How the comparison was matched: its places (degrees, radius in metres), and the months before of both."""
    if match is None:
        return None
    ours, theirs = match.means
    return {
        "places": [[each.longitude, each.latitude, each.radius] for each in match.circles],
        "unmatched": sorted((areas[place].name for place in match.unmatched), key=str.lower),
        "areas": ours.tolist(),
        "comparison": theirs.tolist(),
    }


def _breaks(study: ImpactStudy) -> list[dict[str, Any]]:
    """The breaks between the first and the last month that are compared."""
    return [
        {"month": each.month.isoformat(), "kind": each.kind, "category": each.category_name, "figures": each.figures}
        for each in breaks_between(study.before_first, study.after_last, study.dataset)
    ]


def _months(period: Period) -> list[date]:
    return [month.first_day for month in period.each_month()]


def _check_loaded(months: Sequence[date], loaded: Sequence[IncidentMonth]) -> None:
    missing = [wording.month(month) for month in months if month not in {each.month for each in loaded}]
    if missing:
        raise DomainError("impact_months_missing", f"Load these months first: {wording.listing(missing)}.")


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


def _patrols(areas: Sequence[HotspotArea], months: Sequence[date], at: datetime) -> list[dict[str, Any]]:
    """The person-minutes of patrol from the first month that is loaded to the last, those between that are not too."""
    whole = Period(months[0], Period.month(months[-1]).last_day)
    minutes = patrol_minutes([area.pk for area in areas], whole, at=at)
    return [{"month": month.isoformat(), "minutes": number} for month, number in minutes]


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
