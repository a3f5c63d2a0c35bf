"""From an arrest to the figures: a supervisor enters what became of it, the analyst reads it and opens the pack."""

import re

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.journeys.conftest import PHONE
from tests.reports.results import residents

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("scripts", [True, False])
def test_an_arrest_is_followed_to_court(force, page_for, scripts):
    shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    factories.ArrestFactory(shift=shift, reference="41XY/1/24")
    page = page_for(force.sam, PHONE, javascript=scripts)
    page.goto("/outcomes/arrests/")
    expect(page.get_by_text("1 arrest waits, the oldest first")).to_be_visible()
    page.get_by_role("link", name="41XY/1/24").click()
    page.get_by_label("What became of it").select_option("Convicted")
    for part, text in (("Day", "12"), ("Month", "10"), ("Year", "2024")):
        page.get_by_label(part, exact=True).first.fill(text)
    page.get_by_label("Sentence", exact=True).select_option("Immediate custody")
    page.get_by_label("Length of the sentence").fill("6")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name=re.compile("with its unit"))).to_be_visible()
    page.get_by_label("Length of the sentence").fill("6 months")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Immediate custody: 6 months (183 days)")).to_be_visible()
    page.goto("/figures/justice/")
    expect(page.get_by_text("1 charged, 1 convicted, 1 jailed, 0 still open")).to_be_visible()


def test_the_pack_is_reached_from_the_figures(force, page_for):
    shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    factories.StopSearchFactory.create_batch(3, shift=shift, self_defined_ethnicity_id="B1")
    residents(by=force.anna)
    page = page_for(force.anna)
    page.goto("/figures/")
    page.get_by_role("link", name="Scrutiny pack").click()
    table = page.get_by_role("table", name="Self-defined ethnicity against residents")
    expect(table.get_by_role("row", name=re.compile("^Black 3 .*31,401"))).to_be_visible()
    expect(page.get_by_text("Residents are not the people whom patrols meet")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")
