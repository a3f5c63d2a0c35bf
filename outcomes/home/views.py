"""The list of shifts, by night."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from hotspot.core.calendar import today
from hotspot.core.pages.access import SignedInRequest, requires
from hotspot.core.permissions import Permission
from outcomes.home import presenters as words
from outcomes.home.queries import OwnPlans, home_of, own_plans
from outcomes.records.filters import COUNT, EVERYTHING, MOST_COUNTED, ShiftFilter
from outcomes.records.list_presenters import totals_in_words
from outcomes.records.list_queries import PAGE_SIZE, Cursor, gap_period, nights_of, page_of, totals_of
from patrols.models import PatrolShift, PatrolShiftQuerySet
from patrols.planning.rules import last_night_over
from patrols.shifts.permissions import may_complete

RECENT_DAYS = 28
NIGHTS_ON_HOME = 10
"""So many shifts stand under what needs doing."""


@requires(Permission.VIEW_SHIFTS)
def shifts(request: SignedInRequest) -> HttpResponse:
    """Nights, newest first, with the supervisor's own missing nights as gaps."""
    now = timezone.now()
    filters = ShiftFilter(request.GET, by=request.user)
    after = Cursor.parse(request.GET.get("after", ""))
    found = filters.apply(PatrolShift.objects.visible_to(request.user))
    # What is planned stands apart from recent nights, on the first page.
    plans = own_plans(request.user, now) if filters.is_home else None
    is_first = plans is not None and after is None
    worked = found.exclude(state=PatrolShift.State.PLANNED) if plans else found
    page = page_of(worked, after=after, size=NIGHTS_ON_HOME if is_first else PAGE_SIZE)
    gaps = None
    # The first page says what is missing by area, above.
    if filters.shows_gaps and plans is None:
        # A night is missed when it is over: before midday, last night may still be being written up.
        last = last_night_over(now)
        last = min(last, filters.chosen("until") or last)
        first = filters.chosen("since") or last - timedelta(days=RECENT_DAYS)
        gaps = gap_period(request.user, first_day=first, last_day=last, after=after)
    context = {
        "filters": filters,
        "tags": filters.tags(request.GET),
        "nights": list(nights_of(page, gaps_in=gaps)),
        **(_home(request, plans, now) if plans and after is None else {}),
        "older_url": f"?{_with(request, after=str(page.older))}" if page.older else None,
        "is_first_page": after is None,
        "has_shifts": bool(page.shifts),
        **_totals(request, filters, found),
        "query": filters.without(request.GET),
        "now": now,
        "may_complete": {shift.pk for shift in page.shifts if may_complete(shift, by=request.user)},
    }
    return render(request, "outcomes/shifts.html", context)


def _home(request: SignedInRequest, plans: OwnPlans, now: datetime) -> dict[str, Any]:
    """What stands above recent nights on a supervisor's first page."""
    home = home_of(request.user, plans, now)
    return {
        "home": home,
        "missed": words.missed(home),
        "months": words.months(home),
        "listed": words.listed_addresses(home),
        "hours_columns": words.COLUMNS,
        "hours_rows": words.hours_rows(home),
        "hours_foot": words.hours_foot(home),
        "month": today(now),
    }


def _totals(request: SignedInRequest, filters: ShiftFilter, found: PatrolShiftQuerySet) -> dict[str, Any]:
    """What a narrowed list has in all, in words, and where to have more than the first thousands counted."""
    if not filters.shows_totals:
        return {}
    most = None if request.GET.get(COUNT) == EVERYTHING else MOST_COUNTED
    totals = totals_of(found, filters.outcomes, with_hours=filters.shows_hours, most=most)
    return {
        "totals": totals_in_words(totals, of_outcome=filters.counts_outcomes_of),
        "count_url": None if totals.is_whole else f"?{_with(request, **{COUNT: EVERYTHING})}",
    }


def _with(request: SignedInRequest, **values: str) -> str:
    query = request.GET.copy()
    for name, value in values.items():
        query[name] = value
    return query.urlencode()
