"""What an attack on analyses found: each test failed before."""

import tracemalloc

from hotspots.analysis import counting
from hotspots.models import HotspotAnalysis, IncidentCategory, IncidentMonth
from tests.hotspots.test_analyses import county  # noqa: F401 - a fixture


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
