"""What the database refuses of the ledger, whoever writes."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from django.utils import timezone

from hotspots.models import ClosedMonth, IncomeLine, IncomeMonth, IncomeReceipt, SpendCategory, SpendEntry
from tests import factories

SEPTEMBER, OCTOBER = date(2024, 9, 1), date(2024, 10, 1)


@pytest.fixture
def closed(force):
    """An approved entry of a September that is closed."""
    entry = factories.ApprovedEntryFactory(stream=force.grant)
    factories.ClosedMonthFactory(programme=force.programme)
    return entry


def refused(name: str):
    return pytest.raises(IntegrityError, match=name)


def test_nothing_is_added_to_a_closed_month(force, closed):
    for day in (SEPTEMBER, date(2024, 9, 30)):
        with refused("closed"), transaction.atomic():
            factories.SpendEntryFactory(stream=force.business_as_usual, day=day)
        with refused("closed"), transaction.atomic():
            SpendEntry.objects.bulk_create(
                [factories.SpendEntryFactory.build(stream=force.grant, day=day, entered_by=force.fay)]
            )
    factories.SpendEntryFactory(stream=force.grant, day=OCTOBER)
    factories.SpendEntryFactory(stream=force.grant, day=date(2024, 8, 31))
    factories.SpendEntryFactory(day=SEPTEMBER)  # of another programme


def test_nothing_is_moved_into_or_out_of_a_closed_month(force, closed):
    draft = factories.SpendEntryFactory(stream=force.grant, day=OCTOBER)
    with refused("closed"), transaction.atomic():
        SpendEntry.objects.filter(pk=draft.pk).update(day=date(2024, 9, 30))
    with refused("approved"), transaction.atomic():
        SpendEntry.objects.filter(pk=closed.pk).update(day=OCTOBER)
    with refused("approved"), transaction.atomic():
        SpendEntry.objects.filter(pk=closed.pk).delete()


def test_a_refused_entry_of_a_closed_month_stays_too(force):
    entry = factories.ApprovedEntryFactory(stream=force.grant, state="refused", refusal="No invoice")
    factories.ClosedMonthFactory(programme=force.programme)
    with refused("closed"), transaction.atomic():
        entry.delete()
    with refused("closed"), transaction.atomic():
        SpendEntry.objects.filter(pk=entry.pk).update(state="draft", refusal="", decided_by=None, decided_at=None)


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_a_month_is_not_closed_while_entries_wait(force, state):
    factories.SpendEntryFactory(stream=force.grant, state=state, submitted_at=timezone.now())
    with refused("wait for approval"), transaction.atomic():
        factories.ClosedMonthFactory(programme=force.programme)
    factories.ClosedMonthFactory(programme=force.programme, month=OCTOBER)


def test_a_closed_month_is_never_opened_again(closed):
    # Past Django, which already keeps what costs are frozen for.
    with pytest.raises(InternalError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM hotspots_closedmonth")
    with pytest.raises(InternalError, match="Cannot"), transaction.atomic():
        ClosedMonth.objects.update(spend_pence=1)


def test_two_people_close_a_month_and_approve_an_entry(force):
    with refused("closed_month_by_another"), transaction.atomic():
        factories.ClosedMonthFactory(programme=force.programme, prepared_by=force.fay, closed_by=force.fay)
    with refused("spend_entry_decided_by_another"), transaction.atomic():
        factories.ApprovedEntryFactory(entered_by=force.fay, decided_by=force.fay)


def reversal_of(entry: SpendEntry, **changes) -> SpendEntry:
    facts = {name: getattr(entry, name) for name in ("stream", "category", "area", "vat_recoverable")}
    facts |= {"net_pence": -entry.net_pence, "vat_pence": -entry.vat_pence, "reason": "Paid twice"}
    return factories.SpendEntryFactory(**(facts | {"reverses": entry, "day": OCTOBER} | changes))


def test_a_reversal_has_the_amounts_of_what_it_reverses_once(force, closed):
    for changes in (
        {"net_pence": -1},
        {"vat_pence": -1},
        {"vat_recoverable": False},
        {"stream": force.business_as_usual},
        {"category": SpendCategory.objects.get(name="Other")},
        {"area": force.hitchin},
        {"reverses": factories.SpendEntryFactory(stream=force.grant, day=OCTOBER)},
        {"day": date(2024, 8, 1)},
    ):
        with refused("A reversal"), transaction.atomic():
            reversal_of(closed, **changes)
    with refused("closed"), transaction.atomic():
        reversal_of(closed, day=SEPTEMBER + timedelta(days=20))
    refused_one = reversal_of(
        closed,
        state="refused",
        refusal="No",
        submitted_at=timezone.now(),
        decided_at=timezone.now(),
        decided_by=force.adam,
    )
    reversal = reversal_of(closed)
    assert reversal.reverses == refused_one.reverses
    with refused("spend_entry_reversed_once"), transaction.atomic():
        reversal_of(closed)


def test_what_an_entry_costs_is_with_vat_unless_it_is_recovered(force):
    recovered = factories.SpendEntryFactory(net_pence=100_00, vat_pence=20_00)
    paid = factories.SpendEntryFactory(net_pence=100_00, vat_pence=20_00, vat_recoverable=False)
    for entry, cost in ((recovered, 100_00), (paid, 120_00)):
        entry.refresh_from_db()
        assert entry.cost_pence == cost


@pytest.mark.django_db
@pytest.mark.parametrize("amounts", [{"net_pence": 0}, {"net_pence": -1}, {"vat_pence": -1}])
def test_spend_is_more_than_nothing(amounts):
    with refused("spend_entry_amounts"), transaction.atomic():
        factories.SpendEntryFactory(**amounts)


def line(force, *pence: int, amount: int) -> IncomeLine:
    """An income line with so much for each month from September on, checked as at the end of a transaction."""
    with transaction.atomic():
        made = IncomeLine.objects.create(stream=force.grant, name="Grant", amount_pence=amount)
        for month, part in enumerate(pence, start=9):
            IncomeMonth.objects.create(line=made, month=date(2024, month, 1), pence=part)
        check_now()
    return made


def check_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def test_the_months_of_an_income_line_add_up_to_it(force):
    with refused("add up"):
        line(force, 50, 49, amount=100)
    made = line(force, 50, 50, amount=100)
    with refused("add up"), transaction.atomic():
        IncomeMonth.objects.filter(line=made, month=OCTOBER).update(pence=51)
        check_now()
    with refused("add up"), transaction.atomic():
        IncomeMonth.objects.filter(line=made, month=OCTOBER).delete()
        check_now()
    with refused("add up"), transaction.atomic():
        IncomeLine.objects.filter(pk=made.pk).update(amount_pence=101)
        check_now()


def test_the_income_of_a_closed_month_stays(force, closed):
    with refused("closed"):
        line(force, 100, amount=100)


def test_receipts_are_reversed_once_and_never_changed(force):
    made = line(force, 100, amount=100)
    receipt = IncomeReceipt.objects.create(
        line=made, day=OCTOBER, pence=100, entered_by=force.fay, entered_at=timezone.now()
    )
    with pytest.raises(InternalError, match="Cannot"), transaction.atomic():
        receipt.save()
    facts = {"line": made, "day": OCTOBER, "entered_by": force.fay, "entered_at": timezone.now(), "reason": "Bounced"}
    with refused("A reversal"), transaction.atomic():
        IncomeReceipt.objects.create(**facts, reverses=receipt, pence=-99)
    IncomeReceipt.objects.create(**facts, reverses=receipt, pence=-100)
    with refused("unique"), transaction.atomic():
        IncomeReceipt.objects.create(**facts, reverses=receipt, pence=-100)
    factories.ClosedMonthFactory(programme=force.programme, month=OCTOBER)
    with refused("closed"), transaction.atomic():
        IncomeReceipt.objects.create(line=made, day=OCTOBER, pence=1, entered_by=force.fay, entered_at=timezone.now())
