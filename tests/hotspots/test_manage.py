"""The administrator's start page as a checklist."""

from datetime import date

import pytest
from django.urls import reverse

from hotspot.core.permissions import Role
from hotspots.models import AreaSet
from hotspots.setup import presenters
from hotspots.setup.queries import set_up
from tests import factories
from tests.hotspots import area_sets

DAY = date(2024, 10, 12)


def to_do(day: date = DAY) -> list[str]:
    return [step.title for step in presenters.steps(set_up(day=day)) if step.colour == "yellow"]


def test_a_complete_force_has_only_targets_to_do(force):
    assert to_do() == ["Targets"]
    assert set_up(day=DAY).is_complete


def test_the_day_after_a_programme_nothing_runs(force):
    assert to_do(date(2025, 4, 1)) == ["Programmes", "Funding streams", "Targets"]
    assert not set_up(day=date(2025, 4, 1)).is_complete


def test_a_supervisor_without_a_district_is_counted_once(force):
    factories.UserFactory()
    factories.DistrictAccessFactory(user=force.sam)
    state = set_up(day=DAY)
    assert (state.people, state.supervisors, state.supervisors_without_district) == (9, 3, 1)
    assert "People" in to_do()


@pytest.mark.django_db
def test_a_new_force_starts_with_everything_to_do(as_user):
    adam = factories.UserFactory(role=Role.ADMINISTRATOR)
    page = as_user(adam).get(reverse("hotspots:manage")).content.decode()
    assert "Before a supervisor can log a shift" in page
    assert len(to_do()) == 6
    assert "Optional" in page


def test_a_set_that_waits_for_approval_is_announced(force, as_user):
    area_sets.in_every_state(force)
    page = as_user(force.adam).get(reverse("hotspots:manage")).content.decode()
    assert "1 set waits for approval" in page
    AreaSet.objects.filter(state=AreaSet.State.PROPOSED).update(
        state=AreaSet.State.DRAFT, proposed_by=None, proposed_at=None
    )
    page = as_user(force.adam).get(reverse("hotspots:manage")).content.decode()
    assert "for approval" not in page
