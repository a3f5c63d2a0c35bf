"""What the check of shifts has to know of what is recorded: asked for in one trip, with the locks that it needs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from hotspot.core import prepared_statements
from hotspot.core.advisory_locks import LOCK_EACH_SQL, LockName, lock_each_parameters
from hotspot.core.compiled_queries import CompiledQuery
from hotspot.core.models import User
from hotspot.core.transaction_settings import PLAN_ONCE
from hotspots.models import HotspotArea
from patrols.collar_numbers import BARE_NUMBER_SQL, bare_number
from patrols.models import CrewMember, PatrolShift
from patrols.shifts.entries import ExternalRecord
from patrols.shifts.queries import ShiftSpan, for_comparison, with_visibility


@dataclass(frozen=True)
class Wanted:
    """What is asked about.

    `submissions` may have been saved; `areas` (by id) may be visible; in `spans` of areas, by place, and of `people`
    other shifts may stand; `externals` may be recorded. `locks` are the areas that nobody else may record in until the
    transaction ends.
    """

    submissions: Sequence[UUID] = ()
    areas: Collection[int] = ()
    spans: Mapping[int, ShiftSpan] = field(default_factory=dict)
    people: Sequence[ShiftSpan] = ()
    externals: Sequence[ExternalRecord] = ()
    locks: Collection[int] = ()


@dataclass(frozen=True)
class Recorded:
    """What there is.

    `saved` are the shifts that submissions made: id of the shift, and of who logged it. `overlapping` are completed
    shifts in the same area, whoever logged them, `for_comparison`. `elsewhere` are rows of completed shifts, each with
    the place of the person: what may be told of them says `disclosed`. `externals` are those recorded, each with
    whether this user may see its shift.

    A sergeant logs several crews a night, so shifts in other areas say nothing: those crews are other people, or are
    found by their collar numbers.
    """

    saved: Mapping[UUID, tuple[int, int]]
    areas: Collection[int]
    overlapping: Mapping[int, Sequence[PatrolShift]]
    elsewhere: Sequence[tuple[int, CrewMember]]
    externals: Mapping[ExternalRecord, bool]


# No shift is longer than a day, which bounds the scans of indexes by start.
_SQL = f"""
    SELECT 'saved', submission.place, shift.id, shift.logged_by_id
    FROM unnest(%s::uuid[]) WITH ORDINALITY AS submission (id, place)
    JOIN patrols_patrolshift shift ON shift.submission_id = submission.id
    UNION ALL
    SELECT 'external', record.place, shift.id, 0
    FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS record (source, reference, place)
    JOIN patrols_patrolshift shift ON shift.external_source = record.source
        AND shift.external_reference = record.reference AND shift.external_reference <> ''
    UNION ALL
    SELECT 'overlapping', span.place, shift.id, 0
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) WITH ORDINALITY
        AS span (area_id, starts_at, ends_at, place)
    JOIN patrols_patrolshift shift ON shift.area_id = span.area_id AND shift.state = 'completed'
        AND shift.starts_at < span.ends_at AND shift.starts_at > span.starts_at - interval '1 day'
        AND shift.ends_at > span.starts_at
    UNION ALL
    SELECT 'elsewhere', span.place, member.id, 0
    FROM unnest(%s::text[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[]) WITH ORDINALITY
        AS span (collar_number, starts_at, ends_at, role, bare_number, place)
    JOIN patrols_crewmember member ON {BARE_NUMBER_SQL} = span.bare_number
        AND (member.role = span.role OR member.collar_number = span.collar_number)
        AND member.shift_state = 'completed' AND member.collar_number <> ''
        AND member.starts_at < span.ends_at AND member.starts_at > span.starts_at - interval '1 day'
        AND member.ends_at > span.starts_at
    UNION ALL
    SELECT 'area', 0, area.id, 0 FROM ({{visible_areas}}) area WHERE area.id = ANY(%s::bigint[])
    ORDER BY 2, 3
"""  # noqa: S608 - put together from constants


def look_up(wanted: Wanted, *, by: User) -> Recorded:
    """What of this is recorded already. Takes the locks first, so that what others write meanwhile is seen."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    for what, place, number, more in _rows(wanted, by):
        found.setdefault(what, []).append((place - 1, number, more))
    return Recorded(
        saved={wanted.submissions[place]: (number, more) for place, number, more in found.get("saved", ())},
        areas={number for _, number, _ in found.get("area", ())},
        overlapping=_overlapping(list(wanted.spans), found.get("overlapping", ()), by),
        elsewhere=_elsewhere(found.get("elsewhere", ()), by),
        externals=_externals(wanted.externals, found.get("external", ()), by),
    )


def elsewhere(people: Sequence[ShiftSpan], *, by: User) -> Sequence[tuple[int, CrewMember]]:
    """The rows of completed shifts on which these people were at these times, each with the place of its span."""
    return look_up(Wanted(people=people), by=by).elsewhere


@CompiledQuery
def _visible_areas(by: User) -> QuerySet[Any]:
    return HotspotArea.objects.visible_to(by).order_by().values("id")


def _rows(wanted: Wanted, by: User) -> list[tuple[str, int, int, int]]:
    visible, visible_parameters = _visible_areas.sql(by)
    spans, people = list(wanted.spans.values()), wanted.people
    parameters = [
        list(wanted.submissions),
        [record.source for record in wanted.externals],
        [record.reference for record in wanted.externals],
        *_columns(spans),
        *_columns(people),
        [span.role for span in people],
        [bare_number(str(span.whose)) for span in people],
        *visible_parameters,
        list(wanted.areas),
    ]
    sql = f"{PLAN_ONCE}; {prepared_statements.statement(_SQL.format(visible_areas=visible), len(parameters))}"
    with connection.cursor() as cursor:
        if wanted.locks:
            sql, parameters = (
                f"{LOCK_EACH_SQL}; {sql}",
                [*lock_each_parameters(LockName.AREAS, wanted.locks), *parameters],
            )
        cursor.execute(sql, parameters)
        rows: list[tuple[str, int, int, int]] = cursor.fetchall()
        return rows


def _columns(spans: Sequence[ShiftSpan]) -> list[list[Any]]:
    return [[span.whose for span in spans], [span.starts_at for span in spans], [span.ends_at for span in spans]]


def _overlapping(places: Sequence[int], rows: Sequence[tuple[int, int, int]], by: User) -> dict[int, list[PatrolShift]]:
    shifts = for_comparison({shift_id for _, shift_id, _ in rows}, by=by)
    overlaps: dict[int, list[PatrolShift]] = {}
    for place, shift_id, _ in rows:
        overlaps.setdefault(places[place], []).append(shifts[shift_id])
    return overlaps


def _elsewhere(rows: Sequence[tuple[int, int, int]], by: User) -> list[tuple[int, CrewMember]]:
    if not rows:
        return []
    members = _by_id(CrewMember.objects.select_related("shift__area").defer("shift__area__boundary"), rows)
    found = with_visibility(members, by=by, shift="shift").in_bulk()
    return [(place, found[member_id]) for place, member_id, _ in rows]


def _externals(
    records: Sequence[ExternalRecord], rows: Sequence[tuple[int, int, int]], by: User
) -> dict[ExternalRecord, bool]:
    seen = set(_by_id(PatrolShift.objects.visible_to(by), rows).values_list("pk", flat=True)) if rows else set()
    return {records[place]: shift_id in seen for place, shift_id, _ in rows}


def _by_id(records: QuerySet[Any], rows: Sequence[tuple[int, int, int]]) -> QuerySet[Any]:
    return records.filter(pk__in={number for _, number, _ in rows})
