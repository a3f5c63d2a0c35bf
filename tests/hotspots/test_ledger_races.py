"""What happens to the ledger at the same moment, with real threads and connections."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

import pytest
from django.db import IntegrityError, connections
from django.urls import reverse

from hotspot.core.errors import DomainError
from hotspots.ledger import import_operations, income_operations, month_operations, operations, queries
from hotspots.models import ClosedMonth, IncomeReceipt, SpendCategory, SpendEntry
from tests import factories
from tests.hotspots.ledger import AT, FILE, approved, drafted, income, submitted, uploaded
from tests.people import make_force

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MAY = date(2024, 5, 1)
PATIENCE_SECONDS = 60
ROUNDS = 5


@pytest.fixture
def force():
    # Another test of this kind may have emptied all tables, with what migrations wrote.
    SpendCategory.objects.get_or_create(name="Patrols", defaults={"is_patrol": True})
    return make_force()


def together(*writes) -> list[str]:
    """Let all writers go at the same moment, each on a connection of its own; what became of each."""
    gate = threading.Barrier(len(writes))

    def attempt(write) -> str:
        try:
            gate.wait(PATIENCE_SECONDS)
            write()
        except DomainError as refusal:
            return refusal.code
        except IntegrityError as error:
            return str(error).partition("\n")[0]
        else:
            return "written"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(writes)) as pool:
        return list(pool.map(attempt, writes, timeout=PATIENCE_SECONDS))


def test_of_two_approvals_at_once_one_is_told_that_it_is_done(force):
    eve = factories.UserFactory(name="Eve", role="finance")
    for _ in range(ROUNDS):
        entry = submitted(force)
        approve = partial(operations.approve_entry, at=AT, entry_id=entry.pk)
        ends = together(partial(approve, by=force.adam), partial(approve, by=eve))
        assert sorted(ends) == ["entry_not_waiting", "written"]


def test_approving_and_refusing_at_once_is_one_of_both(force):
    eve = factories.UserFactory(name="Eve", role="finance")
    for _ in range(ROUNDS):
        entry = submitted(force)
        ends = together(
            partial(operations.approve_entry, by=force.adam, at=AT, entry_id=entry.pk),
            partial(operations.refuse_entry, by=eve, at=AT, entry_id=entry.pk, reason="No"),
        )
        assert sorted(ends) == ["entry_not_waiting", "written"]


def test_of_two_reversals_at_once_there_is_one(force):
    for _ in range(ROUNDS):
        entry = approved(force)
        reverse = partial(operations.reverse_entry, at=AT, entry_id=entry.pk, day=date(2024, 10, 1), reason="Twice")
        ends = together(partial(reverse, by=force.fay), partial(reverse, by=force.adam))
        assert sorted(ends) == ["reversed_already", "written"]
        assert SpendEntry.objects.filter(reverses=entry).count() == 1


def test_an_entry_and_the_close_of_its_month_never_miss_one_another(force):
    """Either the draft is in time, and the month is not closed; or the month is closed, and the draft is refused."""
    month_operations.prepare_month(by=force.fay, at=AT, programme_id=force.programme.pk, month=MAY)
    ends = together(
        partial(month_operations.close_month, by=force.adam, at=AT, programme_id=force.programme.pk, month=MAY),
        *(partial(drafted, force, day=date(2024, 5, day)) for day in range(2, 6)),
    )
    is_closed, entered = ClosedMonth.objects.exists(), SpendEntry.objects.count()
    assert is_closed == (ends[0] == "written")
    assert entered == ends[1:].count("written")
    assert not (is_closed and entered)
    assert set(ends) <= {"written", "month_closed", "entries_wait", "closed_month_nothing_waits"}


def test_an_approval_and_the_close_of_its_month_agree(force):
    entry = submitted(force, day=MAY)
    month_operations_of = {"at": AT, "programme_id": force.programme.pk, "month": MAY}

    def prepare_and_close() -> None:
        month_operations.prepare_month(by=force.fay, **month_operations_of)
        month_operations.close_month(by=force.adam, **month_operations_of)

    ends = together(partial(operations.approve_entry, by=force.adam, at=AT, entry_id=entry.pk), prepare_and_close)
    assert ends[0] == "written"
    spent = queries.sums_of(force.programme, MAY).spend_pence
    assert spent == 120_00
    assert [month.spend_pence for month in ClosedMonth.objects.all()] in ([], [spent])


def test_rows_written_past_the_operations_wait_for_the_close_too(force):
    """A bulk insert into the month, while somebody closes it, is refused or keeps it open."""

    def insert() -> None:
        SpendEntry.objects.bulk_create(
            [factories.SpendEntryFactory.build(stream=force.grant, day=MAY, entered_by=force.fay) for _ in range(50)]
        )

    close = partial(factories.ClosedMonthFactory, programme=force.programme, month=MAY)
    ends = together(insert, close)
    assert ends.count("written") == 1
    assert ClosedMonth.objects.exists() != SpendEntry.objects.exists()


def test_of_approving_a_file_and_undoing_it_at_once_one_happens(force):
    for number in range(ROUNDS):
        found = uploaded(force, FILE.replace("J-1", f"J-{number}").replace("INV-9,", f"INV-{number},"))
        import_operations.write(by=force.fay, at=AT, import_id=found.pk, leave_out=[4])
        ends = together(
            partial(import_operations.approve_all, by=force.adam, at=AT, import_id=found.pk),
            partial(import_operations.undo, by=force.fay, at=AT, import_id=found.pk),
        )
        assert sorted(ends) in (["entries_decided", "written"], ["nothing_to_approve", "written"])
        left = SpendEntry.objects.filter(imported_from=found)
        assert {entry.state for entry in left} == ({"approved"} if ends[0] == "written" else set())
        assert left.count() == (2 if ends[0] == "written" else 0)


def test_the_same_file_twice_at_once_is_imported_once(force):
    files = [uploaded(force), uploaded(force)]
    ends = together(
        *(partial(import_operations.write, by=force.fay, at=AT, import_id=each.pk, leave_out=[4]) for each in files)
    )
    assert sorted(ends) == ["nothing_new", "written"]
    assert SpendEntry.objects.count() == 2


def test_a_receipt_that_is_sent_twice_at_once_is_entered_once(force):
    line = income(force)
    sent = {"by": force.fay, "at": AT, "line_id": line.pk, "day": date(2024, 6, 3), "amount_pence": 5_00}
    receive = partial(income_operations.receive, **sent, reference="BACS 1")
    assert sorted(together(receive, receive, receive)) == ["receipt_twice", "receipt_twice", "written"]
    assert IncomeReceipt.objects.count() == 1


def test_a_category_does_not_change_its_kind_while_something_is_entered_in_it(force):
    for number in range(ROUNDS):
        category = SpendCategory.objects.create(name=f"Vans {number}")
        change = {"category_id": category.pk, "name": category.name, "is_patrol": True, "is_offered": True}
        ends = together(
            partial(income_operations.save_category, by=force.fay, **change), partial(drafted, force, category=category)
        )
        assert ends in (["category_used", "written"], ["written", "written"])
        category.refresh_from_db()
        assert category.is_patrol == (ends[0] == "written")


def test_files_are_made_outside_a_transaction_too(force, as_user):
    """As the product runs: a test inside a transaction would not see that a cursor on the server needs one."""
    approved(force)
    for file in ("csv", "xlsx"):
        answer = as_user(force.fay).get(reverse("ledger:entries_file", args=[force.programme.pk, file]))
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200
        assert len(content) > 100
