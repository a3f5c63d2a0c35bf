"""The page of a background job: how far it is, what it came to, and trying it again."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hotspot.core.jobs import operations as jobs
from hotspot.core.jobs import tasks
from hotspot.core.models import Job
from hotspot.core.pages.access import SignedInRequest, check_access, requires
from hotspot.core.permissions import Permission


def _job(request: SignedInRequest, job_id: int) -> Job:
    """One's own job, while one may still do what it does: else 403, or 404 where even that would say too much."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=job_id)
    try:
        permission = jobs.permission_of(job.kind)
    except KeyError:
        # Of an earlier release, which knew a kind that this one does not.
        raise Http404 from None
    check_access(request, permission)
    return job


@requires(Permission.USE_SERVICE)
@require_safe
def job(request: SignedInRequest, job_id: int) -> HttpResponse:
    """One of one's own jobs."""
    return render(request, "core/job.html", {"job": _job(request, job_id)})


@requires(Permission.USE_SERVICE)
@require_safe
def job_progress(request: SignedInRequest, job_id: int) -> HttpResponse:
    """The part of a page that says how far a job is, for the script that keeps it up to date."""
    return render(request, "components/job.html", {"job": _job(request, job_id)})


@requires(Permission.USE_SERVICE)
@require_POST
def retry_job(request: SignedInRequest, job_id: int) -> HttpResponse:
    """Try a failed job again."""
    again = jobs.retry(by=request.user, at=timezone.now(), job_id=_job(request, job_id).pk)
    tasks.notify_worker(again)
    return redirect(again.page or reverse("core:job", args=(again.pk,)))
