"""How the service writes times, lengths and counts: British English, plain words."""

from collections import Counter
from datetime import date, datetime, time

from hotspot.core.calendar import LONDON, Period
from hotspot.core.clock import minutes_between


def clock(at: datetime | time) -> str:
    """10pm, 10:30pm, midnight, midday: a clock time, or the London clock time of an instant."""
    local = at.astimezone(LONDON) if isinstance(at, datetime) else at
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def day(value: date) -> str:
    """26 October 2024."""
    return f"{value.day} {value:%B %Y}"


def weekday(value: date) -> str:
    """Saturday 26 October 2024."""
    return f"{value:%A} {day(value)}"


def month(value: date) -> str:
    """October 2024."""
    return f"{value:%B %Y}"


def moment(at: datetime) -> str:
    """10:55am, 10 December 2024."""
    return f"{clock(at)}, {day(at.astimezone(LONDON).date())}"


def plural(count: int, one: str, many: str = "") -> str:
    """1 arrest, 2 arrests, 1,457 patrols. `many` where an s is not enough."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def duration(minutes: int) -> str:
    """9 hours, 1 hour 30 minutes, 45 minutes: exact, for one shift."""
    hours, rest = divmod(minutes, 60)
    parts = [plural(hours, "hour")] if hours else []
    parts += [plural(rest, "minute")] if rest or not hours else []
    return " ".join(parts)


def hours(minutes: int) -> int:
    """Whole hours, rounded half up: the only place where minutes become hours for a figure."""
    return (minutes + 30) // 60


HOURS_SQL = "({} + 30) / 60"
"""The same in SQL, of a column of whole minutes."""


def span(starts_at: datetime, ends_at: datetime) -> str:
    """10pm Saturday to 6am Sunday; 6pm to 9pm Thursday."""
    start, end = starts_at.astimezone(LONDON), ends_at.astimezone(LONDON)
    if start.date() == end.date():
        return f"{clock(start)} to {clock(end)} {start:%A}"
    return f"{clock(start)} {start:%A} to {clock(end)} {end:%A}"


def shift_echo(starts_at: datetime, ends_at: datetime, crew_size: int = 0, patrol_minutes: int | None = None) -> str:
    """10pm Saturday to 6am Sunday – 9 hours (the clocks went back) × 2 people = 18 hours of patrol.

    `patrol_minutes` is the sum over the crew where somebody has own times.
    """
    minutes = minutes_between(starts_at, ends_at)
    if minutes <= 0:
        return "Finish must be after start."
    change = clock_change(starts_at, ends_at)
    said = f"{span(starts_at, ends_at)} – {duration(minutes)}{f' ({change})' if change else ''}"
    if not crew_size:
        return said
    said = f"{said} × {plural(crew_size, 'person', 'people')}"
    if patrol_minutes is None or patrol_minutes == minutes * crew_size:
        return f"{said} = {duration(minutes * crew_size)} of patrol"
    return f"{said}, less for own times = {duration(patrol_minutes)} of patrol"


def clock_change(starts_at: datetime, ends_at: datetime) -> str:
    """What the clocks did between the two instants: "the clocks went back", "the clocks went forward" or nothing."""
    before, after = starts_at.astimezone(LONDON).utcoffset(), ends_at.astimezone(LONDON).utcoffset()
    if before is None or after is None or before == after:
        return ""
    return "the clocks went back" if before > after else "the clocks went forward"


def period(value: Period) -> str:
    """June 2024, 1 May 2024 to 10 December 2024."""
    if value == Period.month(value.first_day):
        return month(value.first_day)
    if value.days == 1:
        return day(value.first_day)
    return f"{day(value.first_day)} to {day(value.last_day)}"


def listing(items: list[str], last: str = "and") -> str:
    """Hitchin, Watford and Stevenage."""
    return f" {last} ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def tallied(names: list[str] | None) -> list[str]:
    """Dispersal authorisation (s34); Informal warning × 2: each name once, in order, with how often it comes."""
    counts = Counter(names or ())
    return [f"{name} × {counts[name]}" if counts[name] > 1 else name for name in sorted(counts)]


def alternatives(items: list[str]) -> str:
    """police officer, special constable or PCSO: in the middle of a sentence, so only acronyms keep their capitals."""
    return listing([item if item[1:2].isupper() else item[:1].lower() + item[1:] for item in items], "or")
