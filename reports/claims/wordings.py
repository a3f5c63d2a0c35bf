"""Sentences that can be published: counts with their period and areas, and the honest sentence of a study."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspots.analysis.area_presenters import LEAST_FOR_PERCENT
from hotspots.analysis.presenters import months
from hotspots.incidents.presenters import break_in_words
from outcomes.kinds import KINDS
from reports.claims.lexicon import (
    HOURS,
    KNIVES,
    ON_THE_CLOCK,
    PATROL_COUNT,
    POWER,
)
from reports.figures.measures import CATALOGUE
from reports.impact.presenters import elsewhere, percent
from reports.impact.rules import BY_ITSELF, CANNOT_TELL, FELL, ROSE, verdict_of_all
from reports.models import ImpactStudy

LEAST_TOLD = 5
"""Incidents of a single area below this are said to be fewer than this."""
_POWERS: Mapping[str, str] = {
    "dispersal_direction": "dispersal directions were given",
    "cpw": "Community Protection Warnings were issued",
    "cpn": "Community Protection Notices were issued",
    "cbo": "Criminal Behaviour Orders were made",
    "closure": "closure orders were made",
    "injunction": "injunctions were made",
    "informal_warning": "informal warnings were given",
    "pspo_enforcement": "Public Space Protection Orders were enforced",
    "dispersal_authorisation": "dispersal authorisations were given",
}


def _in_the_past(reported: str) -> str:
    """The words of the press text, for a period that is over: 15 arrests were made."""
    return reported.replace(" has been ", " was ").replace(" have been ", " were ").replace("*", "")


_SAID: Mapping[str, tuple[str, str]] = {
    HOURS: ("{number} hour of patrol was worked", "{number} hours of patrol were worked"),
    ON_THE_CLOCK: ("patrols lasted {number} hour on the clock", "patrols lasted {number} hours on the clock"),
    PATROL_COUNT: ("{number} patrol was carried out", "{number} patrols were carried out"),
    KNIVES: ("{number} knife was recovered", "{number} knives were recovered"),
    **{kind.plural: (_in_the_past(kind.reported[0]), _in_the_past(kind.reported[1])) for kind in KINDS},
    **{f"{POWER}{code}": (f"{one} {{number}} time", f"{one} {{number}} times") for code, one in _POWERS.items()},
}
NAMES: Mapping[str, str] = {
    **{measure.code: measure.name for measure in CATALOGUE},
    KNIVES: "Knives recovered",
    "areas": "Hotspot areas",
    "towns": "Towns",
    "districts": "Districts",
}


def measure_name(code: str) -> str:
    """A measure as a page names it."""
    kind, _, rest = code.partition(":")
    if kind == "incidents":
        return {"crime": "Recorded crime", "any": "Recorded incidents"}.get(rest, f"Recorded incidents: {rest}")
    return NAMES.get(code) or rest.replace("_", " ").capitalize() or "Nothing that is counted here"


def when(period: Period) -> str:
    """In June 2024, From 1 May 2024 to 10 December 2024."""
    said = wording.period(period)
    preposition = "In" if period == Period.month(period.first_day) else "On" if period.days == 1 else "From"
    return f"{preposition} {said}"


def count_sentence(code: str, number: int, period: Period, areas: Sequence[str] = ()) -> str:
    """In June 2024, 15 arrests were made in Hitchin and Watford."""
    one, many = _SAID[code]
    where = f" in {wording.listing(list(areas))}" if areas else ""
    return f"{when(period)}, {(one if number == 1 else many).format(number=f'{number:,}')}{where}."


def says_counts(code: str) -> bool:
    """Whether there is a sentence for counts of this measure."""
    return code in _SAID


def two_counts(code: str, first: tuple[Period, int], second: tuple[Period, int], areas: Sequence[str] = ()) -> str:
    """The counts of two periods, side by side."""
    return " ".join(count_sentence(code, number, period, areas) for period, number in (first, second))


# --- studies --------------------------------------------------------------------------------------------------------


def subject_of(study: ImpactStudy) -> str:
    """What a study counts, for the middle of a sentence: recorded incidents of anti-social behaviour."""
    names = sorted(category.name for category in study.categories.all())
    if len(names) > 3:
        return f"recorded incidents of {len(names)} categories together"
    return f"recorded incidents of {wording.listing([name[:1].lower() + name[1:] for name in names])}"


def periods_of_study(study: ImpactStudy) -> tuple[Period, Period]:
    """The days before and after."""
    return (
        Period(study.before_first, Period.month(study.before_last).last_day),
        Period(study.after_first, Period.month(study.after_last).last_day),
    )


def study_sentence(study: ImpactStudy) -> str:
    """What a study lets one say, with counts, comparison, interval, range and what stands against it.

    By the template of docs/claims.md: no cause, all areas, and no percentage on a base below 20. Made from the frozen
    answer alone.
    """
    result = study.result
    number = len(result["areas"])
    where = f"Across all {number:,} hotspot areas" if number > 1 else "In this hotspot area"
    everything, comparison = result["all"], result["comparison"]
    first = (
        f"{where}, {subject_of(study)} {_went(everything)} from {everything['before']:,} in "
        f"{months(study.before_first, study.before_last)} to {everything['after']:,} in "
        f"{months(study.after_first, study.after_last)}{_share(everything)}; in {elsewhere(study)} they "
        f"{_went(comparison)} from {comparison['before']:,} to {comparison['after']:,}{_share(comparison)}."
    )
    return " ".join(
        [first, _beyond(result), *_range(result["areas"]), *_notes(result), "This says nothing about the cause."]
    )


def _went(counts: Mapping[str, Any]) -> str:
    apart = counts["after"] - counts["before"]
    return "fell" if apart < 0 else "rose" if apart > 0 else "stayed"


def _share(counts: Mapping[str, Any]) -> str:
    return "" if counts["before"] < LEAST_FOR_PERCENT else f" ({percent(counts['ratio'] or 0)})"


def _beyond(result: Mapping[str, Any]) -> str:
    everything = result["all"]
    if everything["interval"] is None or everything["before"] < LEAST_FOR_PERCENT:
        return "There are too few incidents to tell whether anything changed."
    low, high = (percent(end) for end in everything["interval"])
    said = {
        FELL: "a fall beyond what happened elsewhere, and beyond what areas chosen like these did in earlier months",
        BY_ITSELF: (
            "a fall beyond what happened elsewhere, but areas chosen for having many incidents can fall by themselves"
        ),
        ROSE: "a rise beyond what happened elsewhere",
        CANNOT_TELL: "this cannot be told from chance",
    }[verdict_of_all(result)]
    return f"Set against that, the change is {percent(everything['relative'])} (95% interval {low} to {high}): {said}."


def range_of(areas: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The area with the largest fall and that with the largest rise; none where there are not two."""
    counted = [area for area in areas if area["before"]]
    ordered = sorted(counted, key=lambda area: (area["after"] / area["before"], area["name"]))
    return [ordered[0], ordered[-1]] if len(ordered) > 1 else []


def _range(areas: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    ends = range_of(areas)
    if not ends:
        return ()
    low, high = ends
    return [
        f"Single areas went from {_told(low['before'])} to {_told(low['after'])} at one end, and "
        f"from {_told(high['before'])} to {_told(high['after'])} at the other."
    ]


def _told(number: int) -> str:
    return f"fewer than {LEAST_TOLD}" if number < LEAST_TOLD else f"{number:,}"


def _notes(result: Mapping[str, Any]) -> list[str]:
    notes = [
        break_in_words(date.fromisoformat(each["month"]), each["kind"], each["category"], each["figures"])
        for each in result["breaks"]
    ]
    before, after = result["days"]
    if abs(before - after) > 3:
        notes.append(f"The periods have {before:,} and {after:,} days.")
    return notes
