"""Hourly rates, how time is paid, and bank holidays."""

from datetime import date

import pytest
from django.db import InternalError, transaction
from django.test import Client
from django.urls import reverse

from hotspot.core.calendar import Period
from hotspot.core.errors import DomainError, NotAllowed
from patrols.models import BankHoliday, CrewRole, HourlyRate, PayRule, RateType
from patrols.rates import operations, queries
from tests.patrols import rates

pytestmark = pytest.mark.django_db

MAY, JUNE = date(2024, 5, 1), date(2024, 6, 1)


def paid(force, day: date) -> dict[str, tuple[str, int | None]]:
    """What the grant pays each role on a day."""
    found = queries.pay_months(force.programme, Period(day, day))
    return {each.role: (each.rate_type, each.hour_pence) for each in found if each.stream_id == force.grant.pk}


def test_the_first_rate_says_how_time_is_paid(force):
    rates.rate(force.adam, force.grant, 3250)
    assert paid(force, MAY) == {"police_officer": ("overtime", 3250)}
    assert paid(force, date(2024, 4, 30)) == {}


def test_a_later_rate_leaves_earlier_days_alone(force):
    rates.rate(force.adam, force.grant, 3250)
    rates.rate(force.adam, force.grant, 3400, date(2024, 6, 15))
    assert paid(force, date(2024, 6, 14)) == {"police_officer": ("overtime", 3250)}
    assert paid(force, date(2024, 6, 15)) == {"police_officer": ("overtime", 3400)}


def test_bank_holidays_are_paid_as_such_and_their_rate_is_not_guessed(force):
    rates.rate(force.adam, force.grant, 3250)
    rates.holiday(force.adam)
    assert paid(force, date(2024, 8, 26)) == {"police_officer": ("bank_holiday", None)}
    rates.rate(force.adam, force.grant, 4330, rate_type=RateType.BANK_HOLIDAY)
    assert paid(force, date(2024, 8, 26)) == {"police_officer": ("bank_holiday", 4330)}
    assert paid(force, date(2024, 8, 27)) == {"police_officer": ("overtime", 3250)}


def test_a_rule_can_pay_bank_holidays_as_other_days(force):
    rates.rate(force.adam, force.grant, 2100, role=CrewRole.PCSO, rate_type=RateType.COUNCIL)
    rates.holiday(force.adam)
    operations.set_rule(
        by=force.adam, at=rates.AT, stream_id=force.grant.pk, role=CrewRole.PCSO, first_day=MAY,
        ordinary=RateType.COUNCIL, bank_holiday=RateType.COUNCIL, reason="As the council says",
    )  # fmt: skip
    assert paid(force, date(2024, 8, 26)) == {"pcso": ("council", 2100)}
    assert PayRule.objects.count() == 1


def test_a_rate_from_an_earlier_day_takes_its_rule_along(force):
    rates.rate(force.adam, force.grant, 3250, JUNE)
    rates.rate(force.adam, force.grant, 3000, MAY)
    assert paid(force, MAY) == {"police_officer": ("overtime", 3000)}
    assert paid(force, JUNE) == {"police_officer": ("overtime", 3250)}


def test_a_rate_can_end(force):
    rates.rate(force.adam, force.grant, 3250)
    rates.rate(force.adam, force.grant, None, JUNE)
    assert paid(force, JUNE) == {"police_officer": ("overtime", None)}


def test_the_same_rate_again_changes_nothing(force):
    rates.rate(force.adam, force.grant, 3250)
    again = {"stream_id": force.grant.pk, "role": "police_officer", "rate_type": "overtime", "source": "x"}
    assert operations.set_rate(by=force.adam, at=rates.AT, first_day=JUNE, hour_pence=3250, **again) is None
    assert HourlyRate.objects.count() == 1


def test_days_that_are_over_change_with_a_reason_only(force):
    rates.rate(force.adam, force.grant, 3250)
    facts = {"stream_id": force.grant.pk, "role": "police_officer", "rate_type": "overtime", "source": "Circular"}
    with pytest.raises(DomainError) as refused:
        operations.set_rate(by=force.adam, at=rates.AT, first_day=JUNE, hour_pence=3300, **facts)
    assert (refused.value.code, refused.value.field) == ("reason_needed", "reason")
    with pytest.raises(DomainError, match="Say why"):
        operations.set_rule(
            by=force.adam, at=rates.AT, stream_id=force.grant.pk, role="police_officer", first_day=JUNE,
            ordinary="rest_day", bank_holiday="bank_holiday",
        )  # fmt: skip
    # Today is not over.
    assert operations.set_rate(by=force.adam, at=rates.AT, first_day=rates.AT.date(), hour_pence=3300, **facts)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"first_day": date(2025, 4, 1)}, "after_programme"),
        ({"hour_pence": None}, "no_rate_to_end"),
    ],
)
def test_rates_that_make_no_sense_are_refused(force, facts, code):
    usual = {"role": "pcso", "rate_type": "overtime", "source": "x", "first_day": MAY, "hour_pence": 2000}
    with pytest.raises(DomainError) as refused:
        operations.set_rate(by=force.adam, at=rates.AT, stream_id=force.grant.pk, **(usual | facts))
    assert refused.value.code == code


@pytest.mark.parametrize("hour_pence", [0, 100_001])
def test_a_rate_is_never_nothing(force, hour_pence):
    with pytest.raises(DomainError, match="1p to £1,000"):
        rates.rate(force.adam, force.grant, hour_pence)


def test_business_as_usual_has_no_rates(force):
    with pytest.raises(DomainError, match="costs the programme nothing"):
        rates.rate(force.adam, force.business_as_usual, 3000)


@pytest.mark.parametrize("name", ["sam", "anna", "paul", "audrey"])
def test_administrators_alone_change_rates(force, name):
    by, made = force.people[name], rates.holiday(force.adam)
    with pytest.raises(NotAllowed):
        rates.rate(by, force.grant, 3000)
    with pytest.raises(NotAllowed):
        operations.remove_holiday(by=by, holiday_id=made.pk)
    assert (HourlyRate.objects.count(), BankHoliday.objects.count()) == (0, 1)


def test_a_rate_is_never_deleted_and_its_history_is_kept(force):
    made = rates.rate(force.adam, force.grant, 3250)
    rates.rate(force.adam, force.grant, 3300)
    assert [event.hour_pence for event in made.events.order_by("pgh_id")] == [3250, 3300]
    with pytest.raises(InternalError), transaction.atomic():
        made.delete()


def test_a_holiday_is_in_the_list_once_and_can_be_removed(force):
    made = rates.holiday(force.adam)
    with pytest.raises(DomainError, match="in the list already"):
        rates.holiday(force.adam)
    operations.remove_holiday(by=force.adam, holiday_id=made.pk)
    assert BankHoliday.objects.count() == 0


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def adam(force, now) -> Client:
    client = Client()
    client.force_login(force.adam, backend="django.contrib.auth.backends.ModelBackend")
    return client


TYPED = {
    "role": "police_officer",
    "rate_type": "overtime",
    "first_day_day": "1",
    "first_day_month": "5",
    "first_day_year": "2024",
    "rate": "£32.50",
    "source": "Circular of 1 April 2024",
}


def test_a_rate_is_entered_on_a_page(force, adam):
    answer = adam.post(reverse("rates:add_rate", args=(force.grant.pk,)), TYPED, follow=True)
    assert "Police officer, overtime: £32.50 an hour from 1 May 2024 on." in answer.content.decode()
    assert paid(force, MAY) == {"police_officer": ("overtime", 3250)}


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"rate": ""}, "Enter the rate an hour"),
        ({"rate": "-5"}, "£0 or more"),
        ({"rate": "0.005"}, "whole pence"),
        ({"rate": "0"}, "more than £0"),
        ({"rate": "2,000"}, "1p to £1,000"),
        ({"is_end": "on"}, "but not both"),
        ({"rate": "", "is_end": "on"}, "could end on this day"),
        ({"source": ""}, "Enter the source"),
    ],
)
def test_what_makes_no_sense_is_said_on_the_form(force, adam, typed, message):
    answer = adam.post(reverse("rates:add_rate", args=(force.grant.pk,)), TYPED | typed)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not HourlyRate.objects.exists()


def test_the_pages_show_what_is_in_force_and_what_is_missing(force, adam):
    empty = adam.get(reverse("rates:stream", args=(force.grant.pk,))).content.decode()
    assert "No rates yet" in empty
    rates.rate(force.adam, force.grant, 3250)
    shown = adam.get(reverse("rates:list")).content.decode()
    assert "Overtime: £32.50 an hour" in shown
    assert "Bank holiday: no rate" in shown


def test_how_many_queries_the_list_takes(force, adam, django_assert_max_num_queries):
    for role in CrewRole:
        rates.rate(force.adam, force.grant, 3250, role=role)
        rates.rate(force.adam, force.grant, 3300, JUNE, role=role)
    with django_assert_max_num_queries(12):
        adam.get(reverse("rates:list"))
