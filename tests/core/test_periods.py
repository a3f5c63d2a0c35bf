"""London days over UTC instants: the clock-change set, forgiving times, periods."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.core import wording
from hotspot.core.calendar import LONDON, Period, today
from hotspot.core.clock import TimeHappenedTwice, instant, minutes_between, parse_clock, span
from hotspot.core.errors import DomainError


@pytest.mark.parametrize(
    ("night", "start", "end", "hours", "words"),
    [
        (date(2024, 10, 26), time(22), time(6), 9, "10pm Saturday to 6am Sunday – 9 hours (the clocks went back)"),
        (date(2025, 3, 29), time(22), time(6), 7, "10pm Saturday to 6am Sunday – 7 hours (the clocks went forward)"),
        (date(2024, 10, 12), time(22), time(6), 8, "10pm Saturday to 6am Sunday – 8 hours"),
    ],
)
def test_clock_change_nights_have_nine_and_seven_hours(night, start, end, hours, words):
    starts_at, ends_at = span(night, start, end)
    assert minutes_between(starts_at, ends_at) == hours * 60
    assert wording.shift_echo(starts_at, ends_at) == words


def test_python_alone_would_have_said_eight_hours():
    """Why `minutes_between` goes through UTC: Python subtracts wall clocks when both have the same time zone."""
    start = datetime(2024, 10, 26, 22, tzinfo=LONDON)
    end = datetime(2024, 10, 27, 6, tzinfo=LONDON)
    assert end - start == timedelta(hours=8)
    assert minutes_between(start, end) == 9 * 60


def test_a_time_that_happened_twice_is_asked_about():
    with pytest.raises(TimeHappenedTwice) as refusal:
        span(date(2024, 10, 26), time(22), time(1, 30))
    assert refusal.value.field == "end"
    assert refusal.value.code == "time_happened_twice"


@pytest.mark.parametrize(("change", "minutes"), [("before", 210), ("after", 270)])
def test_the_answer_decides_which_of_the_two(change, minutes):
    starts_at, ends_at = span(date(2024, 10, 26), time(22), time(1, 30), end_change=change)
    assert minutes_between(starts_at, ends_at) == minutes


def test_a_shift_within_the_repeated_hour():
    starts_at, ends_at = span(date(2024, 10, 27), time(1, 50), time(1, 10), start_change="before", end_change="after")
    assert minutes_between(starts_at, ends_at) == 20


def test_a_time_that_did_not_happen_is_refused():
    with pytest.raises(DomainError) as refusal:
        span(date(2025, 3, 29), time(22), time(1, 30))
    assert (refusal.value.code, refusal.value.field) == ("time_did_not_happen", "end")
    assert refusal.value.message == "This time did not happen: the clocks went forward from 1am to 2am."


@pytest.mark.parametrize("clock", [time(0, 59), time(2)])
def test_the_edges_of_the_skipped_hour_exist(clock):
    assert instant(date(2025, 3, 30), clock).tzinfo is UTC


def test_finish_before_start_is_the_next_day():
    starts_at, ends_at = span(date(2024, 10, 12), time(22), time(6))
    assert ends_at == datetime(2024, 10, 13, 5, tzinfo=UTC)
    assert wording.span(starts_at, ends_at) == "10pm Saturday to 6am Sunday"


def test_leap_day_and_month_arithmetic():
    assert Period.month(date(2024, 2, 10)).last_day == date(2024, 2, 29)
    months = [month.first_day for month in Period(date(2024, 1, 31), date(2024, 3, 31)).each_month()]
    assert months == [date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)]


def test_a_shift_belongs_to_its_london_date():
    assert today(datetime(2024, 6, 30, 23, 30, tzinfo=UTC)) == date(2024, 7, 1)
    assert today(datetime(2024, 12, 31, 23, 59, tzinfo=UTC)) == date(2024, 12, 31)


def test_financial_year_runs_april_to_march():
    assert Period.financial_year(date(2025, 3, 31)) == Period(date(2024, 4, 1), date(2025, 3, 31))
    assert Period.financial_year(date(2025, 4, 1)).first_day == date(2025, 4, 1)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("2200", time(22)),
        ("22:00", time(22)),
        ("22.00", time(22)),
        ("10pm", time(22)),
        ("10 PM", time(22)),
        ("10.30pm", time(22, 30)),
        ("10:30 p.m.", time(22, 30)),
        ("midnight", time(0)),
        ("midday", time(12)),
        ("noon", time(12)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("0600", time(6)),
        ("6:05", time(6, 5)),
        (" 06 00 ", time(6)),
    ],
)
def test_forgiving_times(text, clock):
    assert parse_clock(text) == clock


@pytest.mark.parametrize(
    "text",
    ["", "2400", "24:00", "25:00", "2260", "13pm", "0am", "ten", "22:0", "٢٢:٠٠", "２２００", "-1", "1e3", "1" * 5000],
)
def test_times_that_are_not_understood_are_said_so(text):
    with pytest.raises(DomainError) as refusal:
        parse_clock(text, "start")
    assert refusal.value.code == "time_not_understood"


def test_six_could_be_morning_or_evening():
    with pytest.raises(DomainError) as refusal:
        parse_clock("6")
    assert refusal.value.message == "Write 6am or 6pm, or use four figures like 0600."


@given(st.text(max_size=40))
def test_no_text_breaks_the_time_parser(text):
    try:
        clock = parse_clock(text)
    except DomainError:
        return
    assert clock.second == 0


@given(
    night=st.dates(date(2015, 1, 1), date(2035, 12, 31)),
    start=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    end=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
)
def test_a_span_is_longer_than_nothing_and_at_most_a_long_day(night, start, end):
    try:
        starts_at, ends_at = span(night, start, end)
    except DomainError:
        # Only a clock change stops a time from being one instant.
        assert {night.month, (night + timedelta(days=1)).month} & {3, 10}
        return
    assert 0 <= minutes_between(starts_at, ends_at) <= 25 * 60
    assert (start == end) == (starts_at == ends_at)
    assert today(starts_at) == night


def test_a_reversed_period_is_refused():
    with pytest.raises(DomainError):
        Period(date(2024, 5, 2), date(2024, 5, 1))


@given(st.integers(0, 10**7))
def test_hours_round_half_up_once(minutes):
    assert abs(wording.hours(minutes) * 60 - minutes) <= 30
    assert wording.hours(30) == 1
    assert wording.hours(29) == 0
