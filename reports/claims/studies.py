"""Which study a claim of a change is held against, and what stands against quoting it."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hotspots.analysis.area_presenters import LEAST_FOR_PERCENT
from hotspots.models import DataBreak
from reports.claims.claims import Claim
from reports.claims.evidence import Evidence
from reports.claims.lexicon import ANY_CRIME, ANY_INCIDENT, INCIDENTS
from reports.claims.wordings import LEAST_TOLD, periods_of_study, range_of, study_sentence, subject_of
from reports.impact.presenters import elsewhere
from reports.impact.rules import periods_are_unequal, placebo_of, seasons_differ, shows_totals, verdict_of_all
from reports.models import ImpactStudy

_ASB = "Anti-social behaviour"


def counts_measure(study: ImpactStudy, measure: str) -> bool:
    """Whether a study counts what a claim is of: exactly its category, or several for crime and incidents."""
    categories = {category.name for category in study.categories.all()}
    if measure == ANY_INCIDENT:
        return len(categories) > 1
    if measure == ANY_CRIME:
        return len(categories - {_ASB}) > 1
    return categories == {measure.removeprefix(INCIDENTS)}


def is_of_all(study: ImpactStudy, evidence: Evidence) -> bool:
    """Whether its areas are all that were active in its later period: none was left out."""
    _, after = periods_of_study(study)
    active = {area.pk for area in evidence.areas if area.is_active_in(after)}
    return active <= {area["id"] for area in study.result["areas"]}


def study_for(claim: Claim, evidence: Evidence) -> tuple[ImpactStudy | None, str]:
    """The newest study of all areas that counts what is claimed, in the periods named; else why there is none."""
    counting = [study for study in evidence.studies if counts_measure(study, claim.measure)]
    whole = [study for study in counting if is_of_all(study, evidence)]
    for study in whole:
        if _fits(claim, study):
            return study, ""
    return None, "no_comparison"


def _fits(claim: Claim, study: ImpactStudy) -> bool:
    before, after = periods_of_study(study)
    named = [period for period in claim.periods if period != before]
    if named and any(period != after for period in named):
        return False
    if len(claim.periods) > 1 and after not in claim.periods:
        return False
    other = claim.other
    if other is None:
        return True
    if other.relative:
        return other.relative != "year" or before == after.a_year_before()
    return other.period == before


def problems(study: ImpactStudy, evidence: Evidence) -> list[str]:
    """What stands against quoting a study at all, as codes of reasons."""
    found = []
    if not is_of_all(study, evidence):
        found.append("best_of_several")
    # A statement tells what everybody may know: of a force's own extract, no small totals.
    if not shows_totals(study, sees_incidents=False):
        found.append("withheld")
    if periods_are_unequal(study.result):
        found.append("unequal_periods")
    if seasons_differ(study):
        found.append("different_season")
    if has_break(study):
        found.append("break_in_data")
    return found


def has_break(study: ImpactStudy) -> bool:
    """Whether the data break between its periods, in its categories or in the points of all of them.

    New LSOAs change nothing: incidents are counted by their points.
    """
    names = {category.name for category in study.categories.all()}
    return any(
        each["kind"] == DataBreak.Kind.POINTS or (each["kind"] != DataBreak.Kind.LSOAS and each["category"] in names)
        for each in study.result["breaks"]
    )


def numbers_of(study: ImpactStudy, *, with_interval: bool) -> tuple[set[Fraction], list[Fraction]]:
    """The counts, and the changes as shares, that a sentence about a study can have: those of the areas first.

    The ends of an interval are only of one that is said to be one.
    """
    result = study.result
    everything, comparison = result["all"], result["comparison"]
    counts = {Fraction(len(result["areas"])), Fraction(95)}
    # Of single areas only what the sentence tells: who guesses must not learn the others.
    told = [area for area in range_of(result["areas"]) if min(area["before"], area["after"]) >= LEAST_TOLD]
    for part in (everything, comparison, *told):
        counts |= {Fraction(part["before"]), Fraction(part["after"])}
    counts.add(Fraction(abs(everything["after"] - everything["before"])))
    shares = []
    for part in (everything, comparison):
        if part["ratio"] is not None and part["before"] >= LEAST_FOR_PERCENT:
            shares.append(_change(part["ratio"]))
    if with_interval:
        shares += [Fraction(95, 100), *map(_change, everything["interval"] or ())]
        ratios = (everything["relative"], *(everything["interval"] or ()))
        counts |= {Fraction(ratio) for ratio in ratios if ratio is not None}
    if everything["relative"] is not None:
        shares.append(_change(everything["relative"]))
    return counts, shares


def _change(ratio: float) -> Fraction:
    return abs(Fraction(ratio) - 1)


def working_of(study: ImpactStudy) -> dict[str, Any]:
    """What a claim was held against, so that it can be followed without the study: its question and answer."""
    result = study.result
    before, after = periods_of_study(study)
    return {
        "kind": "study",
        "study": study.pk,
        "method": result["version"],
        "counted": subject_of(study),
        "hotspot_areas": len(result["areas"]),
        "before": [str(before.first_day), str(before.last_day)],
        "after": [str(after.first_day), str(after.last_day)],
        "all": _kept(result["all"]),
        "comparison": _kept(result["comparison"]),
        "compared_with": elsewhere(study),
        # Of all areas together; the first versions of the method had one for all there is.
        "dispersion": result.get("joint_dispersion", result["dispersion"]),
        "placebo": placebo_of(result),
        "verdict": verdict_of_all(result),
        "sentence": study_sentence(study),
    }


_KEPT = ("before", "after", "ratio", "exact", "relative", "interval", "judged", "by_expected", "by_expected_judged")


def _kept(part: dict[str, Any]) -> dict[str, Any]:
    return {name: part[name] for name in _KEPT if name in part}


def quotable(evidence: Evidence) -> Sequence[ImpactStudy]:
    """The studies that a press text can quote by a token, newest first."""
    return [study for study in evidence.studies if not problems(study, evidence)]
