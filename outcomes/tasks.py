"""Background jobs of this app, as settings.JOB_KINDS names them: checking and writing an import, and Excel files."""

import io
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from hotspot.core import jobs
from hotspot.core.models import Job
from hotspot.core.permissions import Permission
from outcomes.exports.rows import rows_of
from outcomes.exports.workbook import workbook_of
from outcomes.filters import ShiftFilter
from outcomes.imports.findings import Findings
from outcomes.imports.running import run_import
from outcomes.models import FileImport
from outcomes.operations import undoing
from outcomes.presenters import exports as presenters
from patrols.models import PatrolShift
from patrols.queries import districts_needed


@jobs.needs(Permission.IMPORT)
def check_import(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Go through the file without writing; the findings go to its page, and all problems into a file."""
    found = _import(job)
    findings = _run(job, found, progress, writes=False)
    if findings.listed:
        name = f"problems-in-{found.file.name.rsplit('.', 1)[0]}.csv"
        found.problems = jobs.keep_file(
            by=found.by, at=timezone.now(), name=name, content=findings.as_csv(), permissions=[Permission.IMPORT]
        )
        found.save(update_fields=("problems",))
    return findings.as_result()


@jobs.needs(Permission.IMPORT)
def write_import(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Check the file against what is here now, and write its new rows."""
    found = _import(job)
    findings = _run(job, found, progress, writes=True)
    found.recorded = findings.recorded
    found.save(update_fields=("recorded",))
    return findings.as_result()


@jobs.needs(Permission.IMPORT)
def undo_import(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Take back what an import wrote, if nothing depends on it. Gives how many shifts or outcomes."""
    return {"undone": undoing.undo(by=job.by, import_id=job.input["import_id"])}


def _import(job: Job) -> FileImport:
    return FileImport.objects.select_related("file", "by").get(pk=job.input["import_id"])


def _run(job: Job, found: FileImport, progress: jobs.Progress, *, writes: bool) -> Findings:
    return run_import(
        found.kind,
        io.BytesIO(bytes(found.file.content)),
        name=found.file.name,
        by=found.by,
        at=timezone.now(),
        columns=found.columns,
        answers=found.answers,
        sheet=found.sheet,
        writes=writes,
        with_conflicts=job.input.get("with_conflicts", False),
        total=found.rows,
        progress=progress,
    )


@jobs.needs(Permission.VIEW_SHIFTS)
def make_workbook(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Make an Excel file of what its person may see now; it is kept for a week. Gives its number and its rows."""
    by, at, what = job.by, timezone.now(), job.input["what"]
    filters = ShiftFilter(QueryDict(job.input["filters"]), by=by)
    shifts = filters.apply(PatrolShift.objects.visible_to(by))
    content, rows = workbook_of(
        rows_of(what, shifts),
        title=what.capitalize(),
        about=presenters.about(what, filters.in_force(), by=by, at=at),
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
