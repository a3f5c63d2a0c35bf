"""Feeds of planned shifts: whose, until when, and whether they are what RFC 5545 asks for."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotspot.core.accounts.operations import change_role, deactivate_person, reactivate_person
from hotspot.core.errors import NotAllowed
from hotspot.core.models import User
from hotspot.core.secret_addresses import hash_of
from hotspots.models import HotspotArea
from patrols.feeds import operations
from patrols.feeds.ical import CalendarEvent, calendar_text
from patrols.models import CrewMember, PatrolShift, ShiftFeed
from patrols.planning.operations import cancel_shift, hand_over
from tests.conftest import NOW
from tests.patrols.planning import planned

OWN = "/shifts/calendar/phone/"


def address_of(issued) -> str:
    return reverse("feeds:feed", args=(issued.token,))


def feed_for(user) -> str:
    return address_of(operations.make_feed(by=user, at=NOW))


def unfolded(content: bytes) -> list[tuple[str, str]]:
    """The lines of a calendar as names and values, read by the rules of RFC 5545, which it has to keep."""
    text = content.decode()
    assert text.endswith("\r\n")
    assert not re.search(r"[^\r]\n|\r[^\n]", text), "every break is CRLF"
    assert all(len(line) <= 75 for line in content.split(b"\r\n")), "no line is longer than 75 octets"
    lines = [line.partition(":") for line in text.replace("\r\n ", "").strip().split("\r\n")]
    return [(name, value) for name, _, value in lines]


def events_in(content: bytes) -> list[dict[str, str]]:
    events: list[dict[str, str]] = []
    for name, value in unfolded(content):
        if (name, value) == ("BEGIN", "VEVENT"):
            events.append({})
        elif events and name != "END":
            assert name not in events[-1], "no property is there twice"
            events[-1][name] = value
    return events


def test_what_is_in_it(force, now):
    shift = planned(force, note="Meet the informant")
    CrewMember.objects.filter(shift=shift).update(collar_number="")
    CrewMember.objects.filter(pk=shift.crew.first().pk).update(collar_number="PC1234")
    answer = Client().get(feed_for(force.sam))
    shift.refresh_from_db()
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert unfolded(answer.content)[:2] == [("BEGIN", "VCALENDAR"), ("VERSION", "2.0")]
    (event,) = events_in(answer.content)
    assert event == {
        "UID": f"shift-{shift.pk}@localhost",
        "DTSTAMP": f"{shift.updated_at:%Y%m%dT%H%M%SZ}",
        "LAST-MODIFIED": f"{shift.updated_at:%Y%m%dT%H%M%SZ}",
        "SEQUENCE": str(shift.version - 1),
        "DTSTART": "20241012T210000Z",
        "DTEND": "20241013T050000Z",
        "STATUS": "CONFIRMED",
        "TRANSP": "OPAQUE",
        "CLASS": "PRIVATE",
        "SUMMARY": "Patrol\\, Hitchin town centre",
        "LOCATION": "Hitchin town centre",
        "DESCRIPTION": shift.reference,
        "URL": event["URL"],
    }
    assert event["URL"].endswith(f"/shifts/{shift.pk}/")
    assert b"PC1234" not in answer.content
    assert b"informant" not in answer.content


def test_a_change_and_a_cancellation_keep_the_uid_and_raise_the_sequence(force, now):
    shift, address = planned(force), feed_for(force.sam)
    (before,) = events_in(Client().get(address).content)
    cancel_shift(by=force.sam, at=NOW, shift_id=shift.pk, version=shift.version, reason="Short of people")
    answer = Client().get(address)
    (after,) = events_in(answer.content)
    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert (after["STATUS"], after["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert b"Short of people" not in answer.content


def test_only_ones_own_planned_shifts_of_the_last_four_weeks_and_ahead(force, now):
    mine = planned(force)
    planned(force, logged_by=force.adam)
    planned(force, state="voided")
    planned(force, state="completed", starts_at=datetime(2024, 10, 10, 21, tzinfo=UTC))
    planned(force, starts_at=NOW - timedelta(days=29))
    recent = planned(force, starts_at=NOW - timedelta(days=27))
    address = feed_for(force.sam)
    uids = [event["UID"].split("@")[0] for event in events_in(Client().get(address).content)]
    assert uids == [f"shift-{recent.pk}", f"shift-{mine.pk}"]
    hand_over(by=force.sam, at=NOW, shift_id=mine.pk, version=mine.version, to=force.adam)
    assert len(events_in(Client().get(address).content)) == 1


def test_it_asks_the_same_however_many_events(force, now):
    address = feed_for(force.sam)
    for day in range(1, 13):
        planned(force, starts_at=datetime(2024, 10, 12, 21, tzinfo=UTC) + timedelta(days=day))
    Client().get(address)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert len(events_in(Client().get(address).content)) == 12
    assert len([query for query in asked if "SELECT" in query["sql"]]) <= 3


# --- unchanged -----------------------------------------------------------------------------------------------------


def test_a_calendar_that_has_it_already_is_told_so(force, now):
    shift, address = planned(force), feed_for(force.sam)
    first = Client().get(address)
    assert Client().get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    since = {"If-Modified-Since": first["Last-Modified"]}
    assert Client().get(address, headers=since).status_code == 304
    now.move_to(NOW + timedelta(hours=1))
    # It is nobody's newest change that what was there is gone.
    PatrolShift.objects.filter(pk=shift.pk).update(logged_by=force.adam)
    again = Client().get(address, headers=since)
    assert (again.status_code, events_in(again.content)) == (200, [])
    assert again["ETag"] != first["ETag"]
    assert Client().get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


# --- whose, until when ---------------------------------------------------------------------------------------------


def test_the_token_is_kept_as_a_hash_only(force, now):
    issued = operations.make_feed(by=force.sam, at=NOW)
    assert len(issued.token) >= 43
    feed = ShiftFeed.objects.get()
    assert feed.token_hash == hash_of(issued.token)
    assert issued.token not in str(ShiftFeed.objects.values())


def test_a_new_address_ends_the_one_before_and_revoking_both(force, now):
    first, second = feed_for(force.sam), feed_for(force.sam)
    assert [Client().get(address).status_code for address in (first, second)] == [404, 200]
    assert operations.revoke_feed(by=force.sam, at=NOW)
    assert Client().get(second).status_code == 404
    assert not operations.revoke_feed(by=force.sam, at=NOW)


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "analyst"}])
def test_it_ends_with_the_account_or_the_work(force, now, change):
    address = feed_for(force.sam)
    User.objects.filter(pk=force.sam.pk).update(**change)
    assert Client().get(address).status_code == 404


def test_who_plans_nothing_has_none(force, now):
    with pytest.raises(NotAllowed):
        operations.make_feed(by=force.anna, at=NOW)


def test_a_revocation_leaves_others_alone(force, now):
    address = feed_for(force.sam)
    operations.revoke_feed(by=force.sue, at=NOW)
    assert Client().get(address).status_code == 200


def test_its_address_is_shown_once(force, now, as_user):
    sam = as_user(force.sam)
    assert "Make an address" in sam.get(OWN).content.decode()
    page = sam.post(OWN).content.decode()
    address = re.search(r"/shifts/calendar/feed/[^/]+/shifts\.ics", page)[0]
    assert Client().get(address).status_code == 200
    later = sam.get(OWN).content.decode()
    assert "last read" in later
    assert "/feed/" not in later
    sam.post("/shifts/calendar/phone/revoke/")
    assert Client().get(address).status_code == 404
    assert "Make an address" in sam.get(OWN).content.decode()


def test_guessing_addresses_has_to_wait(force, now, settings):
    settings.API_RATES = settings.API_RATES | {"wrong_token": 2}
    wrong = [Client().get(reverse("feeds:feed", args=(f"guess{n}",)), REMOTE_ADDR="10.9.8.7") for n in range(3)]
    assert [answer.status_code for answer in wrong] == [404, 404, 429]
    assert int(wrong[-1]["Retry-After"]) > 0
    assert Client().get(feed_for(force.sam), REMOTE_ADDR="10.9.8.7").status_code == 200, "a right one is not held up"


# --- what RFC 5545 asks for ----------------------------------------------------------------------------------------


def one_event(**fields) -> dict[str, str]:
    usual = {
        "uid": "a@b", "sequence": 0, "changed_at": NOW, "starts_at": NOW, "ends_at": NOW, "is_cancelled": False,
        "summary": "s", "location": "l", "description": "d", "url": "https://hotspot.example/",
    }  # fmt: skip
    (event,) = events_in(calendar_text("Mine", [CalendarEvent(**usual | fields)]))
    return event


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("St Mary's; north, south", "St Mary's\\; north\\, south"),
        ("back\\slash", "back\\\\slash"),
        ("two\r\nlines", "two\\nlines"),
        ("BEGIN:VEVENT\nUID:x", "BEGIN:VEVENT\\nUID:x"),
    ],
)
def test_text_is_escaped(text, written):
    assert one_event(summary=text)["SUMMARY"] == written


@pytest.mark.parametrize("length", [60, 66, 67, 68, 69, 140, 141, 142, 143, 400])
@pytest.mark.parametrize("letter", ["x", "é", "€", "😀"])
def test_long_lines_are_folded_between_characters(length, letter):
    assert one_event(summary=letter * length)["SUMMARY"] == letter * length


def test_times_are_utc_whatever_the_clocks_in_london_do(force, now):
    planned(force, starts_at=datetime(2024, 10, 26, 23, 30, tzinfo=UTC))
    (event,) = events_in(Client().get(feed_for(force.sam)).content)
    assert (event["DTSTART"], event["DTEND"]) == ("20241026T233000Z", "20241027T073000Z")


def test_an_area_with_a_comma_in_its_name(force, now):
    HotspotArea.objects.filter(pk=force.hitchin.pk).update(name="Hitchin, Bancroft; and Station Road " + "é" * 40)
    planned(force)
    (event,) = events_in(Client().get(feed_for(force.sam)).content)
    assert event["LOCATION"] == "Hitchin\\, Bancroft\\; and Station Road " + "é" * 40


# --- ended for good, switched off, and hostile text ------------------------------------------------------------------


def test_an_account_that_is_reactivated_does_not_get_its_old_address_back(force, now):
    address = feed_for(force.sam)
    deactivate_person(by=force.adam, person_id=force.sam.pk)
    reactivate_person(by=force.adam, person_id=force.sam.pk)
    assert Client().get(address).status_code == 404
    assert ShiftFeed.objects.get(person=force.sam).revoked_at is not None


def test_a_role_that_comes_back_does_not_bring_the_old_address_back(force, now):
    address = feed_for(force.sam)
    for role in ("auditor", "supervisor"):
        change_role(by=force.adam, person_id=force.sam.pk, role=role)
    assert Client().get(address).status_code == 404


def test_who_was_deactivated_meanwhile_gets_no_address(force, now):
    before = User.objects.get(pk=force.sam.pk)
    deactivate_person(by=force.adam, person_id=force.sam.pk)
    with pytest.raises(NotAllowed):
        operations.make_feed(by=before, at=NOW)
    assert not ShiftFeed.objects.exists()


def test_a_force_can_switch_feeds_off(force, now, settings, client):
    address = feed_for(force.sam)
    settings.SHIFT_FEEDS = False
    assert Client().get(address).status_code == 404
    with pytest.raises(NotAllowed):
        operations.make_feed(by=force.sam, at=NOW)
    client.force_login(force.sam)
    assert "does not let calendars read" in client.get(OWN).content.decode()
    assert client.post(OWN).status_code == 403
    assert reverse("feeds:own") not in client.get(reverse("planning:calendar")).content.decode()
    settings.SHIFT_FEEDS = True
    assert Client().get(address).status_code == 200


def test_no_control_character_or_strange_break_is_in_a_text():
    strange = "Market\x00\x07\x0b\x0c\x1c\x7f\x85\u2028\u2029 Place"
    content = calendar_text(strange, []).decode()
    assert "NAME:Market Place\r\n" in content
    assert content.splitlines() == content.strip().split("\r\n")


def test_feeds_are_off_until_the_force_chooses_them():
    """In a process of its own: settings are read once."""
    ours = {name: value for name, value in os.environ.items() if name not in ("SHIFT_FEEDS", "DEMO")}
    environment = ours | {"DEBUG": "false", "SECRET_KEY": "x" * 60, "DJANGO_SETTINGS_MODULE": "hotspot.settings"}
    script = "from hotspot import settings; print(settings.SHIFT_FEEDS)"
    for given, printed in (({}, "False"), ({"DEMO": "true"}, "True"), ({"SHIFT_FEEDS": "true"}, "True")):
        command = [sys.executable, "-c", script]
        result = subprocess.run(command, env=environment | given, capture_output=True, text=True, check=True)
        assert result.stdout.strip() == printed
