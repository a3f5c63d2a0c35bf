"""The order of the steps of an arrest, whoever enters them: their own page, details, the API or a file."""

from collections.abc import Mapping
from datetime import date

from hotspot.core import wording
from hotspot.core.errors import DomainError
from outcomes.models import Arrest, JusticeOutcome, JusticeStage, JusticeStep

STEPS: tuple[str, ...] = (JusticeStep.WAITING, JusticeStep.DECISION, JusticeStep.COURT)
"""In their order."""
TO_COURT = frozenset({"charged", "summonsed"})
"""The decisions that a result at court can follow."""


def check_order(outcome: JusticeOutcome, day: date | None, others: Mapping[str, JusticeStage]) -> list[DomainError]:
    """What stops an outcome from standing beside the stages at other steps, by step. Empty: nothing does.

    The fields of its errors are `outcome` and `day`.
    """
    step, court, decision = outcome.step, others.get(JusticeStep.COURT), others.get(JusticeStep.DECISION)
    if step == JusticeStep.COURT and decision and decision.outcome_id not in TO_COURT:
        message = f"The decision was “{decision.outcome.label}”. Change it to charged or summonsed first."
        return [DomainError("not_charged", message, "outcome")]
    if step == JusticeStep.DECISION and court and outcome.code not in TO_COURT:
        message = f"The result at court was “{court.outcome.label}”. Take it back first."
        return [DomainError("at_court_already", message, "outcome")]
    return _check_days(step, day, others) if day else []


def _check_days(step: str, day: date, others: Mapping[str, JusticeStage]) -> list[DomainError]:
    for name, other in others.items():
        is_before = STEPS.index(name) < STEPS.index(step)
        if other.day and ((day < other.day) if is_before else (day > other.day)):
            message = f"{other.outcome.label} was on {wording.day(other.day)}: this comes "
            return [DomainError("justice_days_crossed", f"{message}{'after' if is_before else 'before'} it.", "day")]
    return []


def check_written(arrest: Arrest) -> list[DomainError]:
    """The same for what is written on the arrest itself, under the names of its fields.

    That takes later steps back, so it has to go with the earlier ones alone. Reads those that stand.
    """
    outcome = arrest.justice_outcome
    if outcome is None or arrest.pk is None:
        return []
    before = STEPS[: STEPS.index(outcome.step)]
    stages = arrest.stages.filter(void_reason="", step__in=before).select_related("outcome")
    fields = {"outcome": "justice_outcome", "day": "justice_outcome_on"}
    return [
        DomainError(error.code, error.message, fields[str(error.field)])
        for error in check_order(outcome, arrest.justice_outcome_on, {stage.step: stage for stage in stages})
    ]
