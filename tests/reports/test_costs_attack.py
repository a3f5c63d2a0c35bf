"""Attacks on costs and rates: each of these went wrong once."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from hotspot.core.calendar import Period
from hotspots.ledger import operations as ledger_operations
from reports.costs.forms import YearForm
from reports.costs.money import Money, money_of
from reports.costs.presenters import money_sentences, month_rows
from reports.costs.queries import costs_seen_by
from tests import factories
from tests.hotspots.ledger import category, facts, income
from tests.patrols import rates
from tests.reports.test_costs import AT, YEAR, costs, night, shift

pytestmark = pytest.mark.django_db
LATE = datetime(2025, 6, 12, 12, tzinfo=UTC)


def money_at(force, day: date) -> Money:
    return money_of(force.anna, costs(force), YEAR, today=day)


def test_an_hour_that_costs_less_than_half_a_penny_is_no_price_to_divide_by(force):
    rates.rate(force.adam, force.grant, 1)
    income(force)
    shift(force, night(9, 2), 1 / 3)
    found = money_at(force, date(2024, 10, 12))
    assert found.hours_left is None
    assert money_sentences(found)[-1].endswith("is left.")


def test_a_month_is_closed_on_a_london_day(force):
    rates.rate(force.adam, force.grant, 1000)
    shift(force, night(5, 2))
    factories.ClosedMonthFactory(
        programme=force.programme,
        month=date(2024, 5, 1),
        prepared_by=force.fay,
        closed_by=force.adam,
        closed_at=datetime(2024, 6, 30, 23, 30, tzinfo=UTC),
    )
    assert month_rows(costs(force), today=date(2024, 10, 12))[0][1] == "Closed 1 July 2024"


def test_what_was_entered_for_business_as_usual_is_none_of_the_programmes_spend(force):
    rates.rate(force.adam, force.grant, 1000)
    income(force)
    shift(force, night(9, 2))
    # As it could be entered before the ledger refused it.
    factories.SpendEntryFactory(
        stream=force.business_as_usual, state="approved", entered_by=force.fay, submitted_at=AT,
        decided_by=force.adam, decided_at=AT, category=category("Initiatives"),
    )  # fmt: skip
    assert money_at(force, date(2024, 10, 12)).spent == 80_00


def test_the_last_invoices_of_a_programme_are_spend_of_its_last_year(force):
    rates.rate(force.adam, force.grant, 1000)
    income(force)
    shift(force, night(9, 2))
    entered = facts(force, day=date(2025, 4, 10), category=category("Initiatives"))
    entry = ledger_operations.save_entry(by=force.fay, at=LATE, facts=entered)
    ledger_operations.submit_entry(by=force.fay, at=LATE, entry_id=entry.pk)
    ledger_operations.approve_entry(by=force.adam, at=LATE, entry_id=entry.pk)
    found = money_at(force, LATE.date())
    assert (found.spent, found.afterwards) == (80_00 + 120_00, 120_00)
    assert any("£120.00 of it was entered for days after the programme" in each for each in money_sentences(found))


@pytest.mark.parametrize("typed", ["99999999", "10,000,000,000", "1000.01", "0", "-5", "1e3", "1,00", "５"])
def test_rates_that_make_no_sense_are_said(force, as_user, typed):
    sent = {"role": "police_officer", "rate_type": "overtime", "rate": typed, "source": "Made up"}
    day = {"first_day_day": "1", "first_day_month": "5", "first_day_year": "2024"}
    answer = as_user(force.adam).post(reverse("rates:add_rate", args=[force.grant.pk]), sent | day)
    assert answer.status_code == 422


def test_a_programme_that_begins_and_ends_within_months_counts_whole_months(force):
    other = factories.ProgrammeFactory(first_day=date(2023, 5, 15), last_day=date(2023, 9, 10))
    stream = factories.FundingStreamFactory(programme=other, is_default=True)
    rates.rate(force.adam, stream, 1000, date(2023, 5, 1))
    months = {date(2023, month, 1): 100_00 for month in range(5, 10)}
    income(force, stream=stream, amount_pence=500_00, months=months)
    for day in (date(2023, 5, 20), date(2023, 9, 9)):
        shift(force, datetime(day.year, day.month, day.day, 20, tzinfo=UTC), funding_stream=stream)
    found = costs_seen_by(force.anna, other, Period(date(2023, 5, 1), date(2023, 9, 30)), at=AT)
    money = money_of(force.anna, found, other.period, today=date(2023, 9, 11))
    assert (money.patrols, money.spent, money.budget) == (160_00, 160_00, 500_00)


def test_without_a_question_the_page_is_of_the_usual_programme(force):
    """As everywhere else: of those that run, the default one, not the one that began last."""
    pilot = factories.ProgrammeFactory(first_day=date(2024, 9, 1), last_day=date(2024, 12, 31))
    force.programme.is_default = True
    force.programme.save()
    programmes = [pilot, force.programme]
    chosen = YearForm(None, programmes=programmes, today=date(2024, 10, 12)).chosen()
    assert chosen is not None
    assert chosen[0] == force.programme
    to_come = YearForm(None, programmes=[pilot], today=date(2024, 1, 1)).chosen()
    assert to_come is not None
    assert to_come[0] == pilot
    assert YearForm(None, programmes=[], today=AT.date()).chosen() is None


def test_what_is_missing_for_a_forecast_is_said(force):
    rates.rate(force.adam, force.grant, 1000)
    income(force)
    shift(force, night(9, 2))
    words = " ".join(money_sentences(money_at(force, date(2024, 10, 12))))
    assert "once 3 months with patrols are over; 1 month so far" in words


def test_finance_is_offered_what_it_uses(force, as_user):
    page = as_user(force.fay).get(reverse("reports:costs")).content.decode()
    navigation = page.partition("</nav>")[0]
    assert "Ledger" in navigation
    assert "Presence" not in navigation
    assert "Trials" not in navigation
