"""What an area needs tonight: tables of cases."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from patrols.tonight.rules import (
    MonthlyHours,
    NightGiven,
    Reason,
    TrialDose,
    WeeklyDose,
    given,
    need,
)

NOTHING = NightGiven()


def test_the_rules_need_no_django():
    code = "import sys; import patrols.tonight.rules; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("week", "minutes", "visits"),
    [
        # 120 minutes and 6 visits a week, on Monday, with all seven nights left: rounded up, so that they are given.
        (WeeklyDose(120, 6, 0, 0, nights=7), 18, 1),
        (WeeklyDose(120, 6, 60, 3, nights=3), 20, 1),
        # On the last night all of the rest.
        (WeeklyDose(120, 6, 60, 3, nights=1), 60, 3),
        # One of the two is met, the other not.
        (WeeklyDose(120, 6, 120, 4, nights=1), 0, 2),
        (WeeklyDose(120, 6, 90, 6, nights=1), 30, 0),
        (WeeklyDose(0, 3, 0, 1, nights=2), 0, 1),
        # A night asks for four hours at the most.
        (WeeklyDose(1_000, 0, 0, 0, nights=1), 240, 0),
    ],
)
def test_a_week_asks_for_an_even_share_of_its_rest(week, minutes, visits):
    found = need(NOTHING, week=week)
    assert (found.minutes, found.visits, found.reason) == (minutes, visits, Reason.WEEK)


@pytest.mark.parametrize("week", [WeeklyDose(120, 6, 120, 6, nights=4), WeeklyDose(120, 6, 500, 40, nights=1)])
def test_a_week_that_had_its_dose_asks_for_nothing(week):
    found = need(NOTHING, week=week)
    assert (found.is_asked, found.is_done, found.reason) == (False, False, None)


@pytest.mark.parametrize(
    ("month", "minutes"),
    [
        # 10 hours of everybody together on 10 nights: half an hour of two people a night.
        (MonthlyHours(600, nights=10), 30),
        (MonthlyHours(600, nights=10, crew=3), 20),
        (MonthlyHours(600, nights=10, crew=0), 60),
        (MonthlyHours(1, nights=20), 1),
        (MonthlyHours(10_000, nights=1), 240),
    ],
)
def test_a_month_asks_for_a_share_in_minutes_of_the_crew(month, minutes):
    found = need(NOTHING, month=month)
    assert (found.minutes, found.visits, found.reason) == (minutes, 0, Reason.MONTH)


def test_a_month_that_lacks_nothing_asks_for_nothing():
    assert not need(NOTHING, month=MonthlyHours(0, nights=3)).is_asked


WEEK, MONTH = WeeklyDose(70, 7, 0, 0, nights=7), MonthlyHours(600, nights=10)


@pytest.mark.parametrize(
    ("asked", "minutes", "visits", "reason"),
    [
        # A minute counts for every reason: the greatest is wanted, not the sum, and it is the reason that is said.
        ({"week": WEEK, "month": MONTH}, 30, 1, Reason.MONTH),
        ({"week": WeeklyDose(700, 0, 0, 0, nights=7), "month": MONTH}, 100, 0, Reason.WEEK),
        # A trial goes before, also where others ask for more.
        ({"trial": TrialDose(10, 2), "month": MONTH}, 30, 2, Reason.TRIAL),
        # A set asks only where no target was set.
        ({"is_in_set": True}, 15, 1, Reason.AREA_SET),
        ({"is_in_set": True, "week": WEEK}, 10, 1, Reason.WEEK),
        ({"is_in_set": True, "month": MonthlyHours(0, nights=3)}, 0, 0, None),
        ({"is_in_set": True, "trial": TrialDose(10, 1)}, 10, 1, Reason.TRIAL),
        ({}, 0, 0, None),
    ],
)
def test_of_several_reasons_the_greatest_counts(asked, minutes, visits, reason):
    found = need(NOTHING, **asked)
    assert (found.minutes, found.visits, found.reason) == (minutes, visits, reason)


@pytest.mark.parametrize(
    ("there", "left", "visits_left", "advised", "is_done"),
    [
        (NightGiven(0, 0), 40, 2, 3, False),
        (NightGiven(15, 1), 25, 1, 2, False),
        (NightGiven(39, 2), 1, 0, 1, False),
        (NightGiven(40, 2), 0, 0, 0, True),
        (NightGiven(90, 3), 0, 0, 0, True),
        # One long visit is no two.
        (NightGiven(60, 1), 0, 1, 1, False),
        (NightGiven(20, 4), 20, 0, 2, False),
    ],
)
def test_what_was_given_is_taken_off_until_the_dose_is_full(there, left, visits_left, advised, is_done):
    found = need(there, trial=TrialDose(40, 2))
    assert (found.minutes_left, found.visits_left, found.visits_advised) == (left, visits_left, advised)
    assert found.is_done is is_done


def test_areas_of_a_trial_come_first_then_the_most_minutes_then_visits():
    trial = need(NOTHING, trial=TrialDose(10, 1))
    much, little = need(NOTHING, month=MonthlyHours(6_000, 10)), need(NOTHING, month=MonthlyHours(60, 10))
    visits = need(NOTHING, week=WeeklyDose(0, 9, 0, 0, nights=3))
    few = need(NOTHING, week=WeeklyDose(0, 3, 0, 0, nights=3))
    ordered = sorted([few, visits, little, much, trial], key=lambda each: each.order)
    assert [id(each) for each in ordered] == [id(each) for each in (trial, much, little, visits, few)]


def test_minutes_are_summed_in_seconds_and_visits_counted():
    start = datetime(2024, 10, 12, 21, tzinfo=UTC)
    spans = [(start, start + timedelta(seconds=90)), (start + timedelta(minutes=5), start + timedelta(seconds=390))]
    assert given(spans) == NightGiven(3, 2)
    assert given([]) == NightGiven(0, 0)
