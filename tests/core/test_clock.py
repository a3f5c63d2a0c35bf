"""Instants that programs write, and clock times on the nights when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from hotspot.core.clock import (
    TimeHappenedTwice,
    instant,
    minutes_between,
    parse_clock,
    parse_finish_clock,
    parse_instant,
    span,
)
from hotspot.core.errors import DomainError


def refused_instant(text: str) -> str:
    with pytest.raises(DomainError) as refused:
        parse_instant(text)
    return refused.value.code


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2024-10-26T22:00Z", datetime(2024, 10, 26, 22, tzinfo=UTC)),
        ("2024-10-26t22:00:00z", datetime(2024, 10, 26, 22, tzinfo=UTC)),
        ("2024-10-26T22:00:00+01:00", datetime(2024, 10, 26, 21, tzinfo=UTC)),
        ("2024-10-26T22:01:00.0000000-00:30", datetime(2024, 10, 26, 22, 31, tzinfo=UTC)),
        ("2024-10-26T22:00:00,000000000Z", datetime(2024, 10, 26, 22, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_with_its_offset(text, at):
    assert parse_instant(text) == at
    assert parse_instant(text).tzinfo is UTC


@pytest.mark.parametrize("text", ["2024-10-26T22:00", "2024-10-26T22:00:00", "2024-10-26T22:00:00.0"])
def test_an_instant_without_an_offset_is_ambiguous(text):
    assert refused_instant(text) == "offset_required"


@pytest.mark.parametrize("text", ["2024-10-26T22:00:01Z", "2024-10-26T22:00:00.5Z", "2024-10-26T22:00:00.0000001Z"])
def test_instants_are_whole_minutes(text):
    assert refused_instant(text) == "whole_minutes"


@pytest.mark.parametrize(
    "text",
    ["", "2024-10-26", "2024-10-26 22:00Z", "2024-13-26T22:00Z", "2024-10-26T24:01Z", "0001-01-01T00:00+01:00", "now"],
)
def test_what_is_no_instant_is_refused(text):
    assert refused_instant(text) == "not_instant"


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (59, 0), (60, 1), (119, 1), (-60, -1), (86400, 1440)])
def test_minutes_between_two_instants_are_whole(seconds, minutes):
    start = datetime(2024, 10, 26, 22, tzinfo=UTC)
    assert minutes_between(start, start + timedelta(seconds=seconds)) == minutes


@pytest.mark.parametrize(
    ("clock", "change", "at"),
    [
        (time(0, 59), None, datetime(2024, 10, 26, 23, 59, tzinfo=UTC)),
        (time(1), "before", datetime(2024, 10, 27, 0, 0, tzinfo=UTC)),
        (time(1), "after", datetime(2024, 10, 27, 1, 0, tzinfo=UTC)),
        (time(1, 59), "before", datetime(2024, 10, 27, 0, 59, tzinfo=UTC)),
        (time(2), None, datetime(2024, 10, 27, 2, 0, tzinfo=UTC)),
        (time(2), "before", datetime(2024, 10, 27, 2, 0, tzinfo=UTC)),
        (time(0, 30, fold=1), None, datetime(2024, 10, 26, 23, 30, tzinfo=UTC)),
        (time(1, fold=1), "before", datetime(2024, 10, 27, 0, 0, tzinfo=UTC)),
    ],
)
def test_an_instant_on_the_night_the_clocks_go_back(clock, change, at):
    assert instant(date(2024, 10, 27), clock, change=change) == at


def test_the_repeated_hour_is_asked_about_and_the_skipped_one_refused():
    with pytest.raises(TimeHappenedTwice) as twice:
        instant(date(2024, 10, 27), time(1), field="start")
    assert twice.value.field == "start"
    for clock in (time(1), time(1, 59)):
        with pytest.raises(DomainError) as never:
            instant(date(2025, 3, 30), clock, change="after", field="start")
        assert (never.value.code, never.value.field) == ("time_did_not_happen", "start")


@pytest.mark.parametrize(
    ("start", "end", "changes", "minutes"),
    [
        (time(22), time(22), {}, 0),
        (time(22), time(21, 59), {}, 24 * 60 - 1),
        (time(22), time(22, 1), {}, 1),
        (time(6), time(14), {}, 480),
    ],
)
def test_a_finish_that_is_earlier_on_the_clock_is_on_the_next_day(start, end, changes, minutes):
    assert minutes_between(*span(date(2024, 10, 12), start, end, **changes)) == minutes


def test_only_before_and_after_the_change_is_the_same_night():
    night = date(2024, 10, 27)
    starts_at, ends_at = span(night, time(1, 50), time(1, 10), start_change="before", end_change="after")
    assert minutes_between(starts_at, ends_at) == 20
    starts_at, ends_at = span(night, time(1, 50), time(1, 10), start_change="after", end_change="after")
    assert minutes_between(starts_at, ends_at) == 24 * 60 - 40


def test_a_shift_that_starts_in_the_repeated_hour_names_its_start():
    with pytest.raises(TimeHappenedTwice) as twice:
        span(date(2024, 10, 27), time(1, 30), time(6))
    assert twice.value.field == "start"


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("1am", time(1)),
        ("12:59 a.m.", time(0, 59)),
        ("1pm", time(13)),
        ("11pm", time(23)),
        ("12.30pm", time(12, 30)),
        ("23:59", time(23, 59)),
        ("00:00", time(0)),
        ("2200hrs", time(22)),
        ("2200 HRS", time(22)),
        ("22:00 hours", time(22)),
        ("22h", time(22)),
        ("22h30", time(22, 30)),
        ("6h", time(6)),
        ("13", time(13)),
        ("06", time(6)),
        ("00", time(0)),
        ("0:05", time(0, 5)),
        ("905pm", time(21, 5)),
        ("11:59 p.m.", time(23, 59)),
        (" 11:59 p.m. ", time(23, 59)),
    ],
)
def test_the_ends_of_the_clock(text, clock):
    assert parse_clock(text) == clock


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0pm", "time_not_understood"),
        ("13am", "time_not_understood"),
        ("24", "time_not_understood"),
        ("10:60", "time_not_understood"),
        ("10:60pm", "time_not_understood"),
        ("6", "time_needs_am_pm"),
        ("10", "time_needs_am_pm"),
        ("12", "time_needs_am_pm"),
        ("10pm hrs", "time_not_understood"),
        ("22hpm", "time_not_understood"),
        ("0", "time_needs_am_pm"),
    ],
)
def test_times_that_no_clock_shows(text, code):
    with pytest.raises(DomainError) as refused:
        parse_clock(text, "start")
    assert (refused.value.code, refused.value.field) == (code, "start")


@pytest.mark.parametrize("text", ["24:00", "2400", "24.00", "2400hrs", "24h00", "midnight", "00:00"])
def test_a_finish_may_be_the_end_of_the_day(text):
    assert parse_finish_clock(text) == time(0)


@pytest.mark.parametrize("text", ["24", "24:01", "2430", "1" * 5000])
def test_no_finish_is_later_than_the_end_of_the_day(text):
    with pytest.raises(DomainError, match="Enter a time"):
        parse_finish_clock(text)


def test_a_start_is_never_the_end_of_a_day():
    with pytest.raises(DomainError, match="Enter a time"):
        parse_clock("24:00")
