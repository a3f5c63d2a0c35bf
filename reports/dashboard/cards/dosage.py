"""The card of visits: how much presence areas were given, and how long they have waited for a patrol."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, OuterRef, Subquery

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspots.models import HotspotArea
from reports.dashboard.cards.base import Card, CardColumn
from reports.figures.breakdowns import counted_parts
from reports.figures.charts import Bar, Bars, on_grid
from reports.figures.formatting import Value, ratio, share
from reports.figures.measures import VISIT_BAND
from reports.figures.series import Selection
from reports.models import DaySummary


@dataclass(frozen=True)
class Visits:
    """Visits, their minutes, and how many were 10 to 20 minutes long (`VISIT_BAND`)."""

    visits: int = 0
    minutes: int = 0
    in_band: int = 0


@dataclass(frozen=True)
class DosagePart:
    """What one area was given. `patrolled_days` are London days on which a patrol started.

    `days_since` its last patrol up to the end of the days that have begun; None where there was none, or where the
    area was no longer active then.
    """

    area: HotspotArea
    visits: Visits
    patrolled_days: int
    days_since: int | None


def dosage(asked: Selection) -> list[DosagePart]:
    """Each area that was active in the period or patrolled in it, in list order."""
    days = asked.so_far
    if days is None:
        return []
    visits, patrolled, last = _visits(asked), _patrolled_days(asked, days), _last_days(asked, days.last_day)
    return [
        DosagePart(
            area,
            visits.get(area.pk, Visits()),
            patrolled.get(area.pk, 0),
            _days_between(last.get(area.pk), days.last_day) if area.is_active_on(days.last_day) else None,
        )
        for area in asked.areas
        if area.pk in patrolled or area.is_active_in(days)
    ]


def _visits(asked: Selection) -> dict[int, Visits]:
    found = counted_parts(asked.programme, asked.period, asked.area_ids, ("visits",), by_area=True)
    visits: dict[int, Visits] = defaultdict(Visits)
    for part in found:
        before, in_band = visits[part.area], part.number if part.key == "in_band" else 0  # type: ignore[index]
        after = Visits(before.visits + part.number, before.minutes + part.minutes, before.in_band + in_band)
        visits[part.area] = after  # type: ignore[index]
    return visits


def _patrolled_days(asked: Selection, days: Period) -> dict[int, int]:
    summaries = DaySummary.objects.filter(
        programme=asked.programme,
        area__in=asked.area_ids,
        day__range=(days.first_day, days.last_day),
        patrols__gt=0,
    )
    return dict(summaries.values("area").annotate(days=Count("day")).values_list("area", "days"))


def _last_days(asked: Selection, until: date) -> dict[int, date]:
    """The last patrolled day of each area, in the period or before it."""
    before = DaySummary.objects.filter(
        programme=asked.programme, area=OuterRef("pk"), day__lte=until, patrols__gt=0
    ).order_by("-day")
    areas = HotspotArea.objects.filter(pk__in=asked.area_ids).annotate(last=Subquery(before.values("day")[:1]))
    return dict(areas.order_by().values_list("pk", "last"))


def _days_between(first: date | None, last: date) -> int | None:
    return (last - first).days if first else None


def total(parts: Sequence[DosagePart]) -> Visits:
    """The visits of all parts together."""
    return Visits(
        sum(part.visits.visits for part in parts),
        sum(part.visits.minutes for part in parts),
        sum(part.visits.in_band for part in parts),
    )


BAND = f"{VISIT_BAND[0]} to {VISIT_BAND[-1]} minutes"
MOST_NAMED = 3


def visits(parts: Sequence[DosagePart]) -> Card:
    """Visits of each area, and the days since its last patrol, longest first. Without visits, only these."""
    parts = sorted(parts, key=_waiting)
    any_visits = any(part.visits.visits for part in parts)
    return Card(
        code="dosage",
        name="Visits",
        sentence=f"{_visits_sentence(parts)} {_waiting_sentence(parts)}",
        columns=[
            CardColumn("Hotspot area"),
            CardColumn("Days since last patrol", "days"),
            CardColumn("Patrolled days", "days"),
            CardColumn("Visits", "visits"),
            CardColumn("Minutes", "minutes"),
            CardColumn(f"Visits of {BAND}", "visits"),
            CardColumn(f"Visits of {BAND}, %", "%"),
            CardColumn("Visits per patrolled day", "visits per day"),
        ],
        rows=[_row(part, any_visits=any_visits) for part in parts],
        chart=_visit_bars(parts) if any_visits else _waiting_bars(parts),
        about=[
            "A visit is a spell of presence inside the area during a patrol, from arriving to leaving. It belongs to "
            "the day on which its shift started. Nobody has to record visits: none recorded does not mean none made.",
            f"Visits of {BAND}: both ends included. Of fewer than 20 visits no percentage is shown.",
            "Patrolled days are days on which a patrol that the headline counts started.",
            "Days since last patrol: from the last patrolled day, in this period or before it, to today, or to the end "
            "of the period if it is over. – where there was none, or where the area was not active any more.",
        ],
    )


def _waiting(part: DosagePart) -> tuple[bool, int]:
    """Longest since the last patrol first; areas without an answer come last."""
    return part.days_since is None, -(part.days_since or 0)


def _row(part: DosagePart, *, any_visits: bool) -> list[Value]:
    values: list[Value] = [part.area.name, part.days_since, part.patrolled_days]
    if not any_visits:
        return [*values, None, None, None, None, None]
    given = part.visits
    return [
        *values,
        given.visits,
        given.minutes,
        given.in_band,
        share(given.in_band, given.visits),
        ratio(given.visits, part.patrolled_days, 1),
    ]


def _visits_sentence(parts: Sequence[DosagePart]) -> str:
    every = total(parts)
    if not every.visits:
        return "No visits were recorded."
    rate = share(every.in_band, every.visits)
    percent = "" if rate is None else f" ({rate}%)"
    return f"{every.in_band:,} of {wording.plural(every.visits, 'visit')} lasted {BAND}{percent}."


def _waiting_sentence(parts: Sequence[DosagePart]) -> str:
    days = max((part.days_since for part in parts if part.days_since is not None), default=None)
    if days is None:
        return "No area was patrolled yet."
    if not days:
        return "Every area was patrolled on the last day."
    names = [part.area.name for part in parts if part.days_since == days]
    who = wording.listing(names) if len(names) <= MOST_NAMED else f"{len(names):,} areas"
    return f"{who} {'has' if len(names) == 1 else 'have'} waited longest for a patrol: {wording.plural(days, 'day')}."


def _visit_bars(parts: Sequence[DosagePart]) -> Bars:
    parts = sorted(parts, key=lambda part: -_per_day(part))
    most = max(_per_day(part) for part in parts)
    return Bars(
        [
            Bar(part.area.name, _per_day_text(part), round(1000 * _per_day(part) / most) if most else 0)
            for part in parts
        ],
        key="Visits per patrolled day",
    )


def _per_day(part: DosagePart) -> Fraction:
    return Fraction(part.visits.visits, part.patrolled_days) if part.patrolled_days else Fraction(0)


def _per_day_text(part: DosagePart) -> str:
    rate = ratio(part.visits.visits, part.patrolled_days, 1)
    return "no patrols" if rate is None else f"{rate} a day"


def _waiting_bars(parts: Sequence[DosagePart]) -> Bars | None:
    known = [(part, part.days_since) for part in parts if part.days_since is not None]
    if not known:
        return None
    most = max(days for _, days in known)
    return Bars(
        [Bar(part.area.name, wording.plural(days, "day"), on_grid(days, most)) for part, days in known],
        key="Days since last patrol",
    )
