"""Many shifts at once are what one after the other would be: same rules, same rows, same refusals."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from hotspot.core.errors import DomainError, DomainErrors, NeedsConfirming
from outcomes.kinds import COUNTED
from outcomes.models import Arrest, AsbPowerKind, OffenceGroup, StopSearch
from outcomes.recording import operations as log
from outcomes.recording.checking import Entry
from outcomes.recording.correction_operations import complete_shift, correct_shift
from outcomes.recording.operations import log_shift, log_shifts
from outcomes.recording.writing import FEW_OUTCOMES
from outcomes.rules import Report, Tally
from outcomes.vocabulary import cache
from patrols.models import CrewRole, PatrolShift
from patrols.shifts.entries import AcknowledgedWarnings, ExternalRecord
from patrols.shifts.operations import plan_shift
from patrols.shifts.rules import CrewEntry, ShiftFacts
from tests import factories

NIGHT = datetime(2024, 10, 11, 21, tzinfo=UTC)
AT = datetime(2024, 10, 12, 12, tzinfo=UTC)
OFFICERS = (CrewEntry(CrewRole.POLICE_OFFICER), CrewEntry(CrewRole.POLICE_OFFICER))


def entry(force, *, days=0, hours=8, crew=OFFICERS, area=None, tally=None, **more) -> Entry:
    start = NIGHT - timedelta(days=days)
    facts = ShiftFacts(area or force.hitchin, force.grant, start, start + timedelta(hours=hours), crew)
    fields = {"submission_id": uuid.uuid4()} | {
        name: more.pop(name) for name in ("acknowledged", "external", "visits") if name in more
    }
    report = Report(facts, tally or Tally(nothing_to_report=True), **more)
    return Entry(**fields, report=report)


def one_by_one(force, entries) -> list[tuple]:
    """What `log_shift` says of them, written and taken back."""
    answers = []
    with transaction.atomic():
        for each in entries:
            answers.append(answer_of(force, each))
        transaction.set_rollback(True)
    return answers


def answer_of(force, each) -> tuple:
    fields = {
        "submission_id": each.submission_id,
        "report": each.report,
        "acknowledged": each.acknowledged,
        "external": each.external,
    }
    fields["visits"] = each.visits
    try:
        return "written" if log_shift(by=force.sam, at=AT, **fields).is_new else "there", [], []
    except NeedsConfirming as unusual:
        return "refused", [], [warning.code for warning in unusual.warnings]
    except DomainErrors as refusal:
        return "refused", [(error.code, error.field) for error in refusal.errors], []
    except DomainError as refusal:
        return "refused", [(refusal.code, refusal.field)], []


def said(result) -> tuple:
    state = ("written" if result.is_new else "there") if result.shift_id else "refused"
    return state, [(e.code, e.field) for e in result.errors], [warning.code for warning in result.warnings]


def test_times_the_wrong_way_round_are_said_of_numbered_crew_too(force):
    (result,) = log_shifts(by=force.sam, at=AT, entries=[entry(force, hours=-2, crew=numbered("PC1"))])
    assert said(result)[1] == [("ends_before_start", "end")]


def numbered(*numbers):
    return tuple(CrewEntry(CrewRole.POLICE_OFFICER, number) for number in numbers)


@pytest.fixture
def mixed(force):
    """Entries of every kind, some of which meet each other."""
    pcso = (CrewEntry(CrewRole.PCSO),)
    long_kept = AcknowledgedWarnings({"long_shift"}, "Football")
    external = ExternalRecord("Rota", "R-1")
    entries = [
        entry(force, days=1),
        entry(force, days=1, tally=Tally(arrests=1)),  # overlaps the first
        entry(force, days=2, tally=Tally(arrests=2, weapons=1, asb_powers={"cpw": 3}), crew=numbered("PC1", "PC2")),
        entry(force, days=2, area=force.letchworth, crew=numbered("PC2")),  # PC2 is in Hitchin
        entry(force, days=3, crew=pcso, tally=Tally(arrests=1)),
        entry(force, days=4, hours=13),
        entry(force, days=5, hours=13, acknowledged=long_kept),
        entry(force, days=6, tally=Tally()),
        entry(force, days=7, area=force.watford),
        entry(force, days=8, external=external),
        entry(force, days=9, external=external),
        entry(force, days=0, hours=20),
        entry(force, days=200),
        entry(force, days=10, tally=Tally(stop_searches=1), activity={"engagements_residents": 4}),
        entry(
            force, days=11, visits=[(NIGHT - timedelta(days=11), NIGHT - timedelta(days=11) + timedelta(minutes=15))]
        ),
        entry(force, days=12, visits=[(NIGHT, NIGHT + timedelta(minutes=15))]),
    ]
    return [*entries, entries[0]]


def test_many_are_what_one_after_the_other_would_be(force, mixed, check_deferred):
    expected = one_by_one(force, mixed)
    results = log_shifts(by=force.sam, at=AT, entries=mixed)
    assert [said(result) for result in results] == expected
    assert [state for state, _, _ in expected].count("written") == 6
    assert PatrolShift.objects.count() == 6
    check_deferred()


def test_the_rows_are_the_same(force, mixed):
    with transaction.atomic():
        for each in mixed:
            answer_of(force, each)
        expected = contents()
        transaction.set_rollback(True)
    log_shifts(by=force.sam, at=AT, entries=mixed)
    assert contents() == expected


def contents():
    """Every shift with all its parts, without ids and versions."""
    return [
        {
            "shift": (s.submission_id, s.state, s.area_id, s.funding_stream_id, s.starts_at, s.ends_at, s.note),
            "said": (s.nothing_to_report, s.doubts_kept, s.doubts_reason, s.logged_by_id, s.logged_at),
            "external": (s.external_source, s.external_reference),
            "crew": list(s.crew.values_list("role", "collar_number", "starts_at", "ends_at", "shift_state")),
            "arrests": list(s.arrests.values_list("detail_to_follow", "reference", "offence_group")),
            "searches": list(s.stop_searches.values_list("detail_to_follow", "reference")),
            "weapons": list(s.weapons.values_list("detail_to_follow", "reference")),
            "powers": list(s.asb_powers.values_list("kind", "detail_to_follow")),
            "visits": list(s.visits.values_list("starts_at", "ends_at")),
            "activity": list(s.activity.values_list("kind", "count")),
        }
        for s in PatrolShift.objects.order_by("starts_at")
    ]


def test_details_of_outcomes_are_written_and_checked(force):
    group = OffenceGroup.objects.all()[0]
    power = AsbPowerKind.objects.get(pk="cpw")
    details = {
        "arrests": [{"offence_group": group, "reference": "41XY/1234/24"}],
        "asb_powers": [{"kind": power, "reference": "CPW 7"}],
    }
    right = entry(force, days=1, tally=Tally(arrests=2, asb_powers={"cpw": 2}), details=details)
    wrong = entry(
        force,
        days=2,
        tally=Tally(arrests=1),
        details={"arrests": [{"happened_at": NIGHT + timedelta(days=9)}]},
    )
    expected = one_by_one(force, [right, wrong])
    results = log_shifts(by=force.sam, at=AT, entries=[right, wrong])
    assert [said(result) for result in results] == expected
    assert [error.field for error in results[1].errors] == ["arrests[0].happened_at"]
    shift = PatrolShift.objects.get()
    assert list(shift.arrests.values_list("offence_group", "reference", "detail_to_follow")) == [
        (group.pk, "41XY/1234/24", False),
        (None, "", True),
    ]
    assert list(shift.asb_powers.values_list("kind", "reference")) == [("cpw", "CPW 7"), ("cpw", "")]


def test_sending_them_again_writes_nothing(force, mixed):
    first = log_shifts(by=force.sam, at=AT, entries=mixed)
    again = log_shifts(by=force.sam, at=AT, entries=mixed)
    assert [result.shift_id for result in again if result.shift_id] == [r.shift_id for r in first if r.shift_id]
    assert not any(result.is_new for result in again)
    assert PatrolShift.objects.count() == 6


def test_somebody_elses_submission_says_nothing_about_it(force):
    theirs = factories.PatrolShiftFactory(area=force.watford, funding_stream=force.grant, logged_by=force.sue)
    mine = entry(force, days=1)
    taken = Entry(submission_id=theirs.submission_id, report=mine.report)
    (result,) = log_shifts(by=force.sam, at=AT, entries=[taken])
    assert [error.code for error in result.errors] == ["submission_taken"]


def test_a_race_falls_back_to_one_by_one(force, monkeypatch):
    write = log.write

    def lost(*right, **who):
        monkeypatch.setattr(log, "write", write)
        raise IntegrityError("another was quicker")

    monkeypatch.setattr(log, "write", lost)
    entries = [entry(force, days=1), entry(force, days=2, tally=Tally())]
    results = log_shifts(by=force.sam, at=AT, entries=entries)
    assert [said(result)[0] for result in results] == ["written", "refused"]


def test_sent_twice_at_once_the_second_is_told_of_the_first_and_not_of_its_own_crew(force, monkeypatch):
    """The other is committed between the look for it and the check, which finds the crew in two places at once."""
    officer = (CrewEntry(CrewRole.POLICE_OFFICER, collar_number="1234"), CrewEntry(CrewRole.POLICE_OFFICER))
    same = entry(force, crew=officer)
    checker, written = log.ReportChecker, []

    def late(**given):
        monkeypatch.setattr(log, "ReportChecker", checker)
        written.extend(log_shifts(by=force.sam, at=AT, entries=[same]))
        return checker(**given)

    monkeypatch.setattr(log, "ReportChecker", late)
    (result,) = log_shifts(by=force.sam, at=AT, entries=[same])
    assert said(result) == ("there", [], [])
    assert result.shift_id == written[0].shift_id


def test_queries_do_not_grow_with_the_entries(force, django_assert_num_queries):
    def many(number, first):
        return [entry(force, days=first + day, crew=numbered("PC1"), tally=Tally(arrests=1)) for day in range(number)]

    log_shifts(by=force.sam, at=AT, entries=many(1, 0))
    with django_assert_num_queries(2):
        log_shifts(by=force.sam, at=AT, entries=many(1, 1))
    with django_assert_num_queries(8):
        log_shifts(by=force.sam, at=AT, entries=many(40, 2))


def test_history_says_who_logged_them(force):
    (result,) = log_shifts(by=force.sam, at=AT, entries=[entry(force, tally=Tally(arrests=1))])
    shift = PatrolShift.objects.get(pk=result.shift_id)
    event = shift.events.get()
    assert event.pgh_context.metadata == {"user": force.sam.pk, "action": "logged"}


def time_limit() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return cursor.fetchone()[0]


@pytest.mark.parametrize(("arrests", "is_quick"), [(FEW_OUTCOMES, True), (FEW_OUTCOMES + 1, False)])
def test_only_a_shift_with_many_outcomes_may_take_longer_than_a_request_usually_may(force, arrests, is_quick):
    usual, kept = time_limit(), AcknowledgedWarnings(["many_arrests"], "A raid")
    log_shifts(by=force.sam, at=AT, entries=[entry(force, tally=Tally(arrests=arrests), acknowledged=kept)])
    assert time_limit() == (usual if is_quick else "0")
    assert Arrest.objects.filter(detail_to_follow=True).count() == arrests


def test_outcomes_that_are_unusual_are_asked_about_first(force):
    (result,) = log_shifts(by=force.sam, at=AT, entries=[entry(force, tally=Tally(arrests=100))])
    assert said(result) == ("refused", [], ["many_arrests"])


def test_a_correction_that_adds_many_outcomes_may_take_longer_too(force):
    (result,) = log_shifts(by=force.sam, at=AT, entries=[entry(force)])
    facts = entry(force).facts
    correct_shift(
        by=force.sam,
        at=AT,
        shift_id=result.shift_id,
        version=1,
        reason="Forgotten",
        report=Report(facts, Tally(stop_searches=FEW_OUTCOMES + 1)),
    )
    assert time_limit() == "0"
    assert StopSearch.objects.filter(shift=result.shift_id).count() == FEW_OUTCOMES + 1
    events = StopSearch.events.rel.related_model.objects.values_list("pgh_context__metadata__action", flat=True)
    assert set(events) == {"corrected"}


def test_counts_that_details_stand_against_are_named_in_the_order_of_the_kinds(force):
    tally = Tally(arrests=1, stop_searches=1, weapons=1)
    (result,) = log_shifts(by=force.sam, at=AT, entries=[entry(force, tally=tally)])
    for kind in COUNTED:
        kind.model.objects.update(reference="45/1234/24")
    version = PatrolShift.objects.get(pk=result.shift_id).version
    given = {"shift_id": result.shift_id, "version": version, "reason": "None of them"}
    with pytest.raises(DomainErrors) as refusal:
        correct_shift(by=force.sam, at=AT, report=entry(force).report, **given)
    assert [error.field for error in refusal.value.errors] == [kind.plural for kind in COUNTED]


@pytest.mark.parametrize(("detailed", "words"), [(1, "1 arrest has details."), (2, "2 arrests have details.")])
def test_only_those_with_details_stand_against_a_lower_count(force, detailed, words):
    (result,) = log_shifts(by=force.sam, at=AT, entries=[entry(force, tally=Tally(arrests=4))])
    Arrest.objects.filter(pk__in=Arrest.objects.values("pk")[:detailed]).update(reference="45/1234/24")
    version = PatrolShift.objects.get(pk=result.shift_id).version
    given = {"shift_id": result.shift_id, "version": version, "reason": "None of them"}
    with pytest.raises(DomainError) as refusal:
        correct_shift(by=force.sam, at=AT, report=entry(force).report, **given)
    assert refusal.value.message.startswith(words)


def test_somebody_who_may_see_no_area_is_refused_in_words(force):
    force.sam.is_active = False
    (result,) = log_shifts(by=force.sam, at=AT, entries=[entry(force)])
    assert said(result) == ("refused", [("area_unknown", "area")], [])


def test_nothing_to_write_is_fine(force):
    assert log_shifts(by=force.sam, at=AT, entries=[]) == []


def test_one_that_starts_later_but_comes_first_overlaps_too(force):
    later = entry(force, hours=6)
    start = later.report.facts.starts_at
    earlier = Entry(
        submission_id=uuid.uuid4(),
        report=Report(
            ShiftFacts(force.hitchin, force.grant, start - timedelta(hours=2), start + timedelta(minutes=1), OFFICERS),
            Tally(nothing_to_report=True),
        ),
    )
    results = log_shifts(by=force.sam, at=AT, entries=[later, earlier])
    assert [said(result) for result in results] == [("written", [], []), ("refused", [], ["overlap"])]


def test_who_says_how_a_planned_shift_went_has_logged_it_and_who_corrects_it_has_not(force):
    report = entry(force).report
    planned = plan_shift(by=force.adam, at=AT - timedelta(days=3), submission_id=uuid.uuid4(), facts=report.facts)
    given = {"at": AT, "shift_id": planned.pk, "report": report}
    done = complete_shift(by=force.sam, version=planned.version, **given)
    assert (done.logged_by, done.logged_at) == (force.sam, AT)
    corrected = correct_shift(by=force.adam, version=done.version, reason="Mended", **given)
    assert (corrected.logged_by, corrected.logged_at) == (force.sam, AT)


def test_a_record_that_is_here_already_is_refused_before_anything_is_asked_about_it(force):
    external = ExternalRecord("Rota", "R-1")
    first, unusual = entry(force, days=1, external=external), entry(force, days=2, hours=13, external=external)
    refused = ("refused", [("external_taken", "external")], [])
    results = log_shifts(by=force.sam, at=AT, entries=[first, unusual])
    assert [said(result) for result in results] == [("written", [], []), refused]
    assert [said(result) for result in log_shifts(by=force.sam, at=AT, entries=[unusual])] == [refused]


def named(each: Entry, name: str, **more) -> Entry:
    """The same entry, called so when another is held against it."""
    return replace(each, name=name, report=each.report, **more)


def test_the_first_that_is_met_is_named(force):
    """Of those that overlap, and of those that look the same: these are asked about before those."""
    kept = AcknowledgedWarnings({"duplicate", "overlap"}, "Two crews")
    entries = [
        named(entry(force, days=3), "item 1"),
        named(entry(force, hours=4), "item 2"),
        named(entry(force, hours=8), "item 3", acknowledged=kept),
        named(entry(force, hours=8), "item 4"),
        named(entry(force, hours=8, crew=numbered("PC1")), "item 5"),
        named(entry(force, hours=8), "item 6", acknowledged=kept),
        named(entry(force, hours=8), "item 7"),
    ]
    results = log_shifts(by=force.sam, at=AT, entries=entries)
    assert [[warning.message for warning in result.warnings] for result in results] == [
        [],
        [],
        [],
        ["It looks like item 3, in Hitchin town centre too."],
        ["It overlaps item 2, in Hitchin town centre too."],
        [],
        ["It looks like item 3, in Hitchin town centre too."],
    ]


def renewed(each: Entry) -> Entry:
    """The same shift from another submission."""
    return Entry(submission_id=uuid.uuid4(), report=each.report, acknowledged=each.acknowledged)


@pytest.mark.parametrize("minutes", [-1, 0])
def test_of_two_that_touch_neither_is_asked_about(force, minutes):
    """One ends when the other begins; a minute less and they overlap."""
    first = entry(force, hours=2, crew=numbered("PC1"))
    start = first.report.facts.ends_at + timedelta(minutes=minutes)
    facts = ShiftFacts(force.hitchin, force.grant, start, start + timedelta(hours=2), numbered("PC1"))
    second = Entry(submission_id=uuid.uuid4(), report=Report(facts, Tally(nothing_to_report=True)))
    for entries in ([first, second], [renewed(second), renewed(first)]):
        with transaction.atomic():
            states = [said(result)[0] for result in log_shifts(by=force.sam, at=AT, entries=entries)]
            transaction.set_rollback(True)
        assert states == ["written", "refused" if minutes else "written"]


@pytest.mark.parametrize(
    ("tally", "hours", "crew"),
    [
        (Tally(), 8, numbered("PC1")),  # Wrong: no outcomes.
        (Tally(arrests=1), 8, (CrewEntry(CrewRole.PCSO, "1"),)),  # Wrong: no constable.
        (Tally(nothing_to_report=True), 13, numbered("PC1")),  # Unusual: asked about first.
    ],
)
def test_one_that_is_refused_does_not_stand_in_the_way_of_the_next(force, tally, hours, crew):
    refused = entry(force, tally=tally, hours=hours, crew=crew, external=ExternalRecord("Rota", "R-1"))
    same_place = entry(force, crew=numbered("PC1"), external=ExternalRecord("Rota", "R-1"))
    results = log_shifts(by=force.sam, at=AT, entries=[refused, same_place])
    assert [said(result)[0] for result in results] == ["refused", "written"]
    assert said(results[1]) == ("written", [], [])


def test_each_refusal_is_of_its_own_entry(force):
    good, too_old, no_constable = (
        entry(force, days=1),
        entry(force, days=200),
        entry(force, days=3, crew=(CrewEntry(CrewRole.PCSO),), tally=Tally(arrests=1)),
    )
    results = log_shifts(by=force.sam, at=AT, entries=[too_old, good, no_constable, renewed(good)])
    assert [said(result) for result in results] == [
        ("refused", [("outside_programme", "night"), ("too_long_ago", "night")], []),
        ("written", [], []),
        ("refused", [("constable_needed", "arrests")], []),
        ("refused", [], ["duplicate"]),
    ]


def test_a_power_that_ended_the_day_before_is_refused_before_the_database_is_asked(force, end_power):
    tally = Tally(asb_powers={"cpw": 1})
    end_power("cpw", NIGHT.date() - timedelta(days=1))
    (result,) = log_shifts(by=force.sam, at=AT, entries=[entry(force, tally=tally)])
    assert said(result) == ("refused", [("power_not_available", "asb_cpw")], [])
    end_power("cpw", NIGHT.date())
    (result,) = log_shifts(by=force.sam, at=AT, entries=[entry(force, tally=tally)])
    assert said(result) == ("written", [], [])


@pytest.fixture
def end_power():
    """`end_power(code, day)` ends a power of the law on this day, for the vocabulary in memory as well."""

    def end(code: str, day: date) -> None:
        AsbPowerKind.objects.filter(pk=code).update(in_force_to=day)
        cache._terms.cache_clear()

    yield end
    cache._terms.cache_clear()
