"""Claims that some areas or kinds are a share of a figure, held against the figures of both."""

from fractions import Fraction

from reports.claims.answers import ClaimAnswer, refused, supported
from reports.claims.claims import Claim
from reports.claims.evidence import Evidence, ToldFigure
from reports.claims.lexicon import SEARCHES, SWEEPS
from reports.claims.numbers import NumberKind
from reports.claims.wordings import measure_name
from reports.figures.measures import SMALLEST_BASE


def judge(claim: Claim, evidence: Evidence, reasons: list[str]) -> ClaimAnswer:
    """The answer to a share: both figures must be told, and a percentage needs a base of twenty.

    `reasons` are those that its words alone gave.
    """
    period = claim.period
    if period is None or claim.quantity is None or reasons:
        return refused(claim, *(reasons or ["unclear_period"]))
    if claim.areas and evidence.default_areas and not claim.areas <= evidence.default_areas:
        return refused(claim, "unclear_areas")
    whole, part = evidence.number(claim.measure, period), _part(claim, evidence)
    if whole.number is None or part.number is None:
        return refused(claim, whole.code or part.code)
    finding = f"{measure_name(claim.measure)}: {part.number:,} of {whole.number:,}."
    working = {
        "kind": "share",
        "measure": claim.measure,
        "part": claim.per or "found in searches",
        "definition": evidence.definition.version,
        "first_day": str(period.first_day),
        "last_day": str(period.last_day),
        "hotspot_areas": evidence.names(claim.areas) or "all",
        "number": part.number,
        "of": whole.number,
    }
    found = _problems(claim, part.number, whole.number)
    if found:
        return refused(claim, *found, finding=finding, working=working)
    return supported(claim, finding=finding, working=working)


def _part(claim: Claim, evidence: Evidence) -> ToldFigure:
    if claim.period is None:
        raise ValueError("A share has a period.")
    if claim.per == SWEEPS:
        return ToldFigure(None, "not_known") if claim.areas else evidence.weapons_found(SWEEPS, claim.period)
    if claim.per:
        return evidence.number(claim.per, claim.period, claim.areas)
    return ToldFigure(None, "not_known") if claim.areas else evidence.weapons_found(SEARCHES, claim.period)


def _problems(claim: Claim, part: int, whole: int) -> list[str]:
    quantity = claim.quantity
    if quantity is None:
        raise ValueError("A share has a number.")
    found = []
    if quantity.kind != NumberKind.COUNT and whole < SMALLEST_BASE:
        found.append("base_too_small")
    actual = Fraction(part) if quantity.kind == NumberKind.COUNT else Fraction(part, max(whole, 1))
    is_whole = claim.per_number is None or claim.per_number.holds(Fraction(whole))
    if not (quantity.holds(actual) and is_whole):
        found.append("wrong_number")
    return found
