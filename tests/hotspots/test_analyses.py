"""Analyses of police data: what they count, choose and say, and their pages."""

import csv
import io
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import h3
import pytest
from shapely.geometry import shape

from hotspot.core.jobs import tasks
from hotspots.analysis import answer_tables, area_presenters, drawings, groups, operations, presenters, running
from hotspots.analysis.units import UnitShapes
from hotspots.areas.boundaries import check_boundary
from hotspots.areas.features import read_area_file
from hotspots.models import District, HotspotAnalysis, HotspotArea, IncidentCategory, IncidentMonth
from tests import factories
from tests.hotspots import police_data
from tests.hotspots.police_data import AT, MONTHS, hertfordshire, street_csv

ROOT = Path(__file__).resolve().parents[2]
FIRST, LAST = date(2024, 1, 1), date(2024, 4, 1)
NEW = "/police-data/analyses/new/"


@pytest.fixture
def county(force):
    """The ten districts with their outlines, and eight months of incidents."""
    police_data.load_county(force)
    return force


def analyse(by, *, first=FIRST, last=LAST, categories=None, **asked) -> HotspotAnalysis:
    """An analysis, answered."""
    asked = {"district": None, "resolution": 9, "method": "rank", "number": 20} | asked
    chosen = IncidentCategory.objects.filter(is_police_generated=False)
    if categories:
        chosen = IncidentCategory.objects.filter(name__in=categories)
    analysis = operations.begin_analysis(
        by=by, at=AT, name="Run", first_month=first, last_month=last, categories=list(chosen), **asked
    )
    tasks.run_waiting_jobs()
    analysis.refresh_from_db()
    return analysis


def rows_of(months, categories=None) -> list[dict[str, str]]:
    """The rows of the files themselves, with a place in one of the ten districts."""
    found = []
    for month in months:
        for row in csv.DictReader(io.StringIO(hertfordshire(month).decode(), newline="")):
            is_chosen = row["Crime type"] not in ("Drugs", "Possession of weapons")
            if categories:
                is_chosen = row["Crime type"] in categories
            if is_chosen and row["Longitude"] and row["LSOA name"][:-5] in police_data.outlines():
                found.append(row)
    return found


def by_cell(rows, resolution=9) -> Counter:
    return Counter(h3.latlng_to_cell(float(row["Latitude"]), float(row["Longitude"]), resolution) for row in rows)


# --- what it counts -----------------------------------------------------------------------------------------------
def test_the_worst_cells_are_those_of_an_independent_count(county):
    result = analyse(county.anna).result
    counted = by_cell(rows_of(MONTHS[:4]))
    assert result["total"] == counted.total()
    assert {each["cell"]: each["count"] for each in result["cells"]} == {
        each["cell"]: counted[each["cell"]] for each in result["cells"]
    }
    twenty = sorted(counted.values(), reverse=True)[:20]
    assert [each["count"] for each in result["cells"]] == twenty
    assert result["inside"] == sum(twenty)
    assert sum(len(group) for group in result["groups"]) == 20


def test_the_land_is_that_of_the_districts_and_a_little_more_at_the_edge(county):
    result = analyse(county.anna).result
    # Hertfordshire has 1,643 km².
    assert 1_643e6 < result["land"] < 1.1 * 1_643e6
    expected = (result["inside"] / result["total"]) / (result["land_inside"] / result["land"])
    assert result["accuracy"] == pytest.approx(expected, rel=1e-6)
    # No other twenty cells hold more, but cells are not equal, so as much land can.
    assert 0.99 < result["efficiency"] <= 1


def test_every_incident_of_the_months_is_counted_or_its_reason_is_said(county):
    result = analyse(county.anna).result
    rows = IncidentMonth.objects.filter(month__range=(FIRST, LAST)).values_list("rows", flat=True)
    assert result["total"] + sum(result["left_out"].values()) == sum(rows)
    assert result["left_out"]["category"] > 0
    assert result["left_out"]["elsewhere"] > 0
    assert [each["month"] for each in result["months"]] == [f"{month}-01" for month in MONTHS[:4]]


def test_later_months_are_told_apart_from_those_it_was_made_of(county):
    later = analyse(county.anna).result["later"]
    counted = by_cell(rows_of(MONTHS[4:]))
    assert later["months"] == [f"{month}-01" for month in MONTHS[4:]]
    assert later["total"] == counted.total()
    assert later["inside"] == sum(counted[each["cell"]] for each in analyse(county.anna).result["cells"])
    assert analyse(county.anna, first=date(2025, 1, 1), last=date(2025, 4, 1)).result["later"] is None


def test_the_placebo_is_the_same_rule_on_the_months_before(county):
    months = [by_cell(rows_of([month])) for month in MONTHS[:4]]
    pairs = analyse(county.anna).result["placebo"]
    assert [each["before"] for each in pairs] == [[f"{month}-01"] for month in MONTHS[:3]]
    for pair, before, after in zip(pairs, months, months[1:], strict=False):
        assert pair["chosen_before"] == sum(sorted(before.values(), reverse=True)[:20])
        assert (pair["all_before"], pair["all_after"]) == (before.total(), after.total())
    # As long as the analysis itself, where so many months are loaded.
    (pair,) = analyse(county.anna, first=date(2025, 1, 1), last=date(2025, 4, 1)).result["placebo"]
    assert (pair["before"], pair["after"]) == (
        [f"{month}-01" for month in MONTHS[:4]],
        [f"{month}-01" for month in MONTHS[4:]],
    )


def test_incidents_in_hotspot_areas_are_those_of_points_inside(county):
    square = {
        "type": "Polygon",
        "coordinates": [[[-0.41, 51.64], [-0.38, 51.64], [-0.38, 51.67], [-0.41, 51.67], [-0.41, 51.64]]],
    }
    HotspotArea.objects.filter(pk=county.watford.pk).update(boundary=square)
    HotspotArea.objects.filter(pk=county.letchworth.pk).update(last_day=date(2024, 12, 31))
    rows = rows_of(MONTHS[:4])
    inside = sum(-0.41 <= float(row["Longitude"]) <= -0.38 and 51.64 <= float(row["Latitude"]) <= 51.67 for row in rows)
    found = {each["name"]: each["count"] for each in analyse(county.anna).result["areas"]}
    assert found[county.watford.name] == inside > 0
    # It had ended by the day that the question was asked.
    assert county.letchworth.name not in found


def test_one_district_and_some_categories(county):
    watford = county.watford_district
    result = analyse(county.anna, district=watford, categories=["Anti-social behaviour"], number=3).result
    rows = [row for row in rows_of(MONTHS[:4], ["Anti-social behaviour"]) if row["LSOA name"].startswith("Watford")]
    assert result["total"] == len(rows)
    assert result["districts"] == ["Watford"]
    assert {each["district"] for each in result["cells"]} == {"Watford"}
    assert [each["name"] for each in result["categories"]] == ["Anti-social behaviour"]
    assert result["categories"][0]["overlap"] == 1


def test_gi_star_takes_cells_that_stand_out_with_their_neighbours(county):
    result = analyse(county.anna, method="gi_star", resolution=8).result
    scores = [each["score"] for each in result["cells"]]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 1.96
    # Most of them lie beside another one.
    assert len(result["groups"]) < len(scores)


def test_the_same_question_has_the_same_answer(county):
    assert analyse(county.anna).result == analyse(county.adam).result


def test_an_answer_stays_when_a_month_is_released_again(county):
    analysis = analyse(county.anna)
    before = analysis.result
    police_data.load(street_csv([{"Month": "2024-01"}] * 3), by=county.anna)
    analysis.refresh_from_db()
    assert analysis.result == before
    assert analyse(county.anna).result["total"] < before["total"]


# --- what it refuses and says -------------------------------------------------------------------------------------
def test_without_outlines_it_says_which_are_missing(county):
    District.objects.filter(pk=county.north_herts.pk).update(outline=None)
    analysis = analyse(county.anna)
    assert not analysis.result
    assert "Without one: North Herts." in analysis.job.error
    assert analyse(county.anna, district=county.watford_district).result


def test_without_such_incidents_there_is_no_answer(county):
    analysis = analyse(county.anna, first=date(2024, 5, 1), last=date(2024, 6, 1))
    assert "None of these incidents are loaded" in analysis.job.error


def test_a_break_between_the_months_is_said(force):
    police_data.load_northumbria(force)
    analysis = analyse(force.anna, first=date(2022, 1, 1), last=date(2022, 3, 1), resolution=8)
    assert any("changed in July 2022" in text for text in presenters.warnings(analysis))


def test_outlines_that_do_not_hold_the_incidents_are_warned_of(county):
    assert analyse(county.anna, resolution=8).result["beyond_outlines"] < 0.01 * analyse(county.anna).result["total"]
    District.objects.update(outline=police_data.outlines()["Stevenage"]["geometry"])
    warned = presenters.warnings(analyse(county.anna, resolution=8))
    assert any("beyond the outlines of their districts" in text for text in warned)


def test_fine_cells_and_police_generated_records_are_warned_of(county):
    coarse = analyse(county.anna, resolution=8)
    assert presenters.warnings(coarse) == []
    fine = presenters.warnings(analyse(county.anna, resolution=10, categories=["Drugs", "Burglary"]))
    assert any("smaller than 500 metres" in text for text in fine)
    assert any("because police looked" in text for text in fine)


def test_one_cell_is_one_cell_and_names_keep_their_capitals(county):
    stevenage = District.objects.get(name="Stevenage")
    analysis = analyse(county.anna, number=1, district=stevenage)
    assert answer_tables.tables(analysis)[-1]["caption"] == "The 1 cell"
    assert presenters.method(analysis) == "the 1 cell with most incidents"
    reason = area_presenters.reason_for(analysis, groups.groups_of(analysis)[0])
    assert "recorded from January to April 2024 in Stevenage were here" in reason
    analysis.method = HotspotAnalysis.Method.GI_STAR
    assert {"key": "Rule", "value": "Cells that stand out with their neighbours (Gi*, at most 5 in 100 by chance)"} in (
        presenters.asked(analysis)
    )


def test_nothing_stands_out_where_everything_is_alike(county, monkeypatch):
    monkeypatch.setattr(
        running, "rule_of", lambda *_: lambda _: running.Choice(running.np.empty(0, running.np.intp), 0)
    )
    analysis = analyse(county.anna)
    assert presenters.summary(analysis)[0].startswith("No cell stands out")


def text_of(browser, url) -> str:
    return browser.get(url).content.decode()


# --- pages --------------------------------------------------------------------------------------------------------
def ask(browser, **changes):
    form = browser.get(NEW).context["form"]
    values = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    return browser.post(NEW, values | {"name": "ASB in winter"} | changes)


def test_an_analyst_asks_and_reads_the_answer(county, as_user):
    anna = as_user(county.anna)
    page = ask(anna)["Location"]
    assert "Queued" in anna.get(page).content.decode()
    tasks.run_waiting_jobs()
    shown = anna.get(page)
    text = shown.content.decode()
    assert "ASB in winter" in text
    assert "<svg" in text
    assert "Drugs" not in str(shown.context["asked"])
    captions = [table["caption"] for table in shown.context["tables"]]
    assert captions[0] == "How much the cells hold"
    assert captions[-1] == "The 50 cells"
    # Numbers with names of their own are explained where they stand.
    for words in ("(PAI)", "(PEI)", "Own hotspots the same", "of what the densest land of the same size held"):
        assert words in text
    assert "Gi*: incidents in the cell" not in text
    (row,) = anna.get("/police-data/analyses/").context["rows"]
    assert [row[0]["text"], row[3], row[4]["text"]] == ["ASB in winter", "50 cells", "Done"]
    # Others read it and cannot change it.
    assert as_user(county.audrey).get(page).status_code == 200


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"first_month": "2024-03-01", "last_month": "2024-01-01"}, "same as or after the first"),
        ({"categories": []}, "Select at least one category"),
        ({"number": "0"}, "How many hotspots"),
        ({"number": "501"}, "How many hotspots"),
        ({"resolution": "12"}, "Size of the cells"),
        ({"name": ""}, "Name"),
    ],
)
def test_a_question_that_makes_no_sense_is_shown_again(county, as_user, changes, message):
    answer = ask(as_user(county.anna), **changes)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not HotspotAnalysis.objects.exists()


def test_without_data_there_is_nothing_to_ask(force, as_user):
    assert as_user(force.anna).get(NEW)["Location"] == "/police-data/"
    assert (
        "An analyst or administrator can make one"
        in as_user(force.audrey).get("/police-data/analyses/").content.decode()
    )


def test_what_failed_is_said_on_its_page(county, as_user):
    District.objects.all().update(outline=None)
    anna = as_user(county.anna)
    page = ask(anna)["Location"]
    tasks.run_waiting_jobs()
    text = anna.get(page).content.decode()
    assert "Load the outlines of districts first" in text
    assert f'href="{NEW}"' in text
    # Whoever did not start it reads why it failed, too, and has no button.
    text = as_user(county.audrey).get(page).content.decode()
    assert "Load the outlines of districts first" in text
    assert "Anna Analyst started this, and can try again." in text
    assert f'href="{NEW}"' not in text
    # Trying again comes back to the analysis.
    retry = anna.post(f"/jobs/{HotspotAnalysis.objects.get().job_id}/retry/")
    assert retry["Location"] == page


def test_the_page_of_an_analysis_costs_a_few_queries(county, as_user, django_assert_max_num_queries):
    anna = as_user(county.anna)
    page = f"/police-data/analyses/{analyse(county.anna).pk}/"
    with django_assert_max_num_queries(11):
        anna.get(page)


def test_the_map_of_an_analysis_shows_places(county, as_user):
    factories.PlaceFactory(name="Hitchin and Letchworth")
    analysis = analyse(county.anna, number=3)
    page = as_user(county.anna).get(f"/police-data/analyses/{analysis.pk}/").content.decode()
    (beneath,) = re.findall(r'<g class="app-places-beneath" aria-hidden="true">(.*?)</g>', page)
    assert beneath.count("<path") == 1
    assert "Hitchin and Letchworth</text>" in page


def test_the_algorithm_record_says_what_was_read_and_left_out(county, as_user):
    analysis = analyse(county.anna)
    anna = as_user(county.anna)
    assert (
        f"/police-data/analyses/{analysis.pk}/record/"
        in anna.get(f"/police-data/analyses/{analysis.pk}/").content.decode()
    )
    sections = anna.get(f"/police-data/analyses/{analysis.pk}/record/").context["sections"]
    assert [section.title.removeprefix("Tier 2: ") for section in sections] == [
        "Tier 1: overview", "owner and responsibility", "description and rationale", "deployment context",
        "tool specification", "data", "risks, mitigations and impact assessments", "Equality note",
    ]  # fmt: skip
    told = {row["key"]: row["value"] for section in sections for row in section.rows}
    rows = [
        row for month in MONTHS[:4] for row in csv.DictReader(io.StringIO(hertfordshire(month).decode(), newline=""))
    ]
    generated = sum(row["Crime type"] in ("Drugs", "Possession of weapons") for row in rows)
    assert told["Incidents counted"] == f"{analysis.result['total']:,} of {len(rows):,}"
    assert told["Recorded because police looked"].startswith(f"{generated / len(rows):.0%} of the incidents")
    assert told["Organisation"] == "Hertfordshire Constabulary"
    assert told["Files"].startswith("January 2024: 2024-01-hertfordshire-street.csv, release ")


def test_an_analysis_without_an_answer_has_no_record(county, as_user):
    page = ask(as_user(county.anna))["Location"]
    assert as_user(county.anna).get(f"{page}record/").status_code == 404


# --- areas --------------------------------------------------------------------------------------------------------
def test_cells_side_by_side_are_groups_with_their_sums(county):
    analysis = analyse(county.anna, number=50)
    found = groups.groups_of(analysis)
    assert sum(group.count for group in found) == analysis.result["inside"]
    assert sum(len(group.cells) for group in found) == 50
    assert [group.count for group in found] == sorted((group.count for group in found), reverse=True)
    assert max(len(group.cells) for group in found) > 1
    for group in found:
        codes = {cell["cell"] for cell in group.cells}
        beside = {code for code in codes if codes & (set(h3.grid_disk(code, 1)) - {code})}
        assert beside == codes or len(codes) == 1
        outline = shape(group.boundary)
        assert outline.geom_type == "Polygon"
        assert outline.is_valid
        # To a hundredth, the land of its cells.
        assert check_boundary(group.boundary).hectares == pytest.approx(group.area / 10_000, rel=0.01)


def test_a_group_is_named_after_its_streets_of_most_incidents(force):
    def cell(code, count, place):
        return {"cell": code, "count": count, "place": place, "district": "Stevenage", "score": 9.0, "area": 94_000}

    analysis = police_data.asked(by=force.anna)
    cells = [cell("a", 0, ""), cell("b", 7, "High Street"), cell("c", 0, "")]
    analysis.result = {"cells": cells, "groups": [["a", "b"], ["c"]]}
    rows = area_presenters.group_rows(analysis, manages=True)
    assert [row[0] for row in rows] == ["High Street", "No street named"]
    assert [row[-1]["text"] for row in rows] == ["Add High Street", "Add this land"]


def test_the_file_of_groups_can_be_imported_as_areas(county, as_user):
    analysis = analyse(county.anna, number=50)
    answer = as_user(county.anna).get(f"/police-data/analyses/{analysis.pk}/groups.geojson")
    features = json.loads(answer.content)["features"]
    assert len(read_area_file(answer.content).features) == len(features) == len(groups.groups_of(analysis))
    assert features[0]["properties"]["incidents"] == groups.groups_of(analysis)[0].count


def test_an_administrator_makes_an_area_of_a_group_and_everybody_reads_why(county, as_user):
    analysis = analyse(county.anna, number=50)
    page = f"/police-data/analyses/{analysis.pk}/"
    adam = as_user(county.adam)
    assert "groups/1/" in adam.get(page).content.decode()
    assert "groups/1/" not in as_user(county.anna).get(page).content.decode()
    shown = adam.get(f"{page}groups/1/")
    form = shown.context["form"]
    assert 'action="/manage/areas/new/"' in shown.content.decode()
    values = {name: form[name].value() for name in ("name", "kind", "reason", "text", "analysis", "position")}
    values |= {"district": form["district"].value(), "town": "Watford"}
    values |= {"first_day_day": "1", "first_day_month": "7", "first_day_year": "2024"}
    checked = adam.post("/manage/areas/new/", values)
    assert "Check the new area" in checked.content.decode()
    kept = dict(checked.context["kept"])
    answer = adam.post("/manage/areas/new/", kept | {"step": "save"})
    area = HotspotArea.objects.latest("pk")
    assert answer["Location"] == f"/manage/areas/{area.pk}/"
    assert area.analysis == analysis
    group = groups.groups_of(analysis)[0]
    why = f"{group.count / analysis.result['total']:.0%} of the {analysis.result['total']:,} incidents"
    for person in (county.paul, county.sue, county.anna):
        if person == county.sue and area.district != county.watford_district:
            continue
        text = as_user(person).get(f"/manage/areas/{area.pk}/").content.decode()
        assert why in text
        assert (page in text) == (person == county.anna)
    # And from the analysis back to its areas.
    (row,) = as_user(county.anna).get(page).context["areas"]
    assert row[0] == {"url": f"/manage/areas/{area.pk}/", "text": area.name}


def test_the_scale_bar_of_a_map_fits_its_district(county):
    outline = police_data.outlines()["Watford"]["geometry"]
    small = drawings.draw_units(UnitShapes(analyse(county.anna, district=county.watford_district, number=3)), [outline])
    large = drawings.draw_units(
        UnitShapes(analyse(county.anna, number=3)), [each["geometry"] for each in police_data.outlines().values()]
    )
    assert (small.scale_label, large.scale_label) == ("1 km", "10 km")
    assert max(small.scale, large.scale) <= drawings.WIDTH / 4


def test_there_is_no_such_group(county, as_user):
    analysis = analyse(county.anna, number=3)
    adam = as_user(county.adam)
    assert adam.get(f"/police-data/analyses/{analysis.pk}/groups/0/").status_code == 404
    assert adam.get(f"/police-data/analyses/{analysis.pk}/groups/99/").status_code == 404


@pytest.mark.parametrize(
    ("categories", "kind"),
    [
        (["Anti-social behaviour"], "asb"),
        (["Robbery", "Violence and sexual offences"], "serious_violence"),
        (["Anti-social behaviour", "Robbery"], "both"),
    ],
)
def test_what_an_area_is_a_hotspot_for_follows_from_the_categories(force, categories, kind):
    analysis = police_data.asked(by=force.anna)
    analysis.categories.set(IncidentCategory.objects.filter(name__in=categories))
    assert area_presenters.kind_of_area(analysis) == kind


def test_an_area_has_the_incidents_of_the_points_inside_by_month(county, as_user):
    square = {
        "type": "Polygon",
        "coordinates": [[[-0.41, 51.64], [-0.38, 51.64], [-0.38, 51.67], [-0.41, 51.67], [-0.41, 51.64]]],
    }
    HotspotArea.objects.filter(pk=county.watford.pk).update(boundary=square)
    anna = as_user(county.anna)
    assert f"/police-data/analyses/areas/{county.watford.pk}/" in text_of(anna, f"/manage/areas/{county.watford.pk}/")
    rows = anna.get(f"/police-data/analyses/areas/{county.watford.pk}/").context["rows"]
    assert [row[0] for row in rows][::-1][:2] == ["January 2024", "February 2024"]
    for shown, month in zip(rows[::-1], MONTHS, strict=True):
        found = list(csv.DictReader(io.StringIO(hertfordshire(month).decode(), newline="")))
        inside = [row for row in found if row["Longitude"] and -0.41 <= float(row["Longitude"]) <= -0.38]
        inside = [row for row in inside if 51.64 <= float(row["Latitude"]) <= 51.67]
        kinds = Counter(row["Crime type"] for row in inside)
        asb, violence = kinds["Anti-social behaviour"], kinds["Violence and sexual offences"]
        everywhere = sum(row["LSOA name"].startswith("Watford 0") for row in found)
        numbers = (len(inside), asb, violence, len(inside) - asb - violence, everywhere)
        assert shown[1:] == [f"{number:,}" for number in numbers]
    assert "/police-data/" not in text_of(as_user(county.paul), f"/manage/areas/{county.watford.pk}/")
    assert as_user(county.paul).get(f"/police-data/analyses/areas/{county.watford.pk}/").status_code == 404


def test_an_area_without_police_data(force, as_user):
    assert "No police data yet" in text_of(as_user(force.anna), f"/police-data/analyses/areas/{force.watford.pk}/")
