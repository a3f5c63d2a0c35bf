"""What an attack on the loading of police data found: each test failed before."""

import pytest

from hotspot.core.errors import DomainError
from hotspots.models import IncidentMonth
from tests.hotspots import police_data
from tests.hotspots.police_data import street_csv


def test_a_month_that_is_still_to_come_is_refused(force):
    with pytest.raises(DomainError) as refused:
        police_data.load(street_csv([{}, {"Month": "2099-12"}]), by=force.anna)
    assert "December 2099" in refused.value.message
    assert not IncidentMonth.objects.exists()


def test_a_release_that_takes_most_of_a_month_away_has_to_be_confirmed(force):
    police_data.load(street_csv([{"Crime ID": str(number)} for number in range(100)]), by=force.anna)
    with pytest.raises(DomainError) as refused:
        police_data.load(street_csv([{}] * 79), by=force.anna, confirmed=())
    assert refused.value.code == "incidents_unconfirmed"
    assert IncidentMonth.objects.get().rows == 100
    assert police_data.load(street_csv([{}] * 80), by=force.anna, confirmed=())["questions"] == []
