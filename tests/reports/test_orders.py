"""Orders: what counts, what is due, sign-off and what is carried, invoices and payments."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from hotspot.core.calendar import Period
from hotspot.core.errors import ChangedMeanwhile, Conflict, DomainError, NotAllowed, NotInThisState
from hotspots.ledger import income_operations
from hotspots.models import OrderArea
from hotspots.orders import operations as order_operations
from patrols.models import CrewRole, PatrolShift
from reports.models import DeliveryStatement, OrderInvoice
from reports.orders import documents, files, operations, queries
from reports.orders.rules import OrderTerms, QuarterFigures, figures_of, quarter_of, quarters_in
from tests import factories
from tests.hotspots import initiatives, ledger
from tests.reports.orders import (
    AT,
    AUTUMN,
    SPRING,
    SUMMER,
    Direction,
    account,
    facts,
    invoiced,
    ordered,
    other_council,
    patrolled,
    quarter,
    sender,
    signed,
)

LATER = datetime(2025, 1, 8, 12, tzinfo=UTC)


# --- What a quarter comes to --------------------------------------------------------------------------------------


def terms(**changes) -> OrderTerms:
    found = {
        "days": Period(date(2024, 6, 1), date(2024, 12, 31)),
        "ordered": {date(2024, 7, 1): 100},
        "rates": [(date.min, 100), (date(2024, 8, 1), 200)],
        "charges_over": False,
        "vat_hundredths": 2_000,
    }
    return OrderTerms(**(found | changes))


def test_the_earliest_minutes_are_due_up_to_those_ordered():
    minutes = {date(2024, 8, 2): 70, date(2024, 7, 3): 60, date(2024, 8, 1): 20}
    found = figures_of(terms(), quarter_of(SUMMER), minutes)
    assert [(line.hour_pence, line.minutes) for line in found.lines] == [(100, 60), (200, 40)]
    assert (found.ordered, found.delivered, found.payable) == (100, 150, 100)
    # 60 minutes at £1 and 40 at £2, rounded once for each rate: 133⅓p.
    assert found.net == 100 + 133
    assert found.vat == 47


def test_all_minutes_are_due_where_that_was_agreed():
    found = figures_of(terms(charges_over=True), quarter_of(SUMMER), {date(2024, 7, 3): 150})
    assert (found.payable, found.net) == (150, 250)


@pytest.mark.parametrize(("minutes", "rate", "pence"), [(1, 30, 1), (1, 29, 0), (3, 10, 1), (90, 1, 2), (30, 1, 1)])
def test_half_a_penny_is_rounded_up_once_for_a_rate(minutes, rate, pence):
    agreed = terms(rates=[(date.min, rate)])
    # On two days, which would lose the half pennies if each were rounded.
    days = {date(2024, 7, 1): minutes} if minutes < 2 else {date(2024, 7, 1): 1, date(2024, 7, 2): minutes - 1}
    assert figures_of(agreed, quarter_of(SUMMER), days).net == pence


def test_quarters_are_those_of_the_financial_year():
    assert quarter_of(date(2024, 12, 31)) == Period(date(2024, 10, 1), date(2024, 12, 31))
    assert quarter_of(date(2025, 2, 1)) == Period(date(2025, 1, 1), date(2025, 3, 31))
    found = quarters_in(Period(date(2024, 6, 30), date(2025, 1, 1)))
    assert [each.first_day for each in found] == [SPRING, SUMMER, AUTUMN, date(2025, 1, 1)]


def test_figures_survive_being_frozen():
    found = figures_of(terms(), quarter_of(SUMMER), {date(2024, 7, 3): 61})
    assert QuarterFigures.of_body(found.as_body()) == found


# --- What counts --------------------------------------------------------------------------------------------------


def test_only_counting_minutes_in_area_days_and_stream_are_delivered(force):
    order = ordered(force, months={date(2024, 7, 1): 6_000})
    patrolled(force, date(2024, 7, 3), hours=4)
    patrolled(force, date(2024, 7, 4), area=force.letchworth)
    patrolled(force, date(2024, 7, 5), funding_stream=force.business_as_usual)
    patrolled(force, date(2024, 5, 31))
    patrolled(force, date(2024, 7, 6), state=PatrolShift.State.VOIDED)
    patrolled(force, date(2024, 7, 7), state=PatrolShift.State.PLANNED)
    assert account(order, by=force.fay).delivered == 2 * 4 * 60


def test_a_shift_belongs_to_the_london_day_on_which_it_starts(force):
    order = ordered(force, first_day=date(2024, 7, 1), last_day=date(2024, 7, 1), months={date(2024, 7, 1): 600})
    # 11:30pm UTC on 30 June is 12:30am on 1 July in London; at 11:30pm on 1 July it is the 2nd there.
    for day in (date(2024, 6, 30), date(2024, 7, 1)):
        starts_at = datetime(day.year, day.month, day.day, 23, 30, tzinfo=UTC)
        factories.PatrolShiftFactory(
            area=force.hitchin, funding_stream=force.grant, starts_at=starts_at, crew=[CrewRole.PCSO]
        )
    assert account(order, by=force.fay).delivered == 8 * 60


def test_a_councils_officers_are_counted_for_what_is_paid_to_it_alone(force):
    paid, hired = ordered(force), ordered(force, direction=Direction.BY_PARTNER)
    patrolled(force, date(2024, 6, 12), roles=[CrewRole.COMMUNITY_ENFORCEMENT_OFFICER, CrewRole.PCSO])
    patrolled(force, date(2024, 6, 13), roles=[CrewRole.SPECIAL_CONSTABLE], hours=1)
    assert account(paid, by=force.fay).delivered == 5 * 60
    assert account(hired, by=force.fay).delivered == 4 * 60


def test_who_sees_no_single_days_sees_months_that_are_over(force):
    order = ordered(force)
    patrolled(force, date(2024, 10, 2))
    assert quarter(order, AUTUMN, by=force.adam).figures.delivered == 480
    for person in (force.pete, force.paul, force.fay):
        assert quarter(order, AUTUMN, by=person).figures.delivered == 0


# --- Orders that overlap ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ({}, {}, True),
        ({}, {"first_day": date(2025, 1, 1), "last_day": date(2025, 2, 1), "months": {date(2025, 1, 1): 60}}, False),
        ({"is_force_wide": True}, {}, True),
        ({}, {"is_force_wide": True}, True),
    ],
)
def test_no_minute_is_counted_for_two_orders(force, first, second, overlap):
    ordered(force, **first)
    if overlap:
        with pytest.raises(Conflict, match="Every minute is counted for one order"):
            ordered(force, organisation=other_council(), **second)
    else:
        ordered(force, organisation=other_council(), **second)


def test_other_areas_and_streams_do_not_overlap_and_a_withdrawn_order_frees_its_days(force):
    first = ordered(force)
    ordered(force, areas=[force.letchworth])
    ordered(force, stream=factories.FundingStreamFactory(programme=force.programme))
    operations.withdraw_order(by=force.fay, order_id=first.pk, reason="Entered twice")
    again = ordered(force)
    with pytest.raises(ChangedMeanwhile):
        order_operations.change_order(by=force.fay, order_id=first.pk, facts=facts(areas=[force.hitchin]))
    assert again.pk != first.pk


def test_the_database_itself_refuses_an_overlap(force, check_deferred):
    ordered(force)
    other = ordered(force, areas=[force.letchworth])
    OrderArea.objects.create(order=other, area=force.hitchin)
    with pytest.raises(IntegrityError, match="Another order"):
        check_deferred()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"months": {}}, "hours_missing"),
        ({"months": {date(2024, 5, 1): 60}}, "month_outside_order"),
        ({"areas": []}, "where_missing"),
        ({"last_day": date(2025, 4, 1)}, "order_outside_programme"),
        ({"last_day": date(2024, 5, 31)}, "period_reversed"),
    ],
)
def test_orders_that_make_no_sense_are_refused(force, changes, code):
    with pytest.raises(DomainError) as refusal:
        ordered(force, **changes)
    assert refusal.value.code == code


def test_business_as_usual_is_not_sold(force):
    with pytest.raises(DomainError) as refusal:
        ordered(force, stream=force.business_as_usual)
    assert refusal.value.code == "stream_not_counted"


# --- Sign-off and what is carried ---------------------------------------------------------------------------------


def test_a_signed_quarter_stays_and_later_corrections_are_carried_once(force):
    order = ordered(force, months={date(2024, 6, 1): 6_000, date(2024, 7, 1): 6_000, date(2024, 10, 1): 6_000})
    shift = patrolled(force, date(2024, 6, 12))
    first = signed(order, SPRING, by=force.pete)
    assert (first.net_pence, first.vat_pence, first.gross_pence) == (400_00, 80_00, 480_00)
    patrolled(force, date(2024, 6, 20), hours=1)
    found = quarter(order, SPRING, by=force.pete)
    assert (found.figures.net, found.since.pence if found.since else None) == (400_00, 100_00)
    summer = quarter(order, SUMMER, by=force.pete)
    assert [(each.quarter, each.pence) for each in summer.figures.carried] == [(SPRING, 100_00)]
    second = signed(order, SUMMER, by=force.pete)
    assert (second.net_pence, second.carried_pence, second.vat_pence) == (0, 100_00, 20_00)
    assert quarter(order, SPRING, by=force.pete).since is None
    PatrolShift.objects.filter(pk=shift.pk).update(state="voided", void_reason="Entered twice")
    third = quarter(order, AUTUMN, by=force.pete, today=LATER.date())
    assert (third.figures.carried_pence, third.figures.vat) == (-400_00, -80_00)
    assert DeliveryStatement.objects.get(pk=first.pk).net_pence == 400_00


def test_what_is_found_after_the_last_quarter_gets_one_more(force):
    order = ordered(force, last_day=date(2024, 6, 30), months={date(2024, 6, 1): 6_000})
    signed(order, SPRING, by=force.pete)
    assert [each.first_day for each in account(order, by=force.pete).quarters] == [SPRING]
    patrolled(force, date(2024, 6, 20), hours=1)
    found = account(order, by=force.pete).quarters
    assert [each.first_day for each in found] == [SPRING, SUMMER]
    assert found[1].figures.total_net == 100_00
    assert found[1].can_be_signed
    statement = signed(order, AUTUMN, by=force.pete, at=LATER)
    assert (statement.ordered_minutes, statement.net_pence, statement.carried_pence) == (0, 0, 100_00)
    assert account(order, by=force.pete, today=LATER.date()).quarters[0].since is None


def test_a_change_of_what_was_agreed_is_carried_too(force):
    order = ordered(force)
    patrolled(force, date(2024, 6, 12))
    signed(order, SPRING, by=force.pete)
    order_operations.set_rate(
        by=force.fay, order_id=order.pk, first_day=date(2024, 6, 12), hour_pence=60_00, reason="A rise"
    )
    assert quarter(order, SUMMER, by=force.pete).figures.carried_pence == 80_00


def test_quarters_are_signed_off_in_their_order_once_and_when_they_are_over(force):
    order = ordered(force)
    with pytest.raises(NotInThisState):
        signed(order, SUMMER, by=force.pete)
    signed(order, SPRING, by=force.pete)
    for again in (SPRING, AUTUMN):
        with pytest.raises(NotInThisState):
            signed(order, again, by=force.pete)


def test_only_what_was_seen_is_signed_off(force):
    order = ordered(force)
    seen = documents.digest(quarter(order, SPRING, by=force.pete).figures)
    patrolled(force, date(2024, 6, 12))
    with pytest.raises(Conflict, match="figures have changed"):
        operations.sign_off(by=force.pete, at=AT, order_id=order.pk, quarter=SPRING, seen=seen)
    assert not DeliveryStatement.objects.exists()


def test_ours_sign_off_with_a_reason_and_nobody_for_another_organisation(force):
    order = ordered(force)
    with pytest.raises(DomainError, match="how the organisation agreed"):
        signed(order, SPRING, by=force.fay)
    other = ordered(force, organisation=other_council(), areas=[force.watford])
    with pytest.raises(ChangedMeanwhile):
        operations.sign_off(by=force.pete, at=AT, order_id=other.pk, quarter=SPRING, seen="")
    with pytest.raises(NotAllowed):
        operations.sign_off(by=force.sam, at=AT, order_id=order.pk, quarter=SPRING, seen="")
    assert signed(order, SPRING, by=force.fay, reason="E-mail").behalf_reason == "E-mail"


def test_statements_and_invoices_are_never_changed(force):
    order = ordered(force)
    patrolled(force, date(2024, 6, 12))
    sender(force)
    statement = signed(order, SPRING, by=force.pete)
    invoice = invoiced(force, statement)
    with connection.cursor() as cursor:
        for row in (invoice, statement):
            table = row._meta.db_table
            for write in (f"UPDATE {table} SET net_pence = 1", f"DELETE FROM {table}"):  # noqa: S608
                with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
                    cursor.execute(write)


def test_an_order_that_was_signed_off_is_not_withdrawn(force):
    order = ordered(force)
    signed(order, SPRING, by=force.pete)
    with pytest.raises(Conflict):
        operations.withdraw_order(by=force.fay, order_id=order.pk, reason="Wrong")


# --- Invoices and payments ----------------------------------------------------------------------------------------


@pytest.fixture
def statement(force) -> DeliveryStatement:
    """The statement of 8 hours at £50."""
    sender(force)
    order = ordered(force)
    patrolled(force, date(2024, 6, 12))
    return signed(order, SPRING, by=force.pete)


def test_invoices_are_numbered_without_gaps_and_cancelled_by_credit_notes(force, statement):
    first = invoiced(force, statement)
    with pytest.raises(Conflict, match="invoiced already"):
        invoiced(force, statement)
    note = operations.cancel_invoice(by=force.fay, at=AT, invoice_id=first.pk, reason="Wrong address")
    with pytest.raises(Conflict, match="cancelled already"):
        operations.cancel_invoice(by=force.fay, at=AT, invoice_id=first.pk, reason="Again")
    with pytest.raises(NotInThisState):
        operations.cancel_invoice(by=force.fay, at=AT, invoice_id=note.pk, reason="Back")
    again = invoiced(force, statement)
    assert [str(each) for each in (first, note, again)] == ["INV-00001", "CN-00002", "INV-00003"]
    assert (note.net_pence, note.vat_pence, note.body["cancels"]) == (-400_00, -80_00, "INV-00001")
    assert sum(each.gross_pence for each in OrderInvoice.objects.all()) == statement.gross_pence


@pytest.mark.parametrize("changes", [{"number": 3}, {"net_pence": 1}, {"vat_pence": 0}])
def test_the_database_itself_refuses_a_gap_and_another_amount(force, statement, changes):
    first = invoiced(force, statement)
    operations.cancel_invoice(by=force.fay, at=AT, invoice_id=first.pk, reason="Wrong")
    fields = ("statement", "issued_on", "net_pence", "vat_pence", "body", "issued_by", "issued_at")
    facts = {name: getattr(first, name) for name in fields} | {"number": 3}
    if changes == {"number": 3}:
        changes = {"number": 4}
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderInvoice.objects.create(**(facts | changes))
    OrderInvoice.objects.create(**facts)


def test_an_invoice_keeps_what_it_said(force, statement):
    invoice = invoiced(force, statement)
    before = files.invoice_pdf(invoice)
    order_operations.save_organisation(
        by=force.fay, organisation_id=force.north_herts_council.pk, name="Renamed", kind="other", address="Elsewhere"
    )
    order_operations.save_sender(by=force.fay, name="Another", address="Here", vat_number="", payment="Cash")
    assert files.invoice_pdf(OrderInvoice.objects.get(pk=invoice.pk)) == before


def test_nothing_is_invoiced_without_a_sender_or_an_amount(force):
    order = ordered(force)
    statement = signed(order, SPRING, by=force.pete)
    with pytest.raises(NotInThisState, match="Nothing is due"):
        invoiced(force, statement)


def test_less_than_nothing_is_a_credit_note(force, statement):
    PatrolShift.objects.update(state="voided", void_reason="Entered twice")
    invoice = invoiced(force, signed(statement.order, SUMMER, by=force.pete))
    assert (invoice.reference, invoice.kind_name, invoice.gross_pence) == ("CN-00001", "Credit note", -480_00)


def test_a_payment_is_a_receipt_of_the_ledger_without_vat(force, statement):
    invoice, line = invoiced(force, statement), ledger.income(force)
    paid = operations.receive_payment(by=force.fay, at=AT, invoice_id=invoice.pk, line=line, day=date(2024, 10, 9))
    assert (paid.receipt.pence, paid.receipt.reference) == (400_00, "INV-00001")
    with pytest.raises(Conflict, match="paid already"):
        operations.receive_payment(by=force.fay, at=AT, invoice_id=invoice.pk, line=line, day=date(2024, 10, 9))
    with pytest.raises(Conflict, match="Reverse the receipt"):
        operations.cancel_invoice(by=force.fay, at=AT, invoice_id=invoice.pk, reason="Wrong")
    income_operations.reverse_receipt(
        by=force.fay, at=AT, receipt_id=paid.receipt_id, day=date(2024, 10, 10), reason="Bounced"
    )
    assert queries.received_for([invoice]) == {}


def test_an_entry_of_spend_pays_for_hours_once(force):
    hired = ordered(force, direction=Direction.BY_PARTNER, vat_hundredths=0)
    patrolled(force, date(2024, 6, 12), roles=[CrewRole.COMMUNITY_ENFORCEMENT_OFFICER])
    statement = signed(hired, SPRING, by=force.pete)
    with pytest.raises(NotInThisState, match="payable to the organisation"):
        invoiced(force, statement)
    entry = initiatives.spent(force, 150_00)
    link = operations.link_payment(by=force.fay, statement_id=statement.pk, number=entry.number.lower())
    assert queries.paid_for([statement]) == {statement.pk: 150_00}
    with pytest.raises(DomainError, match="pays for a quarter"):
        operations.link_payment(by=force.fay, statement_id=statement.pk, number=entry.number)
    initiatives.taken_back(force, entry)
    assert queries.paid_for([statement]) == {}
    operations.unlink_payment(by=force.fay, payment_id=link.pk)


@pytest.mark.parametrize("number", ["", "SP-", "SP-999999", "x", "9" * 30, "٣"])
def test_numbers_that_are_no_entries_are_refused(force, number):
    hired = ordered(force, direction=Direction.BY_PARTNER)
    statement = signed(hired, SPRING, by=force.pete)
    with pytest.raises(DomainError, match="no approved entry"):
        operations.link_payment(by=force.fay, statement_id=statement.pk, number=number)
