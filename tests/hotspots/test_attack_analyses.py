"""What an attack on analyses found: each test failed before."""

import tracemalloc
from itertools import pairwise

import numpy as np

from hotspots.analysis import counting, running, statistics
from hotspots.analysis.cells import neighbours
from hotspots.models import HotspotAnalysis, IncidentCategory, IncidentMonth
from tests.hotspots.test_analyses import analyse, county  # noqa: F401 - a fixture


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
