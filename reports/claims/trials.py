"""Causes that a randomised trial lets one claim: only its own sentence says so, and it can be quoted."""

from typing import Any

from reports.claims.claims import Claim
from reports.claims.evidence import Evidence
from reports.claims.lexicon import ANY_CRIME, ANY_INCIDENT, INCIDENTS
from reports.models import TrialResult
from reports.trials.presenters import sentence


def instead_of_cause(claim: Claim, evidence: Evidence) -> str:
    """What could be said instead of a cause: the newest trial of the same incidents, or of any where none is named."""
    return next((sentence(trial) for trial in evidence.trials if _is_of(trial, claim.measure)), "")


def is_told(trial: TrialResult) -> bool:
    """Whether a trial could tell a difference."""
    return bool(trial.result["intention_to_treat"]["is_told"])


def _is_of(trial: TrialResult, measure: str) -> bool:
    if measure in ("", ANY_CRIME, ANY_INCIDENT) or not measure.startswith(INCIDENTS):
        return True
    return measure.removeprefix(INCIDENTS) in {each["name"] for each in trial.trial.sealed_analysis["categories"]}


def working_of_trial(trial: TrialResult) -> dict[str, Any]:
    """What a quoted trial was held against, so that it can be followed without the page: what was sealed and found."""
    said = trial.result
    return {
        "kind": "trial",
        "trial": trial.trial_id,
        "result": trial.pk,
        "analysis": said["analysis"],
        "sha256": said["sha256"],
        "first_day": said["first_day"],
        "last_day": said["last_day"],
        "intention_to_treat": said["intention_to_treat"],
        "sentence": sentence(trial),
    }
