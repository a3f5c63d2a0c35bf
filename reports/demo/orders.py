"""Paid-for patrols of the demonstration: made-up orders with councils, which patrols of the council's stream deliver.

Each of three councils has hours of its own officers paid, and Stevenage pays for police patrols beside them. The first
programme is signed off and invoiced but for its last quarter, which a rise agreed later adds to; the running one is
under way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pghistory

from hotspot.core.calendar import LONDON, Period, today
from hotspot.core.models import User
from hotspot.core.permissions import Role
from hotspots.models import (
    FundingStream,
    HotspotArea,
    PartnerOrganisation,
    PartnerPerson,
    PatrolOrder,
    Programme,
    SpendEntry,
)
from hotspots.orders import operations as order_operations
from hotspots.orders.operations import OrderFacts
from reports.demo.people import Person
from reports.demo.reference import FIRST_PROGRAMME
from reports.models import DeliveryStatement
from reports.orders import documents, operations, queries
from reports.orders.rules import quarters_in

SOURCE = "demo"
COUNCILS: Mapping[str, str] = {
    "Stevenage": "Stevenage Borough Council (example)",
    "Watford": "Watford Borough Council (example)",
    "St Albans": "St Albans City and District Council (example)",
}
HOUR_PENCE = {PatrolOrder.Direction.FOR_PARTNER: 52_40, PatrolOrder.Direction.BY_PARTNER: 27_60}
HOURS_A_MONTH = 8
RISE_PENCE = 54_10


@dataclass(frozen=True)
class Clerk:
    """Who keeps orders, and who signs off for Stevenage."""

    keeper: User
    partner: User


def make_orders(made: Mapping[Person, User], *, day: date) -> None:
    """Enter the orders of every programme, and sign off, invoice and pay what is over by `day`."""
    by_role = {person.role: user for person, user in made.items()}
    clerk = Clerk(keeper=by_role[Role.FINANCE], partner=by_role[Role.PARTNER])
    with pghistory.context(user=clerk.keeper.pk, source=SOURCE):
        organisations = _organisations(clerk)
        for programme in Programme.objects.order_by("first_day"):
            at = _at(max(programme.first_day, min(day, programme.first_day + timedelta(days=3))))
            orders = _orders(programme, organisations, clerk, at)
            if programme.last_day < day:
                _settle(orders, clerk)


def _organisations(clerk: Clerk) -> dict[str, PartnerOrganisation]:
    order_operations.save_sender(
        by=clerk.keeper,
        name="Hertfordshire Constabulary (demonstration)",
        address="Finance, 1 Example Road\nWelwyn Garden City",
        vat_number="GB 000 0000 00",
        payment="Within 30 days. This is a demonstration: pay nothing.",
    )
    found = {
        district: order_operations.save_organisation(
            by=clerk.keeper,
            name=name,
            kind=PartnerOrganisation.Kind.COUNCIL,
            address=f"Finance, Example Way\n{district}",
        )
        for district, name in COUNCILS.items()
    }
    PartnerPerson.objects.create(user=clerk.partner, organisation=found["Stevenage"])
    return found


def _orders(
    programme: Programme, organisations: Mapping[str, PartnerOrganisation], clerk: Clerk, at: datetime
) -> list[PatrolOrder]:
    stream = FundingStream.objects.get(programme=programme, kind=FundingStream.Kind.COUNCIL)
    hired = [(district, PatrolOrder.Direction.BY_PARTNER) for district in COUNCILS]
    return [
        order_operations.add_order(
            by=clerk.keeper,
            at=at,
            organisation=organisations[district],
            stream=stream,
            direction=direction,
            facts=_facts(programme, district, direction),
        )
        for district, direction in [("Stevenage", PatrolOrder.Direction.FOR_PARTNER), *hired]
    ]


def _facts(programme: Programme, district: str, direction: PatrolOrder.Direction) -> OrderFacts:
    # The first programme has patrols until December 2024.
    is_first = programme.first_day == FIRST_PROGRAMME.first_day
    days = Period(programme.first_day, date(2024, 12, 31)) if is_first else programme.period
    is_paid = direction == PatrolOrder.Direction.FOR_PARTNER
    return OrderFacts(
        reference="SBC-2207 (example)" if is_paid else "",
        is_force_wide=False,
        areas=list(HotspotArea.objects.filter(district__name=district)),
        first_day=days.first_day,
        last_day=days.last_day,
        hour_pence=HOUR_PENCE[direction],
        vat_hundredths=2_000 if is_paid else 0,
        charges_over=not is_paid,
        months={month.first_day: 60 * HOURS_A_MONTH for month in days.each_month()},
    )


def _settle(orders: list[PatrolOrder], clerk: Clerk) -> None:
    """Sign off every quarter but the last, each in the month after, and invoice or pay what is due."""
    for order in orders:
        quarters = quarters_in(order.days)
        for quarter in quarters[:-1]:
            statement = _sign(order, quarter, clerk)
            if order.is_for_partner:
                _invoice(statement, clerk, twice=quarter == quarters[0])
            else:
                _pay(statement, clerk)
        if order.is_for_partner:
            order_operations.set_rate(
                by=clerk.keeper,
                order_id=order.pk,
                first_day=date(order.first_day.year, 9, 1),
                hour_pence=RISE_PENCE,
                reason="A rise that was agreed after the quarter was signed off (demonstration)",
            )


def _sign(order: PatrolOrder, quarter: Period, clerk: Clerk) -> DeliveryStatement:
    at = _at(quarter.last_day + timedelta(days=12))
    is_own = order.organisation.name == COUNCILS["Stevenage"]
    by = clerk.partner if is_own else clerk.keeper
    found = queries.orders_seen_by(by).get(pk=order.pk)
    account = queries.account_of(found, until=queries.last_day_counted(by, today(at)), today=today(at))
    asked = account.quarter(quarter.first_day)
    if asked is None:
        raise ValueError(f"{order} has no quarter from {quarter.first_day}.")
    with pghistory.context(user=by.pk, source=SOURCE):
        return operations.sign_off(
            by=by,
            at=at,
            order_id=order.pk,
            quarter=quarter.first_day,
            seen=documents.digest(asked.figures),
            behalf_reason="" if is_own else "E-mail of the council’s finance team (demonstration)",
        )


def _invoice(statement: DeliveryStatement, clerk: Clerk, *, twice: bool) -> None:
    """Issue the invoice; the first one again, because its reference was wrong."""
    if not statement.total_net_pence:
        return
    at = statement.signed_at + timedelta(days=1)
    invoice = operations.issue_invoice(by=clerk.keeper, at=at, statement_id=statement.pk)
    if twice:
        at += timedelta(days=3)
        reason = "The council asked for another order number on it (demonstration)"
        operations.cancel_invoice(by=clerk.keeper, at=at, invoice_id=invoice.pk, reason=reason)
        operations.issue_invoice(by=clerk.keeper, at=at, statement_id=statement.pk)


def _pay(statement: DeliveryStatement, clerk: Clerk) -> None:
    """Say which entry of spend that is not more than is due pays for it, if there is one."""
    entry = (
        SpendEntry.objects.approved()
        .filter(
            stream=statement.order.stream,
            reverses=None,
            reversals=None,
            statement_payment=None,
            day__gt=statement.quarter,
            net_pence__lte=statement.total_net_pence,
        )
        .order_by("-net_pence", "day", "pk")
        .first()
    )
    if entry is not None:
        operations.link_payment(by=clerk.keeper, statement_id=statement.pk, number=entry.number)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(11), LONDON)
