"""What journeys type, press and read: the shift form and the figures, in a person's words."""

import re

from playwright.sync_api import Page, expect

LOG = "/shifts/log/"


def fill_shift(page: Page, *, area: str = "Hitchin", start: str = "10pm", end: str = "6am", officers: int = 2) -> None:
    """Where, when (the night offered second after midday: last night) and who."""
    page.get_by_label(area).check()
    page.get_by_label("Last night").check()
    page.get_by_label("Start", exact=True).fill(start)
    page.get_by_label("Finish", exact=True).fill(end)
    page.get_by_label("Police officers", exact=True).fill(str(officers))


def save(page: Page) -> None:
    page.get_by_role("button", name="Save shift").click()


def expect_receipt(page: Page) -> str:
    """We are on the receipt. Gives the reference of the shift."""
    expect(page).to_have_url(re.compile(r"/shifts/\d+/saved/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Shift saved")
    found = re.search(r"HS-\d+", page.locator("main").inner_text())
    assert found, "the receipt gives no reference"
    return found.group()


def figures(page: Page) -> list[int]:
    """The six numbers as the page shows them: hours, patrols, arrests, stop searches, weapons, ASB powers."""
    page.goto("/figures/")
    return [int(text.replace(",", "")) for text in page.locator(".app-stat__value").all_inner_texts()]
