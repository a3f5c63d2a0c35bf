"""What the text of a cell says: dates in UK order, clock times, whole numbers, yes or no. Never a guess."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from hotspot.core.errors import DomainError
from hotspot.core.forms import PLAIN_NUMBER, month_number
from hotspot.core.periods import parse_clock

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
_YES = {"yes", "y", "true", "1", "x", "✓"}
_NO = {"no", "n", "false", "0", "-", ""}
_CACHED = 4096
_LONGEST = 40


@dataclass(frozen=True)
class Moment:
    """What a cell says of a start or finish: a clock time, perhaps with its date; or, with an offset, an instant."""

    clock: time
    day: date | None = None
    instant: datetime | None = None


@lru_cache(maxsize=_CACHED)
def parse_date(text: str) -> date:
    """The date of a cell: 26/10/2024, 26 October 2024, 2024-10-26, or Excel's number for it.

    Raises DomainError `date_…`.
    """
    if _SERIAL.fullmatch(text) and int(text) in _SERIALS:
        return _SERIAL_START + timedelta(days=int(text))
    day, month, year = _parts(text)
    if len(year) != 4:
        raise DomainError("date_short_year", "Write the year with four figures, like 26/10/2024.")
    number = month_number(month)
    if number > 12 and int(day) <= 12:
        raise DomainError("date_us_order", "Write the day first, then the month, like 26/10/2024.")
    try:
        return date(int(year), number, int(day))
    except ValueError as error:
        raise DomainError("date_not_real", "This date does not exist.") from error


def _parts(text: str) -> tuple[str, str, str]:
    if match := _ISO.fullmatch(text):
        return match[3], match[2], match[1]
    if match := _UK.fullmatch(text) or _NAMED.fullmatch(text):
        return match[1], match[2], match[3]
    raise DomainError("date_not_understood", "Enter a date with the day first, like 26/10/2024.")


@lru_cache(maxsize=_CACHED)
def parse_moment(text: str) -> Moment:
    """The clock time of a cell, with its date or offset where it has one. Raises what the parsers raise."""
    if len(text) > _LONGEST:
        return Moment(parse_clock(text))
    if found := _with_offset(text):
        return Moment(found.time(), found.date(), found.astimezone(UTC))
    if match := _WITH_DATE.fullmatch(text):
        return Moment(_clock(match[2]), parse_date(match[1]))
    return Moment(_clock(text))


def _with_offset(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo and not (found.second or found.microsecond) else None


def _clock(text: str) -> time:
    if _FRACTION.fullmatch(text):
        minutes = float(text) * 24 * 60
        if abs(minutes - round(minutes)) > 1 / 60 or round(minutes) >= 24 * 60:
            return parse_clock("")
        return time(*divmod(round(minutes), 60))
    if match := _SECONDS.fullmatch(text):
        text = f"{match[1]}{match[2] or ''}"
    return parse_clock(text)


def parse_count(text: str) -> int | None:
    """A whole number, or None for an empty cell. Raises DomainError `not_a_number`."""
    if not text:
        return None
    if not PLAIN_NUMBER.fullmatch(text):
        raise DomainError("not_a_number", "Enter a whole number, like 2, or leave it empty.")
    return int(text)


def parse_yes(text: str) -> bool:
    """Yes or no; an empty cell is a no. Raises DomainError `not_yes_or_no`."""
    word = text.lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise DomainError("not_yes_or_no", "Enter yes or no.")
