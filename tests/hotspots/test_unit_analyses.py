"""Analyses in LSOAs and street segments: what they count against counts of their own, their pages and new areas."""

import json
from collections import Counter
from datetime import date
from math import cos, radians

import pytest
import shapely
from django.db import IntegrityError, transaction
from shapely.geometry import shape

from hotspot.core.jobs import tasks
from hotspots.analysis import algorithm_record, answer_tables, area_presenters, groups, presenters
from hotspots.area_sets import candidates
from hotspots.area_sets.forms import GroupsForm
from hotspots.areas.boundaries import check_boundary
from hotspots.models import District, HotspotAnalysis, HotspotArea, IncidentMonth
from tests.hotspots import police_data
from tests.hotspots.police_data import FAR, MONTHS, SQUARE, lsoa, lsoa_file, street_csv, street_file
from tests.hotspots.test_analyses import FIRST, LAST, analyse, ask, county, rows_of  # noqa: F401 - a fixture

JANUARY = {"first": FIRST, "last": FIRST}
# 0.002 degrees of longitude here, in metres on the sphere.
BLOCK = 0.002 * cos(radians(51.9)) * 6_371_007.18 * 3.14159265 / 180


@pytest.fixture
def north_herts(force):
    """One district of the size of `SQUARE`; the others are elsewhere."""
    District.objects.update(outline=FAR)
    District.objects.filter(pk=force.north_herts.pk).update(outline=SQUARE, name_in_police_data="North Hertfordshire")
    force.north_herts.refresh_from_db()
    return force


@pytest.fixture
def lsoas(north_herts):
    """Four by four LSOAs, each 0.05 degrees wide; number 5 is in the second column and row."""
    return police_data.layer(lsoa_file(), by=north_herts.anna)


@pytest.fixture
def streets(north_herts):
    """High Street in two segments, then Mill Lane; a street without a name far away."""
    lines = {
        "High Street": ((-0.3, 51.9), (-0.298, 51.9)),
        "High Street/2": ((-0.298, 51.9), (-0.296, 51.9)),
        "Mill Lane": ((-0.296, 51.9), (-0.294, 51.9)),
        "": ((-0.21, 51.96), (-0.21, 51.97)),
    }
    return police_data.layer(street_file(lines), by=north_herts.anna)


def at(longitude, latitude, number=1, **more) -> list[dict]:
    """So many incidents in a place of North Herts."""
    row = {"Longitude": str(longitude), "Latitude": str(latitude), "LSOA name": "North Hertfordshire 001A"}
    return [row | more] * number


def load(force, *rows, month="2024-01") -> None:
    content = street_csv([each | {"Month": month} for some in rows for each in some])
    police_data.load(content, by=force.anna, name=f"{month}-hertfordshire-street.csv")


def told(analysis) -> dict[str, str]:
    return {row["key"]: row["value"] for section in algorithm_record.sections(analysis) for row in section.rows}


# --- LSOAs --------------------------------------------------------------------------------------------------------
def test_lsoas_hold_what_points_inside_them_add_up_to(county):  # noqa: F811
    """LSOAs that are made up, over the real incidents of the county."""
    side, features = 0.05, []
    for column in range(14):
        features += [lsoa(column * 12 + row, -0.75 + column * side, 51.58 + row * side, side) for row in range(12)]
    layer = police_data.layer(json.dumps({"type": "FeatureCollection", "features": features}).encode(), by=county.anna)
    kept = {unit.code: shapely.from_wkb(bytes(unit.outline)).bounds for unit in layer.units.all()}
    counted, unplaced = Counter(), 0
    for row in rows_of(MONTHS[:4]):
        east, north = float(row["Longitude"]), float(row["Latitude"])
        column, line = int((east + 0.75) // side), int((north - 51.58) // side)
        code = f"E01{column * 12 + line:06}"
        counted[code] += code in kept
        unplaced += code not in kept
    analysis = analyse(county.anna, layer=layer)
    result = analysis.result
    assert (result["total"], result["left_out"]["unit"]) == (sum(counted.values()), unplaced)
    assert [each["count"] for each in result["cells"]] == sorted(counted.values(), reverse=True)[:20]
    assert all(each["count"] == counted[each["cell"]] for each in result["cells"])
    rows = IncidentMonth.objects.filter(month__range=(FIRST, LAST)).values_list("rows", flat=True)
    assert result["total"] + sum(result["left_out"].values()) == sum(rows)
    # Squares of degrees are smaller in the north; on the sphere each is so large.
    square = (0.05 * 111_194.93) ** 2
    for each in result["cells"][:5]:
        _, south, _, north = kept[each["cell"]]
        assert each["area"] == pytest.approx(square * cos(radians((south + north) / 2)), rel=1e-4)
    share = result["land_inside"] / result["land"]
    assert result["accuracy"] == pytest.approx(result["inside"] / result["total"] / share, rel=1e-6)
    assert (result["version"], result["layer"]["units"]) == ("2", layer.units.count())


def test_the_code_in_a_file_is_not_looked_at(north_herts, lsoas):
    load(north_herts, at(-0.33, 51.87, 3, **{"LSOA code": "E01999999"}))
    (unit,) = analyse(north_herts.anna, layer=lsoas, **JANUARY).result["cells"]
    assert (unit["cell"], unit["name"], unit["count"]) == ("E01000005", "North Herts 005A", 3)
    assert (unit["district"], unit["place"]) == ("North Herts", "High Street")


def test_what_no_lsoa_holds_has_a_reason_and_many_are_warned_of(north_herts, lsoas):
    load(north_herts, at(-0.33, 51.87, 3), at(-0.19, 51.87, 2))
    analysis = analyse(north_herts.anna, layer=lsoas, **JANUARY)
    assert (analysis.result["total"], analysis.result["left_out"]["unit"]) == (3, 2)
    assert ("In none of the LSOAs that are loaded", "2") in presenters.left_out_rows(analysis.result)
    assert any("40% of these incidents are not counted" in text for text in presenters.warnings(analysis))


def test_where_nothing_is_in_any_lsoa_there_is_no_answer(north_herts, lsoas):
    load(north_herts, at(-0.19, 51.87, 2))
    analysis = analyse(north_herts.anna, layer=lsoas, **JANUARY)
    assert "or none has a place in LSOAs of 2021, version 1." in analysis.job.error
    empty = analyse(north_herts.anna, layer=lsoas, district=north_herts.watford_district, **JANUARY)
    assert "LSOAs of 2021, version 1 has nothing in these districts." in empty.job.error


def test_gi_star_of_lsoas_takes_the_touching_ones(north_herts):
    layer = police_data.layer(lsoa_file(across=10), by=north_herts.anna)
    # The south-western corner: one full of incidents, with its neighbours.
    load(north_herts, at(-0.37, 51.83, 50))
    result = analyse(north_herts.anna, layer=layer, method="gi_star", **JANUARY).result
    around = {f"E01{column * 10 + row:06}" for column in range(3) for row in range(3)}
    assert {each["cell"] for each in result["cells"]} == around
    assert [sorted(group) for group in result["groups"]] == [sorted(around)]


def test_lsoas_are_coarse_enough_for_map_points(north_herts, lsoas):
    load(north_herts, at(-0.33, 51.87, 3))
    assert presenters.warnings(analyse(north_herts.anna, layer=lsoas, **JANUARY)) == []


def test_every_table_and_sentence_speaks_of_lsoas(north_herts, lsoas):
    for month in ("2024-01", "2024-02"):
        load(north_herts, at(-0.33, 51.87, 3), at(-0.27, 51.87, 2), at(-0.27, 51.93), month=month)
    analysis = analyse(north_herts.anna, layer=lsoas, number=2, **JANUARY)
    said = json.dumps(
        [answer_tables.tables(analysis), presenters.summary(analysis), told(analysis), presenters.asked(analysis)]
    )
    # A rule and a list name what else there is.
    for words in ("sizes of cells and other units", "by cell or other unit"):
        said = said.replace(words, "")
    assert "cell" not in said.lower()
    assert presenters.summary(analysis)[0].startswith("2 LSOAs had 83% of 6 incidents on 12.5")
    table = answer_tables.tables(analysis)[-1]
    assert [column["label"] for column in table["columns"]][:2] == ["LSOA", "On or near"]
    assert table["rows"][0][:3] == ["1. North Herts 005A (E01000005)", "High Street", "3"]
    assert told(analysis)["Unit"].startswith("LSOAs of 2021, version 1. Source: Nobody: made up. Incidents are counted")
    assert {"key": "Units", "value": "LSOAs of 2021, version 1"} in presenters.asked(analysis)


def test_an_answer_keeps_the_version_of_its_layer(north_herts, lsoas, as_user):
    load(north_herts, at(-0.33, 51.87, 3))
    analysis = analyse(north_herts.anna, layer=lsoas, **JANUARY)
    police_data.layer(lsoa_file(across=2), by=north_herts.anna)
    analysis = HotspotAnalysis.objects.get(pk=analysis.pk)
    assert told(analysis)["Unit"].startswith("LSOAs of 2021, version 1.")
    (group,) = groups.groups_of(analysis)
    assert shape(group.boundary).equals(shapely.box(-0.35, 51.85, -0.3, 51.9))


def test_the_database_wants_cells_or_a_layer_and_not_both(north_herts, lsoas):
    analysis = police_data_asked(north_herts, lsoas)
    for changes in ({"resolution": 9}, {"layer": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            HotspotAnalysis.objects.filter(pk=analysis.pk).update(**changes)


def police_data_asked(force, layer) -> HotspotAnalysis:
    load(force, at(-0.33, 51.87))
    return analyse(force.anna, layer=layer, **JANUARY)


# --- street segments ----------------------------------------------------------------------------------------------
def test_streets_hold_the_places_that_are_nearest_to_them(north_herts, streets):
    # 0.0003 degrees of latitude are 33 metres, 0.0005 are 56.
    load(
        north_herts,
        at(-0.299, 51.9003, 4),
        at(-0.297, 51.8997, 3),
        at(-0.2945, 51.9, 2),
        at(-0.299, 51.9005, 5),
    )
    analysis = analyse(north_herts.anna, layer=streets, number=2, **JANUARY)
    result = analysis.result
    assert [(each["name"], each["count"]) for each in result["cells"]] == [("High Street", 4), ("High Street", 3)]
    assert [each["area"] for each in result["cells"]] == [round(BLOCK)] * 2
    assert (result["total"], result["left_out"]["unit"]) == (9, 5)
    assert result["land"] == round(3 * BLOCK + 0.01 * 111_194.93)
    assert result["accuracy"] == pytest.approx((7 / 9) / (2 * BLOCK / result["land"]), rel=1e-3)
    assert ("More than 50 metres from every street", "5") in presenters.left_out_rows(result)
    # The two share an end point.
    assert len(result["groups"]) == 1


def test_the_words_of_streets_are_metres(north_herts, streets):
    load(north_herts, at(-0.299, 51.9, 4), at(-0.21, 51.965))
    analysis = analyse(north_herts.anna, layer=streets, number=2, **JANUARY)
    assert presenters.summary(analysis)[0].startswith("2 street segments had 100% of 5 incidents on ")
    assert "% of the length of streets: " in presenters.summary(analysis)[0]
    table = answer_tables.tables(analysis)[-1]
    assert [column["label"] for column in table["columns"]] == [
        "Street",
        "On or near",
        "Incidents",
        "Metres",
        "District",
    ]
    assert table["rows"][0] == ["1. High Street", "High Street", "4", f"{BLOCK:.0f}", "North Herts"]
    assert table["rows"][1][0] == "2. No name"
    reason = area_presenters.reason_for(analysis, groups.groups_of(analysis)[0])
    assert reason.startswith("80% of the 5 incidents recorded in January 2024 in all districts were here, on ")
    assert reason.endswith(" of the length of streets.")
    assert "at most 50 metres away" in told(analysis)["Unit"]


def test_points_of_published_files_are_always_warned_of_on_streets(north_herts, streets):
    load(north_herts, at(-0.299, 51.9))
    published = presenters.warnings(analyse(north_herts.anna, layer=streets, **JANUARY))
    assert ["so a street segment can have the incidents of others nearby" in text for text in published] == [True]
    rows = [{"Longitude": "-0.299", "Latitude": "51.9"}]
    police_data.load(police_data.extract_csv(rows), by=north_herts.anna, name="extract.csv")
    own = analyse(north_herts.anna, layer=streets, dataset="extract", **JANUARY)
    assert own.result["total"] == 1
    assert presenters.warnings(own) == []


def test_streets_become_an_area_of_the_land_beside_them(north_herts, streets):
    load(north_herts, at(-0.299, 51.9, 4), at(-0.297, 51.9, 3))
    analysis = analyse(north_herts.anna, layer=streets, number=2, **JANUARY)
    (group,) = groups.groups_of(analysis)
    boundary = check_boundary(group.boundary)
    assert boundary.parts == 1
    assert boundary.hectares == pytest.approx((2 * BLOCK * 60 + 3.14 * 900) / 10_000, rel=0.02)
    assert group.properties == {
        "name": "High Street", "district": "North Herts", "street_segments": 2, "incidents": 7,
        "metres": pytest.approx(2 * BLOCK, abs=1),
    }  # fmt: skip


# --- pages --------------------------------------------------------------------------------------------------------
def test_units_are_offered_only_where_they_are_loaded(north_herts, as_user):
    load(north_herts, at(-0.33, 51.87, 3))
    anna = as_user(north_herts.anna)
    assert "layer" not in anna.get("/police-data/analyses/new/").context["form"].fields
    layer = police_data.layer(lsoa_file(), by=north_herts.anna)
    police_data.layer(lsoa_file(across=2), by=north_herts.anna)
    form = anna.get("/police-data/analyses/new/").context["form"]
    assert [label for _, label in form.fields["layer"].choices] == ["Cells of one size", "LSOAs of 2021, version 2"]
    # A version that is replaced is asked for no more.
    assert ask(anna, layer=str(layer.pk)).status_code == 422


@pytest.mark.parametrize("kind", ["lsoas", "streets"])
def test_a_unit_is_asked_for_read_downloaded_and_made_an_area(
    north_herts, as_user, request, kind, django_assert_max_num_queries
):
    layer = request.getfixturevalue(kind)
    load(north_herts, at(-0.299, 51.9, 4), at(-0.21, 51.965, 2))
    page = ask(as_user(north_herts.anna), layer=str(layer.pk))["Location"]
    analysis = HotspotAnalysis.objects.get()
    assert (analysis.layer, analysis.resolution) == (layer, None)
    tasks.run_waiting_jobs()
    adam = as_user(north_herts.adam)
    with django_assert_max_num_queries(16):
        shown = adam.get(page)
    text = shown.content.decode()
    assert ("app-cell-map__line " in text) == (kind == "streets")
    assert ("app-cell-map__cell app-cell" in text) == (kind == "lsoas")
    many = "Street segments" if kind == "streets" else "LSOAs"
    assert f"{many} side by side, which could be areas" in text
    with django_assert_max_num_queries(9):
        file = json.loads(adam.get(f"{page}groups.geojson").content)
    assert len(file["features"]) == 2
    form = adam.get(f"{page}groups/1/").context["form"]
    assert shape(json.loads(form["text"].value())).is_valid
    assert form["name"].value() == "High Street"
    assert f"2 {many[0].lower() + many[1:] if kind == 'streets' else many}" in str(
        adam.get("/police-data/analyses/").context["rows"][0]
    )
    assert adam.get(f"{page}record.pdf").status_code == 200


@pytest.mark.parametrize("kind", ["lsoas", "streets"])
def test_units_become_candidates_of_a_set(north_herts, request, kind):
    layer = request.getfixturevalue(kind)
    load(north_herts, at(-0.299, 51.8999, 4), at(-0.21, 51.965, 2))
    analysis = analyse(north_herts.anna, layer=layer, **JANUARY)
    found = groups.groups_of(analysis)
    old = HotspotArea.objects.get(pk=north_herts.hitchin.pk)
    old.boundary = found[0].boundary
    new = candidates.candidates_of(analysis, found, members=[], ending=[old])
    assert [each["origins"] for each in new] == [[old], []]
    assert all(check_boundary(each["boundary"]).hectares > 0 for each in new)
    hints = GroupsForm(None, analysis=analysis).looks["groups"].option_hints
    assert hints["1"].endswith(" metres" if kind == "streets" else " hectares")


def test_later_months_and_the_placebo_are_those_of_the_units(north_herts, lsoas):
    for month, number in (("2024-01", 5), ("2024-02", 3), ("2024-03", 1)):
        load(north_herts, at(-0.33, 51.87, number), at(-0.27, 51.87, 2), month=month)
    result = analyse(north_herts.anna, layer=lsoas, first=date(2024, 1, 1), last=date(2024, 2, 1), number=1).result
    assert (result["later"]["inside"], result["later"]["total"], result["later"]["chosen_again"]) == (1, 3, 0)
    (pair,) = result["placebo"]
    assert (pair["chosen_before"], pair["chosen_after"], pair["all_before"], pair["all_after"]) == (5, 3, 7, 5)
