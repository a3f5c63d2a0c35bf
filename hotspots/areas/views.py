"""Hotspot areas: read by everybody, drawn and retired by administrators."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from shapely import from_geojson
from shapely.geometry import shape

from hotspot.core import wording
from hotspot.core.history import versions_of
from hotspot.core.models import User
from hotspot.core.pages.access import SignedInRequest, call, page_of, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspots import queries as hotspots_queries
from hotspots.areas import boundaries, drawings, operations, overlaps, sizes
from hotspots.areas import presenters as areas_presenters
from hotspots.areas import queries as areas_queries
from hotspots.areas import surroundings as areas_surroundings
from hotspots.areas.filters import AreaFilter
from hotspots.areas.forms import AreaForm, BoundaryForm, NewAreaForm, RetireForm
from hotspots.areas.repair import InvalidBoundary
from hotspots.initiatives import presenters as initiatives_presenters
from hotspots.initiatives import queries as initiatives_queries
from hotspots.models import HotspotArea
from hotspots.pages import paging, timeline
from hotspots.pages.views import confirm_page, crumbs, editing, form_page, posted, seen_version, this_day
from hotspots.targets import presenters as targets_presenters

NOT_KEPT = ("csrfmiddlewaretoken", "step")


@requires(Permission.VIEW_REFERENCE)
@require_safe
def areas(request: SignedInRequest) -> HttpResponse:
    """The areas this person may see, narrowed by the filters in the address."""
    filters = AreaFilter(request.GET, by=request.user)
    day = this_day()
    page = page_of(request, filters.apply(hotspots_queries.areas_seen_by(request.user), day=day))
    context = {
        "form": filters,
        "tags": filters.tags(request.GET),
        "caption": wording.plural(page.paginator.count, "area"),
        "columns": areas_presenters.AREA_COLUMNS,
        "rows": areas_presenters.area_rows(page, day=day),
        "crumbs": crumbs(request),
        **paging.pagination(page, request.GET),
    }
    return render(request, "hotspots/areas.html", context)


@requires(Permission.VIEW_REFERENCE)
@require_safe
def area(request: SignedInRequest, pk: int) -> HttpResponse:
    """One area: its facts, its boundary, its targets for those who may see them, and its history."""
    found = _area(request, pk)
    manages = request.user.may(Permission.MANAGE)
    boundary = boundaries.check_boundary(found.boundary)
    sees_targets = request.user.may(Permission.VIEW_FUNDING)
    day = this_day()
    context = {
        "area": found,
        "analysis": areas_queries.analysis_of(found, request.user),
        "state": areas_presenters.area_state(found, day=day),
        "rows": areas_presenters.area_facts(found, boundary, day=day, manages=manages),
        **_area_drawings(found, boundary, request.user),
        "sees_targets": sees_targets,
        "targets": targets_presenters.target_history(found.targets.all(), manages=manages) if sees_targets else [],
        "target_columns": targets_presenters.area_target_columns(manages=manages),
        "memberships": areas_presenters.membership_rows(areas_queries.memberships_of(found, request.user), day=day),
        "membership_columns": areas_presenters.MEMBERSHIP_COLUMNS,
        "made_from": areas_queries.made_from(found, request.user),
        "became": areas_queries.became(found, request.user),
        **_initiatives(found, request.user),
        "items": timeline.timeline(versions_of(found)),
        "crumbs": crumbs(request, ("Areas", reverse("hotspots:areas"))),
        "manages": manages,
    }
    return render(request, "hotspots/area.html", context)


@requires(Permission.PROPOSE_AREAS)
@require_safe
def surroundings(request: SignedInRequest) -> HttpResponse:
    """What lies around a boundary that is drawn, for the map: see `surroundings.around`."""
    found = areas_surroundings.around(request.user, without=request.GET.get("without", ""), day=this_day())
    return JsonResponse(found)


@requires(Permission.MANAGE)
@editing
def add_area(request: SignedInRequest) -> HttpResponse:
    """A new area: its facts and boundary, then a look at what was understood, then saved."""
    form = NewAreaForm(posted(request), request.FILES or None, by=request.user)
    step = request.POST.get("step")
    if form.is_valid() and step != "change":
        if step != "save":
            rows = areas_presenters.new_area_facts(form.facts)
            days = (form.facts["first_day"], None)
            return _check_page(request, form, days=days, title="Check the new area", label="Add area", rows=rows)
        saved = call(form, operations.add_area, by=request.user, boundary=_geometry(form), **form.facts)
        if saved:
            messages.success(request, f"{saved} is added.")
            return redirect("hotspots:area", saved.pk)
    return drawing_form(request, form, title="Add a hotspot area", back=reverse("hotspots:areas"))


@requires(Permission.MANAGE)
@editing
def redraw_area(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another boundary for an area: sent, looked at, then saved."""
    found = _area(request, pk)
    initial = {"text": boundaries.check_boundary(found.boundary).as_text}
    form = BoundaryForm(posted(request), request.FILES or None, initial=initial)
    step = request.POST.get("step")
    if form.is_valid() and step != "change":
        if step != "save":
            title = f"Check the new boundary of {found}"
            days = (found.first_day, found.last_day)
            return _check_page(request, form, days=days, area=found, title=title, label="Save boundary")
        if call(form, operations.redraw_area, by=request.user, area_id=pk, boundary=_geometry(form)):
            messages.success(request, "The boundary is changed.")
            return redirect("hotspots:area", pk)
    back = reverse("hotspots:area", args=(pk,))
    return drawing_form(request, form, title=f"Redraw {found}", back=back, area=found)


@requires(Permission.MANAGE)
@editing
def edit_area(request: SignedInRequest, pk: int) -> HttpResponse:
    """An area's name, town, district, kind, first day or place."""
    found = _area(request, pk)
    initial = {name: getattr(found, name) for name in AreaForm.base_fields}
    form = AreaForm(posted(request), initial=initial, by=request.user)
    if form.is_valid() and call(
        form, operations.change_area, by=request.user, area_id=pk, version=seen_version(request), **form.cleaned_data
    ):
        messages.success(request, "The area is changed. Its history keeps what it was.")
        return redirect("hotspots:area", pk)
    back = reverse("hotspots:area", args=(pk,))
    return form_page(request, form, title=f"Change {found}", label="Save changes", back=back, row=found)


@requires(Permission.MANAGE)
@editing
def retire_area(request: SignedInRequest, pk: int) -> HttpResponse:
    """The last active day of an area."""
    found = _area(request, pk)
    form = RetireForm(posted(request), initial={"last_day": found.last_day})
    if form.is_valid() and call(form, operations.retire_area, by=request.user, area_id=pk, **form.cleaned_data):
        messages.success(request, f"{found}'s last active day is {wording.day(form.cleaned_data['last_day'])}.")
        return redirect("hotspots:area", pk)
    return confirm_page(
        request,
        form,
        title=f"Retire {found}",
        text="Supervisors are no longer offered this area for later nights. Its shifts, figures and history stay.",
        label="Retire area",
        back=reverse("hotspots:area", args=(pk,)),
    )


@requires(Permission.MANAGE)
@editing
def reopen_area(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the last day away again."""
    found = _area(request, pk)
    form = Form(posted(request))
    if form.is_valid() and call(form, operations.reopen_area, by=request.user, area_id=pk):
        messages.success(request, f"{found} is active again, with no last day.")
        return redirect("hotspots:area", pk)
    return confirm_page(
        request,
        form,
        title=f"Reopen {found}",
        text="Supervisors are offered this area again. It counts as active for the time in between too.",
        label="Reopen area",
        back=reverse("hotspots:area", args=(pk,)),
    )


def _area(request: SignedInRequest, pk: int) -> HotspotArea:
    return get_object_or_404(HotspotArea.objects.visible_to(request.user).with_district(), pk=pk)


def _geometry(form: BoundaryForm) -> dict[str, Any]:
    assert form.boundary is not None  # noqa: S101 - the form is valid
    return form.boundary.geometry


def drawing_form(
    request: SignedInRequest,
    form: BoundaryForm,
    *,
    title: str,
    back: str,
    label: str = "Continue",
    area: HotspotArea | None = None,
    **context: Any,
) -> HttpResponse:
    """The page of a form with a boundary, and a map to draw it on. `area` is the one that is redrawn.

    A boundary that was sent and is not valid is drawn, with the place where it is not.
    """
    form.show_on_map(reverse("hotspots:surroundings") + (f"?without={area.pk}" if area else ""))
    fault = None
    if isinstance(form.refusal, InvalidBoundary):
        fault = drawings.drawing_of_fault(form.refusal, areas_queries.outlines_seen_by(request.user))
    context |= {"has_file": True, "template": "hotspots/draw_area.html", "fault": fault}
    return form_page(request, form, title=title, label=label, back=back, **context)


def _check_page(
    request: SignedInRequest,
    form: BoundaryForm,
    *,
    days: tuple[date, date | None],
    area: HotspotArea | None = None,
    **context: Any,
) -> HttpResponse:
    """What was understood, before it is saved. Carries all that was sent along, the boundary as it will be stored.

    `days` are those on which the boundary will be in force: areas that it then overlaps are shown, but for the `area`
    that it is of.
    """
    assert form.boundary is not None  # noqa: S101 - the form is valid
    sent = {name: value for name, value in request.POST.items() if name not in NOT_KEPT}
    others = areas_queries.active_between(request.user, *days).exclude(pk__in=[area.pk] if area else [])
    found = overlaps.find_overlaps(form.boundary, others)
    context |= {
        "kept": list((sent | form.carried).items()),
        "size": sizes.size_in_words(form.boundary),
        "vertices": form.boundary.vertices,
        "notes": areas_presenters.boundary_notes(form.boundary),
        "columns": areas_presenters.OVERLAP_COLUMNS,
        "overlaps": areas_presenters.overlap_rows(found, day=this_day()),
        "drawing": drawings.drawing(
            "the new area",
            form.boundary,
            [other.area.boundary for other in found],
            areas_queries.outlines_seen_by(request.user),
            places=areas_queries.places_within(request.user, degrees_around(form.boundary)),
            overlaps=[other.shape for other in found],
        ),
    }
    return render(request, "hotspots/check_boundary.html", context)


def _area_drawings(area: HotspotArea, boundary: boundaries.Boundary, user: User) -> dict[str, Any]:
    """An area from close by, and where it lies in its district if that has an outline."""
    around = [other.boundary for other in areas_queries.neighbours(area, user)]
    places = areas_queries.places_within(user, degrees_around(boundary))
    outlines = areas_queries.outlines_seen_by(user)
    outline = areas_queries.outline_of(area.district, user)
    return {
        "drawing": drawings.drawing(area.name, boundary, around, outlines, places=places),
        "in_district": outline and _in_district(area, boundary, outline, user),
    }


def _initiatives(area: HotspotArea, user: User) -> dict[str, Any]:
    found = initiatives_queries.initiatives_in(area, user)
    return {
        "initiatives": initiatives_presenters.short_rows(found),
        "initiative_columns": initiatives_presenters.SHORT_COLUMNS,
    }


def _in_district(area: HotspotArea, boundary: boundaries.Boundary, outline: str, user: User) -> drawings.Drawing:
    town = [other.boundary for other in areas_queries.of_one_town(area, user)]
    bounds = drawings.Square.around(from_geojson(outline)).degrees
    places = areas_queries.places_within(user, bounds)
    return drawings.district_drawing(area.name, boundary, outline, town, places=places)


def degrees_around(boundary: boundaries.Boundary) -> boundaries.Bounds:
    """The land that a drawing of the boundary shows: west, south, east and north, in degrees."""
    return drawings.Square.around(shape(boundary.geometry)).degrees
