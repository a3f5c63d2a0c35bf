"""Studies of impact in words and table rows. No wording says that patrols caused anything."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.calendar import months_between
from hotspots.analysis.area_presenters import LEAST_FOR_PERCENT
from hotspots.analysis.presenters import change_in_words, months
from hotspots.incidents.presenters import break_in_words
from hotspots.models import Dataset
from reports.models import ImpactStudy

MOST_NAMED = 5
"""Areas that a warning names; of more it says how many."""
FEWEST_SHOWN = 5
"""Smaller totals are for those only who may see police data, as in published figures."""
LIST_COLUMNS = [{"label": label} for label in ("Study", "Before", "After", "Asked by")]
FELL, ROSE, CANNOT_TELL = "Probably fell", "Probably rose", "Cannot tell"
BY_ITSELF = "Fell, perhaps by itself"


def list_rows(studies: Iterable[ImpactStudy]) -> list[list[Any]]:
    """The rows of the list of studies."""
    return [
        [
            {"url": reverse("reports:impact_study", args=(study.pk,)), "text": study.name},
            months(study.before_first, study.before_last),
            months(study.after_first, study.after_last),
            study.by.name,
        ]
        for study in studies
    ]


def asked(study: ImpactStudy) -> list[dict[str, Any]]:
    """What was asked, as a summary list."""
    ring = f"{study.buffer_metres:,} metres" if study.buffer_metres else "None"
    compared = [str(area) for area in study.comparison_areas.all()]
    rest = "The rest of their districts, outside every hotspot area"
    if study.is_matched:
        rest = "Places elsewhere that had about as many incidents before, and the same trend"
    weighed = [{"key": "Weighed by harm", "value": str(study.harm_table)}] if study.harm_table else []
    return [
        {"key": "Before", "value": months(study.before_first, study.before_last)},
        {"key": "After", "value": months(study.after_first, study.after_last)},
        {"key": "Categories", "value": wording.listing([str(each) for each in study.categories.all()])},
        {"key": "Compared with", "value": wording.listing(compared) if compared else rest},
        {"key": "Ring around the areas", "value": ring},
        *weighed,
        {"key": "Data", "value": study.get_dataset_display()},
        {"key": "Asked by", "value": f"{study.by.name}, {wording.moment(study.created_at)}"},
    ]


def shows_counts(study: ImpactStudy, *, sees_incidents: bool) -> bool:
    """Whether counts of single areas and months are for somebody: those of published files are for everybody."""
    return sees_incidents or study.dataset == Dataset.STREET


def totals_are_small(study: ImpactStudy) -> bool:
    """Whether some total of an answer is so small that it could be of single people."""
    result = study.result
    totals = [result["all"], result["comparison"], *([result["ring"]] if result["ring"] else [])]
    return any(0 < number < FEWEST_SHOWN for each in totals for number in (each["before"], each["after"]))


def verdict(compared: Mapping[str, Any], placebo: Sequence[float] | None) -> str:
    """What can be said of one area, or of all: whether it changed beyond what changed elsewhere.

    A fall counts only where it is beyond all that the rule which chose the areas made without patrols (`placebo`, the
    lowest and the highest change), and beyond what could be expected of a place with so many incidents; where the first
    is not known, it may have come by itself. One area of several is judged by an interval that allows for their number.
    """
    # Answers of the first version of the method have one interval only.
    judged = compared.get("judged") or compared["interval"]
    if judged is None or compared["before"] < LEAST_FOR_PERCENT:
        return CANNOT_TELL
    low, high = judged
    if low > 1:
        return ROSE
    if high >= 1:
        return CANNOT_TELL
    expected = compared.get("by_expected_judged")
    is_beyond_chance = expected is None or expected[1] < 1
    return FELL if placebo and high < 1 + placebo[0] and is_beyond_chance else BY_ITSELF


def summary(study: ImpactStudy) -> list[str]:
    """What came of a study, in sentences that can be stood behind."""
    result = study.result
    everything, comparison = result["all"], result["comparison"]
    number = len(result["areas"])
    where = "In this hotspot area" if number == 1 else f"In these {number:,} hotspot areas together"
    lines = [
        f"{where}, {everything['before']:,} incidents were recorded in "
        f"{months(study.before_first, study.before_last)} and {everything['after']:,} in "
        f"{months(study.after_first, study.after_last)} ({_change(everything)}). In {elsewhere(study)} there were "
        f"{comparison['before']:,} and {comparison['after']:,} ({_change(comparison)}).",
        _beyond(everything, result["placebo"]),
    ]
    return [*lines, *_single_areas(result["areas"], result["placebo"])]


def elsewhere(study: ImpactStudy) -> str:
    """What its areas are compared with, for the middle of a sentence."""
    if study.is_matched:
        return "places like them"
    return "the comparison areas" if study.comparison_areas.all() else "the rest of the districts"


def _beyond(compared: Mapping[str, Any], placebo: Sequence[float] | None) -> str:
    if compared["interval"] is None or compared["before"] < LEAST_FOR_PERCENT:
        return "There are too few incidents to compare the two."
    low, high = (percent(end) for end in compared["interval"])
    beyond = f"Set against that, the areas changed by {percent(compared['relative'])} (95% interval {low} to {high})"
    said = {
        FELL: "incidents probably did better than elsewhere, and than areas chosen like these did in earlier months",
        BY_ITSELF: "they did better than elsewhere, but areas chosen for having many incidents can do so by themselves",
        ROSE: "they probably did worse than elsewhere",
        CANNOT_TELL: "this cannot be told from chance",
    }[verdict(compared, placebo)]
    return f"{beyond}: {said}. This says nothing about the cause."


def _single_areas(areas: Sequence[Mapping[str, Any]], placebo: Sequence[float] | None) -> list[str]:
    if len(areas) < 2:
        return []
    counts = Counter(verdict(area, placebo) for area in areas)
    return [
        f"One by one, set against elsewhere: incidents probably fell in {_areas(counts[FELL])}, fell, perhaps by "
        f"themselves, in {_areas(counts[BY_ITSELF])}, and probably rose in {_areas(counts[ROSE])}; in "
        f"{_areas(counts[CANNOT_TELL])} no change can be told from chance. {_luck(areas)}"
    ]


def _luck(areas: Sequence[Mapping[str, Any]]) -> str:
    if all("judged" in area for area in areas):
        return "If nothing had changed in any of them, the chance that one looked as if it had is 5 in 100 at most."
    number = f"{0.05 * len(areas):.1f} of {len(areas):,}"
    return f"If nothing had changed in any of them, about {number} would still look as if something had."


def _areas(count: int) -> str:
    return wording.plural(count, "area") if count else "none"


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
            "Areas chosen for having many incidents tend to get better by themselves. In earlier months, those that "
            f"the same rule would have chosen changed by {low} to {high} against everywhere."
        )
    else:
        found.append(
            "Areas chosen for having many incidents tend to get better by themselves. By how much is not known for "
            "these: no analysis that chose them says it."
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


def area_rows(study: ImpactStudy, *, shows_counts: bool = True) -> list[list[str]]:
    """Every area in the order of their names, then all together, the ring and the comparison.

    Without `shows_counts`, only what can be said of each area.
    """
    result = study.result
    placebo = result["placebo"]
    rows = [_row(f"{area['name']}, {area['district']}", area, placebo) for area in result["areas"]]
    if not shows_counts:
        rows = [[name, *["–"] * 4, said, "–"] for name, _, _, _, _, said, _ in rows]
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
    return change_in_words(ratio - 1)


MONTH_COLUMNS: list[dict[str, Any]] = [
    {"label": "Month"},
    {"label": "Areas", "numeric": True},
    {"label": "Ring", "numeric": True},
    {"label": "Comparison", "numeric": True},
    {"label": "Patrol hours", "numeric": True},
]


def month_rows(study: ImpactStudy) -> list[list[str]]:
    """Every month that is loaded and, for its patrols, every one between, newest first."""
    counted = {each["month"]: each for each in study.result["months"]}
    minutes = {each["month"]: each["minutes"] for each in study.result.get("patrols", ())}
    return [
        [
            wording.month(date.fromisoformat(month)),
            *_counts(counted.get(month), has_ring=bool(study.buffer_metres)),
            f"{wording.hours(minutes[month]):,}" if month in minutes else "–",
        ]
        for month in sorted(counted.keys() | minutes.keys(), reverse=True)
    ]


def _counts(month: Mapping[str, Any] | None, *, has_ring: bool) -> list[str]:
    """The incidents of a month; a dash where they are not loaded."""
    if month is None:
        return ["–"] * 3
    ring = f"{month['ring']:,}" if has_ring else "–"
    return [f"{month['areas']:,}", ring, f"{month['comparison']:,}"]
