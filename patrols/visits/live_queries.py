"""One's own visits by two presses: the one that goes on, the one that just ended, and those no shift has yet."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db.models import F, Min

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


def may_undo(pressed_at: datetime | None, at: datetime) -> bool:
    """Whether a press is so recent that it can be taken back."""
    return pressed_at is not None and at <= pressed_at + timedelta(minutes=UNDO_MINUTES)


def unlogged(user: User, *, night: date) -> dict[int, list[LiveVisit]]:
    """By area, those of one's own visits of a night that the next shift there can say: over, on no shift, in order.

    That shift ends where the person went on to another area, or where a shift has the next visit: a crew that goes
    round would otherwise log the same hours in each. What follows is offered once these have a shift.
    """
    found: dict[int, list[LiveVisit]] = defaultdict(list)
    ended: set[int] = set()
    for visit in _of_night(user, night):
        is_free = visit.shift is None or visit.shift.is_voided
        ended |= {area for area in found if area != visit.area_id or not is_free}
        if is_free and not visit.is_open and visit.area_id not in ended:
            found[visit.area_id].append(visit)
    return found


def _of_night(user: User, night: date) -> list[LiveVisit]:
    """All of one's own visits of a night in order, but those of less than a minute."""
    rows = _own(user).standing().exclude(left_at=F("arrived_at")).select_related("shift")
    rows = rows.filter(day__range=(night, night + timedelta(days=1))).order_by("arrived_at", "pk")
    return [visit for visit in rows if trial_day(visit.arrived_at) == night]


def next_elsewhere(user: User, visits: Sequence[LiveVisit]) -> LiveVisit | None:
    """One's own visit to another area, after the last of these of one area and before one's next visit to it."""
    last = visits[-1]
    later = [each for each in _of_night(user, trial_day(last.arrived_at)) if each.arrived_at > last.arrived_at]
    returns = any(each.area_id == last.area_id for each in later)
    return later[0] if returns and later[0].area_id != last.area_id else None


def was_elsewhere(user: User, area_id: int, *, since: datetime, until: datetime) -> bool:
    """Whether one was in another area within that time."""
    elsewhere = _own(user).over().exclude(left_at=F("arrived_at")).exclude(area=area_id)
    return elsewhere.filter(arrived_at__lt=until, left_at__gt=since).exists()


def somebody_since(areas: Collection[int], *, at: datetime, apart_from: User) -> dict[int, datetime]:
    """Since when somebody else is in some areas (by id), as far as they said: never who. Not who forgot to leave."""
    rows = LiveVisit.objects.open().filter(area__in=areas, arrived_at__gte=at - LONGEST).exclude(by=apart_from)
    return dict(rows.order_by().values("area").annotate(since=Min("arrived_at")).values_list("area", "since"))


def unlogged_among(user: User, ids: Collection[int]) -> list[LiveVisit]:
    """Those of some of one's own visits that are over and on no shift, in order of time."""
    return list(_own(user).over().without_shift().filter(pk__in=ids).order_by("arrived_at", "pk"))


def attached_to(user: User, shift_id: int) -> set[int]:
    """One's own visits that a shift says, by their ids."""
    return set(_own(user).filter(shift=shift_id).values_list("pk", flat=True))


def night_before(at: datetime) -> date:
    """The night that ended last: its visits may still have to be logged."""
    return trial_day(at) - timedelta(days=1)
