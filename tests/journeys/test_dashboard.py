"""An analyst reads the dashboard: by mouse, by keyboard, without JavaScript, and takes a table away."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.reports.test_dashboard import worked

pytestmark = pytest.mark.slow
__all__ = ["worked"]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_an_analyst_narrows_the_dashboard_down_and_takes_a_table_away(worked, page_for, scripts, tmp_path):
    page: Page = page_for(worked.anna, javascript=scripts)
    page.goto("/dashboard/")
    page.get_by_text("Choose period and areas").click()
    page.get_by_label("Period").select_option("2024-10")
    page.get_by_label(worked.hitchin.name).check()
    page.get_by_role("button", name="Show figures").click()
    expect(page).to_have_url(re.compile(r"period=2024-10.*area="))
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    card = page.locator("#outcomes-by-area")
    expect(card).to_contain_text(f"{worked.hitchin.name} had the most outcomes: 6")
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
