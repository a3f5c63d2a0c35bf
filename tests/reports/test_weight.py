"""What the dashboard of a large force weighs."""

import gzip
import re
from datetime import date
from pathlib import Path

from hotspot.core.permissions import Role
from reports.demo.scale import LargeLoad, load_scale
from tests import factories

STATIC = Path(__file__).resolve().parents[2] / "static"
# The budget is 250 kB over the wire. It is kept with room to spare; unpacked, it is what a slow desktop has to read. A
# third of that are addresses: each number of each area leads to the records behind it.
OVER_THE_WIRE, UNPACKED = 100_000, 620_000


def test_the_dashboard_of_120_areas_keeps_to_its_bytes(db, now, as_user):
    """A financial year of all areas, cold: page, style sheets, scripts and icon; static files are sent compressed."""
    load_scale(LargeLoad(shifts=2000, areas=120, years=1, today=date(2024, 10, 1)), seed=1, demo=True)
    page = as_user(factories.UserFactory(role=Role.ANALYST)).get("/dashboard/").content
    assert page.count(b'class="app-card"') == 11
    assert page.count(b"<tr>") > 5 * 120
    assert len(page) < UNPACKED, len(page)
    names = {name.decode() for name in re.findall(rb'(?:href|src)="/static/([^"]+)"', page)}
    files = (
        {STATIC / name for name in names} | set((STATIC / "vendor").glob("govuk-*/*.js")) | {STATIC / "js/saving.js"}
    )
    weights = {path.name: len(gzip.compress(path.read_bytes(), 6)) for path in files}
    weights["page"] = len(gzip.compress(page, 6))
    assert sum(weights.values()) < OVER_THE_WIRE, weights
