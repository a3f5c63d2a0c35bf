"""Who took records out of the service, for auditors. That they looked is in the log of access."""

import logging
from collections.abc import Callable, Iterable

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hotspot.core.models import Disclosure
from hotspot.core.pages.access import SignedInRequest, page_of, requires
from hotspot.core.permissions import Permission
from hotspots.pages.paging import pagination
from outcomes.exports.disclosure_presenters import DISCLOSURE_COLUMNS, disclosure_rows
from outcomes.records.filters import DisclosureFilter, named_in, taken_in_words

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
        "tags": filters.tags(request.GET),
        "rows": disclosure_rows(page, _words_for(page, request)),
        "count": page.paginator.count,
        **pagination(page, request.GET),
    }
    return render(request, "outcomes/disclosures.html", context)


def _words_for(page: Iterable[Disclosure], request: SignedInRequest) -> Callable[[Disclosure], str]:
    """Says which records each of these disclosures was of."""
    named = named_in([each.detail.get("filters", "") for each in page], by=request.user)
    return lambda each: (
        each.detail.get("said") or taken_in_words(each.detail.get("filters", ""), role=each.role, named=named)
    )
