"""Periods of London days: their ends, months, years and neighbours."""

from datetime import date

import pytest

from hotspot.core.calendar import Period, months_between, parse_day
from hotspot.core.errors import DomainError


def period(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("other", "number"), [("2024-05-31", 0), ("2024-06-01", 1), ("2025-01-15", 8), ("2023-12-31", -5)]
)
def test_months_are_counted_whatever_their_days(other, number):
    assert months_between(date(2024, 5, 10), date.fromisoformat(other)) == number


def test_a_period_may_be_one_day_and_does_not_end_before_it_starts():
    assert period("2024-05-01", "2024-05-01").days == 1
    with pytest.raises(DomainError) as refused:
        period("2024-05-02", "2024-05-01")
    assert (refused.value.code, refused.value.field) == ("period_reversed", "last_day")


@pytest.mark.parametrize(
    ("day", "is_in"),
    [("2024-04-30", False), ("2024-05-01", True), ("2024-05-02", True), ("2024-05-31", True), ("2024-06-01", False)],
)
def test_both_ends_belong_to_a_period(day, is_in):
    assert (date.fromisoformat(day) in period("2024-05-01", "2024-05-31")) is is_in


def test_the_days_of_a_period_are_counted_and_listed_with_both_ends():
    leap = period("2024-02-28", "2024-03-01")
    assert leap.days == 3
    assert list(leap.each_day()) == [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2024-01-31", "2024-03-01", ["2024-01-01", "2024-02-01", "2024-03-01"]),
        ("2024-02-01", "2024-02-29", ["2024-02-01"]),
        ("2024-12-31", "2025-01-01", ["2024-12-01", "2025-01-01"]),
        ("2024-03-31", "2024-03-31", ["2024-03-01"]),
    ],
)
def test_each_month_that_is_touched_comes_whole(first, last, months):
    touched = list(period(first, last).each_month())
    assert [month.first_day.isoformat() for month in touched] == months
    assert touched == [Period.month(month.first_day) for month in touched]


@pytest.mark.parametrize(
    ("first", "last", "mondays"),
    [
        ("2024-12-30", "2025-01-05", ["2024-12-30"]),
        ("2024-12-29", "2025-01-06", ["2024-12-23", "2024-12-30", "2025-01-06"]),
        ("2024-10-27", "2024-10-27", ["2024-10-21"]),
    ],
)
def test_each_week_that_is_touched_comes_whole(first, last, mondays):
    touched = list(period(first, last).each_week())
    assert [week.first_day.isoformat() for week in touched] == mondays
    assert {week.days for week in touched} == {7}
    assert touched == [Period.week(week.last_day) for week in touched]


@pytest.mark.parametrize(
    ("first", "last", "whole"),
    [
        ("2024-02-01", "2024-02-29", ("2024-02-01", "2024-02-29")),
        ("2024-02-02", "2024-02-29", None),
        ("2024-02-01", "2024-02-28", None),
        ("2024-02-10", "2024-02-20", None),
        ("2024-01-31", "2024-03-01", ("2024-02-01", "2024-02-29")),
        ("2024-01-31", "2024-02-28", None),
        ("2023-12-01", "2024-02-28", ("2023-12-01", "2024-01-31")),
        ("2023-11-02", "2024-02-29", ("2023-12-01", "2024-02-29")),
    ],
)
def test_the_whole_months_of_a_period_leave_out_its_ragged_ends(first, last, whole):
    assert period(first, last).whole_months == (whole and period(*whole))


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2024-03-31", "2023-04-01", "2024-03-31"),
        ("2024-04-01", "2024-04-01", "2025-03-31"),
        ("2024-12-31", "2024-04-01", "2025-03-31"),
        ("2025-01-01", "2024-04-01", "2025-03-31"),
    ],
)
def test_a_financial_year_begins_in_april(day, first, last):
    assert Period.financial_year(date.fromisoformat(day)) == period(first, last)


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2024-10-01", "2024-10-31", ("2024-09-01", "2024-09-30")),
        ("2024-03-01", "2024-03-31", ("2024-02-01", "2024-02-29")),
        ("2024-01-01", "2024-01-31", ("2023-12-01", "2023-12-31")),
        ("2024-01-01", "2024-03-31", ("2023-10-01", "2023-12-31")),
        ("2024-12-01", "2025-01-31", ("2024-10-01", "2024-11-30")),
        ("2023-04-01", "2025-03-31", ("2021-04-01", "2023-03-31")),
        ("2024-10-07", "2024-10-13", ("2024-09-30", "2024-10-06")),  # A week.
        ("2024-10-01", "2024-10-30", ("2024-09-01", "2024-09-30")),  # 30 days.
        ("2024-03-01", "2024-03-30", ("2024-01-31", "2024-02-29")),  # 30 days, and not the month before.
        ("2024-03-02", "2024-03-31", ("2024-02-01", "2024-03-01")),
        ("2024-03-15", "2024-03-15", ("2024-03-14", "2024-03-14")),
    ],
)
def test_as_much_time_before_a_period(first, last, before):
    assert period(first, last).before() == period(*before)


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2024-10-01", "2024-10-31", ("2023-10-01", "2023-10-31")),
        ("2024-02-01", "2024-02-29", ("2023-02-01", "2023-02-28")),
        ("2025-02-01", "2025-02-28", ("2024-02-01", "2024-02-29")),  # The end of a month stays one.
        ("2025-02-01", "2025-02-27", ("2024-02-01", "2024-02-27")),
        ("2024-02-29", "2024-03-15", ("2023-02-28", "2023-03-15")),
        ("2024-02-28", "2024-03-15", ("2023-02-28", "2023-03-15")),
        ("2024-01-29", "2024-03-29", ("2023-01-29", "2023-03-29")),
        ("2024-03-29", "2025-01-30", ("2023-03-29", "2024-01-30")),
    ],
)
def test_the_same_days_a_year_before(first, last, before):
    assert period(first, last).a_year_before() == period(*before)


@pytest.mark.parametrize(
    ("number", "last"), [(1, "2024-10-01"), (2, "2024-10-02"), (31, "2024-10-31"), (32, "2024-10-31")]
)
def test_so_many_first_days_or_all_there_are(number, last):
    assert period("2024-10-01", "2024-10-31").first_days(number) == period("2024-10-01", last)


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (("2024-09-01", "2024-09-30"), None),
        (("2024-09-01", "2024-10-01"), ("2024-10-01", "2024-10-01")),
        (("2024-10-05", "2024-10-06"), ("2024-10-05", "2024-10-06")),
        (("2024-10-31", "2024-12-31"), ("2024-10-31", "2024-10-31")),
        (("2024-11-01", "2024-12-31"), None),
        (("2024-01-01", "2024-12-31"), ("2024-10-01", "2024-10-31")),
    ],
)
def test_the_days_that_two_periods_share(other, shared):
    assert period("2024-10-01", "2024-10-31").clip(period(*other)) == (period(*shared) if shared else None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-10-26", date(2024, 10, 26)),
        ("1900-01-01", date(1900, 1, 1)),
        ("1899-12-31", None),
        ("2999-12-31", date(2999, 12, 31)),
        ("3000-01-01", None),
        ("2024-02-30", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_day_in_an_address(text, day):
    assert parse_day(text) == day
