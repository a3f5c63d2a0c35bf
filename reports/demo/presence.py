"""Weekly targets, and visits as files of positions of the last weeks would show them."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from random import Random

from hotspot.core.calendar import monday_of, today
from hotspot.core.models import User
from hotspots.models import DoseTarget, HotspotArea
from patrols.models import PatrolShift, PositionFile, PositionVisit
from patrols.visits.stays import TOLERANCE_SECONDS
from reports.demo.reference import Town

WEEKS = 8
INTERVAL = timedelta(seconds=60)
WITH_POSITIONS = 0.8
"""The share of shifts whose radios sent positions."""
VISIT_MINUTES = 15
LONGEST_MINUTES = 38


def make_doses(areas: Mapping[Town, HotspotArea], *, first_day: date) -> None:
    """Fifteen minutes a visit, and as many visits as the area is busy."""
    most = max(place.busyness for place in areas)
    DoseTarget.objects.bulk_create(
        DoseTarget(
            area=area,
            first_monday=monday_of(first_day) + timedelta(weeks=1),
            minutes=VISIT_MINUTES * _visits(place, most),
            visits=_visits(place, most),
        )
        for place, area in areas.items()
    )


def _visits(place: Town, most: int) -> int:
    return max(round(12 * place.busyness / most), 1)


def make_position_visits(*, by: User, at: datetime, random: Random) -> None:
    """A file of positions a minute apart for each of the last weeks, counted."""
    weeks: dict[date, list[PatrolShift]] = defaultdict(list)
    since = today(at) - timedelta(weeks=WEEKS)
    shifts = PatrolShift.objects.filter(state=PatrolShift.State.COMPLETED, day__gt=since, ends_at__lt=at)
    for shift in shifts.order_by("starts_at", "pk"):
        if random.random() < WITH_POSITIONS:
            weeks[monday_of(shift.day)].append(shift)
    for monday, worked in sorted(weeks.items()):
        visits = [visit for shift in worked for visit in _visits_on(shift, random)]
        file = _file(by, at, monday, worked)
        for visit in visits:
            visit.file = file
        PositionVisit.objects.bulk_create(visits, batch_size=2_000)


def _file(by: User, at: datetime, monday: date, worked: list[PatrolShift]) -> PositionFile:
    name = f"radio-positions-{monday}.csv"
    minutes = sum(int((shift.ends_at - shift.starts_at).total_seconds()) // 60 for shift in worked)
    return PositionFile.objects.create(
        by=by,
        created_at=at,
        name=name,
        digest=hashlib.sha256(name.encode()).hexdigest(),
        state=PositionFile.State.KEPT,
        format="CSV",
        zone=PositionFile.Zone.OWN,
        first_at=worked[0].starts_at,
        last_at=max(shift.ends_at for shift in worked),
        interval_seconds=int(INTERVAL.total_seconds()),
        tolerance_seconds=TOLERANCE_SECONDS,
        tracks=len(worked),
        fixes=minutes,
        repeated=minutes // 400,
        outside=minutes * 2 // 3,
        too_short=len(worked) // 3,
    )


def _visits_on(shift: PatrolShift, random: Random) -> Iterator[PositionVisit]:
    """Visits one after the other, with as long between them as the crew was elsewhere."""
    moment = shift.starts_at + timedelta(minutes=random.randint(5, 40))
    while True:
        length = min(max(int(random.gauss(VISIT_MINUTES, 6)), 2), LONGEST_MINUTES)
        seen = moment + timedelta(seconds=random.randint(1, 59))
        left = seen + timedelta(minutes=length)
        if left + INTERVAL >= shift.ends_at:
            return
        yield PositionVisit(
            area_id=shift.area_id,
            shift=shift,
            earliest_arrival=seen - INTERVAL,
            first_seen=seen,
            last_seen=left,
            latest_departure=left + INTERVAL,
        )
        moment = left + timedelta(minutes=random.randint(35, 110))
