"""What the server makes of a shift that a phone kept: logged once, or kept for its person to correct."""

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hotspot.core.models import User
from hotspot.settings import CELERY_BEAT_SCHEDULE
from hotspots.models import DistrictAccess
from outcomes.models import UnfinishedShift
from outcomes.offline import rules, tasks
from patrols.models import LiveVisit, PatrolShift
from tests import factories
from tests.conftest import NOW

QUEUE, UNSENT = "/shifts/queue/", "/shifts/unsent/"


@pytest.fixture(autouse=True)
def _keeps(settings):
    """The force has chosen that phones keep shifts."""
    settings.OFFLINE_QUEUE = "counts"


def item(force, **changes: Any) -> dict[str, Any]:
    """Hitchin, last night, 10pm to 6am, two officers, two stop searches. A field of None is left out."""
    fields = {
        "area": str(force.hitchin.pk),
        "night": "2024-10-11",
        "start": "10pm",
        "end": "6am",
        "crew_police_officer": "2",
        "stop_searches": "2",
    } | changes
    kept = {name: value for name, value in fields.items() if value is not None}
    return {"person": force.sam.pk, "version": 1, "submission_id": str(uuid.uuid4()), "fields": kept}


def send(client: Client, body: Any, **headers: str):
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(QUEUE, text, content_type="application/json", headers={"Hotspot-Form": "1", **headers})


def test_a_phone_learns_whom_it_sends_for_and_their_areas(force, sam):
    about = sam.get(QUEUE).json()
    assert about["person"] == force.sam.pk
    assert {area["name"] for area in about["areas"]} == {"Hitchin town centre", "Letchworth"}
    assert (about["keeps"], about["days"], about["versions"]) == (True, 7, [1])


def test_a_shift_is_logged_once_however_often_it_comes(force, sam):
    sent = item(force)
    answers = [send(sam, sent) for _ in range(3)]
    shift = PatrolShift.objects.get()
    assert [answer.status_code for answer in answers] == [200] * 3
    assert {answer.json()["reference"] for answer in answers} == {shift.reference}
    assert {answer["Hotspot-Page"] for answer in answers} == {"1"}
    assert (shift.logged_by, shift.stop_searches.count(), shift.crew.count()) == (force.sam, 2, 2)


def test_a_count_that_was_changed_since_is_not_answered_as_sent(force, sam):
    sent = item(force)
    assert send(sam, sent).json()["changed"] is False
    assert send(sam, sent).json()["changed"] is False
    later = sent | {"fields": sent["fields"] | {"stop_searches": "3"}}
    answer = send(sam, later)
    shift = PatrolShift.objects.get()
    assert (answer.status_code, answer.json()["state"]) == (200, "sent")
    assert (answer.json()["reference"], answer.json()["changed"]) == (shift.reference, True)
    assert shift.stop_searches.count() == 2


def test_a_note_that_the_phone_did_not_keep_makes_no_difference(force, sam):
    sent = item(force)
    page = {**sent["fields"], "submission_id": sent["submission_id"], "note": "Quiet", "collars_police_officer": "PC42"}
    assert sam.post("/shifts/log/", page).status_code == 302
    assert send(sam, sent).json()["changed"] is False
    assert PatrolShift.objects.get().note == "Quiet"


def test_one_that_is_stored_is_not_kept_to_be_corrected_though_its_area_is_another_persons_by_now(force, sam):
    sent = item(force)
    send(sam, sent)
    DistrictAccess.objects.filter(user=force.sam).delete()
    answer = send(sam, sent)
    assert (answer.status_code, answer.json()["state"]) == (200, "sent")
    assert answer.json()["reference"] == PatrolShift.objects.get().reference
    assert not UnfinishedShift.objects.exists()


def test_a_page_that_tries_again_keeps_nobody_signed_in(force, sam, now, settings):
    assert sam.get("/shifts/").status_code == 200
    for minutes in range(10, settings.SESSION_IDLE_SECONDS // 60 + 2, 10):
        now.move_to(NOW + timedelta(minutes=minutes))
        assert sam.get(QUEUE, headers={"Hotspot-Form": "1"}).status_code == 200
    now.move_to(NOW + timedelta(seconds=settings.SESSION_IDLE_SECONDS + 60))
    assert sam.get("/shifts/").status_code == 302


def test_a_date_given_as_a_date_is_not_asked_about(force, sam):
    date = {"night": "other", "night_date_day": "12", "night_date_month": "10", "night_date_year": "2024"}
    assert send(sam, item(force, start="0030", end="4am", **date)).status_code == 200
    assert PatrolShift.objects.get().day.isoformat() == "2024-10-12"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"stop_searches": None}, "outcomes"),
        ({"start": None}, "Enter when the shift started"),
        ({"area": "999999"}, "Select where you patrolled"),
        ({"end": "1pm"}, "12 hours"),
    ],
)
def test_what_breaks_a_rule_or_needs_a_reason_is_kept_to_be_corrected(force, sam, changes, reason):
    sent = item(force, **changes)
    answers = [send(sam, sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert not PatrolShift.objects.exists()
    kept = UnfinishedShift.objects.get()
    assert (kept.person, str(kept.submission_id)) == (force.sam, sent["submission_id"])
    assert reason in " ".join(kept.reasons)
    assert answers[0].json() == {
        "state": "needs_correcting",
        "reference": f"U-{kept.pk}",
        "address": f"{UNSENT}{kept.pk}/",
        "reasons": kept.reasons,
    }


def test_notes_names_and_reasons_are_not_taken(force, sam):
    text = {"note": "met J Smith", "collars_police_officer": "PC4242", "doubts_reason": "Smith", "keep": "long_shift"}
    send(sam, item(force, stop_searches=None, **text))
    kept = UnfinishedShift.objects.get()
    assert not set(text) & set(kept.fields)
    assert "Smith" not in json.dumps(kept.fields)
    send(sam, item(force, **text))
    shift = PatrolShift.objects.get()
    assert (shift.note, {member.collar_number for member in shift.crew.all()}) == ("", {""})


def test_nothing_is_logged_under_another_name(force, as_user, now):
    answer = send(as_user(force.sue), item(force))
    assert (answer.status_code, answer.json()) == (409, {"state": "other_person"})
    assert not PatrolShift.objects.exists()
    assert not UnfinishedShift.objects.exists()


def test_a_number_that_somebody_else_used_is_a_duplicate(force, sam, as_user):
    sent = item(force)
    send(sam, sent)
    fields = sent["fields"] | {"area": str(force.watford.pk)}
    answer = send(as_user(force.sue), sent | {"person": force.sue.pk, "fields": fields})
    assert (answer.status_code, answer.json()) == (409, {"state": "duplicate"})
    unfinished = factories.UnfinishedShiftFactory(person=force.sam, area=force.hitchin)
    wrong = {"person": force.sue.pk, "submission_id": str(unfinished.submission_id), "version": 1, "fields": {}}
    assert send(as_user(force.sue), wrong).status_code == 409
    assert UnfinishedShift.objects.get().person == force.sam


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "{",
        '{"person": true}',
        '{"person": 1}',
        "[" * 5000,
        {"person": 1, "version": 1, "submission_id": "x", "fields": {}},
        {"person": 1, "version": 1, "submission_id": str(uuid.uuid4()), "fields": []},
        {"person": 1, "version": 1, "submission_id": str(uuid.uuid4()), "fields": {"start": 10}},
        {"person": 1, "version": 1, "submission_id": str(uuid.uuid4()), "fields": {"start": "x" * 61}},
        {"person": 1, "version": 1, "submission_id": str(uuid.uuid4()), "fields": {f"n{n}": "1" for n in range(121)}},
        {"person": 1, "version": 2, "submission_id": str(uuid.uuid4()), "fields": {}},
        {"person": 1, "version": "1", "submission_id": str(uuid.uuid4()), "fields": {}},
        b"\xff".decode("latin1"),
    ],
)
def test_what_is_no_shift_is_refused_and_kept_by_the_phone(force, sam, body):
    answer = send(sam, body)
    assert answer.status_code == 422
    assert answer.json()["reasons"]
    assert not UnfinishedShift.objects.exists()


# --- visits that a phone noted ----------------------------------------------------------------------------------------


SENT_AT = 1_700_000_000_000
MINUTE = 60_000


def visit(force, *, arrived: int = 45, left: int | None = 30, **changes: Any) -> dict[str, Any]:
    """Hitchin, from 45 to 30 minutes ago, by a clock that is years slow."""
    times = {"area": str(force.hitchin.pk), "arrived": str(SENT_AT - arrived * MINUTE)}
    times |= {} if left is None else {"left": str(SENT_AT - left * MINUTE), "departure": str(uuid.uuid4())}
    about = {"person": force.sam.pk, "version": 1, "submission_id": str(uuid.uuid4()), "sent_at": SENT_AT}
    return {**about, "visit": times, **changes}


def test_a_visit_is_recorded_once_by_how_long_ago_it_was(force, sam, now):
    sent = visit(force)
    for _ in range(2):
        answer = send(sam, sent)
        assert (answer.status_code, answer.json()) == (
            200,
            {"state": "recorded", "reference": "Tonight", "address": "/tonight/"},
        )
    there = LiveVisit.objects.get()
    assert (there.area, there.by) == (force.hitchin, force.sam)
    assert (timezone.now() - there.arrived_at, there.left_at - there.arrived_at) == (
        timedelta(minutes=45),
        timedelta(minutes=15),
    )


def test_an_arrival_is_recorded_before_anybody_left(force, sam):
    assert send(sam, visit(force, left=None)).json()["state"] == "recorded"
    assert LiveVisit.objects.get().is_open


def test_a_visit_of_another_person_is_kept_by_the_phone(force, as_user):
    assert send(as_user(force.sue), visit(force)).json() == {"state": "other_person"}
    assert not LiveVisit.objects.exists()


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"arrived": -1}, "noted_when"),
        ({"arrived": 9 * 24 * 60}, "noted_when"),
        ({"left": -1}, "noted_when"),
        ({"left": 46}, "left_when"),
        ({"visit": {"area": "999999", "arrived": str(SENT_AT)}}, "refused"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_with_its_reason(force, sam, changes, state):
    answer = send(sam, visit(force, **changes))
    assert (answer.status_code, answer.json()["state"]) == (422, state)
    assert answer.json()["reasons"][0]
    assert not LiveVisit.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"visit": []},
        {"visit": {}},
        {"visit": {"area": "x", "arrived": "1"}},
        {"visit": {"area": "1", "arrived": "1", "left": "2"}},
        {"visit": {"area": str(2**31), "arrived": str(SENT_AT)}},
        {"visit": {"area": "1", "arrived": "9" * 400}},
        {"visit": {"area": "1", "arrived": None}},
        {"sent_at": "now"},
        {"sent_at": float("nan")},
        {"sent_at": float("inf")},
        {"submission_id": 7},
        {"person": True},
    ],
)
def test_what_is_no_visit_is_refused(force, sam, changes):
    answer = send(sam, visit(force, **changes))
    assert (answer.status_code, answer.json()["state"]) == (422, "unreadable")
    assert not LiveVisit.objects.exists()


def test_a_body_that_is_too_large_is_refused_unread(force, sam):
    assert send(sam, json.dumps({"x": "y" * rules.MOST_BYTES})).status_code == 413


def test_an_older_version_is_still_read(force, sam, monkeypatch):
    def from_first(fields: rules.Fields) -> rules.Fields:
        return fields | {"stop_searches": fields.pop("searches")}

    monkeypatch.setattr(rules, "PAYLOAD_VERSION", 2)
    monkeypatch.setattr(rules, "UPGRADES", {1: from_first})
    assert send(sam, item(force, stop_searches=None, searches="3")).status_code == 200
    assert PatrolShift.objects.get().stop_searches.count() == 3
    assert sam.get(QUEUE).json()["versions"] == [1, 2]


def test_without_a_session_or_a_token_nothing_is_taken(force, now):
    sent = item(force)
    gone = send(Client(), sent)
    assert (gone.status_code, gone["Hotspot-Location"].startswith("/sign-in/")) == (204, True)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(force.sam, backend="django.contrib.auth.backends.ModelBackend")
    assert send(strict, sent).status_code == 403
    token = strict.get(QUEUE).json()["token"]
    assert send(strict, sent, **{"X-CSRFToken": token}).status_code == 200


# --- correcting ---------------------------------------------------------------------------------------------------


@pytest.fixture
def unfinished(force, now):
    return factories.UnfinishedShiftFactory(person=force.sam, area=force.hitchin)


def posted(unfinished: UnfinishedShift, **changes: str) -> dict[str, str]:
    return unfinished.fields | changes


def test_it_waits_in_its_persons_list_on_any_device(unfinished, sam):
    assert "1 shift to correct before it is saved" in sam.get("/shifts/").content.decode()
    page = sam.get(UNSENT).content.decode()
    assert "Hitchin town centre, Friday 11 October 2024, 10pm to 6am" in page
    assert "Enter outcomes or select Nothing to report" in page


def figures(client: Client) -> list[str]:
    return re.findall(r'app-stat__value">([^<]*)<', client.get("/figures/").content.decode())


def test_it_counts_nowhere_until_it_is_saved(force, sam, as_user):
    thursday = datetime(2024, 10, 10, 21, tzinfo=UTC)
    factories.PatrolShiftFactory(
        area=force.letchworth, funding_stream=force.grant, logged_by=force.sam, starts_at=thursday
    )
    anna = as_user(force.anna)
    before = figures(anna)
    unfinished = factories.UnfinishedShiftFactory(person=force.sam, area=force.hitchin)
    assert before
    assert figures(anna) == before
    sam.post(f"{UNSENT}{unfinished.pk}/", posted(unfinished, nothing_to_report="on"))
    assert figures(anna) != before


def test_it_is_corrected_in_the_form_and_waits_no_more(unfinished, sam):
    address = f"{UNSENT}{unfinished.pk}/"
    page = sam.get(address)
    assert page.status_code == 200
    assert page.context["form"]["start"].value() == "10pm"
    assert 'value="10pm"' in page.content.decode()
    refused = sam.post(address, posted(unfinished))
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "Correct and save this shift" in text
    assert "Notes and collar numbers were not kept" in text
    assert "Enter outcomes or select Nothing to report" in text
    assert "Same as last time?" not in text
    assert "data-queues" not in text
    assert UnfinishedShift.objects.exists()
    saved = sam.post(address, posted(unfinished, nothing_to_report="on", note="Quiet"))
    shift = PatrolShift.objects.get()
    assert saved["Location"] == f"/shifts/{shift.pk}/saved/"
    assert (shift.submission_id, shift.note) == (unfinished.submission_id, "Quiet")
    assert not UnfinishedShift.objects.exists()
    assert sam.get(address).status_code == 404


def test_one_that_was_logged_by_another_way_waits_no_more(unfinished, sam, force):
    sent = {"person": force.sam.pk, "version": 1, "submission_id": str(unfinished.submission_id)}
    sam.post("/shifts/log/", posted(unfinished, nothing_to_report="on"))
    assert PatrolShift.objects.count() == 1
    assert "No shift" not in sam.get("/shifts/").content.decode()
    assert "to correct before" not in sam.get("/shifts/").content.decode()
    assert send(sam, sent | {"fields": unfinished.fields}).json()["state"] == "sent"
    assert not UnfinishedShift.objects.exists()


def test_a_word_is_typed_before_it_is_discarded_and_it_does_not_come_back(unfinished, sam, force):
    address = f"{UNSENT}{unfinished.pk}/discard/"
    assert sam.post(address, {"word": "yes"}).status_code == 422
    assert sam.post(address, {"word": " Discard "})["Location"] == UNSENT
    gone = UnfinishedShift.objects.get()
    assert (gone.fields, gone.reasons) == ({}, [])
    assert sam.get(address).status_code == 404
    again = item(force) | {"submission_id": str(unfinished.submission_id)}
    assert send(sam, again).json() == {"state": "discarded"}
    assert not PatrolShift.objects.exists()


def test_at_night_what_is_logged_or_was_discarded_long_ago_is_removed(unfinished, force, sam, now):
    sam.post("/shifts/log/", posted(unfinished, nothing_to_report="on"))
    ago = {days: NOW - timedelta(days=days) for days in (99, 101)}
    for at in ago.values():
        factories.UnfinishedShiftFactory(person=force.sam, area=force.hitchin, discarded_at=at)
    waiting = factories.UnfinishedShiftFactory(person=force.sam, area=force.letchworth)
    tasks.forget_done()
    left = set(UnfinishedShift.objects.values_list("pk", "discarded_at"))
    assert {at for _, at in left} == {None, ago[99]}
    assert {pk for pk, at in left if at is None} == {waiting.pk}
    assert tasks.forget_done.name in {entry["task"] for entry in CELERY_BEAT_SCHEDULE.values()}


def test_nobody_else_sees_it(unfinished, force, as_user):
    for name in ("sue", "adam"):
        other = as_user(force.people[name])
        for address in (f"{UNSENT}{unfinished.pk}/", f"{UNSENT}{unfinished.pk}/discard/"):
            assert other.get(address).status_code == 404
            assert other.post(address, {"word": "discard"}).status_code == 404
        assert "Friday 11 October" not in other.get(UNSENT).content.decode()


def test_a_correction_outlives_a_session_that_ended(unfinished, sam, force, as_user, client):
    address = f"{UNSENT}{unfinished.pk}/"
    marker = sam.get(address).content.decode().split('name="shown_to" value="')[1].split('"')[0]
    client.post(address, posted(unfinished, note="Typed with care", shown_to=marker))
    client.force_login(force.sam, backend="django.contrib.auth.backends.ModelBackend")
    assert "Typed with care" in client.get(address).content.decode()


# --- of people who cannot finish them any more --------------------------------------------------------------------
@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "analyst"}])
def test_what_somebody_who_left_sent_is_finished_by_who_logs_shifts_there(change, unfinished, force, as_user):
    colleague = factories.UserFactory()
    factories.DistrictAccessFactory(user=colleague, district=force.north_herts)
    address, others = f"{UNSENT}{unfinished.pk}/", [as_user(each) for each in (colleague, force.adam)]
    for client in others:
        assert client.get(address).status_code == 404, "its person can finish it"
        assert "Hitchin" not in client.get(UNSENT).content.decode()
    User.objects.filter(pk=force.sam.pk).update(**change)
    assert as_user(force.sue).get(address).status_code == 404, "another district"
    assert as_user(force.anna).get(address).status_code == 403
    for client in others:
        assert "Sam Sergeant sent it, and cannot save it any more." in client.get(UNSENT).content.decode()
        assert "Sam Sergeant sent it" in client.get(address).content.decode()
    assert "1 shift to correct before it is saved" in others[0].get("/shifts/").content.decode()
    assert others[0].post(address, posted(unfinished, nothing_to_report="on")).status_code == 302
    shift = PatrolShift.objects.get()
    assert (shift.submission_id, shift.logged_by) == (unfinished.submission_id, colleague)
    assert not UnfinishedShift.objects.exists()


def test_what_somebody_who_left_sent_is_discarded_by_an_administrator(force, now, as_user):
    """Also one of no area that there is, which no supervisor sees."""
    unfinished = factories.UnfinishedShiftFactory(person=force.sam, area=force.hitchin)
    unfinished.fields["area"] = "x"
    unfinished.save()
    User.objects.filter(pk=force.sam.pk).update(is_active=False)
    colleague = factories.UserFactory()
    factories.DistrictAccessFactory(user=colleague, district=force.north_herts)
    address = f"{UNSENT}{unfinished.pk}/discard/"
    assert as_user(colleague).get(address).status_code == 404
    assert as_user(force.adam).post(address, {"word": "discard"}).status_code == 302
    assert UnfinishedShift.objects.get().discarded_at


def test_what_was_discarded_for_somebody_who_left_does_not_come_back(unfinished, force, sam, as_user):
    User.objects.filter(pk=force.sam.pk).update(is_active=False)
    as_user(force.adam).post(f"{UNSENT}{unfinished.pk}/discard/", {"word": "discard"})
    User.objects.filter(pk=force.sam.pk).update(is_active=True)
    again = item(force) | {"submission_id": str(unfinished.submission_id)}
    assert send(as_user(force.sam), again).json() == {"state": "discarded"}
