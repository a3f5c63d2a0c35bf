"""What the check makes of what is recorded, which is given to it here: no database is asked."""

import uuid
from datetime import date, timedelta

import pytest

from hotspot.core.errors import EntryWarning
from hotspot.core.models import User
from hotspot.core.permissions import Role, Scope
from hotspots.models import HotspotArea
from patrols.models import CrewRole, PatrolShift
from patrols.shifts import checking
from patrols.shifts.checking import Checked, PlanChecker, same_patrol_warnings
from patrols.shifts.entries import AcknowledgedWarnings, ExternalRecord, ShiftEntry
from patrols.shifts.lookup import Recorded
from patrols.shifts.rules import SAME_PATROL, CrewEntry
from tests.patrols.test_rules import AT, START, codes, facts

SAM = User(pk=1, name="Sam Sergeant", role=Role.SUPERVISOR)
SUE = User(pk=2, name="Sue Sergeant", role=Role.SUPERVISOR)
HITCHIN = HotspotArea(pk=5, name="Hitchin", first_day=date(2024, 5, 1))
PLANNED = PatrolShift.State.PLANNED


def entry(*, hours=8, numbers=("", ""), role=CrewRole.POLICE_OFFICER, days=0, **fields) -> ShiftEntry:
    """Somebody's account of a shift in Hitchin from 10pm, so many days ago."""
    crew = [CrewEntry(role, number) for number in numbers]
    start = START - timedelta(days=days)
    about = facts(area=HITCHIN, crew=crew, starts_at=start, ends_at=start + timedelta(hours=hours))
    return ShiftEntry(**{"submission_id": uuid.uuid4(), "facts": about} | fields)


def saved(*, hours=8, by=SAM, numbers=("", ""), is_seen=True, **fields) -> PatrolShift:
    """A shift that is recorded in Hitchin from 10pm."""
    given = {"pk": 1457, "area": HITCHIN, "starts_at": START, "ends_at": START + timedelta(hours=hours)}
    shift = PatrolShift(**given | {"state": "completed", "logged_by": by} | fields)
    shift.collar_numbers, shift.is_seen = numbers, is_seen
    return shift


@pytest.fixture
def check(monkeypatch):
    """`check(entries, beside={place: shifts}, …)` is what Sam is told of each entry: codes of errors and warnings."""

    def run(*entries, beside=None, importing=False, planned=None, **found) -> list[list[str]]:
        nothing = {"saved": {}, "areas": {HITCHIN.pk}, "overlapping": beside or {}, "elsewhere": [], "externals": {}}
        monkeypatch.setattr(
            checking,
            "plan_warnings",
            lambda entries, *, by: {place: found for place, found in (planned or {}).items() if place in entries},
        )
        monkeypatch.setattr(checking, "look_up", lambda wanted, *, by: Recorded(**nothing | found))
        checked = PlanChecker(by=SAM, at=AT, importing=importing).check(entries)
        return [codes([*each.errors, *each.warnings, *each.warnings_about_change]) for each in checked]

    return run


# --- is it the same patrol? ---------------------------------------------------------------------------------------


def asked(*others, by=SAM) -> list[str]:
    return [warning.message for warning in same_patrol_warnings(entry(), others, by=by)]


def test_only_what_somebody_else_logged_of_most_of_the_time_may_be_the_same_patrol():
    mine, hers_too_short = saved(by=SAM), saved(by=SUE, starts_at=START + timedelta(hours=5), hours=12)
    assert asked() == asked(mine) == asked(hers_too_short) == asked(mine, hers_too_short) == []
    assert asked(mine, hers_too_short, saved(by=SUE, pk=2)) == [
        "Another supervisor, Sue Sergeant, logged HS-2 (Hitchin, 10pm Friday to 6am Saturday). Is this the same patrol?"
    ]


def test_of_several_the_first_that_may_be_seen_is_named():
    hidden = saved(by=SUE, pk=1, is_seen=False)
    (message,) = asked(hidden, saved(by=SUE, pk=2), saved(by=SUE, pk=3))
    assert "logged HS-2 " in message
    assert asked(hidden) == ["Another shift is recorded in this area at that time. Is this the same patrol?"]


def test_who_may_not_see_officers_is_not_told_who_logged_it():
    system = User(pk=3, name="Rota", role=Role.SYSTEM)
    system.scopes = [Scope.WRITE_SHIFTS, Scope.READ_SHIFTS]
    (message,) = asked(saved(by=SUE, pk=2), by=system)
    assert message.startswith("Another supervisor logged HS-2 ")


@pytest.mark.parametrize(
    ("before", "hours", "is_asked"),
    [
        (None, 8, True),
        ({"state": "planned"}, 8, True),
        ({"state": "planned"}, 9, True),
        ({}, 8, False),
        ({}, 9, True),
        ({"doubts_kept": ["long_shift"]}, 9, True),
        ({"doubts_kept": [SAME_PATROL]}, 8, False),
        ({"doubts_kept": [SAME_PATROL]}, 9, True),
        ({"state": "planned", "doubts_kept": [SAME_PATROL]}, 8, False),
        ({"state": "planned", "doubts_kept": [SAME_PATROL]}, 9, True),
    ],
)
def test_whoever_reports_or_moves_a_shift_is_asked_unless_the_answer_still_holds(check, before, hours, is_asked):
    """The shift that stands, if any, has 8 hours; what it is to become has so many."""
    standing = None if before is None else saved(pk=9, **before)
    new = entry(hours=hours, standing=standing)
    assert check(new, beside={0: [saved(by=SUE)]}) == [[SAME_PATROL] if is_asked else []]


def test_an_answer_stays_with_the_shift_as_long_as_it_stays_where_it_is():
    standing = saved(doubts_kept=[SAME_PATROL], doubts_reason="Two crews")
    stays, moves = Checked(entry(standing=standing)), Checked(entry(standing=standing, hours=9))
    assert (stays.codes_acknowledged, stays.reason_given) == ([SAME_PATROL], "Two crews")
    assert (moves.codes_acknowledged, moves.reason_given) == ([], "")
    assert Checked(entry()).codes_acknowledged == []


def test_a_correction_is_not_held_against_the_shift_itself(check):
    standing = saved(pk=9)
    assert check(entry(standing=standing, hours=9), beside={0: [standing]}) == [[]]
    assert check(entry(standing=standing, hours=9), beside={0: [standing, saved(pk=8)]}) == [["overlap"]]


# --- own shifts, and those of one file ----------------------------------------------------------------------------


def test_who_has_logged_it_already_and_sees_another_ones_is_asked_about_both(check):
    assert check(entry(), beside={0: [saved(), saved(by=SUE)]}) == [["duplicate", SAME_PATROL]]
    assert check(entry(hours=9), beside={0: [saved(), saved(by=SUE)]}) == [["overlap", SAME_PATROL]]


def test_an_import_finds_again_what_anybody_logged_and_asks_once(check):
    hers = {0: [saved(by=SUE)], 1: [saved(by=SUE)]}
    assert check(entry(), beside=hers, importing=True) == [["duplicate"]]
    assert check(entry(hours=9), beside=hers, importing=True) == [[SAME_PATROL]]
    assert check(entry(), entry(), beside=hers, importing=True) == [["duplicate"], ["duplicate"]]
    assert check(entry(), beside=hers) == [[SAME_PATROL]]


def test_what_meets_a_recorded_shift_is_not_asked_about_again_for_the_entry_before_it(check):
    kept = AcknowledgedWarnings({"duplicate", "overlap"}, "Two crews")
    mine = {0: [saved()], 1: [saved()]}
    assert check(entry(acknowledged=kept), entry(), beside=mine) == [["duplicate"], ["duplicate"]]
    assert check(entry(hours=9, acknowledged=kept), entry(hours=7), beside=mine) == [["overlap"], ["overlap"]]


def test_unusual_rows_of_a_file_count_for_the_ones_that_come_after(check):
    long = entry(hours=13)
    assert check(long, entry(hours=13), importing=True) == [["long_shift"], ["long_shift", "duplicate"]]
    assert check(long, entry(hours=13)) == [["long_shift"], ["long_shift"]]


@pytest.mark.parametrize(
    ("role", "number", "is_same"),
    [
        (CrewRole.POLICE_OFFICER, "PC1", True),
        (CrewRole.POLICE_OFFICER, "1", True),
        (CrewRole.POLICE_OFFICER, "PC2", False),
        (CrewRole.SPECIAL_CONSTABLE, "PC1", True),
        (CrewRole.SPECIAL_CONSTABLE, "1", False),
        (CrewRole.POLICE_OFFICER, "", False),
    ],
)
def test_who_is_the_same_person_on_two_rows_of_a_file(check, role, number, is_same):
    """Under the same collar number, or under that without its rank in the same role; however unusual the rows are."""
    rows = [entry(hours=13, numbers=["PC1"]), entry(hours=14, numbers=[number], role=role)]
    assert check(*rows, importing=True)[1] == (["officer_elsewhere"] if is_same else ["long_shift", "overlap"])


# --- when, and in which state -------------------------------------------------------------------------------------


def test_only_what_is_recorded_anew_must_be_of_the_last_90_days(check):
    """A file may hold nights of any age, and an old shift may be put right."""
    assert check(entry(days=91)) == [["too_long_ago"]]
    assert check(entry(days=91), importing=True) == [[]]
    standing = saved(starts_at=START - timedelta(days=91))
    assert check(entry(days=91, standing=standing)) == [[]]
    assert check(entry(days=91, standing=standing), importing=True) == [[]]


def test_a_plan_is_ahead_and_nothing_that_was_worked_refuses_it(check):
    """What it is asked about beside others: tests/outcomes/test_series.py."""
    plan = entry(state=PLANNED, days=-2, numbers=["PC1"], hours=13)
    assert check(plan, plan, beside={0: [saved()]}) == [["long_shift"]] * 2
    assert check(entry(state=PLANNED)) == [["already_over"]]
    assert check(entry(days=-2)) == [["not_over_yet"]]


CLASH = EntryWarning("area_planned", "HS-1 is planned already.")


def test_what_a_plan_meets_is_asked_about_unless_it_can_not_be_a_plan(check):
    plan, over, done = entry(state=PLANNED, days=-2, hours=13), entry(state=PLANNED), entry()
    unseen = entry(state=PLANNED, days=-2)
    clashes = {place: [CLASH] for place in range(3)}
    assert check(plan, over, done, planned=clashes) == [["long_shift", "area_planned"], ["already_over"], []]
    assert check(unseen, planned=clashes, areas=set()) == [["area_unknown"]]


def test_a_plan_that_clashes_tells_nothing_of_other_peoples_references(check):
    """A plan over one's own is sure to be asked about, so it must not say which references others have."""
    plan = entry(state=PLANNED, days=-2, external=ExternalRecord("Rota", "R-1"))
    for externals in ({}, {plan.external: False}):
        assert check(plan, planned={0: [CLASH]}, externals=externals) == [["area_planned"]]
    assert check(plan, externals={plan.external: False}) == [["external_taken"]]


def test_records_of_other_systems(check):
    """Known to Sam, known to others only, and twice in one submission."""
    record = ExternalRecord("Rota", "R-1")
    one = entry(external=record)
    assert check(one, externals={record: True}) == [["external_taken"]]
    assert check(one, externals={record: False}) == [["external_taken"]]
    assert check(one, entry(external=record, days=1)) == [[], ["external_taken"]]
    assert check(one, entry(external=ExternalRecord("Rota", "R-2"), days=1)) == [[], []]
    long = entry(external=record, hours=13)
    assert check(long, externals={record: True}) == [["external_taken"]]
    # Whoever may not see the shift learns that it is there only when theirs would be written.
    assert check(long, externals={record: False}) == [["long_shift"]]
    assert check(long, externals={record: False}, importing=True) == [["long_shift"]]
