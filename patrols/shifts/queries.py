"""What the pages and the API ask about shifts."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects

from hotspot.core.calendar import LONDON
from hotspot.core.compiled_queries import CompiledQuery, CompiledRecords, any_of
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import DistrictAccess, FundingStream, HotspotArea
from hotspots.queries import areas_seen_by
from patrols.functions import ChangeNumber
from patrols.models import CrewMember, PatrolShift
from patrols.shifts.rules import ShiftFacts, usual_stream

Rows = TypeVar("Rows", bound=QuerySet[Any])

USUAL_DAYS = 30
MOST_USUAL = 60
# In the order of the model, as `from_db` takes them. Other fields are read when somebody asks for them.
_COMPARED = ("id", "area_id", "starts_at", "ends_at", "logged_by_id")


def default_stream(day: date) -> FundingStream | None:
    """The stream that pays for a shift on this day unless another is chosen.

    Of the running programmes with funding streams, the first by precedence is used, and of its streams the default.
    """
    streams = FundingStream.objects.filter(programme__first_day__lte=day, programme__last_day__gte=day)
    return usual_stream(streams.select_related("programme"))


@CompiledQuery
def _compared(by: User, shift_ids: Any) -> QuerySet[Any]:
    numbers = CrewMember.objects.filter(shift=OuterRef("pk")).values("collar_number")
    shifts = PatrolShift.objects.filter(any_of("pk", shift_ids)).order_by()
    shifts = shifts.annotate(collar_numbers=ArraySubquery(numbers))
    more = ("collar_numbers", "is_seen", "area__name", "logged_by__name", "logged_by__role")
    return with_visibility(shifts, by=by, shift="pk").values_list(*_COMPARED, *more)


def for_comparison(shift_ids: Collection[int], *, by: User) -> dict[int, PatrolShift]:
    """Shifts by id, with what comparing another one with them needs: `collar_numbers` of the crew, and `is_seen` by
    this user.

    `collar_numbers` has an empty string for each crew member without a number. Nothing about a shift that is not seen
    may be told.
    """
    found, using = {}, PatrolShift.objects.db
    for *own, numbers, is_seen, area, name, role in _compared.rows(by, shift_ids=list(shift_ids)) if shift_ids else ():
        shift: Any = PatrolShift.from_db(using, _COMPARED, own)
        shift.collar_numbers, shift.is_seen = numbers, is_seen
        shift.area = HotspotArea.from_db(using, ("id", "name"), (shift.area_id, area))
        shift.logged_by = User.from_db(using, ("id", "name", "role"), (shift.logged_by_id, name, role))
        found[shift.pk] = shift
    return found


def with_visibility(rows: Rows, *, by: User, shift: str) -> Rows:
    """Rows with `is_seen`: whether this user may see their shift, which the field `shift` names."""
    return rows.annotate(is_seen=Exists(PatrolShift.objects.visible_to(by).filter(pk=OuterRef(shift))))


def duplicates(facts: ShiftFacts, candidates: Sequence[PatrolShift]) -> list[PatrolShift]:
    """Those of the overlapping shifts that have the same times and crew size."""
    return [
        shift
        for shift in candidates
        if (shift.starts_at, shift.ends_at) == (facts.starts_at, facts.ends_at)
        and len(shift.collar_numbers) == len(facts.crew)  # type: ignore[attr-defined]
    ]


def disclosed(row: CrewMember, *, by: User) -> PatrolShift | None:
    """The shift of a row that `lookup.elsewhere` found, if this user may know that this person was on it."""
    shift = row.shift
    sees_officers = by.may(Permission.VIEW_OFFICERS) or shift.logged_by_id == by.pk
    return shift if row.is_seen and sees_officers else None  # type: ignore[attr-defined]


def districts_needed(shifts: QuerySet[PatrolShift], *, by: User) -> set[int]:
    """The districts (by id) whose shifts are among these only because the user has access to them, not as their own."""
    return set(shifts.exclude(logged_by=by).order_by().values_list("area__district", flat=True).distinct())


def sees_districts(user: User, districts: Collection[int]) -> bool:
    """Whether this person may see everybody's shifts in all these districts (by id)."""
    if user.may(Permission.VIEW_ALL_SHIFTS):
        return True
    own = DistrictAccess.objects.filter(user=user).values_list("district", flat=True)
    return user.may(Permission.VIEW_SHIFTS) and set(districts) <= set(own)


@CompiledRecords
def _last(by: User) -> tuple[QuerySet[PatrolShift], QuerySet[HotspotArea]]:
    own = PatrolShift.objects.visible_to(by).filter(logged_by=by, state=PatrolShift.State.COMPLETED)
    last = own.order_by("-starts_at", "-id")[:1]
    return last, HotspotArea.objects.filter(pk__in=last.values("area")).order_by().defer("boundary")


def last_shift(user: User) -> PatrolShift | None:
    """The latest shift that this person worked and logged, with its area and crew, to offer it again."""
    shifts, areas = _last.records(user)
    if not shifts:
        return None
    last: PatrolShift = shifts[0]
    last.area = areas[0]
    prefetch_related_objects([last], "crew")
    return last


def usual_times(user: User, *, at: datetime) -> list[tuple[time, time]]:
    """The up to three pairs of London start and finish that this person logged most in the last month, most first."""
    since = at - timedelta(days=USUAL_DAYS)
    worked = PatrolShift.objects.filter(logged_by=user, state=PatrolShift.State.COMPLETED, starts_at__gte=since)
    spans = worked.values_list("starts_at", "ends_at")
    local = Counter(
        (start.astimezone(LONDON).time(), end.astimezone(LONDON).time()) for start, end in spans[:MOST_USUAL]
    )
    return [pair for pair, _ in local.most_common(3)]


def areas_for_logging(user: User) -> QuerySet[HotspotArea]:
    """The areas this person may log shifts in, in list order, their retired ones too (the night decides)."""
    return areas_seen_by(user)


@dataclass(frozen=True)
class ShiftSpan:
    """A spell of time of an area (by id) or a person (by collar number and role), to be looked for among the shifts."""

    whose: int | str
    starts_at: datetime
    ends_at: datetime
    role: str = ""


def written_since(transaction: int, areas: Collection[int], *, between: tuple[datetime, datetime]) -> bool:
    """Whether others wrote a completed shift in these areas, overlapping this time, in or after that transaction."""
    starts_at, ends_at = between
    shifts = PatrolShift.objects.filter(changed_in__gte=transaction, area__in=areas, state=PatrolShift.State.COMPLETED)
    others = shifts.exclude(changed_in=ChangeNumber())
    return others.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists()


def written_beside(shift: PatrolShift) -> bool:
    """Whether others wrote a completed shift in the same area and time since this one was written last."""
    return written_since(shift.changed_in, [shift.area_id], between=(shift.starts_at, shift.ends_at))
