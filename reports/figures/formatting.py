"""Values as pages and files say them: the same number everywhere."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hotspot.core import wording
from reports.figures.measures import SMALLEST_BASE

Value = str | int | Decimal | date | None
NOTHING = "–"
NO_PATROLS = "no patrols recorded"


def text(value: Value) -> str:
    """A value as the page shows it; – where there is none."""
    if value is None:
        return NOTHING
    if isinstance(value, date):
        return wording.day(value)
    return value if isinstance(value, str) else f"{value:,}".replace("-", "−")


def unrecorded_cells(columns: int) -> list[str]:
    """The cells of a month without records, after its name: that there are none, once."""
    return [NO_PATROLS, *[NOTHING] * (columns - 1)]


def plain(value: Value) -> str:
    """The same value in a file: ISO dates, bare numbers, nothing where there is none."""
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def in_letters(number: int) -> str:
    """A number below ten as text says it: six."""
    return ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")[number]


def rounded(value: Fraction) -> int:
    """The nearest whole number, halves up."""
    return _nearest(value.numerator, value.denominator)


def _nearest(part: int, whole: int) -> int:
    # In whole numbers, because a page says thousands of these and fractions take ten times as long.
    return (2 * part + whole) // (2 * whole)


def ratio(part: int, whole: int, times: int, places: int = 1) -> Decimal | None:
    """`times` part / whole, rounded half up to so many decimal places; None without a whole."""
    if not whole:
        return None
    scaled = _nearest(part * times * 10**places, whole)
    return Decimal(scaled).scaleb(-places) if places else Decimal(scaled)


def share(part: int, whole: int) -> Decimal | None:
    """`part` as a whole percentage of `whole`; None on a base so small that it would say more than is known."""
    return ratio(part, whole, 100, 0) if whole >= SMALLEST_BASE else None
