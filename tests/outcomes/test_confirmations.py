"""Months confirmed: by whom and when, what was confirmed, what changed since, and who sees it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction

from hotspot.core.errors import ChangedMeanwhile, DomainError, NotAllowed
from hotspot.core.models import User
from hotspot.core.permissions import Role, Scope
from outcomes.confirmations import operations, queries
from outcomes.confirmations.held import expected_roles
from outcomes.justice.operations import record_stage
from outcomes.justice.rules import StageEntry
from outcomes.models import JusticeOutcome, MonthConfirmation
from patrols.models import PatrolShift
from patrols.shifts import void_operations
from tests import factories
from tests.api import system_caller
from tests.outcomes.months import NOVEMBER_1, OCTOBER, confirm

NIGHT = datetime(2024, 10, 11, 21, tzinfo=UTC)


def log(force, starts_at=NIGHT, **fields):
    usual = {"area": force.hitchin, "funding_stream": force.grant, "logged_by": force.sam}
    return factories.PatrolShiftFactory(starts_at=starts_at, **usual | fields)


def own(force):
    return queries.own_month(force.sam, OCTOBER)


# --- confirming ------------------------------------------------------------------------------------------------------
def test_a_month_is_confirmed_from_its_page_from_the_first_day_after_it(force, now, as_user):
    log(force)
    now.move_to(datetime(2024, 10, 31, 23, 59, tzinfo=UTC))
    sam = as_user(force.sam)
    page = sam.get("/shifts/months/2024-10/confirm/")
    assert "can be confirmed from 1 November 2024" in page.content.decode()
    seen = own(force).fingerprint
    assert sam.post("/shifts/months/2024-10/confirm/", {"seen": seen}).status_code == 422
    now.move_to(datetime(2024, 11, 1, tzinfo=UTC))
    assert "October 2024: is there nothing more to log?" in sam.get("/shifts/").content.decode()
    assert sam.post("/shifts/months/2024-10/confirm/", {"seen": seen}).status_code == 302
    (found,) = MonthConfirmation.objects.all()
    assert (found.person, found.confirmed_by, found.month) == (force.sam, force.sam, date(2024, 10, 1))
    assert "is there nothing more to log" not in sam.get("/shifts/").content.decode()
    assert sam.get("/shifts/months/").context["own_rows"][0][2].startswith("Confirmed at midnight, 1 November 2024")


def test_the_month_of_a_shift_is_that_of_the_london_day_on_which_it_starts(force):
    """11:30pm in UTC on 30 September is half past midnight on 1 October in London."""
    log(force, datetime(2024, 9, 30, 23, 30, tzinfo=UTC))
    log(force, datetime(2024, 10, 31, 23, 30, tzinfo=UTC))
    log(force, datetime(2024, 11, 1, 0, 30, tzinfo=UTC))
    assert len(own(force).shifts) == 2


@pytest.mark.parametrize(
    ("state", "code"),
    [("voided", "nothing_to_confirm"), ("planned", "shifts_to_complete"), (None, "nothing_to_confirm")],
)
def test_what_cannot_be_confirmed(state, code, force):
    if state:
        log(force, state=state)
    with pytest.raises(DomainError) as refused:
        confirm(force.sam)
    assert refused.value.code == code


def test_what_was_not_seen_is_not_confirmed(force):
    log(force)
    seen = own(force).fingerprint
    log(force, NIGHT - timedelta(days=1))
    with pytest.raises(ChangedMeanwhile):
        operations.confirm_month(by=force.sam, at=NOVEMBER_1, person=force.sam, month=OCTOBER, seen=seen)


def test_twice_is_once(force):
    log(force)
    assert confirm(force.sam) == confirm(force.sam)


def test_administrators_confirm_for_who_left_and_nobody_else_does(force):
    log(force)
    for other in (force.sue, force.anna, force.audrey, force.paul):
        with pytest.raises(NotAllowed):
            confirm(force.sam, by=other)
    assert confirm(force.sam, by=force.adam).confirmed_by == force.adam


# --- taking back, and history ----------------------------------------------------------------------------------------
def test_a_month_is_taken_back_and_confirmed_once_more_and_all_of_it_is_kept(force, now, as_user):
    log(force)
    now.move_to(NOVEMBER_1)
    first, sam = confirm(force.sam), as_user(force.sam)
    assert sam.post(f"/shifts/months/{first.pk}/take-back/").status_code == 302
    assert not own(force).is_confirmed
    assert sam.post(f"/shifts/months/{first.pk}/take-back/").status_code == 409
    second = confirm(force.sam)
    assert list(MonthConfirmation.objects.standing()) == [second]
    said = sam.get("/shifts/months/2024-10/confirm/").context["history"]
    assert len(said) == 2
    assert "taken back at 9am, 1 November 2024" in said[1]


@pytest.mark.parametrize("change", ["voided", "planned again"])
def test_what_was_confirmed_can_be_taken_back_whatever_became_of_it(change, force, now, as_user):
    """Also where nothing is left to confirm, or something has to be completed first."""
    shift = log(force)
    now.move_to(NOVEMBER_1)
    found, sam = confirm(force.sam), as_user(force.sam)
    if change == "voided":
        void(force, shift)
    else:
        log(force, NIGHT - timedelta(days=3), state="planned")
    link = f"/shifts/months/{found.pk}/take-back/"
    for path in ("/shifts/months/", "/shifts/months/2024-10/confirm/"):
        assert link in sam.get(path).content.decode()
    assert sam.post(link).status_code == 302
    assert not own(force).is_confirmed


def test_the_database_keeps_what_was_confirmed(force):
    log(force)
    found = confirm(force.sam)
    broken = (
        lambda: MonthConfirmation.objects.filter(pk=found.pk).delete(),
        lambda: MonthConfirmation.objects.filter(pk=found.pk).update(shifts={}),
        lambda: MonthConfirmation.objects.create(
            person=force.sam, month=OCTOBER.first_day, shifts={}, confirmed_by=force.sam, confirmed_at=NOVEMBER_1
        ),
        lambda: MonthConfirmation.objects.create(
            person=force.sue, month=OCTOBER.first_day, shifts={}, confirmed_by=force.sue,
            confirmed_at=datetime(2024, 10, 31, 23, 59, tzinfo=UTC),
        ),
    )  # fmt: skip
    for each in broken:
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            each()
    operations.take_back(by=force.sam, at=NOVEMBER_1, confirmation_id=found.pk)
    with pytest.raises(InternalError), transaction.atomic():
        MonthConfirmation.objects.update(taken_back_at=None, taken_back_by=None)


# --- changed since ---------------------------------------------------------------------------------------------------
def void(force, shift):
    shift.refresh_from_db()
    void_operations.void_shift(
        by=force.adam, at=NOVEMBER_1, shift_id=shift.pk, version=shift.version, reason="Another force’s"
    )


def set_fields(what, **fields):
    type(what).objects.filter(pk=what.pk).update(**fields)


@pytest.mark.parametrize(
    ("change", "number"),
    [
        (lambda force, shift: log(force, NIGHT - timedelta(days=3)), 1),
        (lambda force, shift: log(force, NIGHT - timedelta(days=3), logged_by=force.sue), 0),
        (lambda force, shift: log(force, datetime(2024, 11, 2, tzinfo=UTC)), 0),
        (lambda force, shift: factories.ArrestFactory(shift=shift), 1),
        (lambda force, shift: factories.ArrestFactory(shift=shift, void_reason="Entered twice"), 0),
        (lambda force, shift: set_fields(shift.arrests.first(), reference="CU/1"), 0),
        (lambda force, shift: set_fields(shift, note="It rained"), 0),
        (lambda force, shift: set_fields(shift, ends_at=shift.ends_at + timedelta(hours=1)), 1),
        (void, 1),
        (lambda force, shift: PatrolShift.objects.filter(pk=shift.pk).update(logged_by=force.adam), 1),
    ],
    ids=[
        "logged later",
        "by another",
        "another month",
        "an outcome",
        "one withdrawn",
        "detail",
        "a note",
        "longer",
        "voided by somebody",
        "somebody else's",
    ],
)
def test_changed_since_confirmed(change, number, force, now, as_user):
    shift = log(force)
    factories.ArrestFactory(shift=shift)
    log(force, NIGHT + timedelta(days=1))
    now.move_to(NOVEMBER_1)
    confirm(force.sam)
    change(force, shift)
    assert own(force).changes == number
    assert own(force).is_confirmed
    said = "changed since confirmed: 1 shift" in as_user(force.sam).get("/shifts/").content.decode()
    assert said is bool(number)
    if number:
        confirm(force.sam)
        assert own(force).is_settled
        assert MonthConfirmation.objects.count() == 2


# --- who is expected, and who sees it --------------------------------------------------------------------------------
def test_expected_is_who_planned_or_logged_a_shift_in_sight_of_the_reader(force, now):
    log(force)
    log(force, area=force.watford, logged_by=force.sue, state="cancelled")
    log(force, area=force.watford, logged_by=force.adam, state="voided")
    system_caller(force.adam, Scope.WRITE_SHIFTS, name="Rota")
    log(force, logged_by=User.objects.get(role=Role.SYSTEM))
    confirm(force.sam)
    seen = {
        who: [
            (person.name, each.is_confirmed) for person, each in queries.state_of(OCTOBER, by=force.people[who]).people
        ]
        for who in ("sam", "sue", "anna", "paul")
    }
    sam, sue = ("Sam Sergeant", True), ("Sue Sergeant", False)
    assert seen == {"sam": [sam], "sue": [sue], "anna": [sam, sue], "paul": []}


def test_who_sees_no_names_is_told_numbers(force, now, as_user):
    log(force)
    log(force, area=force.watford, logged_by=force.sue)
    confirm(force.sam)
    now.move_to(NOVEMBER_1)
    for who, names in (("anna", False), ("audrey", True), ("adam", True)):
        page = as_user(force.people[who]).get("/shifts/months/?month=2024-10").content.decode()
        assert "1 of 2 supervisors with shifts have confirmed it." in page
        assert ("Sue Sergeant" in page) is names
    page = as_user(force.adam).get(f"/shifts/months/2024-10/confirm/?person={force.sue.pk}").content.decode()
    assert "For Sue Sergeant" in page
    assert as_user(force.sam).get(f"/shifts/months/2024-10/confirm/?person={force.sue.pk}").status_code == 404


@pytest.mark.parametrize("address", ["?month=x", "?month=2024-13", "?month=9999-12", "?month=0001-01"])
def test_a_month_that_makes_no_sense_is_the_newest_that_is_over(address, force, now, as_user):
    page = as_user(force.sam).get(f"/shifts/months/{address}")
    assert page.context["month"] == date(2024, 9, 1)


@pytest.mark.parametrize("month", ["x", "2024-13", "9999-12", "1900-01"])
def test_no_such_month(month, force, now, as_user):
    assert as_user(force.sam).get(f"/shifts/months/{month}/confirm/").status_code == 404


def test_the_months_take_the_same_queries_for_many_people(force, django_assert_num_queries):
    def fill(number):
        for person in factories.UserFactory.create_batch(number):
            log(force, logged_by=person)

    fill(2)
    with django_assert_num_queries(3):
        queries.state_of(OCTOBER, by=force.anna)
    fill(5)
    with django_assert_num_queries(3):
        assert queries.state_of(OCTOBER, by=force.anna).expected == 7


def test_steps_in_court_change_versions_and_no_confirmed_month(force):
    """Charges and results are entered months later, and nothing more was to be logged."""
    shift = log(force)
    arrest = factories.ArrestFactory(
        shift=shift, detail_to_follow=False, offence_group_id="robbery", reference="41XY/1234/24"
    )
    confirm(force.sam)
    before = own(force).shifts[str(shift.pk)].version
    entry = StageEntry(outcome=JusticeOutcome.objects.get(pk="charged"), day=date(2024, 12, 2))
    record_stage(by=force.adam, at=datetime(2025, 3, 3, tzinfo=UTC), arrest_id=arrest.pk, entry=entry)
    assert own(force).shifts[str(shift.pk)].version > before
    assert own(force).is_settled


def test_a_month_confirmed_by_versions_alone_is_compared_by_them(force):
    shift = log(force)
    month = {"person": force.sam, "month": OCTOBER.first_day, "confirmed_by": force.sam, "confirmed_at": NOVEMBER_1}
    MonthConfirmation.objects.create(shifts={str(shift.pk): own(force).shifts[str(shift.pk)].version}, **month)
    assert own(force).is_settled
    set_fields(shift, note="It rained")
    assert own(force).changes == 1


def test_who_logs_for_the_whole_force_is_not_expected_to_confirm(force, now):
    """An import is whoever runs it, and a shift completed for somebody is whoever completed it."""
    log(force, logged_by=force.adam, external_source="import", external_reference="1")
    assert queries.state_of(OCTOBER, by=force.anna).expected == 0
    assert queries.own_months(force.adam, NOVEMBER_1) == []
    roles = set(Role) - {Role.SUPERVISOR}
    assert not roles & set(expected_roles())


def test_numbers_of_colleagues_shifts_in_districts_out_of_sight_are_not_told(force, now, as_user):
    log(force, logged_by=force.sue, state="cancelled")
    log(force, area=force.watford, logged_by=force.sue, state="planned")
    now.move_to(NOVEMBER_1)

    def said(user):
        return [row[1] for row in as_user(user).get("/shifts/months/?month=2024-10").context["people_rows"]]

    assert (said(force.sam), said(force.adam)) == (["Not confirmed"], ["Not confirmed, 1 planned shift to complete"])
    PatrolShift.objects.filter(state="planned").update(state="cancelled")
    confirm(force.sue)
    log(force, NIGHT + timedelta(days=1), area=force.watford, logged_by=force.sue)
    assert said(force.sam)[0].endswith(", changed since")
    assert said(force.adam)[0].endswith("changed since confirmed: 1 shift")
