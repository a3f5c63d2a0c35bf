"""Areas, districts, programmes and vocabularies for other systems."""

import pytest

from hotspot.core.permissions import Scope
from hotspots.models import FundingStream
from outcomes.models import AsbPowerKind
from outcomes.vocabulary.names import VOCABULARIES
from tests import factories
from tests.api import conforms, errors, person_caller, problem, system_caller

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def system(force):
    return system_caller(force.adam, Scope.READ_FIGURES)


def names(answer, operation):
    return {row["name"] for row in conforms(answer, operation)["results"]}


def test_programmes_say_what_pays(force, system):
    (programme,) = conforms(system.get("programmes"), "list_programmes")["results"]
    assert (programme["first_day"], programme["last_day"]) == ("2024-05-01", "2025-03-31")
    streams = {stream["name"]: stream for stream in programme["funding_streams"]}
    assert streams["Home Office grant"]["in_headline"] is True
    assert streams["Home Office grant"]["is_default"] is True
    assert streams["Business as usual"]["in_headline"] is False
    assert len(streams) == FundingStream.objects.count()
    # What it costs is for others to know.
    assert "grant_pence" not in str(programme)


def test_areas_and_districts_are_those_that_the_caller_may_see(force, system):
    assert names(system.get("areas"), "list_areas") == {"Hitchin town centre", "Letchworth", "Watford town centre"}
    assert names(system.get("districts"), "list_districts") == {"North Herts", "Watford"}
    sue = person_caller(force.sue)
    assert names(sue.get("areas"), "list_areas") == {"Watford town centre"}
    assert problem(sue.get(f"areas/{force.hitchin.pk}")) == (404, "not_found")


def test_areas_are_narrowed(force, system):
    factories.HotspotAreaFactory(name="Retired", district=force.north_herts, last_day="2024-08-31")
    assert "Retired" in names(system.get("areas", {"active_on": "2024-08-31"}), "list_areas")
    assert "Retired" not in names(system.get("areas", {"active_on": "2024-09-01"}), "list_areas")
    assert names(system.get("areas", {"district": force.watford_district.pk}), "list_areas") == {"Watford town centre"}
    both = {"district": [force.watford_district.pk, force.north_herts.pk], "active_on": "2024-10-01"}
    assert len(names(system.get("areas", both), "list_areas")) == 3
    assert system.get("areas", {"district": 10**9}).json()["results"] == []
    assert [code for _, code in errors(system.get("areas", {"active_on": "today"}))] == ["not_day"]


@pytest.mark.parametrize("accept", ["*/*", "application/geo+json", "application/json"])
def test_boundaries_are_geojson(force, system, accept):
    answer = system.get("areas.geojson", None, Accept=accept)
    found = conforms(answer, "list_area_boundaries")
    assert answer["Content-Type"] == "application/geo+json"
    assert (found["type"], len(found["features"])) == ("FeatureCollection", 3)
    one = conforms(system.get(f"areas/{force.hitchin.pk}", None, Accept=accept), "read_area")
    assert one in found["features"]
    assert one["geometry"] == force.hitchin.boundary
    assert (one["id"], one["properties"]["district"]["code"]) == (force.hitchin.pk, "E07000099")


def test_every_vocabulary_is_told_with_the_days_it_was_in_force(system):
    listed = names(system.get("vocabularies"), "list_vocabularies")
    assert listed == set(VOCABULARIES)
    for name, model in VOCABULARIES.items():
        terms = conforms(system.get(f"vocabularies/{name}"), "read_vocabulary")["results"]
        assert {term["code"] for term in terms} == set(model.objects.values_list("pk", flat=True)), name
        assert all(("in_headline" in term) == (model is AsbPowerKind) for term in terms), name
    for unknown in ("nonsense", "x" * 500):
        assert problem(system.get(f"vocabularies/{unknown}")) == (404, "not_found")


def test_a_list_costs_the_same_however_long(force, system, django_assert_num_queries):
    factories.HotspotAreaFactory.create_batch(20, district=force.north_herts)
    for address, number in (("areas", 2), ("areas.geojson", 2), ("districts", 2), ("programmes", 3)):
        system.get(address)
        with django_assert_num_queries(number):
            assert system.get(address).status_code == 200
