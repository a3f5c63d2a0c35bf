"""Closing a month while its costs are computed, its shifts logged and its rates changed, with real threads."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from time import monotonic, sleep

import pytest
from django.db import connection, connections, transaction

from hotspot.core.calendar import Period
from hotspots.ledger import month_operations
from hotspots.models import ClosedMonth
from reports.costs.queries import Costs, costs_in
from reports.costs.rules import cost_sum
from reports.models import FrozenCost, FrozenPatrols
from tests import factories
from tests.patrols import rates
from tests.people import make_force

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
AT = datetime(2024, 10, 12, 12, tzinfo=UTC)
MAY = Period(date(2024, 5, 1), date(2024, 5, 31))
PATIENCE_SECONDS = 60
HOUR, OTHER_HOUR = 1_000, 3_000
GATE = 20_241_012


@pytest.fixture
def force():
    made = make_force()
    rates.rate(made.adam, made.grant, HOUR)
    return made


def log(force, day: int = 2) -> None:
    """An hour of one officer, logged as the service does: with its crew, or not at all."""
    starts_at = datetime(2024, 5, day, 20, tzinfo=UTC)
    facts = {"area": force.hitchin, "funding_stream": force.grant, "logged_by": force.sam, "crew": ["police_officer"]}
    with transaction.atomic():
        factories.PatrolShiftFactory(starts_at=starts_at, ends_at=starts_at.replace(hour=21), **facts)


def close(force) -> None:
    month_operations.close_month(by=force.adam, at=AT, programme_id=force.programme.pk, month=MAY.first_day)


def prepare(force) -> None:
    month_operations.prepare_month(by=force.fay, at=AT, programme_id=force.programme.pk, month=MAY.first_day)


def costs_of(force) -> Costs:
    return costs_in([force.hitchin.pk], force.programme, MAY, at=AT)


def on_a_connection_of_its_own(work):
    try:
        return work()
    finally:
        connections.close_all()


def test_a_reader_sees_the_month_open_or_closed_and_never_twice_or_half(force):
    """Shifts are logged all the time. What a reader sees of the month is one rate's time: what stands, or all that was
    frozen; once it is closed, the same for everybody and for good."""
    log(force)
    prepare(force)
    over = threading.Event()

    def read() -> list[Costs]:
        found = []
        while not over.is_set():
            found.append(costs_of(force))
        return found

    def write() -> None:
        while not over.is_set():
            log(force)

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(on_a_connection_of_its_own, read) for _ in range(2)]
        writer = pool.submit(on_a_connection_of_its_own, write)
        sleep(0.5)
        pool.submit(on_a_connection_of_its_own, partial(close, force)).result(PATIENCE_SECONDS)
        sleep(0.5)
        over.set()
        writer.result(PATIENCE_SECONDS)
        seen = [each for reader in readers for each in reader.result(PATIENCE_SECONDS)]
    frozen = set(FrozenCost.objects.values_list("minutes", "pence", "number"))
    patrols = FrozenPatrols.objects.get().patrols
    assert all(len(each.lines) == 1 for each in seen), "a month was counted twice, or not at all"
    closed, opened = [each for each in seen if each.closed], [each for each in seen if not each.closed]
    assert closed
    assert opened
    assert {(line.minutes, line.pence, line.number) for each in closed for line in each.lines} == frozen
    assert {number for each in closed for number in each.patrols.values()} == {patrols}
    assert frozen == {(60 * patrols, HOUR * patrols, patrols)}


@contextmanager
def held_while_freezing() -> Iterator[None]:
    """Make whoever freezes wait in the middle of it, as long as this block lasts."""
    with connection.cursor() as cursor:
        cursor.execute(f"""
            CREATE FUNCTION wait_in_test() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM pg_advisory_xact_lock({GATE}); RETURN NULL; END $$;
            CREATE TRIGGER wait_in_test BEFORE INSERT ON reports_frozencost
                FOR EACH STATEMENT EXECUTE FUNCTION wait_in_test();
            SELECT pg_advisory_lock({GATE});
        """)
        try:
            yield
        finally:
            cursor.execute(f"SELECT pg_advisory_unlock({GATE})")


@pytest.fixture
def _no_gate():
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION IF EXISTS wait_in_test CASCADE")


def somebody_waits() -> None:
    end = monotonic() + PATIENCE_SECONDS
    with connection.cursor() as cursor:
        while monotonic() < end:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            if cursor.fetchone()[0]:
                return
            sleep(0.01)
    raise AssertionError("nobody froze anything")


@pytest.mark.usefixtures("_no_gate")
def test_patrols_and_their_costs_are_frozen_as_of_one_moment(force):
    """A shift that is logged while a month is being closed is in both of them, or in neither."""
    log(force)
    prepare(force)
    with ThreadPoolExecutor(1) as pool:
        with held_while_freezing():
            closing = pool.submit(on_a_connection_of_its_own, partial(close, force))
            somebody_waits()
            log(force)
        closing.result(PATIENCE_SECONDS)
    assert FrozenPatrols.objects.get().patrols == FrozenCost.objects.get().number == 1
    later = costs_of(force).later[MAY.first_day]
    assert (later.pence, later.shifts) == (HOUR, 1)


@pytest.mark.usefixtures("_no_gate")
def test_a_rate_that_changes_while_a_month_is_closed_is_for_all_of_it_or_none(force):
    log(force)
    log(force, 20)
    prepare(force)
    with ThreadPoolExecutor(2) as pool:
        with held_while_freezing():
            closing = pool.submit(on_a_connection_of_its_own, partial(close, force))
            somebody_waits()
            change = partial(rates.rate, force.adam, force.grant, OTHER_HOUR)
            changing = pool.submit(on_a_connection_of_its_own, change)
            sleep(0.5)
        closing.result(PATIENCE_SECONDS)
        changing.result(PATIENCE_SECONDS)
    assert ClosedMonth.objects.count() == 1
    found = costs_of(force)
    assert cost_sum(found.lines).pence == 2 * HOUR
    assert (found.later[MAY.first_day].pence, found.later[MAY.first_day].rates) == (2 * (OTHER_HOUR - HOUR), 1)
