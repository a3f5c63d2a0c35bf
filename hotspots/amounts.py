"""Money and hours in words, and money as people type it: whole pence on both sides."""

import re
from decimal import Decimal

from hotspot.core.errors import DomainError

MOST_PENCE = 10_000_000_000_00
"""£10,000,000,000: no programme here has more, and a slip of the finger soon does."""

_LONGEST = 60
_SPACES = re.compile(r"[^\S\n]+")
# Groups of three with one kind of separator throughout, or none; then pence, or thousands and millions in short.
_AMOUNT = re.compile(
    r"£? ?(?P<pounds>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)?"
    r"(?:\.(?P<pence>[0-9]{1,8}))?(?: ?(?P<unit>k|m|million))?",
    re.IGNORECASE,
)
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000, "million": 1_000_000}
_MINUS = "-−–"
# What finance systems mark a credit with: −5, (5), 5− and 5 CR.
_CREDIT = re.compile(rf"[{_MINUS}(].*|.*[0-9] ?(?:[{_MINUS}]|cr)", re.IGNORECASE)


def pounds(pence: int | None) -> str:
    """£1,000,000, or £1,200.50 where there are pence, −£5 for what was taken back; a dash for none."""
    if pence is None:
        return "–"
    whole, rest = divmod(abs(pence), 100)
    return f"{'−' if pence < 0 else ''}£{whole:,}" + (f".{rest:02d}" if rest else "")


def exact_hours(minutes: int) -> str:
    """37.5, 1,200: the hours of a target as somebody typed them."""
    hours = Decimal(minutes) / 60
    return f"{hours:,.2f}".rstrip("0").rstrip(".")


def pounds_typed(pence: int | None) -> str:
    """An amount as somebody would type it: 1000000 or 1200.50."""
    return "" if pence is None else pounds(pence).replace("£", "").replace(",", "")


def pence_typed(text: str) -> int:
    """An amount of pounds as people type it, in whole pence: £1,000,000, 1 000, 1,200.50, 1.1m or 250k.

    Raises DomainError `money_negative`, `money_too_much`, or `money_unreadable` for what is no amount, like 1,00,
    1.2.3 and 0.005.
    """
    line = _SPACES.sub(" ", text).strip()
    if len(line) <= _LONGEST and _CREDIT.fullmatch(line.strip("£ ")):
        raise DomainError("money_negative", "Enter an amount of £0 or more")
    found = _AMOUNT.fullmatch(line) if len(line) <= _LONGEST else None
    if len(line) > _LONGEST and line.strip("£0123456789., ") == "":
        raise _too_much()
    if found is None or not (found["pounds"] or found["pence"]):
        raise _unreadable()
    return _pence(found)


def _pence(found: re.Match[str]) -> int:
    unit = (found["unit"] or "").lower()
    decimals = found["pence"] or ""
    if not unit and len(decimals) > 2:
        raise DomainError("money_unreadable", "Enter pounds and whole pence, like 1,200.50")
    whole = (found["pounds"] or "0").replace(",", "").replace(" ", "")
    pence = int(whole + decimals) * _UNITS[unit] * 100
    amount, part = divmod(pence, int("1" + "0" * len(decimals)))
    if part:
        raise DomainError("money_unreadable", "Enter pounds and whole pence, like 1,200.50")
    if amount > MOST_PENCE:
        raise _too_much()
    return amount


def _unreadable() -> DomainError:
    return DomainError("money_unreadable", "Enter an amount of money, like 1,200 or 1,200.50")


def _too_much() -> DomainError:
    return DomainError("money_too_much", f"Enter {pounds(MOST_PENCE)} or less")
