"""Pages of authorisations: the list, one of them, and its record."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.history import versions_of
from hotspot.core.models import User
from hotspot.core.pages import resubmission
from hotspot.core.pages.access import SignedInRequest, call, page_of, requires
from hotspot.core.permissions import Permission
from hotspots.authorisations import operations, presenters, queries, rules
from hotspots.authorisations.drawings import drawing_of
from hotspots.authorisations.forms import AuthorisationFilter, AuthorisationForm, CorrectAuthorisationForm
from hotspots.models import PowerAuthorisation
from hotspots.pages import paging
from hotspots.pages.views import editing, form_page, posted, seen_version

AUTHORISATIONS_A_PAGE = 50


@requires(Permission.VIEW_AUTHORISATIONS)
@require_safe
def authorisations(request: SignedInRequest) -> HttpResponse:
    """The authorisations this person may see, those in force first, narrowed by the filters in the address."""
    now = timezone.now()
    filters = AuthorisationFilter(request.GET, by=request.user)
    page = page_of(
        request, filters.apply_at(queries.authorisations_seen_by(request.user), now), size=AUTHORISATIONS_A_PAGE
    )
    context = {
        "form": filters,
        "tags": filters.tags(request.GET),
        "total": page.paginator.count,
        "columns": presenters.LIST_COLUMNS,
        "rows": presenters.list_rows(page, now),
        "countdowns": presenters.countdowns(queries.shown_now(request.user, now), now),
        "keeps": request.user.may(Permission.KEEP_AUTHORISATIONS),
        **paging.pagination(page, request.GET),
    }
    return render(request, "authorisations/list.html", context)


@requires(Permission.VIEW_AUTHORISATIONS)
@require_safe
def authorisation(request: SignedInRequest, pk: int) -> HttpResponse:
    """One authorisation: what it says, what became of it, its map and its history. Printed, it is the record."""
    now = timezone.now()
    found = get_object_or_404(queries.authorisations_seen_by(request.user), pk=pk)
    state = rules.state_of(found, now)
    context = {
        "authorisation": found,
        "title": presenters.title(found),
        "state": presenters.state_tag(found, now),
        "countdowns": presenters.countdowns([found], now) if state == "in_force" else [],
        "rows": presenters.facts(found, viewer=request.user, at=now),
        "limits": rules.LIMITS[found.kind],
        "drawing": drawing_of(found, request.user),
        "review_columns": presenters.REVIEW_COLUMNS,
        "reviews": presenters.review_rows(found, request.user),
        "items": presenters.history(versions_of(found), request.user),
        "may": _allowed(found, request.user, state),
    }
    return render(request, "authorisations/authorisation.html", context)


def _allowed(found: PowerAuthorisation, user: User, state: str) -> dict[str, bool]:
    """What this person may record of it now."""
    keeps = user.may(Permission.KEEP_AUTHORISATIONS) and state != "void"
    stands = keeps and found.withdrawn_at is None
    return {
        "keep": keeps,
        "continue": stands and rules.LIMITS[found.kind].extension is not None and found.extended_until is None,
        # Once it has ended, too: it may be recorded in the morning that it was withdrawn at night.
        "withdraw": stands,
        "review": stands,
        "inform": keeps and rules.needs_informing(found) and found.informed_at is None,
    }


@resubmission.refills
@requires(Permission.KEEP_AUTHORISATIONS)
@editing
def add_authorisation(request: SignedInRequest) -> HttpResponse:
    """Record an authorisation that was given."""
    now = timezone.now()
    form = AuthorisationForm(resubmission.entries(request), by=request.user, initial=_asked(request))
    if request.method == "POST" and form.is_valid():
        made = call(form, operations.record_authorisation, by=request.user, at=now, facts=form.facts)
        if made is not None:
            messages.success(request, f"{made.number} is recorded.")
            return redirect("authorisations:authorisation", made.pk)
    text = (
        "Record what the signed authorisation says. Dispersal is authorised for at most 48 hours, searches under "
        "section 60 for at most 24."
    )
    back = reverse("authorisations:list")
    return form_page(request, form, title="Record an authorisation", label="Record", back=back, text=text)


def _asked(request: SignedInRequest) -> dict[str, Any]:
    """What the address that led here already says: the kind and the area that a question is about."""
    initial: dict[str, Any] = {}
    if (kind := request.GET.get("kind", "")) in PowerAuthorisation.Kind.values:
        initial["kind"] = kind
    if area := request.GET.get("area", "").strip():
        initial["areas"] = [area]
    return initial


@requires(Permission.KEEP_AUTHORISATIONS)
@editing
def correct_authorisation(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put right what was recorded, with a reason."""
    found = get_object_or_404(queries.authorisations_seen_by(request.user).standing(), pk=pk)
    form = CorrectAuthorisationForm(posted(request), by=request.user, found=found, initial=_values(found))
    if form.is_valid() and call(
        form, operations.correct_authorisation, by=request.user, at=timezone.now(), authorisation_id=pk,
        version=seen_version(request), facts=form.facts, later=form.later, reason=form.cleaned_data["reason"],
    ):  # fmt: skip
        messages.success(request, f"{found.number} is corrected. Its history keeps what it was.")
        return redirect("authorisations:authorisation", pk)
    back = reverse("authorisations:authorisation", args=(pk,))
    return form_page(request, form, title=f"Correct {found.number}", label="Save corrections", back=back, row=found)


def _values(found: Any) -> dict[str, Any]:
    names = ("kind", "locality", "grounds", "rank", "officer", "is_signed", "has_regard")
    return {name: getattr(found, name) for name in names} | {
        "areas": [place.area_id for place in found.shown_places],
        "given": found.given_at,
        "start": found.starts_at,
        "end": found.ends_at,
        "review": found.review_at,
        "informed": found.informed_at,
        "until": found.extended_until,
        "extended": found.extended_at,
        "withdrawn": found.withdrawn_at,
    }
