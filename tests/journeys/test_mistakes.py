"""What is wrong is said beside it and above it, the focus goes there, and nothing typed is lost."""

import pytest
from playwright.sync_api import expect

from patrols.models import PatrolShift
from tests.journeys.conftest import PHONE
from tests.journeys.shift_form import LOG, save

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("javascript", [True, False])
def test_every_mistake_at_once(force, page_for, javascript):
    page = page_for(force.sam, PHONE, javascript=javascript)
    page.goto(LOG)
    page.get_by_label("Another date").check()
    page.get_by_label("Start", exact=True).fill("half ten")
    page.get_by_label("Finish", exact=True).fill("25:00")
    page.get_by_label("PCSOs", exact=True).fill("many")
    page.get_by_text("Add a note or choose the funding").click()
    page.get_by_label("Note").fill("Typed with care")
    save(page)
    expect(page).to_have_title("Error: Log a shift – Operation Hotspot")
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    links = summary.get_by_role("link")
    assert links.count() >= 5
    for place in range(links.count()):
        target = page.locator(links.nth(place).get_attribute("href"))
        words = links.nth(place).inner_text()
        links.nth(place).click()
        expect(target).to_be_in_viewport()
        if javascript:
            expect(target).to_be_focused()
        expect(page.locator(".govuk-error-message").filter(has_text=words).first).to_be_visible()
    expect(page.get_by_label("Start", exact=True)).to_have_value("half ten")
    expect(page.get_by_label("Finish", exact=True)).to_have_value("25:00")
    expect(page.get_by_label("PCSOs", exact=True)).to_have_value("many")
    expect(page.get_by_label("Another date")).to_be_checked()
    expect(page.get_by_label("Note")).to_have_value("Typed with care")
    assert not PatrolShift.objects.exists()
