"""An analyst reads the dashboard: by mouse, by keyboard, without JavaScript, and takes a table away."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from hotspots.models import HotspotArea
from tests.reports.test_dashboard import worked
from tests.reports.test_maps import polygon

pytestmark = pytest.mark.slow
__all__ = ["worked"]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_an_analyst_narrows_the_dashboard_down_and_takes_a_table_away(worked, page_for, scripts, tmp_path):
    page: Page = page_for(worked.anna, javascript=scripts)
    page.goto("/dashboard/")
    page.get_by_text("Choose period and areas").click()
    page.get_by_label("Period").select_option("2024-10")
    page.get_by_role("checkbox", name=worked.hitchin.name).check()
    page.get_by_role("button", name="Show figures").click()
    expect(page).to_have_url(re.compile(r"period=2024-10.*area="))
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    card = page.locator("#outcomes-by-area")
    expect(card).to_contain_text("Fewer than 20 patrol hours are too few to say a rate of.")
    card.get_by_text("Table: Outcomes by area").focus()
    page.keyboard.press("Enter")
    cell = card.get_by_role("row", name=re.compile(worked.hitchin.name)).get_by_role("cell").nth(1)
    expect(cell).to_have_text("6")
    with page.expect_download() as download:
        card.get_by_role("link", name=re.compile("Download .*Outcomes by area")).click()
    file = tmp_path / "card.csv"
    download.value.save_as(file)
    (row,) = csv.DictReader(Path(file).read_text("utf-8-sig").splitlines())
    assert row["hotspot_area"] == worked.hitchin.name
    assert row["arrests (arrests)"] == "6"
    page.go_back()
    page.go_forward()
    expect(page.locator("#outcomes-by-area")).to_be_visible()
    expect(page.get_by_role("button", name="Copy link")).to_be_visible(visible=scripts)


def follow(page: Page, link: Locator) -> None:
    """Follow a link with the keyboard. On a busy machine, an Enter before the page is loaded can be lost."""
    page.wait_for_load_state("load")
    link.press("Enter")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_an_analyst_looks_closely_at_an_area_of_the_map_without_a_mouse(worked, page_for, scripts):
    HotspotArea.objects.filter(pk=worked.watford.pk).update(boundary=polygon(-0.4, 51.65, 300))
    page: Page = page_for(worked.anna, javascript=scripts)
    page.goto("/dashboard/?period=2024-10")
    card = page.locator("#map")
    follow(page, card.get_by_role("link", name="Arrests"))
    expect(card).to_contain_text(f"{worked.hitchin.name} had the most: 6 arrests, of 7 in these 3 areas.")
    follow(page, card.get_by_role("link", name=f"Zoom to {worked.watford.name}"))
    expect(card).to_contain_text(f"The map is zoomed in on {worked.watford.name}.")
    expect(page).to_have_url(re.compile(r"period=2024-10&map=arrests&zoom=\d+#map"))
    follow(page, card.get_by_role("link", name="Zoom out"))
    expect(page).to_have_url(re.compile(r"zoom=\d+-\d#map"))
    follow(page, card.get_by_role("link", name="All areas"))
    expect(card).to_contain_text("Choose an area to zoom in.")
    expect(card).to_contain_text("7 in these 3 areas.")
    page.get_by_text("Choose period and areas").click()
    page.get_by_label("The map shows").select_option("Stop searches")
    page.get_by_role("button", name="Show figures").click()
    expect(card).to_contain_text(f"{worked.watford.name} had the most: 4 stop searches, of 6 in these 3 areas.")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_an_analyst_asks_for_arrests_by_week_and_areas_not_visited_for_three_days(worked, page_for, scripts):
    page: Page = page_for(worked.anna, javascript=scripts)
    page.goto("/dashboard/?period=2024-10")
    expect(page.locator("#dosage")).not_to_contain_text("3 days or more")
    page.get_by_text("Choose period and areas").click()
    page.get_by_label("Each week shows").select_option("Arrests")
    page.get_by_label("Days without a patrol").fill("3")
    page.get_by_role("button", name="Show figures").click()
    expect(page.locator("#hours-by-week")).to_contain_text("Arrests each week")
    expect(page.locator("#dosage")).to_contain_text(
        f"{worked.hitchin.name} (8 days), {worked.letchworth.name} (7 days) and {worked.watford.name} (5 days) have "
        "had no patrol for 3 days or more."
    )
    follow(page, page.locator("#hours-by-week").get_by_role("link", name="Stop searches"))
    expect(page.locator("#hours-by-week")).to_contain_text("Stop searches each week")
    expect(page).to_have_url(re.compile(r"trend=stop_searches#hours-by-week"))
    expect(page.locator("#dosage")).to_contain_text("3 days or more")


def test_days_are_named_once_they_are_the_period(worked, page_for):
    page: Page = page_for(worked.anna)
    page.goto("/dashboard/")
    page.get_by_text("Choose period and areas").click()
    expect(page.get_by_label("First day")).to_be_hidden()
    page.get_by_label("Period").select_option("days")
    page.get_by_label("First day").fill("2024-10-01")
    page.get_by_label("Last day").fill("2024-10-05")
    page.get_by_role("button", name="Show figures").click()
    expect(page.get_by_role("heading", name="1 October 2024 to 5 October 2024")).to_be_visible()
    page.get_by_text("Choose period and areas").click()
    expect(page.get_by_label("First day")).to_have_value("2024-10-01")


def test_the_address_of_a_view_can_be_copied(worked, page_for):
    page: Page = page_for(worked.anna)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/dashboard/?period=2024-10&compare=before")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_a_dot_on_the_map_can_be_clicked(worked, page_for):
    HotspotArea.objects.filter(pk=worked.watford.pk).update(boundary=polygon(-0.4, 51.65, 300))
    page: Page = page_for(worked.anna)
    page.goto("/dashboard/")
    dot = page.locator("#map a", has=page.locator(f"title:text-is('{worked.watford.name}: 16 patrol hours')")).first
    dot.locator("circle").click()
    expect(page.locator("#map")).to_contain_text(f"The map is zoomed in on {worked.watford.name}.")


def test_the_longest_name_of_a_saved_view_stays_on_a_phone(worked, page_for):
    page: Page = page_for(worked.anna)
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto("/dashboard/?period=2024-10")
    page.get_by_text("Saved views").click()
    page.get_by_label("Name of this view").fill("w" * 80)
    page.get_by_role("button", name="Save this view").click()
    page.get_by_text("Saved views (1)").click()
    expect(page.get_by_role("link", name="w" * 80)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_chart_says_the_number_that_is_pointed_at_or_reached_with_a_key(worked, page_for):
    page: Page = page_for(worked.anna)
    page.goto(f"/dashboard/?period=2024-10&area={worked.hitchin.pk}")
    card = page.locator("#hours-by-week")
    says = card.get_by_role("status")
    expect(says).to_have_text("")
    sticks = card.locator("svg.app-sticks")
    titles = [title.text_content() for title in sticks.locator("rect title").all()]
    box = sticks.bounding_box()
    # High above any but the highest stick.
    sticks.hover(position={"x": box["width"] / len(titles) / 2, "y": 2})
    expect(says).to_have_text(titles[0])
    card.get_by_role("group", name="Chart: ").focus()
    page.keyboard.press("ArrowRight")
    expect(says).to_have_text(titles[1])
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(says).to_have_text(titles[-1])


def test_a_small_chart_says_which_it_is(worked, page_for):
    page: Page = page_for(worked.anna)
    page.goto(f"/dashboard/?period=2024-10&area={worked.hitchin.pk}&area={worked.watford.pk}")
    card = page.locator("#hours-by-week")
    panel = card.locator(".app-panel").filter(has=page.get_by_role("heading", name=worked.watford.name))
    panel.locator("svg.app-sticks rect").last.hover(force=True)
    expect(card.get_by_role("status")).to_have_text(re.compile(f"^{worked.watford.name}: 7 October"))
