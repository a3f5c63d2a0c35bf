"""Choosing what to see: menus that depend on each other, addresses worth sharing, and how the answer looks on paper."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.reports.test_dashboard import worked

pytestmark = pytest.mark.slow
__all__ = ["worked"]


@pytest.fixture
def earlier(worked):
    return factories.ProgrammeFactory(
        name="Operation Hotspot 2023/24", first_day=date(2023, 5, 1), last_day=date(2024, 3, 31)
    )


@pytest.mark.parametrize("path", ["/figures/", "/dashboard/"])
def test_the_periods_follow_the_programme(worked, earlier, page_for, path):
    page: Page = page_for(worked.anna)
    page.goto(f"{path}?period=2024-10")
    page.get_by_text("Choose period and areas", exact=True).click()
    page.get_by_label("Programme", exact=True).select_option(str(earlier.pk))
    period = page.get_by_label("Period", exact=True)
    expect(period.locator("option[value='2024-10']")).to_have_count(0)
    expect(period).to_have_value("launch")
    period.select_option("2024-02")
    page.get_by_role("button", name="Show figures").click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("February 2024")
    assert "=&" not in page.url
    assert not page.url.endswith("=")


def test_without_scripts_the_server_says_that_the_programme_has_no_such_period(worked, earlier, page_for):
    page: Page = page_for(worked.anna, javascript=False)
    page.goto("/figures/?period=2024-10")
    page.get_by_text("Choose period and areas", exact=True).click()
    page.get_by_label("Programme", exact=True).select_option(str(earlier.pk))
    page.get_by_role("button", name="Show figures").click()
    expect(page.get_by_text("Operation Hotspot 2023/24 has no figures for October 2024")).to_be_visible()
    page.get_by_text("Choose period and areas", exact=True).click()
    expect(page.get_by_label("Period", exact=True).locator("option[value='2024-02']")).to_have_count(1)
    assert "=&" not in page.url
    assert not page.url.endswith("=")


def test_on_paper_the_names_above_the_list_of_the_map_stand_over_its_columns(worked, page_for):
    page: Page = page_for(worked.anna)
    page.set_viewport_size({"width": 680, "height": 900})
    page.emulate_media(media="print")
    page.goto("/dashboard/?period=2024-10")
    ends = page.evaluate(
        """() => ["#map .app-map__list-name > :last-child", "#map .app-map__list li div > :last-child"]
          .map((selector) => document.querySelector(selector).getBoundingClientRect().right)"""
    )
    assert abs(ends[0] - ends[1]) < 2


def test_a_copy_button_keeps_its_distance_from_the_next_heading(worked, page_for):
    page: Page = page_for(worked.adam)
    page.goto("/figures/")
    gap = page.evaluate(
        """() => {
          const copier = document.querySelector(".app-copier");
          const heading = Object.assign(document.createElement("h2"), { className: "govuk-heading-m" });
          document.querySelector("main").append(copier, heading);
          return heading.getBoundingClientRect().top - copier.getBoundingClientRect().bottom;
        }"""
    )
    assert gap >= 16


@pytest.mark.parametrize("width", [390, 1280])
def test_a_number_leads_to_its_records_and_a_header_sorts_without_scripts(worked, page_for, width):
    page: Page = page_for(worked.anna, javascript=False)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/dashboard/?period=2024-10")
    card = page.locator("#hours-by-area")
    card.get_by_text("Table", exact=False).first.click()
    head = card.get_by_role("link", name="Patrols", exact=True)
    head.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#hours-by-area th[aria-sort=descending]")).to_have_text("Patrols")
    assert "period=2024-10" in page.url
    number = page.locator("#hours-by-area tbody tr").first.get_by_role("link").last
    expect(number).to_be_visible()
    patrols = number.inner_text()
    number.click()
    expect(page.locator(".app-totals")).to_contain_text(f"{patrols} shift")
    page.get_by_role("link", name="Remove filter Counted for Operation Hotspot 2024/25").click()
    assert "stream" not in page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_header_of_a_long_table_stays_in_sight_on_a_desktop(worked, page_for):
    page: Page = page_for(worked.anna, javascript=False)
    page.set_viewport_size({"width": 1280, "height": 260})
    page.goto("/figures/?period=launch")
    row = page.locator("#by-month tbody tr").last
    row.scroll_into_view_if_needed()
    page.mouse.wheel(0, 60)
    head = page.locator("#by-month thead th").first.bounding_box()
    assert head is not None
    assert 0 <= head["y"] < 5
