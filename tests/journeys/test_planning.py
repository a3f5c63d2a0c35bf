"""Planning on a screen, on a phone and on paper."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests import factories
from tests.conftest import NOW
from tests.patrols.planning import planned

pytestmark = pytest.mark.slow

CALENDAR = "/shifts/calendar/"


def test_43_areas_are_printed_on_one_landscape_page(force, page_for):
    for area in factories.HotspotAreaFactory.create_batch(41, district=force.north_herts):
        factories.AreaTargetFactory(area=area)
        planned(force, area=area)
        factories.PatrolShiftFactory(
            area=area, funding_stream=force.grant, logged_by=force.sam, starts_at=NOW - timedelta(days=3)
        )
    page = page_for(force.sam, theme="dark")
    page.goto(CALENDAR)
    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) == 1
    assert sheets[0].mediabox.width > sheets[0].mediabox.height
    assert "Letchworth" in sheets[0].extract_text()
