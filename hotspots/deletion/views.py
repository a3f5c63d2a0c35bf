"""Deleting what was set up by mistake: a page that asks first, or says what refers to the record."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from hotspot.core import wording
from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspots.deletion import operations as deleting
from hotspots.deletion import presenters
from hotspots.models import AreaTarget, District, FundingStream, HotspotArea, Programme
from hotspots.pages.views import confirm_page, editing, posted
from hotspots.people import queries as people_queries
from hotspots.systems import queries as systems_queries

NOTHING_REFERS = "Nothing refers to it. This cannot be undone; the history that auditors read keeps what it was."


@requires(Permission.MANAGE)
@editing
def delete_programme(request: SignedInRequest, pk: int) -> HttpResponse:
    """A programme without funding, statements and returns."""
    found = get_object_or_404(Programme.objects.visible_to(request.user), pk=pk)
    text = NOTHING_REFERS
    if found.is_default and Programme.objects.visible_to(request.user).exclude(pk=pk).exists():
        text += " It is the one used where several programmes run; the one added first takes its place."
    back = reverse("hotspots:programme", args=(pk,))
    after = reverse("hotspots:programmes")
    return _page(request, found, deleting.delete_programme, programme_id=pk, text=text, back=back, after=after)


@requires(Permission.MANAGE)
@editing
def delete_stream(request: SignedInRequest, pk: int) -> HttpResponse:
    """A funding stream that paid for no shift."""
    found = get_object_or_404(FundingStream.objects.visible_to(request.user), pk=pk)
    back = reverse("hotspots:programme", args=(found.programme_id,))
    return _page(request, found, deleting.delete_stream, stream_id=pk, back=back, after=back)


@requires(Permission.MANAGE)
@editing
def delete_district(request: SignedInRequest, pk: int) -> HttpResponse:
    """A district without areas and supervisors."""
    found = get_object_or_404(District.objects.visible_to(request.user), pk=pk)
    back = reverse("hotspots:districts")
    return _page(request, found, deleting.delete_district, district_id=pk, back=back, after=back)


@requires(Permission.MANAGE)
@editing
def delete_area(request: SignedInRequest, pk: int) -> HttpResponse:
    """A hotspot area without shifts, with its targets."""
    found = get_object_or_404(HotspotArea.objects.visible_to(request.user), pk=pk)
    has_targets = found.targets.exists() or found.dose_targets.exists()
    text = f"{NOTHING_REFERS} Its targets are deleted with it." if has_targets else NOTHING_REFERS
    back, after = reverse("hotspots:area", args=(pk,)), reverse("hotspots:areas")
    advice = None if found.last_day else _instead("hotspots:retire_area", pk, "Retire the area instead")
    return _page(request, found, deleting.delete_area, area_id=pk, text=text, back=back, after=after, advice=advice)


@requires(Permission.MANAGE)
@editing
def delete_target(request: SignedInRequest, pk: int) -> HttpResponse:
    """A target that was set by mistake."""
    areas = HotspotArea.objects.visible_to(request.user)
    found = get_object_or_404(AreaTarget.objects.filter(area__in=areas).select_related("area"), pk=pk)
    month = wording.month(found.first_month)
    text = f"The target of {found.area} from {month} is deleted, and the one before it applies again."
    back = reverse("hotspots:area", args=(found.area_id,))
    return _page(request, found, deleting.delete_target, target_id=pk, text=text, back=back, after=back)


@requires(Permission.MANAGE_PEOPLE)
@editing
def delete_person(request: SignedInRequest, pk: int) -> HttpResponse:
    """The account of somebody who did nothing in the service."""
    found = get_object_or_404(people_queries.people_seen_by(request.user), pk=pk)
    back, after = reverse("hotspots:person", args=(pk,)), reverse("hotspots:people")
    may_be_deactivated = found.is_active and found.pk != request.user.pk
    advice = (
        _instead("hotspots:deactivate_person", pk, "Deactivate the account instead") if may_be_deactivated else None
    )
    return _page(request, found, deleting.delete_person, person_id=pk, back=back, after=after, advice=advice)


@requires(Permission.MANAGE_PEOPLE)
@editing
def delete_system(request: SignedInRequest, pk: int) -> HttpResponse:
    """A connected system that wrote nothing."""
    found = get_object_or_404(systems_queries.systems_seen_by(request.user), pk=pk)
    back, after = reverse("hotspots:system", args=(pk,)), reverse("hotspots:systems")
    advice = _instead("hotspots:revoke_system", pk, "Revoke the system instead") if found.user.is_active else None
    return _page(request, found, deleting.delete_system, system_id=pk, back=back, after=after, advice=advice)


def _instead(page: str, pk: int, label: str) -> dict[str, str]:
    """A link to what can be done instead of deleting."""
    return {"url": reverse(page, args=(pk,)), "label": label}


def _page(
    request: SignedInRequest,
    found: models.Model,
    operation: Callable[..., None],
    *,
    back: str,
    after: str,
    text: str = NOTHING_REFERS,
    advice: dict[str, str] | None = None,
    **named: Any,
) -> HttpResponse:
    """Delete a record, ask whether to, or say what refers to it. `advice` is a link to what can be done instead."""
    name, form = str(found), Form(posted(request))
    if form.is_valid() and call(form, _done(operation), by=request.user, **named):
        messages.success(request, f"{name} is deleted.")
        return redirect(after)
    if uses := deleting.uses_of(found):
        context = {"name": name, "uses": presenters.use_rows(found, uses), "back": back, "advice": advice}
        return render(request, "hotspots/in_use.html", context, status=409 if form.is_bound else 200)
    return confirm_page(request, form, title=f"Delete {name}", text=text, label="Delete", back=back)


def _done(operation: Callable[..., None]) -> Callable[..., bool]:
    """The operation, which gives nothing back, as one that says that it was done."""

    def run(**named: Any) -> bool:
        operation(**named)
        return True

    return run
