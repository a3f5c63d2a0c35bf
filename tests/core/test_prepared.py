"""Statements that are planned once for each connection."""

from datetime import date

import pytest
from django.db import DataError, connection

from hotspot.core import prepared_statements

pytestmark = pytest.mark.django_db


def names() -> set[str]:
    """What this connection has prepared."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'hotspot%'")
        return {name for (name,) in cursor.fetchall()}


def value(sql: str, *parameters):
    with connection.cursor() as cursor:
        prepared_statements.execute(cursor, sql, parameters)
        return cursor.fetchone()


@pytest.fixture
def fresh():
    """A connection that has prepared nothing yet."""
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    prepared_statements._prepared.pop(connection.connection, None)


def test_a_statement_is_prepared_once_for_all_its_values(fresh):
    sql = "SELECT %s::date + %s::int"
    assert value(sql, date(2024, 2, 28), 1) == (date(2024, 2, 29),)
    first = names()
    assert value(sql, date(2023, 2, 28), 1) == (date(2023, 3, 1),)
    assert len(first) == 1
    assert names() == first


def test_what_looks_like_a_statement_stays_a_value(fresh):
    assert value("SELECT %s::text", "'); DROP TABLE core_user; --") == ("'); DROP TABLE core_user; --",)
    assert value("SELECT '100%%' || %s::text", "%s") == ("100%%s",)


def test_a_connection_keeps_those_it_used_last(fresh, monkeypatch):
    monkeypatch.setattr(prepared_statements, "KEPT", 2)
    value("SELECT 1")
    value("SELECT 2")
    before = names()
    value("SELECT 1")
    value("SELECT 3")
    assert len(names()) == 2
    assert len(names() & before) == 1
    assert [value(f"SELECT {number}") for number in (1, 2, 3)] == [(1,), (2,), (3,)]


def test_what_is_refused_is_an_error_of_django(fresh):
    with pytest.raises(DataError):
        value("SELECT %s::int", "nine")


def test_a_pooler_that_changes_connections_is_sent_whole_statements(fresh, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    assert value("SELECT %s::int", 4) == (4,)
    assert names() == set()
