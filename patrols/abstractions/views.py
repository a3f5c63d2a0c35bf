"""Pages on which planned time that was taken away is recorded and withdrawn."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from hotspot.core import wording
from hotspot.core.errors import NotAllowed
from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspots.pages.views import confirm_page, editing, form_page, posted
from patrols.abstractions import operations, permissions, presenters
from patrols.abstractions.forms import TakenAwayForm
from patrols.models import Abstraction, PatrolShift

TITLE = "Not all of it was worked"


@requires(Permission.PLAN_SHIFT)
@editing
def record(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """Record that people of a shift were taken away."""
    now = timezone.now()
    shift = get_object_or_404(PatrolShift.objects.visible_to(request.user).select_related("area"), pk=shift_id)
    back = reverse("outcomes:shift", args=(shift.pk,))
    try:
        permissions.check_may_record(shift, by=request.user, at=now)
    except NotAllowed as refusal:
        messages.error(request, refusal.message)
        return redirect(back)
    form = TakenAwayForm(posted(request))
    if form.is_valid():
        done = call(form, operations.record_taken_away, by=request.user, at=now, shift_id=shift.pk, **form.facts)
        if done:
            messages.success(request, f"Recorded as taken away: {wording.duration(done.patrol_minutes)} of patrol.")
            return redirect(back)
    caption = f"{shift.reference}, {shift.area.name}"
    return form_page(request, form, title=TITLE, caption=caption, label="Save", back=back)


@requires(Permission.PLAN_SHIFT)
@editing
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back what was recorded by mistake."""
    found = get_object_or_404(Abstraction.objects.visible_to(request.user).select_related("shift"), pk=pk)
    back = reverse("outcomes:shift", args=(found.shift_id,))
    form = Form(posted(request))
    if form.is_valid() and call(
        form, operations.withdraw_taken_away, by=request.user, at=timezone.now(), abstraction_id=pk
    ):
        messages.success(request, "Nothing of this is taken away any more.")
        return redirect(back)
    return confirm_page(
        request,
        form,
        title=f"Withdraw what was taken away from {found.shift.reference}",
        text=f"{presenters.said(found)} It counts no longer. What was recorded stays in the history.",
        label="Withdraw it",
        back=back,
    )
