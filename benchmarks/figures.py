"""The six figures through the product's one function, against hand-written SQL on the same summaries."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from benchmarks.measure import Action, Result, milliseconds, side_by_side
from hotspot.core.periods import Period
from hotspots.models import HotspotArea, Programme
from reports.queries import Grain, figures

AT_MOST_TIMES = 2
AT_MOST_MILLISECONDS = 50
_SUMS = (
    "sum(patrol_minutes)::bigint, sum(patrols)::bigint, sum(arrests)::bigint, sum(stop_searches)::bigint, "
    "sum(weapons)::bigint, sum(asb_powers)::bigint, sum(clock_minutes)::bigint"
)
_COLUMNS = "area_id, patrol_minutes, patrols, arrests, stop_searches, weapons, asb_powers, clock_minutes"


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
    by_hand = _by_hand(programme, period, by)
    ours = _ours(programme, period, areas, by)
    _check_same(ours(), by_hand(), by)
    ours_took, by_hand_took = side_by_side(ours, by_hand)
    return Result(what, ours_took, "SQL by hand", by_hand_took, AT_MOST_TIMES, AT_MOST_MILLISECONDS)


def _ours(programme: Programme, period: Period, areas: Sequence[int], by: Sequence[Grain]) -> Action:
    now = timezone.now()
    return lambda: figures(programme=programme, period=period, areas=areas, at=now, by=by)


def _by_hand(programme: Programme, period: Period, by: Sequence[Grain]) -> Action:
    """What somebody would write who knows the summaries: whole months from one, ragged days from the other."""
    months = [month.first_day for month in period.each_month() if period.clip(month) == month]
    key, group = ("area_id, ", " GROUP BY area_id") if by else ("", "")
    if not months:
        sql = f"SELECT {key}{_SUMS} FROM reports_daysummary WHERE programme_id = %s AND day BETWEEN %s AND %s{group}"
        return _ask(sql, [programme.pk, period.first_day, period.last_day])
    parameters: list[date | int] = [programme.pk, months[0], months[-1]]
    source = "reports_monthsummary WHERE programme_id = %s AND month BETWEEN %s AND %s"
    if period.is_whole_months:
        return _ask(f"SELECT {key}{_SUMS} FROM {source}{group}", parameters)
    after = Period.month(months[-1]).last_day
    days = "reports_daysummary WHERE programme_id = %s AND (day >= %s AND day < %s OR day > %s AND day <= %s)"
    parts = f"SELECT {_COLUMNS} FROM {source} UNION ALL SELECT {_COLUMNS} FROM {days}"
    parameters += [programme.pk, period.first_day, months[0], after, period.last_day]
    return _ask(f"SELECT {key}{_SUMS} FROM ({parts}) parts{group}", parameters)


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
