"""What was set up by mistake can be deleted; what something refers to cannot, and the page says what does."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from hotspot.core.accounts.operations import invite_person
from hotspot.core.errors import DomainError, NotAllowed
from hotspot.core.models import ConnectedSystem, User
from hotspot.core.permissions import Role, Scope
from hotspots.deletion import operations as deleting
from hotspots.models import AreaTarget, HotspotArea, Programme
from tests import factories
from tests.api import connect, night_in_hitchin, system_caller
from tests.conftest import NOW
from tests.publishing import drafted


@pytest.fixture
def adam(force, as_user):
    return as_user(force.adam)


def url_of(what, record):
    return reverse(f"hotspots:delete_{what}", args=[record.pk])


def mistakes(force):
    """One record of each kind that nothing refers to."""
    area = factories.HotspotAreaFactory(district=force.watford_district, name="Mistaken area")
    AreaTarget.objects.create(area=area, first_month=date(2024, 6, 1), patrol_minutes=60, patrols=1)
    return {
        "programme": factories.ProgrammeFactory(name="Mistaken programme"),
        "stream": factories.FundingStreamFactory(programme=force.programme, name="Mistaken stream"),
        "district": factories.DistrictFactory(name="Mistaken district"),
        "area": area,
        "target": AreaTarget.objects.create(
            area=force.hitchin, first_month=date(2031, 6, 1), patrol_minutes=60, patrols=1
        ),
        "person": factories.UserFactory(name="Mistaken person"),
        "system": connect(force.adam, Scope.READ_SHIFTS, name="Mistaken system"),
    }


@pytest.mark.parametrize("what", ["programme", "stream", "district", "area", "target", "person", "system"])
def test_what_nothing_refers_to_is_asked_about_and_deleted_and_its_history_kept(force, adam, what):
    record = mistakes(force)[what]
    url, events = url_of(what, record), type(record).events.rel.related_model.objects.filter(pgh_obj_id=record.pk)
    page = adam.get(url)
    assert page.status_code == 200
    assert "Delete</button>" in page.content.decode().replace("\n", "").replace("  ", "")
    assert type(record).objects.filter(pk=record.pk).exists()
    assert adam.post(url).status_code == 302
    assert not type(record).objects.filter(pk=record.pk).exists()
    assert events.order_by("-pgh_id").first().pgh_label == "delete"
    assert adam.post(url).status_code == 404


@pytest.mark.parametrize(
    ("what", "name", "words"),
    [
        ("programme", "programme", ["2 funding streams"]),
        ("stream", "grant", ["1 shift"]),
        ("district", "north_herts", ["2 hotspot areas", "1 supervisor who works there"]),
        ("area", "hitchin", ["1 shift"]),
        ("person", "sam", ["1 shift"]),
    ],
)
def test_what_refers_to_a_record_is_said_with_a_count_and_a_link(force, adam, what, name, words):
    factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    record = getattr(force, name)
    for page, status in ((adam.get(url_of(what, record)), 200), (adam.post(url_of(what, record)), 409)):
        assert page.status_code == status
        text = page.content.decode()
        assert f"{record} cannot be deleted" in text
        for each in words:
            assert f">{each}</a>" in text
    assert type(record).objects.filter(pk=record.pk).exists()


def test_a_system_that_wrote_cannot_be_deleted(force, adam, now):
    caller = system_caller(force.adam, Scope.WRITE_SHIFTS)
    assert caller.post("shifts", night_in_hitchin(force)).status_code == 201
    system = ConnectedSystem.objects.get(user=caller.user)
    page = adam.post(url_of("system", system))
    assert page.status_code == 409
    assert "1 shift" in page.content.decode()


def test_a_person_who_changed_something_cannot_be_deleted(force, as_user, adam):
    other = factories.UserFactory(role=Role.ADMINISTRATOR, name="Other")
    as_user(other).post(
        reverse("hotspots:edit_district", args=[force.watford_district.pk]),
        {"name": "Watford borough", "code": "E07000103"},
    )
    page = adam.post(url_of("person", other))
    assert page.status_code == 409
    assert "1 change that is on record" in page.content.decode()
    assert "Deactivate the account instead" in page.content.decode()


def test_an_area_that_a_shift_was_logged_in_before_it_was_corrected_stays(force, adam):
    wrong = factories.HotspotAreaFactory(district=force.north_herts, name="Wrong")
    shift = factories.PatrolShiftFactory(area=wrong, funding_stream=force.grant, logged_by=force.sam)
    shift.area = force.hitchin
    shift.save()
    page = adam.post(url_of("area", wrong))
    assert page.status_code == 409
    assert "1 shift (in an earlier version)" in page.content.decode()


@pytest.mark.parametrize(
    ("what", "name", "closed", "words"),
    [
        ("area", "hitchin", {"last_day": date(2024, 9, 30)}, "Retire the area instead"),
        ("person", "sam", {"is_active": False}, "Deactivate the account instead"),
    ],
)
def test_what_to_do_instead_is_offered_until_it_is_done(force, adam, what, name, closed, words):
    record = getattr(force, name)
    factories.PatrolShiftFactory(
        area=force.hitchin,
        funding_stream=force.grant,
        logged_by=force.sam,
        starts_at=datetime(2024, 9, 1, 21, tzinfo=UTC),
    )
    assert words in adam.get(url_of(what, record)).content.decode()
    type(record).objects.filter(pk=record.pk).update(**closed)
    page = adam.get(url_of(what, record))
    assert f"{record} cannot be deleted" in page.content.decode()
    assert words not in page.content.decode()


def test_an_area_of_a_statement_stays(force, adam, now):
    area = factories.HotspotAreaFactory(district=force.north_herts, name="Chosen")
    statement = drafted(force, NOW)
    type(statement).objects.filter(pk=statement.pk).update(area_ids=[area.pk])
    assert "1 statement" in adam.post(url_of("area", area)).content.decode()


def test_a_district_that_was_given_and_taken_away_can_go_and_the_persons_history_still_names_it(force, adam):
    district = factories.DistrictFactory(name="Mistaken district")
    give = reverse("hotspots:give_districts", args=[force.sam.pk])
    adam.post(give, {"districts": [force.north_herts.pk, district.pk]})
    adam.post(give, {"districts": [force.north_herts.pk]})
    assert adam.post(url_of("district", district)).status_code == 302
    page = adam.get(reverse("hotspots:person", args=[force.sam.pk])).content.decode()
    assert "No longer given Mistaken district" in page


def test_a_programme_goes_after_its_streams_and_hands_the_default_on(force, adam):
    second = factories.ProgrammeFactory(name="Second", is_default=True)
    stream = factories.FundingStreamFactory(programme=second, is_default=True)
    assert adam.post(url_of("programme", second)).status_code == 409
    assert adam.post(url_of("stream", stream)).status_code == 302
    assert "the one added first takes its place" in adam.get(url_of("programme", second)).content.decode()
    assert adam.post(url_of("programme", second)).status_code == 302
    assert Programme.objects.get(is_default=True) == force.programme


def test_the_default_stream_stays_while_there_are_others(force, adam):
    page = adam.post(url_of("stream", force.grant))
    assert page.status_code == 422
    assert "Make another stream of the programme that first" in page.content.decode()


def test_nobody_deletes_their_own_account_or_the_last_administrator(force):
    with pytest.raises(NotAllowed):
        deleting.delete_person(by=force.adam, person_id=force.adam.pk)
    lonely = invite_person(by=force.adam, name="New", email="new@hotspot.example", role=Role.ADMINISTRATOR)
    User.objects.filter(role=Role.ADMINISTRATOR).exclude(pk=lonely.pk).update(is_active=False)
    with pytest.raises(DomainError):
        deleting.delete_person(by=force.adam, person_id=lonely.pk)


def test_deleting_is_offered_to_administrators_only(force, as_user, adam):
    assert url_of("area", force.hitchin) in adam.get(reverse("hotspots:area", args=[force.hitchin.pk])).content.decode()
    sam = as_user(force.sam)
    assert "/delete/" not in sam.get(reverse("hotspots:area", args=[force.hitchin.pk])).content.decode()


def test_the_operation_itself_refuses(force):
    area = factories.HotspotAreaFactory(district=force.watford_district)
    factories.PatrolShiftFactory(area=area, funding_stream=force.grant, logged_by=force.sam)
    with pytest.raises(DomainError) as refusal:
        deleting.delete_area(by=force.adam, area_id=area.pk)
    assert refusal.value.code == "in_use"
    assert HotspotArea.objects.filter(pk=area.pk).exists()
