"""Pages of initiatives: the list, one of them, and the list that may be published."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.history import versions_of
from hotspot.core.pages.access import SignedInRequest, call, own_site_only, page_of, requires
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import as_attachment
from hotspots.initiatives import operations, presenters, published_csv, queries
from hotspots.initiatives.forms import AREAS, FORCE, InitiativeFilter, InitiativeForm, WithdrawInitiativeForm
from hotspots.models import Initiative
from hotspots.pages import paging, timeline
from hotspots.pages.views import confirm_page, editing, form_page, posted, seen_version
from hotspots.queries import programmes_seen_by

INITIATIVES_A_PAGE = 50


@requires(Permission.VIEW_PLANS)
@require_safe
def initiatives(request: SignedInRequest) -> HttpResponse:
    """The initiatives this person may see, narrowed by the filters in the address."""
    filters = InitiativeFilter(request.GET, by=request.user)
    found = filters.apply(queries.initiatives_seen_by(request.user).standing())
    page = page_of(request, found, size=INITIATIVES_A_PAGE)
    context = {
        "form": filters,
        "tags": filters.tags(request.GET),
        "columns": presenters.LIST_COLUMNS,
        "rows": presenters.list_rows(page, queries.costs_of(request.user, page)),
        "keeps": request.user.may(Permission.KEEP_PLANS),
        "crumbs": initiative_crumbs()[:1],
        **paging.pagination(page, request.GET),
    }
    return render(request, "initiatives/list.html", context)


@requires(Permission.VIEW_PLANS)
@require_safe
def initiative(request: SignedInRequest, pk: int) -> HttpResponse:
    """One initiative: what it is, what it cost, its documents and its history."""
    found = get_object_or_404(queries.initiatives_seen_by(request.user), pk=pk)
    keeps = request.user.may(Permission.KEEP_PLANS) and not found.void_reason
    context = {
        "initiative": found,
        "state": presenters.status_tag(found),
        "rows": presenters.facts(found, queries.costs_of(request.user, [found]).get(pk)),
        "places": [] if found.is_force_wide else found.shown_places,  # type: ignore[attr-defined]
        "documents": presenters.document_rows(queries.documents_of(found, request.user), keeps=keeps),
        "document_columns": presenters.document_columns(keeps=keeps),
        "entries": presenters.entry_rows(queries.entries_of(found, request.user), keeps=keeps),
        "entry_columns": presenters.entry_columns(keeps=keeps),
        "items": timeline.timeline(versions_of(found)),
        "keeps": keeps,
        "crumbs": initiative_crumbs(),
    }
    return render(request, "initiatives/initiative.html", context)


@requires(Permission.KEEP_PLANS)
@editing
def add_initiative(request: SignedInRequest) -> HttpResponse:
    """A new initiative."""
    programmes = programmes_seen_by(request.user)
    initial: dict[str, Any] = {"status": Initiative.Status.PLANNED, "programme": programmes[0] if programmes else None}
    if area := request.GET.get("area", "").strip():
        initial |= {"where": AREAS, "areas": [area]}
    form = InitiativeForm(posted(request), by=request.user, initial=initial)
    if form.is_valid():
        made = call(form, operations.save_initiative, by=request.user, at=timezone.now(), **form.facts)
        if made is not None:
            messages.success(request, f"{made} is added.")
            return redirect("initiatives:initiative", made.pk)
    return form_page(request, form, title="Add an initiative", label="Add", back=reverse("initiatives:list"))


@requires(Permission.KEEP_PLANS)
@editing
def edit_initiative(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is said of an initiative."""
    found = get_object_or_404(queries.initiatives_seen_by(request.user).standing(), pk=pk)
    form = InitiativeForm(posted(request), by=request.user, initial=_values(found))
    if form.is_valid() and call(
        form, operations.save_initiative, by=request.user, at=timezone.now(), initiative_id=pk,
        version=seen_version(request), **form.facts,
    ):  # fmt: skip
        messages.success(request, "The initiative is changed. Its history keeps what it was.")
        return redirect("initiatives:initiative", pk)
    back = reverse("initiatives:initiative", args=(pk,))
    return form_page(request, form, title=f"Change {found}", label="Save changes", back=back, row=found)


def _values(found: Any) -> dict[str, Any]:
    values = {name: getattr(found, name) for name in InitiativeForm.base_fields if hasattr(found, name)}
    return values | {
        "where": FORCE if found.is_force_wide else AREAS,
        "areas": [place.area_id for place in found.shown_places],
    }


@requires(Permission.KEEP_PLANS)
@editing
def withdraw_initiative(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back an initiative that was recorded by mistake."""
    found = get_object_or_404(queries.initiatives_seen_by(request.user).standing(), pk=pk)
    form = WithdrawInitiativeForm(posted(request))
    if form.is_valid() and call(
        form, operations.withdraw_initiative, by=request.user, initiative_id=pk, **form.cleaned_data
    ):
        messages.success(request, f"{found} is withdrawn.")
        return redirect("initiatives:initiative", pk)
    return confirm_page(
        request,
        form,
        title=f"Withdraw {found}",
        text="It leaves every list and chart. Do this to what was recorded by mistake; what was given up is stopped.",
        label="Withdraw",
        back=reverse("initiatives:initiative", args=(pk,)),
    )


@requires(Permission.VIEW_FIGURES)
@require_safe
def published(request: SignedInRequest) -> HttpResponse:
    """The initiatives that may be published."""
    context = {
        "columns": presenters.PUBLISHED_COLUMNS,
        "rows": presenters.published_rows(queries.publishable(request.user)),
        "keeps": request.user.may(Permission.KEEP_PLANS),
    }
    return render(request, "initiatives/published.html", context)


@own_site_only
@requires(Permission.VIEW_FIGURES)
@require_safe
def published_file(request: SignedInRequest) -> HttpResponse:
    """The same as CSV."""
    content = published_csv.published_text(queries.publishable(request.user))
    return as_attachment(HttpResponse(content, content_type="text/csv; charset=utf-8"), "initiatives.csv")


def initiative_crumbs() -> list[dict[str, str]]:
    """The way to a page below the list of initiatives."""
    return [
        {"label": "Problem solving", "url": reverse("reports:plans")},
        {"label": "Initiatives", "url": reverse("initiatives:list")},
    ]
