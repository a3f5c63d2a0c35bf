"""The release calendar inside the service: for everybody who sees figures, and changed by who prepares statements."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.permissions import Permission
from hotspots.pages.views import confirm_page, editing, form_page, posted
from reports.models import AnnouncedRelease
from reports.reason_form import ReasonForm
from reports.releases import operations, queries
from reports.releases.forms import AnnounceForm, RescheduleForm, initial_of
from reports.releases.presenters import calendar_of


@requires(Permission.VIEW_FIGURES)
@require_safe
def release_calendar(request: SignedInRequest) -> HttpResponse:
    """What will be published when, what was, and how that changed."""
    found = queries.entries(AnnouncedRelease.objects.visible_to(request.user))
    context = {
        "calendar": calendar_of(found, timezone.now()),
        "prepares": request.user.may(Permission.PREPARE_STATEMENT),
    }
    return render(request, "reports/release_calendar.html", context)


@requires(Permission.PREPARE_STATEMENT)
@editing
def announce_release(request: SignedInRequest) -> HttpResponse:
    """Announce a release."""
    now = timezone.now()
    form = AnnounceForm(posted(request), by=request.user, at=now)
    if form.is_valid() and call(form, operations.announce, by=request.user, at=now, **form.facts):
        messages.success(request, "The release is in the calendar.")
        return redirect("reports:release_calendar")
    text = "Everybody can read the calendar. What was announced is changed openly, with a reason."
    back = reverse("reports:release_calendar")
    return form_page(request, form, title="Announce a release", label="Announce it", back=back, text=text)


@requires(Permission.PREPARE_STATEMENT)
@editing
def reschedule_release(request: SignedInRequest, pk: int) -> HttpResponse:
    """Name the day, or another month."""
    now, release = timezone.now(), _found(request, pk)
    form = RescheduleForm(posted(request), at=now, initial=initial_of(release))
    if form.is_valid() and call(
        form, operations.reschedule, by=request.user, at=now, release_id=release.pk, **form.facts
    ):
        messages.success(request, "The calendar says the new time.")
        return redirect("reports:release_calendar")
    back = reverse("reports:release_calendar")
    return form_page(request, form, title="Change the time", caption=str(release), label="Change it", back=back)


@requires(Permission.PREPARE_STATEMENT)
@editing
def cancel_release(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that a release will not be, after being asked why."""
    release = _found(request, pk)
    form = ReasonForm(posted(request), label="Why it is cancelled")
    if form.is_valid() and call(
        form,
        operations.cancel,
        by=request.user,
        at=timezone.now(),
        release_id=release.pk,
        reason=form.cleaned_data["reason"],
    ):
        messages.success(request, "The calendar says that it is cancelled.")
        return redirect("reports:release_calendar")
    text = f"{release} stays in the calendar, with the reason that you enter."
    back = reverse("reports:release_calendar")
    return confirm_page(request, form, title="Cancel this release", text=text, label="Cancel this release", back=back)


def _found(request: SignedInRequest, pk: int) -> AnnouncedRelease:
    return get_object_or_404(AnnouncedRelease.objects.visible_to(request.user), pk=pk)
