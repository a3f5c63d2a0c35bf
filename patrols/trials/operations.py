"""Writes to trials. A draft is changed freely, a sealed trial only stopped; its log keeps what was refused."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import transaction
from shapely.geometry import shape

from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.text import clean_line
from hotspots.analysis.hours import Hours
from hotspots.models import HotspotArea, IncidentCategory
from hotspots.saving import locked_row, save_row
from patrols.models import PatrolTrial, TrialArea, TrialLogEntry, TrialSeed, trial_day
from patrols.trials import commitment, queries, rules
from patrols.trials.counting import Counts, count_days, days_before, pooled_dispersion
from patrols.trials.days import days_of

LEVELS = 3


@contextmanager
def _sealed_refused(trial_id: int | None, *, by: User, at: datetime, asked: str) -> Iterator[None]:
    """One transaction. What it refuses because the trial is sealed is kept in the trial's log, after it is undone."""
    try:
        with transaction.atomic():
            yield
    except rules.TrialIsSealed:
        if trial_id is not None:
            TrialLogEntry.objects.create(trial_id=trial_id, kind=TrialLogEntry.Kind.REFUSED, by=by, at=at, words=asked)
        raise


def save_trial(
    *,
    by: User,
    at: datetime,
    trial_id: int | None = None,
    version: int | None = None,
    name: str,
    categories: Sequence[IncidentCategory],
    expected: float | None = None,
    dispersion: float | None = None,
    **design: Any,
) -> PatrolTrial:
    """Draft a trial, or change a draft; `design` has its other fields.

    Without `expected` and `dispersion`, they are taken from the force's own extract, if months of it are loaded.
    Raises DomainError(s), TrialIsSealed and ChangedMeanwhile.
    """
    with _sealed_refused(trial_id, by=by, at=at, asked="Change of the design"):
        trial = locked_row(PatrolTrial, trial_id, version)
        rules.check_is_draft(trial)
        for field, value in design.items():
            setattr(trial, field, value)
        trial.name, trial.designed_by, trial.designed_at = clean_line(name), by, at
        trial.is_typed = expected is not None
        rules.check_design(trial)
        rules.check_typed(expected, dispersion)
        trial.last_day = days_of(trial)[-1]
        if expected is None:
            expected, dispersion = _expected(trial, categories)
        trial.expected, trial.dispersion = expected, dispersion
        save_row(trial)
        trial.categories.set(categories)
    return trial


def _expected(trial: PatrolTrial, categories: Sequence[IncidentCategory]) -> tuple[float | None, float | None]:
    """Incidents of an area and day, and how much days vary, by the extract; None without any month of it."""
    base = _base(trial, queries.areas_of(trial), categories)
    if base is None:
        return None, None
    return float(base.mean()), max(pooled_dispersion(base, trial.block_days), 1.0)


def _base(trial: PatrolTrial, areas: Sequence[HotspotArea], categories: Sequence[IncidentCategory]) -> Counts | None:
    """Incidents by area and day before the trial, as the extract has them; None without any month of it."""
    days = days_before(trial.first_day)
    if not (days and areas):
        return None
    counted = count_days(
        [shape(area.boundary) for area in areas],
        [],
        days,
        categories=[each.pk for each in categories],
        hours=Hours(trial.from_hour, trial.to_hour),
    )
    return counted.areas


def delete_trial(*, by: User, at: datetime, trial_id: int) -> PatrolTrial:
    """Delete a draft; gives what it was. Raises TrialIsSealed and ChangedMeanwhile."""
    with _sealed_refused(trial_id, by=by, at=at, asked="Deleting the trial"):
        trial = locked_row(PatrolTrial, trial_id)
        rules.check_is_draft(trial)
        trial.delete()
    return trial


def seal_trial(*, by: User, at: datetime, trial_id: int, version: int | None = None) -> PatrolTrial:
    """Draw the seed of a trial, and fix seed, plan and analysis by their digest.

    Raises TrialIsSealed, ChangedMeanwhile, NotAllowed `own_trial` and DomainError(s) for what is missing.
    """
    with _sealed_refused(trial_id, by=by, at=at, asked="Sealing the trial again"):
        # Another trial could take the same areas.
        list(PatrolTrial.objects.select_for_update().order_by("pk"))
        trial = locked_row(PatrolTrial, trial_id, version)
        rules.check_is_draft(trial)
        rules.check_sealer(trial, by)
        areas = queries.areas_of(trial)
        rules.check_can_be_sealed(trial, areas, queries.areas_elsewhere(trial, areas), at=at)
        _seal(trial, _with_strata(trial, areas), by=by, at=at)
    return trial


def _seal(trial: PatrolTrial, areas: Sequence[TrialArea], *, by: User, at: datetime) -> None:
    seed = secrets.token_bytes(32)
    TrialArea.objects.bulk_create(areas)
    TrialSeed.objects.create(trial=trial, value=seed.hex())
    trial.plan = commitment.canonical(commitment.plan_of(trial, areas))
    trial.analysis = commitment.canonical(commitment.analysis_of(trial, areas))
    trial.sha256 = commitment.digest(seed, trial.plan, trial.analysis)
    trial.state, trial.sealed_by, trial.sealed_at = PatrolTrial.State.SEALED, by, at
    trial.save()
    words = "The seed is drawn, and plan and analysis are fixed."
    TrialLogEntry.objects.create(trial=trial, kind=TrialLogEntry.Kind.SEALED, by=by, at=at, words=words)


def _with_strata(trial: PatrolTrial, areas: Sequence[HotspotArea]) -> list[TrialArea]:
    strata = _strata(trial, areas)
    return [
        TrialArea(trial=trial, area=area, stratum=strata[area.pk], boundary=area.boundary)
        for area in sorted(areas, key=lambda area: area.pk)
    ]


def _strata(trial: PatrolTrial, areas: Sequence[HotspotArea]) -> Mapping[int, int]:
    """The number of the stratum of each area, from 1 on. Raises DomainError `trial_levels_unknown`."""
    if trial.strata == PatrolTrial.Strata.DISTRICT:
        districts = sorted({area.district_id for area in areas})
        return {area.pk: districts.index(area.district_id) + 1 for area in areas}
    if trial.strata == PatrolTrial.Strata.LEVEL:
        base = _base(trial, areas, list(trial.categories.all()))
        if base is None:
            message = "Levels of incidents are not known: no month of your own extract before the trial is loaded."
            raise DomainError("trial_levels_unknown", message)
        order = np.argsort(base.sum(axis=1), kind="stable")
        return {areas[place].pk: rank * LEVELS // len(areas) + 1 for rank, place in enumerate(order)}
    return {area.pk: 1 for area in areas}


def stop_trial(*, by: User, at: datetime, trial_id: int, reason: str) -> PatrolTrial:
    """End a trial before its time: the trial day under way is its last. Raises NotInThisState."""
    with transaction.atomic():
        trial = locked_row(PatrolTrial, trial_id)
        rules.check_can_be_stopped(trial, at=at)
        last_day: date = trial_day(at)
        trial.stopped_at, trial.stopped_by, trial.stop_reason, trial.last_day = at, by, clean_line(reason), last_day
        trial.save(update_fields=("stopped_at", "stopped_by", "stop_reason", "last_day"))
        TrialLogEntry.objects.create(
            trial=trial, kind=TrialLogEntry.Kind.STOPPED, by=by, at=at, words=trial.stop_reason
        )
    return trial
