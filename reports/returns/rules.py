"""What holds of the rows of a return."""

from collections.abc import Iterable
from fractions import Fraction

from reports.figures.formatting import rounded
from reports.returns.sources import (
    AVERAGES,
    HOURS,
    MONEY,
    NUMBER,
    POUNDS,
    RATIO,
    RATIO_UNIT,
    TOTAL_COST,
    is_counted,
    is_money,
    is_patrol_time,
)

_PER_UNIT = {HOURS: 60, POUNDS: 100}
NO_RATIO = "Only ‘One row divided by another’ divides rows."
NOT_BY_AREA = "Only what the service counts can be given for each hotspot area."


def row_fault(*, source: str, bound: str, limit: int | None, by_area: bool = False) -> tuple[str, str] | None:
    """What is wrong with what a row of a return is held against: the field and a sentence. None if nothing is."""
    if bound == "target" and source not in ("patrol_hours", "patrols"):
        return "bound", "Monthly targets are set for patrol hours and patrols only."
    if bound == "budget" and source != MONEY:
        return "bound", "Only an amount of money that is entered can be held against a budget."
    if bound in ("at_least", "at_most") and not (is_counted(source) or source in (NUMBER, MONEY)):
        return "bound", "Only numbers that are counted or entered can be held against something."
    if by_area and not (is_counted(source) or source == RATIO):
        return "by_area", NOT_BY_AREA
    return _limit_fault(bound, limit)


def needs_second_person(sources: Iterable[str]) -> bool:
    """Whether a return with these rows is approved by somebody else than who prepared it: where there is money."""
    return any(is_money(source) for source in sources)


def _limit_fault(bound: str, limit: int | None) -> tuple[str, str] | None:
    if bound in ("at_least", "at_most") and limit is None:
        return "limit", f"Enter the number that it should be {bound.replace('_', ' ')}."
    if bound not in ("at_least", "at_most") and limit is not None:
        return "limit", "A number can be given for ‘At least’ and ‘At most’ only."
    return None


def ratio_fault(
    *, source: str, top: str | None, base: str | None, is_same: bool, per: int = 1, by_area: bool = False
) -> tuple[str, str] | None:
    """What is wrong with what a row divides: the field and a sentence; None if nothing is.

    `top` and `base` are what fills the two rows, None where there is no such row.
    """
    if source != RATIO:
        return None if top is base is None and per == 1 else ("top", NO_RATIO)
    for name, each in (("top", top), ("base", base)):
        if each is None or not _can_be_divided(each):
            return name, "Enter the number of another row that is counted, or entered as a number or money."
    if is_same:
        return "base", "A row is not divided by itself."
    if top == TOTAL_COST and is_patrol_time(base or ""):
        # Hours without a rate have no cost, but would be among the hours.
        return "top", "Hours without a rate cost nothing here. Fill the row with the cost of an hour instead."
    if by_area and not (is_counted(top or "") and is_counted(base or "")):
        return "by_area", NOT_BY_AREA
    return None


def _can_be_divided(source: str) -> bool:
    # Averages are rounded already.
    return source in (NUMBER, MONEY) or (is_counted(source) and source not in AVERAGES)


def ratio_unit(top_unit: str) -> str:
    """The unit of a ratio: money where money is divided."""
    return POUNDS if top_unit == POUNDS else RATIO_UNIT


def ratio_formula(top: str, base: str, per: int) -> str:
    """What a ratio divides, in words: Arrests ÷ Patrol hours × 100."""
    return f"{top} ÷ {base}" + (f" × {per:,}" if per > 1 else "")


def ratio_of(top: int | None, base: int | None, *, per: int, units: tuple[str, str]) -> int | None:
    """`per` × top / base, rounded half up once: in pence where `top` is money, else in tenths. None without a base.

    Both are exact: hours in minutes, money in pence. `units` are those of top and base. 5 arrests in 90 minutes, per
    100 hours: 3333 (tenths).
    """
    if top is None or not base:
        return None
    whole = Fraction(base, _PER_UNIT.get(units[1], 1))
    if units[0] == POUNDS:
        return rounded(top * per / whole)
    return rounded(Fraction(top, _PER_UNIT.get(units[0], 1)) * per * 10 / whole)
