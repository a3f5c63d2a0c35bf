"""Writes to results of trials: asked once a trial is over, answered by a job, published with that, never changed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from hotspot.core import wording
from hotspot.core.advisory_locks import LockName, lock
from hotspot.core.calendar import Period
from hotspot.core.errors import Conflict, DomainError, NotInThisState
from hotspot.core.jobs import operations as jobs
from hotspot.core.models import Job, User
from hotspots.models import IncidentMonth
from patrols.models import PatrolTrial
from patrols.trials.counting import extract_months
from patrols.trials.days import begins_at
from patrols.trials.queries import seed_of
from reports.models import TrialResult
from reports.trials.analysing import analyse

ANALYSE = "analyse_trial"


@transaction.atomic
def begin_analysis(*, by: User, at: datetime, trial_id: int, page: Callable[[int], str] | None = None) -> TrialResult:
    """Queue the analysis of a trial that is over. `page` is the address of a result, by its id.

    Raises NotInThisState `trial_not_over`, DomainError `extract_missing` or `extract_too_early`, Conflict
    `trial_analysed`, and TryLater.
    """
    trial = PatrolTrial.objects.select_for_update(of=("self",)).get(pk=trial_id)
    if not trial.is_over(at):
        raise NotInThisState("trial_not_over", "This trial is not over. Its analysis was fixed for its whole length.")
    months = extract_months(trial.first_day, trial.last_day)
    if early := [month for month in months if _is_early(month, trial)]:
        message = (
            f"Your own extract of {wording.month(early[0].month)} was loaded before the trial's days in it were over. "
            "Load the month again."
        )
        raise DomainError("extract_too_early", message)
    _check_is_new(trial, [month.pk for month in months])
    result = TrialResult.objects.create(trial=trial, by=by, created_at=at)
    address = page(result.pk) if page else ""
    result.job = jobs.enqueue(by=by, at=at, kind=ANALYSE, title=f"Analysis: {trial}", page=address, result_id=result.pk)
    result.save(update_fields=("job",))
    return result


def _is_early(month: IncidentMonth, trial: PatrolTrial) -> bool:
    """Whether a month was loaded before the last of its days that are counted was over."""
    last_day = min(Period.month(month.month).last_day, trial.last_day)
    return month.loaded_at < begins_at(last_day + timedelta(days=1))


def _check_is_new(trial: PatrolTrial, months: list[int]) -> None:
    for other in trial.results.select_related("job"):
        if other.result and [each["id"] for each in other.result["data"]] == months:
            raise Conflict("trial_analysed", "The analysis of these data is published already.")
        if not other.result and other.job and other.job.finished_at is None:
            raise Conflict("trial_being_analysed", "The analysis is under way.")


@transaction.atomic
def answer_result(*, job: Job, at: datetime) -> dict[str, Any]:
    """Analyse a trial as it was fixed, and publish what comes of it; gives how many areas it is about.

    Raises NotInThisState and DomainError `extract_missing`.
    """
    result = TrialResult.objects.select_for_update(of=("self",)).select_related("trial").get(pk=job.input["result_id"])
    seed = seed_of(result.trial, at=at)
    if seed is None:
        raise NotInThisState("trial_not_over", "This trial is not over.")
    # A month that is replaced half-way would have no incidents.
    lock(LockName.INCIDENTS)
    result.result = analyse(result.trial, seed=seed)
    result.save(update_fields=("result",))
    return {"areas": result.result["areas"]}
