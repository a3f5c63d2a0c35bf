"""Pages of scrutiny: the pack, its files, and searches and weapons in detail."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core import wording
from hotspot.core.calendar import today
from hotspot.core.pages.access import SignedInRequest, form_status, own_site_only, requires
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import as_attachment
from hotspots.queries import areas_seen_by, programmes_seen_by
from reports.days_form import DaysForm
from reports.figures.breakdowns import searches_by, weapons_by_kind
from reports.figures.page_criteria import no_programme
from reports.models import FrozenPack
from reports.scrutiny import presenters, search_presenters
from reports.scrutiny.files import FILES
from reports.scrutiny.packs import ScrutinyPack, chooses_days, make_pack


@requires(Permission.VIEW_SCRUTINY)
@require_safe
def scrutiny(request: SignedInRequest) -> HttpResponse:
    """The pack for community panels."""
    form = _form(request)
    if form is None:
        return no_programme(request)
    pack = _pack(request, form)
    context: dict[str, Any] = {
        "form": form,
        "sees_records": request.user.may(Permission.VIEW_DAILY_FIGURES),
        "loads": request.user.may(Permission.LOAD_INCIDENTS),
        "freezes": request.user.may(Permission.PREPARE_STATEMENT),
    }
    frozen = FrozenPack.objects.visible_to(request.user).select_related("programme", "frozen_by").defer("body")
    context |= {"frozen_columns": presenters.FROZEN_COLUMNS, "frozen_rows": presenters.frozen_rows(frozen)}
    if pack is not None:
        context |= {
            "pack": presenters.text_of(pack),
            "files": [
                (file.upper(), f"{reverse('reports:scrutiny_file', args=(file,))}?{request.GET.urlencode()}")
                for file in FILES
                if form_status(form) == HTTPStatus.OK
            ],
        }
    return render(request, "scrutiny/pack.html", context, status=form_status(form))


@own_site_only
@requires(Permission.VIEW_SCRUTINY)
@require_safe
def scrutiny_file(request: SignedInRequest, file: str) -> HttpResponse:
    """The pack as a file: pdf, xlsx or ods."""
    form = _form(request)
    # Days that make no sense are asked for again on the page: here they would become other days unnoticed.
    if form is None or file not in FILES or form_status(form) != HTTPStatus.OK:
        raise Http404
    pack = _pack(request, form)
    if pack is None:
        raise Http404
    make, content_type = FILES[file]
    period = pack.counts.period
    name = f"scrutiny-{period.first_day}-to-{period.last_day}.{file}"
    return as_attachment(HttpResponse(make(presenters.text_of(pack)), content_type=content_type), name)


def _form(request: SignedInRequest) -> DaysForm | None:
    programmes = programmes_seen_by(request.user)
    if not programmes:
        return None
    chooses = chooses_days(request.user)
    return DaysForm(request.GET or None, programmes=programmes, day=today(timezone.now()), chooses_days=chooses)


def _pack(request: SignedInRequest, form: DaysForm) -> ScrutinyPack | None:
    programme, period = form.programme_and_period()
    return make_pack(request.user, programme=programme, period=period, at=timezone.now())


@requires(Permission.VIEW_DAILY_FIGURES)
@require_safe
def searches(request: SignedInRequest) -> HttpResponse:
    """Stop searches by power and object with their find rates, and weapons by kind and by how they were found."""
    form = _form(request)
    if form is None:
        return no_programme(request)
    programme, period = form.programme_and_period()
    asked: dict[str, Any] = {
        "programme": programme,
        "period": period,
        "areas": [area.pk for area in areas_seen_by(request.user)],
    }
    weapons = weapons_by_kind(**asked)
    tables = [
        search_presenters.search_table("power", "Power", searches_by("power", **asked)),
        search_presenters.search_table("object", "Object of search", searches_by("object", **asked)),
        search_presenters.weapon_table(weapons),
    ]
    context = {
        "form": form,
        "period": wording.period(period),
        "programme": programme,
        "tables": [table for table in tables if table.rows],
        "weapons": search_presenters.weapons_sentence(weapons),
        "notes": presenters.NOTES,
        "own_districts": request.user.has_own_districts,
    }
    return render(request, "scrutiny/searches.html", context, status=form_status(form))
