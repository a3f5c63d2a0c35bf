"""Logging a finished shift in the browser's language: GET the page, POST the form, follow the redirect."""

import uuid

import pytest

from patrols.models import PatrolShift

LOG = "/shifts/log/"


def entry(force, **changes):
    """A good entry: Hitchin, last night, 10pm to 6am, two officers, nothing to report."""
    return {
        "submission_id": str(uuid.uuid4()),
        "area": force.hitchin.pk,
        "night": "2024-10-11",
        "start": "10pm",
        "end": "6am",
        "crew_police_officer": "2",
        "nothing_to_report": "on",
    } | changes


@pytest.fixture
def sam(force, now, as_user):
    return as_user(force.sam)


def test_good_entry_becomes_a_shift(force, sam):
    response = sam.post(LOG, entry(force))
    shift = PatrolShift.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"/shifts/{shift.pk}/saved/"
    assert (shift.area, shift.state, shift.logged_by) == (force.hitchin, "completed", force.sam)
    assert shift.clock_minutes == 480
    assert sum(member.minutes for member in shift.crew.all()) == 960
