"""Fixtures that every test may use."""

import gc
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_migrate
from django.test import Client
from hypothesis import HealthCheck, settings

from hotspot.core import database_instance
from hotspot.core.models import DatabaseInstance, User
from outcomes.vocabulary import cache as vocabulary_cache
from tests import template_database
from tests.people import Force, make_force

# A Saturday lunchtime in the demo year: last night's shift is over and within every limit.
NOW = datetime(2024, 10, 12, 12, tzinfo=UTC)

# To copy and to drop a database takes longer than the product's limit on a busy machine.
USUAL = {"options": connection.settings_dict["OPTIONS"]["options"]}
PATIENT = {"options": "-c statement_timeout=0 -c pgtrigger.ignore={}"}

# How long an example takes depends on what else the machine does. Fixtures made once for all examples are meant: making
# a force for each would cost more than what is tried.
settings.register_profile(
    "ours", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("ours")


@pytest.fixture(autouse=True)
def _no_minute_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vocabularies are kept for a minute. It ends within no test, so that statements are counted the same each time."""
    started = time.monotonic()
    monkeypatch.setattr(vocabulary_cache, "time", SimpleNamespace(monotonic=lambda: started))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> None:
    """Each process copies the one database to which the migrations were applied."""
    options = request.config.option
    if options.nomigrations or (options.reuse_db and not options.create_db):
        return
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = template_database.ready_template()
    connection.settings_dict["OPTIONS"] |= PATIENT


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The copy is a database of its own, as after a restore: the product would refuse to go on from its numbers."""
    connection.settings_dict["OPTIONS"] |= USUAL
    # Where no test needs a database, there is no copy, and this would be the developer's own.
    if connection.settings_dict["NAME"] != template_database.DATABASE:
        with django_db_blocker.unblock():
            connection.close()
            database_instance.renew(0)
    yield
    connection.settings_dict["OPTIONS"] |= PATIENT
    if connection.settings_dict["NAME"] != template_database.DATABASE:
        # A server of a browser test may still close its last session, and the database could not be dropped. After a
        # test that lets the database crash, this connection is a broken one.
        connection.close()
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )


def pytest_collection_finish() -> None:
    """What has been loaded by now stays, so the collector of garbage need not look at it again and again."""
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """When all processes are done, remove what they copied."""
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        template_database.drop_template()


@pytest.fixture(scope="session", autouse=True)
def _vocabulary_after_a_flush(django_db_setup: None, django_db_blocker: Any) -> None:
    """A test that commits empties every table afterwards; what migrations loaded comes back as it was."""
    if connection.settings_dict["NAME"] == template_database.DATABASE:
        return
    with django_db_blocker.unblock():
        rows = {model: list(model._base_manager.order_by("pk")) for model in _loaded_by_migrations()}

    def load(**sent: object) -> None:
        if "plan" in sent:
            return  # After migrating, not after a flush: the migrations have loaded their rows themselves.
        # As they are, past the rules for writing them one by one.
        with pgtrigger.ignore():
            for model, loaded in rows.items():
                model._base_manager.bulk_create(loaded)

    post_migrate.connect(load, sender=apps.get_app_config("outcomes"), weak=False)


def _loaded_by_migrations() -> Iterator[type[Model]]:
    """The models of ours that have rows before any test, without the versions that triggers make of them."""
    for config in apps.get_app_configs():
        if config.name.partition(".")[0] in template_database.APPS:
            for model in config.get_models():
                is_version = hasattr(model, "pgh_tracked_model")
                if not is_version and model is not DatabaseInstance and model._base_manager.exists():
                    yield model


@pytest.fixture
def force(db) -> Force:
    """The cast and its force."""
    return make_force()


@pytest.fixture
def now(time_machine):
    """It is lunchtime on Saturday 12 October 2024; `now.move_to(...)` changes that."""
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def as_user():
    """`as_user(force.sam)` is a browser in which Sam has signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def check_deferred():
    """Run the checks that PostgreSQL would otherwise keep until the commit."""

    def check() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    return check
