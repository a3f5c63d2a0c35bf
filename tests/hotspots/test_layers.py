"""Files of LSOAs and streets: what is kept of them, what is refused, and their pages. All are made up."""

import json

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile

from hotspot.core.errors import DomainError, NotAllowed
from hotspots.layers.operations import load_layer
from hotspots.layers.queries import layers_offered_to, outlines_in
from hotspots.models import District, LayerUnit, UnitLayer
from tests.hotspots import police_data
from tests.hotspots.police_data import AT, FAR, SQUARE, lsoa, lsoa_file, street_file

NEW = "/police-data/layers/new/"
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
    loaded = load_layer(by=outlined.anna, at=AT, source="Made up", content=content)
    assert (len(loaded.file.units), loaded.file.outside) == (17, 2)
    assert loaded.layer.units.filter(code__gte="E01000100").values_list("code", flat=True).get() == "E01000102"
    assert set(loaded.file.without) == set(
        District.objects.exclude(pk=outlined.north_herts.pk).values_list("name", flat=True)
    )


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
    loaded = load_layer(by=outlined.anna, at=AT, source="Made up", content=content)
    assert loaded.file.repaired == 1
    assert outlines_in(loaded.layer, [outlined.north_herts]).shapes[0].is_valid


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
    "eastings": (
        collection(feature({"id": 1}, "LineString", [[518000, 229000], [518100, 229000]])),
        "1 is not in Great",
    ),
    "no number": (street_file({"A": STREET}).replace(b"51.9", b"NaN"), "00000000-link is"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_as_a_whole(outlined, what):
    content, why = BAD[what]
    assert why in refused(outlined, content).message


def test_outlines_of_districts_come_first(force):
    assert refused(force, lsoa_file()).code == "layer_no_outlines"


def test_only_who_loads_police_data_loads_layers(outlined):
    with pytest.raises(NotAllowed):
        police_data.layer(lsoa_file(), by=outlined.audrey)


# --- pages --------------------------------------------------------------------------------------------------------
def test_a_layer_is_loaded_and_read_by_page(outlined, as_user):
    anna = as_user(outlined.anna)
    assert "Nothing loaded yet" in anna.get("/police-data/layers/").content.decode()
    sent = {"source": "Nobody", "file": SimpleUploadedFile("a.json", b"{}")}
    bad = anna.post(NEW, sent)
    assert bad.status_code == 422
    assert "must be a GeoJSON FeatureCollection" in bad.content.decode()
    sent["file"] = SimpleUploadedFile("a.json", lsoa_file(more=[lsoa(100, -0.19, 51.8, 0.05)]))
    page = anna.post(NEW, sent)["Location"]
    text = anna.get(page).content.decode()
    assert "16 units in the districts here. 1 other lies outside them and is left out." in text
    assert anna.get(page).context["rows"] == [["North Herts", "16"]]
    (row,) = anna.get("/police-data/layers/").context["rows"]
    assert [row[0]["text"], *row[1:4]] == ["LSOAs of 2021", "1", "16", "Nobody"]


def test_the_list_of_layers_takes_as_many_queries_for_many(outlined, as_user, django_assert_max_num_queries):
    for across in range(2, 7):
        police_data.layer(lsoa_file(across=across), by=outlined.anna)
    anna = as_user(outlined.anna)
    with django_assert_max_num_queries(9):
        assert len(anna.get("/police-data/layers/").context["rows"]) == 5
