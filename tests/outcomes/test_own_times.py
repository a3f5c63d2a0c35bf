"""Own times and collar numbers of a crew: summed as they are, and never dropped without a question."""

from datetime import timedelta

import pytest

from hotspot.core.permissions import Scope
from patrols.models import CrewRole, PatrolShift
from tests import factories
from tests.api import night_in_hitchin, problem, system_caller
from tests.outcomes.test_correct import path, sent_form
from tests.outcomes.test_log import LOG, entry


@pytest.fixture
def sam(force, now, as_user):
    return as_user(force.sam)


@pytest.fixture
def shift(force, sam):
    """Five people from 10pm to 6am: one of them to midnight, one to 2am with a collar number. 30 hours of patrol."""
    sam.post(LOG, entry(force, crew_police_officer="5", collars_police_officer="1234"))
    shift = PatrolShift.objects.get()
    numbered, early = shift.crew.get(collar_number="1234"), shift.crew.filter(collar_number="").first()
    numbered.ends_at = shift.starts_at + timedelta(hours=4)
    early.ends_at = shift.starts_at + timedelta(hours=2)
    for member in (numbered, early):
        member.save(update_fields=["ends_at"])
    return shift


def minutes(shift) -> list[int]:
    return sorted(member.minutes for member in shift.crew.all())


def echo(client, shift, **changes) -> str:
    typed = {"night": "2024-10-11", "start": "22:00", "end": "06:00", "crew_police_officer": "5"} | changes
    return client.get("/shifts/echo/", {"shift": shift.pk} | typed).content.decode()


def test_the_echo_of_a_correction_sums_own_times(sam, shift):
    words = "10pm Friday to 6am Saturday – 8 hours × 5 people, less for own times = 30 hours of patrol"
    assert echo(sam, shift) == words
    assert f"/shifts/echo/?shift={shift.pk}" in sam.get(path(shift)).content.decode()


def test_somebody_elses_shift_has_no_echo(force, shift, as_user):
    other = as_user(factories.UserFactory(role="supervisor"))
    assert other.get("/shifts/echo/", {"shift": shift.pk, "start": "22:00"}).status_code == 404


def test_who_leaves_a_smaller_crew_is_asked_where_it_matters(sam, shift):
    page = sam.post(path(shift), sent_form(sam, shift, crew_police_officer="4"))
    form = page.context["form"]
    assert form.errors == {"leaves": ["Select who is no longer in the crew: 1 police officer"]}
    assert "Police officer, 10pm Friday to midnight Saturday" in page.content.decode()
    assert "Police officer, the whole shift" in page.content.decode()
    assert minutes(shift) == [120, 240, 480, 480, 480]


@pytest.mark.parametrize(("has_own_times", "left"), [(True, [240, 480, 480, 480]), (False, [120, 240, 480, 480])])
def test_the_one_who_was_selected_leaves(sam, shift, has_own_times, left):
    members = shift.crew.filter(collar_number="")
    leaver = next(member for member in members if (member.minutes == 120) == has_own_times)
    answer = sam.post(path(shift), sent_form(sam, shift, crew_police_officer="4", leaves=str(leaver.pk)))
    assert answer.status_code == 302, answer.content.decode()
    assert minutes(shift) == left


def test_when_all_are_alike_nobody_is_asked(sam, force):
    sam.post(LOG, entry(force, crew_police_officer="3"))
    shift = PatrolShift.objects.get()
    assert sam.post(path(shift), sent_form(sam, shift, crew_police_officer="2")).status_code == 302


def test_a_collar_number_that_goes_with_its_person_is_confirmed(sam, shift):
    sent = sent_form(sam, shift, crew_police_officer="4", collars_police_officer="")
    leaver = shift.crew.get(collar_number="1234")
    page = sam.post(path(shift), sent)
    assert "1234, 10pm Friday to 2am Saturday" in page.content.decode()
    assert sam.post(path(shift), sent | {"leaves": str(leaver.pk)}).status_code == 302
    assert minutes(shift) == [120, 480, 480, 480]


def test_a_number_given_to_the_one_with_own_times_keeps_them(sam, force):
    sam.post(LOG, entry(force, crew_police_officer="1"))
    shift = PatrolShift.objects.get()
    shift.crew.update(ends_at=shift.starts_at + timedelta(hours=2))
    assert sam.post(path(shift), sent_form(sam, shift, collars_police_officer="77")).status_code == 302
    assert minutes(shift) == [120]


def test_a_role_that_goes_with_own_times_is_confirmed_once(sam, shift):
    factories.CrewMemberFactory(
        shift=shift, role=CrewRole.PCSO, ends_at=shift.starts_at + timedelta(hours=1), starts_at=shift.starts_at
    )
    sent = sent_form(sam, shift, crew_pcso="0")
    page = sam.post(path(shift), sent)
    assert "with their own times or collar number: PCSO, 10pm to 11pm Friday." in page.content.decode()
    assert shift.crew.count() == 6
    kept = sent | {"keep": "people_leave", "doubts_reason": "Was never there", "choice": "keep"}
    assert sam.post(path(shift), kept).status_code == 302
    shift.refresh_from_db()
    assert (shift.crew.count(), shift.doubts_kept) == (5, [])


def test_the_api_asks_before_own_times_are_dropped(force, now):
    rota = system_caller(force.adam, Scope.WRITE_SHIFTS)
    officer, short = {"role": "police_officer"}, {"role": "pcso", "collar_number": "CS12"}
    own_times = short | {"ends_at": "2024-10-11T00:00:00+01:00"}
    logged = rota.post("shifts", night_in_hitchin(force, crew=[officer, officer, own_times]))
    address, version = f"shifts/{logged.json()['id']}", {"If-Match": logged["ETag"]}
    for crew in ([officer, officer], [officer, officer, short]):
        asked = rota.patch(address, {"reason": "Corrected", "crew": crew}, **version)
        assert problem(asked) == (409, "needs_confirming")
        assert "CS12, 10pm Thursday to midnight Friday" in asked.content.decode()
    same = rota.patch(address, {"reason": "Corrected", "crew": [officer, own_times]}, **version)
    assert same.status_code == 200
    keep = {"doubts": ["people_leave"], "reason": "Was at another station"}
    version = {"If-Match": same["ETag"]}
    gone = rota.patch(address, {"reason": "Corrected", "crew": [officer], "keep": keep}, **version)
    assert (gone.status_code, gone.json()["doubts_kept"]) == (200, [])


def test_selecting_who_leaves_one_role_confirms_nothing_about_another(sam, shift):
    factories.CrewMemberFactory(
        shift=shift, role=CrewRole.PCSO, ends_at=shift.starts_at + timedelta(hours=1), starts_at=shift.starts_at
    )
    leaver = next(member for member in shift.crew.filter(collar_number="", role="police_officer"))
    sent = sent_form(sam, shift, crew_police_officer="4", crew_pcso="0", leaves=str(leaver.pk))
    page = sam.post(path(shift), sent)
    assert "PCSO, 10pm to 11pm Friday" in page.content.decode()
    assert shift.crew.count() == 6
