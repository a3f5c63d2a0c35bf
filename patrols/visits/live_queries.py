"""One's own visits by two presses: the one that goes on, the one that just ended, and those no shift has yet."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db.models import F

from hotspot.core.models import User
from patrols.models import MOST_HOURS, LiveVisit, LiveVisitQuerySet, trial_day

UNDO_MINUTES = 10
LONGEST = timedelta(hours=MOST_HOURS)


def _own(user: User) -> LiveVisitQuerySet:
    return LiveVisit.objects.visible_to(user).select_related("area").defer("area__boundary")


def latest_visit(user: User) -> LiveVisit | None:
    """The visit that goes on, or else the last one that was not taken back."""
    return _own(user).standing().order_by(F("left_at").desc(nulls_first=True), "-here_pressed_at", "-pk").first()


def is_forgotten(visit: LiveVisit, at: datetime) -> bool:
    """Whether a visit that nobody said the end of has gone on for longer than any can."""
    return visit.is_open and at > visit.arrived_at + LONGEST


def unlogged(user: User, *, night: date) -> dict[int, list[LiveVisit]]:
    """One's own visits of a night that are over and on no shift, in order of time, by area."""
    rows = _own(user).over().without_shift().filter(day__range=(night, night + timedelta(days=1)))
    found: dict[int, list[LiveVisit]] = defaultdict(list)
    for visit in rows.order_by("arrived_at", "pk"):
        if trial_day(visit.arrived_at) == night:
            found[visit.area_id].append(visit)
    return found


def unlogged_among(user: User, ids: Collection[int]) -> list[LiveVisit]:
    """Those of some of one's own visits that are over and on no shift, in order of time."""
    return list(_own(user).over().without_shift().filter(pk__in=ids).order_by("arrived_at", "pk"))


def night_before(at: datetime) -> date:
    """The night that ended last: its visits may still have to be logged."""
    return trial_day(at) - timedelta(days=1)
