"""Orders of patrols in every state, for tests: kept by Fay, signed off by Pete of North Herts Council."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.urls import reverse

from hotspot.core.models import User
from hotspots.models import PartnerOrganisation, PatrolOrder
from hotspots.orders import operations as order_operations
from hotspots.orders.operations import OrderFacts
from patrols.models import CrewRole, PatrolShift
from reports.models import DeliveryStatement, OrderInvoice
from reports.orders import documents, operations, queries
from reports.orders.queries import OrderAccount, QuarterAccount
from reports.orders.rules import figures_of, quarter_of
from tests import factories
from tests.hotspots import initiatives

AT = datetime(2024, 10, 12, 12, tzinfo=UTC)
TODAY = date(2024, 10, 12)
SPRING, SUMMER, AUTUMN = date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1)
Direction = PatrolOrder.Direction


def facts(**changes: Any) -> OrderFacts:
    """40 hours in June 2024 and 60 in July, at £50 an hour and 20% VAT, until the end of the year."""
    found: dict[str, Any] = {
        "reference": "PO 4711",
        "is_force_wide": False,
        "areas": [],
        "first_day": date(2024, 6, 1),
        "last_day": date(2024, 12, 31),
        "hour_pence": 50_00,
        "vat_hundredths": 2_000,
        "charges_over": False,
        "months": {date(2024, 6, 1): 40 * 60, date(2024, 7, 1): 60 * 60},
    }
    return OrderFacts(**(found | changes))


def ordered(force, *, direction: str = Direction.FOR_PARTNER, organisation=None, stream=None, **changes: Any):
    """An order of North Herts Council for patrols in Hitchin, paid from the grant."""
    if not changes.get("is_force_wide"):
        changes = {"areas": [force.hitchin], **changes}
    return order_operations.add_order(
        by=force.fay,
        at=AT,
        organisation=organisation or force.north_herts_council,
        stream=stream or force.grant,
        direction=direction,
        facts=facts(**changes),
    )


def patrolled(force, day: date, *, hours: int = 4, roles=(CrewRole.POLICE_OFFICER,) * 2, **changes: Any) -> PatrolShift:
    """A completed shift from 6pm UTC in Hitchin, paid from the grant."""
    starts_at = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
    found = {"area": force.hitchin, "funding_stream": force.grant, "logged_by": force.sam} | changes
    ends_at = starts_at + timedelta(hours=hours)
    return factories.PatrolShiftFactory(starts_at=starts_at, ends_at=ends_at, crew=list(roles), **found)


def account(order: PatrolOrder, *, by: User, today: date = TODAY) -> OrderAccount:
    """An order as somebody sees it on a day."""
    found = queries.orders_seen_by(by).get(pk=order.pk)
    return queries.account_of(found, until=queries.last_day_counted(by, today), today=today)


def quarter(order: PatrolOrder, first: date, *, by: User, today: date = TODAY) -> QuarterAccount:
    """A quarter of an order as somebody sees it on a day."""
    found = account(order, by=by, today=today).quarter(first)
    assert found is not None
    return found


def signed(order: PatrolOrder, first: date, *, by: User, at: datetime = AT, reason: str = "") -> DeliveryStatement:
    """The statement of a quarter, signed off with the figures that it has."""
    seen = documents.digest(quarter(order, first, by=by, today=at.date()).figures)
    return operations.sign_off(by=by, at=at, order_id=order.pk, quarter=first, seen=seen, behalf_reason=reason)


def of_hours(order: PatrolOrder, hours: int, *, by: User, reason: str = "") -> DeliveryStatement:
    """The statement of April to June with so many hours on 12 June, past what was delivered."""
    figures = figures_of(queries.terms_of(order), quarter_of(SPRING), {date(2024, 6, 12): 60 * hours})
    return DeliveryStatement.objects.create(
        order=order,
        quarter=SPRING,
        ordered_minutes=figures.ordered,
        delivered_minutes=figures.delivered,
        payable_minutes=figures.payable,
        net_pence=figures.net,
        carried_pence=0,
        vat_pence=figures.vat,
        body=documents.statement_body(order, figures),
        signed_by=by,
        signed_at=AT,
        behalf_reason=reason,
    )


def sender(force) -> None:
    """Who issues invoices."""
    order_operations.save_sender(
        by=force.fay,
        name="Hertfordshire Constabulary (example)",
        address="Stanborough Road\nWelwyn Garden City",
        vat_number="GB 123 4567 89",
        payment="Within 30 days to account 12345678, sort code 00-00-00",
    )


def invoiced(force, statement: DeliveryStatement) -> OrderInvoice:
    """The invoice for a statement."""
    return operations.issue_invoice(by=force.fay, at=AT, statement_id=statement.pk)


def in_every_state(force) -> dict[str, Any]:
    """An order with a quarter that is invoiced and one to sign off, and hours payable of which some are paid.

    No shift: what was signed off was voided since, so there is a difference to carry.
    """
    sender(force)
    order = ordered(force)
    hired = ordered(force, direction=Direction.BY_PARTNER, areas=[force.letchworth], vat_hundredths=0)
    ordered(force, organisation=other_council(), areas=[force.watford])
    statement = of_hours(order, 8, by=force.pete)
    payable = of_hours(hired, 4, by=force.fay, reason="E-mail of its finance team of 1 October 2024")
    entry = initiatives.spent(force, 100_00, description="Council’s officers")
    return {
        "order": order,
        "statement": statement,
        "invoice": invoiced(force, statement),
        "payable": payable,
        "payment": operations.link_payment(by=force.fay, statement_id=payable.pk, number=entry.number),
    }


def other_council() -> PartnerOrganisation:
    """An organisation that is none of Pete's."""
    found, _ = PartnerOrganisation.objects.get_or_create(
        name="Watford Council", defaults={"kind": "council", "address": "Town Hall, Watford"}
    )
    return found


_OF_INVOICES = ("order_invoice", "order_invoice_file", "cancel_invoice", "receive_payment")
_OF_QUARTERS = ("order_statement", "order_statement_file", "sign_off_order")
_OF_ORDERS = ("order", "withdraw_order")


def path_of(name: str, values: dict[str, Any], force) -> str:
    """A real path under this name, of an order of Pete's council; empty where it has nothing to do with orders."""
    app, _, view = name.partition(":")
    if app == "orders":
        programme = force.programme if view == "add_order" else None
        subject = programme or (force.north_herts_council if "organisation" in view else values["order"])
        has_key = view not in ("organisations", "add_organisation", "edit_sender")
        return reverse(name, args=(subject.pk,) if has_key else ())
    if app != "reports":
        return ""
    if view in _OF_QUARTERS:
        file = ("pdf",) if view == "order_statement_file" else ()
        return reverse(name, args=(values["order"].pk, "2024-07", *file))
    subjects = dict.fromkeys(_OF_ORDERS, values["order"]) | dict.fromkeys(_OF_INVOICES, values["invoice"])
    subjects |= {
        "issue_invoice": values["statement"],
        "link_payment": values["payable"],
        "unlink_payment": values["payment"],
    }
    return reverse(name, args=(subjects[view].pk,)) if view in subjects else ""
