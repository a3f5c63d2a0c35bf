"""What an attack on analyses found: each test failed before."""

import threading
import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
from django.db import connection

from hotspots.analysis import counting, running, statistics
from hotspots.analysis.cells import neighbours
from hotspots.models import District, HotspotAnalysis, IncidentCategory, IncidentMonth
from tests.hotspots import police_data
from tests.hotspots.police_data import street_csv
from tests.hotspots.test_analyses import FIRST, analyse, county  # noqa: F401 - a fixture


def test_small_cells_of_many_months_and_categories_do_not_fill_the_memory(county):  # noqa: F811
    analysis = HotspotAnalysis(district=county.north_herts, resolution=11)
    categories = list(IncidentCategory.objects.values_list("pk", flat=True))
    county.north_herts.refresh_from_db()
    tracemalloc.start()
    try:
        counted = counting.count_cells(analysis, [county.north_herts], list(IncidentMonth.objects.all()), categories)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(counted.cells) > 150_000
    # A number for each cell, month and category would take 150 MB.
    assert peak < 75e6


def test_the_placebo_of_gi_star_is_made_by_gi_star(county):  # noqa: F811
    analysis = analyse(county.anna, method="gi_star", resolution=8)
    districts = counting.districts_of(analysis)
    months = list(IncidentMonth.objects.order_by("month"))[:4]
    counted = counting.count_cells(analysis, districts, months, list(analysis.categories.values_list("pk", flat=True)))
    expected = []
    for before, after in pairwise(months):
        values = counted.of_months({before.month})
        z = statistics.gi_star(values, *neighbours(counted.cells))
        chosen = np.flatnonzero(statistics.false_discovery(statistics.two_sided_p(z), 0.05) & (z > 0))
        expected.append((values[chosen].sum(), counted.of_months({after.month})[chosen].sum()))
    assert [(pair["chosen_before"], pair["chosen_after"]) for pair in analysis.result["placebo"]] == expected


def test_neighbours_are_found_once_for_every_use_of_the_rule(county, monkeypatch):  # noqa: F811
    asked = []
    monkeypatch.setattr(running, "neighbours", lambda cells: asked.append(len(cells)) or neighbours(cells))
    assert analyse(county.anna, method="gi_star", resolution=8).result["categories"]
    assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
def test_a_month_that_is_released_again_meanwhile_is_counted_as_it_was(force, monkeypatch):
    square = {"type": "Polygon", "coordinates": [[[-0.4, 51.8], [-0.2, 51.8], [-0.2, 52], [-0.4, 52], [-0.4, 51.8]]]}
    District.objects.update(outline=square)
    content = street_csv([{"Crime ID": str(number)} for number in range(9)])
    police_data.load(content, by=force.anna)

    def release_again() -> None:
        police_data.load(content, by=force.anna)
        connection.close()

    other = threading.Thread(target=release_again)
    count_cells = counting.count_cells

    def count_beside_a_load(*given):
        other.start()
        other.join(2)
        return count_cells(*given)

    monkeypatch.setattr(counting, "count_cells", count_beside_a_load)
    analysis = analyse(force.anna, last=FIRST)
    other.join()
    assert analysis.result, analysis.job.error
    assert analysis.result["total"] == analysis.result["months"][0]["rows"] == 9
