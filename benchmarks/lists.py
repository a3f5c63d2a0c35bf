"""The list of shifts, page 1 and page 1,000, and the first page with each of its filters."""

from collections.abc import Iterator
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode

from benchmarks.measure import Action, Result, side_by_side
from hotspot.core.models import User
from hotspot.core.permissions import Role
from hotspots.models import FundingStream, HotspotArea
from outcomes.records.filters import MOST_COUNTED, ShiftFilter
from outcomes.records.list_queries import PAGE_SIZE, Cursor, page_of, totals_of
from outcomes.records.rules import may_see_people
from patrols.models import CrewMember, PatrolShift

DEEP_PAGE = 1_000
AT_MOST_TIMES = 2
AT_MOST_MILLISECONDS = 50
AT_MOST_FILTERED = 100


def results() -> Iterator[Result]:
    """For each of two people, the first page against its rows alone, and the deep page against the first."""
    for role in (Role.ANALYST, Role.SUPERVISOR):
        user = _somebody(role)
        deep, first = side_by_side(_page(user, DEEP_PAGE), _page(user, 1))
        who = f"the list for one {role.label.lower()}"
        yield Result(
            f"page {DEEP_PAGE:,} of {who}", deep, f"page 1 of {who}", first, AT_MOST_TIMES, AT_MOST_MILLISECONDS
        )
    yield from _filtered_results()


def _filtered_results() -> Iterator[Result]:
    """The first page with each filter, and how many it says there are, against the page without any."""
    for role in (Role.ANALYST, Role.ADMINISTRATOR, Role.SUPERVISOR):
        user = _somebody(role)
        for what, query in _queries(user).items():
            narrowed, plain = side_by_side(_filtered(user, query), _page(user, 1))
            yield Result(
                f"page 1 {what}, for one {role.label.lower()}",
                narrowed,
                "without a filter",
                plain,
                None,
                AT_MOST_FILTERED,
            )


def _queries(user: User) -> dict[str, dict[str, Any]]:
    """The filters of one person, with values that there are: frequent ones and rare ones, old ones and new ones."""
    shifts = PatrolShift.objects.visible_to(user).order_by("starts_at")
    areas = list(HotspotArea.objects.visible_to(user).values_list("pk", flat=True)[:3])
    oldest, streams = shifts[0], FundingStream.objects.order_by("pk")
    crew = CrewMember.objects.exclude(collar_number="").order_by("pk")[0]
    counted = f"counted-{streams[0].programme_id}"
    everybody: dict[str, dict[str, Any]] = {
        "of late entries": {"late": "yes"},
        "of late entries of one area": {"late": "yes", "area": areas[0], "stream": counted},
        "with detail to follow": {"to_follow": "yes"},
        "with arrests": {"outcome": "arrests", "state": "completed"},
        "with a kind of weapon": {"outcome": "weapons:flick_or_gravity_knife"},
        "with searches that found something": {"found": "something"},
        "of what counts": {"stream": counted},
        "of one funding stream": {"stream": streams.order_by("-pk")[0].pk},
        "of three areas": {"area": ",".join(map(str, areas)), "late": "yes"},
        "by number": {"reference": oldest.reference},
        "by a reference": {"reference": "HC/1234/24"},
        "by a frequent word": {"text": "shop"},
        "by a word that no note has": {"text": "zeppelin"},
    }
    if user.has_own_districts:
        return {f"{what}, in the districts": {"whose": "all", **query} for what, query in everybody.items()}
    if not may_see_people(user):
        return everybody | {"kept with doubts": {"flagged": "yes"}}
    return {
        "logged by one person": {"logged_by": oldest.logged_by_id},
        "by collar number": {"collar": crew.collar_number},
    }


def _somebody(role: Role) -> User:
    return User.objects.filter(role=role, is_active=True).order_by("pk")[0]


def _filtered(user: User, query: dict[str, Any]) -> Action:
    """What the page asks the database for, as the view does."""

    def action() -> None:
        filters = ShiftFilter(QueryDict(urlencode(query)), by=user)
        if not filters.is_valid():
            raise AssertionError(f"{query}: {filters.errors}")
        found = filters.apply(PatrolShift.objects.visible_to(user))
        page_of(found)
        if filters.shows_totals:
            totals_of(found, filters.outcomes, with_hours=filters.shows_hours, most=MOST_COUNTED)

    return action


def _page(user: User, number: int) -> Action:
    shifts = PatrolShift.objects.visible_to(user)
    after = None
    if number > 1:
        # Found by counting, once and outside the clock; people get there by "Older".
        last = shifts.order_by("-starts_at", "-id")[(number - 1) * PAGE_SIZE - 1]
        after = Cursor(last.starts_at, last.pk)
    if len(page_of(shifts, after=after).shifts) != PAGE_SIZE:
        raise AssertionError(f"there is no full page {number} for {user}")
    return lambda: page_of(shifts, after=after)
