"""What the dashboard's cards ask, against the same figures counted from the records, for a financial year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection
from django.utils import timezone

from benchmarks.measure import Action, Result, side_by_side
from hotspot.core.calendar import Period
from hotspots.models import HotspotArea, Programme
from outcomes.kinds import BY_PLURAL
from reports.dashboard.cards.crews import by_hour_of_week
from reports.figures.breakdowns import Part, counted_parts
from reports.figures.headline import COLUMNS, Counts, Grain, figures
from reports.figures.series import Selection

AT_MOST_TIMES, AT_MOST_MILLISECONDS = 0.1, 100
RUNS = 3

_WHERE = "programme_id = %(programme)s AND area_id = ANY(%(areas)s) AND day BETWEEN %(first)s AND %(last)s"
_SUMS = ", ".join(f"sum({column})::bigint" for column in COLUMNS)
_HOURS = f"""
    SELECT weekday, hour, sum(minutes * people)::bigint
    FROM reports_shift_span CROSS JOIN LATERAL reports_hours_of(starts_at, ends_at)
    WHERE {_WHERE} GROUP BY weekday, hour
"""


@dataclass(frozen=True)
class Case:
    """One question: how it is asked from the summaries and from the records. Both give the same answer."""

    what: str
    read: Action
    count: Action


def results(programme: Programme) -> Iterator[Result]:
    """Each question, in turns with counting the records for it. Raises AssertionError where the answers differ."""
    period = Period.financial_year(programme.last_day).clip(programme.period) or programme.period
    areas = list(HotspotArea.objects.with_district().defer("boundary"))
    asked = Selection(programme, period, areas, timezone.now())
    for case in (*_headline(asked), *_parts(asked), _hours(asked)):
        if case.read() != case.count():
            raise AssertionError(f"{case.what}: the summaries and the records differ")
        took, counting_took = side_by_side(case.read, case.count, runs=RUNS)
        yield Result(
            f"read: {case.what}", took, "counted from the records", counting_took, AT_MOST_TIMES, AT_MOST_MILLISECONDS
        )


def _headline(asked: Selection) -> Iterator[Case]:
    for grain, column in ((Grain.AREA, "area_id"), (Grain.DAY, "day")):
        statement = f"SELECT {column}, {_SUMS} FROM reports_shift_contribution WHERE {_WHERE} GROUP BY {column}"
        yield Case(f"the six figures by {grain}", partial(_figures, asked, grain), partial(_counts, statement, asked))


def _figures(asked: Selection, grain: Grain) -> dict[Any, Counts]:
    found = figures(programme=asked.programme, period=asked.period, areas=asked.area_ids, at=asked.at, by=(grain,))
    return {row.area or row.day: row.counts for row in found.rows}


def _counts(statement: str, asked: Selection) -> dict[Any, Counts]:
    return {key: Counts(*counts) for key, *counts in _rows(statement, asked)}


def _parts(asked: Selection) -> Iterator[Case]:
    for what, names, by_area in (
        ("outcomes by kind", tuple(BY_PLURAL), False),
        ("crews by role and stream", ("crew",), False),
        ("visits by area", ("visits",), True),
        ("late, doubtful and unfinished entries by area", ("shifts", "to_follow"), True),
    ):
        area = "area_id" if by_area else "NULL::bigint"
        statement = (
            f"SELECT part, key, sum(number)::bigint, sum(minutes)::bigint, {area} FROM reports_shift_part "
            f"WHERE {_WHERE} AND part = ANY(%(parts)s) GROUP BY part, key{', area_id' if by_area else ''}"
        )
        yield Case(what, partial(_kept_parts, asked, names, by_area), partial(_live_parts, statement, asked, names))


def _kept_parts(asked: Selection, names: Sequence[str], by_area: bool) -> set[Part]:
    return set(counted_parts(asked.programme, asked.period, asked.area_ids, names, by_area=by_area))


def _live_parts(statement: str, asked: Selection, names: Sequence[str]) -> set[Part]:
    return {Part(*row) for row in _rows(statement, asked, names)}


def _hours(asked: Selection) -> Case:
    return Case("patrol minutes by hour of the week", partial(by_hour_of_week, asked), partial(_live_hours, asked))


def _live_hours(asked: Selection) -> dict[tuple[int, int], int]:
    return {(weekday, hour): minutes for weekday, hour, minutes in _rows(_HOURS, asked)}


def _rows(statement: str, asked: Selection, parts: Sequence[str] = ()) -> list[Any]:
    values: dict[str, Any] = {
        "programme": asked.programme.pk,
        "areas": asked.area_ids,
        "first": asked.period.first_day,
        "last": asked.period.last_day,
        "parts": list(parts),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[Any] = cursor.fetchall()
    return rows
