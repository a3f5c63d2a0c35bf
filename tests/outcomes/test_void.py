"""Voiding a shift and undoing it."""

from datetime import UTC, datetime, timedelta

import pytest

from patrols.models import PatrolShift
from tests import factories


def void(client, shift, **changes):
    shift.refresh_from_db()
    return client.post(f"/shifts/{shift.pk}/void/", {"version": shift.version, "reason": "Entered twice"} | changes)


def state_of(shift) -> tuple[str, str]:
    shift.refresh_from_db()
    return shift.state, shift.void_reason


@pytest.mark.parametrize(
    ("who", "status"), [("sam", 200), ("sue", 404), ("anna", 403), ("paul", 404), ("adam", 200), ("audrey", 403)]
)
def test_who_may_void(who, status, force, shift, as_user):
    client = as_user(force.people[who])
    assert client.get(f"/shifts/{shift.pk}/void/").status_code == status
    assert void(client, shift).status_code == (302 if status == 200 else status)
    assert (state_of(shift)[0] == "voided") == (status == 200)


@pytest.mark.parametrize(("who", "status"), [("sue", 404), ("anna", 403), ("paul", 404), ("audrey", 403)])
def test_who_may_not_undo_it(who, status, force, hitchin_shift, as_user):
    shift = hitchin_shift(state="voided")
    assert as_user(force.people[who]).post(f"/shifts/{shift.pk}/restore/").status_code == status
    assert state_of(shift)[0] == "voided"


def test_the_page_shows_what_goes(shift, sam):
    factories.ArrestFactory.create_batch(2, shift=shift)
    page = sam.get(f"/shifts/{shift.pk}/void/").content.decode()
    for words in ("10pm Friday to 6am Saturday", "Arrests: 2", "Void shift", "No, go back", "govuk-button--warning"):
        assert words in page
    assert state_of(shift)[0] == "completed"


def test_a_void_is_seen_with_its_reason_and_undone(shift, sam):
    page = sam.get(void(sam, shift)["Location"]).content.decode()
    assert state_of(shift) == ("voided", "Entered twice")
    assert "Reason: Entered twice" in page
    assert "Undo void" in page
    page = sam.get(sam.post(f"/shifts/{shift.pk}/restore/")["Location"]).content.decode()
    assert state_of(shift) == ("completed", "")
    assert "counts again" in page


def test_a_planned_shift_is_planned_again(hitchin_shift, sam):
    shift = hitchin_shift(state="planned", starts_at=datetime(2024, 10, 12, 20, tzinfo=UTC))
    void(sam, shift)
    sam.post(f"/shifts/{shift.pk}/restore/")
    assert state_of(shift) == ("planned", "")


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_void_needs_a_reason(reason, shift, sam):
    response = void(sam, shift, reason=reason)
    assert response.status_code == 422
    assert "Say why, in a few words" in response.content.decode()
    assert state_of(shift)[0] == "completed"


def test_a_reason_that_is_too_long(shift, sam):
    assert void(sam, shift, reason="x" * 501).status_code == 422
    assert void(sam, shift, reason="x" * 500).status_code == 302


def test_voiding_what_changed_meanwhile(shift, sam):
    shift.refresh_from_db()
    version = shift.version
    factories.ArrestFactory(shift=shift)
    response = void(sam, shift, version=version)
    assert response.status_code == 409
    page = response.content.decode()
    assert "Somebody else changed this while you were working on it." in page
    assert "Entered twice" in page
    assert "Arrests: 1" in page
    assert void(sam, shift, version=response.context["form"]["version"].value()).status_code == 302


def test_voiding_twice(shift, sam):
    void(sam, shift)
    response = void(sam, shift)
    assert response.status_code == 403
    assert "This shift was voided before." in response.content.decode()


def test_the_next_day_only_an_administrator_voids(force, shift, as_user, now):
    now.move_to(datetime(2024, 10, 12, 22, 59, tzinfo=UTC))
    assert as_user(force.sam).get(f"/shifts/{shift.pk}/void/").status_code == 200
    now.move_to(datetime(2024, 10, 12, 23, 0, tzinfo=UTC))  # midnight in London
    assert as_user(force.sam).get(f"/shifts/{shift.pk}/void/").status_code == 403
    assert void(as_user(force.adam), shift).status_code == 302


def test_an_undo_ends_after_ten_minutes(force, shift, sam, now):
    void(sam, shift)
    shift.refresh_from_db()
    # The database's clock says when it was voided.
    now.move_to(shift.updated_at + timedelta(minutes=10))
    assert b"Undo void" not in sam.get(f"/shifts/{shift.pk}/").content


@pytest.mark.parametrize(("minutes", "status"), [(9, 302), (10, 403)])
def test_an_undo_within_ten_minutes_of_the_database_s_clock(minutes, status, force, shift, as_user, now):
    void(as_user(force.sam), shift)
    shift.refresh_from_db()
    now.move_to(shift.updated_at + timedelta(minutes=minutes))
    assert as_user(force.sam).post(f"/shifts/{shift.pk}/restore/").status_code == status


def test_a_supervisor_does_not_undo_what_an_administrator_voided(force, shift, as_user):
    sam, adam = as_user(force.sam), as_user(force.adam)
    void(adam, shift)
    assert b"Undo void" not in sam.get(f"/shifts/{shift.pk}/").content
    assert sam.post(f"/shifts/{shift.pk}/restore/").status_code == 403
    assert state_of(shift)[0] == "voided"
    adam.post(f"/shifts/{shift.pk}/restore/")
    void(sam, shift)
    assert adam.post(f"/shifts/{shift.pk}/restore/").status_code == 302
    assert state_of(shift)[0] == "completed"


def test_an_undo_is_asked_for_by_post(hitchin_shift, sam):
    shift = hitchin_shift(state="voided")
    assert sam.get(f"/shifts/{shift.pk}/restore/").status_code == 405


def test_an_undo_can_not_put_somebody_in_two_places(force, hitchin_shift, shift, sam):
    factories.CrewMemberFactory(shift=shift, collar_number="PC1")
    void(sam, shift)
    factories.CrewMemberFactory(shift=hitchin_shift(), collar_number="PC1")
    response = sam.post(f"/shifts/{shift.pk}/restore/", follow=True)
    assert state_of(shift)[0] == "voided"
    assert "There is a problem" in response.content.decode()


def test_voiding_takes_few_queries(shift, sam, django_assert_max_num_queries):
    sam.get("/account/")
    shift.refresh_from_db()
    with django_assert_max_num_queries(12):
        void(sam, shift)


def test_an_administrator_undoes_what_the_supervisor_voided(force, shift, sam, as_user):
    void(sam, shift)
    assert as_user(force.adam).post(f"/shifts/{shift.pk}/restore/").status_code == 302
    assert PatrolShift.objects.get(pk=shift.pk).state == "completed"
