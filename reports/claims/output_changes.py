"""Claims that the programme's own figures changed: more arrests than in June, searches up a third on last year."""

from fractions import Fraction

from hotspot.core.calendar import Period
from reports.claims.answers import ClaimAnswer, refused, supported, supported_as
from reports.claims.claims import Claim, Flag
from reports.claims.evidence import Evidence
from reports.claims.lexicon import DOUBLED, HALVED, TREBLED
from reports.claims.numbers import NumberKind
from reports.claims.wordings import measure_name, says_counts, two_counts
from reports.figures.measures import SMALLEST_BASE

_CHANGES = ((HALVED, Fraction(-1, 2)), (DOUBLED, Fraction(1)), (TREBLED, Fraction(2)))


def judge(claim: Claim, evidence: Evidence) -> ClaimAnswer:
    """The answer to a claim that a figure rose or fell from one period to another."""
    reasons = []
    if claim.flags & {Flag.UP_TO, Flag.SOME_AREAS, Flag.BEST}:
        reasons.append("best_of_several")
    if Flag.AVERAGE_OF_PERCENTAGES in claim.flags:
        reasons.append("average_of_percentages")
    if Flag.UNCLEAR_PERIOD in claim.flags:
        reasons.append("unclear_period")
    pair = _periods(claim)
    if pair is None or reasons:
        return refused(claim, *(reasons or ["no_comparison"]))
    then, now = pair
    clipped = now.clip(evidence.programme.period)
    before, after = (evidence.number(claim.measure, each, claim.areas) for each in pair)
    if before.number is None or after.number is None or then.clip(evidence.programme.period) != then or clipped is None:
        code = before.code or after.code or "no_records"
        return refused(claim, code)
    return _compared(claim, evidence, (then, before.number), (clipped, after.number))


def _periods(claim: Claim) -> tuple[Period, Period] | None:
    """The earlier and the later period of a comparison; None where nothing is said to compare with."""
    now = claim.period
    if now is None:
        return None
    if claim.other is not None:
        if claim.other.relative == "year":
            return now.a_year_before(), now
        if claim.other.relative == "before":
            return now.before(), now
        return (claim.other.period, now) if claim.other.period else None
    periods = list(dict.fromkeys(claim.periods))
    if len(periods) != 2:
        return None
    first, second = sorted(periods)
    return first, second


def _compared(claim: Claim, evidence: Evidence, first: tuple[Period, int], second: tuple[Period, int]) -> ClaimAnswer:
    (then, before), (now, after) = first, second
    areas = evidence.names(claim.areas)
    instead = two_counts(claim.measure, first, second, areas) if says_counts(claim.measure) else ""
    working = {
        "kind": "figures",
        "measure": claim.measure,
        "definition": evidence.definition.version,
        "hotspot_areas": areas or "all",
        "before": {"first_day": str(then.first_day), "last_day": str(then.last_day), "number": before},
        "after": {"first_day": str(now.first_day), "last_day": str(now.last_day), "number": after},
    }
    reasons = _problems(claim, first, second)
    finding = f"{measure_name(claim.measure)}: {before:,}, then {after:,}."
    if reasons:
        return refused(claim, *dict.fromkeys(reasons), instead=instead, finding=finding, working=working)
    said = {each.value for each in claim.numbers if each.kind == NumberKind.COUNT and each.how == "exact"}
    is_difference = said == {Fraction(abs(after - before))} and not _says_share(claim)
    if {Fraction(before), Fraction(after)} <= said or is_difference:
        return supported(claim, finding=finding, working=working)
    return supported_as(claim, "incomplete", instead=instead, finding=finding, working=working)


def _problems(claim: Claim, first: tuple[Period, int], second: tuple[Period, int]) -> list[str]:
    (then, before), (now, after) = first, second
    found = []
    if abs(then.days - now.days) > 3:
        found.append("unequal_periods")
    direction = (after > before) - (after < before)
    if direction != claim.direction:
        found.append("wrong_direction")
    if _says_share(claim):
        found += ["base_too_small"] * (before < SMALLEST_BASE)
        found += ["different_season"] * (then.first_day.month != now.first_day.month)
    if not _are_right(claim, before, after):
        found.append("wrong_number")
    if Flag.CAUSAL in claim.flags:
        found.append("causal_without_trial")
    return found


def _worded(claim: Claim) -> Fraction | None:
    """The change that a word says: halved, doubled."""
    words = {token.word for token in claim.sentence.tokens}
    return next((change for known, change in _CHANGES if known & words), None)


def _says_share(claim: Claim) -> bool:
    """Whether it says by which part something changed, rather than by how many."""
    return _worded(claim) is not None or any(each.kind in _SHARES for each in claim.numbers)


_SHARES = (NumberKind.PERCENT, NumberKind.PART, NumberKind.TIMES)


def _are_right(claim: Claim, before: int, after: int) -> bool:
    """Whether every number of it follows from the two counts."""
    counts = {Fraction(before), Fraction(after), Fraction(abs(after - before))}
    change = Fraction(after - before, before) if before else None
    for each in claim.numbers:
        if each.kind == NumberKind.COUNT:
            if not any(each.holds(count) for count in counts):
                return False
        elif change is None or not each.holds(1 + change if each.kind == NumberKind.TIMES else abs(change)):
            return False
    worded = _worded(claim)
    return worded is None or (change is not None and abs(change - worded) <= Fraction(2, 100))
