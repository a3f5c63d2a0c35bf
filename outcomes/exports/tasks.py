"""The background job that makes an Excel file, as settings.JOB_KINDS names it."""

from typing import Any

from django.http import QueryDict
from django.utils import timezone

from hotspot.core.errors import DomainError
from hotspot.core.exports.workbook import workbook_of
from hotspot.core.jobs import operations as jobs
from hotspot.core.models import Job
from hotspot.core.permissions import Permission
from outcomes.exports import presenters
from outcomes.exports.rows import rows_of
from outcomes.records.filters import ShiftFilter
from patrols.models import PatrolShift
from patrols.shifts.queries import districts_needed


@jobs.needs(Permission.VIEW_SHIFTS)
def make_workbook(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Make an Excel file of what its person may see now; it is kept for a week. Gives its number and its rows."""
    by, at, what = job.by, timezone.now(), job.input["what"]
    filters = ShiftFilter(QueryDict(job.input["filters"]), by=by)
    if not filters.is_valid():
        message = "What the list was narrowed to is not there any more. Ask for the file again."
        raise DomainError("filters_changed", message)
    shifts = filters.apply(PatrolShift.objects.visible_to(by))
    content, rows = workbook_of(
        rows_of(what, shifts),
        title=what.capitalize(),
        about=presenters.about(what, filters.in_force_for_file(), by=by, at=at),
        at=at,
        progress=lambda done: progress(done, job.input["rows"]),
    )
    file = jobs.keep_file(
        by=by,
        at=at,
        name=presenters.file_name(what, at, "xlsx"),
        content=content,
        permissions=[Permission.VIEW_SHIFTS],
        districts=districts_needed(shifts, by=by),
    )
    return {"file": file.pk, "rows": rows}
