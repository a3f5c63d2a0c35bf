"""A council orders patrols and signs off what was delivered; finance invoices it, and enters that it was paid."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from hotspots.models import IncomeReceipt, PatrolOrder
from reports.models import DeliveryStatement, OrderInvoice
from tests.hotspots.ledger import income
from tests.journeys.conftest import DESKTOP, PHONE
from tests.reports.orders import patrolled, sender

pytestmark = pytest.mark.slow


def fill_date(page: Page, legend: str, day: date) -> None:
    group = page.get_by_role("group", name=legend)
    for part, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(part, exact=True).fill(str(number))


def enter_order(fay: Page) -> None:
    fay.goto("/paid-patrols/")
    fay.get_by_role("button", name="Enter an order").or_(fay.get_by_role("link", name="Enter an order")).first.click()
    fay.get_by_label("Organisation", exact=True).select_option(label="North Herts Council")
    fay.get_by_label("The force patrols, and the organisation pays").check()
    fay.get_by_label("Funding stream").select_option(label="Home Office grant")
    fay.get_by_label("Some areas").check()
    fay.get_by_label("Hitchin town centre").check()
    fill_date(fay, "First day", date(2024, 7, 1))
    fill_date(fay, "Last day", date(2024, 12, 31))
    fay.get_by_label("Rate an hour").fill("£-5")
    fay.get_by_label("20%").check()
    fay.get_by_role("group", name="Are hours beyond").get_by_label("No", exact=True).check()
    fay.get_by_label("Hours ordered for July 2024").fill("12")
    fay.get_by_role("button", name="Enter order").click()
    expect(fay.get_by_role("alert").get_by_text("Enter an amount of £0 or more")).to_be_visible()
    fay.get_by_label("Rate an hour").fill("50")
    fay.get_by_role("button", name="Enter order").click()
    expect(fay.get_by_role("heading", level=1)).to_have_text("North Herts Council")


def sign_off(pete: Page) -> None:
    pete.goto("/")
    expect(pete.get_by_role("heading", level=1)).to_have_text("Paid-for patrols")
    pete.get_by_role("link", name="PO-").first.click()
    pete.get_by_role("link", name="July to September 2024").click()
    expect(pete.get_by_role("table", name="By month")).to_contain_text("16.00")
    expect(pete.get_by_text("£720.00").first).to_be_visible()
    expect(pete.get_by_text("4.00 of the hours delivered are beyond those ordered")).to_be_visible()
    pete.get_by_role("button", name="Sign off").or_(pete.get_by_role("link", name="Sign off")).first.click()
    pete.get_by_role("button", name="Sign off").click()
    expect(pete.get_by_text("The quarter is signed off")).to_be_visible()


def invoice(fay: Page) -> None:
    statement = DeliveryStatement.objects.get()
    fay.goto(f"/paid-patrols/orders/{statement.order_id}/quarters/2024-07/")
    fay.get_by_role("button", name="Issue an invoice").or_(
        fay.get_by_role("link", name="Issue an invoice")
    ).first.click()
    fay.get_by_role("button", name="Issue").click()
    expect(fay.get_by_role("heading", level=1)).to_have_text("INV-00001")
    with fay.expect_download() as download:
        fay.get_by_role("link", name="Download as PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")


def receive(fay: Page) -> None:
    pays = fay.get_by_role("button", name="Enter the payment").or_(fay.get_by_role("link", name="Enter the payment"))
    pays.first.click()
    fay.get_by_label("Income line of the ledger").select_option(label="Grant agreement")
    fill_date(fay, "Received on", date(2024, 10, 11))
    fay.get_by_role("button", name="Enter payment").click()
    expect(fay.get_by_text("INV-00001 is paid")).to_be_visible()


@pytest.mark.parametrize(("size", "scripts"), [(DESKTOP, True), (PHONE, False)], ids=["desktop", "phone-no-script"])
def test_from_an_order_to_a_paid_invoice(force, page_for, size, scripts):
    sender(force)
    income(force)
    for day in (3, 10):
        patrolled(force, date(2024, 7, day))
    fay = page_for(force.fay, size=size, javascript=scripts)
    enter_order(fay)
    pete = page_for(force.pete, size=size, javascript=scripts)
    sign_off(pete)
    invoice(fay)
    receive(fay)
    assert IncomeReceipt.objects.get().pence == 600_00
    assert OrderInvoice.objects.get().gross_pence == 720_00
    pete.goto("/paid-patrols/invoices/")
    expect(pete.get_by_role("table")).to_contain_text("Paid")
    # A late shift: what was signed off stays, and the next quarter carries it. All 12 hours ordered are due already.
    PatrolOrder.objects.update(charges_over=True)
    pete.goto(f"/paid-patrols/orders/{PatrolOrder.objects.get().pk}/quarters/2024-07/")
    expect(pete.get_by_text("The next statement carries that")).to_be_visible()
    expect(pete.get_by_text("£720.00").first).to_be_visible()


def test_finance_sees_which_hours_are_payable_and_a_supervisor_is_offered_none_of_it(force, page_for):
    from tests.reports.orders import in_every_state  # noqa: PLC0415

    in_every_state(force)
    fay = page_for(force.fay)
    fay.goto("/paid-patrols/payable/?quarter=2024-04")
    table = fay.get_by_role("table", name="By organisation")
    expect(table).to_contain_text("4.00")
    expect(table).to_contain_text("£200.00")
    expect(table).to_contain_text("£100.00")
    sam = page_for(force.sam)
    sam.goto("/")
    expect(sam.get_by_text("Paid-for patrols")).to_have_count(0)
