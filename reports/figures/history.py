"""Figures as they stood, counted from the history that the database keeps. Reads no current record and no summary."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from django.db import connection, transaction

from hotspot.core.calendar import Period
from hotspot.core.definitions.base import Definition
from hotspot.core.definitions.registry import definition_of
from hotspot.core.definitions.sql import counting_power, counting_shift
from hotspot.core.transaction_settings import NO_TIME_LIMIT, USUAL_TIME_LIMIT
from hotspots.models import Programme
from reports.figures.headline import CountRow, Counts, Figures, Grain, counts_of, figures
from reports.figures.measures import DEFINITION_VERSION

# A moment after every version that was recorded: the records as they are.
_NOW = datetime(9999, 12, 31, tzinfo=UTC)


def settled_moment() -> datetime:
    """The latest instant by the database's clock before which nothing more can be written into the history.

    History is dated by the beginning of its transaction, and a transaction may still write after others that began
    later have ended. So it is when the oldest transaction that is still open began, or now where there is none.
    Downloads that take minutes only read, and say so (`hotspot.core.transaction_settings.READS_ONLY`).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT least(clock_timestamp(), min(xact_start) - interval '1 microsecond') FROM pg_stat_activity
            WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
                AND application_name <> 'hotspot-reads'
            """
        )
        moment: datetime = cursor.fetchone()[0]
    return moment


def _version_of(table: str, columns: str, *, of_shifts: bool = False) -> str:
    """Each row of a table as it was at the moment; those deleted by then are left out.

    `of_shifts`: only the parts that ever belonged to one of `shifts`, for a year of patrols should not read ten.
    """
    condition = f"pgh_obj_id IN (SELECT pgh_obj_id FROM {table} WHERE shift_id IN (SELECT id FROM shifts))"  # noqa: S608
    return f"""
        SELECT * FROM (
            SELECT DISTINCT ON (pgh_obj_id) pgh_obj_id AS id, pgh_label, {columns} FROM {table}
            WHERE pgh_created_at <= %(moment)s AND {condition if of_shifts else "true"} ORDER BY pgh_obj_id, pgh_id DESC
        ) latest WHERE pgh_label <> 'delete'
    """  # noqa: S608 - names of our own tables and columns


_MINUTES = "extract(epoch FROM ends_at - starts_at)::int / 60"


_SHIFTS = _version_of("patrols_patrolshiftevent", "state, area_id, funding_stream_id, starts_at, ends_at")
_STREAMS = _version_of("hotspots_fundingstreamevent", "programme_id, kind")
_CREW = _version_of("patrols_crewmemberevent", "shift_id, starts_at, ends_at", of_shifts=True)


def _outcomes(definition: Definition, table: str) -> str:
    """How many rows of an outcome's table each shift had that were not withdrawn, by its history."""
    is_power = table == "outcomes_asbpoweruse"
    rows = _version_of(f"{table}event", f"shift_id, void_reason{', kind_id' if is_power else ''}", of_shifts=True)
    more = f"JOIN outcomes_asbpowerkind k ON k.code = o.kind_id AND {counting_power(definition)}" if is_power else ""
    return f"SELECT shift_id, count(*) AS number FROM ({rows}) o {more} WHERE o.void_reason = '' GROUP BY shift_id"  # noqa: S608


@cache
def _counted(definition: Definition) -> str:
    """The query that counts afresh by a definition."""
    outcomes = definition.outcome_tables
    names = [column for column, _ in outcomes]
    return f"""
    WITH versions AS ({_SHIFTS}), streams AS ({_STREAMS}),
    shifts AS MATERIALIZED (
        SELECT versions.id, area_id, (starts_at AT TIME ZONE 'Europe/London')::date AS day, {_MINUTES} AS clock_minutes
        FROM versions JOIN streams ON streams.id = funding_stream_id
        WHERE {counting_shift(definition, state="state", kind="kind")} AND programme_id = %(programme)s
            AND area_id = ANY(%(areas)s)
            AND (starts_at AT TIME ZONE 'Europe/London')::date BETWEEN %(first_day)s AND %(last_day)s
    ),
    crew AS (SELECT shift_id, sum({_MINUTES}) AS number FROM ({_CREW}) c GROUP BY shift_id),
    {", ".join(f"{column} AS ({_outcomes(definition, table)})" for column, table in outcomes)}
    SELECT area_id, date_trunc('month', day)::date AS month, sum(crew.number)::bigint AS patrol_minutes,
        count(*) AS patrols, {", ".join(f"sum({name}.number)::bigint AS {name}" for name in names)},
        sum(clock_minutes)::bigint AS clock_minutes
    FROM shifts
    LEFT JOIN crew ON crew.shift_id = shifts.id
    {" ".join(f"LEFT JOIN {name} ON {name}.shift_id = shifts.id" for name in names)}
    GROUP BY area_id, month ORDER BY area_id, month
    """  # noqa: S608 - names of our own columns


@transaction.atomic
def counted_at(
    *,
    programme: Programme,
    period: Period,
    areas: Iterable[int],
    moment: datetime,
    definition: Definition | None = None,
) -> list[CountRow]:
    """The rows that `figures(by=(AREA, MONTH))` gave at a settled moment, by the current definition or another.

    `moment` is by the database's clock.
    Reads the whole history: with that of a million shifts, six seconds for a year of them and 23 for all.
    """
    counted_by = definition or definition_of(DEFINITION_VERSION)
    sql = _counted(counted_by)
    parameters: dict[str, Any] = {
        "moment": moment,
        "programme": programme.pk,
        "areas": list(areas),
        "first_day": period.first_day,
        "last_day": period.last_day,
    }
    with connection.cursor() as cursor:
        # The planner cannot know how many latest versions there are. It takes them for few and would join each shift
        # with every part, one by one: for a million shifts that never ends.
        cursor.execute(f"{NO_TIME_LIMIT}; SET LOCAL enable_nestloop = off")
        cursor.execute(f"SELECT area_id, month, {', '.join(counted_by.columns)} FROM ({sql}) counted", parameters)  # noqa: S608
        rows = cursor.fetchall()
        cursor.execute(f"{USUAL_TIME_LIMIT}; SET LOCAL enable_nestloop TO DEFAULT")
    return [
        CountRow(counts_of(counted_by, [count or 0 for count in counts]), area=area, month=month)
        for area, month, *counts in rows
    ]


def figures_by(
    definition: Definition,
    *,
    programme: Programme,
    period: Period,
    areas: Iterable[int],
    at: datetime,
    by: tuple[Grain, ...],
) -> Figures:
    """The figures of the records as they are now by any definition, split by area, by month or by both.

    The summaries hold the figures of the current definition only; those of an older one are counted afresh, which
    takes as long as `counted_at`. So that a published statement is compared and corrected by its own definition.
    """
    area_ids = list(areas)
    if definition.version == DEFINITION_VERSION:
        return figures(programme=programme, period=period, areas=area_ids, at=at, by=by)
    rows = counted_at(programme=programme, period=period, areas=area_ids, moment=_NOW, definition=definition)
    parts: dict[tuple[int | None, date | None], list[Counts]] = {}
    for row in rows:
        key = (row.area if Grain.AREA in by else None, row.month if Grain.MONTH in by else None)
        parts.setdefault(key, []).append(row.counts)
    split = [CountRow(Counts.total(counts), area=area, month=month) for (area, month), counts in parts.items()]
    totals = Counts.total(row.counts for row in split)
    return Figures(programme, period, area_ids, at, totals, split if by else (), by, definition.version)
