"""The card of what this month's targets still need: how much on each night that is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from hotspot.core import wording
from hotspot.core.calendar import Period, today
from hotspots.models import HotspotArea
from reports.dashboard.cards.base import Card, CardColumn
from reports.figures.charts import Bar, Bars, on_grid
from reports.figures.formatting import Value, ratio, rounded
from reports.figures.headline import Counts, Grain, figures
from reports.figures.series import Selection
from reports.figures.targets import Due


@dataclass(frozen=True)
class NeededPart:
    """One area with a target this month: what its month asks for, what it was given so far, and the nights left.

    `nights` count tonight.
    """

    area: HotspotArea
    due: Due
    counts: Counts
    nights: int

    @property
    def minutes_short(self) -> int:
        """The patrol minutes that the month's target still needs."""
        return self.due.minutes_short(self.counts.patrol_minutes)

    @property
    def patrols_short(self) -> int:
        """The patrols that it still needs: half a patrol is none, so a share of one is rounded up."""
        return max(-(-self.due.patrols.numerator // self.due.patrols.denominator) - self.counts.patrols, 0)

    @property
    def minutes_a_night(self) -> Fraction:
        """What each night that is left has to bring."""
        return Fraction(self.minutes_short, self.nights)


@dataclass(frozen=True)
class Needed:
    """The month that runs, and each area with a target and nights left in it."""

    month: date
    parts: Sequence[NeededPart]


def needed(asked: Selection) -> Needed:
    """What the targets of the month that runs still need; no area where the period ends before today."""
    day = today(asked.at)
    month = Period.month(day).clip(asked.programme.period)
    if day not in asked.period or month is None or not asked.areas:
        return Needed(day, [])
    targets = asked.targets.over(month)
    so_far = Period(month.first_day, day)
    found = figures(programme=asked.programme, period=so_far, areas=asked.area_ids, at=asked.at, by=(Grain.AREA,))
    counts = {row.area: row.counts for row in found.rows}
    parts = [
        NeededPart(area, due, counts.get(area.pk, Counts()), _nights(area, month, day))
        for area in asked.areas
        if area.is_active_in(Period(day, month.last_day)) and (due := targets.of_area(area.pk)) is not None
    ]
    return Needed(month.first_day, parts)


def _nights(area: HotspotArea, month: Period, day: date) -> int:
    """The nights from a day, or the first that the area is active, to the end of the month, or the last that it is."""
    return (min(month.last_day, area.last_day or date.max) - max(day, area.first_day)).days + 1


def still_needed(found: Needed) -> Card:
    """What each area still needs for its target of this month, most a night first."""
    parts = sorted(found.parts, key=lambda part: -part.minutes_a_night)
    return Card(
        code="still-needed",
        name="Still needed this month",
        sentence=_sentence(parts, wording.month(found.month)),
        columns=[
            CardColumn("Hotspot area"),
            CardColumn("Target of the month", "hours"),
            CardColumn("Patrol hours so far", "hours"),
            CardColumn("Hours still needed", "hours"),
            CardColumn("Nights left", "nights"),
            CardColumn("Hours a night", "hours per night"),
            CardColumn("Patrols still needed", "patrols"),
            CardColumn("Patrols a night", "patrols per night"),
        ],
        rows=[_row(part) for part in parts],
        chart=_bars(parts),
        about=[
            "The whole month’s target, of the days on which the area is active in it, less what was counted from the "
            "month’s first day to today, whatever the period above.",
            "Nights left: tonight and those to come in this month on which the area is active. A night is the day on "
            "which a patrol starts.",
        ],
        is_passing=True,
    )


def _row(part: NeededPart) -> list[Value]:
    return [
        part.area.name,
        wording.hours(rounded(part.due.patrol_minutes)),
        wording.hours(part.counts.patrol_minutes),
        wording.hours(part.minutes_short),
        part.nights,
        ratio(part.minutes_short, 60 * part.nights, 1),
        part.patrols_short,
        ratio(part.patrols_short, part.nights, 1),
    ]


def _sentence(parts: Sequence[NeededPart], month: str) -> str:
    if not parts:
        return "No area has a target for this month, or the period ends before today."
    short = [part for part in parts if part.minutes_short]
    patrols = sum(part.patrols_short for part in parts)
    if not short and patrols:
        return f"The targets of {month} need no more hours, and {wording.plural(patrols, 'patrol')} more."
    if not short:
        return f"Every area with a target has had the hours of {month}."
    hours = wording.plural(wording.hours(sum(part.minutes_short for part in short)), "patrol hour")
    areas = f"{len(short):,} of {wording.plural(len(parts), 'area')} with a target"
    most = short[0]
    when = "tonight" if most.nights == 1 else f"on each of {most.nights:,} nights left"
    most_said = f"{most.area.name} needs most: {_a_night(most)} {when}"
    return f"{areas} still need{'s' if len(short) == 1 else ''} {hours} in {month}. {most_said}."


def _a_night(part: NeededPart) -> str:
    return f"{ratio(part.minutes_short, 60 * part.nights, 1):,} patrol hours"


def _bars(parts: Sequence[NeededPart]) -> Bars | None:
    short = [part for part in parts if part.minutes_short]
    if not short:
        return None
    most = max(part.minutes_a_night for part in short)
    bars = [Bar(part.area.name, _a_night(part), on_grid(part.minutes_a_night, most)) for part in short]
    return Bars(bars, key="Patrol hours needed on each night left")
