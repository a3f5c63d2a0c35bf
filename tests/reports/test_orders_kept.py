"""What orders keep: changes of every part, the tax a quarter was signed off with, and who belongs to whom."""

import re
from dataclasses import replace
from datetime import date

import pytest

from hotspot.core.accounts import operations as accounts
from hotspot.core.errors import ChangedMeanwhile, DomainError, NotInThisState
from hotspot.core.permissions import Role
from hotspots.models import InvoiceSender, PatrolOrder
from hotspots.orders import operations as order_operations
from hotspots.orders import queries as order_queries
from hotspots.people import operations as people
from reports.models import DeliveryStatement
from reports.orders import operations, presenters
from tests.hotspots import initiatives
from tests.reports.orders import SPRING, SUMMER, facts, invoiced, of_hours, ordered, patrolled, sender, signed

MAY, JUNE, JULY = date(2024, 5, 1), date(2024, 6, 1), date(2024, 7, 1)


def edit_page(force, order: PatrolOrder) -> str:
    return f"/paid-patrols/orders/{order.pk}/edit/"


def form_values(html: str, name: str) -> str:

    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="{name}"', html)
    return (found.group(1) or found.group(2) or "") if found else ""


@pytest.mark.parametrize("part", ["months", "areas"])
def test_a_change_of_any_part_by_somebody_else_is_not_overwritten(force, as_user, now, part):
    order = ordered(force)
    seen = form_values(as_user(force.fay).get(edit_page(force, order)).content.decode(), "version")
    agreed = facts(areas=[force.hitchin])
    changed = {"months": {JUNE: 60}} if part == "months" else {"areas": [force.hitchin, force.letchworth]}
    order_operations.change_order(by=force.adam, order_id=order.pk, facts=replace(agreed, **changed))
    with pytest.raises(ChangedMeanwhile):
        order_operations.change_order(by=force.fay, order_id=order.pk, version=int(seen), facts=agreed)


def test_the_history_of_an_order_has_its_hours_areas_and_rates(force, as_user, now):
    order = ordered(force)
    agreed = facts(areas=[force.letchworth], months={JUNE: 41 * 60})
    order_operations.change_order(by=force.fay, order_id=order.pk, facts=agreed)
    order_operations.set_rate(by=force.fay, order_id=order.pk, first_day=JULY, hour_pence=61_00, reason="A pay award")
    text = as_user(force.adam).get(f"/paid-patrols/orders/{order.pk}/history/").content.decode()
    for said in ("June 2024", "41", "July 2024", "Letchworth", "Hitchin", "£61", "A pay award"):
        assert said in text, said


def test_a_refused_sign_off_can_be_made_again_with_the_figures_that_it_now_shows(force, as_user, now):
    order = ordered(force)
    path = f"/paid-patrols/orders/{order.pk}/quarters/2024-04/sign-off/"
    pete = as_user(force.pete)
    stale = form_values(pete.get(path).content.decode(), "seen")
    patrolled(force, date(2024, 6, 12))
    refused = pete.post(path, {"seen": stale})
    assert refused.status_code == 409
    again = form_values(refused.content.decode(), "seen")
    assert pete.post(path, {"seen": again}).status_code == 302
    assert DeliveryStatement.objects.get().delivered_minutes == 8 * 60


def test_who_stops_being_a_partner_belongs_nowhere_when_they_are_one_again(force, as_user, now):
    order = ordered(force)
    for role in (Role.SUPERVISOR, Role.PARTNER):
        people.change_role(by=force.adam, person_id=force.pete.pk, role=role)
    force.pete.refresh_from_db()
    assert as_user(force.pete).get(f"/paid-patrols/orders/{order.pk}/").status_code == 404


def test_only_partners_are_counted_as_people_of_an_organisation(force):
    accounts.change_role(by=force.adam, person_id=force.pete.pk, role=Role.SUPERVISOR)
    found = order_queries.organisations_seen_by(force.fay).get(pk=force.north_herts_council.pk)
    assert found.people_count == 0


def test_vat_is_not_charged_without_a_registration_number(force):
    sender(force)
    InvoiceSender.objects.update(vat_number="")
    patrolled(force, date(2024, 6, 12))
    statement = signed(ordered(force), SPRING, by=force.pete)
    with pytest.raises(NotInThisState, match="VAT registration number"):
        invoiced(force, statement)


def test_the_rate_of_vat_stays_once_a_quarter_was_signed_off(force):
    order = ordered(force)
    change = facts(areas=[force.hitchin], vat_hundredths=0)
    order_operations.change_order(by=force.fay, order_id=order.pk, facts=change)
    patrolled(force, date(2024, 6, 12))
    signed(order, SPRING, by=force.pete)
    with pytest.raises(DomainError, match="VAT"):
        order_operations.change_order(by=force.fay, order_id=order.pk, facts=facts(areas=[force.hitchin]))
    order_operations.change_order(by=force.fay, order_id=order.pk, facts=replace(change, reference="New"))


def test_an_invoice_says_where_the_quarter_that_was_signed_off_was_patrolled(force):
    sender(force)
    order = ordered(force)
    patrolled(force, date(2024, 6, 12))
    statement = signed(order, SPRING, by=force.pete)
    order_operations.change_order(by=force.fay, order_id=order.pk, facts=facts(areas=[force.letchworth]))
    assert force.hitchin.name in invoiced(force, statement).body["lines"][0][0]


def test_a_correction_on_an_invoice_names_the_invoice_it_corrects(force):
    sender(force)
    order = ordered(force)
    patrolled(force, date(2024, 6, 12))
    first = invoiced(force, signed(order, SPRING, by=force.pete))
    patrolled(force, date(2024, 7, 12))
    order_operations.set_rate(by=force.fay, order_id=order.pk, first_day=date(2024, 6, 2), hour_pence=40_00, reason="x")
    second = invoiced(force, signed(order, SUMMER, by=force.pete))
    assert first.reference in second.body["lines"][-1][0]


def test_an_amount_on_an_invoice_can_be_checked_with_what_it_shows(force):
    sender(force)
    patrolled(force, date(2024, 6, 12), hours=1)
    order = ordered(force, hour_pence=52_40)
    invoice = invoiced(force, signed(order, SPRING, by=force.pete))
    # 2 hours: the time is exact, to the minute.
    assert presenters.invoice_lines(invoice)[0][1] == "2h 0m"


def test_an_entry_that_was_reversed_pays_for_nothing(force):
    order = ordered(force, direction=PatrolOrder.Direction.BY_PARTNER)
    statement = of_hours(order, 4, by=force.fay, reason="E-mail")
    entry = initiatives.spent(force, 100_00, description="Council’s officers")
    initiatives.taken_back(force, entry)
    with pytest.raises(DomainError, match="was reversed"):
        operations.link_payment(by=force.fay, statement_id=statement.pk, number=entry.number)
