"""A backup is restored into another database: mirrors start again and miss nothing (docs/deployment.md, Backups)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from hotspot.core.permissions import Scope
from script.processes import Processes
from tests import factories
from tests.api import Caller, system_caller
from tests.faults.clusters import Cluster, start_cluster

BEGINNING = "shifts?updated_since=2020-01-01T00:00:00Z&detail=full&page_size=4"
BURN = "DO $$ BEGIN FOR i IN 1..5000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"
CHANGE = "UPDATE patrols_patrolshift SET note = %s WHERE id = (SELECT min(id) FROM patrols_patrolshift)"


@pytest.fixture(scope="module")
def clusters(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Cluster]]:
    """One with nine shifts in it, and an empty one."""
    reason = "The embedded servers (requirements-embedded.txt) are not installed, so there is nothing to restore into"
    pytest.importorskip("script.embedded", reason=reason)
    with Processes() as processes, django_db_blocker.unblock():
        found = [start_cluster(processes), start_cluster(processes)]
        with found[0].used():
            call_command("migrate", verbosity=0)
            shift = factories.PatrolShiftFactory()
            where = {"area": shift.area, "funding_stream": shift.funding_stream}
            for days in range(1, 9):
                factories.ArrestFactory(shift=shift)
                factories.PatrolShiftFactory(**where, starts_at=shift.starts_at - timedelta(days))
        yield found


@pytest.fixture(scope="module")
def mirror(clusters: list[Cluster]) -> Caller:
    """A system that reads shifts, connected to the first of them."""
    with clusters[0].used():
        return system_caller(factories.UserFactory(role="administrator"), Scope.READ_SHIFTS)


def read(mirror: Caller, address: str) -> tuple[dict[int, Any], str]:
    """What a mirror reads from there on: the shifts, and where to go on."""
    shifts: dict[int, Any] = {}
    while True:
        answer = mirror.get(address)
        assert answer.status_code == 200, answer.content
        shifts |= {row["id"]: row for row in answer.json()["results"]}
        address = answer.json()["resume"].partition("/api/v1/")[2]
        if not answer.json()["next"]:
            return shifts, address


def refused(mirror: Caller, address: str) -> tuple[int, str]:
    """The status and code of a refusal."""
    answer = mirror.get(address)
    return answer.status_code, answer.json().get("code")


def asks_for_after_restore() -> bool:
    """Whether the check on the database says that the command has to be run."""
    try:
        call_command("check", databases=["default"], verbosity=0)
    except SystemCheckError as error:
        return "after_restore" in str(error)
    return False


@pytest.mark.parametrize("higher", [True, False], ids=["the backup's numbers are higher", "they are lower"])
def test_a_restored_database_is_mirrored_whole_and_old_cursors_are_refused(clusters, mirror, tmp_path, higher):
    source, target = clusters
    name = f"restored_{higher}".lower()
    (source if higher else target).sql(BURN)
    with source.used():
        source.sql(CHANGE, "Last change before the backup")
        before, resume = read(mirror, BEGINNING)
        assert len(before) == 9
    dump = source.dump(tmp_path / "hotspot.dump")
    target.sql(f"CREATE DATABASE {name}")
    target.restore(dump, database=name)

    with target.used(name):
        # Until after_restore has been run, whoever starts the service and whoever mirrors is told.
        assert asks_for_after_restore()
        with pytest.raises(SystemCheckError, match="after_restore"):
            call_command("migrate", verbosity=0, skip_checks=False)
        assert "after_restore" in mirror.client.get("/readyz").content.decode()
        for address in (BEGINNING, resume):
            assert refused(mirror, address) == (503, "restore_unfinished")
        # Nobody else is held up meanwhile.
        assert mirror.get("shifts").status_code == 200
        target.sql(CHANGE, "Written before after_restore", database=name)

        call_command("after_restore", verbosity=0)
        assert not asks_for_after_restore()
        call_command("migrate", verbosity=0)
        assert mirror.client.get("/readyz").content == b"ok\n"
        assert refused(mirror, resume) == (400, "cursor_unknown")
        after, going_on = read(mirror, BEGINNING)
        assert set(after) == set(before)
        changed = [shift["note"] for number, shift in after.items() if shift != before[number]]
        assert changed == ["Written before after_restore"]
        # Changes go on above what the backup holds.
        target.sql(CHANGE, "After the restore", database=name)
        told, _ = read(mirror, going_on)
        assert [shift["note"] for shift in told.values()] == ["After the restore"]

    with source.used():
        # In the database that the backup is of, all is as it was.
        assert not asks_for_after_restore()
        assert read(mirror, resume) == ({}, resume)


def test_a_copy_on_the_same_server_and_a_restore_over_the_database_itself_are_noticed(clusters, mirror, tmp_path):
    source, _ = clusters
    with source.used():
        _, resume = read(mirror, BEGINNING)
    dump = source.dump(tmp_path / "hotspot.dump")
    source.sql("CREATE DATABASE copy")
    source.restore(dump, database="copy")
    with source.used("copy"):
        assert asks_for_after_restore()
        call_command("after_restore", verbosity=0)
        assert not asks_for_after_restore()
        assert refused(mirror, resume) == (400, "cursor_unknown")
    with source.used():
        assert not asks_for_after_restore()
    source.restore(dump, "--clean", "--if-exists")
    with source.used():
        assert asks_for_after_restore()
        call_command("after_restore", verbosity=0)
        assert refused(mirror, resume) == (400, "cursor_unknown")
        shifts, _ = read(mirror, BEGINNING)
        assert len(shifts) == 9


def test_a_recovery_to_a_point_in_time_is_noticed_and_a_mere_restart_is_not(clusters, mirror, tmp_path):
    source, _ = clusters
    with source.used():
        call_command("after_restore", verbosity=0)
        _, resume = read(mirror, BEGINNING)
    source.start()
    with source.used():
        assert not asks_for_after_restore()
        assert read(mirror, resume) == ({}, resume)
    source.recover()
    with source.used():
        assert asks_for_after_restore()
        assert refused(mirror, resume) == (503, "restore_unfinished")
        call_command("after_restore", verbosity=0)
        assert refused(mirror, resume) == (400, "cursor_unknown")
        assert len(read(mirror, BEGINNING)[0]) == 9
