"""An area is renamed and retired while people and systems log shifts in it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connections
from django.utils import timezone

from hotspot.core.permissions import Scope
from hotspots.areas.operations import change_area, reopen_area, retire_area
from patrols.models import PatrolShift
from reports.figures.summary_check import summary_differences
from tests.api import Caller, night_in_hitchin, problem, system_caller
from tests.people import make_force

pytestmark = pytest.mark.django_db(transaction=True)
LOGGERS, SHIFTS = 3, 8


def night(force, number):
    """A body for one of many shifts that are over by the real clock; no two are at the same time."""
    start = timezone.now().replace(hour=1, minute=0, second=0, microsecond=0) - timedelta(days=2 + number)
    span = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=4)).isoformat()}
    return night_in_hitchin(force, crew=[{"role": "police_officer"}, {"role": "pcso"}], **span)


def rename(force, name):
    facts = {fact: getattr(force.hitchin, fact) for fact in ("town", "district", "kind", "first_day", "position")}
    change_area(by=force.adam, area_id=force.hitchin.pk, name=name, **facts)


def test_a_shift_keeps_its_area_whatever_becomes_of_the_area_meanwhile():
    force = make_force()
    today = timezone.now().date()
    force.programme.last_day = today + timedelta(days=99)
    force.programme.save()
    rota = system_caller(force.adam, Scope.WRITE_SHIFTS)
    logged_all = Event()

    def log(first):
        try:
            caller = Caller(headers=rota.headers, user=rota.user)
            bodies = [night(force, number) for number in range(first, LOGGERS * SHIFTS, LOGGERS)]
            half = len(bodies) // 2
            answers = [caller.post("shifts", body) for body in bodies[:half]]
            return answers, caller.post("shifts/bulk", {"shifts": bodies[half:]})
        finally:
            connections.close_all()

    def change():
        rounds = 0
        try:
            while not logged_all.is_set():
                rounds += 1
                rename(force, f"Hitchin {rounds}")
                retire_area(by=force.adam, area_id=force.hitchin.pk, last_day=today - timedelta(days=60))
                reopen_area(by=force.adam, area_id=force.hitchin.pk)
            return rounds
        finally:
            connections.close_all()

    with ThreadPoolExecutor(LOGGERS + 1) as pool:
        changing = pool.submit(change)
        try:
            outcomes = [each.result(60) for each in [pool.submit(log, first) for first in range(LOGGERS)]]
        finally:
            logged_all.set()
        assert changing.result(60) > 0

    made = doubted = 0
    for answers, bulk in outcomes:
        assert bulk.status_code == 200, bulk.content
        results = bulk.json()["results"]
        warnings = [answer.json() for answer in answers if answer.status_code != 201]
        warnings += [item["problem"] for item in results if item["status"] != 201]
        # Retired at that moment: the caller is asked, and may keep it with a reason. Nothing else may go wrong.
        assert all([warning["code"] for warning in told["doubts"]] == ["area_not_active"] for told in warnings), (
            warnings
        )
        doubted += len(warnings)
        made += len(answers) + len(results) - len(warnings)
    assert made + doubted == LOGGERS * SHIFTS
    assert PatrolShift.objects.filter(area=force.hitchin, state="completed").count() == made
    assert summary_differences() == []


def test_a_shift_of_an_area_that_retired_is_corrected_under_its_new_name(now):
    force = make_force()
    rota = system_caller(force.adam, Scope.WRITE_SHIFTS)
    logged = rota.post("shifts", night_in_hitchin(force))
    rename(force, "Hitchin market place")
    retire_area(by=force.adam, area_id=force.hitchin.pk, last_day=force.hitchin.first_day)
    # Whoever has the record has it with the old name.
    assert rota.get(f"shifts/{logged.json()['id']}", None, **{"If-None-Match": logged["ETag"]}).status_code == 200
    path, version = f"shifts/{logged.json()['id']}", {"If-Match": logged["ETag"]}
    assert rota.get(path).json()["area"] == {"id": force.hitchin.pk, "name": "Hitchin market place"}
    body = {"reason": "Mended", "note": "Quiet"}
    asked = rota.patch(path, body, **version)
    assert problem(asked) == (409, "needs_confirming")
    kept = rota.patch(path, body | {"keep": {"doubts": ["area_not_active"], "reason": "It was, then"}}, **version)
    assert kept.status_code == 200, kept.content
    assert kept.json()["area"] == {"id": force.hitchin.pk, "name": "Hitchin market place"}
