"""What becomes of an authorisation: continued, reviewed, withdrawn, a superintendent informed, recorded by mistake."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from hotspot.core import wording
from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.permissions import Permission
from hotspots.authorisations import operations, presenters, queries, rules
from hotspots.authorisations.forms import (
    ContinueAuthorisationForm,
    InformSuperintendentForm,
    ReviewAuthorisationForm,
    VoidAuthorisationForm,
    WithdrawAuthorisationForm,
)
from hotspots.pages.views import confirm_page, editing, form_page, posted, seen_version


def _standing(request: SignedInRequest, pk: int) -> Any:
    return get_object_or_404(queries.authorisations_seen_by(request.user).standing(), pk=pk)


def _back(pk: int) -> str:
    return reverse("authorisations:authorisation", args=(pk,))


@requires(Permission.KEEP_AUTHORISATIONS)
@editing
def continue_authorisation(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record that a superintendent continued a section 60 authorisation."""
    now, found = timezone.now(), _standing(request, pk)
    form = ContinueAuthorisationForm(posted(request))
    if form.is_valid():
        data = form.cleaned_data
        done = call(
            form, operations.continue_authorisation, by=request.user, at=now, authorisation_id=pk,
            version=seen_version(request), until=data["until"], extended_at=data["extended"], rank=data["rank"],
            officer=data["officer"], grounds=data["grounds"],
        )  # fmt: skip
        if done is not None:
            messages.success(request, f"{found.number} is continued until {wording.moment(done.extended_until)}.")
            return redirect(_back(pk))
    text = _how_long(found)
    title = f"Continue {found.number}"
    return form_page(request, form, title=title, label="Continue it", back=_back(pk), text=text, row=found)


def _how_long(found: Any) -> str:
    limits = rules.LIMITS[found.kind]
    if limits.extension is None:
        return f"Under {limits.section} it cannot be extended. A new authorisation is needed."
    end, latest = wording.moment(found.ends_at), wording.moment(found.ends_at + limits.extension)
    return f"It ends at {end}. A superintendent or above can continue it once, until {latest} at the latest."


@requires(Permission.KEEP_AUTHORISATIONS)
@editing
def withdraw_authorisation(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record that an authorisation was ended before its time."""
    now, found = timezone.now(), _standing(request, pk)
    form = WithdrawAuthorisationForm(posted(request), initial={"withdrawn": now})
    if form.is_valid() and call(
        form, operations.withdraw_authorisation, by=request.user, at=now, authorisation_id=pk,
        withdrawn_at=form.cleaned_data["withdrawn"], reason=form.cleaned_data["reason"],
    ):  # fmt: skip
        messages.success(request, f"{found.number} is withdrawn.")
        return redirect(_back(pk))
    text = f"{presenters.title(found)} then authorises nothing from that time on. What was done before stays covered."
    return form_page(request, form, title=f"Withdraw {found.number} early", label="Withdraw", back=_back(pk), text=text)


@requires(Permission.KEEP_AUTHORISATIONS)
@editing
def review_authorisation(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record a review, and when the next is due."""
    now, found = timezone.now(), _standing(request, pk)
    form = ReviewAuthorisationForm(posted(request), initial={"reviewed": now})
    if form.is_valid():
        data = form.cleaned_data
        done = call(
            form, operations.review_authorisation, by=request.user, at=now, authorisation_id=pk,
            reviewed_at=data["reviewed"], officer=data["officer"], finding=data["finding"], review_at=data["review"],
        )  # fmt: skip
        if done is not None:
            messages.success(request, f"The review of {found.number} is recorded.")
            return redirect(_back(pk))
    return form_page(request, form, title=f"Review of {found.number}", label="Record review", back=_back(pk))


@requires(Permission.KEEP_AUTHORISATIONS)
@editing
def inform_superintendent(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record when a superintendent was told of a section 60 authorisation by a lower rank."""
    now, found = timezone.now(), _standing(request, pk)
    form = InformSuperintendentForm(posted(request), initial={"informed": found.informed_at or now})
    if form.is_valid() and call(
        form, operations.inform_superintendent, by=request.user, at=now, authorisation_id=pk,
        version=seen_version(request), informed_at=form.cleaned_data["informed"],
    ):  # fmt: skip
        messages.success(request, "It is recorded that a superintendent was informed.")
        return redirect(_back(pk))
    text = "Whoever gives one below that rank informs a superintendent as soon as practicable (section 60(3A))."
    title = f"Superintendent informed of {found.number}"
    return form_page(request, form, title=title, label="Record", back=_back(pk), text=text, row=found)


@requires(Permission.KEEP_AUTHORISATIONS)
@editing
def void_authorisation(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that an authorisation was recorded by mistake."""
    found = _standing(request, pk)
    form = VoidAuthorisationForm(posted(request))
    if form.is_valid() and call(
        form, operations.void_authorisation, by=request.user, authorisation_id=pk, reason=form.cleaned_data["reason"]
    ):
        messages.success(request, f"{found.number} is marked as recorded by mistake.")
        return redirect(_back(pk))
    text = (
        "Do this where there was no such authorisation. It stays here with its reason and authorises nothing. One that "
        "was ended early is withdrawn, and a wrong word or time is corrected."
    )
    title = f"Was {found.number} recorded by mistake?"
    return confirm_page(request, form, title=title, text=text, label="Yes, recorded by mistake", back=_back(pk))
