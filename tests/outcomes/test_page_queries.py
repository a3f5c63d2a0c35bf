"""What the pages of shifts ask the database, and what they leave alone."""

from datetime import date

import pytest

from outcomes.records.list_queries import gap_period
from patrols.models import PatrolShift
from tests import factories
from tests.plans import plan_of, statements_of, take_statistics


@pytest.fixture
def sam(force, now, as_user):
    shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    factories.ArrestFactory(shift=shift, detail_to_follow=True)
    return as_user(force.sam)


def test_the_first_night_of_ones_own_is_found_without_sorting_them_all(force, sam):
    ask = lambda: gap_period(force.sam, first_day=None, last_day=date(2024, 10, 11), after=None)  # noqa: E731
    take_statistics(PatrolShift)
    plan = plan_of(statements_of(ask)[0])
    assert "Sort" not in plan, plan


@pytest.mark.parametrize("path", ["/shifts/", "/shifts/log/", "/shifts/plan/", "/outcomes/to-follow/"])
def test_boundaries_of_areas_are_not_read_where_none_is_shown(sam, path):
    asked = statements_of(lambda: sam.get(path))
    assert not [sql for sql in asked if "boundary" in sql]


def test_areas_to_choose_from_are_read_once(sam):
    asked = statements_of(lambda: sam.get("/shifts/log/"))
    assert len([sql for sql in asked if ' FROM "hotspots_hotspotarea"' in sql]) == 1
