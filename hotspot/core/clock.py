"""Clock times and instants: parsed, placed on a London day, and the night on which the clocks change."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from hotspot.core.calendar import LONDON
from hotspot.core.errors import DomainError
from hotspot.core.text import PLAIN_DASHES

ClockChange = Literal["before", "after"]


def minutes_between(start: datetime, end: datetime) -> int:
    """Elapsed whole minutes between two aware instants. Python would ignore the clock change were they not in UTC."""
    return int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds()) // 60


class TimeHappenedTwice(DomainError):
    """The clocks went back: this clock time came twice that night, and the caller must say which."""

    def __init__(self, field: str | None = None) -> None:
        super().__init__(
            "time_happened_twice",
            "The clocks went back that night, so this time happened twice. Was it before or after they went back?",
            field,
        )


def instant(day: date, clock: time, *, change: ClockChange | None = None, field: str | None = None) -> datetime:
    """The UTC instant at which London clocks showed `clock` on `day`.

    `change` says which of the two, on the night the clocks go back. Raises TimeHappenedTwice when it is needed and
    missing, and DomainError `time_did_not_happen` for the hour that is skipped when they go forward.
    """
    early = datetime.combine(day, clock.replace(fold=0), tzinfo=LONDON)
    late = early.replace(fold=1)
    if early.utcoffset() == late.utcoffset():
        return early.astimezone(UTC)
    if early.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != early.replace(tzinfo=None):
        raise DomainError(
            "time_did_not_happen", "This time did not happen: the clocks went forward from 1am to 2am.", field
        )
    if change is None:
        raise TimeHappenedTwice(field)
    return (early if change == "before" else late).astimezone(UTC)


# Programs write as many decimals of a second as their clocks have: .NET seven, Go nine. ISO 8601 takes a comma.
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?([Zz]|[+-][0-9]{2}:[0-9]{2})?",
    re.ASCII,
)


def parse_instant(text: str) -> datetime:
    """The UTC instant that a program wrote as RFC 3339 has it, to the minute: 2024-10-26T22:00:00.0000000+01:00.

    Seconds and any number of decimals may be there and are nought. Raises DomainError `not_instant`, `offset_required`
    or `whole_minutes`.
    """
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise _not_instant()
    minute, seconds, decimals, offset = match.groups()
    if offset is None:
        message = "Say the offset from UTC, like +01:00 or Z: without it the time is ambiguous."
        raise DomainError("offset_required", message)
    try:
        found = datetime.fromisoformat(f"{minute}:{seconds or '00'}{offset}".upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _not_instant() from error
    if found.second or (decimals or "").strip("0"):
        raise DomainError("whole_minutes", "Times are whole minutes: the seconds and their decimals have to be 0.")
    return found


def _not_instant() -> DomainError:
    return DomainError("not_instant", "Enter a date and time with its offset, like 2024-10-26T22:00:00+01:00.")


_WORDS = {"midnight": time(0), "noon": time(12), "midday": time(12)}
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:. h]?([0-9]{2}))? ?(am|pm|a\.m\.|p\.m\.|h|hrs?|hours)?", re.ASCII)
_LONGEST_CLOCK = 14
_END_OF_DAY = re.compile(r"24[:. h]?00 ?(?:h|hrs?|hours)?", re.ASCII)
_BETWEEN = {"to", "until", "till", "til"}
_LONGEST_SPAN = 40


def parse_clock(text: str, field: str | None = None) -> time:
    """The clock time a person wrote: 2200, 22:00, 22.00, 2200hrs, 22h, 10pm, 10.30pm, midnight, midday.

    Raises DomainError `time_not_understood` or, where it could be morning or evening, `time_needs_am_pm`.
    """
    words = text.strip().lower()
    if words in _WORDS:
        return _WORDS[words]
    match = _CLOCK.fullmatch(words) if len(words) <= _LONGEST_CLOCK else None
    if match is None:
        raise _not_understood(field)
    hour, minute, half = int(match[1]), int(match[2] or 0), _half(match[3] or "")
    # The zero of 06, and whatever is after 12, say that the clock has 24 hours.
    if match[2] is None and match[3] is None and hour <= 12 and (len(match[1]) == 1 or match[1][0] != "0"):
        raise _needs_half(hour, field)
    if (half and not 1 <= hour <= 12) or hour > 23 or minute > 59:
        raise _not_understood(field)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute)


def _half(suffix: str) -> str:
    """am or pm; empty for the words for hours."""
    return suffix.replace(".", "") if suffix[:1] in ("a", "p") else ""


def _needs_half(hour: int, field: str | None) -> DomainError:
    choices = {0: "midnight", 12: "midday or midnight"}.get(hour, f"{hour}am or {hour}pm")
    message = f"Write {choices}, or use four figures like {hour:02d}00."
    return DomainError("time_needs_am_pm", message, field)


def parse_finish_clock(text: str, field: str | None = None) -> time:
    """As `parse_clock`, for the end of something: 24:00 is the midnight after it began."""
    words = text.strip().lower()
    if len(words) <= _LONGEST_CLOCK and _END_OF_DAY.fullmatch(words):
        return time(0)
    return parse_clock(text, field)


def times_in(text: str) -> list[str]:
    """The texts on both sides of the dash or word between two times, as in 10pm-6am; one text where there is none."""
    if len(text) > _LONGEST_SPAN:
        return [text]
    words = " ".join("-" if word.lower() in _BETWEEN else word for word in text.translate(PLAIN_DASHES).split())
    return [part.strip() for part in words.split("-")]


def _not_understood(field: str | None) -> DomainError:
    return DomainError("time_not_understood", "Enter a time, like 10pm, 22:00, 2200 or midnight.", field)


def span(
    night: date,
    start: time,
    end: time,
    *,
    start_change: ClockChange | None = None,
    end_change: ClockChange | None = None,
) -> tuple[datetime, datetime]:
    """The UTC start and end of a shift from its night and two clock times.

    A finish that is earlier than the start on the clock is on the next day. (On the night the clocks go back, 1:50am
    to 1:10am may be the same night, when the first is before and the second after the change.)
    Raises what `instant` raises, with the fields `start` and `end`.
    """
    starts_at = instant(night, start, change=start_change, field="start")
    ends_next_day = end < start and (start_change, end_change) != ("before", "after")
    end_day = night + timedelta(days=1) if ends_next_day else night
    return starts_at, instant(end_day, end, change=end_change, field="end")
