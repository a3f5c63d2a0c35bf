"""Files of LSOAs and streets: what is kept of them, what is refused, and their pages. All are made up."""

import json

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile

from hotspot.core.errors import DomainError, NotAllowed
from hotspot.core.jobs import tasks
from hotspot.core.models import StoredFile
from hotspots.deletion.operations import delete_district, uses_of
from hotspots.layers.queries import layers_offered_to, outlines_in, units_by_district
from hotspots.models import District, LayerUnit, UnitLayer
from tests.hotspots import police_data
from tests.hotspots.police_data import FAR, SQUARE, lsoa, lsoa_file, street_file

LIST, NEW = "/police-data/layers/", "/police-data/layers/new/"
STREET = ((-0.3, 51.9), (-0.301, 51.9))


@pytest.fixture
def outlined(force):
    """North Herts has an outline; the others have one elsewhere."""
    District.objects.update(outline=FAR)
    District.objects.filter(pk=force.north_herts.pk).update(outline=SQUARE)
    return force


def refused(force, content: bytes) -> DomainError:
    with pytest.raises(DomainError) as refusal:
        police_data.layer(content, by=force.anna)
    assert not UnitLayer.objects.exists()
    assert not LayerUnit.objects.exists()
    return refusal.value


def collection(*features) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def feature(properties, kind="Polygon", coordinates=None) -> dict:
    coordinates = coordinates or lsoa(1, -0.3, 51.9, 0.01)["geometry"]["coordinates"]
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


# --- what is kept -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("vintage", [2011, 2021])
def test_the_census_of_lsoas_is_that_of_their_codes(outlined, vintage):
    layer = police_data.layer(lsoa_file(vintage=vintage), by=outlined.anna)
    assert (layer.kind, layer.vintage, layer.version) == ("lsoa", vintage, 1)
    assert str(layer) == f"LSOAs of {vintage}, version 1"
    unit = layer.units.first()
    assert (unit.code, unit.name, unit.district) == ("E01000000", "North Herts 000A", outlined.north_herts)
    assert shapely.from_wkb(bytes(unit.outline)).equals(shapely.box(-0.4, 51.8, -0.35, 51.85))


def test_only_what_lies_mostly_in_districts_is_kept(outlined):
    outside = lsoa(100, -0.19, 51.8, 0.05)
    a_third, two_thirds = lsoa(101, -0.2 - 0.01, 51.8, 0.03), lsoa(102, -0.2 - 0.02, 51.8, 0.03)
    content = lsoa_file(more=[outside, a_third, two_thirds])
    layer = police_data.layer(content, by=outlined.anna)
    assert (layer.units.count(), layer.outside) == (17, 2)
    assert layer.units.filter(code__gte="E01000100").values_list("code", flat=True).get() == "E01000102"
    held = dict(units_by_district(layer))
    assert held.pop("North Herts") == 17
    assert set(held.values()) == {0}


def test_a_unit_is_of_the_district_that_holds_most_of_it(outlined):
    east = {"type": "Polygon", "coordinates": [[[-0.2, 51.8], [0, 51.8], [0, 52], [-0.2, 52], [-0.2, 51.8]]]}
    District.objects.filter(pk=outlined.watford_district.pk).update(outline=east)
    across = [lsoa(100, -0.22, 51.8, 0.03), lsoa(101, -0.21, 51.8, 0.03)]
    layer = police_data.layer(collection(*across), by=outlined.anna)
    assert list(layer.units.values_list("district", flat=True)) == [
        outlined.north_herts.pk,
        outlined.watford_district.pk,
    ]


def test_an_outline_that_is_not_valid_is_repaired(outlined):
    bow_tie = [[[-0.3, 51.9], [-0.29, 51.91], [-0.29, 51.9], [-0.3, 51.91], [-0.3, 51.9]]]
    content = collection(feature({"LSOA21CD": "E01000001", "LSOA21NM": "A"}, coordinates=bow_tie))
    layer = police_data.layer(content, by=outlined.anna)
    assert layer.repaired == 1
    assert outlines_in(layer, [outlined.north_herts]).shapes[0].is_valid


def test_streets_have_their_names_or_the_numbers_of_their_roads(outlined):
    features = [
        feature({"id": "b", "name_1": "High Street", "road_classification_number": "A505"}, "LineString", STREET),
        feature({"identifier": "a", "name1": None, "roadNumber": "B656"}, "LineString", STREET),
        feature({"id": 7}, "MultiLineString", [STREET, STREET]),
    ]
    layer = police_data.layer(collection(*features), by=outlined.anna)
    assert str(layer) == "Street segments, version 1"
    assert list(layer.units.values_list("code", "name")) == [("7", ""), ("a", "B656"), ("b", "High Street")]


def test_a_later_file_is_the_next_version_and_the_first_stays(outlined):
    first = police_data.layer(lsoa_file(), by=outlined.anna)
    other = police_data.layer(lsoa_file(vintage=2011), by=outlined.anna)
    second = police_data.layer(lsoa_file(across=5), by=outlined.anna)
    assert (second.version, first.units.count(), second.units.count()) == (2, 16, 25)
    assert list(layers_offered_to(outlined.anna)) == [second, other]
    assert not layers_offered_to(outlined.sam)


# --- what is refused ----------------------------------------------------------------------------------------------
BAD = {
    "no GeoJSON": (b"\x00\x01", "must be GeoJSON"),
    "no codes": (collection(feature({"name": "A"})), "LSOA21CD or LSOA11CD"),
    "a code of something else": (collection(feature({"LSOA21CD": "E07000099"})), "Feature 1 has no code"),
    "both censuses": (collection(feature({"LSOA21CD": "E01000001", "LSOA11CD": "E01000001"})), "2011 and of 2021"),
    "twice": (collection(*[feature({"LSOA21CD": "E01000001"})] * 2), "Two features have the code E01000001"),
    "a point": (collection(feature({"LSOA21CD": "E01000001"}, "Point", [-0.3, 51.9])), "E01000001: The boundary must"),
    "swapped": (lsoa_file().replace(b"51.", b"-0.").replace(b"-0.4, ", b"51.4, "), "E01000000"),
    "elsewhere": (collection(lsoa(1, -2, 54, 0.01)), "Nothing in the file lies in the districts"),
    "a street without an id": (collection(feature({}, "LineString", STREET)), "Feature 1 has no code"),
    "a street of one point": (collection(feature({"id": 1}, "LineString", STREET[:1])), "1 is no line"),
    "a street without length": (collection(feature({"id": 1}, "LineString", [STREET[0]] * 2)), "1 is no line"),
    "a polygon among streets": (
        collection(feature({"id": 1}, "LineString", STREET), feature({"id": 2})),
        "2 is no line",
    ),
    "no number": (street_file({"A": STREET}).replace(b"51.9", b"NaN"), "00000000-link is"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_as_a_whole(outlined, what):
    content, why = BAD[what]
    assert why in refused(outlined, content).message


def test_streets_in_national_grid_are_brought_to_degrees(outlined):
    content = collection(feature({"id": 1}, "LineString", [[518000, 229000], [518100, 229000]]))
    layer = police_data.layer(content, by=outlined.anna)
    west, south, east, _north = shapely.from_wkb(bytes(layer.units.get().outline)).bounds
    assert (west, south) == pytest.approx((-0.2847, 51.9472), abs=0.001)
    # A hundred metres.
    assert east - west == pytest.approx(100 / 68_600, rel=0.01)


def test_outlines_of_districts_come_first(force):
    assert refused(force, lsoa_file()).code == "layer_no_outlines"


def test_only_who_loads_police_data_loads_layers(outlined):
    with pytest.raises(NotAllowed):
        police_data.layer(lsoa_file(), by=outlined.audrey)


# --- pages --------------------------------------------------------------------------------------------------------
def send(browser, content: bytes):
    return browser.post(NEW, {"source": "Nobody", "file": SimpleUploadedFile("lsoas.json", content)})


def test_a_layer_is_loaded_by_a_job_and_read_by_page(outlined, as_user):
    anna = as_user(outlined.anna)
    assert "Nothing loaded yet" in anna.get(LIST).content.decode()
    assert send(anna, lsoa_file(more=[lsoa(100, -0.19, 51.8, 0.05)]))["Location"] == LIST
    waiting = anna.get(LIST).content.decode()
    assert "Load lsoas.json" in waiting
    assert "Queued" in waiting
    # Nobody else sees how far it is.
    assert "Load lsoas.json" not in as_user(outlined.adam).get(LIST).content.decode()
    tasks.run_waiting_jobs()
    shown = anna.get(LIST)
    assert "Load lsoas.json" not in shown.content.decode()
    (row,) = shown.context["rows"]
    assert [row[0]["text"], *row[1:4]] == ["LSOAs of 2021", "1", "16", "Nobody"]
    page = anna.get(row[0]["url"])
    assert ["North Herts", "16"] in page.context["rows"]
    assert ["Watford", "0"] in page.context["rows"]
    assert "1 feature of the file, left out" in page.content.decode()


def test_a_bad_file_says_why_and_can_be_tried_again(outlined, as_user):
    anna = as_user(outlined.anna)
    send(anna, b"{}")
    tasks.run_waiting_jobs()
    text = anna.get(LIST).content.decode()
    assert "The selected file must have at least one feature" in text
    assert "Try again" in text


def test_a_file_is_refused_at_once_where_no_district_has_an_outline(force, as_user):
    refusal = send(as_user(force.anna), lsoa_file())
    assert refusal.status_code == 422
    assert "Load the outlines of districts first" in refusal.content.decode()


def test_a_file_whose_week_is_over_is_not_loaded(outlined, as_user):
    anna = as_user(outlined.anna)
    send(anna, lsoa_file())
    StoredFile.objects.update(content=b"")
    tasks.run_waiting_jobs()
    assert "not kept any more" in anna.get(LIST).content.decode()


def test_the_list_of_layers_takes_as_many_queries_for_many(outlined, as_user, django_assert_max_num_queries):
    for across in range(2, 7):
        police_data.layer(lsoa_file(across=across), by=outlined.anna)
    anna = as_user(outlined.anna)
    with django_assert_max_num_queries(9):
        assert len(anna.get(LIST).context["rows"]) == 5


def test_a_district_that_has_units_of_a_layer_is_in_use(outlined):
    district = District.objects.create(name="Mistaken", code="E07000999", outline=SQUARE)
    District.objects.filter(pk=outlined.north_herts.pk).update(outline=FAR)
    police_data.layer(lsoa_file(), by=outlined.anna)
    with pytest.raises(DomainError) as refusal:
        delete_district(by=outlined.adam, district_id=district.pk)
    assert refusal.value.code == "in_use"
    assert [(use.model, use.count) for use in uses_of(district)] == [(LayerUnit, 16)]
