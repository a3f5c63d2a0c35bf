"""Published statements for other systems: what the page and the files say."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from hotspot.core.permissions import Scope
from reports.models import StatementFile
from reports.statements import operations, sign_off
from tests import factories
from tests.api import conforms, person_caller, system_caller
from tests.publishing import digest, drafted, published, read_and_send

AT = datetime(2024, 12, 10, 10, 55, tzinfo=UTC)


@pytest.fixture
def first(force, now):
    now.move_to(AT)
    for days in range(6):
        shift = factories.PatrolShiftFactory(
            area=force.hitchin, funding_stream=force.grant, starts_at=datetime(2024, 10, 1 + days, 21, tzinfo=UTC)
        )
        factories.ArrestFactory.create_batch(2, shift=shift)
    return published(force, AT)


@pytest.fixture
def reader(force):
    return system_caller(force.adam, Scope.READ_FIGURES, name="BI")


def test_a_statement_is_what_its_json_file_says(force, first, reader):
    answer = reader.get(f"statements/{first.slug}")
    assert answer.status_code == 200
    conforms(answer, "read_statement")
    file = json.loads(bytes(StatementFile.objects.get(kind="json").content))
    assert answer.json() == {**file, "sha256": first.sha256, "corrected_by": None}


def test_the_list_says_which_were_corrected(force, first, reader, django_assert_max_num_queries):
    drafted(force, AT)
    draft = operations.correct(by=force.paul, at=AT, statement_id=first.pk, reason="A night was missing.")
    assert reader.get("statements").json()["results"][0]["corrected_by"] is None
    waiting = read_and_send(draft, AT + timedelta(days=1))
    sign_off.approve(by=force.anna, at=AT + timedelta(days=1), statement_id=waiting.pk, digest=digest(waiting))
    with django_assert_max_num_queries(6):
        answer = reader.get("statements")
    conforms(answer, "list_statements")
    assert [(row["reference"], row["corrected_by"]) for row in answer.json()["results"]] == [
        ("2024-12-10-v2", None), ("2024-12-10-v1", "2024-12-10-v2"),
    ]  # fmt: skip


def test_drafts_are_not_there_even_for_who_prepares_them(force, first):
    draft = read_and_send(drafted(force, AT, code="2024-10"), AT)
    paul = person_caller(force.paul)
    assert len(paul.get("statements").json()["results"]) == 1
    assert paul.get(f"statements/{draft.slug}").status_code == 404
    assert paul.get("statements/2024-12-10").status_code == 404
