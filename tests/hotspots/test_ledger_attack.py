"""Attacks on the ledger by a treasurer, an auditor and an adversary: each of these went wrong once."""

from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from hotspot.core.errors import DomainError
from hotspot.core.history import version_of
from hotspots.ledger import import_operations, income_operations, month_operations, operations, queries
from hotspots.ledger.chart import chart_of
from hotspots.ledger.import_presenters import report_rows, report_summary
from hotspots.ledger.import_rows import MOST_ROWS, Defaults, RowReport
from hotspots.models import IncomeReceipt, SpendCategory, SpendEntry
from hotspots.programmes.operations import save_programme
from tests import factories
from tests.hotspots.ledger import AT, approved, category, closed, drafted, facts, income, uploaded

pytestmark = pytest.mark.django_db
HEAD = "Date,Vendor,Narrative,Invoice,Net,VAT\n"


def code_of(write, **arguments: Any) -> str:
    """What a write is refused with."""
    try:
        write(**arguments)
    except DomainError as refusal:
        return refusal.code
    return "written"


def rows_of(force, *rows: str, at: datetime = AT) -> list[RowReport]:
    """What the rows of a file of Fay's would become."""
    return import_operations.check(uploaded(force, HEAD + "\n".join(rows)), by=force.fay, at=at)


# --- What a page shows ------------------------------------------------------------------------------------------------


def test_an_open_month_is_a_tag_and_not_the_text_of_a_python_object(force, as_user):
    income(force)
    page = as_user(force.fay).get(reverse("ledger:programme", args=[force.programme.pk])).content.decode()
    assert '<strong class="govuk-tag">Open</strong>' in page
    assert "colour" not in page


def test_months_that_the_ledger_does_not_have_have_no_page(force, as_user):
    fay = as_user(force.fay)
    for page in ("month", "prepare_month", "close_month"):
        assert fay.get(reverse(f"ledger:{page}", args=[force.programme.pk, "2026-03"])).status_code == 200
        for month in ("1990-01", "2024-04", "2026-04", "2999-12", "0001-01", "2024-13", "2024-W1"):
            assert fay.get(reverse(f"ledger:{page}", args=[force.programme.pk, month])).status_code == 404


# --- Months -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("month", [date(1990, 1, 1), date(2024, 4, 1)])
def test_months_that_the_ledger_does_not_have_cannot_be_closed(force, month):
    prepare = partial(month_operations.prepare_month, by=force.fay, at=AT, programme_id=force.programme.pk)
    assert code_of(prepare, month=month) == "month_outside_programme"


def test_months_after_a_programme_are_closed_in_their_order_too(force):
    at = datetime(2025, 9, 1, 12, tzinfo=UTC)
    for month in force.programme.period.each_month():
        closed(force, month.first_day, at=at)
    prepare = partial(month_operations.prepare_month, by=force.fay, at=at, programme_id=force.programme.pk)
    assert code_of(prepare, month=date(2025, 6, 1)) == "earlier_month_open"
    assert code_of(prepare, month=date(2025, 4, 1)) == "written"


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ((date(2024, 5, 15), date(2025, 3, 31)), "written"),
        ((date(2024, 6, 10), date(2025, 3, 31)), "money_outside"),
        ((date(2024, 5, 1), date(2025, 2, 28)), "money_outside"),
        ((date(2024, 4, 1), date(2025, 5, 31)), "written"),
    ],
)
def test_a_programme_does_not_leave_its_money_behind(force, days, code):
    """Months that are no longer its own would have no page, and their income no field."""
    income(force)
    closed(force, date(2024, 5, 1))
    found = force.programme
    save = partial(save_programme, by=force.adam, programme_id=found.pk, name=found.name, grant_pence=None)
    assert code_of(save, first_day=days[0], last_day=days[1], is_default=True) == code


def test_months_that_somebody_shared_out_meanwhile_are_not_overwritten(force):
    line = income(force)
    version, seen = version_of(line), {row.month: row.pence for row in line.months.all()}
    first, second, *_ = sorted(seen)
    save = partial(
        income_operations.save_income,
        by=force.fay, line_id=line.pk, version=version, name=line.name, amount_pence=line.amount_pence,
    )  # fmt: skip
    assert code_of(save, months=seen | {first: seen[first] - 100, second: seen[second] + 100}) == "written"
    assert code_of(save, months=seen) == "changed_meanwhile"
    assert line.months.get(month=first).pence == seen[first] - 100


def test_a_receipt_that_is_sent_twice_is_entered_once(force):
    line = income(force)
    sent = {"by": force.fay, "at": AT, "line_id": line.pk, "day": date(2024, 6, 3), "amount_pence": 5_00}
    receive = partial(income_operations.receive, **sent)
    assert code_of(receive, reference="BACS 1") == "written"
    assert code_of(receive, reference=" BACS 1") == "receipt_twice"
    assert code_of(receive, reference="BACS 2") == "written"
    first = IncomeReceipt.objects.get(reference="BACS 1")
    income_operations.reverse_receipt(by=force.fay, at=AT, receipt_id=first.pk, day=AT.date(), reason="Wrong line")
    assert code_of(receive, reference="BACS 1") == "written"


# --- What spend is ----------------------------------------------------------------------------------------------------


def test_what_closed_months_were_spent_on_does_not_become_patrol_spend(force):
    approved(force)
    patrols = category("Patrols")
    save = partial(income_operations.save_category, by=force.fay, category_id=patrols.pk, is_offered=True)
    assert code_of(save, name="Patrols", is_patrol=False) == "category_used"
    assert code_of(save, name="Patrols and their vans", is_patrol=True) == "written"
    with pytest.raises(IntegrityError, match="Entries are in this category"), transaction.atomic():
        SpendCategory.objects.update(is_patrol=False)
    unused = category("Other")
    change = partial(income_operations.save_category, by=force.fay, category_id=unused.pk, is_offered=True)
    assert code_of(change, name="Other", is_patrol=True) == "written"


def test_business_as_usual_is_none_of_the_programmes_money(force, as_user):
    apart = force.business_as_usual
    assert code_of(partial(drafted, force), stream=apart) == "stream_apart"
    assert code_of(partial(income, force), stream=apart) == "stream_apart"
    page = as_user(force.fay).get(reverse("ledger:add_entry", args=[force.programme.pk])).content.decode()
    assert force.grant.name in page
    assert apart.name not in page
    (row,) = import_operations.check(
        uploaded(force, "Date,Narrative,Net,Fund\n3/6/2024,Fuel,5,Business as usual\n"), by=force.fay, at=AT
    )
    assert "no funding stream" in row.error


def test_the_money_of_one_programme_is_not_limited_or_imported_by_the_stream_of_another(force):
    stream = factories.FundingStreamFactory()
    cap = {"name": "Cap", "categories": [category("Other")], "share": 10, "amount_pence": None}
    add = partial(income_operations.add_cap, by=force.fay, programme_id=force.programme.pk, stream=stream)
    assert code_of(add, **cap) == "stream_elsewhere"
    upload = partial(import_operations.upload, by=force.fay, at=AT, programme=force.programme, name="x.csv")
    defaults = Defaults(stream, category("Other"), vat_recoverable=True)
    assert code_of(upload, content=(HEAD + "1/6/2024,V,x,I,1,").encode(), defaults=defaults) == "stream_elsewhere"


def test_vat_on_nothing_is_refused_like_other_vat_above_a_fifth(force):
    assert code_of(partial(drafted, force), net_pence=0, vat_pence=1_000_000_00) == "vat_too_much"


# --- Files of finance systems -----------------------------------------------------------------------------------------


def test_a_supplier_called_total_is_no_row_of_totals(force):
    rows = rows_of(
        force, "3/6/2024,Total Energies,Fuel,1,100,", "4/6/2024,Sum Up Ltd,Cards,2,5,", "30/6/2024,Total,x,,105,",
        "Total,,,,105,", ",Grand total for June,,,105,",
    )  # fmt: skip
    assert [row.facts.net_pence for row in rows if row.is_new] == [100_00, 5_00]
    assert [row.is_total for row in rows] == [False, False, True, True, True]
    assert {"key": "Totals", "value": "3 rows, left out"} in report_summary(rows)


def test_rows_that_are_twice_in_a_file_are_pointed_out(force):
    rows = rows_of(force, "3/6/2024,V,Fuel,1,100,", "4/6/2024,V,Fuel,2,100,", "3/6/2024,V,Fuel,1,100,")
    assert [row.like for row in rows] == [None, None, 2]
    assert report_rows(rows)[2][1]["text"] == "New, like row 2"
    assert "1 of them like a row above" in report_summary(rows)[0]["value"]


@pytest.mark.parametrize(
    "amount", ["50.00-", "(50.00)", "£(50)", "50.00 CR", "50cr", "-50", "−50", "50–", "£-50", "-£50"]
)
def test_credits_are_known_however_they_are_written(force, amount):
    (row,) = rows_of(force, f'3/6/2024,V,Fuel,1,"{amount}",')
    assert "is less than £0. Reverse the entry" in row.error


@pytest.mark.parametrize("vat", ["", "-", "£ -", "nil", "0.00"])
def test_vat_that_is_none_is_0(force, vat):
    (row,) = rows_of(force, f"3/6/2024,V,Fuel,1,50,{vat}")
    assert row.facts.vat_pence == 0


def test_years_of_two_figures_are_read_until_the_ledger_ends(force):
    (row,) = rows_of(force, "10/04/25,V,Last invoice,1,50,", at=datetime(2025, 6, 1, 12, tzinfo=UTC))
    assert row.facts.day == date(2025, 4, 10)


@pytest.mark.parametrize("rows", [MOST_ROWS + 1, 100_000])
def test_too_many_rows_are_refused_with_what_can_be_done(force, rows):
    with pytest.raises(DomainError) as refusal:
        rows_of(force, *["10/06/2024,V,Fuel,I1,1,"] * rows)
    assert refusal.value.code == "file_too_many_rows"
    assert (
        refusal.value.message
        == "The file has more than 5,000 rows. Split it into files with fewer, by month for example."
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_files_are_read_in_the_encodings_and_with_the_separators_of_finance_systems(force, encoding, separator):
    rows = (["Date", "Vendor", "Narrative", "Net"], ["03/06/2024", "Café", "Fuel £5", "£100.00"])
    content = "".join(separator.join(row) + "\r\n" for row in rows).encode(encoding)
    defaults = Defaults(force.grant, category("Other"), vat_recoverable=True)
    found = import_operations.upload(
        by=force.fay, at=AT, programme=force.programme, name="x.csv", content=content, defaults=defaults
    )
    (row,) = import_operations.check(found, by=force.fay, at=AT)
    assert (row.facts.supplier, row.facts.description, row.facts.net_pence) == ("Café", "Fuel £5", 100_00)


def test_undoing_an_import_does_not_delete_what_somebody_rewrote(force, as_user):
    found = uploaded(force, HEAD + "03/06/2024,V,Fuel,I1,100,")
    import_operations.write(by=force.fay, at=AT, import_id=found.pk)
    entry = SpendEntry.objects.get()
    operations.refuse_entry(by=force.adam, at=AT, entry_id=entry.pk, reason="No")
    later = AT.replace(day=13)
    operations.save_entry(by=force.adam, at=later, entry_id=entry.pk, facts=facts(force))
    assert code_of(import_operations.undo, by=force.fay, at=later, import_id=found.pk) == "entries_decided"
    page = as_user(force.fay).get(reverse("ledger:import_file", args=[found.pk])).content.decode()
    assert "Undo" not in page


# --- The chart --------------------------------------------------------------------------------------------------------


def test_the_chart_has_spend_against_its_profile_added_up(force):
    income(force, 1_100_00, months={date(2024, 5, 1): 100_00, date(2024, 7, 1): 1_000_00})
    approved(force, day=date(2024, 6, 3), net_pence=550_00)
    chart = chart_of(queries.accounts_of(force.programme, force.fay), today=date(2024, 7, 10))
    assert (chart.top, chart.first, chart.last) == ("£1,100", "May 2024", "March 2025")
    # Eleven months; by the end of the first £100 of £1,100, of the third everything.
    assert chart.expected.split()[:4] == ["0,1000", "90,910", "181,910", "272,0"]
    assert len(chart.expected.split()) == 12
    assert chart.spent == "0,1000 90,1000 181,500 272,500"
    assert chart.sentence == "By the end of July 2024 £1,100 is expected, and £550 spent."


def test_there_is_no_chart_of_nothing_or_for_districts(force, as_user):
    empty = queries.accounts_of(force.programme, force.fay)
    assert chart_of(empty, today=date(2024, 7, 10)) is None
    income(force)
    page = reverse("ledger:programme", args=[force.programme.pk])
    assert "<polyline" in as_user(force.paul).get(page).content.decode()
    assert "<polyline" not in as_user(force.sam).get(page).content.decode()
    before = chart_of(queries.accounts_of(force.programme, force.fay), today=date(2024, 1, 10))
    assert (before.spent, before.sentence) == ("", "No month has begun.")
