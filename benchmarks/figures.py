"""The six figures through the product's one function, against hand-written SQL on the same summaries."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from benchmarks.measure import Action, Result, milliseconds, side_by_side
from hotspot.core.calendar import Period
from hotspots.models import HotspotArea, Programme
from reports.figures.headline import COLUMNS, Grain, figures

AT_MOST_TIMES = 2
AT_MOST_MILLISECONDS = 50
_SUMS = (
    "sum(patrol_minutes)::bigint, sum(patrols)::bigint, sum(arrests)::bigint, sum(stop_searches)::bigint, "
    "sum(weapons)::bigint, sum(asb_powers)::bigint, sum(clock_minutes)::bigint"
)
_COLUMNS = ", ".join(("area_id", *COLUMNS))

_DAYS = {"reports_monthsummary": "month", "reports_daysummary": "day"}


def periods(programme: Programme) -> dict[str, Period]:
    """The programme's whole time, and periods that cut months in two, longer and shorter."""
    whole = programme.period
    day = timedelta(days=1)
    return {
        f"all {whole.days // 365} years": whole,
        "ragged, nearly all": Period(whole.first_day + 16 * day, whole.last_day - 20 * day),
        "one financial year": Period.financial_year(whole.last_day),
        "ragged, seven months": Period(whole.last_day - 223 * day, whole.last_day - 9 * day),
        "one month": Period.month(whole.last_day),
        "eleven days": Period(whole.last_day - 20 * day, whole.last_day - 10 * day),
    }


def results(programme: Programme) -> Iterator[Result]:
    """Each period, as one sum and by area."""
    areas = list(HotspotArea.objects.values_list("pk", flat=True))
    for name, period in periods(programme).items():
        for by, split in (((), "the six figures"), ((Grain.AREA,), f"by {len(areas)} areas")):
            yield _result(f"{split}, {name}", programme, period, areas, by)


def live(programme: Programme) -> tuple[float, float]:
    """Milliseconds of counting everything from the shifts themselves, once, and of reading it: for context."""
    areas = list(HotspotArea.objects.values_list("pk", flat=True))
    counted = _ask(f"SELECT {_SUMS} FROM reports_shift_contribution WHERE programme_id = %s", [programme.pk])
    return milliseconds(counted), milliseconds(_ours(programme, programme.period, areas, ()))


def _result(what: str, programme: Programme, period: Period, areas: Sequence[int], by: Sequence[Grain]) -> Result:
    by_hand = _by_hand(programme, period, areas, by)
    ours = _ours(programme, period, areas, by)
    _check_same(ours(), by_hand(), by)
    ours_took, by_hand_took = side_by_side(ours, by_hand)
    return Result(what, ours_took, "SQL by hand", by_hand_took, AT_MOST_TIMES, AT_MOST_MILLISECONDS)


def _ours(programme: Programme, period: Period, areas: Sequence[int], by: Sequence[Grain]) -> Action:
    now = timezone.now()
    return lambda: figures(programme=programme, period=period, areas=areas, at=now, by=by)


def _by_hand(programme: Programme, period: Period, areas: Sequence[int], by: Sequence[Grain]) -> Action:
    """The same question as somebody would write it who knows the summaries and this period: whole months from one,
    ragged days from the other, and neither where the period has none."""
    months = [month for month in period.each_month() if period.clip(month) == month]
    parts: list[tuple[str, list[Any]]] = []
    if months:
        parts.append(("reports_monthsummary", [programme.pk, areas, months[0].first_day, months[-1].first_day]))
    for ragged in _ragged(period, months):
        parts.append(("reports_daysummary", [programme.pk, areas, ragged.first_day, ragged.last_day]))
    where = "programme_id = %s AND area_id = ANY (%s)"
    union = " UNION ALL ".join(
        f"SELECT {_COLUMNS} FROM {table} WHERE {where} AND {_DAYS[table]} BETWEEN %s AND %s" for table, _ in parts
    )
    key, group = ("area_id, ", " GROUP BY area_id") if by else ("", "")
    sql = f"SELECT {key}{_SUMS} FROM ({union}) parts{group}"
    return _ask(sql, [value for _, values in parts for value in values])


def _ragged(period: Period, months: Sequence[Period]) -> list[Period]:
    """The days of a period that lie outside its whole months."""
    if not months:
        return [period]
    day = timedelta(days=1)
    before, after = months[0].first_day - day, months[-1].last_day + day
    return [
        Period(first, last) for first, last in ((period.first_day, before), (after, period.last_day)) if first <= last
    ]


def _ask(sql: str, parameters: Sequence[Any]) -> Action:
    def ask() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            rows: list[Any] = cursor.fetchall()
        return rows

    return ask


def _check_same(ours: Any, by_hand: Any, by: Sequence[Grain]) -> None:
    """Two quick answers are worth nothing unless they are the same answer."""
    hours = sum(row[1 if by else 0] or 0 for row in by_hand)
    if hours != ours.totals.patrol_minutes or (by and len(by_hand) != len(ours.rows)):
        raise AssertionError(f"figures() and SQL by hand differ for {ours.period}")
