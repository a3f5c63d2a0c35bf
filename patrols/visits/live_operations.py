"""Writes to visits by two presses. Every one says who (`by`) and when (`at`), and is one transaction.

A press carries a number that its page made: sent twice, by a double press or by a browser that tries again, it is one.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import pghistory
from django.db import transaction

from hotspot.core import wording
from hotspot.core.advisory_locks import LockName, lock_each
from hotspot.core.errors import Conflict, DomainError, NotAllowed
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import HotspotArea
from patrols.models import MOST_HOURS, LiveVisit, Visit, trial_day
from patrols.visits.live_queries import LONGEST, UNDO_MINUTES, is_forgotten, may_undo


@transaction.atomic
def arrive(*, by: User, at: datetime, arrival: UUID, area_id: int) -> LiveVisit:
    """Say that this person is in an area now. Who is there already stays so; a press from before is returned as it was.

    Raises NotAllowed, HotspotArea.DoesNotExist, and DomainError where the area is not active or they are elsewhere.
    """
    _lock(by)
    if (sent := LiveVisit.objects.filter(arrival=arrival).first()) is not None:
        return _own(sent, by)
    there = LiveVisit.objects.open().filter(by=by).select_related("area").first()
    if there is not None and is_forgotten(there, at):
        raise Conflict("forgot_to_leave", f"Say first when you left {there.area}.")
    if there is not None and there.area_id == area_id:
        return there
    if there is not None:
        message = f"You are still in {there.area}. Press “I’ve left” there first."
        raise Conflict("still_elsewhere", message)
    area = HotspotArea.objects.visible_to(by).get(pk=area_id)
    if not area.is_active_on(trial_day(at)):
        raise DomainError("area_not_active", f"{area} is not a hotspot area tonight.")
    now = _minute(at)
    with pghistory.context(user=by.pk, action="arrived"):
        return LiveVisit.objects.create(area=area, by=by, arrival=arrival, arrived_at=now, here_pressed_at=at)


@transaction.atomic
def leave(*, by: User, at: datetime, visit_id: int, departure: UUID, left_at: datetime | None = None) -> LiveVisit:
    """Say that this person has left, now or at a time that they name. Sent again it changes nothing.

    Raises NotAllowed, LiveVisit.DoesNotExist, and DomainError for a time that cannot be, and where so long has passed
    that they have to name one.
    """
    _lock(by)
    visit = LiveVisit.objects.visible_to(by).select_related("area").get(pk=visit_id)
    if not visit.is_open or visit.departure == departure:
        return visit
    if left_at is None and is_forgotten(visit, at):
        raise DomainError("when_left", f"Enter when you left {visit.area}.", "left")
    left = _minute(left_at or at)
    if left_at is not None and not visit.arrived_at <= left <= min(at, visit.arrived_at + LONGEST):
        message = (
            f"Enter a time from {wording.clock(visit.arrived_at)}, when you arrived, until now, "
            f"and at most {MOST_HOURS} hours after it."
        )
        raise DomainError("left_when", message, "left")
    visit.left_at, visit.departure, visit.gone_pressed_at = left, departure, at
    with pghistory.context(user=by.pk, action="left"):
        visit.save(update_fields=("left_at", "departure", "gone_pressed_at"))
    return visit


@transaction.atomic
def note(
    *,
    by: User,
    at: datetime,
    arrival: UUID,
    area_id: int,
    arrived_at: datetime,
    left_at: datetime | None = None,
    departure: UUID | None = None,
) -> LiveVisit:
    """Record presses that a phone noted without a signal, at their own times: an arrival, or one with its departure.

    Sent again, or with its departure after the arrival is known, it is one visit. Raises NotAllowed,
    HotspotArea.DoesNotExist, and DomainError where the area was not active, where they were elsewhere at the time, for
    a time that cannot be, and where the visit was taken back.
    """
    _lock(by)
    visit = LiveVisit.objects.filter(arrival=arrival).select_related("area").first()
    if visit is not None:
        return _note_again(visit, by=by, at=at, left_at=left_at, departure=departure)
    arrived, left = _minute(arrived_at), left_at and _minute(left_at)
    area = HotspotArea.objects.visible_to(by).get(pk=area_id)
    if not area.is_active_on(trial_day(arrived)):
        raise DomainError("area_not_active", f"{area} was not a hotspot area that night.")
    _check_time(arrived, left, at)
    _check_was_nowhere_else(by, arrived, left)
    with pghistory.context(user=by.pk, action="noted"):
        return LiveVisit.objects.create(
            area=area,
            by=by,
            arrival=arrival,
            arrived_at=arrived,
            here_pressed_at=arrived_at,
            left_at=left,
            departure=departure,
            gone_pressed_at=left_at,
        )


def _note_again(
    visit: LiveVisit, *, by: User, at: datetime, left_at: datetime | None, departure: UUID | None
) -> LiveVisit:
    """What a phone says of a visit whose arrival is known already: that it is over, or nothing new."""
    _own(visit, by)
    if visit.withdrawn_at is not None:
        raise Conflict("visit_taken_back", f"The visit to {visit.area} was taken back.")
    if left_at is None or departure is None or not visit.is_open:
        return visit
    return leave(by=by, at=at, visit_id=visit.pk, departure=departure, left_at=left_at)


def _check_time(arrived: datetime, left: datetime | None, at: datetime) -> None:
    """Raise DomainError for times to come, in the wrong order or too far apart."""
    if arrived > at or (left and not arrived <= left <= min(at, arrived + LONGEST)):
        message = f"A visit lasts {MOST_HOURS} hours at the most. Log the shift with its times instead."
        raise DomainError("left_when", message)


def _check_was_nowhere_else(by: User, arrived: datetime, left: datetime | None) -> None:
    """Raise Conflict where another visit of the person goes on, or went on, at the time of one that is noted late."""
    others = LiveVisit.objects.standing().filter(by=by).exclude(left_at__lte=arrived)
    if left is not None:
        others = others.filter(arrived_at__lt=left)
    other = others.select_related("area").order_by("arrived_at").first()
    if other is None:
        return
    since = wording.clock(other.arrived_at)
    if other.left_at is None:
        message = f"You are in {other.area} since {since}. Say on Tonight when you left, then try again."
        raise Conflict("still_elsewhere", message)
    message = (
        f"You were in {other.area} from {since} to {wording.clock(other.left_at)}: this visit is at the same time."
    )
    raise Conflict("elsewhere_then", message)


@transaction.atomic
def undo(*, by: User, at: datetime, visit_id: int, number: UUID) -> LiveVisit:
    """Take back the last press, which has this number, for some minutes after it. Sent again it changes nothing.

    An arrival whose end nobody knows any more can be taken back at any time: it counts nowhere.
    Raises LiveVisit.DoesNotExist, and NotAllowed when it is too late or a shift has the visit.
    """
    _lock(by)
    visit = LiveVisit.objects.visible_to(by).select_related("area", "shift").get(pk=visit_id)
    is_gone = visit.left_at is not None
    if visit.withdrawn_at is not None or number != (visit.departure if is_gone else visit.arrival):
        return visit
    if not is_forgotten(visit, at) and not may_undo(visit.gone_pressed_at if is_gone else visit.here_pressed_at, at):
        raise NotAllowed("undo_closed", f"A visit can be undone for {UNDO_MINUTES} minutes.")
    if visit.shift is not None and not visit.shift.is_voided:
        raise NotAllowed("visit_logged", "This visit is on a shift. Change the visits of the shift instead.")
    if is_gone:
        _check_was_nowhere_since(visit)
        visit.left_at = visit.gone_pressed_at = None
        # One that was voided does not have it any more.
        visit.shift = None
    else:
        visit.withdrawn_at = at
    with pghistory.context(user=by.pk, action="undone"):
        visit.save(update_fields=("left_at", "gone_pressed_at", "withdrawn_at", "shift"))
    return visit


def _check_was_nowhere_since(visit: LiveVisit) -> None:
    """Raise Conflict where the person went on to another place after a departure that they take back."""
    later = LiveVisit.objects.standing().filter(by=visit.by_id, arrived_at__gte=visit.left_at).exclude(pk=visit.pk)
    there = later.select_related("area").order_by("-arrived_at").first()
    if there is None:
        return
    if there.is_open:
        raise Conflict("still_elsewhere", f"You are in {there.area} now. Press “I’ve left” there first.")
    raise Conflict("since_elsewhere", f"You have been in {there.area} since, so you had left {visit.area}.")


def _own(visit: LiveVisit, by: User) -> LiveVisit:
    if visit.by_id != by.pk:
        raise Conflict("press_taken", "Open the page again, and press the button there.")
    return visit


def _lock(by: User) -> None:
    """Two presses of one person are looked at one after the other."""
    if not by.may(Permission.LOG_SHIFT):
        raise NotAllowed("not_allowed", "Only supervisors and administrators record visits.")
    lock_each(LockName.LIVE_VISITS, [by.pk])


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


# --- the shift that they were made on ---------------------------------------------------------------------------------


def to_attach(
    *, by: User, ids: Collection[int], area_id: int, starts_at: datetime, ends_at: datetime
) -> list[LiveVisit]:
    """Those of some of this person's visits that a shift takes: in its area, within its time and on no other."""
    _lock(by)
    visits = LiveVisit.objects.visible_to(by).over().without_shift().filter(pk__in=ids, area=area_id)
    return list(visits.filter(arrived_at__gte=starts_at, left_at__lte=ends_at).order_by("arrived_at"))


def attach(visits: Sequence[LiveVisit], shift_id: int) -> None:
    """Say that these visits are those that the shift has now: they count as its own from here on."""
    for visit in visits:
        visit.shift_id = shift_id
        visit.save(update_fields=("shift",))


def add_to_shift(visits: Sequence[LiveVisit], shift_id: int) -> None:
    """Make these the visits of a saved shift."""
    Visit.objects.bulk_create(
        Visit(shift_id=shift_id, starts_at=visit.arrived_at, ends_at=visit.left_at) for visit in visits if visit.left_at
    )
    attach(visits, shift_id)
