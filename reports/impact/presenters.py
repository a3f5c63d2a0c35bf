"""Studies of impact in words and table rows. No wording says that patrols caused anything."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspots.analysis.area_presenters import LEAST_FOR_PERCENT
from hotspots.analysis.presenters import change_in_words, months
from hotspots.incidents.presenters import break_in_words
from reports.impact.rules import (
    BY_ITSELF,
    CANNOT_TELL,
    FELL,
    ROSE,
    periods_are_unequal,
    placebo_of,
    seasons_differ,
    shows_totals,
    verdict,
    verdict_of_all,
)
from reports.models import ImpactStudy

MOST_NAMED = 5
"""Areas that a warning names; of more it says how many."""
LIST_COLUMNS = [{"label": label} for label in ("Study", "Before", "After", "All areas, beyond elsewhere", "Asked by")]


def list_rows(studies: Iterable[ImpactStudy], *, sees_incidents: bool) -> list[list[Any]]:
    """The rows of the list of studies, each with what can be said of all its areas together."""
    return [
        [
            {"url": reverse("reports:impact_study", args=(study.pk,)), "text": study.name},
            months(study.before_first, study.before_last),
            months(study.after_first, study.after_last),
            outcome(study, sees_incidents=sees_incidents),
            study.by.name,
        ]
        for study in studies
    ]


def outcome(study: ImpactStudy, *, sees_incidents: bool) -> str:
    """What can be said of all areas of a study, in a few words: the last cell of their row on its page."""
    if not study.result:
        return "Not measured yet"
    if not shows_totals(study, sees_incidents=sees_incidents):
        return "Not shown outside the force"
    return verdict_of_all(study.result)


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
        _beyond(everything, placebo_of(result)),
    ]
    return [*lines, *_single_areas(result["areas"], placebo_of(result))]


def elsewhere(study: ImpactStudy) -> str:
    """What the areas of a study are compared with, in a few words."""
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
    return [f"One by one, set against elsewhere: {_one_by_one(counts)}. {_luck(areas)}"]


def _one_by_one(counts: Mapping[str, int]) -> str:
    """How many areas each thing can be said of; of none only where that is all there is to say."""
    said = {
        FELL: "incidents probably fell in {}",
        BY_ITSELF: "incidents fell, perhaps by themselves, in {}",
        ROSE: "incidents probably rose in {}",
    }
    told = [words.format(wording.plural(counts[each], "area")) for each, words in said.items() if counts[each]]
    if not told:
        return "in none of them can a change be told from chance"
    if counts[CANNOT_TELL]:
        told.append(f"no change can be told from chance in {wording.plural(counts[CANNOT_TELL], 'area')}")
    return "; ".join(told)


def _luck(areas: Sequence[Mapping[str, Any]]) -> str:
    if all("judged" in area for area in areas):
        return "If nothing had changed in any of them, the chance that one looked as if it had is 5 in 100 at most."
    number = f"{0.05 * len(areas):.1f} of {len(areas):,}"
    return f"If nothing had changed in any of them, about {number} would still look as if something had."


def warnings(study: ImpactStudy, *, shows_counts: bool = True) -> list[str]:
    """What stands against reading the answer too simply; without `shows_counts`, breaks without what was counted."""
    result = study.result
    found = [_break(each, shows_counts=shows_counts) for each in result["breaks"]]
    before, after = result["days"]
    if periods_are_unequal(result):
        found.append(f"The periods have {before:,} and {after:,} days. Changes are of incidents a day.")
    if seasons_differ(study):
        found.append("The periods are not the same months of the year, so the season differs too.")
    if study.before_first == study.before_last and study.after_first == study.after_last:
        found.append("Each period is one month, so how much months vary is not known and the intervals are too narrow.")
    if active := result["active_before"]:
        named = wording.listing(active) if len(active) <= MOST_NAMED else wording.plural(len(active), "area")
        found.append(f"Hotspot areas in the months before already: {named}. Those months were not without patrols.")
    found += _choices(study)
    if placebo := placebo_of(result):
        low, high = (percent(1 + each) for each in placebo)
        found.append(
            "Areas chosen for having many incidents tend to get better by themselves. In earlier months, those that "
            f"the same rule would have chosen changed by {low} to {high} against everywhere."
        )
    else:
        why = "map points changed between its months" if result["placebo"] else "no analysis that chose them says it"
        found.append(
            "Areas chosen for having many incidents tend to get better by themselves. By how much is not known for "
            f"these: {why}."
        )
    return found


def _break(found: Mapping[str, Any], *, shows_counts: bool) -> str:
    month, category = date.fromisoformat(found["month"]), found["category"]
    if category and not shows_counts:
        return f"{category} changed in {wording.month(month)}. It may be counted by other rules before and after."
    return break_in_words(month, found["kind"], category, found["figures"])


def _choices(study: ImpactStudy) -> list[str]:
    """What somebody who knows the months can get by choosing, and studies of months without patrols."""
    found = []
    if inactive := study.result.get("inactive_after"):
        named = wording.listing(inactive) if len(inactive) <= MOST_NAMED else wording.plural(len(inactive), "area")
        found.append(f"No hotspot areas in the months after: {named}. What changed there, patrols cannot have changed.")
    if study.comparison_areas.all():
        found.append(
            "Somebody chose what to compare with. Who knows the months can choose places that got worse, and if they "
            "are hotspot areas too they may have been patrolled."
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
    placebo = placebo_of(result)
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
    """A ratio as a change: −25%, 0%."""
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
