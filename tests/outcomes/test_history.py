"""Every version of a shift as plain sentences, whoever wrote it and by whichever way."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pghistory
import pytest
from django.apps import apps
from django.db import connection, transaction

from outcomes.kinds import ARREST
from outcomes.models import ActivityCount, Arrest, AsbPowerUse, StopSearch
from outcomes.recording import correction_operations, detail_operations
from outcomes.records.history_presenters import timeline
from outcomes.records.history_queries import history_of
from outcomes.rules import Report, Tally
from patrols.models import CrewMember, CrewRole, PatrolShift
from patrols.planning import operations as planning
from patrols.shifts import void_operations
from patrols.shifts.rules import CrewEntry, ShiftFacts
from tests import factories
from tests.patrols.planning import planned
from tests.people import make_force

pytestmark = pytest.mark.slow

AT = datetime(2024, 10, 12, 12, tzinfo=UTC)


@pytest.fixture
def terms_afterwards(django_db_setup, django_db_blocker):
    """Puts the vocabulary back, which cleaning up after committed rows takes away."""
    vocabulary = import_module("outcomes.migrations.0004_vocabulary")
    with django_db_blocker.unblock():
        vocabulary.load(apps, None)
    yield
    with django_db_blocker.unblock():
        vocabulary.load(apps, None)


@pytest.fixture
def committed(terms_afterwards, transactional_db):
    """The cast in a database in which every statement is a transaction, so that versions have an order."""
    return make_force()


@pytest.fixture
def logged(committed) -> PatrolShift:
    """A shift that Sam logged, with one police officer and nothing on it."""
    with transaction.atomic(), pghistory.context(user=committed.sam.pk, source="page", action="logged"):
        return factories.PatrolShiftFactory(
            area=committed.hitchin,
            funding_stream=committed.grant,
            logged_by=committed.sam,
            crew=[CrewRole.POLICE_OFFICER],
        )


def told(shift, viewer) -> list[tuple[str, str, str]]:
    shift = PatrolShift.objects.get(pk=shift.pk)
    return [(item.title, item.by, item.text) for item in timeline(history_of(shift), viewer=viewer)]


def newest(shift, viewer) -> tuple[str, str, str]:
    return told(shift, viewer)[0]


def written(force, shift, *, user=None, **context):
    """A context as the shells make them."""
    return pghistory.context(user=(user or force.sam).pk, source="page", **context)


def test_one_change_is_the_title_of_its_version(committed, logged):
    factories.ArrestFactory(shift=logged)
    with written(committed, logged, action="corrected", reason="Custody record arrived late"):
        factories.ArrestFactory(shift=logged)
    title = "Arrests changed from 1 to 2"
    assert newest(logged, committed.sam) == (title, "by Sam Sergeant", "Reason: Custody record arrived late")
    assert newest(logged, committed.anna)[1] == "by a supervisor"


@pytest.mark.parametrize(
    ("context", "by"),
    [
        ({"source": "page"}, "by Sam Sergeant"),
        ({"source": "api"}, "by Sam Sergeant through the API"),
        ({"source": "import"}, "by Sam Sergeant by import"),
        ({"source": "task"}, "by Sam Sergeant automatically"),
        ({}, "by Sam Sergeant"),
    ],
)
def test_whichever_way_it_was_written(context, by, committed, logged):
    with pghistory.context(user=committed.sam.pk, **context):
        factories.ArrestFactory(shift=logged)
    assert newest(logged, committed.sam) == ("Arrests changed from 0 to 1", by, "")


@pytest.mark.parametrize("context", [{"source": "task"}, {"user": 999_999_999, "source": "task"}])
def test_nobody_in_particular_wrote_it(context, committed, logged):
    with pghistory.context(**context):
        factories.ArrestFactory(shift=logged)
    assert newest(logged, committed.sam)[1] == "automatically"


def test_sql_is_told_as_what_it_is(committed, logged):
    arrest = factories.ArrestFactory(shift=logged)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outcomes_arrest SET void_reason = 'Wrong table' WHERE id = %s", [arrest.pk])
    told_by = "written directly in the database"
    assert newest(logged, committed.sam) == ("Arrests changed from 1 to 0", told_by, "Reason: Wrong table")


def test_update_and_bulk_update_are_told(committed, logged):
    arrests = [factories.ArrestFactory(shift=logged) for _ in range(2)]
    Arrest.objects.filter(pk=arrests[0].pk).update(reference="1/24")
    assert newest(logged, committed.sam)[0] == "Arrest 1: reference entered: 1/24"
    arrests[1].reference = "2/24"
    Arrest.objects.bulk_update(arrests[1:], ["reference"])
    assert newest(logged, committed.sam)[0] == "Arrest 2: reference entered: 2/24"


def test_versions_are_newest_first_and_begin_with_the_logging(committed, logged):
    for reference in ("1/24", "2/24"):
        Arrest.objects.update_or_create(shift=logged, defaults={"reference": reference, "detail_to_follow": True})
    titles = [title for title, _, _ in told(logged, committed.sam)]
    assert told(logged, committed.sam)[-1] == ("Shift logged", "by Sam Sergeant", "1 person")
    assert titles[:2] == ["Arrest 1: reference changed from 1/24 to 2/24", "Arrests changed from 0 to 1"]


def test_times_area_stream_note_and_state(committed, logged):
    with written(committed, logged, action="corrected", reason="Wrong sheet"):
        shift = PatrolShift.objects.get(pk=logged.pk)
        shift.ends_at += timedelta(hours=1)
        shift.area, shift.funding_stream = committed.letchworth, committed.business_as_usual
        shift.note, shift.nothing_to_report = "Rain", True
        shift.save()
    title, _, text = newest(logged, committed.sam)
    assert title == "Shift corrected"
    assert text.split("\n") == [
        "Finish changed from 6am, 12 October 2024 to 7am, 12 October 2024",
        "Area changed from Hitchin town centre to Letchworth",
        "Funding stream changed from Home Office grant to Business as usual",
        "Note added: “Rain”",
        "“Nothing to report” selected",
        "Police officer: own time is now 10pm to 6am",
        "Reason: Wrong sheet",
    ]
    PatrolShift.objects.filter(pk=logged.pk).update(state="voided", void_reason="Twice")
    assert newest(logged, committed.sam)[::2] == ("State changed from completed to voided", "Reason: Twice")


def test_the_crew_by_number_only_for_those_who_may(committed, logged):
    member = factories.CrewMemberFactory(shift=logged, collar_number="PC12")
    assert newest(logged, committed.sam)[0] == "Police officer PC12 added to the crew"
    assert newest(logged, committed.anna)[0] == "Police officer added to the crew"
    CrewMember.objects.filter(pk=member.pk).update(ends_at=logged.starts_at + timedelta(hours=2))
    assert newest(logged, committed.sam)[0] == "Police officer PC12: own time is now 10pm to midnight"
    assert "PC12" not in str(told(logged, committed.anna))
    assert "Sam" not in str(told(logged, committed.anna))
    member.delete()
    assert newest(logged, committed.sam)[0] == "Police officer PC12 taken out of the crew"


def test_a_crew_that_moves_with_its_shift_is_not_told(committed, logged):
    factories.CrewMemberFactory(shift=logged, collar_number="PC12")
    shift = PatrolShift.objects.get(pk=logged.pk)
    crew = [CrewEntry(CrewRole.POLICE_OFFICER, "PC12"), CrewEntry(CrewRole.POLICE_OFFICER)]
    start = shift.starts_at + timedelta(hours=1)
    report = Report(
        ShiftFacts(shift.area, shift.funding_stream, start, shift.ends_at, crew), Tally(nothing_to_report=True)
    )
    correction_operations.correct_shift(
        by=committed.sam, at=AT, shift_id=shift.pk, version=shift.version, reason="Later", report=report
    )
    told_text = "\n".join(str(version) for version in told(logged, committed.sam)[:-2])
    assert "Start changed from 10pm, 11 October 2024 to 11pm, 11 October 2024" in told_text
    assert "crew" not in told_text
    assert "own time" not in told_text


def test_visits_powers_and_activity(committed, logged):
    factories.VisitFactory(shift=logged)
    assert newest(logged, committed.sam)[0] == "Visit added: 11pm to 11:15pm"
    AsbPowerUse.objects.bulk_create([AsbPowerUse(shift=logged, kind_id="cpw")] * 2)
    assert newest(logged, committed.sam)[0] == "Community Protection Warning changed from 0 to 2"
    row = ActivityCount.objects.create(shift=logged, kind_id="premises_visits", count=3)
    assert newest(logged, committed.sam)[0] == "Premises visits changed from not said to 3"
    row.count = 4
    row.save()
    assert newest(logged, committed.sam)[0] == "Premises visits changed from 3 to 4"
    row.delete()
    assert newest(logged, committed.sam)[0] == "Premises visits changed from 4 to not said"


def test_detail_in_the_words_of_its_vocabulary(committed, logged):
    search = factories.StopSearchFactory(shift=logged)
    StopSearch.objects.filter(pk=search.pk).update(power="mda_s23", found=False, happened_at=logged.starts_at)
    title, _, text = newest(logged, committed.sam)
    assert (title, text.split("\n")) == (
        "Shift changed",
        [
            "Stop search 1: time entered: 10pm, 11 October 2024",
            "Stop search 1: power entered: Misuse of Drugs Act 1971 (section 23)",
            "Stop search 1: something was found entered: no",
        ],
    )
    arrest = factories.ArrestFactory(shift=logged, stop_search=search)
    Arrest.objects.filter(pk=arrest.pk).update(justice_outcome="charged", justice_outcome_on="2024-10-12")
    assert newest(logged, committed.sam)[2].split("\n") == [
        "Arrest 1: justice outcome entered: Charged",
        "Arrest 1: date of the justice outcome entered: 12 October 2024",
    ]
    Arrest.objects.filter(pk=arrest.pk).update(stop_search=None)
    assert newest(logged, committed.sam)[0] == "Arrest 1: stop search stop search 1 taken out"


def test_doubts_are_told_to_those_who_check_the_data(committed, logged):
    PatrolShift.objects.filter(pk=logged.pk).update(doubts_kept=["overlap"], doubts_reason="Two crews")
    assert newest(logged, committed.anna)[0] == "Overlaps another shift of the same person. Kept because: Two crews"
    assert "Two crews" not in str(told(logged, committed.sam))


def test_voided_and_undone(committed, logged):
    version = PatrolShift.objects.get(pk=logged.pk).version
    at = datetime.now(tz=UTC)
    PatrolShift.objects.filter(pk=logged.pk).update(logged_at=at)
    version += 1
    void_operations.void_shift(by=committed.sam, at=at, shift_id=logged.pk, version=version, reason="Entered twice")
    assert newest(logged, committed.sam) == ("Shift voided", "by Sam Sergeant", "Reason: Entered twice")
    void_operations.restore_shift(by=committed.sam, at=at, shift_id=logged.pk)
    assert newest(logged, committed.sam)[0] == "Void undone"


def test_operations_are_one_version_each(committed, logged):
    arrest = factories.ArrestFactory(shift=logged)
    count = len(told(logged, committed.sam))
    common = {"by": committed.sam, "at": AT}
    version = PatrolShift.objects.get(pk=logged.pk).version
    crew = [CrewEntry(CrewRole.POLICE_OFFICER, "PC1"), CrewEntry(CrewRole.PCSO)]
    correction_operations.set_crew(**common, shift_id=logged.pk, version=version, crew=crew, reason="Forgot two")
    version = PatrolShift.objects.get(pk=logged.pk).version
    detail_operations.withdraw_outcome(
        **common, kind=ARREST, outcome_id=arrest.pk, version=version, reason="On another shift"
    )
    history = told(logged, committed.sam)
    assert len(history) == count + 2
    withdrawn, crew_changed = history[:2]
    assert withdrawn[0] == "Outcome withdrawn"
    assert withdrawn[2].split("\n") == [
        "“Nothing to report” selected",
        "Arrests changed from 1 to 0",
        "Reason: On another shift",
    ]
    assert crew_changed[0] == "Crew changed"
    assert "PCSO added to the crew" in crew_changed[2]
    assert "Reason: Forgot two" in crew_changed[2]


def test_queries_do_not_grow_with_the_history(committed, logged, django_assert_num_queries):
    shift = PatrolShift.objects.get(pk=logged.pk)
    for _ in range(3):
        with written(committed, logged):
            factories.ArrestFactory(shift=logged, offence_group_id="robbery")
        with written(committed, logged, user=committed.adam):
            factories.WeaponRecoveredFactory(shift=logged, kind_id="firearm", found_by_id="search")
        with django_assert_num_queries(3):  # events, people, terms
            history = history_of(shift)
    assert len(history.versions) > 6
    PatrolShift.objects.filter(pk=logged.pk).update(
        area=committed.letchworth, funding_stream=committed.business_as_usual
    )
    with django_assert_num_queries(5):
        history_of(shift)


def test_a_history_that_no_page_can_show_is_not_read(committed, logged, monkeypatch):
    monkeypatch.setattr("outcomes.records.history_queries.MOST_EVENTS", 3)
    Arrest.objects.bulk_create([Arrest(shift=logged, detail_to_follow=True)] * 3)
    history = history_of(PatrolShift.objects.get(pk=logged.pk))
    assert (history.versions, history.is_complete) == ([], False)


def test_markup_in_a_history_is_inert(force, now, as_user):
    shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    with pghistory.context(user=force.sam.pk, action="corrected", reason="<script>alert(1)</script>"):
        PatrolShift.objects.filter(pk=shift.pk).update(note="<img src=x onerror=alert(2)>")
    page = as_user(force.sam).get(f"/shifts/{shift.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_plan_that_was_changed_cancelled_planned_again_and_handed_over(committed):
    with transaction.atomic(), pghistory.context(user=committed.sam.pk, source="page", action="planned"):
        shift = planned(committed)
    tom = factories.UserFactory(name="Tom Sergeant")
    factories.DistrictAccessFactory(user=tom, district=committed.north_herts)

    def call(operation, **more) -> None:
        with pghistory.context(source="page"):
            version = {} if operation is planning.plan_again else {"version": PatrolShift.objects.get().version}
            operation(by=committed.sam, at=AT, shift_id=shift.pk, **version, **more)

    crew = [CrewEntry(CrewRole.POLICE_OFFICER)] * 2
    facts = ShiftFacts(committed.letchworth, committed.grant, shift.starts_at, shift.ends_at, crew, "")
    call(planning.change_plan, facts=facts)
    call(planning.cancel_shift, reason="No crew")
    call(planning.plan_again)
    call(planning.hand_over, to=tom)
    by = "by Sam Sergeant"
    assert told(shift, tom) == [
        ("Handed over from Sam Sergeant to Tom Sergeant", by, ""),
        ("Shift planned again", by, ""),
        ("Shift cancelled", by, "Reason: No crew"),
        ("Area changed from Hitchin town centre to Letchworth", by, ""),
        ("Shift planned", by, "2 people"),
    ]
    assert told(shift, committed.anna)[0] == ("Handed over to another supervisor", "by a supervisor", "")
