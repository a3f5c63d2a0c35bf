"""Writes to studies of impact, which are asked, answered by a job and never changed, and to what else changed."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction

from hotspot.core.advisory_locks import LockName, lock
from hotspot.core.errors import ChangedMeanwhile, DomainError
from hotspot.core.jobs import operations as jobs
from hotspot.core.models import Job, User
from hotspot.core.text import clean_line
from hotspots.models import Dataset, District, HarmTable, HotspotArea, IncidentCategory
from hotspots.saving import save_row
from reports.impact.measuring import measure
from reports.models import ImpactStudy, OutsideChange

MEASURE = "measure_impact"


@transaction.atomic
def begin_study(
    *,
    by: User,
    at: datetime,
    name: str,
    areas: Collection[HotspotArea],
    categories: Collection[IncidentCategory],
    before_first: date,
    before_last: date,
    after_first: date,
    after_last: date,
    comparison_areas: Collection[HotspotArea] = (),
    is_matched: bool = False,
    buffer_metres: int = 0,
    harm_table: HarmTable | None = None,
    dataset: str = Dataset.STREET,
    page: Callable[[int], str] | None = None,
) -> ImpactStudy:
    """Keep what is asked, and queue the work. `page` is its address, by its id, to come back to from its job.

    Months are given by their first days. Raises DomainError on a field, and TryLater.
    """
    _check_periods(before_first, before_last, after_first, after_last)
    _check_comparison(areas, comparison_areas, is_matched=is_matched)
    study = ImpactStudy.objects.create(
        by=by, created_at=at, name=clean_line(name), dataset=dataset, before_first=before_first,
        before_last=before_last, after_first=after_first, after_last=after_last, buffer_metres=buffer_metres,
        is_matched=is_matched, harm_table=harm_table,
    )  # fmt: skip
    study.areas.set(areas)
    study.comparison_areas.set(comparison_areas)
    study.categories.set(categories)
    address = page(study.pk) if page else ""
    study.job = jobs.enqueue(by=by, at=at, kind=MEASURE, title=f"Impact: {study}", page=address, study_id=study.pk)
    study.save(update_fields=("job",))
    return study


def _check_comparison(
    areas: Collection[HotspotArea], comparison_areas: Collection[HotspotArea], *, is_matched: bool
) -> None:
    if both := set(areas) & set(comparison_areas):
        names = ", ".join(sorted(map(str, both)))
        message = f"An area cannot be compared with itself: {names}."
        raise DomainError("impact_compared_with_itself", message, "comparison_areas")
    if is_matched and comparison_areas:
        message = "Areas are chosen to compare with or matched, not both: leave the choice empty for matched ones."
        raise DomainError("impact_compared_twice", message, "comparison_areas")


def _check_periods(before_first: date, before_last: date, after_first: date, after_last: date) -> None:
    pairs = (
        (before_first, before_last, "before_last", "The last month before must be the same as or after the first."),
        (after_first, after_last, "after_last", "The last month after must be the same as or after the first."),
    )
    for first, last, field, message in pairs:
        if last < first:
            raise DomainError("months_reversed", message, field)
    if after_first <= before_last:
        message = "The months after must begin later than the months before end."
        raise DomainError("impact_periods_overlap", message, "after_first")


@transaction.atomic
def answer_study(*, job: Job) -> dict[str, Any]:
    """Measure what was asked and keep it; gives how many areas it is about. Raises what `measure` does."""
    study = ImpactStudy.objects.select_for_update(of=("self",)).get(pk=job.input["study_id"])
    # A month that is replaced half-way would have no incidents.
    lock(LockName.INCIDENTS)
    study.result = measure(study, at=job.created_at)
    study.save(update_fields=("result",))
    return {"areas": len(study.result["areas"])}


@transaction.atomic
def add_change(
    *,
    by: User,
    at: datetime,
    kind: str,
    title: str,
    first_day: date,
    source: str,
    last_day: date | None = None,
    district: District | None = None,
) -> OutsideChange:
    """Keep something other than patrols that can change what is recorded. Raises DomainError on a field."""
    if last_day and last_day < first_day:
        raise DomainError("days_reversed", "The last day must be the same as or after the first.", "last_day")
    change = OutsideChange(
        kind=kind, title=clean_line(title), first_day=first_day, last_day=last_day, district=district,
        source=clean_line(source), added_by=by, added_at=at,
    )  # fmt: skip
    save_row(change)
    return change


@transaction.atomic
def withdraw_change(*, by: User, change_id: int, reason: str) -> OutsideChange:
    """Take a change back, with a reason: it stays in the list and is no longer marked. Raises ChangedMeanwhile."""
    change = OutsideChange.objects.visible_to(by).select_for_update(of=("self",)).get(pk=change_id)
    if change.void_reason:
        raise ChangedMeanwhile
    if not clean_line(reason):
        raise DomainError("reason_missing", "Enter why it is withdrawn.", "reason")
    change.void_reason = clean_line(reason)
    save_row(change)
    return change
