"""Pages of analyses: the list of them, a new one, and what came of one."""

import json
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_safe
from shapely import total_bounds
from shapely.geometry import shape

from hotspot.core.jobs import tasks
from hotspot.core.models import User
from hotspot.core.pages.access import SignedInRequest, call, form_status, own_site_only, page_of, requires
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import as_attachment
from hotspots.analysis import (
    algorithm_record,
    answer_tables,
    area_counts,
    area_presenters,
    drawings,
    groups,
    operations,
    presenters,
    queries,
    record_pdf,
)
from hotspots.analysis.forms import AnalysisForm
from hotspots.analysis.unit_words import words_for
from hotspots.analysis.units import UnitShapes
from hotspots.areas.forms import NewAreaForm
from hotspots.areas.presenters import AREA_COLUMNS, area_rows
from hotspots.areas.queries import places_within
from hotspots.areas.views import drawing_form
from hotspots.incidents import queries as incident_queries
from hotspots.incidents.presenters import breaks_in_words
from hotspots.incidents.views import dataset_of, police_data_crumbs
from hotspots.initiatives import presenters as initiatives_presenters
from hotspots.initiatives.queries import in_place_for
from hotspots.models import District, HotspotAnalysis, HotspotArea
from hotspots.pages import paging
from hotspots.pages.views import crumbs, editing, posted, this_day

ANALYSES_A_PAGE = 50


@requires(Permission.VIEW_INCIDENTS)
@require_safe
def analyses(request: SignedInRequest) -> HttpResponse:
    """All analyses, newest first."""
    page = page_of(request, queries.analyses_seen_by(request.user), size=ANALYSES_A_PAGE)
    context = {
        "columns": presenters.LIST_COLUMNS,
        "rows": presenters.list_rows(page),
        "analyses": request.user.may(Permission.ANALYSE_INCIDENTS),
        "crumbs": police_data_crumbs(request),
        **paging.pagination(page, request.GET),
    }
    return render(request, "analyses/list.html", context)


@requires(Permission.ANALYSE_INCIDENTS)
@editing
def new_analysis(request: SignedInRequest) -> HttpResponse:
    """Ask for an analysis."""
    months = queries.months_loaded(request.user)
    if months is None:
        return redirect("incidents:months")
    datasets = incident_queries.datasets_seen_by(request.user)
    usual = queries.months_loaded(request.user, datasets[0])
    form = AnalysisForm(posted(request), by=request.user, months=months, usual=usual or months, datasets=datasets)
    if form.is_valid():
        asked = call(
            form, operations.begin_analysis, by=request.user, at=timezone.now(), page=_page, **form.cleaned_data
        )
        if asked is not None and asked.job is not None:
            tasks.notify_worker(asked.job)
            return redirect("analyses:analysis", asked.pk)
    context = {"form": form, "crumbs": police_data_crumbs(request, ("Analyses", reverse("analyses:list")))}
    return render(request, "analyses/new.html", context, status=form_status(form))


def _page(pk: int) -> str:
    return reverse("analyses:analysis", args=(pk,))


@requires(Permission.VIEW_INCIDENTS)
@require_safe
def analysis(request: SignedInRequest, pk: int) -> HttpResponse:
    """What an analysis asked, and what came of it."""
    found = get_object_or_404(queries.analyses_seen_by(request.user), pk=pk)
    context: dict[str, Any] = {
        "analysis": found,
        "job": found.job,
        "asked": presenters.asked(found),
        "analyses": request.user.may(Permission.ANALYSE_INCIDENTS),
        "crumbs": police_data_crumbs(request, ("Analyses", reverse("analyses:list"))),
    }
    if found.result:
        context |= _answer(request, found)
    return render(request, "analyses/analysis.html", context)


@requires(Permission.VIEW_INCIDENTS)
@require_safe
def record(request: SignedInRequest, pk: int) -> HttpResponse:
    """The algorithm record of an analysis that has its answer."""
    found = _answered(request, pk)
    above = (("Analyses", reverse("analyses:list")), (found.name, reverse("analyses:analysis", args=(pk,))))
    context = {
        "analysis": found,
        "about": algorithm_record.ABOUT,
        "sections": algorithm_record.sections(found, queries.approvals_of(found, request.user)),
        "crumbs": police_data_crumbs(request, *above),
    }
    return render(request, "analyses/record.html", context)


@own_site_only
@requires(Permission.VIEW_INCIDENTS)
@require_safe
def record_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """The algorithm record and the equality note as PDF."""
    found = _answered(request, pk)
    content = record_pdf.record_pdf(found, queries.approvals_of(found, request.user))
    return as_attachment(HttpResponse(content, content_type="application/pdf"), f"algorithm-record-{pk}.pdf")


def _answered(request: SignedInRequest, pk: int) -> HotspotAnalysis:
    return get_object_or_404(queries.analyses_seen_by(request.user).exclude(result={}), pk=pk)


@own_site_only
@requires(Permission.VIEW_INCIDENTS)
@require_safe
def groups_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """The groups of units as a GeoJSON file, for maps and for a look at the streets."""
    found = _answered(request, pk)
    features = [
        {"type": "Feature", "geometry": group.boundary, "properties": group.properties}
        for group in groups.groups_of(found)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features})
    return as_attachment(HttpResponse(content, content_type="application/geo+json"), f"analysis-{pk}-groups.geojson")


@requires(Permission.MANAGE)
@require_safe
def add_group(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """The form of a new hotspot area, filled in with a group of units: sent to where all new areas are."""
    found = _answered(request, pk)
    group = next((each for each in groups.groups_of(found) if each.number == number), None)
    if group is None:
        raise Http404
    district = District.objects.visible_to(request.user).filter(name=group.district).first()
    form = NewAreaForm(
        by=request.user,
        initial={
            "name": group.name,
            "district": district,
            "kind": area_presenters.kind_of_area(found),
            "reason": area_presenters.reason_for(found, group),
            "text": json.dumps(group.boundary),
            "analysis": found.pk,
        },
    )
    back = reverse("analyses:analysis", args=(pk,))
    return drawing_form(
        request,
        form,
        title="Add a hotspot area",
        back=back,
        action=reverse("hotspots:add_area"),
    )


@requires(Permission.VIEW_INCIDENTS)
@require_safe
def area_incidents(request: SignedInRequest, pk: int) -> HttpResponse:
    """The recorded incidents in one hotspot area, month by month."""
    area = get_object_or_404(HotspotArea.objects.visible_to(request.user).with_district(), pk=pk)
    dataset, links = dataset_of(request)
    months = area_counts.months_of(area, request.user, dataset)
    above = (("Areas", reverse("hotspots:areas")), (area.name, reverse("hotspots:area", args=(pk,))))
    context = {
        "area": area,
        "datasets": links,
        "is_snapped": dataset.is_snapped,
        "breaks": breaks_in_words(incident_queries.breaks_seen_by(request.user, dataset)),
        "columns": area_presenters.area_columns(area),
        "rows": area_presenters.area_rows(months),
        "search_columns": area_presenters.SEARCH_COLUMNS,
        "events": initiatives_presenters.event_lines(in_place_for(request.user, [pk])),
        "searches": area_presenters.search_rows(area_counts.searches_of(area, request.user)),
        "crumbs": crumbs(request, *above),
        **_comparison(area, months),
    }
    return render(request, "analyses/area.html", context)


def _comparison(area: HotspotArea, months: list[area_counts.AreaMonth]) -> dict[str, Any]:
    compared = area_counts.before_and_since(area, months)
    if not compared.since:
        return {}
    return {
        "compared": area_presenters.compared_months(compared),
        "comparison_columns": area_presenters.comparison_columns(area),
        "comparison": area_presenters.comparison_rows(compared, left_out=queries.police_generated()),
    }


def _places_of(user: User, outlines: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """The places that lie where these outlines do."""
    if not outlines:
        return []
    west, south, east, north = total_bounds([shape(each) for each in outlines])
    return places_within(user, (west, south, east, north))


def _answer(request: SignedInRequest, found: HotspotAnalysis) -> dict[str, Any]:
    result = found.result
    districts = District.objects.visible_to(request.user).filter(pk__in=result["district_ids"])
    outlines = [outline for outline in districts.values_list("outline", flat=True) if outline]
    return {
        "summary": presenters.summary(found),
        "warnings": presenters.warnings(found),
        "map": drawings.draw_units(UnitShapes(found), outlines, _places_of(request.user, outlines)),
        "units": words_for(found),
        "counted": presenters.counted(result),
        "curve": drawings.draw_curve(result["curve"]),
        "groups_caption": f"{capfirst(words_for(found).many)} side by side, which could be areas",
        "groups": area_presenters.group_rows(found, manages=request.user.may(Permission.MANAGE)),
        "group_columns": area_presenters.group_columns(found, manages=request.user.may(Permission.MANAGE)),
        "drafts": queries.drafts_seen_by(request.user) if request.user.may(Permission.PROPOSE_AREAS) else [],
        "areas": area_rows(queries.areas_chosen_by(found, request.user), day=this_day()),
        "area_columns": AREA_COLUMNS,
        "tables": answer_tables.tables(found),
    }
