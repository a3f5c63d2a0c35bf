"""Two people writing at the same moment: the summaries end exact, and nobody hangs."""

import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction

from outcomes.models import Arrest
from patrols.models import CrewMember, PatrolShift, Visit
from reports.figures.operations import rebuild_summaries
from reports.figures.summary_check import summary_differences
from reports.models import DaySummary, MonthPart
from tests import factories
from tests.people import make_force

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROUNDS = 12


def together(*writers) -> list[DatabaseError]:
    """Let all writers go at the same moment, each on a connection of its own. Returns what they were refused with."""
    gate = threading.Barrier(len(writers))
    refused: list[DatabaseError] = []

    def run(write) -> None:
        with closing(connection):
            gate.wait()
            try:
                with transaction.atomic():
                    write()
            except DatabaseError as error:
                refused.append(error)

    threads = [threading.Thread(target=run, args=(write,), daemon=True) for write in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    connections.close_all()
    return refused


def make_shift(force, **values):
    values = {"area": force.hitchin, "funding_stream": force.grant, "logged_by": force.sam} | values
    return factories.PatrolShiftFactory.create(**values)


def set_state(shift, state):
    PatrolShift.objects.filter(pk=shift.pk).update(state=state, void_reason="Twice" if state == "voided" else "")


def add_crew(shift):
    state = PatrolShift.objects.values_list("state", flat=True).get(pk=shift.pk)
    times = {"starts_at": shift.starts_at, "ends_at": shift.ends_at}
    CrewMember.objects.create(shift_id=shift.pk, shift_state=state, role="pcso", **times)


def add_arrests(shift):
    Arrest.objects.bulk_create(Arrest(shift_id=shift.pk, detail_to_follow=True) for _ in range(3))


def test_voiding_a_shift_while_somebody_adds_to_it():
    force = make_force()
    for _ in range(ROUNDS):
        shift = make_shift(force)
        assert together(lambda s=shift: set_state(s, "voided"), lambda s=shift: add_arrests(s)) == []
        assert summary_differences() == []
        assert together(lambda s=shift: set_state(s, "completed"), lambda s=shift: add_arrests(s)) == []
        assert summary_differences() == []
        assert Arrest.objects.filter(shift=shift).count() == 6


def test_voiding_a_shift_while_somebody_adds_to_its_crew():
    """The crew's copy of the state may make the later of the two fail; what is written is counted."""
    force = make_force()
    for _ in range(ROUNDS):
        shift = make_shift(force)
        refused = together(lambda s=shift: set_state(s, "voided"), lambda s=shift: add_crew(s))
        assert all("crew_shift_state" in str(error) for error in refused)
        assert CrewMember.objects.filter(shift=shift).count() == 3 - len(refused)
        assert summary_differences() == []


def test_moving_a_shift_while_somebody_adds_to_it():
    force = make_force()
    shift = make_shift(force)
    for turn in range(ROUNDS):
        area = (force.hitchin, force.letchworth)[turn % 2]
        move = PatrolShift.objects.filter(pk=shift.pk).update
        assert together(lambda a=area, move=move: move(area=a), lambda: add_arrests(shift)) == []
        assert summary_differences() == []
    assert DaySummary.objects.get(area=area).arrests == 3 * ROUNDS


def test_many_people_log_on_one_area_and_day():
    force = make_force()
    refused = together(*[lambda: [make_shift(force, crew=["pcso"]) for _ in range(4)]] * 6)
    assert refused == []
    assert DaySummary.objects.get().patrols == 24
    assert summary_differences() == []


def add_visit(shift, hour):
    start = shift.starts_at + timedelta(hours=hour)
    Visit.objects.create(shift=shift, starts_at=start, ends_at=start + timedelta(minutes=15))


def test_two_people_change_shifts_of_one_area_and_month_in_opposite_order():
    """A visit changes no figure of the headline, yet both wait at the same row."""
    force = make_force()
    one, other = make_shift(force), make_shift(force, starts_at=datetime(2024, 10, 3, 20, tzinfo=UTC))

    def visit_first(hour):
        add_visit(one, hour)
        CrewMember.objects.filter(shift=one).update(role=("special_constable", "police_officer")[hour % 2])
        add_arrests(one)

    def visit_last(hour):
        add_arrests(other)
        add_visit(other, hour)

    for hour in range(6):
        assert together(lambda h=hour: visit_first(h), lambda h=hour: visit_last(h)) == []
        assert summary_differences() == []
    assert sum(MonthPart.objects.filter(part="visits").values_list("number", flat=True)) == 12


def test_two_bulk_writers_over_the_same_areas_in_opposite_order():
    """A deadlock, if there is one, is broken by the database: the loser gets an error and wrote nothing."""
    force = make_force()
    areas = [factories.HotspotAreaFactory.create(district=force.north_herts) for _ in range(8)]
    day = datetime(2024, 10, 11, 21, tzinfo=UTC)

    def load(order):
        for area in order:
            make_shift(force, area=area, starts_at=day, crew=["pcso"])

    written = 0
    for _ in range(4):
        refused = together(lambda: load(areas), lambda: load(areas[::-1]))
        assert all("deadlock" in str(error) for error in refused)
        written += (2 - len(refused)) * len(areas)
        assert len(refused) < 2
        assert PatrolShift.objects.count() == written
        assert summary_differences() == []


def test_two_single_statements_over_the_same_areas_do_not_deadlock():
    """Within a statement the keys are taken in one order, whatever order the rows have."""
    force = make_force()
    areas = [factories.HotspotAreaFactory.create(district=force.north_herts) for _ in range(8)]
    shifts = [make_shift(force, area=area, crew=["pcso"]) for area in areas]
    more = [make_shift(force, area=area, crew=["pcso"]) for area in areas[::-1]]
    for state in ("voided", "completed") * 4:
        refused = together(
            *(lambda some=some, state=state: move_all(some, state) for some in (shifts, more)),
        )
        assert refused == []
        assert summary_differences() == []


def move_all(shifts, state):
    some = PatrolShift.objects.filter(pk__in=[shift.pk for shift in shifts])
    some.update(state=state, void_reason="Twice" if state == "voided" else "")


def test_rebuilding_while_people_log_shifts():
    force = make_force()
    for _ in range(4):
        refused = together(
            rebuild_summaries,
            lambda: [make_shift(force) for _ in range(5)],
            lambda: [make_shift(force, area=force.letchworth) for _ in range(5)],
        )
        assert refused == []
        assert summary_differences() == []
    assert PatrolShift.objects.count() == 40
