"""Writes to analyses: asked, answered by a job, and never changed."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction

from hotspot.core.advisory_locks import LockName, lock
from hotspot.core.errors import DomainError
from hotspot.core.jobs import operations as jobs
from hotspot.core.models import Job, User
from hotspot.core.text import clean_line
from hotspots.analysis import running
from hotspots.models import Dataset, District, HarmTable, HotspotAnalysis, IncidentCategory, UnitLayer

RUN = "run_analysis"


@transaction.atomic
def begin_analysis(
    *,
    by: User,
    at: datetime,
    name: str,
    first_month: date,
    last_month: date,
    district: District | None,
    categories: Collection[IncidentCategory],
    resolution: int | None,
    method: str,
    number: int,
    dataset: str = Dataset.STREET,
    includes_generated: bool = False,
    from_hour: int | None = None,
    to_hour: int | None = None,
    days: Collection[int] = (),
    harm: HarmTable | None = None,
    layer: UnitLayer | None = None,
    page: Callable[[int], str] | None = None,
) -> HotspotAnalysis:
    """Keep what is asked, and queue the work. `page` is its address, by its id, to come back to from its job.
    The `resolution` of cells is needed without a `layer` of other units, and not kept with one.

    Raises DomainError `months_reversed`, `no_category`, `hours_half` or `no_times`, and TryLater.
    """
    _check_months_and_categories(first_month, last_month, categories)
    _check_times(dataset, from_hour, to_hour, days)
    analysis = HotspotAnalysis.objects.create(
        by=by, created_at=at, name=clean_line(name), dataset=dataset, first_month=first_month, last_month=last_month,
        district=district, includes_generated=includes_generated and dataset == Dataset.EXTRACT,
        from_hour=from_hour, to_hour=to_hour, days=sorted(days), harm=harm, layer=layer,
        resolution=None if layer else resolution, method=method, number=number,
    )  # fmt: skip
    analysis.categories.set(categories)
    title, address = f"Analysis: {analysis}", page(analysis.pk) if page else ""
    analysis.job = jobs.enqueue(by=by, at=at, kind=RUN, title=title, page=address, analysis_id=analysis.pk)
    analysis.save(update_fields=("job",))
    return analysis


def _check_months_and_categories(first: date, last: date, categories: Collection[IncidentCategory]) -> None:
    if last < first:
        raise DomainError("months_reversed", "The last month must be the same as or after the first.", "last_month")
    if not categories:
        raise DomainError("no_category", "Select at least one category.", "categories")


def _check_times(dataset: str, from_hour: int | None, to_hour: int | None, days: Collection[int]) -> None:
    if (from_hour is None) != (to_hour is None):
        missing = "from_hour" if from_hour is None else "to_hour"
        raise DomainError("hours_half", "Select both hours, or neither.", missing)
    if dataset == Dataset.STREET and (days or from_hour is not None):
        message = "Published files say only in which month something happened. Choose your own extract, or all times."
        raise DomainError("no_times", message, "from_hour" if from_hour is not None else "days")


@transaction.atomic
def answer_analysis(*, job: Job) -> dict[str, Any]:
    """Work out what was asked and keep it; gives how many units stand out. Raises what `running.run` does."""
    analysis = HotspotAnalysis.objects.select_for_update(of=("self",)).select_related("district", "harm", "layer").get(
        pk=job.input["analysis_id"]
    )  # fmt: skip
    # A month that is replaced half-way would be named with its release, and have no incidents.
    lock(LockName.INCIDENTS)
    analysis.result = running.run(analysis)
    analysis.save(update_fields=("result",))
    return {"cells": len(analysis.result["cells"])}
