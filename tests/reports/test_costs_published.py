"""Costs in returns: counted, frozen, and by area for the force alone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hotspot.core.errors import DomainError
from hotspots.ledger import income_operations
from hotspots.ledger import operations as ledger_operations
from hotspots.models import SpendCategory
from patrols.models import CrewRole
from reports.models import Statement
from reports.returns.body import body_of
from reports.returns.presenters import AnsweredReturn, changes
from reports.returns.template_operations import AskedFor
from reports.statements import operations as statements
from reports.statements import sign_off
from tests import factories, returns
from tests.hotspots import ledger
from tests.patrols import rates
from tests.publishing import digest, drafted, read_and_send

pytestmark = pytest.mark.django_db

AT = datetime(2024, 10, 12, 12, tzinfo=UTC)
ROWS = (
    AskedFor("Spent on patrols", "cost:patrol_cost", "at_most", 1_000_00),
    AskedFor("An hour", "cost:cost_per_hour"),
    AskedFor("A patrol", "cost:cost_per_patrol"),
    AskedFor("Without a rate", "cost:hours_without_rate"),
)


@pytest.fixture
def made(force):
    """A return of September's costs: two patrols of two officers at £30, and two hours of a PCSO without a rate."""
    return costly(force)


def costly(force, *, minutes: int = 120):
    rates.rate(force.adam, force.grant, 30_00)
    for day in (6, 7):
        factories.PatrolShiftFactory(
            area=force.hitchin, funding_stream=force.grant, logged_by=force.sam,
            starts_at=datetime(2024, 9, day, 20, tzinfo=UTC),
        )  # fmt: skip
    start = datetime(2024, 9, 8, 20, tzinfo=UTC)
    factories.PatrolShiftFactory(
        area=force.watford, funding_stream=force.grant, logged_by=force.sue, starts_at=start,
        ends_at=start + timedelta(minutes=minutes), crew=[CrewRole.PCSO],
    )  # fmt: skip
    return returns.begun(force, AT, returns.asked(force, AT, *ROWS, by_area=True))


def test_rows_are_filled_with_costs(force, made):
    body = body_of(made, AT)
    assert [row["value"] for row in body["rows"]] == [960_00, 30_00, None, 2]
    assert body["costs_definition"] == "c1"
    found = AnsweredReturn(body)
    assert [row[1] for row in found.rows] == ["£960", "£30", "–", "2"]
    assert [row[2] for row in found.rows] == [
        "At most £1,000: kept. 2 hours without a rate are left out",
        "2 hours without a rate are left out",
        "Not worked out: 2 hours have no rate",
        "",
    ]
    assert found.area_notes == [f"Costs leave out time without a rate: {force.watford.name} 2 hours."]
    by_area = {name: numbers for name, *numbers in found.area_rows}
    assert by_area[force.hitchin.name] == ["£960", "£30", "£480", "0"]
    assert by_area[force.watford.name] == ["£0", "–", "–", "2"]


def test_a_submitted_return_keeps_its_costs(force, made):
    sent = returns.sent(force, AT, made)
    rates.rate(force.adam, force.grant, 40_00)
    sent.refresh_from_db()
    assert sent.body["rows"][0]["value"] == 960_00
    restated = body_of(sent, AT)
    assert changes(sent.body, restated)[0] == ["Spent on patrols", "£960", "£1,280"]


def test_a_closed_month_is_returned_as_it_was_frozen(force, made):
    factories.ClosedMonthFactory(
        programme=force.programme, month=date(2024, 9, 1), prepared_by=force.fay, closed_by=force.adam
    )
    rates.rate(force.adam, force.grant, 40_00)
    assert body_of(made, AT)["rows"][0]["value"] == 960_00


def test_the_pccs_office_reads_no_costs_of_areas(made):
    seen = AnsweredReturn(body_of(made, AT), sees_parts=False)
    assert seen.rows[0][1] == "£960"
    assert all(numbers == ["[c]"] * 4 for _, *numbers in seen.area_rows)


def test_a_return_without_costs_says_nothing_of_them(force):
    made = returns.begun(force, AT, returns.asked(force, AT))
    body = body_of(made, AT)
    assert "costs_definition" not in body


# --- Statements -------------------------------------------------------------------------------------------------------

WORDS = "{patrols} in September. {cost:patrols}. {cost:hour}."


@pytest.fixture
def closed(force):
    """September, closed, with two patrols of two officers at £30."""
    rates.rate(force.adam, force.grant, 30_00)
    for day in (6, 7):
        factories.PatrolShiftFactory(
            area=force.hitchin, funding_stream=force.grant, logged_by=force.sam,
            starts_at=datetime(2024, 9, day, 20, tzinfo=UTC),
        )  # fmt: skip
    factories.ClosedMonthFactory(
        programme=force.programme, month=date(2024, 9, 1), prepared_by=force.fay, closed_by=force.adam
    )
    return force


def worded(force, code: str, words: str = WORDS, **more) -> Statement:
    draft = drafted(force, AT, code=code, **more)
    return statements.save_words(by=force.paul, at=AT, statement_id=draft.pk, words=words)


def test_a_statement_names_what_the_patrols_of_closed_months_cost(closed):
    waiting = read_and_send(worded(closed, "2024-09"), AT)
    text = "2 additional patrols have been conducted in September. £960 was spent on these patrols. "
    assert waiting.body["press_text"] == f"{text}An hour of patrol cost £30."
    assert waiting.body["costs"] == {"definition": "c1", "cost:patrols": 960_00, "cost:hour": 30_00}
    assert "claims" not in waiting.body


def test_a_later_rate_changes_nothing_that_is_published(closed):
    waiting = read_and_send(worded(closed, "2024-09"), AT)
    done = sign_off.approve(by=closed.anna, at=AT, statement_id=waiting.pk, digest=digest(waiting))
    rates.rate(closed.adam, closed.grant, 50_00)
    assert statements.prove(at=AT, statement=done) == []
    done.body["costs"]["cost:hour"] = 31_00
    assert "what was frozen does not give its costs any more" in statements.prove(at=AT, statement=done)


@pytest.mark.parametrize("code", ["2024-08-to-2024-09", "launch"])
def test_costs_of_months_that_are_open_are_not_published(closed, code):
    with pytest.raises(DomainError) as refused:
        worded(closed, code)
    assert refused.value.code == "cost_unknown"


def test_costs_of_some_areas_or_with_time_without_a_rate_are_not_published(closed):
    with pytest.raises(DomainError, match="of all hotspot areas"):
        worded(closed, "2024-09", area_ids=[closed.hitchin.pk])
    start = datetime(2024, 8, 8, 20, tzinfo=UTC)
    factories.PatrolShiftFactory(
        area=closed.watford, funding_stream=closed.grant, logged_by=closed.sue, starts_at=start, crew=[CrewRole.PCSO]
    )
    factories.ClosedMonthFactory(
        programme=closed.programme, month=date(2024, 8, 1), prepared_by=closed.fay, closed_by=closed.adam
    )
    with pytest.raises(DomainError, match="all time has a rate"):
        worded(closed, "2024-08-to-2024-09")


def test_a_statement_that_names_no_cost_keeps_the_form_it_had(closed):
    assert "costs" not in read_and_send(worded(closed, "2024-09", "{patrols}"), AT).body


# --- Money of the ledger in returns -----------------------------------------------------------------------------------


def spent_in_returns(force):
    """Spend of September on two categories, one of it in Hitchin, a reversal, and one that waits; and a receipt."""
    initiatives = ledger.category("Initiatives")
    ledger.approved(force, net_pence=500_00)
    ledger.approved(force, category=initiatives, area=force.hitchin, net_pence=300_00)
    taken_back = ledger.approved(force, category=initiatives, area=force.watford, net_pence=80_00)
    back = ledger_operations.reverse_entry(
        by=force.fay, at=AT, entry_id=taken_back.pk, day=date(2024, 9, 20), reason="Sent back"
    )
    ledger_operations.approve_entry(by=force.adam, at=AT, entry_id=back.pk)
    ledger.approved(force, day=date(2024, 10, 1), net_pence=7_00)
    ledger.submitted(force, net_pence=9_00)
    line = ledger.income(force)
    income_operations.receive(by=force.fay, at=AT, line_id=line.pk, day=date(2024, 9, 3), amount_pence=1_000_00)
    return initiatives


def test_rows_are_filled_with_spend_by_category_and_stay(force):
    initiatives = spent_in_returns(force)
    rows = (
        AskedFor("All", "spend"),
        AskedFor("Not patrols", "spend:patrols=no", "at_most", 250_00),
        AskedFor("Initiatives", f"spend:category={initiatives.pk}"),
        AskedFor("Received", "received"),
    )
    made = returns.begun(force, AT, returns.asked(force, AT, *rows, by_area=True))
    body = body_of(made, AT)
    assert [row["value"] for row in body["rows"]] == [800_00, 300_00, 300_00, 1_000_00]
    found = AnsweredReturn(body)
    assert found.rows[1][1:3] == ["£300", "At most £250: £50 too much"]
    by_area = {name: numbers for name, *numbers in found.area_rows}
    assert by_area[force.hitchin.name] == ["£300", "£300", "£300", "£0"]
    assert by_area[force.watford.name] == ["£0", "£0", "£0", "£0"]
    sent = returns.sent(force, AT, made)
    ledger.approved(force, net_pence=11_00)
    sent.refresh_from_db()
    assert [row["value"] for row in sent.body["rows"]] == [800_00, 300_00, 300_00, 1_000_00]
    told = AnsweredReturn(sent.body, sees_parts=False)
    assert [told.value(row) for row in sent.body["rows"]] == [800_00, 300_00, 300_00, 1_000_00]
    assert set(told.area_values(sent.body["rows"][0])) == {"[c]"}


def test_a_statement_names_spend_by_category_of_closed_months(force):
    initiatives = ledger.category("Initiatives")
    ledger.approved(force, category=initiatives, net_pence=300_00)
    ledger.approved(force, net_pence=90_00)
    odd = SpendCategory.objects.create(name="CCTV {masts}")
    ledger.approved(force, category=odd, net_pence=70_00)
    factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, logged_by=force.sam,
        starts_at=datetime(2024, 9, 6, 20, tzinfo=UTC),
    )  # fmt: skip
    words = f"{{patrols}} in September. {{cost:spend:{initiatives.pk}}}. {{cost:spend:{odd.pk}}}."
    with pytest.raises(DomainError) as refused:
        worded(force, "2024-09", words)
    assert refused.value.code == "cost_unknown"
    factories.ClosedMonthFactory(
        programme=force.programme, month=date(2024, 9, 1), prepared_by=force.fay, closed_by=force.adam
    )
    draft = statements.save_words(by=force.paul, at=AT, statement_id=Statement.objects.get().pk, words=words)
    waiting = read_and_send(draft, AT)
    assert "£300 was spent on initiatives. £70 was spent on CCTV {masts}." in waiting.body["press_text"]
    named = {f"cost:spend:{initiatives.pk}": 300_00, f"cost:spend:{odd.pk}": 70_00}
    assert waiting.body["costs"] == {"definition": "c1"} | named
    done = sign_off.approve(by=force.anna, at=AT, statement_id=waiting.pk, digest=digest(waiting))
    assert statements.prove(at=AT, statement=done) == []
    with pytest.raises(DomainError):
        worded(force, "2024-09", f"{{cost:spend:{ledger.category('Patrols').pk}}}")


def test_nothing_is_noted_of_a_number_that_is_not_told(force, made):
    rows = ROWS[0], AskedFor("Knives", "weapons:group=knives"), AskedFor("Cost of a knife", "ratio", top=1, base=2)
    body = body_of(returns.begun(force, AT, returns.asked(force, AT, *rows, name="Knives")), AT)
    ratio = body["rows"][2]
    assert AnsweredReturn(body).note(ratio) == "Not worked out: 2 hours have no rate"
    assert AnsweredReturn(body, sees_parts=False).note(ratio) == ""


@pytest.mark.parametrize(
    ("minutes", "of_area", "of_all", "of_none"),
    [
        (45, "less than an hour", "Less than an hour without a rate is", "less than an hour has no rate"),
        (60, "1 hour", "1 hour without a rate is", "1 hour has no rate"),
        (120, "2 hours", "2 hours without a rate are", "2 hours have no rate"),
    ],
)
def test_time_without_a_rate_is_said_in_the_same_words(force, minutes, of_area, of_all, of_none):
    found = AnsweredReturn(body_of(costly(force, minutes=minutes), AT))
    assert found.area_notes == [f"Costs leave out time without a rate: {force.watford.name} {of_area}."]
    assert [row[2] for row in found.rows][1:3] == [f"{of_all} left out", f"Not worked out: {of_none}"]
