"""The card of visits: how much presence areas were given, and how long they have waited for a patrol."""

from collections.abc import Sequence
from fractions import Fraction

from hotspot.core import wording
from reports.measures import VISIT_BAND
from reports.presenters.cards import Card, Column
from reports.presenters.charts import Bar, Bars, on_grid
from reports.presenters.numbers import Value, ratio, share
from reports.queries.dosage import DosagePart, total

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
            Column("Hotspot area"),
            Column("Days since last patrol", "days"),
            Column("Patrolled days", "days"),
            Column("Visits", "visits"),
            Column("Minutes", "minutes"),
            Column(f"Visits of {BAND}", "visits"),
            Column(f"Visits of {BAND}, %", "%"),
            Column("Visits per patrolled day", "visits per day"),
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
