"""The list of shifts, page 1 and page 1,000, for everybody's shifts and for one supervisor's."""

from collections.abc import Iterator

from benchmarks.measure import Action, Result, side_by_side
from hotspot.core.models import User
from hotspot.core.permissions import Role
from outcomes.records.list_queries import PAGE_SIZE, Cursor, page_of
from patrols.models import PatrolShift

DEEP_PAGE = 1_000
AT_MOST_TIMES = 2
AT_MOST_MILLISECONDS = 50


def results() -> Iterator[Result]:
    """For each of two people, the first page against its rows alone, and the deep page against the first."""
    for role in (Role.ANALYST, Role.SUPERVISOR):
        user = User.objects.filter(role=role, is_active=True).order_by("pk")[0]
        deep, first = side_by_side(_page(user, DEEP_PAGE), _page(user, 1))
        who = f"the list for one {role.label.lower()}"
        yield Result(
            f"page {DEEP_PAGE:,} of {who}", deep, f"page 1 of {who}", first, AT_MOST_TIMES, AT_MOST_MILLISECONDS
        )


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
