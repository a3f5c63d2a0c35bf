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
