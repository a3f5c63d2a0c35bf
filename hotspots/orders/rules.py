"""What must hold of orders. The database holds the overlap as well (`hotspots.triggers`)."""

from collections.abc import Collection, Mapping
from datetime import date

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspot.core.errors import ChangedMeanwhile, Conflict, DomainError, NotAllowed
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import FundingStream, HotspotArea, PatrolOrder

MOST_MONTH_MINUTES = 100_000 * 60
"""100,000 hours a month: no order has more, and a slip of the finger soon does."""


def check_keeps(by: User) -> None:
    """Raise NotAllowed `not_allowed` unless somebody keeps orders."""
    if not by.may(Permission.KEEP_ORDERS):
        raise NotAllowed("not_allowed", "You may not change orders.")


def check_stands(order: PatrolOrder) -> None:
    """Raise ChangedMeanwhile for an order that was withdrawn."""
    if order.withdrawal:
        raise ChangedMeanwhile


def check_stream(stream: FundingStream) -> None:
    """Raise DomainError `stream_not_counted` for business as usual, of which no minute is counted."""
    if not stream.in_headline:
        message = "Business as usual is not counted, so nothing of it could be delivered. Select another stream."
        raise DomainError("stream_not_counted", message, "stream")


def check_days(stream: FundingStream, days: Period) -> None:
    """Raise DomainError `order_outside_programme` for days that are none of the programme's."""
    programme = stream.programme
    if days.clip(programme.period) != days:
        message = f"An order of {programme} lies in {wording.period(programme.period)}."
        raise DomainError("order_outside_programme", message, "last_day")


def check_vat(order: PatrolOrder, vat_hundredths: int) -> None:
    """Raise DomainError `vat_signed` for another rate of VAT once a quarter was signed off.

    What is carried to a later statement is then of the rate that it was invoiced at.
    """
    if vat_hundredths != order.vat_hundredths and order.statements.exists():
        message = (
            "A quarter was signed off with the rate of VAT that the order has, so it stays. End this order, and enter "
            "another one with the other rate."
        )
        raise DomainError("vat_signed", message, "vat")


def check_places(areas: Collection[HotspotArea], *, is_force_wide: bool) -> None:
    """Raise DomainError `where_missing` unless an order is in all areas, or in at least one."""
    if bool(areas) == is_force_wide:
        raise DomainError("where_missing", "Select all areas, or at least one area.", "areas")


def check_blocks(days: Period, months: Mapping[date, int]) -> None:
    """Raise DomainError for no hours at all, too many, or hours of a month in which the order does not run."""
    if not months:
        raise DomainError("hours_missing", "Enter the hours of at least one month.", "months")
    known = {month.first_day for month in days.each_month()}
    if outside := sorted(set(months) - known):
        message = f"The order does not run in {wording.month(outside[0])}."
        raise DomainError("month_outside_order", message, "months")
    if max(months.values()) > MOST_MONTH_MINUTES:
        raise DomainError("hours_too_many", "Enter 100,000 hours a month or fewer.", "months")


def check_apart(order: PatrolOrder, areas: Collection[HotspotArea]) -> None:
    """Raise Conflict `orders_overlap` where a minute would be counted for another order as well.

    Both are in one funding stream and direction, share a day, and an area unless one of them is in all areas.
    """
    others = PatrolOrder.objects.standing().filter(
        stream=order.stream,
        direction=order.direction,
        first_day__lte=order.last_day,
        last_day__gte=order.first_day,
    )
    for other in others.exclude(pk=order.pk).select_related("organisation").prefetch_related("places__area"):
        shared = {place.area for place in other.places.all()} & set(areas)
        if shared or order.is_force_wide or other.is_force_wide:
            where = wording.listing(sorted(area.name for area in shared)) or "all areas"
            raise Conflict(
                "orders_overlap",
                f"{other.number} for {other.organisation} is in {where} on the same days, paid from the same stream. "
                "Every minute is counted for one order: choose other days or areas, or a stream of its own.",
                "areas",
            )
