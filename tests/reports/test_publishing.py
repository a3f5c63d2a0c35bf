"""Publishing through the pages, by two people: choose, check, words, sign-off, files, and whose number it is."""

import io
import json
import uuid
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from hotspot.core.models import User
from reports.models import Statement, StatementFile
from reports.statements.press_text import DEFAULT
from tests import factories, publishing
from tests.factories import PASSWORD

pytestmark = pytest.mark.slow

AT = datetime(2024, 12, 10, 10, 55, tzinfo=UTC)
NEW = "/published/new/"


@pytest.fixture
def patrolled(force, now):
    """Six nights in each of three areas, with two arrests each, looked at on 10 December."""
    for area in (force.hitchin, force.letchworth, force.watford):
        for days in (0, 1, 2, 30, 31, 32):
            start = datetime(2024, 10, 11, 21, tzinfo=UTC) - timedelta(days=days)
            shift = factories.PatrolShiftFactory.create(
                area=area, funding_stream=force.grant, logged_by=force.sam, starts_at=start,
                ends_at=start + timedelta(hours=8), logged_at=start + timedelta(hours=9), submission_id=uuid.uuid4(),
            )  # fmt: skip
            factories.ArrestFactory.create_batch(2, shift=shift)
    now.move_to(AT)
    return force


def begun(client, force, code="launch", **more) -> str:
    """The address of a new draft."""
    response = client.post(NEW, {"period": f"{force.programme.pk}:{code}", **more})
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def checked(client, draft) -> None:
    checks = [
        line.split('value="')[1].split('"')[0]
        for line in client.get(f"{draft}check/").content.decode().split("<input")
        if 'name="check"' in line
    ]
    assert client.post(f"{draft}check/", {"check": checks, "read": "on"}).status_code == 302


def sent(client, draft, name="Anna Analyst"):
    """The answer to sending it to somebody."""
    return client.post(f"{draft}send/", {"approver": User.objects.get(name=name).pk})


def published(paul, anna, force, **more) -> Statement:
    draft = begun(paul, force, **more)
    checked(paul, draft)
    assert sent(paul, draft).status_code == 302
    page = anna.get(draft).content.decode()
    digest = page.split('name="digest" value="')[1].split('"')[0]
    assert anna.post(f"{draft}sign-off/", {"digest": digest}).status_code == 302
    return Statement.objects.published().latest("decided_at", "pk")


@pytest.fixture
def paul(as_user, force):
    return as_user(force.paul)


@pytest.fixture
def anna(as_user, force):
    return as_user(force.anna)


def test_from_choosing_to_the_published_page(patrolled, paul, anna):
    statement = published(paul, anna, patrolled)
    page = paul.get(f"/published/{statement.slug}/").content.decode()
    for words in (
        "since launch, 1 May 2024 to 11 October 2024", "2024-12-10-v1", "288", "hours of additional police patrols",
        "Prepared by Paul Press", "signed off by Anna Analyst", statement.sha256, "36 arrests have been made",
        "Hitchin town centre",
    ):  # fmt: skip
        assert words in page
    assert "2024-12-10-v1" in paul.get("/published/").content.decode()


def test_supervisors_and_auditors_read_what_is_published_and_nothing_before(patrolled, paul, anna, as_user):
    draft = begun(paul, patrolled)
    for person in (patrolled.sam, patrolled.audrey):
        client = as_user(person)
        assert "Nothing has been published yet" in client.get("/published/").content.decode()
        assert client.get(draft).status_code == 403
    statement = published(paul, anna, patrolled, code="2024-10")
    for person in (patrolled.sam, patrolled.audrey):
        client = as_user(person)
        page = client.get(f"/published/{statement.slug}/").content.decode()
        assert "October 2024" in page
        assert "Correct this statement" not in page
        assert client.get(f"/published/{statement.slug}/files/csv/").status_code == 200


def test_what_is_to_know_has_to_be_read_before_it_is_sent(patrolled, paul):
    draft = begun(paul, patrolled)
    page = paul.get(f"{draft}check/").content.decode()
    assert "36 outcomes have detail to follow." in page
    response = paul.post(f"{draft}check/", {})
    assert response.status_code == 422
    assert "Tick that you have read it" in response.content.decode()
    refused = sent(paul, draft)
    assert refused.status_code == 422
    assert "36 outcomes have detail to follow" in refused.content.decode()


def test_words_keep_what_was_typed_when_they_are_refused(patrolled, paul):
    draft = begun(paul, patrolled)
    response = paul.post(f"{draft}words/", {"words": "Down by up to 50%, {arrests}"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "say the range over all areas" in page
    assert "Down by up to 50%, {arrests}" in page
    assert (
        paul.post(f"{draft}words/", {"words": "In 3 areas {arrests}", "again": "yes"})["Location"] == f"{draft}words/"
    )
    page = paul.get(f"{draft}words/").content.decode()
    assert '<mark class="app-locked">36 arrests have been made</mark>' in page
    assert '<mark class="app-typed">3</mark>' in page
    assert "numbers or changes that were typed" in paul.get(f"{draft}check/").content.decode()


def test_a_person_is_told_that_somebody_else_signs_it_off(patrolled, paul, anna):
    draft = begun(paul, patrolled)
    checked(paul, draft)
    sent(paul, draft)
    page = paul.get(draft).content.decode()
    assert "Somebody else signs it off" in page
    digest = anna.get(draft).content.decode().split('name="digest" value="')[1].split('"')[0]
    assert paul.post(f"{draft}sign-off/", {"digest": digest}).status_code == 403
    assert anna.post(f"{draft}sign-off/", {"digest": "other"}).status_code == 409
    assert anna.post(f"{draft}check/", {"read": "on"}).status_code == 403
    assert not Statement.objects.published().exists()


def test_returned_it_says_why_and_can_be_sent_again(patrolled, paul, anna):
    draft = begun(paul, patrolled)
    checked(paul, draft)
    sent(paul, draft)
    digest = anna.get(draft).content.decode().split('name="digest" value="')[1].split('"')[0]
    assert anna.post(f"{draft}return/", {"digest": digest, "reason": ""}).status_code == 422
    assert anna.post(f"{draft}return/", {"digest": digest, "reason": "Name the towns."}).status_code == 302
    assert "Name the towns." in paul.get(draft).content.decode()
    assert "To change" in paul.get("/published/").content.decode()
    assert sent(paul, draft).status_code == 302


def test_taken_back_and_withdrawn(patrolled, paul, anna):
    draft = begun(paul, patrolled)
    checked(paul, draft)
    sent(paul, draft)
    assert anna.post(f"{draft}take-back/").status_code == 403
    assert paul.post(f"{draft}take-back/").status_code == 302
    page = paul.get(f"{draft}withdraw/")
    assert "press text will be discarded" in page.content.decode()
    assert paul.get(draft).status_code == 200
    assert paul.post(f"{draft}withdraw/").status_code == 302
    assert "was withdrawn" in paul.get(draft).content.decode()
    assert sent(paul, draft).status_code == 409


def test_a_corrected_statement_says_so_and_keeps_its_files(patrolled, paul, anna):
    first = published(paul, anna, patrolled)
    csv_before = paul.get(f"/published/{first.slug}/files/csv/").content
    assert paul.post(f"/published/{first.slug}/correct/", {"reason": ""}).status_code == 422
    draft = paul.post(f"/published/{first.slug}/correct/", {"reason": "A night was missing."})["Location"]
    checked(paul, draft)
    sent(paul, draft)
    digest = anna.get(draft).content.decode().split('name="digest" value="')[1].split('"')[0]
    anna.post(f"{draft}sign-off/", {"digest": digest})
    page = paul.get(f"/published/{first.slug}/").content.decode()
    assert "This statement was corrected" in page
    assert "/published/2024-12-10-v2/" in page
    assert "It corrects" in paul.get("/published/2024-12-10-v2/").content.decode()
    assert paul.get(f"/published/{first.slug}/files/csv/").content == csv_before


@pytest.mark.parametrize("slug", ["2024-12-10-v9", "2024-12-10", "x-v1", "2024-12-10-v1x", "a-v99999999"])
def test_an_unknown_statement_is_not_found(patrolled, paul, anna, slug):
    published(paul, anna, patrolled)
    assert paul.get(f"/published/{slug}/").status_code == 404


def test_choosing_nothing_or_what_there_is_not(patrolled, paul):
    assert paul.post(NEW, {}).status_code == 422
    assert paul.post(NEW, {"period": f"{patrolled.programme.pk}:2024-12"}).status_code == 422
    assert paul.post(NEW, {"period": f"{patrolled.programme.pk}:launch", "areas": ["999999"]}).status_code == 422


def test_some_areas_only(patrolled, paul):
    draft = begun(paul, patrolled, areas=[patrolled.hitchin.pk])
    page = paul.get(f"{draft}check/").content.decode()
    assert "Hitchin town centre" in page
    assert "Letchworth" not in page
    everything = begun(paul, patrolled, areas=[patrolled.hitchin.pk, patrolled.letchworth.pk, patrolled.watford.pk])
    assert Statement.objects.get(pk=int(everything.rstrip("/").rpartition("/")[2])).area_ids == []


# --- whose number -------------------------------------------------------------------------------------------------


def test_whose_number_it_is(patrolled, paul, anna):
    statement = published(paul, anna, patrolled)
    page = paul.post("/published/check-a-figure/", {"number": "288"}).content.decode()
    assert f"/published/{statement.slug}/" in page
    assert "Patrol hours:" in page
    assert (
        "No published statement has this number"
        in paul.post("/published/check-a-figure/", {"number": "12,213"}).content.decode()
    )
    rounded = paul.post("/published/check-a-figure/", {"number": "more than 280 hours"}).content.decode()
    assert "Rounded from 288" in rounded
    for wrong in ("", "many", "-3", "1.5"):
        assert paul.post("/published/check-a-figure/", {"number": wrong}).status_code == 422


def test_whose_file_it_is(patrolled, paul, anna):
    statement = published(paul, anna, patrolled)
    for file in StatementFile.objects.filter(statement=statement):
        sent = io.BytesIO(bytes(file.content))
        sent.name = "renamed.bin"
        page = paul.post("/published/check-a-figure/", {"file": sent}).content.decode()
        assert "This file is, to the byte, of" in page
        assert statement.slug in page
    content = json.loads(bytes(StatementFile.objects.get(kind="metadata").content))
    content["title"] = "Something else"
    changed = io.BytesIO(json.dumps(content).encode())
    changed.name = "changed.json"
    assert "This file was changed" in paul.post("/published/check-a-figure/", {"file": changed}).content.decode()
    other = io.BytesIO(b"PK\x03\x04 that is no archive")
    other.name = "other.csv"
    assert "of no published statement" in paul.post("/published/check-a-figure/", {"file": other}).content.decode()


@pytest.mark.parametrize("kind", ["xlsx", "ods", "pdf"])
def test_a_file_that_another_program_saved_is_recognised(patrolled, paul, anna, kind):
    statement = published(paul, anna, patrolled)
    content, saved = bytes(StatementFile.objects.get(kind=kind).content), io.BytesIO()
    if kind == "pdf":
        saved.write(content + b"% a comment")
    else:
        with (
            zipfile.ZipFile(io.BytesIO(content)) as old,
            zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED, None, 1) as new,
        ):
            for name in old.namelist():
                new.writestr(name, old.read(name))
    saved.seek(0)
    saved.name = f"saved.{kind}"
    page = paul.post("/published/check-a-figure/", {"file": saved}).content.decode()
    assert "This file was changed" in page
    assert statement.slug in page


# --- cost ---------------------------------------------------------------------------------------------------------


def test_queries_do_not_grow_with_statements(patrolled, paul, anna, django_assert_max_num_queries):
    for code in ("launch", "2024-09", "2024-10"):
        statement = published(paul, anna, patrolled, code=code)
    for path, most in (("/published/", 9), (f"/published/{statement.slug}/", 10)):
        with django_assert_max_num_queries(most):
            paul.get(path)


def corrected_daily(first: Statement, times: int) -> Statement:
    """The last of so many further versions of a statement, each a day after the one that it corrects."""
    fields = {field.attname: getattr(first, field.attname) for field in Statement._meta.concrete_fields}
    del fields["id"]
    newest = first
    for days in range(1, times + 1):
        as_at = AT + timedelta(days=days)
        more = {"reference": f"{as_at:%Y-%m-%d}", "as_at": as_at, "corrects_id": newest.pk, "reason": "A number"}
        newest = Statement.objects.create(**fields | more)
    return newest


@pytest.fixture
def many(patrolled):
    """Sixty published statements and a draft. This is the newest of them."""
    publishing.drafted(patrolled, AT)
    return corrected_daily(publishing.published(patrolled, AT), 59)


def test_sixty_statements_cost_the_same_as_one(patrolled, paul, django_assert_num_queries):
    publishing.drafted(patrolled, AT)
    first = publishing.published(patrolled, AT)
    paul.get("/published/")
    # Session and person, how many, one page of them, the drafts, how many wait for this person.
    with django_assert_num_queries(6):
        paul.get("/published/")
    corrected_daily(first, 59)
    with django_assert_num_queries(6):
        paul.get("/published/")
    # No drafts on the pages after the first.
    with django_assert_num_queries(5):
        paul.get("/published/?page=2")


def shown(client, page: str) -> list[Statement]:
    return [statement for statement, _ in client.get("/published/", {"page": page}).context["releases"]]


def test_many_statements_are_paged_newest_first(many, paul):
    everything = list(Statement.objects.published().order_by("-as_at"))
    assert everything[0] == many
    assert shown(paul, "1") + shown(paul, "2") + shown(paul, "3") == everything
    assert "?page=2" in paul.get("/published/").content.decode()
    assert 'class="govuk-pagination__next"' not in paul.get("/published/?page=3").content.decode()


@pytest.mark.parametrize(("asked", "nearest"), [("4", "3"), ("9" * 12, "3"), ("0", "3"), ("-1", "3"), ("second", "1")])
def test_a_page_that_there_is_not_is_the_nearest_as_in_other_lists(many, paul, asked, nearest):
    assert shown(paul, asked) == shown(paul, nearest) != []


def test_what_is_being_prepared_stands_above_the_first_page_alone(many, paul):
    assert "Being prepared" in paul.get("/published/").content.decode()
    assert "Being prepared" not in paul.get("/published/?page=2").content.decode()


def test_a_correction_that_corrects_no_figure_says_so_before_it_is_sent(patrolled, paul, anna):
    first = published(paul, anna, patrolled)
    draft = paul.post(f"/published/{first.slug}/correct/", {"reason": "A night was missing."})["Location"]
    assert f"All six figures are still those of {first.slug}" in paul.get(f"{draft}check/").content.decode()
    factories.PatrolShiftFactory.create(
        area=patrolled.hitchin, funding_stream=patrolled.grant, logged_by=patrolled.sam,
        starts_at=AT - timedelta(days=2), ends_at=AT - timedelta(days=2, hours=-4),
    )  # fmt: skip
    assert "All six figures are still" not in paul.get(f"{draft}check/").content.decode()


def test_words_that_came_after_the_session_had_ended_are_there_again(patrolled, as_user, force, now):
    words = f"/published/drafts/{publishing.drafted(patrolled, AT).pk}/words/"
    browser = as_user(force.paul)
    browser.get(words)
    now.shift(timedelta(hours=4))
    browser.post(words, {"words": "Written with care: {arrests}"})
    page = browser.post("/sign-in/", {"username": force.paul.email, "password": PASSWORD, "next": words}, follow=True)
    assert "Written with care: {arrests}" in page.content.decode()
    assert "this is not saved yet" in page.content.decode()
    assert Statement.objects.get().words == DEFAULT


def test_drafts_of_one_programme_can_be_told_apart(patrolled, paul, now):
    publishing.drafted(patrolled, AT)
    publishing.drafted(patrolled, AT, code="2024-09", area_ids=[patrolled.hitchin.pk])
    page = paul.get("/published/").content.decode()
    assert f"{patrolled.programme}: since launch, all hotspot areas" in page
    assert f"{patrolled.programme}: September 2024, 1 hotspot area</a>" in page


def test_a_download_says_what_it_is(patrolled, paul, anna):
    statement = published(paul, anna, patrolled)
    for file in statement.files.all():
        response = paul.get(reverse("reports:statement_file", args=(statement.slug, file.kind)))
        assert response["Content-Disposition"] == f'attachment; filename="{file.name}"'
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response["Cache-Control"]
        assert "sandbox" in response["Content-Security-Policy"]
        assert response.content == bytes(file.content)
    assert zipfile.is_zipfile(io.BytesIO(paul.get(f"/published/{statement.slug}/files/xlsx/").content))
    assert paul.get(f"/published/{statement.slug}/files/docx/").status_code == 404


@pytest.fixture
def thin(force, now):
    """Nine nights in Letchworth with two arrests, and as many in Hitchin with nine."""
    now.move_to(AT)
    for area, arrests in ((force.letchworth, 2), (force.hitchin, 9)):
        for days in range(9):
            start = datetime(2024, 10, 11, 21, tzinfo=UTC) - timedelta(days=days)
            shift = factories.PatrolShiftFactory.create(area=area, funding_stream=force.grant, starts_at=start)
            factories.ArrestFactory.create_batch(1 if days < arrests else 0, shift=shift)
    return force


def test_small_numbers_of_some_areas_are_in_no_press_text(thin, paul, anna):
    """The sheet withholds them, so the words may not say them either."""
    force = thin
    draft = begun(paul, force, code="2024-10", areas=[force.letchworth.pk])
    page = paul.get(f"{draft}check/").content.decode()
    assert "speaks of what is withheld: take out" in page
    assert "{arrests}" in page
    checked(paul, draft)
    refused = sent(paul, draft)
    assert refused.status_code == 422
    assert "speaks of what is withheld" in refused.content.decode()
    words = paul.get(f"{draft}words/").content.decode()
    assert "[c] arrests have been made" in words
    assert "<code>{patrols}</code>" in words
    assert "<code>{arrests}</code> withheld, so it cannot be used" in words
    assert "speaks of what is withheld: take out {arrests}." in words
    paul.post(f"{draft}words/", {"words": "{patrols} in {areas}"})
    checked(paul, draft)
    assert sent(paul, draft).status_code == 302
    digest = anna.get(draft).content.decode().split('name="digest" value="')[1].split('"')[0]
    assert anna.post(f"{draft}sign-off/", {"digest": digest}).status_code == 302
    statement = Statement.objects.published().get()
    assert statement.body["totals"]["arrests"] is None
    assert "2 arrests" not in statement.body["press_text"]
    # A second one is held against it, with numbers on neither side where they are withheld.
    again = begun(paul, force, code="2024-10", areas=[force.letchworth.pk])
    assert paul.get(f"{again}check/").status_code == 200
