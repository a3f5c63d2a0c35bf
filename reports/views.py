"""Figures: the six numbers on a page, as a file, and what they mean."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hotspot.core.permissions import Permission
from hotspot.core.web import SignedInRequest, requires
from reports.measures import CATALOGUE, DEFINITION_VERSION


@requires(Permission.VIEW_FIGURES)
@require_safe
def definitions(request: SignedInRequest) -> HttpResponse:
    """What each figure counts, and what it leaves out."""
    return render(request, "reports/definitions.html", {"measures": CATALOGUE, "version": DEFINITION_VERSION})


figures = download = definitions
