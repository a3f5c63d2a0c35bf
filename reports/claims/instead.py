"""What a page says beside a count that is wrong: what all areas have, and hours of people in words of their own."""

from fractions import Fraction

from hotspot.core.calendar import Period
from reports.claims.claims import Claim, Flag
from reports.claims.evidence import Evidence
from reports.claims.wordings import count_sentence


def of_all(claim: Claim, evidence: Evidence, code: str, period: Period) -> str:
    """What all areas together have, where a sentence names none and was read as of those named before it."""
    if Flag.AREAS_BEFORE not in claim.flags:
        return ""
    shown = evidence.number(code, period, evidence.area_ids)
    return "" if shown.number is None else f" All hotspot areas: {shown.number:,}."


def of_people(claim: Claim, evidence: Evidence, period: Period, days: Period) -> str:
    """Words for hours that are those of people, where they were said as hours that a place had."""
    shown = evidence.number(claim.measure, period, claim.areas)
    if shown.number is None or not (claim.quantity and claim.quantity.holds(Fraction(shown.number))):
        return ""
    return count_sentence(claim.measure, shown.number, days, evidence.names(claim.areas))
