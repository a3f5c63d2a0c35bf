"""Whether a connection from an earlier request still works, which is found out without asking the server."""

from unittest import mock

import psycopg2
import pytest
from django.db import DatabaseError, InternalError, OperationalError, connection, transaction
from django.db.backends.postgresql.base import DatabaseWrapper as Backend

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def between_requests():
    """A connection that an earlier request opened, as the next one finds it."""
    connection.ensure_connection()
    with mock.patch.multiple(connection, health_check_enabled=True, health_check_done=False):
        yield
    connection.close()


def ask():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def session():
    return connection.connection.info.backend_pid


def end_session():
    other = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [session()])
            assert cursor.fetchone() == (True,)
    finally:
        other.close()


def test_a_connection_that_works_is_kept_without_a_trip(between_requests):
    before = session()
    with mock.patch.object(Backend, "is_usable", side_effect=AssertionError):
        assert ask() == before


def test_a_session_that_the_server_ended_is_opened_again(between_requests):
    before = session()
    end_session()
    assert ask() != before


def test_a_connection_that_was_closed_on_our_side_is_opened_again(between_requests):
    connection.connection.close()
    ask()


def test_after_a_failure_the_server_is_asked(between_requests):
    connection.errors_occurred = True
    with mock.patch.object(Backend, "is_usable", autospec=True, return_value=True) as asked:
        ask()
    assert asked.called
    connection.errors_occurred = False


def test_who_did_not_look_meets_the_end_of_the_session():
    connection.ensure_connection()
    end_session()
    with pytest.raises((OperationalError, InternalError)):
        ask()
    connection.close()


def test_in_a_transaction_that_failed_nothing_works(between_requests):
    """Django's own tests ask this before they check what is deferred."""
    with transaction.atomic():
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        assert not connection.is_usable()
        transaction.set_rollback(True)
