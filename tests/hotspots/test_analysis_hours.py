"""Hours and days of an analysis: windows on London clocks, and aoristic weights of spans of time."""

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest

from hotspots.analysis.hours import Hours, aoristic_weights

FRIDAY, SATURDAY, SUNDAY = 4, 5, 6


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def windows(hours: Hours, first: str, last: str) -> list[tuple[str, str]]:
    """Those that touch the time from one instant to another."""
    ends = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (first, last)]
    found = hours.windows(*ends)
    return [
        tuple(f"{datetime.fromtimestamp(int(each), UTC):%a %d %H:%M}" for each in window)
        for window in found
        if window[1] > ends[0].timestamp() and window[0] < ends[1].timestamp()
    ]


def weight(start: str, end: str, hours: Hours) -> float:
    spans = np.array([seconds(start)]), np.array([seconds(end)])
    first, last = (datetime.fromtimestamp(int(each[0]), UTC) for each in spans)
    return aoristic_weights(*spans, hours.windows(first, last))[0]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        # Friday 5 January 2024. The night of Friday goes on until 6am on Saturday.
        (Hours(22, 3, [FRIDAY]), [("Fri 05 22:00", "Sat 06 03:00")]),
        (Hours(0, 3, [FRIDAY]), [("Sat 06 00:00", "Sat 06 03:00")]),
        (Hours(5, 8, [FRIDAY]), [("Sat 06 05:00", "Sat 06 08:00")]),
        (Hours(6, 8, [FRIDAY]), [("Fri 05 06:00", "Fri 05 08:00")]),
        (Hours(days=[FRIDAY]), [("Fri 05 06:00", "Sat 06 06:00")]),
        (Hours(22, 22, [FRIDAY]), [("Fri 05 22:00", "Sat 06 22:00")]),
    ],
)
def test_hours_belong_to_the_patrol_day_in_which_they_begin(hours, expected):
    assert windows(hours, "2024-01-01 12:00", "2024-01-08 00:00") == expected


def test_hours_are_those_of_clocks_in_london():
    assert windows(Hours(22, 3), "2024-07-05 12:00", "2024-07-06 12:00") == [("Fri 05 21:00", "Sat 06 02:00")]
    # The clocks go forward at 1am on 31 March and back at 2am on 27 October: an hour less, an hour more.
    assert windows(Hours(22, 3, [SATURDAY]), "2024-03-30", "2024-03-31 12:00") == [("Sat 30 22:00", "Sun 31 02:00")]
    assert windows(Hours(22, 3, [SATURDAY]), "2024-10-26", "2024-10-27 12:00") == [("Sat 26 21:00", "Sun 27 03:00")]
    assert windows(Hours(1, 2, [SATURDAY]), "2024-10-26", "2024-10-27 12:00") == [("Sun 27 00:00", "Sun 27 02:00")]
    assert windows(Hours(1, 2, [SATURDAY]), "2024-03-30", "2024-03-31 12:00") == []


@pytest.mark.parametrize("hours", [Hours(22, 3), Hours(6, 6), Hours(0, 23), Hours(13, 13)])
def test_windows_are_in_order_and_do_not_overlap(hours):
    found = hours.windows(datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
    assert len(found) > 360
    assert all(first[1] <= second[0] for first, second in pairwise(found))


NIGHT = Hours(22, 3)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2024-01-05 22:00", "2024-01-05 22:00", 1),
        ("2024-01-06 03:00", "2024-01-06 03:00", 0),
        ("2024-01-06 02:59", "2024-01-06 02:59", 1),
        ("2024-01-05 21:59", "2024-01-05 21:59", 0),
        # Ten hours, of which the five from 22:00 to 03:00 count.
        ("2024-01-05 22:00", "2024-01-06 08:00", 0.5),
        ("2024-01-05 20:00", "2024-01-05 23:00", 1 / 3),
        ("2024-01-05 23:00", "2024-01-06 01:00", 1),
        ("2024-01-05 10:00", "2024-01-05 20:00", 0),
        # Two days and three nights of it.
        ("2024-01-05 12:00", "2024-01-07 12:00", 10 / 48),
        ("2024-01-06 03:00", "2024-01-06 04:00", 0),
    ],
)
def test_a_span_counts_by_the_share_that_lies_in_the_hours(start, end, expected):
    assert weight(start, end, NIGHT) == pytest.approx(expected)


def test_weights_agree_with_a_count_of_minutes():
    """Against another way of doing it: every minute of many spans looked at by itself."""
    chance, base = np.random.default_rng(1), seconds("2024-01-01 00:00")
    starts = base + 60 * chance.integers(0, 14 * 1440, 200)
    ends = starts + 60 * chance.integers(1, 4_000, 200)
    hours = Hours(20, 2, [FRIDAY, SATURDAY])
    first, last = (datetime.fromtimestamp(int(each), UTC) for each in (starts.min(), ends.max()))
    found = aoristic_weights(starts, ends, hours.windows(first, last))
    for start, end, share in zip(starts, ends, found, strict=True):
        minutes = [datetime.fromtimestamp(int(each), UTC) for each in range(start, end, 60)]
        inside = sum(
            (each.hour >= 20 and each.weekday() in (FRIDAY, SATURDAY))
            or (each.hour < 2 and each.weekday() in (SATURDAY, SUNDAY))
            for each in minutes
        )
        assert share == pytest.approx(inside / len(minutes))


def test_all_hours_of_all_days_are_everything():
    assert weight("2024-03-30 12:00", "2024-04-02 12:00", Hours()) == 1


def test_without_windows_nothing_counts():
    none = np.empty((0, 2), np.int64)
    assert aoristic_weights(np.array([5]), np.array([9]), none).tolist() == [0]
