"""Claims that recorded incidents changed, held against the studies of impact."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from hotspots.analysis.area_presenters import LEAST_FOR_PERCENT
from reports.claims.answers import ClaimAnswer, refused, supported, supported_as
from reports.claims.claims import ByArea, Claim, ClaimKind, Flag
from reports.claims.evidence import Evidence
from reports.claims.lexicon import DOUBLED, HALVED, TREBLED
from reports.claims.numbers import NumberKind, Quantity
from reports.claims.studies import numbers_of, problems, study_for, working_of
from reports.claims.word_lists import words as word_list
from reports.claims.wordings import LEAST_TOLD, study_sentence
from reports.impact.rules import BY_ITSELF, CANNOT_TELL, FELL, ROSE, verdict_of_all
from reports.models import ImpactStudy

_OF_INTERVALS = word_list("of_intervals")
_WORDS = ((HALVED, Fraction(1, 2)), (DOUBLED, Fraction(1)), (TREBLED, Fraction(2)))


def judge(claim: Claim, evidence: Evidence) -> ClaimAnswer:
    """The answer to a claim that incidents fell, rose or were prevented."""
    reasons = _by_words(claim, evidence)
    study, missing = study_for(claim, evidence)
    if study is None:
        fallback = _any_study(claim, evidence)
        instead = study_sentence(fallback) if fallback else ""
        if Flag.HEDGED in claim.flags and not claim.numbers and not reasons:
            return supported(claim, finding="Nothing here shows a change.", working={"kind": "no study"})
        return refused(claim, *reasons, missing, instead=instead)
    instead, working = study_sentence(study), working_of(study)
    stands_against = problems(study, evidence)
    reasons += [code for code in stands_against if code not in reasons]
    reasons += _by_numbers(claim, study)
    if claim.listed and not (evidence.sees_months_of(study) and _is_as_listed(claim.listed, study.result["areas"])):
        reasons.append("wrong_number")
    by_verdict = _by_verdict(claim, study)
    says_only_counts = Flag.PLAIN in claim.flags or _is_compared(claim, study)
    if reasons or "wrong_direction" in by_verdict or not says_only_counts:
        reasons += by_verdict
    finding = instead
    if reasons:
        shown = "" if stands_against else instead
        return refused(claim, *dict.fromkeys(reasons), instead=shown, finding=finding, working=working)
    if _is_complete(claim, study) or (Flag.HEDGED in claim.flags and not claim.numbers):
        return supported(claim, finding=finding, working=working)
    return supported_as(claim, "incomplete", instead=instead, finding=finding, working=working)


def _any_study(claim: Claim, evidence: Evidence) -> ImpactStudy | None:
    """A study of the same incidents that could be quoted, whatever its periods."""
    bare = Claim(ClaimKind.CHANGE, claim.sentence, claim.start, claim.end, claim.measure)
    found, _ = study_for(bare, evidence)
    return found if found and not problems(found, evidence) else None


def _by_words(claim: Claim, evidence: Evidence) -> list[str]:
    """What the words alone make of it."""
    found = []
    picked = {Flag.UP_TO, Flag.SOME_AREAS} | (set() if Flag.HEDGED in claim.flags else {Flag.BEST})
    if claim.flags & picked or (claim.names_areas and not _is_all(claim, evidence)):
        found.append("best_of_several")
    if Flag.AVERAGE_OF_PERCENTAGES in claim.flags:
        found.append("average_of_percentages")
    if Flag.CAUSAL in claim.flags and Flag.HEDGED not in claim.flags:
        found.append("causal_without_trial")
    if Flag.UNCLEAR_PERIOD in claim.flags:
        found.append("unclear_period")
    if Flag.ELSEWHERE in claim.flags:
        found.append("not_known")
    return found + _by_periods(claim)


def _by_periods(claim: Claim) -> list[str]:
    """Whether the two periods that are named can be compared."""
    if claim.other and claim.other.relative == "before":
        return ["different_season"]
    periods = list(dict.fromkeys(claim.periods))
    other = claim.other.period if claim.other and not claim.other.relative else None
    now = periods[0] if periods else None
    if len(periods) == 2 and other is None:
        other, now = periods
    if now is None or other is None or now == other:
        return []
    if abs(now.days - other.days) > 3:
        return ["unequal_periods"]
    same = (now.first_day.month, now.first_day.day) == (other.first_day.month, other.first_day.day)
    return [] if same else ["different_season"]


def _is_all(claim: Claim, evidence: Evidence) -> bool:
    return claim.areas >= {area.pk for area in evidence.active(evidence.period)}


def _by_numbers(claim: Claim, study: ImpactStudy) -> list[str]:
    """Whether every number of the claim is one of the study's, and percentages have a base."""
    says_interval = any(token.word in _OF_INTERVALS for token in claim.sentence.tokens)
    counts, shares = numbers_of(study, with_interval=says_interval)
    everything = study.result["all"]
    found = []
    shared = [each for each in claim.numbers if each.kind not in (NumberKind.COUNT, NumberKind.MONEY)]
    is_quoted = Flag.HEDGED in claim.flags and says_interval and not _worded(claim)
    if (shared or _worded(claim)) and not is_quoted and everything["before"] < LEAST_FOR_PERCENT:
        found.append("base_too_small")
    for each in claim.numbers:
        if (
            (each.kind == NumberKind.COUNT and not any(each.holds(count) for count in counts))
            or each.kind == NumberKind.MONEY
            or (each in shared and not any(_is_share(each, share) for share in shares))
        ):
            found.append("wrong_number")
    worded = _worded(claim)
    if worded is not None and everything["ratio"] is not None:
        actual = Fraction(everything["ratio"]) - 1
        if abs(abs(actual) - worded) > Fraction(2, 100):
            found.append("wrong_number")
    return list(dict.fromkeys(found))


def _is_share(quantity: Quantity, share: Fraction) -> bool:
    if quantity.kind == NumberKind.TIMES:
        return quantity.holds(1 + share)
    return quantity.holds(share) and (quantity.how in ("exact", "about") or share < Fraction(9, 10))


def _worded(claim: Claim) -> Fraction | None:
    """The change that a word says: halved, doubled."""
    words = {token.word for token in claim.sentence.tokens}
    return next((share for known, share in _WORDS if known & words), None)


def _by_verdict(claim: Claim, study: ImpactStudy) -> list[str]:
    """Whether the study lets one say that it fell or rose."""
    everything = study.result["all"]
    said = verdict_of_all(study.result)
    went = (everything["after"] > everything["before"]) - (everything["after"] < everything["before"])
    if Flag.HEDGED in claim.flags:
        if _is_elsewhere_wrong(claim, study):
            return ["wrong_direction"]
        is_right = said in (CANNOT_TELL, BY_ITSELF) or Flag.CAUSAL in claim.flags or _is_complete(claim, study)
        return [] if is_right else ["wrong_direction"]
    if (claim.direction and went != claim.direction) or _is_elsewhere_wrong(claim, study):
        return ["wrong_direction"]
    if claim.direction < 0 and said != FELL:
        return ["regression_to_the_mean" if said == BY_ITSELF else "cannot_tell"]
    if claim.direction > 0 and said != ROSE:
        return ["cannot_tell"]
    return []


def _is_elsewhere_wrong(claim: Claim, study: ImpactStudy) -> bool:
    comparison = study.result["comparison"]
    went = (comparison["after"] > comparison["before"]) - (comparison["after"] < comparison["before"])
    return bool(claim.elsewhere) and claim.elsewhere != went


def _is_compared(claim: Claim, study: ImpactStudy) -> bool:
    """Whether it gives both counts of the areas and sets them against the comparison: it says no more than they do."""
    values = {each.value for each in claim.numbers if each.kind == NumberKind.COUNT and each.how == "exact"}
    everything, comparison = study.result["all"], study.result["comparison"]
    if not {Fraction(everything["before"]), Fraction(everything["after"])} <= values:
        return False
    if {Fraction(comparison["before"]), Fraction(comparison["after"])} <= values:
        return True
    shares = [each for each in claim.numbers if each.kind == NumberKind.PERCENT]
    elsewhere = [Fraction(ratio) - 1 for ratio in (comparison["ratio"], everything["relative"]) if ratio is not None]
    return any(each.holds(abs(share)) for each in shares for share in elsewhere)


def _is_complete(claim: Claim, study: ImpactStudy) -> bool:
    """Whether the claim has the counts of both periods, of the areas and of the comparison."""
    values = {each.value for each in claim.numbers if each.kind == NumberKind.COUNT and each.how == "exact"}
    values |= {each.high for each in claim.numbers if each.high is not None}
    parts = (study.result["all"], study.result["comparison"])
    if all({Fraction(part["before"]), Fraction(part["after"])} <= values for part in parts):
        return True
    shares = [each for each in claim.numbers if each.kind == NumberKind.PERCENT]
    is_compared = all(any(each.holds(abs(Fraction(part["ratio"] or 0) - 1)) for each in shares) for part in parts)
    return Flag.HEDGED in claim.flags and is_compared and len(shares) >= 2


def _is_as_listed(listed: ByArea, areas: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every area of a study is listed, with numbers that are its own, and none that could be of one person."""
    known = {area["id"]: area for area in areas}
    return set(listed) == set(known) and all(
        _is_of(number, known[pk]) for pk, numbers in listed.items() for number in numbers
    )


def _is_of(number: Quantity, area: Mapping[str, Any]) -> bool:
    before, after = area["before"], area["after"]
    if min(before, after) < LEAST_TOLD:
        return False
    if number.kind is NumberKind.COUNT:
        return any(number.holds(Fraction(count)) for count in (before, after, abs(after - before)))
    return before >= LEAST_FOR_PERCENT and number.holds(abs(Fraction(after, before) - 1))
