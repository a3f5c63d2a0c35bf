"""Writes to partner organisations, orders, their rates, and who issues invoices."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from hotspot.core.calendar import Period
from hotspot.core.errors import ChangedMeanwhile, DomainError
from hotspot.core.history import version_of
from hotspot.core.models import User
from hotspot.core.text import clean_line, clean_lines
from hotspots.models import (
    FundingStream,
    HotspotArea,
    InvoiceSender,
    OrderArea,
    OrderMonth,
    OrderRate,
    PartnerOrganisation,
    PatrolOrder,
)
from hotspots.orders import rules
from hotspots.orders.queries import version_of_order
from hotspots.saving import locked_row, save_row


@transaction.atomic
def save_organisation(
    *, by: User, organisation_id: int | None = None, version: int | None = None, name: str, kind: str, address: str
) -> PartnerOrganisation:
    """Add a partner organisation, or change one. Raises DomainError(s) and ChangedMeanwhile."""
    rules.check_keeps(by)
    organisation = locked_row(PartnerOrganisation, organisation_id, version)
    organisation.name, organisation.kind = clean_line(name), kind
    organisation.address = clean_lines(address)
    save_row(organisation)
    return organisation


@dataclass(frozen=True)
class OrderFacts:
    """What an order says that can change. `months` are the minutes ordered for each month, by its first day."""

    reference: str
    is_force_wide: bool
    areas: Collection[HotspotArea]
    first_day: date
    last_day: date
    hour_pence: int
    vat_hundredths: int
    charges_over: bool
    months: Mapping[date, int]


@transaction.atomic
def add_order(
    *,
    by: User,
    at: datetime,
    organisation: PartnerOrganisation,
    stream: FundingStream,
    direction: str,
    facts: OrderFacts,
) -> PatrolOrder:
    """Enter an order. Raises DomainError(s) on a field, and Conflict `orders_overlap`."""
    rules.check_keeps(by)
    order = PatrolOrder(organisation=organisation, stream=stream, direction=direction, added_by=by, added_at=at)
    return _save(order, facts)


@transaction.atomic
def change_order(*, by: User, order_id: int, version: int | None = None, facts: OrderFacts) -> PatrolOrder:
    """Change what was agreed. What was signed off stays: a difference is carried to the next statement.

    `version` is the one of `version_of_order` that the caller had in front of them. Raises DomainError(s) on a field,
    Conflict `orders_overlap`, and ChangedMeanwhile.
    """
    rules.check_keeps(by)
    order = locked_row(PatrolOrder, order_id)
    if version is not None and version_of_order(order) != version:
        raise ChangedMeanwhile
    rules.check_stands(order)
    rules.check_vat(order, facts.vat_hundredths)
    return _save(order, facts)


def _save(order: PatrolOrder, facts: OrderFacts) -> PatrolOrder:
    # One after the other: of two orders saved at once, the second is compared with the first.
    stream = FundingStream.objects.select_for_update(no_key=True).select_related("programme").get(pk=order.stream_id)
    days = Period(facts.first_day, facts.last_day)
    months = {month: minutes for month, minutes in facts.months.items() if minutes}
    rules.check_stream(stream)
    rules.check_days(stream, days)
    rules.check_places(facts.areas, is_force_wide=facts.is_force_wide)
    rules.check_blocks(days, months)
    order.reference, order.is_force_wide = clean_line(facts.reference), facts.is_force_wide
    order.first_day, order.last_day = facts.first_day, facts.last_day
    order.hour_pence, order.vat_hundredths = facts.hour_pence, facts.vat_hundredths
    order.charges_over = facts.charges_over
    rules.check_apart(order, facts.areas)
    save_row(order)
    _set_areas(order, facts.areas)
    _set_months(order, months)
    return order


def _set_areas(order: PatrolOrder, areas: Collection[HotspotArea]) -> None:
    order.places.exclude(area__in=areas).delete()
    known = set(order.places.values_list("area_id", flat=True))
    OrderArea.objects.bulk_create(OrderArea(order=order, area=area) for area in areas if area.pk not in known)


def _set_months(order: PatrolOrder, months: Mapping[date, int]) -> None:
    known = {row.month: row for row in order.months.all()}
    for month, row in known.items():
        if month not in months:
            row.delete()
        elif row.minutes != months[month]:
            row.minutes = months[month]
            row.save(update_fields=("minutes",))
    OrderMonth.objects.bulk_create(
        OrderMonth(order=order, month=month, minutes=minutes) for month, minutes in months.items() if month not in known
    )


@transaction.atomic
def set_rate(*, by: User, order_id: int, first_day: date, hour_pence: int, reason: str) -> OrderRate:
    """Give an order another rate from a day on, or correct the one from that day. Raises DomainError on a field."""
    rules.check_keeps(by)
    order = locked_row(PatrolOrder, order_id)
    rules.check_stands(order)
    if not order.first_day < first_day <= order.last_day:
        message = (
            "The rate must begin after the order's first day, and by its last. Change the order's own rate instead."
        )
        raise DomainError("rate_outside_order", message, "first_day")
    rate = order.rates.filter(first_day=first_day).first() or OrderRate(order=order, first_day=first_day)
    rate.hour_pence, rate.reason = hour_pence, clean_line(reason)
    save_row(rate)
    return rate


@transaction.atomic
def save_sender(
    *, by: User, version: int | None = None, name: str, address: str, vat_number: str, payment: str
) -> InvoiceSender:
    """Say who issues invoices, and how they are paid. Invoices that were issued stay. Raises ChangedMeanwhile."""
    rules.check_keeps(by)
    sender = InvoiceSender.objects.select_for_update().first() or InvoiceSender()
    if version is not None and version_of(sender) != version:
        raise ChangedMeanwhile
    sender.name, sender.address = clean_line(name), clean_lines(address)
    sender.vat_number, sender.payment = clean_line(vat_number), clean_lines(payment)
    save_row(sender)
    return sender
