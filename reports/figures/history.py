"""Figures as they stood, counted from the history that the database keeps. Reads no current record and no summary."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from hotspot.core.calendar import Period
from hotspot.core.transaction_settings import NO_TIME_LIMIT, USUAL_TIME_LIMIT
from hotspots.models import Programme
from reports.figures.headline import COLUMNS, CountRow, Counts


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


def _outcomes(table: str, more: str = "") -> str:
    rows = _version_of(table, f"shift_id, void_reason{', kind_id' if more else ''}", of_shifts=True)
    return f"SELECT shift_id, count(*) AS number FROM ({rows}) o {more} WHERE o.void_reason = '' GROUP BY shift_id"  # noqa: S608


_SHIFTS = _version_of("patrols_patrolshiftevent", "state, area_id, funding_stream_id, starts_at, ends_at")
_STREAMS = _version_of("hotspots_fundingstreamevent", "programme_id, kind")
_CREW = _version_of("patrols_crewmemberevent", "shift_id, starts_at, ends_at", of_shifts=True)
_COUNTED = f"""
    WITH versions AS ({_SHIFTS}), streams AS ({_STREAMS}),
    shifts AS MATERIALIZED (
        SELECT versions.id, area_id, (starts_at AT TIME ZONE 'Europe/London')::date AS day, {_MINUTES} AS clock_minutes
        FROM versions JOIN streams ON streams.id = funding_stream_id
        WHERE state = 'completed' AND kind <> 'business_as_usual' AND programme_id = %(programme)s
            AND area_id = ANY(%(areas)s)
            AND (starts_at AT TIME ZONE 'Europe/London')::date BETWEEN %(first_day)s AND %(last_day)s
    ),
    crew AS (SELECT shift_id, sum({_MINUTES}) AS number FROM ({_CREW}) c GROUP BY shift_id),
    arrests AS ({_outcomes("outcomes_arrestevent")}),
    stop_searches AS ({_outcomes("outcomes_stopsearchevent")}),
    weapons AS ({_outcomes("outcomes_weaponrecoveredevent")}),
    asb_powers AS (
        {_outcomes("outcomes_asbpoweruseevent", "JOIN outcomes_asbpowerkind k ON k.code = o.kind_id AND k.in_headline")}
    )
    SELECT area_id, date_trunc('month', day)::date AS month, sum(crew.number)::bigint AS patrol_minutes,
        count(*) AS patrols, sum(arrests.number)::bigint AS arrests, sum(stop_searches.number)::bigint AS stop_searches,
        sum(weapons.number)::bigint AS weapons, sum(asb_powers.number)::bigint AS asb_powers,
        sum(clock_minutes)::bigint AS clock_minutes
    FROM shifts
    LEFT JOIN crew ON crew.shift_id = shifts.id
    LEFT JOIN arrests ON arrests.shift_id = shifts.id
    LEFT JOIN stop_searches ON stop_searches.shift_id = shifts.id
    LEFT JOIN weapons ON weapons.shift_id = shifts.id
    LEFT JOIN asb_powers ON asb_powers.shift_id = shifts.id
    GROUP BY area_id, month ORDER BY area_id, month
"""  # noqa: S608 - names of our own columns


@transaction.atomic
def counted_at(*, programme: Programme, period: Period, areas: Iterable[int], moment: datetime) -> list[CountRow]:
    """The rows that `figures(by=(AREA, MONTH))` gave at a settled moment of the database's clock.

    Kinds of ASB powers count as the vocabulary says now: it changes with the definition, not with the records.
    Reads the whole history: with that of a million shifts, six seconds for a year of them and 23 for all.
    """
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
        cursor.execute(f"SELECT area_id, month, {', '.join(COLUMNS)} FROM ({_COUNTED}) counted", parameters)  # noqa: S608
        rows = cursor.fetchall()
        cursor.execute(f"{USUAL_TIME_LIMIT}; SET LOCAL enable_nestloop TO DEFAULT")
    return [
        CountRow(Counts(*(count or 0 for count in counts)), area=area, month=month) for area, month, *counts in rows
    ]
