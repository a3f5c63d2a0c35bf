"""Who may correct, void, complete or ask about a shift, and until which minute: decided on values alone."""

from datetime import UTC, datetime, timedelta

import pytest

from hotspot.core.errors import NotAllowed
from hotspot.core.models import User
from hotspot.core.permissions import Role
from patrols.models import PatrolShift
from patrols.shifts import permissions

ENDS_AT = datetime(2024, 10, 12, 5, tzinfo=UTC)
LOGGED_AT = datetime(2024, 10, 12, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

SAM = User(pk=7, role=Role.SUPERVISOR)
SUE = User(pk=8, role=Role.SUPERVISOR)
ADAM = User(pk=9, role=Role.ADMINISTRATOR)
ANNA = User(pk=10, role=Role.ANALYST)


def shift(**changes) -> PatrolShift:
    """A shift that Sam logged."""
    fields = {"pk": 1, "state": "completed", "logged_by_id": 7, "ends_at": ENDS_AT, "logged_at": LOGGED_AT}
    return PatrolShift(**fields | changes)


def refusal(check, *args, **kwargs) -> str | None:
    """The code of the refusal, or None where it is allowed."""
    try:
        check(*args, **kwargs)
    except NotAllowed as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    ("logged_at", "last"),
    [
        (LOGGED_AT, LOGGED_AT + timedelta(days=7)),
        (ENDS_AT - timedelta(days=2), ENDS_AT + timedelta(days=7)),
        (ENDS_AT, ENDS_AT + timedelta(days=7)),
    ],
)
def test_the_correction_window_ends_seven_days_after_the_later_of_end_and_logging(logged_at, last):
    late = shift(logged_at=logged_at)
    assert permissions.correction_closes_at(late) == last
    assert permissions.may_correct(late, by=SAM, at=last) is True
    assert permissions.may_correct(late, by=SAM, at=last + MINUTE) is False
    assert refusal(permissions.check_may_correct, late, by=SAM, at=last + MINUTE) == "correction_closed"
    assert permissions.may_correct(late, by=ADAM, at=last + MINUTE) is True


@pytest.mark.parametrize(
    ("state", "by", "expected"),
    [
        ("planned", SAM, None),
        ("planned", SUE, None),
        ("planned", ADAM, None),
        ("planned", ANNA, "may_not_complete"),
        ("completed", SAM, "not_planned"),
        ("completed", ADAM, "not_planned"),
        ("voided", SAM, "not_planned"),
        ("cancelled", SAM, "not_planned"),
    ],
)
def test_who_may_complete_a_planned_shift(state, by, expected):
    assert refusal(permissions.check_may_complete, shift(state=state), by=by) == expected
    assert permissions.may_complete(shift(state=state), by=by) is (expected is None)


@pytest.mark.parametrize(
    ("state", "by", "at", "expected"),
    [
        ("completed", SAM, LOGGED_AT, "not_needed"),
        ("completed", SAM, LOGGED_AT + timedelta(days=1), None),  # may correct, may no longer void
        ("completed", SAM, LOGGED_AT + timedelta(days=8), None),
        ("completed", SUE, LOGGED_AT, None),
        ("completed", ADAM, LOGGED_AT + timedelta(days=8), "may_not_ask"),
        ("completed", ANNA, LOGGED_AT, "may_not_ask"),
        ("voided", SAM, LOGGED_AT, "voided"),
        ("cancelled", SAM, LOGGED_AT, "cancelled"),
        ("planned", SAM, LOGGED_AT + timedelta(days=1), "not_needed"),
    ],
)
def test_who_asks_an_administrator_and_for_what(state, by, at, expected):
    assert refusal(permissions.check_may_ask, shift(state=state), by=by, at=at) == expected
    assert permissions.may_ask(shift(state=state), by=by, at=at) is (expected is None)


@pytest.mark.parametrize(
    ("state", "at", "expected"),
    [
        ("completed", datetime(2024, 10, 12, 22, 59, tzinfo=UTC), None),
        ("completed", datetime(2024, 10, 12, 23, tzinfo=UTC), "void_closed"),  # Midnight in London.
        ("planned", datetime(2024, 10, 20, tzinfo=UTC), None),
        ("voided", LOGGED_AT, "voided"),
        ("cancelled", LOGGED_AT, "cancelled"),
    ],
)
def test_until_when_a_supervisor_voids(state, at, expected):
    assert refusal(permissions.check_may_void, shift(state=state), by=SAM, at=at) == expected


@pytest.mark.parametrize("state", ["planned", "completed"])
def test_an_analyst_voids_nothing_and_another_supervisor_nothing_of_sams(state):
    assert refusal(permissions.check_may_void, shift(state=state), by=SUE, at=LOGGED_AT) == "not_yours"
    own = shift(state=state, logged_by_id=ANNA.pk)
    assert refusal(permissions.check_may_void, own, by=ANNA, at=LOGGED_AT) == "not_yours"
    assert refusal(permissions.check_may_correct, own, by=ANNA, at=LOGGED_AT) == "not_yours"


def test_a_void_can_be_undone_for_ten_minutes():
    assert permissions.UNDO_MINUTES == 10
    assert permissions.UNDO_CLOSED.startswith("A void can be undone for 10 minutes.")


@pytest.mark.parametrize(
    ("by", "days", "expected"),
    [
        (SAM, 7, None),
        (SAM, 8, "correction_closed"),
        (SUE, 1, "not_yours"),
        (ANNA, 1, "not_yours"),
        (ADAM, 400, None),
    ],
)
def test_who_may_correct_until_when(by, days, expected):
    at = ENDS_AT + timedelta(days=days)
    assert refusal(permissions.check_may_correct, shift(), by=by, at=at) == expected


@pytest.mark.parametrize(
    ("by", "at", "expected"),
    [
        (SAM, LOGGED_AT + timedelta(hours=10), None),
        (SAM, LOGGED_AT + timedelta(hours=12), "void_closed"),
        (SUE, LOGGED_AT, "not_yours"),
        (ADAM, LOGGED_AT + timedelta(days=100), None),
    ],
)
def test_a_supervisor_voids_on_the_day_of_logging(by, at, expected):
    assert refusal(permissions.check_may_void, shift(), by=by, at=at) == expected


def test_a_voided_shift_is_done_with():
    voided = shift(state="voided", void_reason="Twice")
    for check_may in (permissions.check_may_correct, permissions.check_may_void):
        assert refusal(check_may, voided, by=ADAM, at=LOGGED_AT) == "voided"
