"""What the pages ask about shifts, as the database goes about it."""

from patrols.models import PatrolShift
from patrols.shifts import queries
from tests import factories
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
