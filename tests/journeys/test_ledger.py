"""A treasurer enters spend, a second person approves it and closes the month; an auditor follows every pound."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from hotspots.models import ClosedMonth, SpendCategory, SpendEntry
from tests.hotspots.ledger import PDF, closed
from tests.journeys.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.slow
JUNE = date(2024, 6, 1)


@pytest.fixture(autouse=True)
def _categories(force):
    """What migrations wrote, which an earlier journey's end has emptied."""
    for name in ("Patrols", "Initiatives", "Other"):
        SpendCategory.objects.get_or_create(name=name, defaults={"is_patrol": name == "Patrols"})


def enter(page: Page, *, amount: str) -> None:
    """Fill in the form of an entry in June 2024."""
    for part, text in (("Day", "3"), ("Month", "6"), ("Year", "2024")):
        page.get_by_label(part, exact=True).fill(text)
    page.get_by_label("What it was for").fill("CCTV upgrade: cameras and masts")
    page.get_by_label("Paid from").select_option(label="Home Office grant")
    page.get_by_label("Category").select_option(label="Initiatives")
    page.get_by_label("Amount without VAT").fill(amount)
    page.get_by_label("VAT", exact=True).fill("0")
    page.get_by_label("Document (optional)").set_input_files(
        {"name": "invoice.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="Save draft").click()


def add_income(page: Page) -> None:
    page.get_by_role("link", name="Add income").click()
    page.get_by_label("Comes from").select_option(label="Home Office grant")
    page.get_by_label("Name", exact=True).fill("Grant agreement 2024/25")
    page.get_by_label("Amount", exact=True).fill("£1.1m")
    page.get_by_role("button", name="Add income").click()
    expect(page.get_by_text("£1,100,000").first).to_be_visible()


@pytest.mark.parametrize(("size", "scripts"), [(DESKTOP, True), (PHONE, False)], ids=["desktop", "phone-no-script"])
def test_from_an_invoice_to_a_closed_month(force, page_for, size, scripts):
    closed(force, date(2024, 5, 1))
    fay = page_for(force.fay, size=size, javascript=scripts)
    fay.goto("/")
    expect(fay.get_by_role("heading", level=1)).to_have_text(force.programme.name)
    add_income(fay)
    fay.goto("/ledger/", wait_until="load")
    fay.get_by_role("button", name="Enter spend").or_(fay.get_by_role("link", name="Enter spend")).first.click()
    enter(fay, amount="-5")
    expect(fay.get_by_role("alert").get_by_text("Enter an amount of £0 or more")).to_be_visible()
    enter(fay, amount="12k")
    fay.get_by_role("button", name="Submit for approval").click()
    fay.get_by_role("button", name="Submit", exact=True).click()
    expect(fay.get_by_text("Somebody else has to approve it")).to_be_visible()
    fay.goto(f"/ledger/programmes/{force.programme.pk}/months/2024-06/")
    expect(fay.get_by_role("table", name="Still open in this month")).to_be_visible()
    approve(page_for(force.adam, size=size, javascript=scripts))
    fay.reload()
    fay.get_by_role("button", name="Prepare month").click()
    fay.get_by_role("button", name="Prepare month").click()
    expect(fay.get_by_text("You prepared this month")).to_be_visible()
    close(page_for(force.adam, size=size, javascript=scripts), fay.url)
    assert ClosedMonth.objects.get(month=JUNE).spend_pence == 12_000_00


def approve(adam: Page) -> None:
    adam.goto("/ledger/waiting/")
    adam.get_by_role("link", name=re.compile("SP-")).first.click()
    adam.get_by_role("button", name="Approve").click()
    adam.get_by_role("button", name="Approve").click()
    expect(adam.get_by_text("is approved")).to_be_visible()
    assert SpendEntry.objects.get().net_pence == 12_000_00


def close(adam: Page, url: str) -> None:
    adam.goto(url)
    adam.get_by_role("button", name="Close month").click()
    adam.get_by_role("button", name="Close month").click()
    expect(adam.get_by_text("The month is closed")).to_be_visible()


def test_an_auditor_follows_a_pound_from_the_sum_to_the_invoice(force, page_for):
    from tests.hotspots.ledger import approved, operations  # noqa: PLC0415

    document = operations.Document("invoice.pdf", PDF)
    entry = approved(force, document=document, category=SpendCategory.objects.get(name="Initiatives"))
    audrey = page_for(force.audrey)
    audrey.goto("/ledger/")
    expect(audrey.get_by_role("table", name="Spend by category")).to_contain_text("£120")
    audrey.get_by_role("link", name="Entries").click()
    audrey.get_by_role("link", name=entry.number).click()
    expect(audrey.get_by_text("Adam Admin").first).to_be_visible()
    expect(audrey.get_by_role("heading", name="History")).to_be_visible()
    expect(audrey.get_by_role("button", name="Reverse")).to_have_count(0)
    with audrey.expect_download() as download:
        audrey.get_by_role("link", name="Download the document").click()
    assert download.value.path().read_bytes() == PDF
    audrey.goto("/shifts/downloads/")
    expect(audrey.get_by_text("Downloaded the document of an entry of spend")).to_be_visible()
