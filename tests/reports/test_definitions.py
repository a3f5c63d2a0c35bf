"""What was published under one definition stays as it is when another becomes current."""

import dataclasses
import hashlib
import json
import logging
import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from hotspot.core.definitions import registry
from hotspot.core.definitions.sql import counting_power
from hotspot.core.definitions.v1 import V1
from hotspots.models import FundingStream
from outcomes.models import AsbPowerKind
from patrols.models import PatrolShift
from reports.digests import fingerprint
from reports.figures import measures
from reports.models import Statement
from reports.returns import operations as return_operations
from reports.returns.body import body_of
from reports.returns.presenters import changes
from reports.returns.template_operations import AskedFor
from reports.statements import operations, sign_off
from reports.statements.body import PublishedStatement, draft_of, release_of
from reports.statements.files import make_files
from reports.tasks import verify_statements
from tests import factories
from tests.definitions import ENDED, make_v2_current
from tests.publishing import digest, drafted, published, read_and_send
from tests.returns import HOURS, sent, submitted

pytestmark = pytest.mark.slow

AT = datetime(2024, 12, 10, 10, 55, tzinfo=UTC)
LATER = AT + timedelta(days=1)
CHANGED = "The records have changed since"
POWERS = AskedFor("Powers", "asb_powers")


@pytest.fixture
def patrolled(force, now):
    """Six nights in each of three areas, each with two arrests, a warning and a use of the power that v2 ends."""
    now.move_to(LATER)
    for area in (force.hitchin, force.letchworth, force.watford):
        for days in (0, 1, 2, 30, 31, 32):
            start = datetime(2024, 10, 11, 21, tzinfo=UTC) - timedelta(days=days)
            shift = factories.PatrolShiftFactory.create(
                area=area, funding_stream=force.grant, logged_by=force.sam, starts_at=start,
                ends_at=start + timedelta(hours=8), logged_at=start + timedelta(hours=9), submission_id=uuid.uuid4(),
            )  # fmt: skip
            factories.ArrestFactory.create_batch(2, shift=shift)
            for power in (ENDED, "cpw"):
                factories.AsbPowerUseFactory.create(shift=shift, kind_id=power)
    return force


@pytest.fixture
def statement(patrolled) -> Statement:
    return published(patrolled, AT)


@pytest.fixture
def of_some_areas(patrolled) -> Statement:
    return published(patrolled, AT, area_ids=[patrolled.hitchin.pk, patrolled.watford.pk])


@pytest.fixture
def programme_return(patrolled):
    return submitted(patrolled, AT, HOURS, POWERS, AskedFor("Arrests", "arrests"), by_area=True)


def shown(response) -> str:
    """A page without what differs each time that it is asked for."""
    assert response.status_code == 200
    return re.sub(r'(csrfmiddlewaretoken" value|nonce|submission_id" value)="[^"]*"', "", response.content.decode())


def everything_published(as_user, force, statements, programme_return) -> dict[str, object]:
    """What pages, files, the API and look-ups show of what was published."""
    found: dict[str, object] = {}
    for person in (force.anna, force.paul):
        client = as_user(person)
        pages = [reverse("reports:statements"), reverse("reports:programme_return", args=[programme_return.pk])]
        for statement in statements:
            pages += [reverse(f"reports:{name}", args=[statement.slug]) for name in ("statement", "correct_statement")]
        found |= {f"{person} {url}": shown(client.get(url)) for url in pages}
        for ending in ("csv", "xlsx"):
            answer = client.get(reverse("reports:return_file", args=[programme_return.pk, ending]))
            found[f"{person} {ending}"] = b"".join(answer) if answer.streaming else answer.content
        for number in ("36 arrests", "36", "about 40 powers"):
            found[f"{person} {number}"] = shown(client.post(reverse("reports:check_figure"), {"number": number}))
    for statement in statements:
        made = make_files(release_of(statement))
        assert {file.kind: bytes(file.content) for file in statement.files.all()} == {
            each.kind: each.content for each in made
        }
        found |= {f"{statement} {each.kind}": each.content for each in made}
        upload = SimpleUploadedFile("figures.csv", next(each.content for each in made if each.kind == "csv"))
        found[f"{statement} looked up"] = shown(client.post(reverse("reports:check_figure"), {"file": upload}))
    return found


def test_what_was_published_under_v1_is_unchanged_under_v2(
    patrolled, statement, of_some_areas, programme_return, as_user, monkeypatch, caplog
):
    given = (as_user, patrolled, (statement, of_some_areas), programme_return)
    before = everything_published(*given)
    make_v2_current(monkeypatch)
    after = everything_published(*given)
    assert {name for name in before if before[name] != after[name]} == set()
    verify_statements()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_the_live_figures_beside_a_statement_are_counted_by_its_definition(patrolled, statement, as_user, monkeypatch):
    make_v2_current(monkeypatch)
    url = reverse("reports:statement", args=[statement.slug])
    assert CHANGED not in as_user(patrolled.anna).get(url).content.decode()
    shift = factories.PatrolShiftFactory._meta.model.objects.filter(area=patrolled.hitchin).first()
    factories.AsbPowerUseFactory.create(shift=shift, kind_id=ENDED)
    page = as_user(patrolled.anna).get(url).content.decode()
    assert CHANGED in page
    assert "up 1" in page
    assert "Vehicles" not in page


def test_a_correction_is_counted_by_the_definition_of_what_it_corrects(patrolled, statement, as_user, monkeypatch):
    make_v2_current(monkeypatch)
    draft = operations.correct(by=patrolled.paul, at=LATER, statement_id=statement.pk, reason="A wrong word")
    assert as_user(patrolled.paul).get(reverse("reports:draft", args=[draft.pk])).status_code == 200
    assert any("All six figures are still those" in check for check in draft_of(draft, LATER).checks)
    waiting = read_and_send(draft, LATER)
    assert as_user(patrolled.anna).get(reverse("reports:draft", args=[draft.pk])).status_code == 200
    right = sign_off.approve(by=patrolled.anna, at=LATER, statement_id=waiting.pk, digest=digest(waiting))
    same = ("definition", "measures", "totals", "by_area", "by_month", "press_text")
    assert {name: right.body[name] for name in same} == {name: statement.body[name] for name in same}
    assert operations.prove(at=LATER, statement=right) == []


def test_a_new_statement_is_counted_by_v2_and_compared_with_what_both_have(patrolled, statement, as_user, monkeypatch):
    make_v2_current(monkeypatch)
    draft = drafted(patrolled, LATER)
    assert as_user(patrolled.paul).get(reverse("reports:draft", args=[draft.pk])).status_code == 200
    said = f"{statement.slug} was counted by definition v1, this one by v2"
    assert any(said in check for check in draft_of(draft, LATER).checks)
    new = published(patrolled, LATER)
    assert (new.body["definition"], list(release_of(new).headline)[-1]) == ("v2", "vehicles")
    assert new.body["totals"]["asb_powers"] == statement.body["totals"]["asb_powers"] - 18
    assert operations.prove(at=LATER, statement=new) == []
    listed = shown(as_user(patrolled.paul).get(reverse("reports:statements")))
    assert (new.slug in listed, statement.slug in listed) == (True, True)


def test_a_restated_return_is_counted_by_the_definition_of_what_it_restates(patrolled, programme_return, monkeypatch):
    make_v2_current(monkeypatch)
    assert changes(programme_return.body, body_of(programme_return, LATER)) == []
    begun = return_operations.restate(
        by=patrolled.anna, at=LATER, return_id=programme_return.pk, reason="A remark was missing"
    )
    again = sent(patrolled, LATER, begun)
    assert again.body["definition"] == "v1"
    assert again.body["rows"] == programme_return.body["rows"]


def test_what_others_may_see_is_worked_out_with_statements_of_every_definition(
    statement, of_some_areas, as_user, patrolled, monkeypatch
):
    make_v2_current(monkeypatch)
    published(patrolled, LATER)
    page = shown(as_user(patrolled.paul).get(reverse("reports:figures")))
    assert "Vehicles seized" in page


def test_the_definitions_page_keeps_what_older_definitions_said(patrolled, as_user, monkeypatch):
    page = shown(as_user(patrolled.paul).get(reverse("reports:definitions")))
    assert 'id="v1-arrests"' not in page
    make_v2_current(monkeypatch)
    page = shown(as_user(patrolled.paul).get(reverse("reports:definitions")))
    assert 'id="vehicles"' in page
    assert all(f'id="v1-{measure.code}"' in page for measure in V1.measures)


def test_a_body_that_names_no_definition_is_read_by_the_first(statement):
    body = {name: value for name, value in statement.body.items() if name != "definition"}
    assert registry.definition_of_body(body) is V1
    with pytest.raises(LookupError, match="There is no definition v9"):
        registry.definition_of_body({"definition": "v9"})


# --- v1 -----------------------------------------------------------------------------------------------------------


def test_is_frozen():
    """A change of what is counted, or of what it is called, is a new version: never change v1 or this digest."""
    text = json.dumps(dataclasses.asdict(V1), sort_keys=True, ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == (
        "6d09a3ee640cd5d961e2f093105b8056288206f856df0fb3e90ac4fd22ba5d94"
    )
    assert registry.DEFINITIONS["v1"] is V1
    assert registry.CURRENT.version == measures.DEFINITION_VERSION


def test_the_current_definition_counts_all_that_earlier_ones_did():
    for definition in registry.DEFINITIONS.values():
        assert set(definition.columns) <= set(registry.CURRENT.columns)


def test_the_shifts_that_count_are_those_of_the_current_definition():
    """The lists, exports and warnings of the apps below read these two, which cannot import the definition."""
    streams = {kind for kind in FundingStream.Kind if not FundingStream(kind=kind).in_headline}
    assert streams == set(registry.CURRENT.streams_apart)
    states = {state for state in PatrolShift.State if PatrolShift(state=state).is_completed}
    assert states == set(registry.CURRENT.states)


def test_the_vocabulary_counts_the_powers_that_the_current_definition_counts(db):
    """A power that support staff add says itself whether it counts; those that v1 knows are v1's."""
    current = registry.CURRENT
    assert set(AsbPowerKind.objects.filter(in_headline=True).values_list("code", flat=True)) == set(current.powers)
    AsbPowerKind.objects.create(code="new", label="New", roles=[], in_headline=True)
    AsbPowerKind.objects.create(code="new_apart", label="New", roles=[], in_headline=False)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT code FROM outcomes_asbpowerkind k WHERE {counting_power(current)}")  # noqa: S608
        assert {code for (code,) in cursor.fetchall()} == {*current.powers, "new"}


def test_a_statement_is_to_the_byte_what_it_was_before_definitions_had_versions(statement):
    """Its canonical JSON and the files of it, but for the database's clock and for what came later."""
    later = {"contact", "addresses"}
    body = {name: value for name, value in statement.body.items() if name not in later} | {"records_until": ""}
    made = {each.kind: each.content for each in make_files(PublishedStatement(body, fingerprint(body)))}
    digests = {kind: hashlib.sha256(made[kind]).hexdigest()[:16] for kind in ("json", "csv", "metadata")}
    assert digests == {"json": "1d232c6eecc9de59", "csv": "be1483231b88b36c", "metadata": "d72590a0bbf8974a"}
