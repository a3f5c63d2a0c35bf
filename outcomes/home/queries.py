"""What the first page of a supervisor asks about beside recent nights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from hotspot.core.models import User
from outcomes.confirmations.queries import own_months
from outcomes.confirmations.rules import PersonMonth
from patrols.models import PatrolShift
from patrols.planning.months import AreaOutlook, outlooks

# More than one pattern can plan at once; the page shows the first few of each part.
MOST_PLANNED = 500
LEFT_AFTER, MOST_LEFT = timedelta(days=1), 8


@dataclass(frozen=True)
class OwnPlans:
    """A person's own planned shifts: those that are over, and those to come, each by their start."""

    to_complete: Sequence[PatrolShift]
    to_come: Sequence[PatrolShift]


@dataclass(frozen=True)
class Home:
    """What needs doing, what others left, the areas with their months, and the months to confirm, newest first."""

    plans: OwnPlans
    left: Sequence[PatrolShift]
    areas: Sequence[AreaOutlook]
    months: Sequence[PersonMonth]


def own_plans(user: User, at: datetime) -> OwnPlans:
    """The first `MOST_PLANNED` of a person's own planned shifts. One query."""
    planned = PatrolShift.objects.visible_to(user).filter(logged_by=user, state=PatrolShift.State.PLANNED)
    planned = planned.select_related("area").defer("area__boundary").annotate(crew_size=Count("crew"))
    shifts = list(planned.order_by("starts_at", "pk")[:MOST_PLANNED])
    return OwnPlans(
        [shift for shift in shifts if shift.is_overdue(at)], [shift for shift in shifts if not shift.is_overdue(at)]
    )


def left_by_others(user: User, at: datetime) -> list[PatrolShift]:
    """The newest planned shifts of others in one's districts that were over a day ago. One query.

    Their night counts as planned, so it is missed nowhere; whoever logs shifts there can say how it went.
    """
    planned = PatrolShift.objects.visible_to(user).filter(state=PatrolShift.State.PLANNED, ends_at__lte=at - LEFT_AFTER)
    planned = planned.exclude(logged_by=user).select_related("area", "logged_by").defer("area__boundary")
    return list(planned.order_by("-starts_at", "-pk")[:MOST_LEFT])


def home_of(user: User, plans: OwnPlans, at: datetime) -> Home:
    """The rest of the page. Seven queries, however many areas, shifts and months."""
    return Home(plans, left_by_others(user, at), outlooks(user, at), own_months(user, at))
