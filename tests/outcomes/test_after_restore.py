"""What a restored database answers before and after `manage.py after_restore`."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.test import Client

from hotspot.core import database_instance
from hotspot.core.api.cursors import Cursors, number
from hotspot.core.models import DatabaseInstance
from hotspot.core.permissions import Scope
from outcomes.records import json_documents
from patrols.models import PatrolShift
from tests import factories
from tests.api import errors, night_in_hitchin, problem, system_caller

pytestmark = pytest.mark.usefixtures("now")
BEGINNING = {"updated_since": "2024-05-01T00:00:00Z"}


@pytest.fixture
def system(force):
    return system_caller(force.adam, Scope.WRITE_SHIFTS, Scope.READ_SHIFTS)


def cursor_in(answer, name="resume"):
    return parse_qs(urlsplit(answer.json()[name]).query)["cursor"][0]


def copied(changed_in):
    """As after a restore: the database is another one, and its shifts carry these numbers of the first one."""
    with pgtrigger.ignore("patrols.PatrolShift:bump_version"):
        for shift, changed in zip(PatrolShift.objects.order_by("pk"), changed_in, strict=True):
            PatrolShift.objects.filter(pk=shift.pk).update(changed_in=changed)
    DatabaseInstance.objects.update(identity="another")


@pytest.mark.parametrize("changed_in", [(1, 2), (10**12, 10**12 + 1), (1, 10**12)], ids=["lower", "higher", "both"])
def test_all_that_was_in_the_backup_is_told_whatever_its_numbers(force, system, changed_in):
    cursor = cursor_in(system.get("shifts", BEGINNING))
    shifts = {factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant).pk for _ in changed_in}
    copied(changed_in)
    for query in (BEGINNING, {**BEGINNING, "cursor": cursor}):
        answer = system.get("shifts", query)
        assert problem(answer) == (503, "restore_unfinished")
        assert "Retry-After" in answer
    with pytest.raises(SystemCheckError, match="after_restore"):
        call_command("check", databases=["default"])
    ready = Client().get("/readyz")
    assert (ready.status_code, b"after_restore" in ready.content) == (200, True)
    # People and systems go on working.
    assert system.post("shifts", night_in_hitchin(force)).status_code == 201
    PatrolShift.objects.exclude(pk__in=shifts).update(area=force.letchworth)
    assert system.get("shifts").status_code == 200

    call_command("after_restore", verbosity=0)
    call_command("check", databases=["default"])
    assert Client().get("/readyz").content == b"ok\n"
    told = system.get("shifts", BEGINNING)
    assert {row["id"] for row in told.json()["results"]} >= shifts
    assert system.get("shifts", {**BEGINNING, "cursor": cursor_in(told)}).json()["results"] == []
    refused = system.get("shifts", {**BEGINNING, "cursor": cursor})
    assert problem(refused) == (400, "cursor_unknown")
    assert errors(refused) == [("cursor", "cursor_unknown")]


def test_changes_are_numbered_above_the_backup_and_above_a_second_one(force):
    shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant)
    for highest in (10**9, 10**12, 5):
        copied([highest])
        call_command("after_restore", verbosity=0)
        assert json_documents.settled() > highest
        PatrolShift.objects.filter(pk=shift.pk).update(note="Changed")
        changed = PatrolShift.objects.get(pk=shift.pk).changed_in
        assert changed >= json_documents.settled() > highest


def test_running_it_once_more_ends_cursors_and_loses_nothing(system):
    cursor = cursor_in(system.get("shifts", BEGINNING))
    assert system.get("shifts", {**BEGINNING, "cursor": cursor}).status_code == 200
    call_command("after_restore", verbosity=0)
    assert problem(system.get("shifts", {**BEGINNING, "cursor": cursor})) == (400, "cursor_unknown")


def test_a_database_that_does_not_know_itself_is_taken_for_a_copy(system):
    DatabaseInstance.objects.all().delete()
    assert problem(system.get("shifts", BEGINNING)) == (503, "restore_unfinished")
    call_command("after_restore", verbosity=0)
    assert system.get("shifts", BEGINNING).status_code == 200


def test_a_cursor_ahead_of_every_transaction_is_refused(system, monkeypatch):
    """As when the disk of the server was put back, which the database can't see."""
    cursors = []
    write = Cursors.write

    def remembered(self, keys):
        cursors.append((self, keys))
        return write(self, keys)

    with monkeypatch.context() as watched:
        watched.setattr(Cursors, "write", remembered)
        system.get("shifts", BEGINNING)
    ((own, keys),) = cursors
    ahead = write(replace(own, kinds=(number, number)), (keys[0] + 10**6, 1))
    assert problem(system.get("shifts", {**BEGINNING, "cursor": ahead})) == (400, "cursor_unknown")


@pytest.mark.django_db
def test_before_its_migration_the_command_says_what_to_do_and_the_check_is_silent(monkeypatch):
    DatabaseInstance.objects.update(identity="another")
    monkeypatch.setattr(database_instance, "is_migrated", lambda: False)
    with pytest.raises(CommandError, match="migrate"):
        call_command("after_restore")
    call_command("check", databases=["default"])


def test_a_check_without_a_database_asks_none():
    call_command("check")
