"""What a month still needs and which nights usually bring it: decided on values alone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hotspot.core.calendar import Period
from patrols.models import PatrolShift
from patrols.planning import rules
from patrols.planning.rules import WorkedNight

OCTOBER = Period.month(date(2024, 10, 1))
ENDS_AT = datetime(2024, 10, 13, 5, tzinfo=UTC)
FRIDAY, SATURDAY = date(2024, 10, 4), date(2024, 10, 5)
WEEK, MINUTE = timedelta(days=7), timedelta(minutes=1)


@pytest.mark.parametrize(
    ("state", "at", "expected"),
    [
        ("completed", ENDS_AT, "Logged"),
        ("planned", ENDS_AT - MINUTE, "Planned"),
        ("planned", ENDS_AT, "Missing"),
        ("cancelled", ENDS_AT, "Cancelled"),
        ("voided", ENDS_AT, None),
    ],
)
def test_a_plan_is_missing_once_its_night_is_over(state, at, expected):
    assert rules.night_state(PatrolShift(state=state, ends_at=ENDS_AT), at) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (31, 6000),
        (0, 0),
        (10, 1935),  # 1,935.48
        (1, 194),  # 193.55
    ],
)
def test_a_target_is_due_by_the_days_on_which_its_area_is_active(days, expected):
    assert rules.due_minutes(6000, days, OCTOBER) == expected


def test_a_weekday_is_usual_after_three_of_them():
    worked = [WorkedNight(FRIDAY + number * WEEK, 960 + number) for number in range(3)]
    worked += [WorkedNight(SATURDAY + number * WEEK, 480) for number in range(2)]
    assert rules.usual_minutes(worked) == {4: 961}


@pytest.mark.parametrize(
    ("needed", "taken", "nights", "minutes"),
    [
        (0, set(), [], 0),
        (480, set(), [FRIDAY], 480),
        (481, set(), [FRIDAY, SATURDAY], 720),
        (480, {FRIDAY}, [SATURDAY, FRIDAY + WEEK], 720),
        (99999, set(), [FRIDAY, SATURDAY, FRIDAY + WEEK, SATURDAY + WEEK], 1440),
    ],
)
def test_the_first_free_usual_nights_come_first(needed, taken, nights, minutes):
    free = Period(date(2024, 10, 2), date(2024, 10, 14)).each_day()
    found = rules.nights_to_come(needed, usual={4: 480, 5: 240}, free=free, taken=taken)
    assert (list(found.nights), found.patrol_minutes) == (nights, minutes)


def test_without_days_that_are_left_there_is_nothing_to_come():
    assert rules.nights_to_come(480, usual={4: 480}, free=[], taken=set()).nights == []
