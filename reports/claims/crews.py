"""How many people are said to be on each patrol, held against hours of people and hours on the clock."""

from fractions import Fraction

from reports.claims.answers import ClaimAnswer, refused, supported
from reports.claims.claims import Claim
from reports.claims.evidence import Evidence
from reports.claims.lexicon import HOURS, ON_THE_CLOCK


def judge(claim: Claim, evidence: Evidence, reasons: list[str]) -> ClaimAnswer:
    """The answer to a mean of people on a patrol: patrol hours divided by the hours that patrols lasted.

    `reasons` are those that its words alone gave.
    """
    if claim.period is None or claim.quantity is None or reasons:
        return refused(claim, *(reasons or ["unclear_period"]))
    people, clock = (evidence.number(code, claim.period, claim.areas) for code in (HOURS, ON_THE_CLOCK))
    if not people.number or not clock.number:
        return refused(claim, people.code or clock.code or "no_records")
    mean = Fraction(people.number, clock.number)
    finding = f"People on a patrol: {float(mean):,.1f}, on average."
    working = {
        "kind": "figures",
        "measure": "people on a patrol",
        "definition": evidence.definition.version,
        "first_day": str(claim.period.first_day),
        "last_day": str(claim.period.last_day),
        "hotspot_areas": evidence.names(claim.areas) or "all",
        "number": people.number,
        "of": clock.number,
    }
    is_near = abs(mean - claim.quantity.value) <= claim.quantity.value / 20
    if not is_near:
        return refused(claim, "wrong_number", finding=finding, working=working)
    return supported(claim, finding=finding, working=working)
