"""What happens to orders at the same moment, with real threads and connections."""

from datetime import date
from functools import partial

import pytest

from hotspots.orders import operations as order_operations
from hotspots.orders.queries import version_of_order
from reports.models import DeliveryStatement, InvoicePayment, OrderInvoice, StatementPayment
from reports.orders import documents, operations
from tests.hotspots import initiatives, ledger
from tests.hotspots.test_ledger_races import together
from tests.people import make_force
from tests.reports.orders import (
    AT,
    SPRING,
    Direction,
    facts,
    invoiced,
    of_hours,
    ordered,
    other_council,
    patrolled,
    quarter,
    sender,
    signed,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def force():
    return make_force()


def test_of_two_sign_offs_at_once_there_is_one(force):
    order = ordered(force)
    patrolled(force, date(2024, 6, 12))
    seen = documents.digest(quarter(order, SPRING, by=force.pete).figures)
    sign = partial(operations.sign_off, at=AT, order_id=order.pk, quarter=SPRING, seen=seen, behalf_reason="E-mail")
    ends = together(partial(sign, by=force.pete), partial(sign, by=force.fay))
    assert sorted(ends) == ["quarter_not_ready", "written"]
    assert DeliveryStatement.objects.count() == 1


def test_invoices_issued_at_once_have_every_number_once(force):
    sender(force)
    areas = [force.hitchin, force.letchworth, force.watford]
    statements = []
    for area in areas:
        patrolled(force, date(2024, 6, 12), area=area)
        statements.append(signed(ordered(force, areas=[area]), SPRING, by=force.pete))
    ends = together(*(partial(invoiced, force, statement) for statement in (*statements, statements[0])))
    assert sorted(ends) == ["invoice_stands", "written", "written", "written"]
    assert sorted(OrderInvoice.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_of_two_orders_for_the_same_minutes_at_once_there_is_one(force):
    ends = together(partial(ordered, force), partial(ordered, force, organisation=other_council()))
    assert sorted(ends) == ["orders_overlap", "written"]


def test_an_invoice_is_paid_or_cancelled_once_whatever_comes_at_the_same_moment(force):
    sender(force)
    patrolled(force, date(2024, 6, 12))
    invoice = invoiced(force, signed(ordered(force), SPRING, by=force.pete))
    line = ledger.income(force)
    pay = partial(
        operations.receive_payment, by=force.fay, at=AT, invoice_id=invoice.pk, line=line, day=date(2024, 10, 1)
    )
    cancel = partial(operations.cancel_invoice, by=force.fay, at=AT, invoice_id=invoice.pk, reason="Wrong")
    ends = together(partial(pay, reference="A"), partial(pay, reference="B"), cancel, cancel)
    assert ends.count("written") == 1
    assert InvoicePayment.objects.count() + OrderInvoice.objects.filter(cancels=invoice).count() == 1


def test_an_entry_linked_twice_at_once_pays_for_one_quarter(force):
    hired = [ordered(force, direction=Direction.BY_PARTNER, areas=[area]) for area in (force.hitchin, force.letchworth)]
    statements = [of_hours(order, 4, by=force.fay, reason="E-mail") for order in hired]
    entry = initiatives.spent(force, 100_00, description="Officers")
    link = partial(operations.link_payment, by=force.fay, number=entry.number)
    ends = together(*(partial(link, statement_id=statement.pk) for statement in statements))
    assert ends.count("written") == 1
    assert StatementPayment.objects.count() == 1


def test_of_two_changes_of_an_order_at_once_the_second_is_told(force):
    order = ordered(force)
    seen = version_of_order(order)
    change = partial(order_operations.change_order, by=force.fay, order_id=order.pk, version=seen)
    ends = together(
        *(partial(change, facts=facts(areas=[force.hitchin], months={date(2024, 6, 1): hours})) for hours in (60, 120))
    )
    assert sorted(ends) == ["changed_meanwhile", "written"]
