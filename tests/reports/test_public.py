"""The public pages: nothing until they are switched on, what was published afterwards, and nothing else."""

import base64
import io
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.test import Client

from reports.models import Statement
from reports.public import views
from reports.statements import operations, sign_off
from tests.publishing import digest, drafted, patrols, published, read_and_send

AT = datetime(2024, 12, 10, 10, 55, tzinfo=UTC)
ADDRESSES = ["/public/", "/public/latest/", "/public/check/", "/public/feed.atom", "/public/tools/verify.py"]
KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def statement(force, now, settings) -> Statement:
    settings.PUBLIC_STATEMENTS, settings.SIGNING_KEY = True, KEY
    patrols(force)
    return published(force, AT)


def pages_of(statement) -> list[str]:
    own = f"/public/{statement.slug}/"
    return [own, f"{own}bundle.json", *(f"{own}files/{file.kind}" for file in statement.files.all())]


def test_nothing_is_public_until_it_is_switched_on(statement, settings, as_user, force):
    settings.PUBLIC_STATEMENTS = False
    for client in (Client(), as_user(force.paul)):
        for address in ADDRESSES + pages_of(statement):
            assert client.get(address).status_code == 404, address


def test_everybody_reads_what_was_published(statement):
    client = Client()
    for address in ADDRESSES + pages_of(statement):
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        assert "sessionid" not in client.cookies
    page = client.get(f"/public/{statement.slug}/").content.decode()
    assert statement.sha256 in page
    assert "OFFICIAL-SENSITIVE" not in page
    for file in statement.files.all():
        assert client.get(f"/public/{statement.slug}/files/{file.kind}").content == bytes(file.content)


def test_readable_files_lead_to_pages_that_anybody_can_open_and_name_nobody(statement):
    addresses = statement.body["addresses"]
    paths = {name: address.partition("/public/")[2] for name, address in addresses.items()}
    assert paths == {"statement": f"{statement.slug}/", "check": "check/"}
    for kind in ("xlsx", "ods"):
        content = bytes(statement.files.get(kind=kind).content)
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            text = "".join(file.read(name).decode(errors="ignore") for name in file.namelist())
        assert addresses["statement"] in text, kind
        assert statement.prepared_by.name not in text, kind
        assert statement.decided_by.name not in text, kind


def test_the_page_says_whom_to_ask(statement):
    assert "Questions: " in Client().get(f"/public/{statement.slug}/").content.decode()


def test_an_unknown_address_is_answered_for_everybody(statement):
    answer = Client().get("/public/nonsense/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "Nothing is published at this address" in page
    assert "OFFICIAL-SENSITIVE" not in page
    assert "no-store" in answer["Cache-Control"]


def test_the_feed_keeps_the_lines_of_a_press_text(statement):
    feed = ElementTree.fromstring(Client().get("/public/feed.atom").content)  # noqa: S314 - our own answer
    assert feed.find(".//{*}summary").text.startswith("<p>")


def test_a_draft_is_unknown(force, now, settings):
    settings.PUBLIC_STATEMENTS = True
    patrols(force)
    draft = drafted(force, AT)
    assert Client().get("/public/latest/")["Location"] == "/public/"
    assert "Nothing has been published yet" in Client().get("/public/").content.decode()
    assert Client().get(f"/public/{draft.slug or 'x'}/").status_code == 404


def test_answers_may_be_kept_for_five_minutes_unless_somebody_is_signed_in(statement, as_user, force):
    for address in ("/public/", "/public/feed.atom", f"/public/{statement.slug}/"):
        assert set(Client().get(address)["Cache-Control"].split(", ")) == {"public", "max-age=300"}
        assert "no-store" in as_user(force.anna).get(address)["Cache-Control"]


def test_the_feed_names_each_statement(statement):
    feed = ElementTree.fromstring(Client().get("/public/feed.atom").content)  # noqa: S314 - our own answer
    atom = "{http://www.w3.org/2005/Atom}"
    assert feed.tag == f"{atom}feed"
    links = [entry.find(f"{atom}link").get("href") for entry in feed.iter(f"{atom}entry")]
    assert [link.split("/public/")[1] for link in links] == [f"{statement.slug}/"]


def test_a_number_is_found_without_signing_in(statement):
    number = statement.body["totals"]["patrols"]
    found = Client().get("/public/check/", {"number": str(number)}).content.decode()
    assert statement.slug in found
    assert "No published statement has this number" in Client().get("/public/check/?number=987654").content.decode()
    assert "Enter a number" in Client().get("/public/check/?number=").content.decode()


def test_so_many_numbers_a_minute_are_looked_up_for_one_address(statement, monkeypatch, now):
    cache.clear()
    monkeypatch.setattr(views, "CHECKS_A_MINUTE", 2)
    client = Client()
    asked = [client.get("/public/check/?number=7", REMOTE_ADDR="192.0.2.1") for _ in range(3)]
    assert [answer.status_code for answer in asked] == [200, 200, 429]
    assert "Too many numbers were checked from your network" in asked[-1].content.decode()
    assert asked[-1]["Retry-After"]
    assert "no-store" in asked[-1]["Cache-Control"]
    assert client.get("/public/check/?number=", REMOTE_ADDR="192.0.2.1").status_code == 200
    assert client.get("/public/check/?number=7", REMOTE_ADDR="192.0.2.2").status_code == 200


def test_without_a_key_there_are_no_bundles(statement, settings):
    settings.SIGNING_KEY = ""
    assert Client().get(f"/public/{statement.slug}/bundle.json").status_code == 404
    assert "bundle.json" not in Client().get(f"/public/{statement.slug}/").content.decode()


def test_a_correction_in_preparation_is_told_nowhere(statement, force):
    begun = operations.correct(by=force.paul, at=AT, statement_id=statement.pk, reason="Two shifts were doubles.")
    assert "This statement was corrected" not in Client().get(f"/public/{statement.slug}/").content.decode()
    assert Client().get("/public/latest/")["Location"] == f"/public/{statement.slug}/"
    waiting = read_and_send(begun, AT)
    assert "Two shifts were doubles." not in Client().get(f"/public/{statement.slug}/").content.decode()
    new = sign_off.approve(by=force.anna, at=AT, statement_id=waiting.pk, digest=digest(waiting))
    assert "Two shifts were doubles." in Client().get(f"/public/{statement.slug}/").content.decode()
    assert Client().get("/public/latest/")["Location"] == f"/public/{new.slug}/"


def test_a_page_with_a_message_is_nobody_elses(statement):
    client = Client()
    session = client.session
    session["something"] = "of this person"
    session.save()
    assert set(client.get("/public/")["Cache-Control"].split(", ")) == {"private", "no-store"}
