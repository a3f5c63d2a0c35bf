"""The ledger: entered by one, approved by another, reversed instead of deleted, closed for good, and its pages."""

import io
import re
import zipfile
from datetime import date, timedelta
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hotspot.core.errors import ChangedMeanwhile, DomainError, NotAllowed
from hotspot.core.exports.streaming import copy_rows
from hotspot.core.history import version_of
from hotspot.core.models import Disclosure
from hotspots.ledger import income_operations, month_operations, operations, queries
from hotspots.ledger.exports import rows_of
from hotspots.ledger.forms import shared
from hotspots.models import ClosedMonth, IncomeLine, SpendCap, SpendCategory, SpendEntry
from tests import factories
from tests.hotspots.ledger import AT, PDF, approved, category, closed, drafted, facts, in_every_state, income, submitted

MAY, SEPTEMBER, OCTOBER = date(2024, 5, 1), date(2024, 9, 1), date(2024, 10, 1)


def refused(code: str):
    return _Refused(code)


class _Refused:
    """A block in which the domain refuses something with this code."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind, error, trace) -> bool:
        assert isinstance(error, DomainError), f"nothing was refused, or {error!r}"
        assert error.code == self.code
        return True


def close_all(force, *, until: date) -> None:
    """Close the months of the programme before this one."""
    for month in force.programme.period.each_month():
        if month.first_day < until:
            closed(force, month.first_day)


def test_an_entry_is_counted_once_somebody_else_approves_it(force):
    entry = drafted(force)
    assert queries.accounts_of(force.programme, force.fay).spent() == 0
    operations.submit_entry(by=force.fay, at=AT, entry_id=entry.pk)
    with refused("same_person"):
        operations.approve_entry(by=force.fay, at=AT, entry_id=entry.pk)
    operations.approve_entry(by=force.adam, at=AT, entry_id=entry.pk)
    assert queries.accounts_of(force.programme, force.fay).spent() == 120_00
    with refused("entry_not_waiting"):
        operations.approve_entry(by=force.adam, at=AT, entry_id=entry.pk)
    with refused("entry_fixed"):
        operations.save_entry(by=force.fay, at=AT, entry_id=entry.pk, facts=facts(force))


def test_who_rewrites_an_entry_cannot_approve_it(force):
    entry = drafted(force)
    operations.save_entry(by=force.adam, at=AT, entry_id=entry.pk, facts=facts(force, net_pence=9_00))
    with refused("not_own_entry"):
        operations.submit_entry(by=force.fay, at=AT, entry_id=entry.pk)
    operations.submit_entry(by=force.adam, at=AT, entry_id=entry.pk)
    with refused("same_person"):
        operations.approve_entry(by=force.adam, at=AT, entry_id=entry.pk)
    assert operations.approve_entry(by=force.fay, at=AT, entry_id=entry.pk).state == "approved"


def test_a_refused_entry_is_changed_and_submitted_again(force):
    entry = submitted(force)
    operations.refuse_entry(by=force.adam, at=AT, entry_id=entry.pk, reason="No invoice")
    assert SpendEntry.objects.get().refusal == "No invoice"
    operations.save_entry(by=force.fay, at=AT, entry_id=entry.pk, facts=facts(force, reference="INV-2"))
    entry.refresh_from_db()
    assert (entry.state, entry.refusal, entry.decided_by) == ("draft", "", None)


def test_what_was_looked_at_is_what_is_approved(force):
    entry = submitted(force)
    seen = version_of(entry)
    operations.take_back_entry(by=force.fay, entry_id=entry.pk)
    operations.save_entry(by=force.fay, at=AT, entry_id=entry.pk, facts=facts(force, net_pence=9_999_00))
    operations.submit_entry(by=force.fay, at=AT, entry_id=entry.pk)
    with pytest.raises(ChangedMeanwhile):
        operations.approve_entry(by=force.adam, at=AT, entry_id=entry.pk, version=seen)


def test_a_reversal_takes_an_entry_back_once_it_is_approved(force):
    entry = approved(force, vat_pence=24_00, vat_recoverable=False)
    reversal = operations.reverse_entry(by=force.adam, at=AT, entry_id=entry.pk, day=OCTOBER, reason="Paid twice")
    assert queries.accounts_of(force.programme, force.fay).spent() == 144_00
    with refused("reversed_already"):
        operations.reverse_entry(by=force.fay, at=AT, entry_id=entry.pk, day=OCTOBER, reason="Again")
    operations.approve_entry(by=force.fay, at=AT, entry_id=reversal.pk)
    accounts = queries.accounts_of(force.programme, force.fay)
    assert accounts.spent() == 0
    assert accounts.spent(lambda part: part.month == SEPTEMBER) == 144_00
    with refused("entry_not_reversible"):
        operations.reverse_entry(by=force.fay, at=AT, entry_id=reversal.pk, day=OCTOBER, reason="Back again")


def test_a_refused_reversal_can_be_asked_for_again_and_one_taken_back_is_gone(force):
    entry = approved(force)
    reverse_it = {"by": force.fay, "at": AT, "entry_id": entry.pk, "day": OCTOBER, "reason": "Paid twice"}
    first = operations.reverse_entry(**reverse_it)
    operations.refuse_entry(by=force.adam, at=AT, entry_id=first.pk, reason="It was not")
    with refused("entry_fixed"):
        operations.delete_entry(by=force.fay, entry_id=first.pk)
    second = operations.reverse_entry(**reverse_it)
    operations.take_back_entry(by=force.fay, entry_id=second.pk)
    assert not SpendEntry.objects.filter(pk=second.pk).exists()
    assert operations.reverse_entry(**reverse_it).is_reversal


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"day": date(2024, 4, 30)}, "day_outside_programme"),
        ({"day": date(2024, 10, 13)}, "day_in_future"),
        ({"vat_pence": 26_00}, "vat_too_much"),
        ({"net_pence": 0}, "invalid"),
        ({"description": ""}, "blank"),
    ],
)
def test_what_makes_no_sense_is_refused(force, changes, code):
    with refused(code):
        drafted(force, **changes)
    assert not SpendEntry.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("invoice.exe", PDF, "document_type"),
        ("invoice.pdf", b"MZ not a PDF", "document_type"),
        ("invoice.png", PDF, "document_type"),
        ("invoice", PDF, "document_type"),
        ("invoice.pdf", PDF + b"x" * 5_000_000, "document_too_large"),
    ],
)
def test_only_pdfs_and_pictures_are_documents(force, name, content, code):
    with refused(code):
        drafted(force, document=operations.Document(name, content))


def test_a_document_outlives_the_week_of_other_files(force):
    entry = drafted(force, document=operations.Document("invoice.pdf", PDF))
    assert entry.document.expires_at > AT + timedelta(days=6 * 365)


# --- months ---------------------------------------------------------------------------------------------------------


def test_two_people_close_a_month_and_it_stays(force):
    close_all(force, until=SEPTEMBER)
    approved(force)
    with refused("month_not_prepared"):
        month_operations.close_month(by=force.adam, at=AT, programme_id=force.programme.pk, month=SEPTEMBER)
    month_operations.prepare_month(by=force.fay, at=AT, programme_id=force.programme.pk, month=SEPTEMBER)
    with refused("same_person"):
        month_operations.close_month(by=force.fay, at=AT, programme_id=force.programme.pk, month=SEPTEMBER)
    month = month_operations.close_month(by=force.adam, at=AT, programme_id=force.programme.pk, month=SEPTEMBER)
    assert (month.entries, month.spend_pence, month.received_pence) == (1, 120_00, 0)
    with refused("month_closed"):
        drafted(force)
    with refused("month_closed"):
        closed(force, SEPTEMBER)


def test_what_changed_since_it_was_prepared_is_prepared_again(force):
    closed(force, MAY)
    month_operations.prepare_month(by=force.fay, at=AT, programme_id=force.programme.pk, month=date(2024, 6, 1))
    approved(force, day=date(2024, 6, 3))
    with refused("month_changed"):
        month_operations.close_month(by=force.adam, at=AT, programme_id=force.programme.pk, month=date(2024, 6, 1))
    assert closed(force, date(2024, 6, 1)).entries == 1


def test_what_keeps_a_month_open(force):
    entry = submitted(force, day=MAY)
    with refused("entries_wait"):
        closed(force, MAY)
    operations.refuse_entry(by=force.adam, at=AT, entry_id=entry.pk, reason="No")
    with refused("earlier_month_open"):
        closed(force, date(2024, 6, 1))
    with refused("month_not_over"):
        closed(force, OCTOBER)
    closed(force, MAY)


def test_an_entry_cannot_be_approved_or_reversed_into_a_closed_month(force):
    entry = approved(force, day=MAY)
    closed(force, MAY)
    with refused("month_closed"):
        operations.reverse_entry(by=force.fay, at=AT, entry_id=entry.pk, day=date(2024, 5, 20), reason="Paid twice")
    assert operations.reverse_entry(by=force.fay, at=AT, entry_id=entry.pk, day=OCTOBER, reason="Paid twice")


# --- income ---------------------------------------------------------------------------------------------------------


def test_the_months_of_income_add_up_or_are_refused(force):
    with refused("profile_differs"):
        income(force, months={MAY: 1_00})
    line = income(force)
    save = partial(income_operations.save_income, by=force.fay, line_id=line.pk, name="Grant agreement")
    closed(force, MAY)
    months = {row.month: row.pence for row in line.months.all()}
    with refused("month_closed"):
        changed = months | {MAY: 1_00, OCTOBER: months[OCTOBER] + months[MAY] - 1_00}
        save(amount_pence=1_100_000_00, months=changed)
    save(amount_pence=1_100_000_05, months=months | {OCTOBER: months[OCTOBER] + 5})
    line.refresh_from_db()
    assert line.amount_pence == 1_100_000_05


def test_an_amount_is_shared_to_the_penny():
    assert shared(100, [MAY, SEPTEMBER, OCTOBER]) == {MAY: 34, SEPTEMBER: 33, OCTOBER: 33}


def test_receipts_are_counted_and_reversed_once(force):
    line = income(force)
    receipt = income_operations.receive(by=force.fay, at=AT, line_id=line.pk, day=SEPTEMBER, amount_pence=500)
    assert queries.received_by_line([line])[line.pk] == 500
    back = {"by": force.adam, "at": AT, "receipt_id": receipt.pk, "day": OCTOBER, "reason": "Bounced"}
    income_operations.reverse_receipt(**back)
    assert queries.received_by_line([line])[line.pk] == 0
    with refused("reversed_already"):
        income_operations.reverse_receipt(**back)


def test_caps_say_what_is_left(force):
    in_every_state(force)
    approved(force, category=category("Initiatives"), net_pence=10_000_00, day=SEPTEMBER)
    (state,) = queries.caps_of(queries.accounts_of(force.programme, force.fay))
    assert (state.limit, state.spent, state.left) == (110_000_00, 10_000_00, 100_000_00)


# --- who sees what --------------------------------------------------------------------------------------------------


def page_of(person, as_user, name="programme", *args, **query) -> str:
    answer = as_user(person).get(reverse(f"ledger:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_supervisor_sees_entries_and_sums_of_their_districts_only(force, as_user):
    values = in_every_state(force)
    elsewhere = approved(force, area=force.watford, description="Watford only", net_pence=77_00)
    page = page_of(force.sam, as_user, "entries", force.programme.pk)
    assert values["approved_entry"].number in page
    assert elsewhere.number not in page
    assert "Marking kits" not in page
    sums = page_of(force.sam, as_user, "programme", force.programme.pk)
    assert "£1,000" in sums
    assert "£1,100,000" not in sums
    assert "£77" not in sums
    assert as_user(force.sam).get(reverse("ledger:entry", args=[elsewhere.pk])).status_code == 404


def test_the_pccs_office_sees_sums_and_no_entry(force, as_user):
    values = in_every_state(force)
    page = page_of(force.paul, as_user, "programme", force.programme.pk)
    assert "£1,100,000" in page
    assert "V-1001" not in page
    assert "SP-" not in page
    line = page_of(force.paul, as_user, "income_line", values["income_line"].pk)
    assert "HO-1" not in line
    assert "Fay" not in line


def lines_of(user) -> list[str]:
    """The lines of the CSV file of everything this person may see, under its header."""
    parts: list[bytes] = []
    copy_rows(rows_of(SpendEntry.objects.visible_to(user)), parts.append)
    return b"".join(parts).decode().splitlines()[1:]


def test_files_have_what_the_list_has(force):
    in_every_state(force)
    approved(force, area=force.watford, description="=1+1")
    assert len(lines_of(force.audrey)) == 5
    assert any("'=1+1" in line and ",120.00," in line for line in lines_of(force.audrey))
    assert [line.split(",")[7] for line in lines_of(force.sam)] == ["Hitchin town centre"]
    assert lines_of(force.paul) == []


def test_downloads_are_on_record(force, as_user):
    in_every_state(force)
    audrey = as_user(force.audrey)
    answer = audrey.get(reverse("ledger:entries_file", args=[force.programme.pk, "csv"]), {"state": "approved"})
    assert answer["Content-Disposition"].endswith('.csv"')
    assert b"".join(answer.streaming_content)
    noted = Disclosure.objects.get()
    assert (noted.by, noted.detail["rows"]) == (force.audrey, 1)
    assert "State: Approved" in noted.detail["said"]
    page = audrey.get(reverse("outcomes:disclosures")).content.decode()
    assert "Downloaded 1 entry of spend as CSV" in page
    assert audrey.get(reverse("ledger:entries_file", args=[force.programme.pk, "exe"])).status_code == 404


def test_a_workbook_has_money_as_numbers(force, as_user):
    approved(force, net_pence=1_000_50)
    answer = as_user(force.fay).get(reverse("ledger:entries_file", args=[force.programme.pk, "xlsx"]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        assert re.search(rb"<v>1000\.50?</v>", book.read("xl/worksheets/sheet1.xml"))


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def fay(force, as_user):
    return as_user(force.fay)


def typed(force, **changes) -> dict[str, object]:
    """What somebody types into the form of an entry."""
    found = {
        "day_day": "10",
        "day_month": "9",
        "day_year": "2024",
        "description": "CCTV upgrade",
        "stream": force.grant.pk,
        "category": category("Initiatives").pk,
        "area": force.hitchin.pk,
        "net_pence": "£1,000.50",
        "vat_pence": "200.10",
        "vat_recoverable": "yes",
    }
    return found | changes


def test_fay_enters_and_submits_and_adam_approves(force, fay, as_user):
    document = SimpleUploadedFile("invoice.pdf", PDF)
    answer = fay.post(reverse("ledger:add_entry", args=[force.programme.pk]), typed(force, document=document))
    entry = SpendEntry.objects.get()
    assert answer["Location"] == reverse("ledger:entry", args=[entry.pk])
    assert (entry.net_pence, entry.vat_pence, entry.cost_pence) == (1_000_50, 200_10, 1_000_50)
    fay.post(reverse("ledger:submit_entry", args=[entry.pk]))
    mine = fay.post(reverse("ledger:approve_entry", args=[entry.pk]))
    assert mine.status_code == 403
    assert "Somebody else has to approve it" in mine.content.decode()
    adam = as_user(force.adam)
    assert entry.number in adam.get(reverse("ledger:waiting")).content.decode()
    adam.post(reverse("ledger:approve_entry", args=[entry.pk]))
    entry.refresh_from_db()
    assert entry.state == "approved"
    file = adam.get(reverse("ledger:document", args=[entry.pk]))
    assert file.content == PDF
    assert file["Content-Disposition"] == f'attachment; filename="{entry.number}.pdf"'


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"net_pence": "-5"}, "Enter an amount of £0 or more"),
        ({"net_pence": "0.005"}, "Enter pounds and whole pence"),
        ({"net_pence": "1,00"}, "Enter an amount of money"),
        ({"net_pence": ""}, "Enter the amount without VAT"),
        ({"net_pence": "0", "vat_pence": "0"}, "The amount must be more than £0."),
        ({"vat_pence": "500"}, "At 20%, the VAT on £1,000.50 is £200.10"),
        ({"day_year": "2099"}, "The date must be today or in the past."),
        ({"stream": ""}, "Select one of the options under “Paid from”"),
    ],
)
def test_what_is_wrong_with_an_entry_is_said(force, fay, changes, words):
    answer = fay.post(reverse("ledger:add_entry", args=[force.programme.pk]), typed(force, **changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_stream_of_another_programme_is_no_choice(force, fay):
    other = factories.FundingStreamFactory()
    answer = fay.post(reverse("ledger:add_entry", args=[force.programme.pk]), typed(force, stream=other.pk))
    assert answer.status_code == 422


def test_an_entry_of_a_closed_month_is_a_conflict(force, fay):
    closed(force, MAY)
    changes = {"day_day": "3", "day_month": "5"}
    answer = fay.post(reverse("ledger:add_entry", args=[force.programme.pk]), typed(force, **changes))
    assert answer.status_code == 409
    assert "This month is closed" in answer.content.decode()


def test_the_list_is_paged_by_key_and_keeps_its_filters(force, fay, monkeypatch):
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    monkeypatch.setattr(queries.page_of_entries, "__kwdefaults__", {"after": None, "size": 2})
    entries = [approved(force, day=SEPTEMBER + timedelta(days=n // 2)) for n in range(5)]
    drafted(force)
    url, query, seen = reverse("ledger:entries", args=[force.programme.pk]), "?state=approved", []
    while query:
        page = fay.get(url + query)
        seen += [row[0]["text"] for row in page.context["rows"]]
        query = page.context["older_url"]
    assert seen == [entry.number for entry in reversed(entries)]


def test_months_are_prepared_and_closed_on_pages(force, fay, as_user):
    entry = submitted(force, day=MAY)
    page = fay.get(reverse("ledger:month", args=[force.programme.pk, "2024-05"])).content.decode()
    assert entry.number in page
    prepare = reverse("ledger:prepare_month", args=[force.programme.pk, "2024-05"])
    assert fay.post(prepare).status_code == 409
    operations.approve_entry(by=force.adam, at=AT, entry_id=entry.pk)
    assert fay.post(prepare).status_code == 302
    close = reverse("ledger:close_month", args=[force.programme.pk, "2024-05"])
    assert fay.post(close).status_code == 403
    assert as_user(force.adam).post(close).status_code == 302
    assert ClosedMonth.objects.get().closed_by == force.adam
    assert fay.get(reverse("ledger:month", args=[force.programme.pk, "nonsense"])).status_code == 404


def test_income_left_empty_is_shared_over_open_months(force, fay):
    closed(force, MAY)
    url = reverse("ledger:add_income", args=[force.programme.pk])
    fay.post(url, {"stream": force.grant.pk, "name": "Grant agreement", "amount_pence": "1m"})
    line = IncomeLine.objects.get()
    assert {row.month for row in line.months.all()} == {
        month.first_day for month in force.programme.period.each_month() if month.first_day != MAY
    }
    assert sum(row.pence for row in line.months.all()) == 1_000_000_00


def test_caps_and_categories_are_kept_on_pages(force, fay):
    income(force)
    fay.post(reverse("ledger:add_category"), {"name": "Training", "is_offered": "on"})
    training = SpendCategory.objects.get(name="Training")
    cap = {"name": "Training", "categories": [training.pk], "share": "12.5"}
    assert (
        fay.post(reverse("ledger:add_cap", args=[force.programme.pk]), cap | {"amount_pence": "1"}).status_code == 422
    )
    fay.post(reverse("ledger:add_cap", args=[force.programme.pk]), cap)
    assert "£137,500 (12.5%)" in fay.get(reverse("ledger:programme", args=[force.programme.pk])).content.decode()
    fay.post(reverse("ledger:delete_cap", args=[SpendCap.objects.get().pk]))
    assert not SpendCap.objects.exists()


def test_finance_begins_at_the_ledger_and_meets_no_shift(force, fay):
    answer = fay.get("/", follow=True)
    assert answer.request["PATH_INFO"] == reverse("ledger:programme", args=[force.programme.pk])
    labels = [item.label for item in answer.context["navigation"]]
    assert "Ledger" in labels
    assert "Shifts" not in labels


def test_without_a_programme_the_ledger_says_so(db, as_user):
    person = factories.UserFactory(role="finance")
    assert "No programme yet" in as_user(person).get(reverse("ledger:ledger")).content.decode()


def test_pages_ask_as_many_questions_for_many_entries_as_for_few(force, fay, django_assert_max_num_queries):
    in_every_state(force)
    for number in range(60):
        approved(force, day=SEPTEMBER + timedelta(days=number % 28), area=force.hitchin)
    with django_assert_max_num_queries(22):
        fay.get(reverse("ledger:programme", args=[force.programme.pk]))
    with django_assert_max_num_queries(12):
        fay.get(reverse("ledger:entries", args=[force.programme.pk]))


@pytest.mark.parametrize("person", ["sam", "anna", "audrey"])
def test_who_does_not_keep_the_ledger_cannot_write_by_operations(force, person):
    by = getattr(force, person)
    with pytest.raises(NotAllowed):
        operations.save_entry(by=by, at=AT, facts=facts(force))
    with pytest.raises(NotAllowed):
        month_operations.prepare_month(by=by, at=AT, programme_id=force.programme.pk, month=MAY)
