"""A database of an earlier version is brought up to date, and everything that was published in it is still proved."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import InternalError, transaction
from django.utils import timezone

from reports.bundles.bundles import chain_to
from reports.digests import fingerprint
from reports.figures.summary_check import summary_differences
from reports.models import ProgrammeReturn, Statement
from reports.statements import operations
from reports.statements.body import release_of
from script.processes import Processes
from tests.faults.clusters import Cluster, start_cluster

# Made by version 0.9.0, before its code was moved into folders by feature: three areas with six patrols each, a
# statement and its correction after one patrol was voided, and a return. A later version adds a dump of its own.
DUMP = Path(__file__).with_name("dumps") / "0.9.0.dump"
PATROLS = {"2024-12-10-v1": 18, "2024-12-10-v2": 17}


@pytest.fixture(scope="module")
def upgraded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cluster]:
    """The database of the dump, restored and migrated."""
    reason = "The embedded servers (requirements-embedded.txt) are not installed, so there is nothing to restore into"
    pytest.importorskip("script.embedded", reason=reason)
    with Processes() as processes, django_db_blocker.unblock():
        cluster = start_cluster(processes)
        cluster.restore(DUMP, "--no-owner")
        with cluster.used():
            call_command("migrate", verbosity=0, skip_checks=True)
            call_command("after_restore")
            yield cluster


def test_every_statement_is_what_it_was_and_comes_out_of_the_history(upgraded):
    published = Statement.objects.published()
    releases = [release_of(statement) for statement in published]
    assert {release.slug: release.headline["patrols"] for release in releases} == PATROLS
    assert [operations.prove(at=timezone.now(), statement=statement) for statement in published] == [[], []]


def test_what_was_published_is_neither_to_be_released_nor_anybodys_to_sign_off(upgraded, settings):
    """Statements from before approvers and releases keep their place in the chain, and cannot be withdrawn."""
    settings.SIGNING_KEY = base64.b64encode(bytes(32)).decode()
    published = Statement.objects.published().order_by("decided_at")
    assert {(each.approver_id, each.release_at, each.takeover_reason) for each in published} == {(None, None, "")}
    assert not Statement.objects.being_prepared().exists()
    assert [link["reference"] for link in chain_to(published[1])] == list(PATROLS)
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        Statement.objects.filter(pk=published[0].pk).update(release_at=timezone.now() + timedelta(days=9))


def test_every_return_is_what_was_submitted(upgraded):
    (submitted,) = ProgrammeReturn.objects.submitted()
    assert submitted.sha256 == fingerprint(submitted.body)
    assert submitted.sha256 == "e0d0e57cc6eb2fe0cc8b81034f3bbad37017124f3a2f450d13d587417afbd0d3"


def test_the_summaries_are_what_a_recount_gives(upgraded):
    assert summary_differences() == []


def test_a_proof_notices_what_somebody_changed_in_the_history(upgraded):
    upgraded.sql("ALTER TABLE patrols_patrolshiftevent DISABLE TRIGGER USER")
    upgraded.sql("UPDATE patrols_patrolshiftevent SET area_id = (SELECT max(id) FROM hotspots_hotspotarea)")
    wrong = [operations.prove(at=timezone.now(), statement=statement) for statement in Statement.objects.published()]
    assert all(wrong)
