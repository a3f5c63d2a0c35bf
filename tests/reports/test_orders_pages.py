"""Orders: who sees what of them, their files, and their pages."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from hotspot.core.permissions import Role
from hotspots.models import PartnerPerson, PatrolOrder
from hotspots.orders import operations as order_operations
from patrols.models import CrewRole
from reports.models import DeliveryStatement
from reports.orders import documents, files, operations, queries
from tests.hotspots import initiatives
from tests.reports.orders import (
    AT,
    SPRING,
    Direction,
    account,
    facts,
    invoiced,
    ordered,
    other_council,
    patrolled,
    quarter,
    sender,
    signed,
)

LATER = datetime(2025, 1, 8, 12, tzinfo=UTC)


@pytest.fixture
def two_councils(force) -> dict[str, int]:
    """An order of Pete's council and one of another's, each signed off and invoiced. Gives the other's ids."""
    sender(force)
    patrolled(force, date(2024, 6, 12))
    patrolled(force, date(2024, 6, 13), area=force.watford)
    invoiced(force, signed(ordered(force), SPRING, by=force.pete))
    other = ordered(force, organisation=other_council(), areas=[force.watford])
    statement = signed(other, SPRING, by=force.fay, reason="E-mail")
    ordered(force, organisation=other_council(), areas=[force.watford], direction=Direction.BY_PARTNER)
    return {"order": other.pk, "invoice": invoiced(force, statement).pk}


def test_a_council_sees_its_own_and_nothing_of_another(force, two_councils, as_user, now):
    pete = as_user(force.pete)
    for path in ("/paid-patrols/", "/paid-patrols/invoices/", "/paid-patrols/payable/", "/account/", "/help/"):
        page = pete.get(path)
        assert page.status_code == 200
        assert "Watford" not in page.content.decode(), path
    order, invoice = two_councils["order"], two_councils["invoice"]
    of_order = f"/paid-patrols/orders/{order}/"
    for path in (
        of_order,
        f"{of_order}quarters/2024-04/",
        f"{of_order}quarters/2024-04/statement.pdf",
        f"{of_order}quarters/2024-07/sign-off/",
        f"/paid-patrols/invoices/{invoice}/",
        f"/paid-patrols/invoices/{invoice}/invoice.pdf",
    ):
        assert pete.get(path).status_code == 404, path
        assert pete.post(path).status_code in (404, 405), path
    assert DeliveryStatement.objects.filter(order=order).count() == 1


def test_somebody_without_an_organisation_or_with_another_role_sees_none(force, two_councils, as_user, now):
    PartnerPerson.objects.all().delete()
    assert not queries.orders_seen_by(force.pete).exists()
    assert "No orders yet" in as_user(force.pete).get("/paid-patrols/").content.decode()
    assert not queries.orders_seen_by(force.sam).exists()
    assert queries.orders_seen_by(force.paul).count() == 3


def test_a_partner_reads_no_documentation_of_the_api(force, as_user, now):
    assert as_user(force.fay).get("/api/docs").status_code == 200
    assert as_user(force.pete).get("/api/docs").status_code == 404


def test_a_partner_is_helped_with_what_they_do(force, as_user, now):
    text = as_user(force.pete).get("/help/").content.decode()
    assert "Signing off a quarter" in text
    assert "Logging a shift" not in text


def test_a_partner_is_offered_what_they_may_open_and_nothing_else(force, as_user, now):
    page = as_user(force.pete).get("/paid-patrols/")
    assert [place.label for place in page.context["navigation"]] == ["Paid-for patrols"]
    assert as_user(force.pete).get("/").url == "/paid-patrols/"
    assert "Paid-for patrols" not in [item.label for item in as_user(force.sam).get("/shifts/").context["navigation"]]


def test_who_sees_no_single_entry_of_spend_sees_what_was_paid_as_a_sum(force, as_user, now):
    hired = ordered(force, direction=Direction.BY_PARTNER, vat_hundredths=0)
    patrolled(force, date(2024, 6, 12), roles=[CrewRole.COMMUNITY_ENFORCEMENT_OFFICER])
    statement = signed(hired, SPRING, by=force.pete)
    entry = initiatives.spent(force, 150_00)
    operations.link_payment(by=force.fay, statement_id=statement.pk, number=entry.number)
    path = f"/paid-patrols/orders/{hired.pk}/quarters/2024-04/"
    for person, sees in ((force.fay, True), (force.audrey, True), (force.paul, False), (force.pete, False)):
        text = as_user(person).get(path).content.decode()
        assert "£150.00 is paid" in text
        assert (entry.number in text) == sees, person


def test_a_partner_signs_off_in_a_page_without_a_reason(force, as_user, now):
    order = ordered(force)
    patrolled(force, date(2024, 6, 12))
    path = f"/paid-patrols/orders/{order.pk}/quarters/2024-04/sign-off/"
    seen = documents.digest(quarter(order, SPRING, by=force.pete).figures)
    assert as_user(force.fay).post(path, {"seen": seen}).status_code == 422
    assert as_user(force.pete).post(path, {"seen": "x"}).status_code == 409
    assert as_user(force.pete).post(path, {"seen": seen}).status_code == 302
    assert DeliveryStatement.objects.get().signed_by == force.pete


def test_an_organisation_is_given_and_taken_with_the_role(force, as_user, now):
    adam = as_user(force.adam)
    path = f"/manage/people/{force.pete.pk}/organisation/"
    other = other_council()
    assert adam.post(path, {"organisation": other.pk}).status_code == 302
    assert PartnerPerson.objects.get(user=force.pete).organisation == other
    assert f"Belongs to {other}" in adam.get(f"/manage/people/{force.pete.pk}/").content.decode()
    assert adam.post(f"/manage/people/{force.sam.pk}/organisation/", {"organisation": other.pk}).status_code == 422
    invited = {"name": "Una", "email": "una@council.example", "role": Role.PARTNER}
    assert adam.post("/manage/people/new/", invited).url.endswith("/organisation/")


def test_no_file_names_a_shift_a_person_or_a_collar_number(force):
    sender(force)
    shift = patrolled(force, date(2024, 6, 12), note="A note about somebody")
    shift.crew.filter(pk=shift.crew.first().pk).update(collar_number="CANARY1")
    order = ordered(force)
    statement = signed(order, SPRING, by=force.fay, reason="E-mail")
    found, asked = account(order, by=force.pete), quarter(order, SPRING, by=force.pete)
    with zipfile.ZipFile(io.BytesIO(files.statement_xlsx(found, asked, at=AT))) as book:
        cells = " ".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    texts = [
        _text(files.statement_pdf(found, asked, at=AT)),
        _text(files.invoice_pdf(invoiced(force, statement))),
        cells,
    ]
    for text in texts:
        assert force.north_herts_council.name in text
        for word in ("CANARY1", shift.reference, "note", "Sam", "Fay"):
            assert word not in text


def _text(content: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_a_signed_statement_is_the_same_file_whenever_it_is_made(force):
    order = ordered(force)
    patrolled(force, date(2024, 6, 12))
    signed(order, SPRING, by=force.pete)
    found = account(order, by=force.pete)
    first = files.statement_pdf(found, quarter(order, SPRING, by=force.pete), at=AT)
    patrolled(force, date(2024, 6, 20))
    changed = facts(areas=[force.letchworth], hour_pence=1_00, last_day=date(2024, 11, 30), reference="Another")
    order_operations.change_order(by=force.fay, order_id=order.pk, facts=changed)
    again = account(order, by=force.pete)
    assert files.statement_pdf(again, quarter(order, SPRING, by=force.pete), at=LATER) == first


# --- Pages --------------------------------------------------------------------------------------------------------


def test_a_form_with_bad_input_says_what_is_wrong(force, as_user, now):
    fay = as_user(force.fay)
    path = f"/paid-patrols/programmes/{force.programme.pk}/orders/new/"
    page = fay.post(path, {"hour_pence": "-5", "month_2024_07": "1.01", "month_2024_08": "x", "where": "areas"})
    assert page.status_code == 422
    text = page.content.decode()
    for words in ("Select the organisation", "£0 or more", "hours in quarters", "like 40 or 37.5"):
        assert words in text, words
    assert not PatrolOrder.objects.exists()


def test_an_order_is_entered_and_changed_in_pages(force, as_user, now):
    fay = as_user(force.fay)
    sent = {
        "organisation": force.north_herts_council.pk,
        "direction": "for_partner",
        "stream": force.grant.pk,
        "where": "areas",
        "areas": [force.hitchin.pk],
        **dict(zip(("first_day_day", "first_day_month", "first_day_year"), ("1", "7", "2024"), strict=True)),
        **dict(zip(("last_day_day", "last_day_month", "last_day_year"), ("30", "9", "2024"), strict=True)),
        "hour_pence": "£48.50",
        "vat": "2000",
        "over": "no",
        "month_2024_07": "37.5",
    }
    answer = fay.post(f"/paid-patrols/programmes/{force.programme.pk}/orders/new/", sent)
    order = PatrolOrder.objects.get()
    assert answer.url == f"/paid-patrols/orders/{order.pk}/"
    assert (order.hour_pence, order.months.get().minutes) == (48_50, 2_250)
    page = fay.get(f"/paid-patrols/orders/{order.pk}/edit/")
    assert "37.5" in page.content.decode()
    assert fay.post(f"/paid-patrols/orders/{order.pk}/edit/", sent | {"hour_pence": "1001"}).status_code == 422


@pytest.mark.parametrize("quarter_code", ["2024-05", "2024-13", "x", "2030-01"])
def test_a_quarter_that_an_order_has_not_does_not_exist(force, as_user, now, quarter_code):
    order = ordered(force)
    assert as_user(force.fay).get(f"/paid-patrols/orders/{order.pk}/quarters/{quarter_code}/").status_code == 404


def test_a_list_asks_the_same_number_of_questions_however_long(force, as_user, now, django_assert_num_queries):
    fay = as_user(force.fay)
    ordered(force)
    fay.get("/paid-patrols/")
    with CaptureQueriesContext(connection) as few:
        fay.get("/paid-patrols/")
    for area in (force.letchworth, force.watford):
        ordered(force, areas=[area])
    with django_assert_num_queries(len(few)):
        fay.get("/paid-patrols/")
