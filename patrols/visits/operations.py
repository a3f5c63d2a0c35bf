"""Writes to files of positions: read into visits at once, counted when confirmed, withdrawn with a reason.

What the file holds is never stored, not even for a while: only the visits that it shows are.
"""

import hashlib
import re
from datetime import datetime, time, timedelta
from itertools import pairwise

import numpy as np
from django.db import transaction
from django.db.models import Q
from numpy.typing import NDArray
from shapely.geometry import shape

from hotspot.core import wording
from hotspot.core.calendar import today
from hotspot.core.clock import instant
from hotspot.core.errors import Conflict, DomainError, NotAllowed, NotInThisState
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.text import clean_line
from hotspots.assignment import NOWHERE, assign
from hotspots.models import HotspotArea
from patrols.models import PatrolShift, PositionFile, PositionVisit
from patrols.visits.position_files import Positions, instant_of, read_positions
from patrols.visits.stays import Stays, find_stays, tolerance_for

ONE_DAY = timedelta(days=1)
CLOCKS_APART = timedelta(minutes=5)
"""The clock of a device may be so far ahead of the server's."""
_REFERENCE = re.compile(r"HS-(\d{1,9})", re.ASCII | re.IGNORECASE)


@transaction.atomic
def check_file(*, by: User, at: datetime, name: str, content: bytes, zone: str = PositionFile.Zone.OWN) -> PositionFile:
    """Read a file into the visits that it shows. None of them counts before `count_file`.

    Raises NotAllowed, what `read_positions` raises, and DomainError `positions_again` for a file that counts already,
    `positions_future`, `positions_no_areas` or `positions_elsewhere`.
    """
    _check_allowed(by)
    digest = hashlib.sha256(content).hexdigest()
    _check_new(digest)
    positions = read_positions(content, zone=zone)
    _check_past(positions, at)
    areas = _areas_during(positions)
    inside = _areas_at(positions, areas)
    if (inside == NOWHERE).all():
        raise DomainError("positions_elsewhere", "None of the positions lies in a hotspot area.", "file")
    tolerance = tolerance_for(positions.interval)
    stays = find_stays(positions.seconds, positions.tracks, inside, tolerance)
    file = PositionFile.objects.create(
        by=by, created_at=at, name=clean_line(name)[:200] or "positions", digest=digest, format=positions.format,
        zone=zone, first_at=positions.first_at, last_at=positions.last_at, interval_seconds=round(positions.interval),
        tolerance_seconds=round(tolerance), tracks=len(set(positions.tracks.tolist())), fixes=len(positions.seconds),
        repeated=positions.repeated, outside=int((inside == NOWHERE).sum()), too_short=stays.too_short,
        findings=_findings(positions),
    )  # fmt: skip
    PositionVisit.objects.bulk_create(_visits(file, positions, stays, areas), batch_size=2_000)
    return file


def _check_allowed(by: User) -> None:
    if not by.may(Permission.LOAD_POSITIONS):
        raise NotAllowed("not_allowed", "Only analysts and administrators load files of positions.")


def _check_new(digest: str) -> None:
    if PositionFile.objects.counted().filter(digest=digest).exists():
        message = "This file counts already. Withdraw it first to read it again."
        raise DomainError("positions_again", message, "file")


def _findings(positions: Positions) -> list[dict[str, str]]:
    """The rows that could not be read, and how many more there are."""
    more = positions.bad - len(positions.findings)
    rest = [{"place": "And", "message": f"{more:,} more positions that cannot be read"}] if more else []
    return [*positions.findings, *rest]


def _check_past(positions: Positions, at: datetime) -> None:
    if positions.last_at > at + CLOCKS_APART:
        message = (
            f"The last position is of {wording.moment(positions.last_at)}, which is still to come. Check the clock of "
            "the system, and which clock times without a zone follow."
        )
        raise DomainError("positions_future", message, "file")


def _areas_during(positions: Positions) -> list[HotspotArea]:
    """The areas that were active at any time while the positions were taken."""
    first, last = today(positions.first_at), today(positions.last_at)
    ended = Q(last_day__lt=first)
    areas = list(HotspotArea.objects.exclude(ended).filter(first_day__lte=last))
    if not areas:
        message = "No hotspot area was active when these positions were taken."
        raise DomainError("positions_no_areas", message, "file")
    return areas


def _areas_at(positions: Positions, areas: list[HotspotArea]) -> NDArray[np.int32]:
    """The place in `areas` of the one that each position lies in, of those that were active on its day.

    An area that was redrawn lies where its successor does, so a file over that day is taken apart.
    """
    shapes = [shape(area.boundary) for area in areas]
    begin, end = today(positions.first_at), today(positions.last_at) + ONE_DAY
    turns = {area.first_day for area in areas} | {area.last_day + ONE_DAY for area in areas if area.last_day}
    inside = np.full(len(positions.seconds), NOWHERE, np.int32)
    for first, after in pairwise([begin, *sorted(day for day in turns if begin < day < end), end]):
        since, until = (instant(day, time(0)).timestamp() for day in (first, after))
        here = (positions.seconds >= since) & (positions.seconds < until)
        active = [place for place, area in enumerate(areas) if area.is_active_on(first)]
        found = assign(positions.longitudes[here], positions.latitudes[here], [shapes[place] for place in active])
        inside[here] = np.array([*active, NOWHERE], np.int32)[found]
    return inside


def _visits(file: PositionFile, positions: Positions, stays: Stays, areas: list[HotspotArea]) -> list[PositionVisit]:
    shifts = _shifts(positions)
    found = []
    for place, area in enumerate(stays.areas.tolist()):
        first, last = instant_of(stays.first_seen[place]), instant_of(stays.last_seen[place])
        shift = shifts.get(positions.references[stays.tracks[place]])
        is_of_shift = shift and shift.area_id == areas[area].pk and first < shift.ends_at and last > shift.starts_at
        found.append(
            PositionVisit(
                file=file,
                area=areas[area],
                shift=shift if is_of_shift else None,
                earliest_arrival=_bound(stays.earliest_arrival[place]),
                first_seen=first,
                last_seen=last,
                latest_departure=_bound(stays.latest_departure[place]),
            )
        )
    return found


def _bound(seconds: float) -> datetime | None:
    return None if np.isnan(seconds) else instant_of(seconds)


def _shifts(positions: Positions) -> dict[str, PatrolShift]:
    """The completed shifts that tracks are named after: HS-1457, or the reference of the source system."""
    names = {name for name in positions.references if name}
    numbers = {int(match[1]): name for name in names if (match := _REFERENCE.fullmatch(name))}
    completed = PatrolShift.objects.filter(state=PatrolShift.State.COMPLETED)
    found = {numbers[shift.pk]: shift for shift in completed.filter(pk__in=numbers)}
    by_reference: dict[str, list[PatrolShift]] = {}
    for shift in completed.filter(external_reference__in=names - set(found)):
        by_reference.setdefault(shift.external_reference, []).append(shift)
    # Two systems may use the same reference: then it names no shift.
    return found | {name: shifts[0] for name, shifts in by_reference.items() if len(shifts) == 1}


@transaction.atomic
def count_file(*, by: User, at: datetime, file_id: int) -> PositionFile:
    """Let the visits of a checked file count. Raises NotAllowed, NotInThisState, and DomainError `positions_again`."""
    _check_allowed(by)
    same = PositionFile.objects.filter(digest__in=PositionFile.objects.filter(pk=file_id).values("digest"))
    # All that were read of this content: of two that are counted at the same moment, the second finds the first.
    file = {each.pk: each for each in same.select_for_update().order_by("pk")}[file_id]
    if not file.is_checked:
        raise NotInThisState("positions_decided", "This file was counted or withdrawn before.")
    _check_new(file.digest)
    file.state = PositionFile.State.KEPT
    file.save(update_fields=("state",))
    return file


@transaction.atomic
def withdraw_file(*, by: User, at: datetime, file_id: int, reason: str) -> PositionFile:
    """Take the visits of a file out of all counts, with a reason. The same file can be read again afterwards.

    Raises NotAllowed, and Conflict for a file that was withdrawn before.
    """
    _check_allowed(by)
    file = PositionFile.objects.select_for_update().get(pk=file_id)
    if file.state == PositionFile.State.WITHDRAWN:
        raise Conflict("positions_withdrawn", "This file was withdrawn before.")
    file.state, file.void_reason = PositionFile.State.WITHDRAWN, clean_line(reason)
    file.voided_by, file.voided_at = by, at
    file.save(update_fields=("state", "void_reason", "voided_by", "voided_at"))
    return file
