"""What the text of a cell says: dates in UK order, clock times, whole numbers, yes or no. Never a guess."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from hotspot.core.clock import parse_clock
from hotspot.core.errors import DomainError
from hotspot.core.pages.fields import PLAIN_NUMBER, month_number

_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", re.ASCII)
_UK = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{2,4})", re.ASCII)
_NAMED = re.compile(
    r"(?:[a-z]{3,9},? )?([0-9]{1,2})(?:st|nd|rd|th)?[ \-]([a-z]{3,9})[ ,\-]{1,2}([0-9]{2,4})", re.ASCII | re.IGNORECASE
)
_SERIAL = re.compile(r"[0-9]{5}", re.ASCII)
_SERIAL_START = date(1899, 12, 30)
_SERIALS = range(36_526, 73_051)  # 2000 to 2099
_SECONDS = re.compile(r"([0-9]{1,2}:[0-9]{2}):00(?:\.0+)?( ?[ap]m)?", re.ASCII | re.IGNORECASE)
_FRACTION = re.compile(r"0?\.[0-9]{1,20}", re.ASCII)
_WITH_DATE = re.compile(r"(\S.{5,20}?)[T ]++([^\s:.]*+[:.]\S*(?: ?[ap]m)?)", re.ASCII | re.IGNORECASE)
# Three figures apart by dots or spaces may be a time with seconds.
_SLASHED = re.compile(r"[0-9]{1,2}[/\-][0-9]{1,2}[/\-][0-9]{2,4}", re.ASCII)
_YES = {"yes", "y", "true", "1", "x", "✓"}
_NO = {"no", "n", "false", "0", "-", ""}
_CACHED = 4096
_WHOLE = re.compile(r"(-?[0-9]{1,15})\.0{1,15}", re.ASCII)
_AFTER_MIDNIGHT = re.compile(r"(2[4-9]|3[0-9]|4[0-7]):([0-9]{2})(?::00)?", re.ASCII)
_HOURS = re.compile(r"([0-9.: ]{1,8}) ?(?:hrs|hr|hours|h)", re.ASCII | re.IGNORECASE)
_LENGTH = re.compile(r"([0-9]{1,4})(?:(\.[0-9]{1,9})|:([0-5][0-9]))?", re.ASCII)
_NIL = {"nil", "n/a", "na", "n.a.", "none", "-", "–", "—", "−", "--"}
_LONGEST = 40


@dataclass(frozen=True)
class Moment:
    """What a cell says of a start or finish: a clock time, perhaps with its date; or, with an offset, an instant.

    `is_next_day` is for a finish that counts its hours from the night: 24:00 or 30:00.
    """

    clock: time
    day: date | None = None
    instant: datetime | None = None
    is_next_day: bool = False


Days = tuple[tuple[date, date], ...]
"""Periods by their first and last days."""


@lru_cache(maxsize=_CACHED)
def parse_date(text: str, within: Days = ()) -> date:
    """The date of a cell: 26/10/2024, 26 October 2024, 2024-10-26, or Excel's number for it.

    A year of two figures is one of this century and has to give a date in one of the periods `within`.
    Raises DomainError `date_…`.
    """
    if _SERIAL.fullmatch(text) and int(text) in _SERIALS:
        return _SERIAL_START + timedelta(days=int(text))
    day, month, year = _parts(text)
    number = month_number(month)
    if number > 12 and int(day) <= 12:
        raise DomainError("date_us_order", "Write the day first, then the month, like 26/10/2024.")
    try:
        found = date(int(year) if len(year) == 4 else 2000 + int(year[-2:]), number, int(day))
    except ValueError as error:
        raise DomainError("date_not_real", "This date does not exist.") from error
    if len(year) == 3 or (len(year) == 2 and not any(first <= found <= last for first, last in within)):
        raise DomainError("date_short_year", "Write the year with four figures, like 26/10/2024.")
    return found


@lru_cache(maxsize=_CACHED)
def parse_night(text: str, within: Days = ()) -> tuple[date, time | None]:
    """The date of a cell that may have a time with it, and the time unless it is midnight. Raises what parsers raise.

    Spreadsheets write midnight where a cell holds a date only.
    """
    if len(text) <= _LONGEST:
        if found := _with_offset(text):
            return found.date(), found.time() if found.time() != time(0) else None
        if match := _WITH_DATE.fullmatch(text):
            clock = _clock(match[2])
            return parse_date(match[1], within), clock if clock != time(0) else None
    return parse_date(text, within), None


def _parts(text: str) -> tuple[str, str, str]:
    if match := _ISO.fullmatch(text):
        return match[3], match[2], match[1]
    if match := _UK.fullmatch(text) or _NAMED.fullmatch(text):
        return match[1], match[2], match[3]
    raise DomainError("date_not_understood", "Enter a date with the day first, like 26/10/2024.")


@lru_cache(maxsize=_CACHED)
def parse_moment(text: str, within: Days = ()) -> Moment:
    """The clock time of a cell, with its date or offset where it has one. A date alone is its midnight.

    `within` is for years of two figures, as in `parse_date`. Raises what the parsers raise.
    """
    if len(text) > _LONGEST:
        return Moment(parse_clock(text))
    if found := _with_offset(text):
        return Moment(found.time(), found.date(), found.astimezone(UTC))
    if match := _WITH_DATE.fullmatch(text):
        return Moment(_clock(match[2]), parse_date(match[1], within))
    if is_date_alone(text):
        return Moment(time(0), parse_date(text, within))
    return Moment(_clock(text))


@lru_cache(maxsize=_CACHED)
def parse_finish(text: str, within: Days = ()) -> Moment:
    """As `parse_moment`, and hours that count on from the night: 24:00 and 30:00 are midnight and 6am after it."""
    if match := _AFTER_MIDNIGHT.fullmatch(text):
        return Moment(parse_clock(f"{int(match[1]) - 24:02d}:{match[2]}"), is_next_day=True)
    return parse_moment(text, within)


def is_date_alone(text: str) -> bool:
    """Whether a cell for a time holds a date with its year and no time: that is how midnight looks in a workbook."""
    return len(text) <= _LONGEST and any(kind.fullmatch(text) for kind in (_ISO, _SLASHED, _NAMED))


def _with_offset(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo and not (found.second or found.microsecond) else None


def _clock(text: str) -> time:
    if match := _HOURS.fullmatch(text):
        text = match[1].strip()
    if _FRACTION.fullmatch(text):
        minutes = float(text) * 24 * 60
        if abs(minutes - round(minutes)) > 1 / 60 or round(minutes) >= 24 * 60:
            return parse_clock("")
        return time(*divmod(round(minutes), 60))
    if match := _SECONDS.fullmatch(text):
        text = f"{match[1]}{match[2] or ''}"
    return parse_clock(text)


def parse_count(text: str) -> int | None:
    """A whole number, also written 2.0, or None for an empty cell. Raises DomainError `not_a_number`."""
    if not text:
        return None
    if match := _WHOLE.fullmatch(text):
        text = match[1]
    if not PLAIN_NUMBER.fullmatch(text):
        raise DomainError("not_a_number", "Enter a whole number, like 2, or leave it empty.")
    return int(text)


def parse_hours(text: str) -> int | None:
    """The minutes of a number of hours, like 7.5, 7:30 or 8hrs; None for anything else."""
    if match := _HOURS.fullmatch(text):
        text = match[1].strip()
    if match := _LENGTH.fullmatch(text):
        return 60 * int(match[1]) + (int(match[3]) if match[3] else round(60 * float(f"0{match[2] or ''}")))
    return None


def is_nil(text: str) -> bool:
    """Whether a cell says "none" in a word or sign. Whether that is a count of 0 is for a person to say."""
    return text.lower() in _NIL


def parse_yes(text: str) -> bool:
    """Yes or no; an empty cell is a no. Raises DomainError `not_yes_or_no`."""
    word = text.lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise DomainError("not_yes_or_no", "Enter yes or no.")
