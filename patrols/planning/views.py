"""The calendar of shifts."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.calendar import monday_of, parse_day, today
from hotspot.core.pages.access import SignedInRequest, requires
from hotspot.core.permissions import Permission
from patrols.feeds.queries import are_allowed as feeds_are_allowed
from patrols.planning import presenters, queries
from patrols.planning.rules import NIGHTS


@requires(Permission.VIEW_SHIFTS)
@require_safe
def calendar(request: SignedInRequest) -> HttpResponse:
    """A fortnight: areas down, nights across."""
    now = timezone.now()
    this = monday_of(today(now))
    first = parse_day(request.GET.get("from", "")) or this
    found = queries.calendar_of(request.user, first_day=first, at=now)
    context = {
        "found": found,
        "heads": presenters.heads(found),
        "rows": presenters.rows(found, by=request.user, at=now),
        "cards": presenters.cards(found, by=request.user, at=now),
        "needs": presenters.needs(found, by=request.user),
        "summary": presenters.summary(found),
        "earlier_url": f"?from={first - timedelta(days=NIGHTS)}",
        "later_url": f"?from={first + timedelta(days=NIGHTS)}",
        "is_this": first == this,
        "has_feeds": feeds_are_allowed(),
    }
    return render(request, "planning/calendar.html", context)
