"""What is put into a set: areas that continue, land of an analysis, and boundaries that somebody draws or uploads."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hotspot.core import wording
from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspots.analysis.queries import analyses_seen_by
from hotspots.area_sets import candidates, operations, presenters, queries
from hotspots.area_sets.forms import CandidateForm, ContinueForm, GroupsForm
from hotspots.area_sets.views import crumbs_of_sets, elsewhere, page_of_set, set_seen_by
from hotspots.areas import drawings
from hotspots.areas.boundaries import check_boundary
from hotspots.areas.queries import outlines_seen_by, places_within
from hotspots.areas.views import degrees_around, drawing_form
from hotspots.models import AreaSet, AreaSetMember
from hotspots.pages.views import confirm_page, editing, form_page, posted


@requires(Permission.PROPOSE_AREAS)
@editing
def continue_areas(request: SignedInRequest, pk: int) -> HttpResponse:
    """Select the areas of before that continue."""
    found = set_seen_by(request, pk)
    if away := elsewhere(request, found, AreaSet.State.DRAFT):
        return away
    form = ContinueForm(posted(request), area_set=found, by=request.user)
    if form.is_valid():
        added = call(form, operations.continue_areas, by=request.user, set_id=pk, areas=form.cleaned_data["areas"])
        if added:
            messages.success(request, f"{wording.plural(added, 'area')} added to the set.")
            return redirect("area_sets:area_set", pk)
    title = f"Areas that continue in {found}"
    return form_page(request, form, title=title, label="Add to the set", back=page_of_set(pk))


@requires(Permission.PROPOSE_AREAS)
@editing
def add_groups(request: SignedInRequest, pk: int, analysis_pk: int) -> HttpResponse:
    """Select groups of cells or other units of an analysis as new areas."""
    found = set_seen_by(request, pk)
    if away := elsewhere(request, found, AreaSet.State.DRAFT):
        return away
    analysis = get_object_or_404(analyses_seen_by(request.user).exclude(result={}), pk=analysis_pk)
    form = GroupsForm(posted(request), analysis=analysis)
    if form.is_valid():
        members = queries.members_of(found)
        ending = queries.changes_of(found, members).ending
        new = candidates.candidates_of(analysis, form.chosen, members=members, ending=ending)
        if call(form, operations.add_candidates, by=request.user, set_id=pk, candidates=new):
            text = (
                f"{wording.plural(len(new), 'new area')} added. Check their names, towns and what they are made from."
            )
            messages.success(request, text)
            return redirect("area_sets:area_set", pk)
    return form_page(
        request,
        form,
        title="Add land of an analysis",
        label="Add to the set",
        back=page_of_set(pk),
        caption=analysis.name,
    )


@requires(Permission.PROPOSE_AREAS)
@editing
def add_candidate(request: SignedInRequest, pk: int) -> HttpResponse:
    """A new area with a boundary of one's own."""
    found = set_seen_by(request, pk)
    if away := elsewhere(request, found, AreaSet.State.DRAFT):
        return away
    form = CandidateForm(posted(request), request.FILES or None, area_set=found, by=request.user)
    if form.is_valid() and form.boundary is not None:
        boundary = form.boundary.geometry
        saved = call(form, operations.add_candidate, by=request.user, set_id=pk, boundary=boundary, **form.facts)
        if saved:
            messages.success(request, f"{saved} is added to the set.")
            return redirect("area_sets:member", saved.pk)
    title = "Add a new area to the set"
    return drawing_form(request, form, title=title, label="Save area", back=page_of_set(pk), caption=found.name)


@requires(Permission.VIEW_INCIDENTS)
@require_safe
def member(request: SignedInRequest, pk: int) -> HttpResponse:
    """One area of a set as it is known so far."""
    found = _member(request, pk)
    siblings = queries.members_of(found.area_set)
    boundary = check_boundary(queries.boundary_of(found))
    around = [queries.boundary_of(each) for each in siblings if each.pk != pk]
    sees_targets = request.user.may(Permission.VIEW_FUNDING)
    origin = presenters.origins_in_words(siblings)[pk]
    context = {
        "member": found,
        "rows": presenters.member_facts(found, origin, sees_targets=sees_targets),
        "drawing": drawings.drawing(
            str(found),
            boundary,
            around,
            outlines_seen_by(request.user),
            places=places_within(request.user, degrees_around(boundary)),
        ),
        "edits": request.user.may(Permission.PROPOSE_AREAS) and found.area_set.is_draft,
        "crumbs": _crumbs(request, found.area_set),
    }
    return render(request, "area_sets/member.html", context)


@requires(Permission.PROPOSE_AREAS)
@editing
def edit_candidate(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is said about a new area, and its boundary."""
    found = _candidate(request, pk)
    if away := elsewhere(request, found.area_set, AreaSet.State.DRAFT):
        return away
    form = CandidateForm(
        posted(request), request.FILES or None, initial=_initial(found), area_set=found.area_set, by=request.user
    )
    if form.is_valid() and form.boundary is not None:
        boundary = form.boundary.geometry
        if call(form, operations.change_candidate, by=request.user, member_id=pk, boundary=boundary, **form.facts):
            messages.success(request, "The new area is changed.")
            return redirect("area_sets:member", pk)
    back = reverse("area_sets:member", args=(pk,))
    return drawing_form(request, form, title=f"Change {found}", label="Save changes", back=back)


def _initial(found: AreaSetMember) -> dict[str, Any]:
    return found.facts | {
        "origins": [origin.area_id for origin in found.origins.all()],
        "text": json.dumps(found.boundary),
    }


@requires(Permission.PROPOSE_AREAS)
@editing
def remove_member(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an area out of a draft."""
    found = _member(request, pk)
    if away := elsewhere(request, found.area_set, AreaSet.State.DRAFT):
        return away
    form = Form(posted(request))
    if form.is_valid() and call(form, operations.remove_member, by=request.user, member_id=pk):
        messages.success(request, f"{found} is removed from the set.")
        return redirect("area_sets:area_set", found.area_set_id)
    text = "The new area and its boundary are gone." if found.is_new else "The area stays; it is not in this set."
    back = reverse("area_sets:member", args=(pk,))
    return confirm_page(request, form, title=f"Remove {found}", text=text, label="Remove from the set", back=back)


def _member(request: SignedInRequest, pk: int) -> AreaSetMember:
    sets = AreaSet.objects.visible_to(request.user)
    members = AreaSetMember.objects.filter(area_set__in=sets).select_related("area_set", "area__district", "district")
    return get_object_or_404(members, pk=pk)


def _candidate(request: SignedInRequest, pk: int) -> AreaSetMember:
    found = _member(request, pk)
    if not found.is_new:
        raise Http404
    return found


def _crumbs(request: SignedInRequest, found: AreaSet) -> list[dict[str, str]]:
    return crumbs_of_sets(request, (found.name, page_of_set(found.pk)))
