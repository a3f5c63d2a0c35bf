"""Sets of areas: the list, one set, its dates and targets, and its way from draft to approval."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.history import version_of, versions_of
from hotspot.core.pages.access import SignedInRequest, call, page_of, refusal_status, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspots.analysis.queries import analyses_seen_by
from hotspots.area_sets import drawings, operations, presenters, queries
from hotspots.area_sets.forms import AreaSetForm, ReturnForm
from hotspots.areas.presenters import set_state
from hotspots.areas.queries import outlines_seen_by, places_within
from hotspots.models import AreaSet
from hotspots.pages import paging, timeline
from hotspots.pages.views import confirm_page, crumbs, editing, form_page, posted, seen_version, this_day
from hotspots.power.presenters import power_in_words
from hotspots.targets.forms import TargetsForm

ANALYSES_OFFERED = 20


@requires(Permission.VIEW_REFERENCE)
@require_safe
def area_sets(request: SignedInRequest) -> HttpResponse:
    """The sets this person may see."""
    page = page_of(request, queries.sets_seen_by(request.user))
    context = {
        "columns": presenters.LIST_COLUMNS,
        "rows": presenters.list_rows(page, day=this_day()),
        "proposes": request.user.may(Permission.PROPOSE_AREAS),
        "crumbs": crumbs(request, ("Areas", reverse("hotspots:areas"))),
        **paging.pagination(page, request.GET),
    }
    return render(request, "area_sets/list.html", context)


@requires(Permission.VIEW_REFERENCE)
@require_safe
def area_set(request: SignedInRequest, pk: int) -> HttpResponse:
    """One set: its dates, a map, its areas with their targets, why they were chosen, and its history."""
    found = set_seen_by(request, pk)
    members = queries.members_seen_by(found, request.user)
    sees_targets = request.user.may(Permission.VIEW_FUNDING)
    ending = _ending(request, found)
    told = queries.powers_of(request.user, members)
    context = {
        "area_set": found,
        "state": set_state(found, day=this_day()),
        "rows": presenters.set_facts(found, sees_people=request.user.may(Permission.VIEW_INCIDENTS)),
        "map": drawings.draw_set(members, ending, outlines_seen_by(request.user), partial(places_within, request.user)),
        "overlaps": presenters.overlaps_in_words(members),
        "columns": presenters.member_columns(sees_targets=sees_targets, powers=told),
        "members": presenters.member_rows(members, sees_targets=sees_targets, powers=told),
        "power": power_in_words(told) if told else "",
        "foot": presenters.member_foot(members, told) if sees_targets and members else None,
        "own_districts": request.user.has_own_districts,
        "ending": ending,
        "reasons": presenters.reasons(members),
        "items": timeline.timeline(versions_of(found)) if request.user.may(Permission.VIEW_INCIDENTS) else [],
        "crumbs": crumbs_of_sets(request),
        **_actions(request, found),
    }
    return render(request, "area_sets/area_set.html", context)


def _actions(request: SignedInRequest, found: AreaSet) -> dict[str, Any]:
    """What this person can do to a set in its state."""
    proposes = request.user.may(Permission.PROPOSE_AREAS)
    proposed = found.state == AreaSet.State.PROPOSED
    own = found.proposed_by_id == request.user.pk
    edits = proposes and found.is_draft
    analyses = analyses_seen_by(request.user).exclude(result={}).defer("result")
    return {
        "edits": edits,
        "analyses": analyses[:ANALYSES_OFFERED] if edits else [],
        "decides": proposed and request.user.may(Permission.MANAGE) and not own,
        "takes_back": proposed and proposes and own,
    }


@requires(Permission.PROPOSE_AREAS)
@editing
def add_set(request: SignedInRequest) -> HttpResponse:
    """A new draft. The set that is in force is what it replaces unless its person says otherwise."""
    current = queries.replaceable_by(None).order_by("-first_day").first()
    form = AreaSetForm(posted(request), initial={"replaces": current})
    if form.is_valid():
        saved = call(form, operations.save_set, by=request.user, **form.cleaned_data)
        if saved:
            messages.success(request, f"{saved} is a draft. Now add its areas.")
            return redirect("area_sets:area_set", saved.pk)
    return form_page(request, form, title="Draw up a set of areas", label="Save draft", back=reverse("area_sets:list"))


@requires(Permission.PROPOSE_AREAS)
@editing
def edit_set(request: SignedInRequest, pk: int) -> HttpResponse:
    """The name and dates of a draft, what it replaces, and how its areas were chosen."""
    found = set_seen_by(request, pk)
    if away := elsewhere(request, found, AreaSet.State.DRAFT):
        return away
    form = AreaSetForm(posted(request), initial=_initial(found), of=found)
    version = seen_version(request)
    if form.is_valid() and call(
        form, operations.save_set, by=request.user, set_id=pk, version=version, **form.cleaned_data
    ):
        messages.success(request, "The set is changed.")
        return redirect("area_sets:area_set", pk)
    return form_page(request, form, title=f"Change {found}", label="Save changes", back=page_of_set(pk), row=found)


def _initial(found: AreaSet) -> dict[str, Any]:
    return {name: getattr(found, name) for name in AreaSetForm.base_fields}


@requires(Permission.PROPOSE_AREAS)
@editing
def delete_set(request: SignedInRequest, pk: int) -> HttpResponse:
    """Delete a draft."""
    found = set_seen_by(request, pk)
    if away := elsewhere(request, found, AreaSet.State.DRAFT):
        return away
    form = Form(posted(request))
    if form.is_valid() and call(form, operations.delete_set, by=request.user, set_id=pk):
        messages.success(request, f"{found} is deleted.")
        return redirect("area_sets:list")
    text = "The draft is deleted with its new areas. Areas that exist stay as they are."
    return confirm_page(request, form, title=f"Delete {found}", text=text, label="Delete draft", back=page_of_set(pk))


@requires(Permission.PROPOSE_AREAS)
@editing
def set_targets(request: SignedInRequest, pk: int) -> HttpResponse:
    """What each area of a draft is to be given a month."""
    found = set_seen_by(request, pk)
    if away := elsewhere(request, found, AreaSet.State.DRAFT):
        return away
    lines = presenters.target_lines(queries.members_seen_by(found, request.user))
    form = TargetsForm(posted(request), lines=lines)
    if form.is_valid() and call(form, operations.set_aims, by=request.user, set_id=pk, aims=form.aims):
        messages.success(request, "The targets are saved.")
        return redirect("area_sets:area_set", pk)
    context = {"form": form, "area_set": found, "back": page_of_set(pk)}
    return render(request, "area_sets/targets.html", context, status=refusal_status(form))


@requires(Permission.PROPOSE_AREAS)
@editing
def propose_set(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send a draft to the administrators."""
    found = set_seen_by(request, pk)
    if away := elsewhere(request, found, AreaSet.State.DRAFT):
        return away
    form = Form(posted(request))
    if form.is_valid() and call(form, operations.propose_set, by=request.user, at=timezone.now(), set_id=pk):
        messages.success(request, f"{found} waits for approval by an administrator.")
        return redirect("area_sets:area_set", pk)
    text = "An administrator looks at it and approves or returns it. Until then it cannot be changed."
    return confirm_page(
        request, form, title=f"Propose {found}", text=text, label="Propose set", back=page_of_set(pk), **_changes(found)
    )


@requires(Permission.PROPOSE_AREAS)
@editing
def take_back_set(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make one's own proposal a draft again."""
    found = set_seen_by(request, pk)
    if away := elsewhere(request, found, AreaSet.State.PROPOSED):
        return away
    form = Form(posted(request))
    if form.is_valid() and call(form, operations.take_back_set, by=request.user, set_id=pk):
        messages.success(request, f"{found} is a draft again.")
        return redirect("area_sets:area_set", pk)
    text = "The set becomes a draft again, which you can change and propose again."
    return confirm_page(request, form, title=f"Take back {found}", text=text, label="Take back", back=page_of_set(pk))


@requires(Permission.MANAGE)
@editing
def return_set(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send a proposal back with what has to be changed."""
    found = set_seen_by(request, pk)
    if away := elsewhere(request, found, AreaSet.State.PROPOSED):
        return away
    form = ReturnForm(posted(request))
    if form.is_valid() and call(form, operations.return_set, by=request.user, set_id=pk, **form.cleaned_data):
        messages.success(request, f"{found} is returned as a draft.")
        return redirect("area_sets:area_set", pk)
    return form_page(request, form, title=f"Return {found}", label="Return set", back=page_of_set(pk))


@requires(Permission.MANAGE)
@editing
def approve_set(request: SignedInRequest, pk: int) -> HttpResponse:
    """Approve a proposal, after a look at what becomes of each area."""
    found = set_seen_by(request, pk)
    if away := elsewhere(request, found, AreaSet.State.PROPOSED):
        return away
    form = Form(posted(request))
    version = seen_version(request)
    if form.is_valid() and call(
        form, operations.approve_set, by=request.user, at=timezone.now(), set_id=pk, version=version
    ):
        messages.success(request, f"{found} is approved.")
        return redirect("area_sets:area_set", pk)
    text = "Its areas and targets are created. An approved set cannot be changed, but a later one can replace it."
    return confirm_page(
        request,
        form,
        title=f"Approve {found}",
        text=text,
        label="Approve set",
        back=page_of_set(pk),
        version=version_of(found),
        **_changes(found),
    )


def _changes(found: AreaSet) -> dict[str, Any]:
    members = queries.members_of(found)
    rows = presenters.changes_in_words(found, queries.changes_of(found, members))
    overlaps = presenters.overlaps_in_words(members)
    return {"rows": [*rows, *([{"key": "Overlaps", "value": "\n".join(overlaps)}] if overlaps else [])]}


def _ending(request: SignedInRequest, found: AreaSet) -> list[Any]:
    if request.user.has_own_districts:
        return []
    return list(queries.changes_of(found, queries.members_of(found)).ending)


def elsewhere(request: SignedInRequest, found: AreaSet, state: AreaSet.State) -> HttpResponse | None:
    """A way to the page of a set that is in another state than a page is for; None where that one can be shown.

    What is sent goes to the operation, which refuses it and keeps what was entered.
    """
    if request.method == "POST" or found.state == state:
        return None
    messages.info(request, f"This set is in the state “{found.get_state_display().lower()}”, so that cannot be done.")
    return redirect("area_sets:area_set", found.pk)


def set_seen_by(request: SignedInRequest, pk: int) -> AreaSet:
    """The set of this id, if the person may see it; otherwise the page does not exist."""
    return get_object_or_404(AreaSet.objects.visible_to(request.user).select_related("replaces"), pk=pk)


def page_of_set(pk: int) -> str:
    """The address of the page of a set."""
    return reverse("area_sets:area_set", args=(pk,))


def crumbs_of_sets(request: SignedInRequest, *more: tuple[str, str]) -> list[dict[str, str]]:
    """The way to a page below the list of sets."""
    return crumbs(request, ("Areas", reverse("hotspots:areas")), ("Sets of areas", reverse("area_sets:list")), *more)
