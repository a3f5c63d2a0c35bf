"""The cards about crews: who they are, and when they patrol."""

import calendar
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from fractions import Fraction

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspots.models import FundingStream
from patrols.models import CrewRole
from reports.dashboard.cards.base import COMPARED, Card, CardColumn
from reports.figures.breakdowns import Part, counted_parts
from reports.figures.charts import Bar, Bars, Heat, HeatCell, HeatRow, on_grid
from reports.figures.clock import clock_minutes
from reports.figures.formatting import Value, ratio
from reports.figures.measures import PATROL_HOURS, SMALLEST_BASE
from reports.figures.series import Selection


@dataclass(frozen=True)
class CrewPart:
    """The patrol minutes of one role that one funding stream paid for, and its places in crews."""

    role: str
    stream: FundingStream
    patrol_minutes: int
    people: int


def by_role_and_stream(asked: Selection) -> list[CrewPart]:
    """Every role and funding stream that gave patrol minutes, most first."""
    streams = FundingStream.objects.filter(programme=asked.programme).in_bulk()
    found = counted_parts(asked.programme, asked.period, asked.area_ids, ("crew",))
    parts = [_crew_part(part, streams) for part in found]
    return sorted(parts, key=lambda part: (-part.patrol_minutes, part.role, part.stream.pk))


def _crew_part(part: Part, streams: Mapping[int, FundingStream]) -> CrewPart:
    role, _, stream = part.key.partition(":")
    return CrewPart(role, streams[int(stream)], part.minutes, part.number)


@dataclass(frozen=True)
class HoursOfWeek:
    """Patrol minutes by weekday (0: Monday) and hour of London's clock, and how many of each weekday there were.

    Hours without any minutes are left out.
    """

    minutes: Mapping[tuple[int, int], int]
    days: Sequence[int]

    def each(self, weekday: int, hour: int) -> Fraction | None:
        """The minutes of an hour on an average day of this weekday; None where the period has no such day."""
        days = self.days[weekday]
        return Fraction(self.minutes.get((weekday, hour), 0), days) if days else None


def hours_of_week(asked: Selection) -> HoursOfWeek:
    """When the patrol minutes of a period were, and its weekdays from the programme's first record on.

    Once the programme is over, to its last record.
    """
    return HoursOfWeek(by_hour_of_week(asked), _weekdays(asked.recorded))


def _weekdays(period: Period | None) -> list[int]:
    """How many Mondays, Tuesdays and so on a period has."""
    if period is None:
        return [0] * 7
    weeks, rest = divmod(period.days, 7)
    first = period.first_day.weekday()
    return [weeks + ((day - first) % 7 < rest) for day in range(7)]


def by_hour_of_week(asked: Selection) -> dict[tuple[int, int], int]:
    """Patrol minutes by weekday (0: Monday) and hour of London's clock. Hours without any are left out.

    When the clocks go back, both hours from 1am count as that hour; when they go forward, there is none.
    """
    rows = clock_minutes(asked.programme, asked.period, asked.area_ids, columns=("weekday", "hour"))
    return {(row["weekday"] - 1, row["hour"]): row["minutes"] for row in rows}


@dataclass(frozen=True)
class DistrictPart:
    """The patrol minutes of a district's areas by role."""

    district: str
    minutes: Mapping[str, int]
    before: Mapping[str, int] | None = None

    @property
    def total(self) -> int:
        return sum(self.minutes.values())

    @property
    def council_share(self) -> Decimal | None:
        """What Community Enforcement Officers gave, in per cent; None of too few hours."""
        return _share(self.minutes.get(COUNCIL, 0), self.total)


def by_district(asked: Selection) -> list[DistrictPart]:
    """Who gave the patrol minutes of each district, by name; districts without any, then or before, are left out."""
    minutes, before = _of_districts(asked), _of_districts(asked.other) if asked.other else None
    names = sorted({*minutes, *(before or ())})
    return [DistrictPart(name, minutes[name], None if before is None else before[name]) for name in names]


def _of_districts(asked: Selection) -> dict[str, Counter[str]]:
    """Patrol minutes by district and role."""
    districts = {area.pk: area.district.name for area in asked.areas}
    minutes: dict[str, Counter[str]] = defaultdict(Counter)
    for part in counted_parts(asked.programme, asked.period, asked.area_ids, ("crew",), by_area=True):
        role, _, _ = part.key.partition(":")
        minutes[districts[part.area]][role] += part.minutes  # type: ignore[index]
    return minutes


COUNCIL = CrewRole.COMMUNITY_ENFORCEMENT_OFFICER
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
    theirs = sum(part.patrol_minutes for part in parts if part.role == COUNCIL)
    if not theirs:
        return f"None of the {wording.plural(wording.hours(total), 'patrol hour')} were by {COUNCIL.label}s."
    hours = f"{wording.hours(theirs):,} of {wording.plural(wording.hours(total), 'patrol hour')}"
    share = _share(theirs, total)
    return f"{COUNCIL.label}s gave {hours}." if share is None else f"{COUNCIL.label}s gave {hours}: {share}%."


def _share(minutes: int, total: int) -> Decimal | None:
    """A percentage of all hours; None of so few hours that it would say more than is known."""
    return ratio(minutes, total, 100) if wording.hours(total) >= SMALLEST_BASE else None


def when_patrols_happen(found: HoursOfWeek) -> Card:
    """Patrol hours by weekday and hour of the day, on an average day of each weekday."""
    minutes = found.minutes
    most = max((each for key in minutes if (each := found.each(*key))), default=Fraction(0))
    return Card(
        code="when-patrols-happen",
        name="When patrols happen",
        sentence=_when_sentence(found),
        columns=[
            CardColumn("Weekday", stand_in_order=True),
            CardColumn("Hour"),
            CardColumn("Patrol hours", "hours"),
            CardColumn("Such days", "days"),
            CardColumn("Patrol hours a day", "hours per day"),
        ],
        rows=[_hour_row(found, day, hour) for day in DAYS for hour in HOURS_OF_DAY] if minutes else [],
        chart=Heat(
            [f"{hour:02}" for hour in HOURS_OF_DAY],
            [
                HeatRow(calendar.day_name[day], [_cell(found.each(day, hour), most) for hour in HOURS_OF_DAY])
                for day in DAYS
            ],
            key="Patrol hours per Monday, per Tuesday and so on in each hour of London’s clock: 22 is from 10pm to "
            "11pm. The stronger the colour, the more hours.",
        ),
        about=[
            PATROL_HOURS.definition,
            "Each person’s minutes count in the hour in which they lie, by London’s clock. In the night when the "
            "clocks go back, both hours from 1am count as that hour.",
            "Hours of a weekday are divided by how many of it the period has had, from the programme’s first record on "
            "and, once it is over, to its last, today included. Minutes after midnight of the last night count too, so "
            "the day after it may have a little more than its share.",
        ],
    )


def _hour_row(found: HoursOfWeek, day: int, hour: int) -> list[Value]:
    minutes, days = found.minutes.get((day, hour), 0), found.days[day]
    return [calendar.day_name[day], f"{hour:02}:00", wording.hours(minutes), days, ratio(minutes, 60 * days, 1)]


def _cell(minutes: Fraction | None, most: Fraction) -> HeatCell:
    if not minutes or not most:
        return HeatCell("", 0)
    return HeatCell(_hours(minutes), min(STEPS, 1 + int(minutes * STEPS / most)))


def _hours(minutes: Fraction) -> str:
    return f"{ratio(minutes.numerator, 60 * minutes.denominator, 1):,}"


def _when_sentence(found: HoursOfWeek) -> str:
    known = [(each, key) for key in found.minutes if (each := found.each(*key)) is not None]
    if not known:
        return "There were no patrols."
    most, (day, hour) = max(known)
    weekday, days = calendar.day_name[day], found.days[day]
    of_days = f" (of {days:,} {weekday}s)" if days > 1 else ""
    when = f"{weekday} from {wording.clock(time(hour))}"
    return f"The busiest hour of the week is {when}: {_hours(most)} patrol hours per {weekday}{of_days}."


def districts(parts: Sequence[DistrictPart]) -> Card:
    """Patrol hours of each district by role, and the share of Community Enforcement Officers."""
    total = DistrictPart("", sum((Counter(part.minutes) for part in parts), Counter()))
    share = total.council_share
    is_compared = any(part.before is not None for part in parts)
    return Card(
        code="districts",
        name="Who patrols by district",
        sentence=_districts_sentence(parts, share),
        columns=[
            CardColumn("District"),
            CardColumn("Patrol hours", "hours"),
            *(CardColumn(role.label, "hours") for role in CrewRole),
            CardColumn(f"Share of {COUNCIL.label}s, %", "%"),
            *([CardColumn("Compared hours", "hours"), CardColumn("Compared share, %", "%")] if is_compared else []),
        ],
        rows=[_district_row(part) for part in parts],
        chart=Bars([_district_bar(part) for part in parts], key=f"Share of {COUNCIL.label}s in patrol hours")
        if parts
        else None,
        about=[
            PATROL_HOURS.definition,
            f"A share is that of all patrol hours in the district’s hotspot areas. Of fewer than {SMALLEST_BASE} hours "
            "none is shown.",
            COMPARED,
        ],
    )


def _district_row(part: DistrictPart) -> list[Value]:
    by_role = [wording.hours(part.minutes.get(role, 0)) for role in CrewRole]
    row: list[Value] = [part.district, wording.hours(part.total), *by_role, part.council_share]
    if part.before is None:
        return row
    before = DistrictPart(part.district, part.before)
    return [*row, wording.hours(before.total), before.council_share]


def _district_bar(part: DistrictPart) -> Bar:
    share = part.council_share
    if share is None:
        return Bar(part.district, "too few hours", 0)
    return Bar(part.district, f"{share}%", on_grid(share, Decimal(100)))


def _districts_sentence(parts: Sequence[DistrictPart], share: Decimal | None) -> str:
    given = sum(bool(part.minutes.get(COUNCIL)) for part in parts)
    if not given:
        return f"{COUNCIL.label}s patrolled in none of {wording.plural(len(parts), 'district')}."
    of_all = "" if share is None else f" They gave {share}% of all patrol hours."
    return f"{COUNCIL.label}s patrolled in {given} of {wording.plural(len(parts), 'district')}.{of_all}"
