"""What the first page of a supervisor asks about beside recent nights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Q, When

from hotspot.core.models import User
from outcomes.confirmations.queries import own_months
from outcomes.confirmations.rules import PersonMonth
from patrols.models import PatrolShift
from patrols.planning.months import AreaOutlook, outlooks

# More than one pattern can plan at once; the page shows the first few of each part.
MOST_PLANNED = 500
LEFT_AFTER, MOST_LEFT = timedelta(days=1), 4


@dataclass(frozen=True)
class OwnPlans:
    """A person's own planned shifts: those that are over, and those to come, each by their start.

    `left` are the newest that others in their districts planned, over for a day. Their nights count as planned, so they
    are missed nowhere else, and whoever logs shifts there can say how they went.
    """

    to_complete: Sequence[PatrolShift]
    to_come: Sequence[PatrolShift]
    left: Sequence[PatrolShift]


@dataclass(frozen=True)
class Home:
    """What needs doing, the areas with their months, and the months to confirm, newest first."""

    plans: OwnPlans
    areas: Sequence[AreaOutlook]
    months: Sequence[PersonMonth]


def own_plans(user: User, at: datetime) -> OwnPlans:
    """The first `MOST_PLANNED` of a person's own planned shifts, and what others left. One query."""
    planned = PatrolShift.objects.visible_to(user).filter(state=PatrolShift.State.PLANNED)
    planned = planned.filter(Q(logged_by=user) | Q(ends_at__lte=at - LEFT_AFTER)).select_related("area")
    planned = planned.defer("area__boundary").annotate(crew_size=Count("crew"))
    own_first = Case(When(logged_by=user, then=0), default=1)
    shifts = list(planned.order_by(own_first, "starts_at", "pk")[:MOST_PLANNED])
    own = [shift for shift in shifts if shift.logged_by_id == user.pk]
    return OwnPlans(
        [shift for shift in own if shift.is_overdue(at)],
        [shift for shift in own if not shift.is_overdue(at)],
        shifts[len(own) :][: -MOST_LEFT - 1 : -1],
    )


def home_of(user: User, plans: OwnPlans, at: datetime) -> Home:
    """The rest of the page. Six queries, however many areas, shifts and months."""
    return Home(plans, outlooks(user, at), own_months(user, at))
