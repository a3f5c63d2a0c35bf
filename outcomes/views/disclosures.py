"""Who took records out of the service, for auditors. That they looked is in the log of access."""

import logging

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hotspot.core.models import Disclosure
from hotspot.core.permissions import Permission
from hotspot.core.web import SignedInRequest, page_of, requires
from hotspots.presenters import pagination
from outcomes.filters import DisclosureFilter, ShiftFilter
from outcomes.presenters.disclosures import DISCLOSURE_COLUMNS, disclosure_rows

logger = logging.getLogger("hotspot.access")


@requires(Permission.VIEW_DISCLOSURES)
@require_safe
def disclosures(request: SignedInRequest) -> HttpResponse:
    """Every download of records, newest first, narrowed by the filters in the address."""
    filters = DisclosureFilter(request.GET, by=request.user)
    noted = filters.apply(Disclosure.objects.visible_to(request.user).select_related("by"))
    page = page_of(request, noted)
    logger.info("Disclosures: user %s read page %d of %d", request.user.pk, page.number, page.paginator.num_pages)
    context = {
        "filters": filters,
        "columns": DISCLOSURE_COLUMNS,
        "rows": disclosure_rows(page, lambda query: _in_words(query, request)),
        "count": page.paginator.count,
        **pagination(page, request.GET),
    }
    return render(request, "outcomes/disclosures.html", context)


def _in_words(query: str, request: SignedInRequest) -> str:
    """What the filters of the shift list let through."""
    words = ShiftFilter(QueryDict(query), by=request.user).in_force()
    return "; ".join(text for _, text in words) or "All that this person may see"
