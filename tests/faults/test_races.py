"""A correction and a void of one shift at the same moment, again and again: exactly one of them happens."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connections

from hotspot.core.errors import DomainError
from outcomes.recording.correction_operations import correct_shift
from outcomes.rules import Report, Tally
from patrols.models import CrewRole, PatrolShift
from patrols.shifts.rules import CrewEntry, ShiftFacts
from patrols.shifts.void_operations import restore_shift, void_shift
from tests import factories
from tests.conftest import NOW
from tests.people import make_force

ROUNDS = 200


@pytest.mark.django_db(transaction=True)
def test_of_an_edit_and_a_void_exactly_one_wins_each_time_and_history_agrees(now) -> None:
    force = make_force()
    shift = factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, logged_by=force.sam, logged_at=NOW - timedelta(hours=6)
    )
    facts = ShiftFacts(force.hitchin, force.grant, shift.starts_at, shift.ends_at, [CrewEntry(CrewRole.PCSO)] * 2)
    gate, won = threading.Barrier(2), {"edit": 0, "void": 0}

    def edit(version: int, round_number: int) -> None:
        report = Report(replace(facts, note=f"Round {round_number}"), Tally(nothing_to_report=True))
        correct_shift(by=force.sam, at=NOW, shift_id=shift.pk, version=version, reason="Mended", report=report)

    def void(version: int, round_number: int) -> None:
        void_shift(by=force.sam, at=NOW, shift_id=shift.pk, version=version, reason="Twice")

    def attempt(write: Callable[[int, int], None], version: int, round_number: int) -> str:
        gate.wait()
        try:
            write(version, round_number)
        except DomainError as refusal:
            return refusal.code
        return "done"

    def leave() -> None:
        # Both threads, and not one of them twice.
        gate.wait()
        connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for round_number in range(ROUNDS):
            version = PatrolShift.objects.get(pk=shift.pk).version
            edited = pool.submit(attempt, edit, version, round_number)
            voided = pool.submit(attempt, void, version, round_number)
            ends = {"edit": edited.result(), "void": voided.result()}
            assert sorted(ends.values()) == ["changed_meanwhile", "done"]
            winner = next(name for name, end in ends.items() if end == "done")
            won[winner] += 1
            after = PatrolShift.objects.get(pk=shift.pk)
            assert after.version > version
            assert after.is_voided == (winner == "void")
            if after.is_voided:
                restore_shift(by=force.sam, at=NOW, shift_id=shift.pk)
        for _ in range(2):
            pool.submit(leave)
    assert won["edit"] + won["void"] == ROUNDS
    states = list(shift.events.order_by("pgh_id").values_list("state", flat=True))
    assert states.count("voided") == won["void"]
    assert len(states) == 1 + won["edit"] + 2 * won["void"]
