"""Presses at the same moment, with real threads and connections."""

import uuid
from datetime import timedelta
from functools import partial

import pytest

from patrols.models import LiveVisit
from patrols.visits import live_operations
from tests.hotspots.test_ledger_races import ROUNDS, together
from tests.patrols.live_visits import EVENING, here
from tests.people import make_force

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def force():
    return make_force()


def test_a_double_press_at_one_moment_makes_one_visit(force):
    for number in range(ROUNDS):
        at, arrival = EVENING + timedelta(hours=number), uuid.uuid4()
        press = partial(here, force, at=at, arrival=arrival)
        assert together(press, press, partial(here, force, at=at)) == ["written"] * 3
        visit = LiveVisit.objects.get(left_at=None)
        assert LiveVisit.objects.count() == number + 1
        leave = partial(live_operations.leave, by=force.sam, visit_id=visit.pk)
        later = [partial(leave, at=at + timedelta(minutes=minutes), departure=uuid.uuid4()) for minutes in (10, 11)]
        assert together(*later) == ["written"] * 2
        visit.refresh_from_db()
        assert visit.left_at is not None


def test_two_areas_at_one_moment_make_one_visit(force):
    for number in range(ROUNDS):
        at = EVENING + timedelta(hours=number)
        ends = together(partial(here, force, at=at), partial(here, force, at=at, area=force.letchworth))
        assert sorted(ends) == ["still_elsewhere", "written"]
        visit = LiveVisit.objects.get(left_at=None)
        live_operations.leave(by=force.sam, at=at + timedelta(minutes=10), visit_id=visit.pk, departure=uuid.uuid4())
