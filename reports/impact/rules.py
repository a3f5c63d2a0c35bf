"""What an answer lets one say, and to whom its counts may be shown."""

from collections.abc import Mapping, Sequence
from typing import Any

from hotspot.core.calendar import months_between
from hotspots.analysis.area_presenters import LEAST_FOR_PERCENT
from hotspots.models import DataBreak, Dataset
from reports.models import ImpactStudy

FELL, ROSE, CANNOT_TELL = "Probably fell", "Probably rose", "Cannot tell"
BY_ITSELF = "Fell, perhaps by itself"
FEWEST_SHOWN = 5
"""Smaller totals are for those only who may see police data, as in published figures."""
MOST_DAYS_APART = 3
"""Periods of whole months that differ by no more days are called equally long."""


def shows_counts(study: ImpactStudy, *, sees_incidents: bool) -> bool:
    """Whether counts of single areas and months are for somebody: those of published files are for everybody."""
    return sees_incidents or study.dataset == Dataset.STREET


def totals_are_small(study: ImpactStudy) -> bool:
    """Whether some total of an answer is so small that it could be of single people."""
    result = study.result
    totals = [result["all"], result["comparison"], *([result["ring"]] if result["ring"] else [])]
    return any(0 < number < FEWEST_SHOWN for each in totals for number in (each["before"], each["after"]))


def totals_are_of_one(study: ImpactStudy) -> bool:
    """Whether some total of an answer is the count of one area, place or month, which totals must not give away."""
    result = study.result
    places = [
        len(result["areas"]),
        len(study.comparison_areas.all()),
        len((result.get("match") or {}).get("places", ())),
    ]
    periods = ((study.before_first, study.before_last), (study.after_first, study.after_last))
    return 1 in places or any(first == last for first, last in periods)


def shows_totals(study: ImpactStudy, *, sees_incidents: bool) -> bool:
    """Whether the totals of an answer are for somebody: not those so small, or of so little, that they give it away."""
    hides = totals_are_small(study) or totals_are_of_one(study)
    return shows_counts(study, sees_incidents=sees_incidents) or not hides


def placebo_of(result: Mapping[str, Any]) -> Sequence[float] | None:
    """The placebo of an answer; not known where map points changed between its months, as no placebo had that."""
    moved = any(each["kind"] == DataBreak.Kind.POINTS for each in result["breaks"])
    return None if moved else result["placebo"]


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


def verdict_of_all(result: Mapping[str, Any]) -> str:
    """What can be said of all areas of an answer together."""
    return verdict(result["all"], placebo_of(result))


def periods_are_unequal(result: Mapping[str, Any]) -> bool:
    """Whether the periods of an answer differ by more days than the same months of another year can."""
    before, after = result["days"]
    return bool(abs(before - after) > MOST_DAYS_APART)


def seasons_differ(study: ImpactStudy) -> bool:
    """Whether the periods of a study are not the same months of the year."""
    periods = ((study.before_first, study.before_last), (study.after_first, study.after_last))
    before, after = ((first.month, months_between(first, last)) for first, last in periods)
    return before != after
