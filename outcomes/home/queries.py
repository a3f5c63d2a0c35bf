"""What the first page of a supervisor asks about beside recent nights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from hotspot.core.models import User
from outcomes.confirmations.queries import own_months
from outcomes.confirmations.rules import PersonMonth
from patrols.models import PatrolShift
from patrols.planning.months import AreaOutlook, outlooks

# More than one pattern can plan at once; the page shows the first few of each part.
MOST_PLANNED = 500


@dataclass(frozen=True)
class OwnPlans:
    """A person's own planned shifts: those that are over, and those to come, each by their start."""

    to_complete: Sequence[PatrolShift]
    to_come: Sequence[PatrolShift]


@dataclass(frozen=True)
class Home:
    """What needs doing, the areas with their months, and the months to confirm, newest first."""

    plans: OwnPlans
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


def home_of(user: User, plans: OwnPlans, at: datetime) -> Home:
    """The rest of the page. Six queries, however many areas, shifts and months."""
    return Home(plans, outlooks(user, at), own_months(user, at))
