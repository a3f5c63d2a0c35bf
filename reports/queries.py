"""The one function that computes figures. Everything that shows a number calls it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, QuerySet, Sum

from hotspot.core.periods import Period, today
from hotspots.models import Programme
from outcomes.models import AsbPowerUse
from patrols.models import PatrolShift
from reports.measures import DEFINITION_VERSION
from reports.rules import Cell, withheld_cells


class Grain(StrEnum):
    """What figures can be split by."""

    AREA = "area"
    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True)
class Counts:
    """The additive parts of the headline. Minutes, not hours: hours are words, and are rounded where they are said."""

    patrol_minutes: int = 0
    patrols: int = 0
    arrests: int = 0
    stop_searches: int = 0
    weapons: int = 0
    asb_powers: int = 0
    clock_minutes: int = 0

    @classmethod
    def total(cls, parts: Iterable["Counts"]) -> "Counts":
        """All of them together, column by column."""
        columns = zip(*map(attrgetter(*COLUMNS), parts), strict=True)
        return cls(*map(sum, columns))

    def per_100_hours(self, column: str) -> float | None:
        """How many of a count for each 100 patrol hours; None where there were no hours."""
        return getattr(self, column) * 6000 / self.patrol_minutes if self.patrol_minutes else None


COLUMNS = tuple(part.name for part in fields(Counts))


@dataclass(frozen=True)
class Row:
    """The counts of one part of the figures. What the figures are not split by is None."""

    counts: Counts
    area: int | None = None
    month: date | None = None
    day: date | None = None


@dataclass(frozen=True)
class Figures:
    """Counts for a programme, a period and a set of areas, as they stood at an instant, by one definition."""

    programme: Programme
    period: Period
    area_ids: Sequence[int]
    as_at: datetime
    totals: Counts
    rows: Sequence[Row] = ()
    by: tuple[Grain, ...] = ()
    definition: str = field(default=DEFINITION_VERSION)


def figures(
    *, programme: Programme, period: Period, areas: Iterable[int], at: datetime, by: Sequence[Grain] = ()
) -> Figures:
    """The six figures and clock hours of a programme for a period of London days and some areas.

    `areas` are ids that the caller took from `visible_to`. `at` is when the question is asked and is only carried
    along. `by` splits the figures: by area, month, day or two of them; parts without any count have no row.
    """
    area_ids = list(areas)
    rows = [] if not area_ids else _rows(programme, period, area_ids, tuple(by))
    totals = Counts.total(row.counts for row in rows)
    return Figures(programme, period, area_ids, at, totals, rows if by else (), tuple(by))


_SUMS = ", ".join(f"sum({column})::bigint" for column in COLUMNS)
_KEYS = {Grain.AREA: "area_id", Grain.MONTH: "date_trunc('month', day)::date", Grain.DAY: "day"}
# Whole months come from the month summary, the ragged days at either end from the day summary, in one query.
_PARTS = f"""
    SELECT area_id, month AS day, {", ".join(COLUMNS)} FROM reports_monthsummary
    WHERE programme_id = %(programme)s AND area_id = ANY(%(areas)s) AND month BETWEEN %(first_month)s AND %(last_month)s
    UNION ALL
    SELECT area_id, day, {", ".join(COLUMNS)} FROM reports_daysummary
    WHERE programme_id = %(programme)s AND area_id = ANY(%(areas)s)
        AND (day BETWEEN %(first_day)s AND %(before_months)s OR day BETWEEN %(after_months)s AND %(last_day)s)
"""  # noqa: S608 - names of our own columns


def _rows(programme: Programme, period: Period, area_ids: list[int], by: tuple[Grain, ...]) -> list[Row]:
    keys = ", ".join(_KEYS[grain] for grain in by)
    grouping = f"GROUP BY {keys} ORDER BY {keys}" if by else ""
    sql = f"SELECT {keys + ', ' if by else ''}{_SUMS} FROM ({_PARTS}) parts {grouping}"  # noqa: S608
    parameters: dict[str, Any] = {
        "programme": programme.pk,
        "areas": area_ids,
        **_bounds(period, daily=Grain.DAY in by),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = [(row[: len(by)], Counts(*(count or 0 for count in row[len(by) :]))) for row in cursor.fetchall()]
    # A summary row stays when all it counted was withdrawn.
    return [Row(counts, **dict(zip(by, key, strict=True))) for key, counts in rows if counts != Counts()]


def _bounds(period: Period, *, daily: bool) -> dict[str, date]:
    """Where the whole months of a period begin and end. `daily`: none, every day is counted on its own."""
    one_day = timedelta(days=1)
    whole = [month for month in period.each_month() if month.first_day in period and month.last_day in period]
    if daily or not whole:
        # An empty run of months, and the days all in the run before it.
        nothing = {"first_month": period.last_day, "last_month": period.first_day - one_day}
        days = {"before_months": period.last_day, "after_months": period.last_day + one_day}
        return {"first_day": period.first_day, "last_day": period.last_day, **nothing, **days}
    return {
        "first_day": period.first_day,
        "last_day": period.last_day,
        "first_month": whole[0].first_day,
        "last_month": whole[-1].first_day,
        "before_months": whole[0].first_day - one_day,
        "after_months": whole[-1].last_day + one_day,
    }


@dataclass(frozen=True)
class Difference:
    """A summary row that is not what counting the shifts gives. `span` is the day, or the month by its first day."""

    grain: Grain
    programme_id: int
    area_id: int
    span: date
    kept: Counts
    counted: Counts


_ALL = ", ".join(COLUMNS)
_KEPT, _COUNTED = (
    ", ".join(f"coalesce(sum({column}) FILTER (WHERE {side}), 0)::bigint" for column in COLUMNS)
    for side in ("is_kept", "NOT is_kept")
)
# One statement, so that all of it is seen as it stood at one moment, whoever writes meanwhile.
_RECOUNT = f"""
    WITH counted AS (
        SELECT programme_id, area_id, day, {", ".join(f"sum({column}) AS {column}" for column in COLUMNS)}
        FROM reports_shift_contribution GROUP BY programme_id, area_id, day
    ), sides AS (
        SELECT 'day' AS grain, true AS is_kept, programme_id, area_id, day AS span, {_ALL} FROM reports_daysummary
        UNION ALL SELECT 'day', false, programme_id, area_id, day, {_ALL} FROM counted
        UNION ALL SELECT 'month', true, programme_id, area_id, month, {_ALL} FROM reports_monthsummary
        UNION ALL SELECT 'month', false, programme_id, area_id, date_trunc('month', day)::date, {_ALL} FROM counted
    )
    SELECT grain, programme_id, area_id, span, {_KEPT}, {_COUNTED}
    FROM sides GROUP BY grain, programme_id, area_id, span
    HAVING ({_KEPT}) <> ({_COUNTED})
    ORDER BY grain, programme_id, area_id, span
"""  # noqa: S608 - names of our own columns


@transaction.atomic
def summary_differences() -> list[Difference]:
    """Where the summaries are not what counting every shift afresh gives. Empty: they are exact.

    Reads every shift: seconds for a million, and nobody waits for it. Not for a web request.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(_RECOUNT)
        rows = cursor.fetchall()
    return [
        Difference(
            Grain(grain), programme, area, span, Counts(*counts[: len(COLUMNS)]), Counts(*counts[len(COLUMNS) :])
        )
        for grain, programme, area, span, *counts in rows
    ]


@dataclass(frozen=True)
class RolePart:
    """The patrol minutes of one crew role, and its places in crews."""

    role: str
    patrol_minutes: int
    people: int


def by_role(*, programme: Programme, period: Period, areas: Iterable[int]) -> list[RolePart]:
    """Who gave the patrol minutes of the headline, most first. Counted from the crews."""
    crews = _counted(programme, period, areas).values("crew__role")
    sums = crews.annotate(minutes=Sum("crew__minutes"), people=Count("crew")).order_by("-minutes", "crew__role")
    return [RolePart(row["crew__role"], row["minutes"], row["people"]) for row in sums]


@dataclass(frozen=True)
class PowerPart:
    """How often one power was used, and whether the headline counts it."""

    kind: str
    uses: int
    in_headline: bool


def by_power(*, programme: Programme, period: Period, areas: Iterable[int]) -> list[PowerPart]:
    """Uses of each power, most first, also of those that the headline leaves out. Counted from the records."""
    uses = AsbPowerUse.objects.standing().filter(shift__in=_counted(programme, period, areas).order_by())
    counts = uses.order_by().values_list("kind", "kind__in_headline").annotate(n=Count("pk")).order_by("-n", "kind")
    return [PowerPart(kind, n, in_headline) for kind, in_headline, n in counts]


def _counted(programme: Programme, period: Period, areas: Iterable[int]) -> QuerySet[PatrolShift]:
    """The shifts that the headline counts."""
    return PatrolShift.objects.counted().filter(
        funding_stream__programme=programme, area__in=list(areas), day__range=(period.first_day, period.last_day)
    )


# Hours and clock hours would tell how many patrols there were, so they are withheld with them.
_WITHHELD_WITH = {"patrol_minutes": "patrols", "clock_minutes": "patrols"}


@dataclass(frozen=True)
class Withheld:
    """Which figures of single areas are too small to be told to people who may not see records."""

    period: Period
    area_ids: frozenset[int]
    cells: Mapping[str, set[Cell]]

    def hides(self, column: str, areas: Iterable[int], period: Period) -> bool:
        """Whether this count of these areas, in a run of whole months, must not be shown.

        The total of all areas is a headline and always shown. That of some is shown if each of its parts may be.
        """
        chosen = frozenset(areas)
        within = period.clip(self.period)
        if chosen >= self.area_ids or within is None:
            return False
        span = (within.first_day.replace(day=1), within.last_day.replace(day=1))
        cells = self.cells[_WITHHELD_WITH.get(column, column)]
        return any((area, span) in cells for area in chosen)


def withheld(*, programme: Programme, areas: Iterable[int], at: datetime) -> Withheld:
    """What to withhold of a programme's figures; `areas` are all that the person may see."""
    area_ids = sorted(areas)
    until = max(programme.first_day, min(today(at), programme.last_day))
    so_far = Period(programme.first_day, until)
    months = [month.first_day for month in so_far.each_month()]
    grid = figures(
        programme=programme, period=programme.period, areas=area_ids, at=at, by=(Grain.AREA, Grain.MONTH)
    ).rows
    cells = {}
    for column in COLUMNS:
        if column not in _WITHHELD_WITH:
            counts = {(row.area, row.month): getattr(row.counts, column) for row in grid}
            cells[column] = withheld_cells(counts, area_ids, months)  # type: ignore[arg-type]
    return Withheld(so_far, frozenset(area_ids), cells)
