"""Runs an analysis: which units stand out, how far that holds later, and what the same rule would have done before."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import shape

from hotspot.core.calendar import today
from hotspot.core.errors import DomainError
from hotspots.analysis import counting, statistics
from hotspots.analysis.counting import UnitCounts
from hotspots.analysis.density import density_of
from hotspots.analysis.statistics import Numbers
from hotspots.analysis.units import Units
from hotspots.analysis.weighing import unweighted_categories
from hotspots.areas.boundaries import check_boundary
from hotspots.assignment import assign
from hotspots.incidents import queries
from hotspots.models import District, HotspotAnalysis, HotspotArea, IncidentMonth

METHOD_VERSION = "2"
"""Changes whenever the same question on the same data would give another answer, or one of another form.

2: names its dataset; leaves out records that are marked as police-generated one by one, and those outside its hours;
can add up harm.
"""
DECIMALS = 3
MOST_CELLS = 500
CURVE_POINTS = 40
NO_PLACE = "None here, only beside it"
"""Instead of a street: Gi* takes units for their neighbours, too."""


@dataclass(frozen=True)
class Choice:
    """The units that stand out, as places in the list of units, the first first; their z scores where there are any.

    `stood_out` counts those too that are more than are kept.
    """

    chosen: NDArray[np.intp]
    stood_out: int
    scores: NDArray[np.float64] | None = None


Rule = Callable[[statistics.Numbers], Choice]


def run(analysis: HotspotAnalysis) -> dict[str, Any]:
    """What came of an analysis, as JSON takes it (see docs/analyses.md).

    Raises DomainError `analysis_no_outline`, `…_units`, `…_data` or `…_weight` where none of these is loaded.
    """
    districts = counting.districts_of(analysis)
    loaded = list(IncidentMonth.objects.of(analysis.dataset).order_by("month"))
    during = [each for each in loaded if analysis.first_month <= each.month <= analysis.last_month]
    categories = sorted(analysis.categories.values_list("pk", flat=True))
    counted = counting.count_units(analysis, districts, loaded, categories)
    of = {each.month for each in during}
    values = counted.of_months(of)
    if not values.any():
        raise _no_data(analysis, counted)
    rule = rule_of(analysis, counted.units)
    choice = rule(values)
    later = {each.month for each in loaded if each.month > analysis.last_month}
    return {
        **_method(analysis, counted),
        "months": [_month(each) for each in during],
        "districts": [each.name for each in districts],
        "district_ids": [each.pk for each in districts],
        "left_out": _left_out(analysis, counted, during, districts),
        "in_part": counted.weighed.in_part,
        "harm": _harm(analysis, counted),
        "police_generated": counting.police_generated(during),
        "generated": list(analysis.categories.filter(is_police_generated=True).values_list("name", flat=True)),
        "stood_out": choice.stood_out,
        **_accuracy(counted, values, choice.chosen),
        "beyond_outlines": _sum(values[~counted.units.is_land]),
        **_concentration(counted, values),
        "density": density_of(*counted.points_in(of), [shape(each.outline) for each in districts]),
        "areas": _areas(counted, of, analysis),
        "later": _later(rule, counted, choice, later),
        "placebo": _placebo(rule, counted, during),
        "categories": _categories(analysis, rule, counted, choice, of),
        "breaks": _breaks(loaded[0].month, loaded[-1].month, analysis.dataset),
        "cells": _cells(counted, values, choice),
        "groups": counted.units.groups(choice.chosen),
    }


def _method(analysis: HotspotAnalysis, counted: UnitCounts) -> dict[str, Any]:
    """The version, and which layer was counted in with how many units it has there. Cells need no such words."""
    layer = analysis.layer
    if layer is None:
        return {"version": METHOD_VERSION}
    return {
        "version": METHOD_VERSION,
        "layer": {"kind": layer.kind, "name": str(layer), "source": layer.source, "units": len(counted.units)},
    }


def _no_data(analysis: HotspotAnalysis, counted: UnitCounts) -> DomainError:
    if counted.weighed.incidents and analysis.harm:
        return DomainError("analysis_no_weight", f"None of these incidents has a weight in {analysis.harm}.")
    times = ", or none was in these hours" if counted.weighed.outside else ""
    places = f", or none has a place in {analysis.layer}" if counted.unplaced else ""
    message = f"None of these incidents are loaded for these months and districts{times}{places}."
    return DomainError("analysis_no_data", message)


def rule_of(analysis: HotspotAnalysis, units: Units) -> Rule:
    """The rule of an analysis, which takes some of these units by how many incidents each has."""
    if analysis.method == HotspotAnalysis.Method.RANK:
        return lambda values: _worst(values, analysis.number)
    # Found once: that takes longer than everything else, and the rule is applied a dozen times.
    beside = units.neighbours()
    return lambda values: _standing_out(statistics.gi_star(values, *beside), analysis.rate_percent / 100)


def _worst(values: statistics.Numbers, number: int) -> Choice:
    chosen = statistics.top(values, number)
    return Choice(chosen, len(chosen))


def _standing_out(scores: NDArray[np.float64], rate: float) -> Choice:
    stands_out = statistics.false_discovery(statistics.two_sided_p(scores), rate) & (scores > 0)
    order = np.argsort(-scores, kind="stable")
    return Choice(order[stands_out[order]][:MOST_CELLS], int(stands_out.sum()), scores)


def _sum(values: Any) -> float:
    """A sum as JSON takes it: a whole number of whole numbers, otherwise to a thousandth."""
    total: float = round(values.sum().item(), DECIMALS)
    return total


def _left_out(
    analysis: HotspotAnalysis, counted: UnitCounts, during: Sequence[IncidentMonth], districts: Sequence[District]
) -> dict[str, float]:
    found: dict[str, float] = {**counting.left_out(analysis, during, counted.categories, districts)}
    if analysis.layer:
        found["unit"] = counted.unplaced
    outside = counted.weighed.outside
    return found if outside is None else found | {"time": round(outside, DECIMALS)}


def _harm(analysis: HotspotAnalysis, counted: UnitCounts) -> dict[str, Any] | None:
    """By which table harm was added up, of how many incidents, and how many of them it has no weight for."""
    if analysis.harm is None:
        return None
    last = max(each.month for each in counted.months if each.month <= analysis.last_month)
    names = list(analysis.categories.order_by("name").values_list("name", flat=True))
    return {
        "table": analysis.harm.name,
        "version": analysis.harm.version,
        "source": analysis.harm.source,
        "incidents": round(counted.weighed.incidents, DECIMALS),
        "unweighted": round(counted.weighed.unweighted or 0, DECIMALS),
        "categories": unweighted_categories(analysis.harm, last, names),
    }


def _month(month: IncidentMonth) -> dict[str, Any]:
    return {
        "month": month.month.isoformat(),
        "force": month.force,
        "file": month.member,
        "release": month.pk,
        "rows": month.rows,
    }


def _accuracy(counted: UnitCounts, values: Numbers, chosen: NDArray[np.intp]) -> dict[str, Any]:
    """Incidents and land (m²) inside and altogether, and the indexes made of them."""
    inside, land = _sum(values[chosen]), float(counted.units.sizes[chosen].sum())
    total, all_land = _sum(values), float(counted.units.sizes.sum())
    return {
        "inside": inside,
        "total": total,
        "land_inside": round(land),
        "land": round(all_land),
        "accuracy": statistics.prediction_accuracy(inside, total, land, all_land),
        "efficiency": statistics.prediction_efficiency(values, counted.units.sizes, chosen),
    }


def _concentration(counted: UnitCounts, values: Numbers) -> dict[str, Any]:
    curve = statistics.concentration(values, counted.units.sizes)
    assert curve is not None  # noqa: S101 - there are incidents
    land = np.linspace(0, 1, CURVE_POINTS + 1) ** 3
    return {
        "curve": [[round(float(each), 5), round(curve.incidents_on(float(each)), 5)] for each in land],
        "quarter": curve.land_with_quarter,
        "half": curve.land_with_half,
    }


def _later(rule: Rule, counted: UnitCounts, choice: Choice, later: set[date]) -> dict[str, Any] | None:
    """What the chosen cells had in the months after, and how far the same rule would choose them again."""
    values = counted.of_months(later)
    if not values.any():
        return None
    again = rule(values)
    return {
        "months": [each.isoformat() for each in sorted(later)],
        **_accuracy(counted, values, choice.chosen),
        "chosen_then": len(again.chosen),
        "chosen_again": len(np.intersect1d(choice.chosen, again.chosen)),
    }


def _placebo(rule: Rule, counted: UnitCounts, during: Sequence[IncidentMonth]) -> list[dict[str, Any]]:
    """What the cells that the rule takes in one period did in the next, up to the end of the analysis.

    The periods are as long as that of the analysis, or, where so many months are not loaded before it, single months.
    """
    months = [each.month for each in counted.months if each.month <= during[-1].month]
    length = len(during) if len(months) >= 2 * len(during) else 1
    runs = [months[start : start + length] for start in range(len(months) % length, len(months), length)]
    counts = np.column_stack([counted.of_months(set(each)) for each in runs])
    return [
        {
            **asdict(pair),
            "before": [each.isoformat() for each in runs[pair.period]],
            "after": [each.isoformat() for each in runs[pair.period + 1]],
            "chosen_change": pair.chosen_change,
            "all_change": pair.all_change,
        }
        for pair in statistics.placebo(counts, lambda values: rule(values).chosen)
    ]


def _areas(counted: UnitCounts, during: set[date], analysis: HotspotAnalysis) -> list[dict[str, Any]]:
    """The incidents in each hotspot area that was active when this was asked, most first: by the map points."""
    active = HotspotArea.objects.active_on(today(analysis.created_at)).with_district()
    if analysis.district:
        active = active.filter(district=analysis.district)
    areas = list(active)
    longitudes, latitudes, numbers = counted.points_in(during)
    places = assign(longitudes, latitudes, [shape(area.boundary) for area in areas])
    found = [
        {
            "name": area.name,
            "district": area.district.name,
            "count": _sum(numbers[places == place]),
            "hectares": check_boundary(area.boundary).hectares,
        }
        for place, area in enumerate(areas)
    ]
    return sorted(found, key=lambda each: -each["count"])


def _categories(
    analysis: HotspotAnalysis, rule: Rule, counted: UnitCounts, choice: Choice, during: set[date]
) -> list[dict[str, Any]]:
    """Each category by itself: how much of it the chosen cells hold, and whether its own hotspots are the same."""
    names = dict(analysis.categories.values_list("pk", "name"))
    found = []
    for category in counted.categories:
        values = counted.of_category(category, during)
        if values.any():
            own = rule(values).chosen
            found.append(
                {
                    "name": names[category],
                    "total": _sum(values),
                    "inside": _sum(values[choice.chosen]),
                    "overlap": statistics.overlap(choice.chosen, own),
                }
            )
    return sorted(found, key=lambda each: -each["total"])


def _breaks(first: date, last: date, dataset: str) -> list[dict[str, Any]]:
    """The breaks between the months that were looked at."""
    return [
        {"month": each.month.isoformat(), "kind": each.kind, "category": each.category_name, "figures": each.figures}
        for each in queries.breaks_between(first, last, dataset)
    ]


def _cells(counted: UnitCounts, values: Numbers, choice: Choice) -> list[dict[str, Any]]:
    units = counted.units
    return [
        {
            "cell": units.code(place),
            "count": _sum(values[place]),
            "score": None if choice.scores is None else round(float(choice.scores[place]), 3),
            "area": round(float(units.sizes[place])),
            "district": district,
            "place": counted.streets.get(int(place), NO_PLACE),
            **({} if (name := units.name(place)) is None else {"name": name}),
        }
        for place, district in zip(choice.chosen, units.districts_of(choice.chosen), strict=True)
    ]
