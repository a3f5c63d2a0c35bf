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
from reports.figures.charts import Bar, Bars, Panel, Panels, on_grid
from reports.figures.formatting import Value, ratio, share
from reports.figures.measures import VISIT_BAND
from reports.figures.series import LONG_WAIT, Selection
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
    area was no longer active then. `waiting` is the same, and where there was no patrol yet the days since the area was
    first to have one.
    """

    area: HotspotArea
    visits: Visits
    patrolled_days: int
    days_since: int | None
    waiting: int | None = None


@dataclass(frozen=True)
class AreaDosage:
    """What areas were given, in list order, and after how many days without a patrol one is pointed out."""

    parts: Sequence[DosagePart]
    wait: int = LONG_WAIT

    @property
    def long_waits(self) -> list[DosagePart]:
        """The areas that have waited so long or longer, longest first."""
        waits = [(part.waiting, part) for part in self.parts if part.waiting is not None and part.waiting >= self.wait]
        return [part for _, part in sorted(waits, key=lambda pair: -pair[0])]


def dosage(asked: Selection) -> AreaDosage:
    """Each area that was active in the period or patrolled in it."""
    days = asked.so_far
    if days is None:
        return AreaDosage([], asked.choices.wait)
    visits, patrolled, last = _visits(asked), _patrolled_days(asked, days), _last_days(asked, days.last_day)
    parts = [
        DosagePart(
            area,
            visits.get(area.pk, Visits()),
            patrolled.get(area.pk, 0),
            *_waits(asked, area, last.get(area.pk), days.last_day),
        )
        for area in asked.areas
        if area.pk in patrolled or area.is_active_in(days)
    ]
    return AreaDosage(parts, asked.choices.wait)


def _waits(asked: Selection, area: HotspotArea, last: date | None, until: date) -> tuple[int | None, int | None]:
    """The days since the last patrol, and those waited for one; None of an area that is not active any more."""
    if not area.is_active_on(until):
        return None, None
    expected = max(area.first_day, asked.programme.first_day)
    return _days_between(last, until), _days_between(last or expected, until)


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


def visits(found: AreaDosage) -> Card:
    """The days since the last patrol of each area, longest first, and its visits where there are any."""
    parts = sorted(found.parts, key=longest_wait)
    any_visits = any(part.visits.visits for part in parts)
    return Card(
        code="dosage",
        name="Visits",
        sentence=f"{_visits_sentence(parts)} {_waiting_sentence(parts, found)}",
        columns=[
            CardColumn("Hotspot area"),
            CardColumn("Days since last patrol", "days"),
            CardColumn(f"Waiting {wording.plural(found.wait, 'day')} or more"),
            CardColumn("Patrolled days", "days"),
            CardColumn("Visits", "visits"),
            CardColumn("Minutes", "minutes"),
            CardColumn(f"Visits of {BAND}", "visits"),
            CardColumn(f"Visits of {BAND}, %", "%"),
            CardColumn("Visits per patrolled day", "visits per day"),
        ],
        rows=[_row(part, found.wait, any_visits=any_visits) for part in parts],
        chart=_chart(parts, found.wait, any_visits=any_visits),
        about=[
            "A visit is a spell of presence inside the area during a patrol, from arriving to leaving. It belongs to "
            "the day on which its shift started. Nobody has to record visits: none recorded does not mean none made.",
            f"Visits of {BAND}: both ends included. Of fewer than 20 visits no percentage is shown.",
            "Patrolled days are days on which a patrol that the headline counts started.",
            "Days since last patrol: from the last patrolled day, in this period or before it, to today, or to the end "
            "of the period if it is over. – where there was none, or where the area was not active any more.",
            f"Waiting {wording.plural(found.wait, 'day')} or more: an area without any patrol yet waits since it was "
            "made active, or since the programme began. How many days is chosen with the period.",
        ],
    )


def longest_wait(part: DosagePart) -> tuple[bool, int]:
    """Longest wait for a patrol first; areas without an answer come last."""
    return part.waiting is None, -(part.waiting or 0)


def _row(part: DosagePart, wait: int, *, any_visits: bool) -> list[Value]:
    is_long = None if part.waiting is None else "yes" if part.waiting >= wait else "no"
    values: list[Value] = [part.area.name, part.days_since, is_long, part.patrolled_days]
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


def _waiting_sentence(parts: Sequence[DosagePart], found: AreaDosage) -> str:
    waits = found.long_waits
    if waits:
        names = [f"{part.area.name} ({_waited(part)})" for part in waits]
        who = wording.listing(names) if len(names) <= MOST_NAMED else f"{len(names):,} areas"
        longest = "" if len(names) <= MOST_NAMED else f", longest {names[0]}"
        has = "has" if len(names) == 1 else "have"
        return f"{who} {has} had no patrol for {wording.plural(found.wait, 'day')} or more{longest}."
    days = max((part.days_since for part in parts if part.days_since is not None), default=None)
    if days is None:
        return "No area was patrolled yet."
    if not days:
        return "Every area was patrolled on the last day."
    names = [part.area.name for part in parts if part.days_since == days]
    who = wording.listing(names) if len(names) <= MOST_NAMED else f"{len(names):,} areas"
    return f"{who} {'has' if len(names) == 1 else 'have'} waited longest for a patrol: {wording.plural(days, 'day')}."


def _waited(part: DosagePart) -> str:
    return "none yet" if part.days_since is None else wording.plural(part.days_since, "day")


def _chart(parts: Sequence[DosagePart], wait: int, *, any_visits: bool) -> Bars | Panels | None:
    waiting = waiting_bars(parts, wait)
    if waiting is None or not any_visits:
        return _visit_bars(parts) if any_visits else waiting
    return Panels([Panel("Days since last patrol", waiting), Panel("Visits per patrolled day", _visit_bars(parts))])


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


def waiting_bars(parts: Sequence[DosagePart], wait: int) -> Bars | None:
    """How long each area has waited for a patrol, in the order given, against how long is too long; None of no area."""
    known = [(part, part.waiting) for part in parts if part.waiting is not None]
    if not known:
        return None
    most = max(wait, *(days for _, days in known))
    return Bars(
        [Bar(part.area.name, _waited(part), on_grid(days, most), on_grid(wait, most)) for part, days in known],
        key="Days since last patrol",
        mark_key=wording.plural(wait, "day"),
    )
