"""The background jobs of imports, as settings.JOB_KINDS names them: checking, writing and undoing."""

import io
from typing import Any

from django.utils import timezone

from hotspot.core.jobs import operations as jobs
from hotspot.core.models import Job
from hotspot.core.permissions import Permission
from outcomes.imports import undo_operations
from outcomes.imports.findings import Findings
from outcomes.imports.pipeline import run_import
from outcomes.models import FileImport


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
    return {"undone": undo_operations.undo(by=job.by, import_id=job.input["import_id"])}


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
