"""The database is told who changes something once in a transaction, and never too seldom."""

from contextlib import ExitStack, nullcontext
from itertools import count

import pghistory
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotspot.core import prepared_statements
from hotspot.core.models import User
from tests import factories

names = count(1)


def rename(user) -> None:
    User.objects.filter(pk=user.pk).update(name=f"Ada {next(names)}")


def told(asked) -> int:
    return sum("set_config('pghistory.context_id'" in query["sql"] for query in asked.captured_queries)


def kept(user):
    """What the newest version of the person says of its context."""
    context = user.events.order_by("-pgh_id")[0].pgh_context
    return context and context.metadata


@pytest.fixture
def user(db):
    return factories.UserFactory()


def test_it_is_told_once(user):
    with CaptureQueriesContext(connection) as asked, pghistory.context(source="test"):
        for _ in range(3):
            rename(user)
    assert told(asked) == 1
    assert kept(user) == {"source": "test"}
    contexts = set(user.events.filter(pgh_label="update").values_list("pgh_context", flat=True))
    assert len(contexts) == 1


def test_what_is_added_is_told_again(user):
    with CaptureQueriesContext(connection) as asked, pghistory.context(source="test"):
        rename(user)
        with pghistory.context(action="renamed"):
            rename(user)
            rename(user)
    assert told(asked) == 2
    assert kept(user) == {"source": "test", "action": "renamed"}


def test_another_context_is_another(user):
    for number in range(2):
        with pghistory.context(number=number):
            rename(user)
            assert kept(user) == {"number": number}


@pytest.mark.django_db(transaction=True)
def test_each_transaction_is_told():
    user = factories.UserFactory()
    with CaptureQueriesContext(connection) as asked, pghistory.context(source="test"):
        rename(user)
        rename(user)
        for _ in range(2):
            with transaction.atomic():
                User.objects.count()
                rename(user)
                rename(user)
                assert kept(user) == {"source": "test"}
        with transaction.atomic():
            rename(user)
            transaction.set_rollback(True)
        with transaction.atomic():
            rename(user)
    assert told(asked) == 6
    assert user.events.filter(pgh_context__metadata={"source": "test"}).count() == 7
    rename(user)
    assert kept(user) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("before", ["commits", "rolls back", "has no transaction"])
def test_a_transaction_that_begins_beside_it_is_told(before):
    user = factories.UserFactory()
    with pghistory.context(source="test"), connection.cursor() as cursor:
        with nullcontext() if before == "has no transaction" else transaction.atomic():
            rename(user)
            if before == "rolls back":
                transaction.set_rollback(True)
        with transaction.atomic():
            # Prepared beside the cursor that tells, like what COPY writes and cursors on the server read.
            prepared_statements._prepared.pop(connection.connection, None)
            prepared_statements.execute(cursor, "SELECT %s::int + 1", [1])
            rename(user)
        assert kept(user) == {"source": "test"}


def test_what_only_reads_is_not_told(user):
    with CaptureQueriesContext(connection) as asked, pghistory.context(source="test"), connection.cursor() as cursor:
        prepared_statements.execute(cursor, "SELECT %s::int", [1])
        User.objects.count()
    assert told(asked) == 0


STEPS = st.lists(st.sampled_from(["write", "say", "begin", "commit", "roll back", "raw"]), max_size=14)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_every_version_says_what_stood_when_it_was_written(user, steps):
    with transaction.atomic(), pghistory.context(step=0), ExitStack() as left_open:
        said, begun = {"step": 0}, []
        left_open.callback(lambda: [each.__exit__(None, None, None) for each in reversed(begun)])
        for number, step in enumerate(steps, 1):
            if step == "write":
                rename(user)
                assert kept(user) == said
            elif step == "say":
                pghistory.context(step=number)
                said = {"step": number}
            elif step == "begin":
                begun.append(transaction.atomic())
                begun[-1].__enter__()
            elif step == "raw":
                with connection.cursor() as cursor:
                    cursor.execute("SAVEPOINT raw")
                    rename(user)
                    cursor.execute("ROLLBACK TO SAVEPOINT raw")
            elif begun:
                if step == "roll back":
                    transaction.set_rollback(True)
                begun.pop().__exit__(None, None, None)
