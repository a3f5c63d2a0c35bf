"""Planned time taken away: what can be recorded, by whom, what the calendar says of it, and what is counted."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from hotspot.core.calendar import Period
from hotspot.core.errors import DomainError, NotAllowed
from outcomes.exports.rows import rows_of
from outcomes.recording.correction_operations import set_crew
from outcomes.records.history_presenters import timeline
from outcomes.records.history_queries import history_of
from patrols.abstractions import operations, queries, rules
from patrols.abstractions.rules import TakenAway
from patrols.models import Abstraction, AbstractionReason, PatrolShift
from patrols.planning.operations import cancel_shift, change_plan
from patrols.planning.queries import facts_of
from tests.conftest import NOW
from tests.patrols.planning import planned
from tests.people import make_force

OCTOBER = Period(date(2024, 10, 1), date(2024, 10, 31))


def taken(force, shift, **more) -> Abstraction:
    usual = {"reason": "incident", "people": 1, "minutes": 180, "backfilled": False, "by": force.sam, "at": NOW}
    return operations.record_taken_away(**{"submission_id": uuid4(), "shift_id": shift.pk, **usual, **more})


def counted(force, **more) -> dict[str, TakenAway]:
    return queries.taken_by_reason(**{"by": force.sam, "programme": force.programme, "period": OCTOBER, **more})


# --- recording it --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_is_recorded_with_its_minutes(force):
    found = taken(force, planned(force), people=2, minutes=90, backfilled=True)
    found.refresh_from_db()
    assert (found.patrol_minutes, found.is_backfilled, found.recorded_by) == (180, True, force.sam)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"reason": "sickness"}, "reason_unknown"),
        ({"people": 0}, "people_out_of_bounds"),
        ({"people": 51}, "people_out_of_bounds"),
        ({"minutes": 0}, "minutes_out_of_bounds"),
        ({"minutes": 481}, "minutes_out_of_bounds"),
        ({"people": 3, "minutes": 480}, "more_than_planned"),
    ],
)
def test_what_cannot_be_taken_away(force, wrong, code):
    with pytest.raises(DomainError) as refusal:
        taken(force, planned(force), **wrong)
    assert refusal.value.code == code
    assert not Abstraction.objects.exists()


@pytest.mark.django_db
def test_all_of_it_can_be_taken_away_and_no_more(force):
    shift = planned(force)
    taken(force, shift, people=2, minutes=480 - 60)
    taken(force, shift, people=2, minutes=60)
    with pytest.raises(DomainError):
        taken(force, shift, people=1, minutes=1)


@pytest.mark.django_db
def test_a_completed_shift_has_the_crew_that_worked_so_it_sets_no_bound(force):
    done = planned(force, state="completed", starts_at=datetime(2024, 10, 11, 21, tzinfo=UTC))
    assert taken(force, done, people=4, minutes=600).people == 4


@pytest.mark.django_db
def test_the_same_form_sent_twice_is_one(force):
    shift, submission = planned(force), uuid4()
    first, second = (taken(force, shift, submission_id=submission) for _ in range(2))
    assert first == second
    assert Abstraction.objects.count() == 1
    with pytest.raises(DomainError):
        taken(force, planned(force, starts_at=NOW + timedelta(days=3)), submission_id=submission)


# --- who -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_whose_plan_it_is_and_administrators_record_it(force):
    shift = planned(force)
    assert taken(force, shift, by=force.adam, minutes=30).recorded_by == force.adam
    with pytest.raises(NotAllowed):
        taken(force, shift, by=force.anna)
    with pytest.raises(PatrolShift.DoesNotExist):
        taken(force, shift, by=force.sue)
    with pytest.raises(NotAllowed):
        taken(force, planned(force, state="voided", starts_at=NOW + timedelta(days=2)))
    long_ago = NOW - timedelta(days=20)
    old = planned(force, state="completed", starts_at=long_ago, logged_at=long_ago + timedelta(days=1))
    with pytest.raises(NotAllowed):
        taken(force, old)


@pytest.mark.django_db
def test_it_can_be_withdrawn_and_nothing_is_deleted(force):
    found = taken(force, planned(force))
    with pytest.raises(Abstraction.DoesNotExist):
        operations.withdraw_taken_away(by=force.sue, at=NOW, abstraction_id=found.pk)
    operations.withdraw_taken_away(by=force.sam, at=NOW, abstraction_id=found.pk)
    operations.withdraw_taken_away(by=force.sam, at=NOW + timedelta(hours=1), abstraction_id=found.pk)
    assert Abstraction.objects.get().withdrawn_at == NOW
    assert counted(force) == {}


# --- what is counted -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_is_counted_by_reason(force):
    shift = planned(force)
    taken(force, shift, minutes=60)
    taken(force, shift, minutes=30, backfilled=True)
    taken(force, planned(force, state="cancelled", starts_at=NOW + timedelta(days=2)), reason="court", minutes=20)
    voided = planned(force, starts_at=NOW + timedelta(days=3))
    taken(force, voided, minutes=1)
    PatrolShift.objects.filter(pk=voided.pk).update(state="voided", void_reason="Entered twice")
    apart = planned(force, starts_at=NOW + timedelta(days=4), funding_stream=force.business_as_usual)
    taken(force, apart, minutes=1)
    november = planned(force, starts_at=datetime(2024, 11, 2, 21, tzinfo=UTC))
    taken(force, november, minutes=1)
    found = counted(force)
    assert found == {"incident": TakenAway(90, 60), "court": TakenAway(20, 20)}
    assert queries.all_taken(found) == TakenAway(110, 80)
    assert counted(force, by=force.sue) == {}
    assert counted(force, areas=[force.letchworth]) == {}


@pytest.mark.parametrize(("lost", "patrolled", "rate"), [(60, 540, 10.0), (0, 540, 0.0), (60, 0, 100.0), (0, 0, None)])
def test_the_level_of_abstraction(lost, patrolled, rate):
    assert TakenAway(lost + 500, lost).rate(patrolled) == rate


def test_the_definition_is_dated_names_every_reason_and_stands_in_the_page_of_measures():
    assert rules.A1.reasons == tuple(AbstractionReason.values)
    assert rules.A1.first_day == date(2026, 12, 1)
    page = " ".join((Path(settings.BASE_DIR) / "docs/measures.md").read_text().split())
    for measure in rules.A1.measures:
        assert f"**{measure.name}** ({measure.unit}): {measure.definition}" in page


# --- pages ---------------------------------------------------------------------------------------------------------


def test_it_is_recorded_and_withdrawn_on_its_pages(force, now, as_user):
    shift, sam = planned(force), as_user(force.sam)
    page = reverse("outcomes:shift", args=(shift.pk,))
    address = reverse("abstractions:record", args=(shift.pk,))
    assert address in sam.get(page).content.decode()
    sent = {"submission_id": str(uuid4()), "reason": "court", "people": "2", "hours": "1", "minutes": "30"}
    assert sam.post(address, sent).status_code == 422, "nobody has said whether others patrolled"
    sam.post(address, sent | {"backfilled": "no"})
    said = "2 people for 1 hour 30 minutes each: court. Nobody patrolled in their place."
    assert said in sam.get(page).content.decode()
    calendar = sam.get("/shifts/calendar/").content.decode()
    assert "3 hours of patrol taken away" in calendar
    assert "taken from" in calendar
    number = Abstraction.objects.get().pk
    sam.post(reverse("abstractions:withdraw", args=(number,)))
    assert said not in sam.get(page).content.decode()
    assert "of patrol taken away" not in sam.get("/shifts/calendar/").content.decode()


@pytest.mark.parametrize("missing", ["reason", "people", "hours", "submission_id"])
def test_what_is_missing_is_said(missing, force, now, as_user):
    sent = {"submission_id": str(uuid4()), "reason": "court", "people": "2", "hours": "1", "backfilled": "yes"}
    address = reverse("abstractions:record", args=(planned(force).pk,))
    assert as_user(force.sam).post(address, sent | {missing: ""}).status_code == 422
    assert not Abstraction.objects.exists()


def test_who_may_not_record_it_is_not_offered_it_and_told_so(force, now, as_user):
    shift = planned(force, logged_by=force.adam)
    sam, address = as_user(force.sam), reverse("abstractions:record", args=(shift.pk,))
    assert address not in sam.get(reverse("outcomes:shift", args=(shift.pk,))).content.decode()
    assert "Only the supervisor whose plan it is" in sam.get(address, follow=True).content.decode()


def test_the_file_of_shifts_has_it(force, now, as_user):
    shift = planned(force)
    taken(force, shift, minutes=60)
    taken(force, shift, minutes=30, backfilled=True)
    operations.withdraw_taken_away(by=force.sam, at=NOW, abstraction_id=taken(force, shift, minutes=5).pk)
    rows = rows_of("shifts", PatrolShift.objects.filter(pk=shift.pk))
    with connection.cursor() as cursor:
        cursor.execute(rows.value_sql, rows.parameters)
        values = dict(zip([column.name for column in rows.columns], cursor.fetchone(), strict=True))
    assert (values["taken_away"], values["not_backfilled"]) == (90, 60)


# --- the figure on its page, and the history -------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(("who", "sees"), [("sam", True), ("sue", False), ("anna", True), ("audrey", True)])
def test_the_page_has_what_was_taken_from_shifts_that_one_sees(who, sees, force, now, as_user):
    shift = planned(force)
    taken(force, shift, people=1, minutes=60, backfilled=True)
    taken(force, shift, people=1, minutes=120, reason="court")
    page = as_user(force.people[who]).get("/figures/taken-away/")
    rows = [["Court", "2", "0", "2"], ["Sent to an incident or emergency", "1", "1", "0"]]
    assert [list(row) for row in page.context["taken"].rows] == (rows if sees else [])
    assert list(page.context["taken"].foot) == (["All reasons", "3", "1", "2"] if sees else [])
    text = page.content.decode()
    assert ("The level of abstraction is 100.0%." in text) is sees
    assert "Definition a1, in use from 1 December 2026." in text
    assert "Version a1" not in text, "that is the service’s, in the footer"


@pytest.mark.django_db
def test_the_page_and_the_file_of_shifts_say_the_same(force, now, as_user):
    shift = planned(force)
    taken(force, shift, people=1, minutes=90)
    taken(force, shift, people=1, minutes=30, backfilled=True)
    operations.withdraw_taken_away(by=force.sam, at=NOW, abstraction_id=taken(force, shift, minutes=5).pk)
    found = as_user(force.anna).get("/figures/taken-away/").context["taken"].together
    assert (found.minutes, found.lost) == (120, 90)


@pytest.mark.django_db(transaction=True)
def test_the_history_of_a_shift_has_what_was_taken_and_given_back():
    """In transactions of their own, as history is dated by when its transaction began."""
    force = make_force()
    shift = planned(force)
    found = taken(force, shift, people=1, minutes=90, reason="court")
    operations.withdraw_taken_away(by=force.sam, at=NOW, abstraction_id=found.pk)
    newest, before, *_ = timeline(history_of(shift), viewer=force.sue)
    assert newest.title == "Not taken away any more: 1 person, 1 hour 30 minutes each, Court"
    assert before.title == "Taken away: 1 person, 1 hour 30 minutes each, Court, nobody filled in"


# --- what was found by attack ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_form_that_was_saved_and_then_changed_is_not_said_to_be_saved(force):
    shift, submission = planned(force), uuid4()
    first = taken(force, shift, submission_id=submission)
    with pytest.raises(DomainError) as refusal:
        taken(force, shift, submission_id=submission, people=2)
    assert refusal.value.code == "saved_otherwise"
    operations.withdraw_taken_away(by=force.sam, at=NOW, abstraction_id=first.pk)
    with pytest.raises(DomainError) as refusal:
        taken(force, shift, submission_id=submission)
    assert refusal.value.code == "saved_otherwise"


def plan_made(force, shift, *, crew=2, hours=8):
    facts = facts_of(shift)
    facts = replace(facts, crew=facts.crew[:crew], ends_at=shift.starts_at + timedelta(hours=hours))
    facts = replace(facts, crew=[replace(one, starts_at=None, ends_at=None) for one in facts.crew])
    shift.refresh_from_db()
    return change_plan(by=force.sam, at=NOW, shift_id=shift.pk, version=shift.version, facts=facts)


@pytest.mark.django_db
@pytest.mark.parametrize("smaller", [{"crew": 1}, {"hours": 4}])
def test_a_plan_does_not_become_less_than_was_taken_from_it(force, smaller):
    shift = planned(force)
    found = taken(force, shift, people=2, minutes=480)
    with pytest.raises(DomainError) as refusal:
        plan_made(force, shift, **smaller)
    assert refusal.value.code == "less_than_taken"
    operations.withdraw_taken_away(by=force.sam, at=NOW, abstraction_id=found.pk)
    plan_made(force, shift, **smaller)
    assert PatrolShift.objects.get(pk=shift.pk).crew.count() == smaller.get("crew", 2)


@pytest.mark.django_db
def test_the_crew_of_a_plan_does_not_either(force):
    shift = planned(force)
    taken(force, shift, people=2, minutes=480)
    crew = facts_of(shift).crew[:1]
    with pytest.raises(DomainError) as refusal:
        set_crew(by=force.sam, at=NOW, shift_id=shift.pk, version=shift.version, crew=crew, reason="")
    assert refusal.value.code == "less_than_taken"


@pytest.mark.django_db
def test_who_completes_a_shift_is_told_what_was_taken_from_it(force, client, now):
    shift = planned(force, starts_at=NOW - timedelta(hours=10))
    client.force_login(force.sam)
    address = reverse("outcomes:complete", args=(shift.pk,))
    assert "Recorded as taken away" not in client.get(address).content.decode()
    taken(force, shift, people=2, minutes=90)
    page = client.get(address).content.decode()
    assert "2 people for 1 hour 30 minutes each" in page
    assert "is counted as lost and as patrolled" in page


@pytest.mark.django_db
def test_who_plans_a_shift_again_is_told_that_it_still_counts_as_lost(force, client, now):
    shift = planned(force)
    taken(force, shift)
    cancel_shift(by=force.sam, at=NOW, shift_id=shift.pk, version=shift.version)
    client.force_login(force.sam)
    page = client.post(reverse("outcomes:plan_again", args=(shift.pk,)), follow=True).content.decode()
    assert "still counts as lost" in page
