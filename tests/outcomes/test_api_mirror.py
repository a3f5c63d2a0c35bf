"""Copies of the records elsewhere, and writers at the same moment: what only committed transactions show."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from hotspot.core.api import idempotency
from hotspot.core.models import IdempotencyKey
from hotspot.core.permissions import Scope
from outcomes.models import Arrest
from outcomes.records import json_documents
from patrols.models import PatrolShift
from tests import factories
from tests.api import Caller, night_in_hitchin, person_caller, problem, system_caller
from tests.people import make_force

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PATIENCE_SECONDS = 60

cluster_settled = json_documents.settled


@pytest.fixture(autouse=True)
def _this_database_alone(monkeypatch):
    """Other tests run on the same server, and a mirror waits for every transaction there; here for this database's."""

    def settled():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(min(backend_xid::text::bigint), pg_snapshot_xmax(pg_current_snapshot())::text::bigint)"
                " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return cursor.fetchone()[0]

    monkeypatch.setattr(json_documents, "settled", settled)


def in_thread(call):
    """Run this in a thread, whose connection is closed afterwards."""

    def run(*arguments):
        try:
            return call(*arguments)
        finally:
            connections.close_all()

    return run


def at_once(count, call):
    """Call so many times at the same moment; what each gave."""
    barrier = Barrier(count)

    def one(number):
        barrier.wait(timeout=PATIENCE_SECONDS)
        return call(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(in_thread(one), range(count)))


def last_night(force, **changes):
    """A shift that is over by the real clock, which time in threads and in the database follows."""
    start = timezone.now().replace(hour=1, minute=0, second=0, microsecond=0) - timedelta(days=1)
    force.programme.last_day = start.date() + timedelta(days=99)
    force.programme.save()
    span = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=4)).isoformat()}
    return night_in_hitchin(force, **span, **changes)


def again(caller):
    """The same caller in another thread, whose test client is its own."""
    return Caller(headers=caller.headers, user=caller.user)


# --- At the same moment -------------------------------------------------------------------------------------------


def test_the_same_request_at_the_same_moment_is_carried_out_once():
    force = make_force()
    rota = system_caller(force.adam, Scope.WRITE_SHIFTS)
    body, key = last_night(force), {"Idempotency-Key": str(uuid4())}
    answers = at_once(6, lambda _: again(rota).post("shifts", body, **key))
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    for answer in answers:
        if answer.status_code == 409:
            assert problem(answer) == (409, "in_flight")
            assert answer["Retry-After"] == "1"
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert len([answer for answer in answers if answer.status_code == 201 and "Idempotent-Replay" not in answer]) == 1
    assert PatrolShift.objects.count() == Arrest.objects.count() == IdempotencyKey.objects.count() == 1
    assert rota.post("shifts", body, **key)["Idempotent-Replay"] == "true"


def test_while_the_first_is_being_worked_on_the_second_is_told_to_wait():
    force = make_force()
    rota = system_caller(force.adam, Scope.WRITE_SHIFTS)
    body, key = last_night(force), uuid4()
    with transaction.atomic():
        idempotency._begin(rota.user.pk, key)
        with ThreadPoolExecutor(1) as pool:
            send = in_thread(lambda: again(rota).post("shifts", body, **{"Idempotency-Key": str(key)}))
            answer = pool.submit(send).result(timeout=PATIENCE_SECONDS)
    assert problem(answer) == (409, "in_flight")
    assert not PatrolShift.objects.exists()
    assert rota.post("shifts", body, **{"Idempotency-Key": str(key)}).status_code == 201


def test_of_two_corrections_at_the_same_moment_one_is_told():
    force = make_force()
    rota = system_caller(force.adam, Scope.WRITE_SHIFTS)
    logged = rota.post("shifts", last_night(force))
    path, version = f"shifts/{logged.json()['id']}", {"If-Match": logged["ETag"]}
    bodies = [{"reason": "Mended", "note": f"Note {number}"} for number in range(4)]
    answers = at_once(4, lambda number: again(rota).patch(path, bodies[number], **version))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    (won,) = [answer for answer in answers if answer.status_code == 200]
    assert rota.get(path).json()["note"] == won.json()["note"]


def test_an_external_record_that_comes_twice_at_once_is_one_shift():
    force = make_force()
    rotas = [system_caller(force.adam, Scope.WRITE_SHIFTS, name=f"Rota {number}") for number in range(3)]
    body = last_night(force, external={"source": "rota", "reference": "R-1"})
    bodies = [body | {"crew": [{"role": "police_officer", "collar_number": f"PC{n}"}]} for n in range(3)]
    answers = at_once(3, lambda number: again(rotas[number]).post("shifts", bodies[number]))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert PatrolShift.objects.count() == 1


# --- Pages and mirrors --------------------------------------------------------------------------------------------


def shift_on(force, day, **fields):
    starts_at = datetime(2024, 10, day, 21, tzinfo=UTC)
    area = fields.pop("area", force.hitchin)
    return factories.PatrolShiftFactory(area=area, funding_stream=force.grant, starts_at=starts_at, **fields)


def follow(caller, answer, name="next"):
    return caller.get(answer.json()[name].partition("/api/v1/")[2])


def test_pages_stay_whole_while_shifts_are_added():
    force = make_force()
    mirror = system_caller(force.adam, Scope.READ_SHIFTS)
    # Several that start at the same moment, so that only the number tells them apart.
    before = {shift_on(force, day).pk for day in (1, 2, 2, 2, 3, 4, 4)}
    answer, seen = mirror.get("shifts", {"page_size": 2}), []
    while True:
        seen += [shift["id"] for shift in answer.json()["results"]]
        for day in (1, 2, 3, 5):
            shift_on(force, day)
        if len(seen) >= 7 + 20 or not answer.json()["next"]:
            break
        answer = follow(mirror, answer)
    assert len(seen) == len(set(seen))
    assert before <= set(seen)


def test_the_address_of_the_next_page_keeps_the_question():
    force = make_force()
    mirror = system_caller(force.adam, Scope.READ_SHIFTS)
    for day in (1, 2, 3):
        shift_on(force, day)
    query = {"page_size": 1, "since": "2024-10-02", "detail": "full", "state": ["completed", "voided"]}
    first = mirror.get("shifts", query)
    second = follow(mirror, first)
    assert [answer.json()["results"][0]["day"] for answer in (first, second)] == ["2024-10-03", "2024-10-02"]
    assert "crew" in second.json()["results"][0]
    assert second.json()["next"] is None


class Mirror:
    """A copy of the shifts elsewhere, kept as the documentation says."""

    def __init__(self, caller):
        self.caller, self.shifts, self.resume = caller, {}, None

    def update(self):
        """Ask for what changed until nothing more is there; how many were told."""
        start = {"updated_since": "2024-01-01T00:00:00Z", "detail": "full", "page_size": 2}
        answer, told = (self.caller.get(self.resume) if self.resume else self.caller.get("shifts", start)), 0
        while True:
            assert answer.status_code == 200, answer.content
            self.shifts |= {shift["id"]: shift for shift in answer.json()["results"]}
            told += len(answer.json()["results"])
            self.resume = answer.json()["resume"].partition("/api/v1/")[2]
            if not answer.json()["next"]:
                return told
            answer = follow(self.caller, answer)

    def is_exact(self):
        return all(
            self.shifts.get(pk) == self.caller.get(f"shifts/{pk}").json()
            for pk in PatrolShift.objects.values_list("pk", flat=True)
        )


def test_a_mirror_learns_of_every_change_and_of_voids():
    force = make_force()
    rota = system_caller(force.adam, Scope.WRITE_SHIFTS, Scope.VOID_SHIFTS)
    mirror = Mirror(system_caller(force.adam, Scope.READ_SHIFTS, name="Mirror"))
    assert mirror.update() == 0
    logged = rota.post("shifts", last_night(force, stop_searches=[{}]))
    others = [shift_on(force, day) for day in (1, 2, 3)]
    assert mirror.update() == 4
    assert mirror.update() == 0
    assert mirror.is_exact()
    path = f"shifts/{logged.json()['id']}"

    def told(answer):
        """That a write succeeded, and that the mirror is told of this one shift."""
        assert answer.status_code == 200, answer.content
        assert mirror.update() == 1
        assert mirror.is_exact()
        return {"If-Match": rota.get(path)["ETag"]}

    version = told(rota.patch(path, {"reason": "Mended", "note": "Busy"}, **{"If-Match": logged["ETag"]}))
    visit = {
        "arrived_at": logged.json()["starts_at"],
        "left_at": (datetime.fromisoformat(logged.json()["starts_at"]) + timedelta(minutes=15)).isoformat(),
    }
    version = told(rota.put(f"{path}/visits", {"visits": [visit]}, **version))
    arrest = f"arrests/{logged.json()['arrests'][0]['id']}"
    version = told(rota.patch(arrest, {"happened_at": visit["left_at"]}, **version))
    version = told(rota.post(f"{arrest}/withdraw", {"reason": "Entered twice"}, **version))
    version = told(rota.patch(path, {"reason": "Mended", "activity": {"engagements_residents": 2}}, **version))
    told(rota.post(f"{path}/void", {"reason": "Entered twice"}, **version))
    assert mirror.shifts[logged.json()["id"]]["void_reason"] == "Entered twice"
    # Whatever wrote it, the database says so.
    PatrolShift.objects.filter(pk=others[0].pk).update(note="Past the operations")
    assert mirror.update() == 1
    assert mirror.is_exact()


def test_what_is_committed_late_is_not_missed():
    force = make_force()
    mirror = Mirror(system_caller(force.adam, Scope.READ_SHIFTS, name="Mirror"))
    held = Barrier(2)

    def slow():
        with transaction.atomic():
            shift_on(force, 1, note="Slow")
            held.wait(timeout=PATIENCE_SECONDS)
            held.wait(timeout=PATIENCE_SECONDS)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(in_thread(slow))
        held.wait(timeout=PATIENCE_SECONDS)
        # Begun later, committed earlier.
        shift_on(force, 2, note="Quick", area=force.letchworth)
        # Which is not told before the other, so that the order of the changes holds.
        assert mirror.update() == 0
        unsettled = cluster_settled()
        held.wait(timeout=PATIENCE_SECONDS)
        writing.result(timeout=PATIENCE_SECONDS)
    mirror.update()
    assert {shift["note"] for shift in mirror.shifts.values()} == {"Slow", "Quick"}
    # What the product itself waits for, whatever else this server does.
    assert unsettled <= PatrolShift.objects.get(note="Slow").changed_in
    assert mirror.is_exact()


def test_a_person_may_keep_a_copy_of_what_they_may_see():
    force = make_force()
    shift_on(force, 1)
    factories.PatrolShiftFactory(area=force.watford, funding_stream=force.grant)
    mirror = Mirror(person_caller(force.sam))
    assert mirror.update() == 1
    assert {shift["area"]["name"] for shift in mirror.shifts.values()} == {"Hitchin town centre"}


def test_the_order_of_changes_is_the_databases_own():
    force = make_force()
    first, second = shift_on(force, 1), shift_on(force, 2)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE patrols_patrolshift SET note = 'x' WHERE id = %s", [first.pk])
    changes = PatrolShift.objects.order_by("changed_in").values_list("pk", flat=True)
    assert list(changes) == [second.pk, first.pk]
