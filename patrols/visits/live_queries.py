"""One's own visits by two presses: the one that goes on, the one that just ended, and those no shift has yet."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import QuerySet

from hotspot.core.models import User
from patrols.models import MOST_HOURS, LiveVisit, trial_day

UNDO_MINUTES = 10
LONGEST = timedelta(hours=MOST_HOURS)


def _own(user: User) -> QuerySet[LiveVisit]:
    return LiveVisit.objects.visible_to(user).select_related("area").defer("area__boundary")


def latest_visit(user: User) -> LiveVisit | None:
    """The visit that goes on, or else the last one that was not taken back."""
    own = _own(user)
    return own.filter(withdrawn_at__isnull=True).order_by("-here_pressed_at", "-pk").first()


def is_forgotten(visit: LiveVisit, at: datetime) -> bool:
    """Whether a visit that nobody said the end of has gone on for longer than any can."""
    return visit.is_open and at > visit.arrived_at + LONGEST


def unlogged(user: User, *, at: datetime) -> dict[int, list[LiveVisit]]:
    """One's own visits of the night under way that are over and on no shift, in order of time, by area."""
    since = at - timedelta(days=1)
    found: dict[int, list[LiveVisit]] = defaultdict(list)
    rows = _own(user).over().filter(shift__isnull=True, arrived_at__gte=since)  # type: ignore[attr-defined]
    for visit in rows.order_by("arrived_at", "pk"):
        if trial_day(visit.arrived_at) == trial_day(at):
            found[visit.area_id].append(visit)
    return found


def unlogged_in(user: User, area_id: int, *, at: datetime) -> list[LiveVisit]:
    """Those in one area."""
    return unlogged(user, at=at).get(area_id, [])
