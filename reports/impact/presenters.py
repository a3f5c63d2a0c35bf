"""Studies of impact in words and table rows. No wording says that patrols caused anything."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.calendar import months_between
from hotspots.incidents.presenters import break_in_words
from reports.models import ImpactStudy

LEAST_FOR_PERCENT, MOST_NAMED = 20, 5
"""Below this many incidents before, a change in per cent says nothing."""
LIST_COLUMNS = [{"label": label} for label in ("Study", "Before", "After", "Asked by")]
FELL, ROSE, CANNOT_TELL = "Probably fell", "Probably rose", "Cannot tell"
BY_ITSELF = "Fell, perhaps by itself"


def list_rows(studies: Iterable[ImpactStudy]) -> list[list[Any]]:
    """The rows of the list of studies."""
    return [
        [
            {"url": reverse("reports:impact_study", args=(study.pk,)), "text": study.name},
            span(study.before_first, study.before_last),
            span(study.after_first, study.after_last),
            study.by.name,
        ]
        for study in studies
    ]


def span(first: date, last: date) -> str:
    """May 2024, or May 2024 to July 2024."""
    return wording.month(first) if first == last else f"{wording.month(first)} to {wording.month(last)}"


def asked(study: ImpactStudy) -> list[dict[str, Any]]:
    """What was asked, as a summary list."""
    ring = f"{study.buffer_metres:,} metres" if study.buffer_metres else "None"
    compared = [str(area) for area in study.comparison_areas.all()]
    rest = "The rest of their districts, outside every hotspot area"
    return [
        {"key": "Before", "value": span(study.before_first, study.before_last)},
        {"key": "After", "value": span(study.after_first, study.after_last)},
        {"key": "Categories", "value": wording.listing([str(each) for each in study.categories.all()])},
        {"key": "Compared with", "value": wording.listing(compared) if compared else rest},
        {"key": "Ring around the areas", "value": ring},
        {"key": "Data", "value": study.get_dataset_display()},
        {"key": "Asked by", "value": f"{study.by.name}, {wording.moment(study.created_at)}"},
    ]


def verdict(compared: Mapping[str, Any], placebo: Sequence[float] | None) -> str:
    """What can be said of one area, or of all: whether it changed beyond what changed elsewhere.

    A fall counts only where it is beyond all that the rule which chose the areas made without patrols (`placebo`, the
    lowest and the highest change); where that is not known, it may have come by itself.
    """
    if compared["interval"] is None or compared["before"] < LEAST_FOR_PERCENT:
        return CANNOT_TELL
    low, high = compared["interval"]
    if low > 1:
        return ROSE
    if high >= 1:
        return CANNOT_TELL
    return FELL if placebo and high < 1 + placebo[0] else BY_ITSELF


def summary(study: ImpactStudy) -> list[str]:
    """What came of a study, in sentences that can be stood behind."""
    result = study.result
    everything, comparison = result["all"], result["comparison"]
    number = wording.plural(len(result["areas"]), "hotspot area")
    lines = [
        f"Across all of these {number}, recorded incidents went from {everything['before']:,} to "
        f"{everything['after']:,} ({_change(everything)}). In the comparison they went from "
        f"{comparison['before']:,} to {comparison['after']:,} ({_change(comparison)}).",
        _beyond(everything, result["placebo"]),
    ]
    return [*lines, *_single_areas(result["areas"], result["placebo"])]


def _beyond(compared: Mapping[str, Any], placebo: Sequence[float] | None) -> str:
    if compared["interval"] is None or compared["before"] < LEAST_FOR_PERCENT:
        return "There are too few incidents to compare the two."
    low, high = (percent(end) for end in compared["interval"])
    beyond = f"Beyond the comparison that is {percent(compared['relative'])} (95% interval {low} to {high})"
    said = {
        FELL: "incidents probably fell by more than they did elsewhere, and by more than in areas chosen like these",
        BY_ITSELF: "incidents fell by more than they did elsewhere, but areas chosen like these do so by themselves",
        ROSE: "incidents probably rose against elsewhere",
        CANNOT_TELL: "this cannot be told from chance",
    }[verdict(compared, placebo)]
    return f"{beyond}: {said}. It says nothing about what caused it."


def _single_areas(areas: Sequence[Mapping[str, Any]], placebo: Sequence[float] | None) -> list[str]:
    if len(areas) < 2:
        return []
    counts = Counter(verdict(area, placebo) for area in areas)
    return [
        f"One by one: {counts[FELL]:,} probably fell, {counts[BY_ITSELF]:,} fell, perhaps by themselves, "
        f"{counts[ROSE]:,} probably rose, and of {counts[CANNOT_TELL]:,} it cannot be told. Of {len(areas):,} areas in "
        f"which nothing changed, about {0.05 * len(areas):.1f} would look as if it had."
    ]


def warnings(study: ImpactStudy) -> list[str]:
    """What stands against reading the answer too simply."""
    result = study.result
    found = [
        break_in_words(date.fromisoformat(each["month"]), each["kind"], each["category"], each["figures"])
        for each in result["breaks"]
    ]
    before, after = result["days"]
    if abs(before - after) > 3:
        found.append(f"The periods have {before:,} and {after:,} days. Changes are of incidents a day.")
    seasons = [
        (first.month, months_between(first, last))
        for first, last in ((study.before_first, study.before_last), (study.after_first, study.after_last))
    ]
    if seasons[0] != seasons[1]:
        found.append("The periods are not the same months of the year, so the season differs too.")
    if study.before_first == study.before_last and study.after_first == study.after_last:
        found.append("Each period is one month, so how much months vary is not known and the intervals are too narrow.")
    if active := result["active_before"]:
        named = wording.listing(active) if len(active) <= MOST_NAMED else wording.plural(len(active), "area")
        found.append(f"Hotspot areas in the months before already: {named}. Those months were not without patrols.")
    if result["placebo"]:
        low, high = (percent(1 + each) for each in result["placebo"])
        found.append(
            "Areas were chosen for having many incidents, and those fall by themselves. Without any patrols, the rule "
            f"that chose them made changes from {low} to {high} against everywhere in earlier months."
        )
    else:
        found.append(
            "Areas chosen for having many incidents get better by themselves. How much is not known for these."
        )
    return found


AREA_COLUMNS: list[dict[str, Any]] = [
    {"label": "Area"},
    {"label": "Before", "numeric": True},
    {"label": "After", "numeric": True},
    {"label": "Change", "numeric": True},
    {"label": "Beyond the comparison", "numeric": True},
    {"label": "What can be said"},
    {"label": "Smallest fall that could be told", "numeric": True},
]


def area_rows(study: ImpactStudy) -> list[list[str]]:
    """Every area in the order of their names, then all together, the ring and the comparison."""
    result = study.result
    placebo = result["placebo"]
    rows = [_row(f"{area['name']}, {area['district']}", area, placebo) for area in result["areas"]]
    rows.append(_row("All of these", result["all"], placebo))
    if result["ring"]:
        # Nobody chose it for its incidents.
        rows.append(_row("The ring around them", result["ring"], [0.0, 0.0]))
    comparison = result["comparison"]
    numbers = [f"{comparison['before']:,}", f"{comparison['after']:,}", _change(comparison)]
    return [*rows, ["The comparison", *numbers, "–", "–", "–"]]


def _row(label: str, compared: Mapping[str, Any], placebo: Sequence[float] | None) -> list[str]:
    beyond = "–"
    if compared["interval"] and compared["before"] >= LEAST_FOR_PERCENT:
        low, high = (percent(end) for end in compared["interval"])
        beyond = f"{percent(compared['relative'])} ({low} to {high})"
    fall = compared["smallest_fall"]
    return [
        label,
        f"{compared['before']:,}",
        f"{compared['after']:,}",
        _change(compared),
        beyond,
        verdict(compared, placebo),
        "None" if fall is None else f"{fall:.0%}",
    ]


def _change(changed: Mapping[str, Any]) -> str:
    if changed["before"] < LEAST_FOR_PERCENT:
        return "too few for per cent"
    # With incidents before, there is no ratio only where there are none after.
    return percent(changed["ratio"] or 0)


def percent(ratio: float) -> str:
    """A ratio as a change: −25%, +0%."""
    return f"{ratio - 1:+.0%}".replace("-", "−")


def methods(study: ImpactStudy) -> list[dict[str, str]]:
    """The figures behind the sentences, as a summary list."""
    result = study.result
    exact, prevented = result["all"]["exact"], result["prevented"]
    rows = [{"key": "How much months vary", "value": f"{result['dispersion']:.2f} times as much as by chance alone"}]
    if exact:
        high = "no limit" if exact[1] is None else f"{exact[1]:.2f}"
        rows.append(
            {"key": "Exact interval of the rate ratio, without comparison", "value": f"{exact[0]:.2f} to {high}"}
        )
    if prevented:
        low, high = prevented["interval"]
        value = f"{prevented['difference']:+,.0f} incidents (95% interval {low:+,.0f} to {high:+,.0f})".replace(
            "-", "−"
        )
        rows.append({"key": "Weighted displacement difference", "value": value})
        if prevented["quotient"] is not None:
            rows.append({"key": "Weighted displacement quotient", "value": f"{prevented['quotient']:.2f}"})
    return rows


MONTH_COLUMNS: list[dict[str, Any]] = [
    {"label": "Month"},
    {"label": "Areas", "numeric": True},
    {"label": "Ring", "numeric": True},
    {"label": "Comparison", "numeric": True},
]


def month_rows(study: ImpactStudy) -> list[list[str]]:
    """Every month that is loaded, newest first."""
    return [
        [
            wording.month(date.fromisoformat(each["month"])),
            f"{each['areas']:,}",
            f"{each['ring']:,}",
            f"{each['comparison']:,}",
        ]
        for each in reversed(study.result["months"])
    ]
