"""Programmes and what pays for their shifts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hotspot.core.history import versions_of
from hotspot.core.pages.access import SignedInRequest, call, page_of, requires
from hotspot.core.permissions import Permission
from hotspots.models import FundingStream, Programme
from hotspots.pages import paging, timeline
from hotspots.pages.views import crumbs, editing, form_page, posted, seen_version, this_day
from hotspots.programmes import operations, presenters
from hotspots.programmes.forms import ProgrammeForm, StreamForm


@requires(Permission.VIEW_REFERENCE)
@require_safe
def programmes(request: SignedInRequest) -> HttpResponse:
    """All programmes, newest first."""
    page = page_of(request, Programme.objects.visible_to(request.user))
    context = {
        "columns": presenters.PROGRAMME_COLUMNS,
        "rows": presenters.programme_rows(page, day=this_day()),
        "crumbs": crumbs(request),
        **paging.pagination(page, request.GET),
    }
    return render(request, "hotspots/programmes.html", context)


@requires(Permission.VIEW_REFERENCE)
@require_safe
def programme(request: SignedInRequest, pk: int) -> HttpResponse:
    """One programme, its funding for those who may see it, and its history."""
    found = get_object_or_404(Programme.objects.visible_to(request.user).prefetch_related("funding_streams"), pk=pk)
    manages = request.user.may(Permission.MANAGE)
    overlapping = Programme.objects.visible_to(request.user).overlapping(found.period).exclude(pk=pk).by_precedence()
    context = {
        "programme": found,
        "rows": presenters.programme_facts(found, overlapping=overlapping, day=this_day()),
        "items": timeline.timeline(versions_of(found)),
        "crumbs": crumbs(request, ("Programmes", reverse("hotspots:programmes"))),
        "manages": manages,
        "sees_funding": request.user.may(Permission.VIEW_FUNDING),
    }
    context |= presenters.stream_table(found, manages=manages)
    return render(request, "hotspots/programme.html", context)


@requires(Permission.MANAGE)
@editing
def add_programme(request: SignedInRequest) -> HttpResponse:
    """A new programme."""
    form = ProgrammeForm(posted(request))
    if form.is_valid() and (saved := call(form, operations.save_programme, by=request.user, **form.facts)):
        messages.success(request, f"{saved} is added. Now add what pays for its patrols.")
        return redirect("hotspots:programme", saved.pk)
    form.drop_question()
    return form_page(request, form, title="Add a programme", label="Add programme", back=reverse("hotspots:programmes"))


@requires(Permission.MANAGE)
@editing
def edit_programme(request: SignedInRequest, pk: int) -> HttpResponse:
    """A programme's name, dates or grant."""
    found = get_object_or_404(Programme.objects.visible_to(request.user), pk=pk)
    initial = {
        "name": found.name,
        "first_day": found.first_day,
        "last_day": found.last_day,
        "grant": found.grant_pence,
        "smallest_shown": found.smallest_shown,
        "is_default": found.is_default,
    }
    form = ProgrammeForm(posted(request), initial=initial)
    if form.is_valid() and call(
        form,
        operations.save_programme,
        by=request.user,
        programme_id=pk,
        version=seen_version(request),
        **form.facts,
    ):
        messages.success(request, "The programme is changed.")
        return redirect("hotspots:programme", pk)
    form.drop_question()
    back = reverse("hotspots:programme", args=(pk,))
    return form_page(request, form, title=f"Change {found}", label="Save changes", back=back, row=found)


@requires(Permission.MANAGE)
@editing
def add_stream(request: SignedInRequest, pk: int) -> HttpResponse:
    """A new funding stream of a programme."""
    found = get_object_or_404(Programme.objects.visible_to(request.user), pk=pk)
    is_first = not found.funding_streams.exists()
    form = StreamForm(posted(request), kind_is_fixed=False, initial={"is_default": is_first})
    if form.is_valid():
        saved = call(form, operations.save_stream, by=request.user, programme_id=pk, **form.facts)
        if saved:
            messages.success(request, f"{saved} is added.")
            return redirect("hotspots:programme", pk)
    back = reverse("hotspots:programme", args=(pk,))
    return form_page(
        request, form, title="Add a funding stream", label="Add funding stream", back=back, caption=found.name
    )


@requires(Permission.MANAGE)
@editing
def edit_stream(request: SignedInRequest, pk: int) -> HttpResponse:
    """A funding stream's name, budget, or whether new shifts use it."""
    streams = FundingStream.objects.visible_to(request.user).select_related("programme")
    found = get_object_or_404(streams, pk=pk)
    initial = {
        "name": found.name,
        "kind": found.kind,
        "budget": found.budget_pence,
        "is_default": found.is_default,
    }
    form = StreamForm(posted(request), kind_is_fixed=True, initial=initial)
    if form.is_valid() and call(
        form, operations.save_stream, by=request.user, stream_id=pk, version=seen_version(request), **form.facts
    ):
        messages.success(request, "The funding stream is changed.")
        return redirect("hotspots:programme", found.programme_id)
    back = reverse("hotspots:programme", args=(found.programme_id,))
    return form_page(
        request,
        form,
        title=f"Change {found}",
        label="Save changes",
        back=back,
        row=found,
        caption=found.programme.name,
        delete_url=reverse("hotspots:delete_stream", args=(pk,)),
        delete_label="Delete this funding stream",
    )
