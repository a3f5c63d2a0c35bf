"""Money in returns: columns that add up, hours that costs leave out, spend entered otherwise than the ledger."""

import csv
import io
from datetime import UTC, datetime

import pytest

from reports.returns import operations
from reports.returns.body import body_of, checks_of, digest_of
from reports.returns.files import return_csv
from reports.returns.money_checks import ledger_checks
from reports.returns.presenters import AnsweredReturn
from reports.returns.template_operations import AskedFor
from tests.hotspots import ledger
from tests.returns import HOURS, asked, begun, filled, submitted

pytestmark = pytest.mark.django_db

AT = datetime(2024, 11, 20, 12, tzinfo=UTC)
SPEND = AskedFor("Approved spend", "spend")


@pytest.fixture
def spent(force):
    """£100 spent in Hitchin in September, and £120 for the whole force."""
    ledger.approved(force, area=force.hitchin, net_pence=100_00)
    ledger.approved(force)
    return force


def test_what_is_of_no_single_area_has_a_row_so_that_columns_add_up(spent):
    made = submitted(spent, AT, SPEND, HOURS, by_area=True)
    seen = AnsweredReturn(made.body)
    found = {name: numbers for name, *numbers in seen.area_rows}
    assert (found[spent.hitchin.name], found["Not of one area"]) == (["£100", "0"], ["£120", "–"])
    assert (seen.area_rows[-1][0], seen.area_foot) == ("Not of one area", ["All hotspot areas", "£220", "0"])
    rows = list(csv.DictReader(io.StringIO(return_csv(seen).decode("utf-8-sig"))))
    of_areas = [float(row["value"]) for row in rows if row["row"] == "row-1" and row["hotspot_area"]]
    assert sum(of_areas) == 220


def test_the_pccs_office_is_not_told_what_the_areas_add_up_to(spent):
    seen = AnsweredReturn(submitted(spent, AT, SPEND, by_area=True).body, sees_parts=False)
    assert seen.area_rows[-1] == ["Not of one area", "[c]"]


def test_nothing_is_said_of_no_area_where_all_is_of_some(force):
    ledger.approved(force, area=force.hitchin)
    seen = AnsweredReturn(submitted(force, AT, SPEND, by_area=True).body)
    assert "Not of one area" not in [row[0] for row in seen.area_rows]


def test_spend_that_is_entered_otherwise_than_the_ledger_is_said_to_who_prepares_and_approves(spent, as_user):
    row = AskedFor("Spent in the month", "entered:pence", "budget", stream_id=spent.grant.pk)
    made = begun(spent, AT, asked(spent, AT, row))
    assert checks_of(made, AT) == []
    wrong = "Spent in the month: £200 is entered, but the ledger has £220 of approved spend"
    made = filled(spent, made, row_1=200_00)
    assert checks_of(made, AT)[0].startswith(wrong)
    assert wrong in as_user(spent.anna).get(f"/returns/made/{made.pk}/").content.decode()
    made = filled(spent, made, row_1=220_00)
    assert checks_of(made, AT) == []


def test_a_force_without_a_ledger_of_the_stream_is_not_warned(force):
    row = AskedFor("Spent", "entered:pence", "budget", stream_id=force.grant.pk)
    assert checks_of(filled(force, begun(force, AT, asked(force, AT, row)), row_1=200_00), AT) == []


def test_a_budgets_share_says_that_earlier_returns_are_missing(force):
    force.grant.budget_pence = 1_000_000
    force.grant.save()
    row = AskedFor("Spent", "entered:pence", "budget", stream_id=force.grant.pk)
    made = filled(force, begun(force, AT, asked(force, AT, row)), row_1=5_000)
    body = body_of(made, AT)
    beside = AnsweredReturn(body).rows[0][2]
    months = made.first_day.month - force.programme.first_day.month
    assert beside.endswith(f"0.5% of it, without {months} earlier periods whose returns were not submitted")
    before = digest_of(body)
    body["rows"][0]["beside"].pop("without")
    assert digest_of(body) == before


def test_who_approves_is_told_of_another_figure_too(spent, as_user):
    row = AskedFor("Spent in the month", "entered:pence", "budget", stream_id=spent.grant.pk)
    made = filled(spent, begun(spent, AT, asked(spent, AT, row)), row_1=200_00)
    operations.propose_return(by=spent.anna, at=AT, return_id=made.pk, digest=digest_of(body_of(made, AT)))
    page = as_user(spent.adam).get(f"/returns/made/{made.pk}/").content.decode()
    assert "£200 is entered, but the ledger has £220" in page


def test_rows_of_one_stream_are_added_up_before_they_are_held_against_the_ledger(spent, django_assert_num_queries):
    overtime, kit = (
        AskedFor(label, "entered:pence", "budget", stream_id=spent.grant.pk) for label in ("Overtime", "Kit")
    )
    made = filled(spent, begun(spent, AT, asked(spent, AT, overtime, kit)), row_1=150_00, row_2=70_00)
    assert checks_of(made, AT) == []
    made = filled(spent, made, row_1=150_00, row_2=80_00)
    with django_assert_num_queries(2):
        (said,) = ledger_checks(made)
    assert said.startswith("Overtime and Kit: £230 is entered, but the ledger has £220 of approved spend from ")
