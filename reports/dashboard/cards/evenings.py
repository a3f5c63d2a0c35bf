"""The card of peak-time cover: on how many Friday and Saturday evenings each area had a patrol."""

import calendar
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from hotspot.core import wording
from hotspot.core.calendar import LONDON, Period, today
from hotspots.models import HotspotArea
from patrols.models import PatrolShift
from reports.dashboard.cards.base import Card, CardColumn
from reports.figures.charts import Bar, Bars, on_grid
from reports.figures.formatting import Value, share
from reports.figures.measures import SMALLEST_BASE
from reports.figures.series import Selection

# The guarantee of patrols at peak times names Friday and Saturday evenings and no hours. An evening ends at midnight,
# so that it belongs to one London day, as a patrol does; a patrol that only ends or begins in it is no cover.
PEAK_DAYS = (calendar.FRIDAY, calendar.SATURDAY)
EVENING_FROM = time(18)
LEAST = timedelta(hours=1)
"""For so long, between 6pm and midnight, at least one patrol is out on an evening that counts."""
_EVENING_HOURS = timedelta(hours=6)

# For every area active then. The evenings come first: there are few, and an index has the shifts of each day.
_COVERED = """
    SELECT area_id, weekday, count(*)
    FROM (
        SELECT DISTINCT shift.area_id, shift.day, evening.weekday
        FROM unnest(%s::date[], %s::int[], %s::timestamptz[], %s::timestamptz[])
            AS evening (day, weekday, starts_at, ends_at)
        JOIN ({shifts}) shift ON shift.day = evening.day
        JOIN unnest(%s::bigint[], %s::date[], %s::date[]) AS area (id, first_day, last_day)
            ON area.id = shift.area_id AND shift.day BETWEEN area.first_day AND area.last_day
        WHERE least(shift.ends_at, evening.ends_at) - greatest(shift.starts_at, evening.starts_at) >= %s
    ) covered
    GROUP BY area_id, weekday
"""


@dataclass(frozen=True)
class EveningPart:
    """One area: how many of its Friday and Saturday evenings were over, and how many of them had a patrol."""

    area: HotspotArea
    evenings: Mapping[int, int]
    covered: Mapping[int, int]


@dataclass(frozen=True)
class PeakCover:
    """Each area's evenings, and those of the same areas in another time where one is compared with."""

    parts: Sequence[EveningPart]
    when: Period | None = None
    before: Sequence[EveningPart] = ()


def cover_of_evenings(asked: Selection) -> PeakCover:
    """The evenings of the period, and of the time that it is compared with."""
    if asked.other is None:
        return PeakCover(evenings(asked))
    return PeakCover(evenings(asked), asked.other.period, evenings(asked.other))


def evenings(asked: Selection) -> list[EveningPart]:
    """Each area that was active on such an evening, in list order.

    Evenings before today, from the programme's first record on and, once it is over, to its last: of others nothing is
    known.
    """
    days = _peak_days(asked)
    parts = [
        EveningPart(area, Counter(day.weekday() for day in days if area.is_active_on(day)), {}) for area in asked.areas
    ]
    parts = [part for part in parts if part.evenings]
    covered = _covered(asked, days, [part.area for part in parts]) if parts else {}
    return [
        EveningPart(part.area, part.evenings, {day: covered.get((part.area.pk, day), 0) for day in PEAK_DAYS})
        for part in parts
    ]


def _peak_days(asked: Selection) -> list[date]:
    over = Period(date.min, today(asked.at) - timedelta(days=1))
    days = asked.recorded.clip(over) if asked.recorded else None
    return [day for day in days.each_day() if day.weekday() in PEAK_DAYS] if days else []


def _covered(asked: Selection, days: Sequence[date], areas: Sequence[HotspotArea]) -> dict[tuple[int, int], int]:
    """By area and weekday, on how many of some days a patrol was out in the evening for long enough."""
    shifts = PatrolShift.objects.counted().filter(funding_stream__programme=asked.programme, day__in=days)
    sql, parameters = shifts.order_by().values("area_id", "day", "starts_at", "ends_at").query.sql_with_params()
    starts = [datetime.combine(day, EVENING_FROM, tzinfo=LONDON) for day in days]
    spans = [(area.pk, area.first_day, area.last_day or date.max) for area in areas]
    values: list[Any] = [
        list(days),
        [day.weekday() for day in days],
        starts,
        [start + _EVENING_HOURS for start in starts],
        *parameters,
        *(list(column) for column in zip(*spans, strict=True)),
        LEAST,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_COVERED.format(shifts=sql), values)
        return {(area, weekday): number for area, weekday, number in cursor.fetchall()}


def peak_cover(found: PeakCover) -> Card:
    """The share of Friday and Saturday evenings with a patrol, by district and area."""
    columns = [CardColumn("District"), CardColumn("Hotspot area"), *_columns("Evenings with a patrol, %")]
    if found.when:
        columns += _columns("Evenings, %", "Compared: ")
    return Card(
        code="peak-cover",
        name="Friday and Saturday evenings",
        sentence=_sentence(found),
        columns=columns,
        rows=[row for district in _districts(found) for row in _district_rows(district, found)],
        chart=_bars(found.parts) if found.parts else None,
        about=[
            f"An evening is from {wording.clock(EVENING_FROM)} to midnight. It has a patrol where one that started "
            f"that day and the headline counts was out for at least {wording.duration(LEAST.seconds // 60)} of it.",
            "Evenings before today on which the area was active, from the programme’s first record on and, once it "
            "is over, to its last. A district’s are those of all its hotspot areas added up.",
            f"Of fewer than {SMALLEST_BASE} evenings no percentage is shown, and the bar is outlined.",
        ],
    )


def _columns(percent: str, before: str = "") -> list[CardColumn]:
    columns = []
    for name in (calendar.day_name[day] for day in PEAK_DAYS):
        columns += [
            CardColumn(f"{before}{name} evenings", "evenings"),
            CardColumn(f"{before}{name}s with a patrol", "evenings"),
        ]
    return [*columns, CardColumn(f"{before}{percent}", "%")]


def _districts(found: PeakCover) -> list[str]:
    return sorted({part.area.district.name for part in found.parts})


def _district_rows(district: str, found: PeakCover) -> list[list[Value]]:
    own, before = (
        [part for part in parts if part.area.district.name == district] for parts in (found.parts, found.before)
    )
    rows = [_row(district, "All together", own, before, found)] if len(own) > 1 else []
    for part in own:
        rows.append(_row(district, part.area.name, [part], [each for each in before if each.area == part.area], found))
    return rows


def _row(
    district: str, name: str, parts: Sequence[EveningPart], before: Sequence[EveningPart], found: PeakCover
) -> list[Value]:
    row: list[Value] = [district, name, *_values(parts)]
    return [*row, *_values(before)] if found.when else row


def _values(parts: Sequence[EveningPart]) -> list[Value]:
    """By day, how many evenings there were and how many had a patrol; and the share of both days together."""
    values: list[Value] = []
    for day in PEAK_DAYS:
        values += [sum(part.evenings.get(day, 0) for part in parts), sum(part.covered[day] for part in parts)]
    return [*values, share(*_both(parts))]


def _both(parts: Sequence[EveningPart]) -> tuple[int, int]:
    """The evenings with a patrol, and all of them."""
    return sum(sum(part.covered.values()) for part in parts), sum(sum(part.evenings.values()) for part in parts)


def _sentence(found: PeakCover) -> str:
    covered, number = _both(found.parts)
    if not number:
        return "No Friday or Saturday evening of this period is over yet."
    together = f", in these {len(found.parts)} areas together" if len(found.parts) > 1 else ""
    evenings_said = f"{wording.plural(number, 'Friday or Saturday evening')} had a patrol{_percent(covered, number)}"
    sentences = [f"{covered:,} of {evenings_said}{together}."]
    if found.when:
        covered, number = _both(found.before)
        of_all = f"{covered:,} of {number:,}{_percent(covered, number)}"
        sentences.append(f"The time compared with ({wording.period(found.when)}) had {of_all}.")
    without = [part.area.name for part in found.parts if not _both([part])[0]]
    if without:
        sentences.append(f"{wording.plural(len(without), 'area')} had none on any.")
    return " ".join(sentences)


def _percent(covered: int, number: int) -> str:
    rate = share(covered, number)
    return "" if rate is None else f" ({rate}%)"


def _bars(parts: Sequence[EveningPart]) -> Bars:
    """Least covered first."""
    shown = sorted((_both([part]), part.area.name) for part in parts)
    shown = sorted(shown, key=lambda each: each[0][0] / each[0][1])
    return Bars(
        [
            Bar(name, f"{covered:,} of {of:,}", on_grid(covered, of), is_unsure=of < SMALLEST_BASE)
            for (covered, of), name in shown
        ],
        key="Evenings with a patrol, of all that were over",
        outlined_key=f"Fewer than {SMALLEST_BASE} evenings" if any(of < SMALLEST_BASE for (_, of), _ in shown) else "",
    )
