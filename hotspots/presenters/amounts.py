"""Money, hours and sizes in words."""

from decimal import Decimal

from hotspots.rules import Boundary


def pounds(pence: int | None) -> str:
    """£1,000,000, or £1,200.50 where there are pence; a dash for none."""
    if pence is None:
        return "–"
    return f"£{pence // 100:,}" if pence % 100 == 0 else f"£{pence / 100:,.2f}"


def exact_hours(minutes: int) -> str:
    """37.5, 1,200: the hours of a target as somebody typed them."""
    hours = Decimal(minutes) / 60
    return f"{hours:,.2f}".rstrip("0").rstrip(".")


def hectares(size: float) -> str:
    """43 hectares, 1.2 hectares."""
    return "1 hectare" if size == 1 else f"{size:,.0f} hectares" if size >= 10 else f"{size:.2g} hectares"


def distance(metres: float) -> str:
    """350 m, 1.2 km."""
    return f"{metres / 1000:,.1f} km" if metres >= 1000 else f"{metres:.0f} m"


def size_in_words(boundary: Boundary) -> str:
    """43 hectares, 1.2 km by 900 m, in 2 parts."""
    parts = f", in {boundary.parts} parts" if boundary.parts > 1 else ""
    sides = (
        f"{distance(boundary.width_metres)} from west to east, {distance(boundary.height_metres)} from south to north"
    )
    return f"{hectares(boundary.hectares)}, {sides}{parts}"


def pounds_typed(pence: int | None) -> str:
    """An amount as somebody would type it: 1000000 or 1200.50."""
    return "" if pence is None else pounds(pence).removeprefix("£").replace(",", "")
