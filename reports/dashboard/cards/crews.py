"""The cards about crews: who they are, and when they patrol."""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal

from django.db import connection

from hotspot.core import wording
from hotspots.models import FundingStream
from patrols.models import CrewRole
from reports.dashboard.cards.base import Card, CardColumn
from reports.figures.breakdowns import NEAR, Part, counted_parts, with_ragged_days
from reports.figures.charts import Bar, Bars, Heat, HeatCell, HeatRow, on_grid
from reports.figures.formatting import ratio
from reports.figures.headline import bounds
from reports.figures.measures import PATROL_HOURS, SMALLEST_BASE
from reports.figures.series import Selection
from reports.models import HOURS


@dataclass(frozen=True)
class CrewPart:
    """The patrol minutes of one role that one funding stream paid for, and its places in crews."""

    role: str
    stream: FundingStream
    patrol_minutes: int
    people: int


# Of whole months. The hours are columns there, and rows here.
_MONTHS = f"""
    SELECT weekday, hour::int - 1 AS hour, minutes FROM (
        SELECT weekday, {", ".join(f"sum({hour}) AS {hour}" for hour in HOURS)} FROM reports_monthhours
        WHERE programme_id = %s AND area_id = ANY(%s) AND month BETWEEN %s AND %s GROUP BY weekday
    ) weekdays CROSS JOIN LATERAL unnest(ARRAY[{", ".join(HOURS)}]) WITH ORDINALITY AS hours (minutes, hour)
"""  # noqa: S608 - names of our own columns

# Of the days left over, from the crews. The minutes of an hour are 60 for everybody who came before it and has not
# left, and what those who come or leave in it change about that. Counted by hours of UTC: each lies in one hour of
# London's clock, whose offset is whole hours.
_DAYS = f"""
    spans AS (
        SELECT starts_at, ends_at, count(*)::int AS people
        FROM patrols_crewmember member JOIN shifts ON shifts.id = member.shift_id
        WHERE {NEAR}
        GROUP BY starts_at, ends_at
    ),
    moments AS (
        SELECT (date_part('epoch', starts_at) / 60)::int AS minute, people FROM spans
        UNION ALL SELECT (date_part('epoch', ends_at) / 60)::int, -people FROM spans
    ),
    changes AS (
        SELECT minute / 60 AS hour, sum(people) AS people, sum(people * (60 - minute %% 60)) AS minutes
        FROM moments GROUP BY minute / 60
    ),
    hours AS (
        SELECT to_timestamp(hour * 3600::float8) AT TIME ZONE 'Europe/London' AS local,
            coalesce(minutes, 0) + 60 * (sum(people) OVER (ORDER BY hour) - coalesce(people, 0)) AS minutes
        FROM generate_series((SELECT min(hour) FROM changes), (SELECT max(hour) FROM changes)) AS hour
        LEFT JOIN changes USING (hour)
    ),
    days AS (
        SELECT extract(isodow FROM local)::int - 1 AS weekday, extract(hour FROM local)::int AS hour, minutes FROM hours
    )
"""  # noqa: S608 - our own statement
_BY_HOUR = f"""
    SELECT weekday, hour, sum(minutes)::bigint FROM (SELECT * FROM days UNION ALL {_MONTHS}) parts
    WHERE minutes > 0 GROUP BY weekday, hour
"""  # noqa: S608 - our own statement


def by_role_and_stream(asked: Selection) -> list[CrewPart]:
    """Every role and funding stream that gave patrol minutes, most first."""
    streams = FundingStream.objects.filter(programme=asked.programme).in_bulk()
    found = counted_parts(asked.programme, asked.period, asked.area_ids, ("crew",))
    parts = [_crew_part(part, streams) for part in found]
    return sorted(parts, key=lambda part: (-part.patrol_minutes, part.role, part.stream.pk))


def _crew_part(part: Part, streams: Mapping[int, FundingStream]) -> CrewPart:
    role, _, stream = part.key.partition(":")
    return CrewPart(role, streams[int(stream)], part.minutes, part.number)


def by_hour_of_week(asked: Selection) -> dict[tuple[int, int], int]:
    """Patrol minutes by weekday (0: Monday) and hour of London's clock. Hours without any are left out.

    When the clocks go back, both hours from 1am count as that hour; when they go forward, there is none.
    """
    if not asked.area_ids:
        return {}
    days = bounds(asked.period)
    ragged, parameters = with_ragged_days(asked.programme, asked.period, asked.area_ids)
    months = (asked.programme.pk, asked.area_ids, days["first_month"], days["last_month"])
    with connection.cursor() as cursor:
        cursor.execute(f"{ragged}, {_DAYS} {_BY_HOUR}", [*parameters, *months])
        return {(weekday, hour): minutes for weekday, hour, minutes in cursor.fetchall()}


DAYS, HOURS_OF_DAY = range(7), range(24)
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
            CardColumn("Role"),
            CardColumn("Funding stream"),
            CardColumn("Patrol hours", "hours"),
            CardColumn("Share of all hours, %", "%"),
            CardColumn("Places in crews", "people"),
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
        columns=[CardColumn("Weekday"), CardColumn("Hour"), CardColumn("Patrol hours", "hours")],
        rows=[
            [calendar.day_name[day], f"{hour:02}:00", wording.hours(minutes.get((day, hour), 0))]
            for day in DAYS
            for hour in HOURS_OF_DAY
        ]
        if minutes
        else [],
        chart=Heat(
            [f"{hour:02}" for hour in HOURS_OF_DAY],
            [
                HeatRow(
                    calendar.day_name[day],
                    [_cell(minutes.get((day, hour), 0), most) for hour in HOURS_OF_DAY],
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
