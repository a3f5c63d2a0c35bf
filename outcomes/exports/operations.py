"""Files of rows that take a job to make."""

from datetime import datetime

from django.db import transaction

from hotspot.core.accounts.operations import disclose
from hotspot.core.exports.rules import check_workbook_rows
from hotspot.core.jobs import operations as jobs
from hotspot.core.models import Job, User

MAKE = "make_workbook"


@transaction.atomic
def begin_workbook(
    *, by: User, at: datetime, what: str, filters: str, rows: int, title: str, page: str, request: str
) -> Job:
    """Queue an Excel file of "shifts" or "outcomes" that the filters, as an address has them, let through.

    `rows` is how many there are now, `page` the address of its page with {job} for its number. Raises DomainError
    `too_many_rows` or `too_many_jobs`.
    """
    check_workbook_rows(rows)
    job = jobs.enqueue(by=by, at=at, kind=MAKE, title=title, what=what, filters=filters, rows=rows)
    job.page = page.format(job=job.pk)
    job.save(update_fields=("page",))
    detail = {"what": what, "filters": filters, "rows": rows, "job": job.pk}
    disclose(by=by, at=at, action="ask_for_workbook", request=request, **detail)
    return job
