"""The cards about crews: who they are, and when they patrol."""

import calendar
from collections.abc import Mapping, Sequence
from datetime import time
from decimal import Decimal

from hotspot.core import wording
from patrols.models import CrewRole
from reports.measures import PATROL_HOURS, SMALLEST_BASE
from reports.presenters.cards import Card, Column
from reports.presenters.charts import Bar, Bars, Heat, HeatCell, HeatRow, on_grid
from reports.presenters.numbers import ratio
from reports.queries.crews import CrewPart

DAYS, HOURS = range(7), range(24)
STEPS = 5


def who_patrols(parts: Sequence[CrewPart]) -> Card:
    """Patrol hours by role and by what pays for them."""
    most = max((part.patrol_minutes for part in parts), default=0)
    total = sum(part.patrol_minutes for part in parts)
    return Card(
        code="who-patrols",
        name="Who patrols",
        sentence=_who_sentence(parts, total),
        columns=[
            Column("Role"),
            Column("Funding stream"),
            Column("Patrol hours", "hours"),
            Column("Share of all hours, %", "%"),
            Column("Places in crews", "people"),
        ],
        rows=[
            [
                CrewRole(part.role).label,
                part.stream.name,
                wording.hours(part.patrol_minutes),
                _share(part.patrol_minutes, total),
                part.people,
            ]
            for part in parts
        ],
        chart=Bars(
            [
                Bar(
                    f"{CrewRole(part.role).label}, {part.stream.name}",
                    wording.plural(wording.hours(part.patrol_minutes), "hour"),
                    on_grid(part.patrol_minutes, most),
                )
                for part in parts
            ],
            key="Patrol hours",
        ),
        about=[PATROL_HOURS.definition, "A place in a crew is one person on one patrol."],
    )


def _who_sentence(parts: Sequence[CrewPart], total: int) -> str:
    role = CrewRole.COMMUNITY_ENFORCEMENT_OFFICER
    theirs = sum(part.patrol_minutes for part in parts if part.role == role)
    if not theirs:
        return f"None of the {wording.plural(wording.hours(total), 'patrol hour')} were by {role.label}s."
    hours = f"{wording.hours(theirs):,} of {wording.plural(wording.hours(total), 'patrol hour')}"
    share = _share(theirs, total)
    return f"{role.label}s gave {hours}." if share is None else f"{role.label}s gave {hours}: {share}%."


def _share(minutes: int, total: int) -> Decimal | None:
    """A percentage of all hours; None of so few hours that it would say more than is known."""
    return ratio(minutes, total, 100) if wording.hours(total) >= SMALLEST_BASE else None


def when_patrols_happen(minutes: Mapping[tuple[int, int], int]) -> Card:
    """Patrol hours by weekday and hour of the day."""
    most = max(minutes.values(), default=0)
    return Card(
        code="when-patrols-happen",
        name="When patrols happen",
        sentence=_when_sentence(minutes),
        columns=[Column("Weekday"), Column("Hour"), Column("Patrol hours", "hours")],
        rows=[
            [calendar.day_name[day], f"{hour:02}:00", wording.hours(minutes.get((day, hour), 0))]
            for day in DAYS
            for hour in HOURS
        ]
        if minutes
        else [],
        chart=Heat(
            [f"{hour:02}" for hour in HOURS],
            [
                HeatRow(
                    calendar.day_name[day],
                    [_cell(minutes.get((day, hour), 0), most) for hour in HOURS],
                )
                for day in DAYS
            ],
            key="Patrol hours in each hour of the week by London’s clock: 22 is from 10pm to 11pm. "
            "The stronger the colour, the more hours.",
        ),
        about=[
            PATROL_HOURS.definition,
            "Each person’s minutes count in the hour in which they lie, by London’s clock. In the night when the "
            "clocks go back, both hours from 1am count as that hour.",
        ],
    )


def _cell(minutes: int, most: int) -> HeatCell:
    step = min(STEPS, 1 + minutes * STEPS // most) if minutes else 0
    return HeatCell(f"{wording.hours(minutes):,}" if minutes else "", step)


def _when_sentence(minutes: Mapping[tuple[int, int], int]) -> str:
    if not minutes:
        return "There were no patrols."
    (day, hour), most = max(minutes.items(), key=lambda item: (item[1], item[0]))
    hours = wording.plural(wording.hours(most), "patrol hour")
    return f"The busiest hour of the week is {calendar.day_name[day]} from {wording.clock(time(hour))}: {hours}."
