"""Writes to studies of visits: asked, answered by a job, and never changed."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction

from hotspot.core.advisory_locks import LockName, lock
from hotspot.core.calendar import today
from hotspot.core.errors import DomainError, NotAllowed
from hotspot.core.jobs import operations as jobs
from hotspot.core.models import Job, User
from hotspot.core.permissions import Permission
from hotspot.core.text import clean_line
from hotspots.models import HotspotArea, IncidentCategory
from reports.dosage.measuring import measure
from reports.models import KoperStudy

DRAW = "draw_koper_curve"


@transaction.atomic
def begin_curve(
    *,
    by: User,
    at: datetime,
    name: str,
    areas: Collection[HotspotArea],
    categories: Collection[IncidentCategory],
    first_day: date,
    last_day: date,
    follow_up: int,
    page: Callable[[int], str] | None = None,
) -> KoperStudy:
    """Keep what is asked, and queue the work. `page` is its address, by its id, to come back to from its job.

    Raises NotAllowed, DomainError on a field, and TryLater.
    """
    if not by.may(Permission.ANALYSE_INCIDENTS):
        raise NotAllowed("not_allowed", "Only analysts and administrators draw curves.")
    if last_day < first_day:
        raise DomainError("days_reversed", "The last month must be the same as or after the first.", "last_month")
    if last_day >= today(at):
        raise DomainError("koper_not_over", "The last month must be over.", "last_month")
    study = KoperStudy.objects.create(
        by=by, created_at=at, name=clean_line(name), first_day=first_day, last_day=last_day, follow_up=follow_up
    )
    study.areas.set(areas)
    study.categories.set(categories)
    address = page(study.pk) if page else ""
    study.job = jobs.enqueue(by=by, at=at, kind=DRAW, title=f"Curve: {study}", page=address, study_id=study.pk)
    study.save(update_fields=("job",))
    return study


@transaction.atomic
def answer_curve(*, job: Job) -> dict[str, Any]:
    """Draw the curve that was asked for and keep it; gives how many visits it is of. Raises what `measure` does."""
    study = KoperStudy.objects.select_for_update(of=("self",)).get(pk=job.input["study_id"])
    # A month that is replaced half-way would have no incidents.
    lock(LockName.INCIDENTS)
    study.result = measure(study)
    study.save(update_fields=("result",))
    return {"visits": study.result["visits"]}
