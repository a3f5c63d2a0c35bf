"""Money and hours in words."""

from decimal import Decimal


def pounds(pence: int | None) -> str:
    """£1,000,000, or £1,200.50 where there are pence; a dash for none."""
    if pence is None:
        return "–"
    return f"£{pence // 100:,}" if pence % 100 == 0 else f"£{pence / 100:,.2f}"


def exact_hours(minutes: int) -> str:
    """37.5, 1,200: the hours of a target as somebody typed them."""
    hours = Decimal(minutes) / 60
    return f"{hours:,.2f}".rstrip("0").rstrip(".")


def pounds_typed(pence: int | None) -> str:
    """An amount as somebody would type it: 1000000 or 1200.50."""
    return "" if pence is None else pounds(pence).removeprefix("£").replace(",", "")
