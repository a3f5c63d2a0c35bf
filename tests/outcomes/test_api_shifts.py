"""Shifts through the API: the same rules as the page."""

import pytest

from hotspot.core.permissions import Scope
from patrols.models import PatrolShift
from tests.api import night_in_hitchin, system_caller

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def rota(force):
    return system_caller(force.adam, Scope.WRITE_SHIFTS)


@pytest.fixture
def mirror(force):
    return system_caller(force.adam, Scope.READ_SHIFTS, name="Mirror")


def test_a_shift_with_its_outcomes_is_logged(force, rota):
    response = rota.post(
        "shifts",
        night_in_hitchin(
            force,
            stop_searches=[{}, {"found": True}],
            asb_powers=[{"kind": "dispersal_direction", "reference": "D/1"}] * 2,
            activity={"engagements_residents": 5},
            visits=[{"arrived_at": "2024-10-10T22:30:00+01:00", "left_at": "2024-10-10T22:45:00+01:00"}],
            external={"source": "rota", "reference": "R-1"},
            note="Quiet\r\nnight",
        ),
    )
    assert response.status_code == 201, response.content
    found = response.json()
    assert response["Location"] == f"/api/v1/shifts/{found['id']}"
    assert response["ETag"] == f'"{found["version"]}"'
    assert found["outcomes"] == {"arrests": 1, "stop_searches": 2, "weapons": 0, "asb_powers": 2}
    assert (found["clock_minutes"], found["patrol_minutes"], found["crew_size"]) == (480, 960, 2)
    assert found["day"] == "2024-10-10"
    assert found["note"] == "Quiet\nnight"
    assert found["external"] == {"source": "rota", "reference": "R-1"}
    (arrest,) = found["arrests"]
    assert (arrest["offence_group"], arrest["detail_to_follow"]) == ("violence_against_the_person", False)
    assert [search["detail_to_follow"] for search in found["stop_searches"]] == [True, True]
    assert [power["reference"] for power in found["asb_powers"]] == ["D/1", "D/1"]
    assert found["activity"] == {"engagements_residents": 5}
    assert len(found["visits"]) == 1
    assert "collar_number" not in found["crew"][0]
    assert PatrolShift.objects.get().crew.filter(collar_number="PC12").exists()
