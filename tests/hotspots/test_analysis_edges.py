"""Analyses at their edges: races, memory, missing months, sparse cells. Each was a fault once."""

import threading
import tracemalloc
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from django.db import connection

from hotspots.analysis import algorithm_record, answer_tables, counting, presenters, running, statistics, units
from hotspots.analysis.cells import neighbours
from hotspots.models import District, HotspotAnalysis, IncidentCategory, IncidentMonth
from tests.hotspots import police_data
from tests.hotspots.police_data import street_csv
from tests.hotspots.test_analyses import FIRST, LAST, analyse, county  # noqa: F401 - a fixture

SQUARE = {"type": "Polygon", "coordinates": [[[-0.4, 51.8], [-0.2, 51.8], [-0.2, 52], [-0.4, 52], [-0.4, 51.8]]]}


@pytest.mark.slow
def test_small_cells_of_many_months_and_categories_do_not_fill_the_memory(county):  # noqa: F811
    analysis = HotspotAnalysis(district=county.north_herts, resolution=11, first_month=FIRST, last_month=LAST)
    categories = list(IncidentCategory.objects.values_list("pk", flat=True))
    county.north_herts.refresh_from_db()
    tracemalloc.start()
    try:
        counted = counting.count_units(analysis, [county.north_herts], list(IncidentMonth.objects.all()), categories)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(counted.units.cells) > 150_000
    # A number for each cell, month and category would take 150 MB.
    assert peak < 75e6


def test_the_placebo_of_gi_star_is_made_by_gi_star(county):  # noqa: F811
    analysis = analyse(county.anna, method="gi_star", resolution=8)
    districts = counting.districts_of(analysis)
    months = list(IncidentMonth.objects.order_by("month"))[:4]
    counted = counting.count_units(analysis, districts, months, list(analysis.categories.values_list("pk", flat=True)))
    expected = []
    for before, after in pairwise(months):
        values = counted.of_months({before.month})
        z = statistics.gi_star(values, *neighbours(counted.units.cells))
        chosen = np.flatnonzero(statistics.false_discovery(statistics.two_sided_p(z), 0.05) & (z > 0))
        expected.append((values[chosen].sum(), counted.of_months({after.month})[chosen].sum()))
    assert [(pair["chosen_before"], pair["chosen_after"]) for pair in analysis.result["placebo"]] == expected


def test_neighbours_are_found_once_for_every_use_of_the_rule(county, monkeypatch):  # noqa: F811
    asked = []
    monkeypatch.setattr(units.H3Units, "neighbours", lambda found: asked.append(len(found)) or neighbours(found.cells))
    assert analyse(county.anna, method="gi_star", resolution=8).result["categories"]
    assert len(asked) == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_month_that_is_released_again_meanwhile_is_counted_as_it_was(force, monkeypatch):
    District.objects.update(outline=SQUARE)
    content = street_csv([{"Crime ID": str(number)} for number in range(9)])
    police_data.load(content, by=force.anna)

    def release_again() -> None:
        police_data.load(content, by=force.anna)
        connection.close()

    other = threading.Thread(target=release_again)
    count_units = counting.count_units

    def count_beside_a_load(*given):
        other.start()
        other.join(2)
        return count_units(*given)

    monkeypatch.setattr(counting, "count_units", count_beside_a_load)
    analysis = analyse(force.anna, last=FIRST)
    other.join()
    assert analysis.result, analysis.job.error
    assert analysis.result["total"] == analysis.result["months"][0]["rows"] == 9


def test_months_that_are_not_loaded_are_not_said_to_be_counted(county):  # noqa: F811
    analysis = analyse(county.anna, first=date(2024, 3, 1), last=date(2025, 1, 1))
    counted = "March to April 2024 and January 2025"
    assert f"Of the months asked for, only {counted} are loaded." in presenters.warnings(analysis)
    assert any("Later, in February to April 2025," in text for text in presenters.summary(analysis))
    later = analyse(county.anna, last=date(2024, 3, 1))
    assert not any("are loaded" in text for text in presenters.warnings(later))
    assert any("Later, in April 2024 and January to April 2025," in text for text in presenters.summary(later))
    after = analyse(county.anna, first=date(2025, 2, 1), last=date(2025, 4, 1))
    (table,) = (each for each in answer_tables.tables(after) if each["caption"] == "The same rule before")
    assert [row[0] for row in table["rows"]] == [f"{counted}, then February to April 2025"]


def test_more_cells_than_are_kept_are_told(county, monkeypatch):  # noqa: F811
    monkeypatch.setattr(running, "MOST_CELLS", 3)
    analysis = analyse(county.anna, method="gi_star", resolution=8)
    assert len(analysis.result["cells"]) == 3
    assert any("cells stand out. The 3 that do so most are kept" in text for text in presenters.warnings(analysis))


def test_a_record_stays_true_when_a_category_is_marked_otherwise(county):  # noqa: F811
    analysis = analyse(county.anna, categories=["Drugs", "Burglary"])
    IncidentCategory.objects.update(is_police_generated=False)
    analysis = HotspotAnalysis.objects.get(pk=analysis.pk)
    told = {row["key"]: row["value"] for section in algorithm_record.sections(analysis) for row in section.rows}
    assert told["Recorded because police looked"].endswith("counted are Drugs")
    assert any("because police looked" in text for text in presenters.warnings(analysis))


def test_the_map_keeps_the_outline_of_a_district_that_is_renamed(county, as_user):  # noqa: F811
    analysis = analyse(county.anna, district=county.watford_district, number=3)
    District.objects.filter(pk=county.watford_district.pk).update(name="Watford Borough")
    page = as_user(county.anna).get(f"/police-data/analyses/{analysis.pk}/")
    assert page.context["map"].districts


def test_where_nothing_stands_out_the_record_says_so(county, monkeypatch):  # noqa: F811
    monkeypatch.setattr(running, "rule_of", lambda *_: lambda _: running.Choice(np.empty(0, np.intp), 0))
    analysis = analyse(county.anna)
    told = {row["key"]: row["value"] for section in algorithm_record.sections(analysis) for row in section.rows}
    assert told["Performance"] == "No cell stands out."


def test_the_street_of_a_cell_is_that_of_the_months_that_were_asked_for(force):
    District.objects.update(outline=SQUARE)
    later = {"Month": "2024-02", "Location": "On or near Station Road"}
    police_data.load(street_csv([{}, later, later]), by=force.anna)
    (cell,) = analyse(force.anna, last=FIRST).result["cells"]
    assert (cell["count"], cell["place"]) == (1, "High Street")


def test_a_cell_that_stands_out_by_its_neighbours_only_says_so(force):
    District.objects.update(outline=SQUARE)
    police_data.load(street_csv([{}] * 3), by=force.anna)
    cells = analyse(force.anna, last=FIRST, method="gi_star", resolution=10).result["cells"]
    assert {each["place"] for each in cells if not each["count"]} == {"None here, only beside it"}
    assert {each["place"] for each in cells if each["count"]} == {"High Street"}
