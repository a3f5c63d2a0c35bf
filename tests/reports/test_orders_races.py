"""What happens to orders at the same moment, with real threads and connections."""

from datetime import date
from functools import partial

import pytest

from reports.models import DeliveryStatement, OrderInvoice
from reports.orders import documents, operations
from tests.hotspots.test_ledger_races import together
from tests.people import make_force
from tests.reports.orders import AT, SPRING, invoiced, ordered, other_council, patrolled, quarter, sender, signed

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
