"""Reminders of what is still to be logged: chosen one by one, one message a day, sent to a server of the test."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client

from hotspot.core.calendar import LONDON
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.permissions import Role
from hotspots.models import DistrictAccess
from patrols.models import PatrolShift
from reports.emails import operations
from reports.emails.links import REMINDERS, read_link
from reports.emails.open_work import open_work
from reports.emails.reminding import send_reminders
from reports.emails.tasks import send_shift_reminders
from reports.models import ShiftReminder, ShiftReminderEmail
from tests import factories
from tests.conftest import NOW
from tests.outcomes.months import confirm
from tests.patrols.planning import planned
from tests.people import make_force
from tests.smtp import mail_server

Kind = ShiftReminder.Kind
EVERY = [kind.value for kind in Kind]
FRIDAY = datetime(2024, 10, 11, 19, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.slow


@pytest.fixture
def server(settings):
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 5
        settings.SITE_URL = "https://hotspot.example"
        yield running


def choose(user, kinds=EVERY):
    return operations.choose_reminders(by=user, at=NOW, kinds=kinds)


def log(force, days_ago, **fields):
    usual = {"area": force.hitchin, "funding_stream": force.grant, "logged_by": force.sam}
    return factories.PatrolShiftFactory(starts_at=FRIDAY - timedelta(days=days_ago), **usual | fields)


def words(server):
    return [message.get_content().replace("\r\n", "\n") for _, message in server.taken]


def lines(user, at=NOW, kinds=EVERY):
    return [each.words for each in open_work(user, kinds, at)]


# --- what is said ----------------------------------------------------------------------------------------------------
def test_a_planned_shift_is_reminded_of_when_its_night_should_be_written_up(force):
    shift = planned(force, starts_at=FRIDAY)
    assert lines(force.sam, datetime(2024, 10, 12, 10, tzinfo=UTC)) == []
    assert lines(force.sam) == ["1 planned shift is over and not completed: Hitchin town centre"]
    assert lines(force.sue) == []
    PatrolShift.objects.filter(pk=shift.pk).update(state="cancelled")
    assert lines(force.sam) == []


def test_a_missing_night_names_its_area_and_day(force):
    for weeks in (1, 2, 3):
        log(force, weeks * 7)
    said = "Hitchin town centre: 1 night without a shift, the last on 11 October 2024"
    assert lines(force.sam, kinds=[Kind.NIGHT]) == [said]
    DistrictAccess.objects.filter(user=force.sam).delete()
    assert lines(force.sam, kinds=[Kind.NIGHT]) == [], "no district, no area"


def test_missing_detail_is_reminded_of_after_a_week_and_not_counted(force):
    factories.ArrestFactory.create_batch(3, shift=(shift := log(force, 6)))
    assert lines(force.sam, shift.ends_at + 7 * DAY - timedelta(minutes=1)) == []
    said = lines(force.sam, shift.ends_at + 7 * DAY)
    assert said == ["The detail of outcomes has been missing for a week or more"]
    assert lines(force.sue, shift.ends_at + 7 * DAY) == []


def test_a_month_is_reminded_of_from_the_fifth_until_it_is_confirmed(force):
    log(force, 0)
    fourth = datetime(2024, 11, 4, 23, 59, tzinfo=UTC)
    assert lines(force.sam, fourth, [Kind.MONTH]) == []
    said = lines(force.sam, fourth + DAY, [Kind.MONTH])
    assert said == ["October 2024 is not confirmed: is there nothing more to log?"]
    assert lines(force.sue, fourth + DAY, [Kind.MONTH]) == [], "no shift of hers"
    confirm(force.sam)
    assert lines(force.sam, fourth + DAY, [Kind.MONTH]) == []


def test_only_what_was_chosen_is_said(force):
    planned(force, starts_at=FRIDAY)
    for weeks in (1, 2, 3):
        log(force, weeks * 7)
    assert len(lines(force.sam)) == 2, "and September; the night has a plan"
    assert lines(force.sam, kinds=[Kind.NIGHT]) == []
    assert len(lines(force.sam, kinds=[Kind.COMPLETE])) == 1


# --- sending ---------------------------------------------------------------------------------------------------------
def test_one_message_a_day_with_all_of_it_and_again_when_something_is_new(force, now, server):
    planned(force, starts_at=FRIDAY)
    factories.ArrestFactory(shift=log(force, 10, note="Canary note"))
    choose(force.sam)
    send_shift_reminders()
    send_shift_reminders()
    (text,) = words(server)
    ((address, message),) = server.taken
    assert (address, message["Subject"]) == (force.sam.email, "OFFICIAL-SENSITIVE: what is still to be logged")
    assert text.count("\n- ") == 2
    for secret in ("HS-", "Canary", "Sam", "Sergeant", "arrest"):
        assert secret not in text
    # Later the same day something else is new: tomorrow.
    planned(force, starts_at=FRIDAY - DAY, area=force.letchworth)
    now.move_to(NOW + timedelta(hours=2))
    send_shift_reminders()
    assert len(server.taken) == 1
    now.move_to(NOW + DAY)
    send_shift_reminders()
    assert "2 planned shifts are over and not completed: Hitchin town centre and Letchworth" in words(server)[1]
    # Nothing is new: no message, however many days pass.
    for days in range(2, 6):
        now.move_to(NOW + days * DAY)
        send_shift_reminders()
    assert len(server.taken) == 2


def test_what_comes_back_is_new(force, now, server):
    shift = planned(force, starts_at=FRIDAY)
    choose(force.sam)
    assert send_reminders(at=NOW) == 1
    PatrolShift.objects.filter(pk=shift.pk).update(state="cancelled")
    assert send_reminders(at=NOW + DAY) == 0
    PatrolShift.objects.filter(pk=shift.pk).update(state="planned")
    assert send_reminders(at=NOW + 2 * DAY) == 1


@pytest.mark.parametrize("day", [date(2024, 10, 27), date(2025, 3, 30)])
def test_every_hour_of_a_day_on_which_the_clocks_change_sends_once(day, force, server):
    """From London's midnight to the next one, which are 25 hours or 23, with something new in each of them."""
    choose(force.sam)
    begins, ends = (datetime.combine(each, time(), LONDON).astimezone(UTC) for each in (day, day + DAY))
    instants = [begins + timedelta(hours=hour) for hour in range((ends - begins) // timedelta(hours=1))]
    assert len(instants) in (23, 25)
    sent = []
    for number, at in enumerate([*instants, ends]):
        planned(force, starts_at=datetime(2024, 9, 1, 19, tzinfo=UTC) + number * DAY / 2)
        sent.append(send_reminders(at=at))
    assert sent == [1, *[0] * (len(instants) - 1), 1], "once on this day, and at the first midnight after it"


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.ANALYST}, {"role": Role.PCC}])
def test_who_lost_access_gets_nothing_and_their_reminders_end(change, force, server):
    planned(force, starts_at=FRIDAY)
    choose(force.sam)
    User.objects.filter(pk=force.sam.pk).update(**change)
    assert send_reminders(at=NOW) == 0
    assert server.taken == []
    assert not ShiftReminder.objects.exists()


def test_a_role_that_comes_back_asks_again(force, server):
    choose(force.sam, [Kind.COMPLETE])
    User.objects.filter(pk=force.sam.pk).update(role=Role.ADMINISTRATOR)
    force.sam.refresh_from_db()
    choose(force.sam, [Kind.COMPLETE])
    assert [each.role for each in ShiftReminder.objects.all()] == [Role.ADMINISTRATOR]


def test_what_is_not_taken_is_sent_later_the_same_day(force, server, settings):
    planned(force, starts_at=FRIDAY)
    choose(force.sam)
    settings.EMAIL_PORT, port = 1, settings.EMAIL_PORT
    assert send_reminders(at=NOW) == 0
    assert not ShiftReminderEmail.objects.exists()
    settings.EMAIL_PORT = port
    assert send_reminders(at=NOW + timedelta(hours=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_send_once(server):
    force = make_force()
    planned(force, starts_at=FRIDAY)
    choose(force.sam)

    def send(_):
        try:
            return send_reminders(at=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(send, range(4))) == 1
    assert len(server.taken) == 1


# --- choosing and stopping -------------------------------------------------------------------------------------------
def test_reminders_are_chosen_on_the_page_of_emails(force, now, as_user):
    sam = as_user(force.sam)
    assert "You get none." in sam.get("/e-mails/").content.decode()
    assert sam.post("/e-mails/reminders/", {"kinds": [Kind.NIGHT, Kind.MONTH]}).status_code == 302
    page = sam.get("/e-mails/").content.decode()
    assert "A usual night of an area has no shift" in page
    assert "A planned shift is over" not in page
    assert sam.get("/e-mails/reminders/").context["form"]["kinds"].value() == [Kind.NIGHT, Kind.MONTH]
    assert sam.post("/e-mails/reminders/", {}).status_code == 302
    assert not ShiftReminder.objects.exists()
    assert sam.post("/e-mails/reminders/", {"kinds": "weather"}).status_code == 422


def test_who_logs_no_shifts_is_offered_none(force, now, as_user):
    assert "Reminders" not in as_user(force.anna).get("/e-mails/").content.decode()


def test_administrators_are_reminded_of_what_is_theirs_alone(force, now, server, as_user):
    """Nights without a shift and months to confirm would be those of the whole force."""
    page = as_user(force.adam).get("/e-mails/reminders/").content.decode()
    assert "A usual night of an area has no shift" not in page
    assert "A month is not confirmed" not in page
    assert as_user(force.adam).post("/e-mails/reminders/", {"kinds": [Kind.NIGHT]}).status_code == 422
    with pytest.raises(DomainError):
        choose(force.adam, [Kind.NIGHT])
    # One chosen before this was so ends by itself.
    ShiftReminder.objects.create(user=force.adam, kind=Kind.NIGHT, role=Role.ADMINISTRATOR, created_at=NOW)
    for weeks in (1, 2, 3):
        log(force, weeks * 7)
    assert send_reminders(at=NOW) == 0
    assert not ShiftReminder.objects.exists()


def test_the_link_of_a_message_stops_all_that_were_chosen_then(force, server):
    planned(force, starts_at=FRIDAY)
    choose(force.sam, [Kind.COMPLETE])
    send_reminders(at=NOW)
    ((_, message),) = server.taken
    address = re.search(r"https://hotspot\.example(/e-mails/stop/\S+)", words(server)[0])[1]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert read_link(address.rstrip("/").rpartition("/")[2]).kind == REMINDERS
    choose(force.sam, [Kind.COMPLETE, Kind.NIGHT])
    assert "Stop all your reminders?" in Client().get(address).content.decode()
    assert ShiftReminder.objects.count() == 2
    assert Client(enforce_csrf_checks=True).post(address).status_code == 200
    assert [each.kind for each in ShiftReminder.objects.all()] == [Kind.NIGHT]
