"""Shifts recorded at the same moment: each is compared with the others, whichever way it comes in."""

import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connections, transaction

from hotspot.core.errors import DomainError, NeedsConfirming
from hotspots.models import DistrictAccess
from outcomes.recording.checking import Entry
from outcomes.recording.correction_operations import complete_shift, correct_shift, set_crew
from outcomes.recording.operations import log_shift, log_shifts
from outcomes.rules import Report, Tally
from patrols.models import CrewRole, PatrolShift
from patrols.planning.series_operations import SeriesNight, plan_series
from patrols.shifts import operations, void_operations
from patrols.shifts.entries import NOT_EXTERNAL, AcknowledgedWarnings, ExternalRecord
from patrols.shifts.operations import plan_shift
from patrols.shifts.rules import CrewEntry, ShiftFacts
from reports.figures.summary_check import summary_differences
from tests import factories
from tests.api import Caller, connect, night_in_hitchin, problem, token_for
from tests.conftest import NOW
from tests.outcomes.imports import FIRST, run, text
from tests.outcomes.test_api_mirror import in_thread
from tests.people import make_force

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NIGHT = datetime(2024, 10, 11, 21, tzinfo=UTC)
NOTHING = Tally(nothing_to_report=True)
ONE = (CrewEntry(CrewRole.PCSO),)
PATIENCE_SECONDS = 60


@pytest.fixture
def force():
    return make_force()


def facts_in(force, area, *, start=NIGHT, hours=8, crew=ONE) -> ShiftFacts:
    return ShiftFacts(area, force.grant, start, start + timedelta(hours=hours), crew)


def new_entry(facts) -> Entry:
    return Entry(submission_id=uuid.uuid4(), report=Report(facts, NOTHING))


def together(*writes) -> list[str]:
    """Let all writers go at the same moment, each on a connection of its own; what became of each."""
    gate = threading.Barrier(len(writes))

    def attempt(write) -> str:
        gate.wait(PATIENCE_SECONDS)
        try:
            write()
        except NeedsConfirming as unusual:
            return ",".join(warning.code for warning in unusual.warnings)
        except DomainError as refusal:
            return refusal.code
        except DatabaseError as error:
            return str(error).partition("\n")[0]
        return "written"

    with ThreadPoolExecutor(len(writes)) as pool:
        attempts = [pool.submit(in_thread(attempt), write) for write in writes]
        ends = [each.result(timeout=PATIENCE_SECONDS) for each in attempts]
    connections.close_all()
    return ends


def logging(by, facts):
    report = Report(facts, NOTHING)
    return lambda: log_shift(by=by, at=NOW, submission_id=uuid.uuid4(), report=report)


def test_of_ten_identical_shifts_one_is_written_and_the_others_are_asked_about(force):
    ends = together(*[logging(force.sam, facts_in(force, force.hitchin)) for _ in range(10)])
    assert Counter(ends) == {"written": 1, "duplicate": 9}
    assert PatrolShift.objects.count() == 1
    assert summary_differences() == []


def test_of_two_overlapping_shifts_one_is_asked_about(force):
    early, late = facts_in(force, force.hitchin), facts_in(force, force.hitchin, start=NIGHT + timedelta(hours=7))
    for _ in range(5):
        assert sorted(together(logging(force.sam, early), logging(force.sam, late))) == ["overlap", "written"]
        forget()


def test_of_two_supervisors_with_the_same_patrol_one_is_asked(force):
    DistrictAccess.objects.create(user=force.sue, district=force.north_herts)
    facts = facts_in(force, force.hitchin)
    assert sorted(together(logging(force.sam, facts), logging(force.sue, facts))) == ["same_patrol", "written"]


def test_shifts_in_different_areas_do_not_wait_for_each_other(force):
    with transaction.atomic():
        operations.lock_areas([force.letchworth.pk])
        assert together(logging(force.sam, facts_in(force, force.hitchin))) == ["written"]


def test_ten_requests_with_ten_keys_make_one_shift(force, now):
    token = token_for(connect(force.adam, "shifts:write"))
    gate = threading.Barrier(10)

    def send() -> tuple[int, str]:
        caller = Caller(headers={"Authorization": f"Bearer {token}"})
        gate.wait(PATIENCE_SECONDS)
        answer = caller.post("shifts", night_in_hitchin(force, crew=[{"role": "police_officer"}]))
        return (201, "") if answer.status_code == 201 else problem(answer)

    with ThreadPoolExecutor(10) as pool:
        sent = [pool.submit(in_thread(send)) for _ in range(10)]
        answers = Counter(each.result(timeout=PATIENCE_SECONDS) for each in sent)
    assert answers == {(201, ""): 1, (409, "needs_confirming"): 9}
    assert PatrolShift.objects.count() == 1


def test_bulk_writers_that_name_the_same_areas_in_opposite_order_write_each_shift_once(force):
    areas = [factories.HotspotAreaFactory(district=force.north_herts) for _ in range(6)]
    results = []

    def bulk(order, day):
        def write():
            entries = [
                Entry(
                    submission_id=uuid.uuid4(),
                    report=Report(facts_in(force, area, start=NIGHT - timedelta(days=day)), NOTHING),
                )
                for area in order
            ]
            results.extend(log_shifts(by=force.sam, at=NOW, entries=entries))

        return write

    for day in range(4):
        results.clear()
        assert together(bulk(areas, day), bulk(areas[::-1], day)) == ["written"] * 2
        assert Counter(bool(result.shift_id) for result in results) == {True: 6, False: 6}
    assert PatrolShift.objects.count() == 24


def test_a_plan_that_is_sent_twice_at_once_makes_one_shift(force):
    for days, external in enumerate((NOT_EXTERNAL, ExternalRecord("rota", "7"))):
        facts = facts_in(force, force.hitchin, start=NOW + timedelta(days=days, hours=8))
        given = {"submission_id": uuid.uuid4(), "facts": facts, "external": external}
        assert together(*[lambda given=given: plan_shift(by=force.sam, at=NOW, **given)] * 8) == ["written"] * 8
        assert PatrolShift.objects.filter(submission_id=given["submission_id"]).count() == 1


def test_a_series_that_is_sent_twice_at_once_makes_each_shift_once(force):
    for week in range(3):
        starts = [NOW + timedelta(days=7 * week + day, hours=8) for day in range(3)]
        nights = [SeriesNight(f"{start:%F}", facts_in(force, force.hitchin, start=start)) for start in starts]
        given = {"by": force.sam, "at": NOW, "series": uuid.uuid4(), "nights": nights}
        assert together(*[lambda given=given: plan_series(**given)] * 8) == ["written"] * 8
        assert PatrolShift.objects.filter(series=given["series"]).count() == 3


def test_two_plans_from_one_record_of_another_system_make_one_shift(force):
    facts = facts_in(force, force.hitchin, start=NOW + timedelta(hours=8))

    def planning():
        plan_shift(by=force.sam, at=NOW, submission_id=uuid.uuid4(), facts=facts, external=ExternalRecord("rota", "7"))

    assert Counter(together(*[planning] * 8)) == {"written": 1, "external_taken": 7}


def test_completing_two_planned_shifts_of_one_crew_asks_about_one(force):
    ahead = NOW - timedelta(hours=20)
    facts = facts_in(force, force.hitchin)
    kept = AcknowledgedWarnings({"area_planned"}, "Two crews")
    for _ in range(2):
        plan_shift(
            by=force.sam, at=ahead - timedelta(days=2), submission_id=uuid.uuid4(), facts=facts, acknowledged=kept
        )

    def completing(shift):
        report = Report(facts, NOTHING)
        return lambda: complete_shift(by=force.sam, at=NOW, shift_id=shift.pk, version=shift.version, report=report)

    planned = PatrolShift.objects.all()
    assert sorted(together(*map(completing, planned))) == ["duplicate", "written"]


def test_moving_two_shifts_to_the_same_time_asks_about_one(force):
    facts = facts_in(force, force.hitchin)
    for day in (1, 2):
        logging(force.sam, facts_in(force, force.hitchin, start=NIGHT - timedelta(days=day)))()

    def moving(shift):
        given = {
            "shift_id": shift.pk,
            "version": shift.version,
            "reason": "Wrong night",
            "report": Report(facts, NOTHING),
        }
        return lambda: correct_shift(by=force.sam, at=NOW, **given)

    assert sorted(together(*map(moving, PatrolShift.objects.all()))) == ["duplicate", "written"]


def test_two_crews_made_the_same_size_ask_about_one(force):
    """Two overlapping shifts become duplicates of each other when their crews are made the same size."""
    acknowledged = AcknowledgedWarnings({"overlap"}, "Two crews")
    for size in (1, 3):
        report = Report(facts_in(force, force.hitchin, crew=[CrewEntry(CrewRole.PCSO)] * size), NOTHING)
        log_shift(by=force.sam, at=NOW, submission_id=uuid.uuid4(), report=report, acknowledged=acknowledged)

    def resizing(shift):
        crew = [CrewEntry(CrewRole.PCSO)] * 2
        given = {
            "shift_id": shift.pk,
            "version": shift.version,
            "crew": crew,
            "reason": "Two of us",
            "acknowledged": acknowledged,
        }
        return lambda: set_crew(by=force.sam, at=NOW, **given)

    assert sorted(together(*map(resizing, PatrolShift.objects.all()))) == ["duplicate", "written"]


# --- imports ------------------------------------------------------------------------------------------------------


def importing(force, rows, *, progress=lambda done, total: None):
    def write():
        with transaction.atomic():
            run(force, text(*rows), writes=True, progress=progress)

    return write


def test_a_shift_logged_while_a_file_is_read_is_noted_with_the_imported_one(force):
    is_read, is_logged = threading.Event(), threading.Event()

    def wait(done, total):
        is_read.set()
        assert is_logged.wait(PATIENCE_SECONDS)

    def log_meanwhile():
        assert is_read.wait(PATIENCE_SECONDS)
        crew = [CrewEntry(CrewRole.POLICE_OFFICER)] * 2 + [CrewEntry(CrewRole.PCSO)]
        logging(force.sam, facts_in(force, force.hitchin, crew=crew))()
        is_logged.set()

    assert together(importing(force, [FIRST], progress=wait), log_meanwhile) == ["written"] * 2
    assert PatrolShift.objects.get(logged_by=force.adam).doubts_kept == ["duplicate"]
    assert PatrolShift.objects.get(logged_by=force.sam).doubts_kept == []


def test_an_import_and_a_shift_at_the_same_moment_are_compared(force):
    """Whichever comes second knows of the first: the import notes it, the supervisor is asked."""
    for _ in range(5):
        crew = [CrewEntry(CrewRole.POLICE_OFFICER)] * 2 + [CrewEntry(CrewRole.PCSO)]
        ends = together(importing(force, [FIRST]), logging(force.sam, facts_in(force, force.hitchin, crew=crew)))
        kept = PatrolShift.objects.exclude(state="voided").values_list("doubts_kept", flat=True)
        assert (ends[1], list(map(list, kept))) in [("same_patrol", [[]])] or (
            ends[1] == "written" and sorted(map(list, kept)) == [[], ["duplicate"]]
        )
        forget()


def forget() -> None:
    """Void what there is, and let the next import not know it again."""
    for shift in PatrolShift.objects.exclude(state="voided"):
        PatrolShift.objects.filter(pk=shift.pk).update(state="voided", void_reason="Again", submission_id=uuid.uuid4())


def test_imports_of_many_areas_and_other_writers_never_lock_each_other_out(force):
    areas = [factories.HotspotAreaFactory(district=force.north_herts, name=f"Area {n}") for n in range(8)]
    names = [area.name for area in areas]

    def rows(day, order):
        return [FIRST.replace("11/10/2024", f"{day}/10/2024").replace("Hitchin town centre", name) for name in order]

    def bulk(day, order):
        entries = [
            Entry(
                submission_id=uuid.uuid4(),
                report=Report(facts_in(force, area, start=NIGHT - timedelta(days=day)), NOTHING),
            )
            for area in order
        ]
        return lambda: log_shifts(by=force.sam, at=NOW, entries=entries)

    for day in range(1, 5):
        ends = together(
            importing(force, rows(day, names)),
            importing(force, rows(day + 4, names[::-1])),
            bulk(day, areas[::-1]),
            bulk(day + 4, areas),
        )
        assert ends == ["written"] * 4
    assert summary_differences() == []


# --- undoing a void -----------------------------------------------------------------------------------------------


@pytest.fixture
def voided(force) -> PatrolShift:
    logging(force.sam, facts_in(force, force.hitchin))()
    shift = PatrolShift.objects.get()
    void_operations.void_shift(by=force.sam, at=NOW, shift_id=shift.pk, version=shift.version, reason="Wrong night")
    return shift


def undoing(by, shift):
    return lambda: void_operations.restore_shift(by=by, at=NOW, shift_id=shift.pk)


def test_a_void_is_not_undone_when_the_same_patrol_was_logged_meanwhile(force, voided):
    logging(force.adam, facts_in(force, force.hitchin, hours=7))()
    with pytest.raises(DomainError) as refusal:
        undoing(force.sam, voided)()
    assert refusal.value.code == "logged_meanwhile"
    assert PatrolShift.objects.get(pk=voided.pk).is_voided


def test_other_places_and_times_do_not_keep_a_void_from_being_undone(force, voided):
    logging(force.adam, facts_in(force, force.watford))()
    logging(force.sam, facts_in(force, force.hitchin, start=NIGHT - timedelta(hours=8)))()
    undoing(force.sam, voided)()
    assert PatrolShift.objects.get(pk=voided.pk).is_completed


def test_of_an_undo_and_the_same_shift_at_the_same_moment_one_happens(force, voided):
    ends = together(undoing(force.sam, voided), logging(force.sam, facts_in(force, force.hitchin)))
    assert ends in (["written", "duplicate"], ["logged_meanwhile", "written"])
    assert PatrolShift.objects.filter(state="completed").count() == 1
