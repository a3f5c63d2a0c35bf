"""What the pages ask about shifts, as the database goes about it."""

from datetime import time, timedelta

import pytest

from patrols.models import PatrolShift
from patrols.shifts import queries
from tests import factories
from tests.conftest import NOW
from tests.patrols.planning import planned
from tests.plans import plan_of, statements_of, take_statistics

# With a shift or two, the index of all shifts is as good as that of one's own.
OF_OTHERS = 100


def test_the_shift_worked_last_is_found_without_sorting_all_of_ones_own(force):
    of_both = {"area": force.hitchin, "funding_stream": force.grant}
    factories.PatrolShiftFactory.create_batch(OF_OTHERS, logged_by=force.anna, **of_both)
    factories.PatrolShiftFactory(logged_by=force.sam, **of_both)
    take_statistics(PatrolShift)
    plan = plan_of(statements_of(lambda: queries.last_shift(force.sam))[0])
    assert "shift_worked_last" in plan, plan
    assert "Sort" not in plan, plan


@pytest.mark.parametrize("state", ["planned", "cancelled"])
def test_usual_times_are_those_that_were_worked_however_much_is_planned(state, force, monkeypatch):
    """One pattern plans more shifts ahead than are looked at."""
    monkeypatch.setattr(queries, "MOST_USUAL", 2)
    factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, logged_by=force.sam, starts_at=NOW - timedelta(days=2, hours=3)
    )
    for days in range(1, 4):
        planned(force, state=state, starts_at=NOW + timedelta(days=days))
    assert queries.usual_times(force.sam, at=NOW) == [(time(10), time(18))]
