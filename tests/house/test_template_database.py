"""The database that the tests copy is the one that the migrations make, and is made anew when they change."""

import re
from pathlib import Path

import pytest
from django.db import connection

from hotspot.core import database_instance
from tests import template_database
from tests.template_database import TemplateError, fingerprint, ready_template, template_name

pytestmark = pytest.mark.slow

MIGRATION = "outcomes/migrations/0004_vocabulary.py"
SHAPING = {
    MIGRATION: "import patrols.functions\n",
    "outcomes/migrations/vocabulary/offences.csv": "code\n",
    "patrols/functions.py": "SQL = 1\n",
    "requirements.txt": "django==5.2\n",
    "hotspot/settings.py": "INSTALLED_APPS = []\n",
    "tests/settings.py": "",
}


@pytest.fixture
def checkout(tmp_path) -> Path:
    for name, text in {**SHAPING, "patrols/rules.py": ""}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("name", SHAPING)
def test_what_shapes_the_database_changes_its_name(checkout, name):
    before = fingerprint(checkout)
    (checkout / name).write_text("# changed\n" + SHAPING[name])
    assert fingerprint(checkout) != before


def test_a_new_migration_changes_its_name_and_other_code_does_not(checkout):
    before = fingerprint(checkout)
    (checkout / "patrols/rules.py").write_text("LIMIT = 1\n")
    assert fingerprint(checkout) == before
    (checkout / "outcomes/migrations/0005_more.py").write_text("")
    assert fingerprint(checkout) != before


@pytest.fixture
def server(django_db_setup, django_db_blocker, worker_id, monkeypatch, tmp_path):
    """Tells whether the template of this test is on the server; what it leaves there and on disk is removed."""
    monkeypatch.setattr(template_database, "DATABASE", f"of_{worker_id}")
    shaped = fingerprint()
    monkeypatch.setattr(template_database, "fingerprint", lambda: shaped)
    monkeypatch.setattr(template_database, "ROOT", tmp_path)

    def names() -> set[str]:
        with connection._nodb_cursor() as cursor:
            cursor.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)",
                [f"template_{template_database.DATABASE}"],
            )
            return {name for (name,) in cursor.fetchall()}

    with django_db_blocker.unblock():
        yield names
        template_database.drop_template()


def test_the_copy_is_a_database_of_its_own(db):
    assert database_instance.current().is_itself


def migrate_nothing(monkeypatch) -> list[str]:
    """In place of the migrations, one table."""
    called = []

    def call(command: str, **_: object) -> None:
        called.append(command)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE pebble AS SELECT 7 AS weight")

    monkeypatch.setattr(template_database, "call_command", call)
    return called


def test_it_is_made_once_and_then_found_and_then_loaded_from_its_dump(server, monkeypatch, tmp_path):
    called = migrate_nothing(monkeypatch)
    assert {ready_template(), ready_template()} == server() == {template_name()}
    assert called == ["migrate"]
    template_database.drop_template()
    assert server() == set()
    ready_template()
    dumps = list((tmp_path / "var").glob("*"))
    assert called == ["migrate"] if dumps else ["migrate", "migrate"]
    with template_database._connected_to(template_name()), connection.cursor() as cursor:
        cursor.execute("SELECT weight FROM pebble")
        assert cursor.fetchone() == (7,)


def test_a_damaged_dump_is_made_again(server, monkeypatch, tmp_path):
    called = migrate_nothing(monkeypatch)
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / f"test-database-{template_database.fingerprint()}.sql").write_text("CREATE TABLE half (")
    ready_template()
    assert called == ["migrate"]


def test_a_migration_that_fails_is_named_and_leaves_nothing(server, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise ValueError("no such column")

    monkeypatch.setattr(template_database, "call_command", fail)
    usual = connection.settings_dict["NAME"]
    with pytest.raises(TemplateError, match="could not be applied to an empty database: no such column"):
        ready_template()
    assert server() == set()
    assert connection.settings_dict["NAME"] == usual


def test_a_loaded_dump_is_what_the_migrations_make(server, tmp_path):
    """Nothing is lost on the way: not a trigger, a privilege or a row."""

    def dump(name: str) -> str:
        with template_database._connected_to(name):
            programs = template_database._programs()
            if programs is None:
                pytest.skip("PostgreSQL's own programs are not installed in the server's version")
            template_database._run(programs / "pg_dump", "--restrict-key=0", f"--file={tmp_path / name}")
        # PostgreSQL reads its own text of a list of words with the same casts in other places.
        return re.sub(r"::(?:character varying|text)(?:\[\])?|[()]", "", (tmp_path / name).read_text())

    ready_template()
    migrated = dump(template_name())
    template_database.drop_template()
    assert len(list((tmp_path / "var").glob("*.sql"))) == 1
    ready_template()
    assert dump(template_name()) == migrated
