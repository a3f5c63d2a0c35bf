"""What the rows of a file of shifts become: all of them or none, and nothing twice."""

import uuid
from datetime import UTC, datetime, timedelta

import pgtrigger
import pytest

from hotspot.core.errors import DomainError
from hotspots.models import HotspotArea
from outcomes.imports.shift_operations import ShiftImport
from outcomes.recording.checking import Entry
from outcomes.recording.operations import log_shifts
from outcomes.records.json_documents import settled
from outcomes.rules import Report, Tally
from patrols.models import CrewRole, PatrolShift
from patrols.shifts.entries import ExternalRecord
from patrols.shifts.rules import CrewEntry, ShiftFacts
from patrols.shifts.void_operations import void_shift
from tests import factories
from tests.outcomes.imports import AT, FIRST, HEADERS, SECOND, run, text


def problems(findings, kind="error"):
    return [(each["row"], each["name"], each["value"]) for each in findings.listed if each["kind"] == kind]


def messages(findings):
    return [each["message"] for each in findings.listed]


def test_rows_become_shifts_with_crew_and_outcomes(force, check_deferred):
    findings = run(force, text(FIRST, SECOND), writes=True)
    assert findings.states == {"new": 2}
    first, second = PatrolShift.objects.order_by("starts_at")
    assert (first.area, first.funding_stream, first.logged_by) == (force.hitchin, force.grant, force.adam)
    assert (first.starts_at, first.clock_minutes) == (datetime(2024, 10, 11, 21, tzinfo=UTC), 480)
    assert sorted(first.crew.values_list("role", flat=True)) == ["pcso", "police_officer", "police_officer"]
    assert (first.arrests.count(), first.stop_searches.count(), first.asb_powers.count()) == (1, 0, 3)
    assert (first.note, first.nothing_to_report) == ("Quiet", False)
    assert (second.area, second.nothing_to_report, second.clock_minutes) == (force.letchworth, True, 240)
    check_deferred()


def test_history_says_that_it_was_imported_by_whom_and_from_where(force):
    run(force, text(FIRST), writes=True)
    context = PatrolShift.objects.get().events.get().pgh_context.metadata
    assert context == {"user": force.adam.pk, "action": "imported", "reason": "Imported from shifts.csv"}


def test_a_dry_run_counts_and_writes_nothing(force):
    findings = run(force, text(FIRST, SECOND))
    assert findings.states == {"new": 2}
    assert findings.totals["patrol_minutes"] == 3 * 480 + 240
    assert (findings.totals["arrests"], findings.totals["asb_powers"]) == (1, 3)
    assert findings.sample[0] == [
        "2",
        "Fri 11 October 2024",
        "10pm to 6am",
        "Hitchin town centre",
        "2 police officers, 1 PCSO",
        "1 arrest, 3 ASB powers",
    ]
    assert not PatrolShift.objects.exists()


def test_one_wrong_row_and_nothing_is_written(force):
    wrong = SECOND.replace("LETCHWORTH", "Atlantis")
    with pytest.raises(DomainError, match="Nothing was imported"):
        run(force, text(FIRST, wrong), writes=True)
    assert not PatrolShift.objects.exists()


def test_the_same_file_again_adds_nothing(force):
    run(force, text(FIRST, SECOND), writes=True)
    findings = run(force, text(FIRST, SECOND), writes=True)
    assert findings.states == {"existing": 2}
    assert PatrolShift.objects.count() == 2


def test_the_same_file_in_another_order_and_from_somebody_else_adds_nothing(force):
    run(force, text(FIRST, SECOND), writes=True)
    other = factories.UserFactory(role="administrator")
    assert run(force, text(SECOND, FIRST), writes=True, by=other).states == {"existing": 2}


def test_rows_that_are_alike_are_two_shifts_with_a_warning(force):
    findings = run(force, text(SECOND, SECOND), writes=True)
    assert findings.states == {"new": 2}
    assert messages(findings) == ["It looks like row 2, in Letchworth too."]
    assert PatrolShift.objects.filter(doubts_kept=["duplicate"]).get().doubts_reason == "Imported from shifts.csv"
    assert run(force, text(SECOND, SECOND), writes=True).states == {"existing": 2}


def test_a_row_that_starts_later_but_comes_first_overlaps_the_next_one(force):
    later = SECOND.replace("10pm,2am", "11pm,3am")
    findings = run(force, text(later, SECOND.replace("10pm,2am", "10pm,11:01pm")))
    assert messages(findings) == ["It overlaps row 2, in Letchworth too."]
    findings = run(force, text(later, SECOND.replace("10pm,2am", "10pm,11pm")))
    assert messages(findings) == []


def test_a_changed_row_is_a_conflict_and_stops_the_import_unless_left_out(force):
    run(force, text(FIRST), writes=True)
    changed = FIRST.replace(",1,0,,3,", ",2,0,,3,")
    findings = run(force, text(changed, SECOND))
    assert findings.states == {"conflict": 1, "new": 1}
    reference = PatrolShift.objects.get().reference
    assert messages(findings) == [f"{reference} has 1, this row 2."]
    assert problems(findings, "conflict") == [(2, "arrests", "2")]
    with pytest.raises(DomainError, match="1 row differs from what was imported"):
        run(force, text(changed, SECOND), writes=True)
    assert PatrolShift.objects.count() == 1
    run(force, text(changed, SECOND), writes=True, with_conflicts=True)
    assert PatrolShift.objects.count() == 2
    assert PatrolShift.objects.order_by("starts_at")[0].arrests.count() == 1


def test_a_row_whose_shift_was_voided_here_is_a_conflict(force):
    run(force, text(FIRST), writes=True)
    shift = PatrolShift.objects.get()
    void_shift(by=force.adam, at=AT, shift_id=shift.pk, version=shift.version, reason="Entered twice")
    assert "was voided here" in messages(run(force, text(FIRST)))[0]


REFERENCES = HEADERS + ",Source,Reference"


def test_a_reference_makes_a_row_known_again_whatever_else_changed(force):
    run(force, text(FIRST + ",Rota,R-1", headers=REFERENCES), writes=True)
    moved = FIRST.replace("22:00", "21:00") + ",Rota,R-1"
    findings = run(force, text(moved, headers=REFERENCES))
    assert findings.states == {"conflict": 1}
    assert problems(findings, "conflict") == [(2, "start", "21:00")]
    assert "10pm on 11 October 2024, this row 9pm" in messages(findings)[0]


def test_a_record_that_came_over_the_api_is_here_already(force):
    crew = [CrewEntry(CrewRole.POLICE_OFFICER)] * 2 + [CrewEntry(CrewRole.PCSO)]
    start = datetime(2024, 10, 11, 21, tzinfo=UTC)
    facts = ShiftFacts(force.hitchin, force.grant, start, start.replace(day=12, hour=5), crew, "Quiet")
    report = Report(facts, Tally(arrests=1, asb_powers={"cpw": 3}))
    entry = Entry(submission_id=uuid.uuid4(), report=report, external=ExternalRecord("Rota", "R-1"))
    (result,) = log_shifts(by=force.sam, at=datetime(2024, 10, 12, 8, tzinfo=UTC), entries=[entry])
    assert result.is_new
    assert run(force, text(FIRST + ",Rota,R-1", headers=REFERENCES)).states == {"existing": 1}


def test_one_reference_twice_in_a_file_is_an_error(force):
    rows = FIRST + ",Rota,R-1", SECOND + ",Rota,R-1"
    assert problems(run(force, text(*rows, headers=REFERENCES))) == [(3, "external_reference", "R-1")]


def test_a_reference_without_its_system_is_asked_for_and_can_be_said_for_the_file(force):
    rows = text(FIRST + ",R-1", headers=HEADERS + ",Reference")
    assert "name of its system" in messages(run(force, rows))[0]
    run(force, rows, answers={"source": "Rota"}, writes=True)
    assert PatrolShift.objects.get().external_source == "Rota"


@pytest.mark.parametrize(
    ("old", "new", "column", "said"),
    [
        ("11/10/2024", "10/13/2024", "night", "Write the day first"),
        ("11/10/2024", "11/10/23", "night", "four figures"),
        ("11/10/2024", "31/02/2025", "night", "does not exist"),
        ("11/10/2024", "yesterday", "night", "with the day first"),
        ("11/10/2024", "", "night", "with the day first"),
        ("11/10/2024", "11/10/2023", "night", "No programme runs"),
        ("22:00", "24:00", "start", "Enter a time"),
        ("22:00", "2400", "start", "Enter a time"),
        ("22:00", "9", "start", "9am or 9pm"),
        ("22:00", "06:00", "end", "Finish must be after start"),
        ("Hitchin town centre", "Atlantis", "area", "no hotspot area of this name"),
        ("Hitchin town centre", "", "area", "Enter the hotspot area"),
        (",2,1,1,", ",two,1,1,", "crew_police_officer", "whole number"),
        (",2,1,1,", ",2,1,1.5,", "arrests", "whole number"),
        (",2,1,1,", ",2,1,-1,", "arrests", "0 to 999"),
        (",2,1,1,", ",2,1,1000,", "arrests", "0 to 999"),
        (",2,1,1,", ",2,1,١,", "arrests", "whole number"),
        (",2,1,1,", ",2,60,1,", "crew_pcso", "0 to 50"),
        (",2,1,1,", ",0,1,1,", "arrests", "Only a police officer"),
        (",3,,Quiet", ",3,perhaps,Quiet", "nothing_to_report", "yes or no"),
        (",3,,Quiet", ",3,yes,Quiet", "arrests", "Choose one"),
    ],
)
def test_what_cannot_be_read_names_row_column_value_and_reason(force, old, new, column, said):
    row = FIRST.replace(old, new, 1)
    findings = run(force, text(SECOND, row))
    (problem,) = [each for each in findings.listed if each["name"] == column]
    assert problem["row"] == 3
    assert said in problem["message"]
    assert findings.states == {"new": 1, "error": 1}


def test_everything_wrong_with_a_row_is_said_at_once(force):
    findings = run(force, text("soon,early,late,Atlantis,two,,many,,,,,"))
    assert problems(findings, "question") == [(2, "area", "Atlantis")]
    assert [name for _, name, _ in problems(findings)] == [
        "start",
        "end",
        "night",
        "crew_police_officer",
        "arrests",
    ]


@pytest.mark.parametrize(
    ("night", "start", "end"),
    [
        ("2024-10-11", "22:00:00", "06:00:00"),
        ("11-10-2024", "2200", "0600"),
        ("11.10.2024", "10pm", "6am"),
        ("11 October 2024", "10 pm", "6 am"),
        ("Friday 11th Oct 2024", "10:00pm", "6:00am"),
        ("45576", "0.9166666666666666", "0.25"),
        ("", "2024-10-11 22:00", "2024-10-12 06:00"),
        ("", "11/10/2024 22:00", "12/10/2024 06:00:00"),
        ("", "2024-10-11T22:00:00+01:00", "2024-10-12T05:00:00+00:00"),
        ("11/10/2024", "11/10/2024 22:00", "06:00"),
    ],
)
def test_dates_and_times_as_spreadsheets_write_them(force, night, start, end):
    row = FIRST.replace("11/10/2024,22:00,06:00", f"{night},{start},{end}")
    assert run(force, text(row), writes=True).states == {"new": 1}
    shift = PatrolShift.objects.get()
    assert (shift.starts_at, shift.clock_minutes) == (datetime(2024, 10, 11, 21, tzinfo=UTC), 480)


def test_01_02_is_the_first_of_february(force):
    run(force, text(FIRST.replace("11/10/2024", "01/02/2025")), writes=True, at=datetime(2025, 3, 1, tzinfo=UTC))
    assert f"{PatrolShift.objects.get().day}" == "2025-02-01"


def test_a_finish_with_an_earlier_date_is_an_error(force):
    row = FIRST.replace("11/10/2024,22:00,06:00", "11/10/2024,22:00,10/10/2024 06:00")
    assert problems(run(force, text(row))) == [(2, "end", "10/10/2024 06:00")]


CLOCKS_WENT_BACK = FIRST.replace("11/10/2024,22:00,06:00", "26/10/2024,22:00,01:30")


def test_a_time_that_happened_twice_is_asked_about(force):
    findings = run(force, text(CLOCKS_WENT_BACK))
    assert findings.states == {"error": 1}
    assert problems(findings, "question") == [(2, "end", "01:30")]


@pytest.mark.parametrize(
    ("answers", "minutes"),
    [
        ({"clock": "before"}, 210),
        ({"clock": "after"}, 270),
        ({"clock": "before", "clock_rows": [[2, "end", "after"]]}, 270),
        ({"clock_rows": [[3, "end", "after"]]}, None),
    ],
)
def test_the_answer_holds_for_all_rows_or_for_one(force, answers, minutes):
    findings = run(force, text(CLOCKS_WENT_BACK), answers=answers)
    assert findings.totals["patrol_minutes"] == (minutes or 0) * 3


def test_a_column_of_the_file_may_say_it(force):
    headers = HEADERS + ",Finish before or after the clock change"
    findings = run(force, text(CLOCKS_WENT_BACK + ",After", headers=headers))
    assert findings.totals["patrol_minutes"] == 270 * 3
    assert problems(run(force, text(CLOCKS_WENT_BACK + ",later", headers=headers))) == [(2, "end_change", "later")]


def test_a_time_that_did_not_happen_is_an_error(force):
    row = FIRST.replace("11/10/2024,22:00,06:00", "29/03/2025,22:00,01:30")
    findings = run(force, text(row), at=datetime(2025, 4, 20, tzinfo=UTC))
    assert "did not happen" in messages(findings)[0]


def test_blank_is_not_zero_unless_the_administrator_says_so(force):
    row = FIRST.replace(",1,0,,3,,Quiet", ",,,,,,")
    assert "Nothing to report" in messages(run(force, text(row)))[0]
    run(force, text(row), answers={"blank_is_nothing": True}, writes=True)
    assert PatrolShift.objects.get().nothing_to_report


def test_warnings_are_listed_and_kept_with_the_reason(force):
    HotspotArea.objects.filter(pk=force.hitchin.pk).update(last_day="2024-09-01")
    row = FIRST.replace("06:00", "13:00")
    findings = run(force, text(row), writes=True)
    assert findings.problems == {"warning": 2}
    shift = PatrolShift.objects.get()
    assert shift.doubts_kept == ["long_shift", "area_not_active"]
    assert shift.doubts_reason == "Imported from shifts.csv"


def test_what_a_supervisor_logged_is_warned_about(force):
    shift = factories.PatrolShiftFactory(
        area=force.letchworth,
        funding_stream=force.grant,
        logged_by=force.sam,
        starts_at=datetime(2024, 10, 12, 21, tzinfo=UTC),
        ends_at=datetime(2024, 10, 13, 1, tzinfo=UTC),
        crew=[CrewRole.POLICE_OFFICER],
    )
    assert shift.reference in messages(run(force, text(SECOND)))[0]


COLLARS = HEADERS + ",Collar numbers"


def test_collar_numbers_make_people(force):
    run(force, text(FIRST.replace(",2,1,", ",,1,") + ",PC1 PC2", headers=COLLARS), writes=True)
    assert sorted(PatrolShift.objects.get().crew.values_list("collar_number", flat=True)) == ["", "PC1", "PC2"]


def test_one_person_in_two_places_is_an_error_in_the_file_and_against_what_is_here(force):
    elsewhere = SECOND.replace("12/10/2024", "11/10/2024") + ",PC1"
    findings = run(force, text(FIRST + ",PC1", elsewhere, headers=COLLARS))
    assert messages(findings) == ["PC1 was on row 2 at that time."]
    run(force, text(FIRST + ",PC1", headers=COLLARS), writes=True)
    (message,) = messages(run(force, text(elsewhere, headers=COLLARS)))
    assert message.startswith("PC1 was on HS-")


def test_batches_see_each_other(force, monkeypatch):
    monkeypatch.setattr("outcomes.imports.pipeline.BATCH", 1)
    elsewhere = SECOND.replace("12/10/2024", "11/10/2024") + ",PC1"
    findings = run(force, text(FIRST + ",PC1", elsewhere, FIRST + ",", headers=COLLARS))
    assert messages(findings) == ["PC1 was on row 2 at that time.", "It looks like row 2, in Hitchin town centre too."]


def test_two_areas_of_one_name_need_the_district(force):
    factories.HotspotAreaFactory(name="Letchworth", district=force.watford_district)
    assert "Add a column with the district" in messages(run(force, text(SECOND)))[0]
    findings = run(force, text(SECOND + ",north herts", headers=HEADERS + ",District"), writes=True)
    assert findings.states == {"new": 1}
    assert PatrolShift.objects.get().area == force.letchworth


def test_what_paid_for_it(force):
    headers = HEADERS + ",Paid from"
    run(force, text(FIRST + ",business as usual", headers=headers), writes=True)
    assert PatrolShift.objects.get().funding_stream == force.business_as_usual
    assert (
        "Home Office grant or Business as usual" in messages(run(force, text(FIRST + ",lottery", headers=headers)))[0]
    )


def test_many_errors_are_counted_and_the_first_hundred_shown(force):
    findings = run(force, text(*["x"] * 500))
    assert findings.states == {"error": 500}
    result = findings.as_result()
    assert len(result["shown"]) == 100
    assert findings.as_csv().decode().count("\r\n") == 1 + findings.problems.total()


def test_the_file_of_problems_runs_no_formula(force):
    findings = run(force, text(FIRST.replace("Hitchin town centre", "=HYPERLINK(1)")))
    assert "'=HYPERLINK(1)" in findings.as_csv().decode("utf-8-sig")


def test_a_row_with_too_many_cells_is_an_error(force):
    findings = run(force, text(FIRST + ",,,x"))
    assert messages(findings) == ["Cell O2 has a value, but its column has no header. Give it one, or clear the cell."]
    assert problems(findings) == [(2, "", "x")]


def test_missing_columns_are_named(force):
    with pytest.raises(DomainError, match="no column for: Finish, Hotspot area"):
        run(force, "Date,Start\n11/10/2024,22:00\n")


def test_queries_do_not_grow_with_the_rows(force, django_assert_num_queries):
    def rows(month):
        return [FIRST.replace("11/10/2024", f"{day}/{month}/2024") for day in range(1, 29)]

    run(force, text(FIRST), writes=True)
    with django_assert_num_queries(21):
        run(force, text(*rows(8)[:2]), writes=True)
    with django_assert_num_queries(21):
        run(force, text(*rows(9)), writes=True)


# --- what is compared with the shift that a row made --------------------------------------------------------------


def test_activity_is_compared_where_a_row_says_something(force):
    headers = HEADERS + ",engagements_residents"
    rows = text(FIRST + ",", SECOND + ",2", headers=headers)
    run(force, rows, writes=True)
    assert run(force, rows).states == {"existing": 2}
    # None was said of the first, which is none; the file says nothing of the second any more.
    assert run(force, text(FIRST + ",0", SECOND + ",", headers=headers)).states == {"existing": 2}
    findings = run(force, text(FIRST + ",1", SECOND + ",3", headers=headers))
    assert findings.states == {"conflict": 2}
    first, second = PatrolShift.objects.order_by("starts_at")
    assert messages(findings) == [f"{first.reference} has 0, this row 1.", f"{second.reference} has 2, this row 3."]


def test_an_outcome_that_a_file_has_no_column_for_differs_from_none(force):
    run(force, text(FIRST), writes=True)
    shift = PatrolShift.objects.get()
    factories.AsbPowerUseFactory(shift=shift, kind_id="dispersal_direction")
    findings = run(force, text(FIRST))
    assert (findings.states, messages(findings)) == ({"conflict": 1}, [f"{shift.reference} has 1, this row 0."])


# --- what somebody else logs while a file is read -----------------------------------------------------------------


def logged_meanwhile(force, area, start: datetime, **fields) -> PatrolShift:
    """A shift of four hours that Sam logs in a transaction of his own, which begins after the import."""
    shift = factories.PatrolShiftFactory(
        area=area, funding_stream=force.grant, logged_by=force.sam, crew=[CrewRole.POLICE_OFFICER],
        starts_at=start, ends_at=start + timedelta(hours=4), **fields,
    )  # fmt: skip
    with pgtrigger.ignore("patrols.PatrolShift:bump_version"):
        PatrolShift.objects.filter(pk=shift.pk).update(changed_in=settled() + 1_000_000)
    return shift


def row(force, area, *, days=0, role=CrewRole.POLICE_OFFICER) -> Entry:
    """What a file says of eight hours in an area, so many days before 11 October: one person, one arrest."""
    start = datetime(2024, 10, 11, 21, tzinfo=UTC) - timedelta(days=days)
    facts = ShiftFacts(area, force.grant, start, start + timedelta(hours=8), [CrewEntry(role)])
    return Entry(submission_id=uuid.uuid4(), report=Report(facts, Tally(arrests=1)))


def taken(force, *more: Entry) -> ShiftImport:
    """An import that has taken a shift in Letchworth and one of the day before in Hitchin."""
    work = ShiftImport(by=force.adam, at=AT, reason="Imported from shifts.csv", writes=True)
    for each in (row(force, force.letchworth), row(force, force.hitchin, days=1), *more):
        work.take([each])
    return work


@pytest.mark.parametrize(
    ("area", "hours", "fields", "may_write"),
    [
        ("hitchin", 0, {}, False),
        ("letchworth", 0, {}, False),
        # The areas are held against the whole time of the file, from its first shift on.
        ("hitchin", -24, {}, False),
        ("letchworth", -27, {}, False),
        ("hitchin", -28, {}, True),
        ("watford", 0, {}, True),
        ("hitchin", 0, {"state": "planned"}, True),
        ("hitchin", 0, {"state": "voided"}, True),
    ],
)
def test_what_is_logged_meanwhile_in_areas_of_the_file_must_be_compared_first(force, area, hours, fields, may_write):
    work = taken(force)
    logged_meanwhile(
        force, getattr(force, area), datetime(2024, 10, 11, 21, tzinfo=UTC) + timedelta(hours=hours), **fields
    )
    assert work.may_write() is may_write


def test_what_was_logged_before_has_been_compared_already(force):
    factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    assert taken(force).may_write()


def test_rows_that_are_wrong_are_not_kept_ready(force):
    work = taken(force, row(force, force.watford, role=CrewRole.PCSO))
    # Two shifts, each with one person and one arrest.
    assert work.write() == 6
    assert set(PatrolShift.objects.values_list("pk", flat=True)) == set(work.recorded["shifts"])


def test_rows_are_compared_again_with_what_was_logged_meanwhile(force):
    def log_once(done, total):
        if not PatrolShift.objects.exists():
            logged_meanwhile(force, force.letchworth, datetime(2024, 10, 12, 21, tzinfo=UTC))

    findings = run(force, text(SECOND), writes=True, progress=log_once)
    assert findings.states == {"new": 1}
    assert PatrolShift.objects.get(logged_by=force.adam).doubts_kept == ["duplicate"]
