"""Weekly e-mails of saved views and alerts of areas, sent to a mail server that the test starts."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.db import OperationalError
from django.test import Client

from hotspot.core.models import User
from hotspot.core.permissions import Role
from hotspots.models import HotspotArea
from reports.emails import operations
from reports.emails.alerting import send_alerts
from reports.emails.links import ALERTS, WEEKLY, StopLink, read_link
from reports.emails.rules import newest_week
from reports.emails.tasks import send_area_alerts, send_weekly_emails
from reports.emails.weekly import send_weekly
from reports.emails.weekly_figures import week_of_view
from reports.models import Alert, AlertEmail, AlertEpisode, SavedView, WeeklyEmail
from reports.saved_views.operations import save_view
from tests import factories
from tests.conftest import NOW
from tests.reports.emails import weekly as asked
from tests.smtp import mail_server

SUNDAY = datetime(2024, 10, 13, 20, tzinfo=UTC)
MONDAY = datetime(2024, 10, 14, 6, tzinfo=UTC)  # 7am in London

pytestmark = pytest.mark.slow


@pytest.fixture
def server(settings):
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 5
        settings.SITE_URL = "https://hotspot.example"
        yield running


@pytest.fixture
def shift(force):
    return partial(factories.PatrolShiftFactory, area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)


def night(day):
    return datetime(2024, 10, day, 19, tzinfo=UTC)


def view_of(user, **facts):
    return save_view(**{"by": user, "at": NOW, "name": "Everything", "query": "?period=launch"} | facts)


def text_of(message):
    return message.get_content().replace("\r\n", "\n")


def words(server):
    """The texts of the messages that the server took, of which there are some."""
    return [text_of(message) for _, message in server.taken]


# --- weekly e-mails -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("at", "first"),
    [
        (datetime(2024, 10, 14, 5, 59, tzinfo=UTC), date(2024, 9, 30)),  # 6:59am in summer
        (MONDAY, date(2024, 10, 7)),
        (datetime(2024, 10, 20, 22, 59, tzinfo=UTC), date(2024, 10, 7)),
        (datetime(2024, 10, 28, 6, 59, tzinfo=UTC), date(2024, 10, 14)),  # after the clocks went back
        (datetime(2024, 10, 28, 7, tzinfo=UTC), date(2024, 10, 21)),
    ],
)
def test_a_week_is_sent_from_seven_on_monday_in_london(at, first):
    week = newest_week(at)
    assert (week.first_day, week.days) == (first, 7)


def test_a_view_is_sent_once_with_the_numbers_of_its_page(force, now, server, shift, as_user):
    shift(starts_at=night(8))
    shift(starts_at=night(9))
    shift(starts_at=night(2))
    asked(force.anna, name="Hitchin", query=f"?area={force.hitchin.pk}&compare=year")
    now.move_to(SUNDAY)
    assert send_weekly(at=SUNDAY) == 0
    now.move_to(MONDAY)
    send_weekly_emails()
    send_weekly_emails()
    ((address, message),) = server.taken
    text = text_of(message)
    assert (address, message["To"]) == (force.anna.email, force.anna.email)
    assert message["Subject"] == "OFFICIAL-SENSITIVE: weekly figures, 7 October 2024 to 13 October 2024"
    assert text.startswith("OFFICIAL-SENSITIVE")
    assert "Hitchin town centre" in text
    link = re.search(r"https://hotspot\.example(/dashboard/\S+)", text)[1]
    page = as_user(force.anna).get(link).content.decode()
    for name in ("Patrol hours", "Patrols"):
        number, before = re.search(rf"^{name}: ([\d,]+) \(the week before: ([\d,]+)\)$", text, re.M).groups()
        assert number != before
        assert f'app-stat__value">{number}</dd>' in page
        assert re.search(rf"(up|down) [\d,]+ from {before}<", page)


def test_small_numbers_of_people_are_not_sent(force, now, server, shift):
    worked = shift(starts_at=night(9))
    factories.ArrestFactory.create_batch(2, shift=worked)
    factories.StopSearchFactory.create_batch(7, shift=worked)
    asked(force.anna)
    send_weekly(at=MONDAY)
    (text,) = words(server)
    assert "Arrests: see the page (the week before: 0)" in text
    assert "Stop searches: 7 (the week before: 0)" in text
    assert "Small numbers are not sent by e-mail" in text


def test_a_view_of_explore_is_sent_by_row_without_what_gives_small_numbers_away(force, now, server, shift, as_user):
    factories.ArrestFactory.create_batch(2, shift=shift(starts_at=night(9)))
    factories.ArrestFactory.create_batch(6, shift=shift(starts_at=night(8), area=force.watford))
    query = "?measure=arrests&rows=area&columns=week&shown=per_hours"
    asked(force.anna, name="Arrests", page="explore", query=query)
    asked(force.anna, name="Hours", page="explore", query="?measure=patrol_hours&rows=area")
    send_weekly(at=MONDAY)
    arrests, hours = sorted(words(server))
    assert "Arrests by hotspot area" in arrests
    assert "Hitchin town centre: see the page" in arrests
    # With the total, which is 8, the number in Hitchin would follow from one of these.
    assert [line for line in arrests.splitlines() if line.startswith(("Watford", "Arrests:"))] != [
        "Arrests: 8 (the week before: 0)",
        "Watford town centre: 6 (the week before: 0)",
    ]
    assert "see the page" not in hours
    watford = re.search(r"^Watford town centre: (\d+) \(the week before: 0\)$", hours, re.M)[1]
    query = re.search(r"https://hotspot\.example/explore/(\S+)", hours)[1]
    table = as_user(force.anna).get(f"/explore/download.csv{query}").content.decode()
    assert f",Watford town centre,{watford}\r\n" in table


def test_people_by_ethnicity_are_never_sent(force, now, server, as_user):
    people = {"name": "Searches", "page": "explore", "query": "?measure=stop_searches&rows=ethnicity"}
    view = view_of(force.anna, **people)
    page = as_user(force.anna).post("/e-mails/weekly/new/", {"view": view.pk})
    assert (page.status_code, "not sent by e-mail" in page.content.decode()) == (422, True)
    asked(force.anna, name="Searches", page="explore", query="?measure=stop_searches&rows=area")
    view_of(force.anna, **people)
    assert send_weekly(at=MONDAY) == 0
    assert (server.taken, WeeklyEmail.objects.count()) == ([], 0)


def _other_role(force, view):
    User.objects.filter(pk=force.anna.pk).update(role=Role.AUDITOR)


def _no_role(force, view):
    User.objects.filter(pk=force.anna.pk).update(role=Role.PCC)


def _gone(force, view):
    User.objects.filter(pk=force.anna.pk).update(is_active=False)


def _not_shared(force, view):
    SavedView.objects.filter(pk=view.pk).update(is_shared=False)


def _removed(force, view):
    view.delete()


def _over(force, view):
    type(force.programme).objects.update(last_day=date(2024, 9, 30))


@pytest.mark.parametrize("what", [_other_role, _no_role, _gone, _not_shared, _removed, _over])
def test_who_has_no_right_any_more_gets_nothing_and_it_ends(force, now, server, what):
    view = view_of(force.adam, is_shared=True)
    operations.ask_for_weekly(by=force.anna, at=NOW, view=view)
    operations.ask_for_weekly(by=force.audrey, at=NOW, view=view)
    what(force, view)
    send_weekly(at=MONDAY)
    assert force.anna.email not in [address for address, _ in server.taken]
    assert not WeeklyEmail.objects.own(force.anna).exists()
    kept = what in (_other_role, _no_role, _gone)
    assert WeeklyEmail.objects.own(force.audrey).exists() == kept
    assert len(server.taken) == kept


def test_a_supervisor_is_sent_the_areas_that_are_theirs_then(force, now, server, shift):
    shift(starts_at=night(9), area=force.watford)
    view = view_of(force.anna, is_shared=True, query=f"?area={force.watford.pk}")
    operations.ask_for_weekly(by=force.sam, at=NOW, view=view)
    send_weekly(at=MONDAY)
    (text,) = words(server)
    assert "Patrols: 0 (the week before: 0)" in text
    assert f"We could not find area ‘{force.watford.pk}’." in text
    assert "Watford" not in text


# --- the mail server ----------------------------------------------------------------------------------------------
def test_while_the_server_is_down_nothing_is_marked_as_sent(force, now, settings, server):
    asked(force.anna)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert send_weekly(at=MONDAY) == 0
    settings.EMAIL_PORT = port
    assert send_weekly(at=MONDAY + timedelta(hours=1)) == 1
    assert send_weekly(at=MONDAY + timedelta(hours=2)) == 0
    assert len(server.taken) == 1


def test_one_refused_address_keeps_nobody_else_waiting(force, now, server):
    view = view_of(force.adam, is_shared=True)
    for user in (force.anna, force.adam, force.audrey, force.sam):
        operations.ask_for_weekly(by=user, at=NOW, view=view)
    server.busy = {force.anna.email}
    assert send_weekly(at=MONDAY) == 3
    assert send_weekly(at=MONDAY) == 0
    server.busy = set()
    assert send_weekly(at=MONDAY) == 1
    assert server.taken[-1][0] == force.anna.email


def test_an_address_that_is_refused_for_good_is_not_tried_each_hour(force, now, server):
    asked(force.anna)
    told(force, NOW)
    server.refused = {force.anna.email, force.sam.email}
    for _ in range(2):
        assert (send_weekly(at=MONDAY), send_alerts(at=at_seven(14))) == (0, 0)
    assert server.connections == 2


def test_a_slow_server_is_given_up_and_does_not_hold_the_worker_for_everybody(force, now, server, settings):
    settings.EMAIL_TIMEOUT = 0.05
    server.delay = 0.2
    view = view_of(force.adam, is_shared=True)
    for user in [force.anna, *(factories.UserFactory(role=Role.ANALYST) for _ in range(6))]:
        operations.ask_for_weekly(by=user, at=NOW, view=view)
    assert send_weekly(at=MONDAY) == 0
    assert server.connections == 3
    settings.EMAIL_TIMEOUT, server.delay = 5, 0
    assert send_weekly(at=MONDAY) == 7


def test_figures_that_take_too_long_keep_nobody_else_waiting(force, now, server, monkeypatch):
    view = view_of(force.adam, is_shared=True)
    for user in (force.anna, force.adam, force.audrey):
        operations.ask_for_weekly(by=user, at=NOW, view=view)

    def slow(view, *, by, **rest):
        if by == force.anna:
            raise OperationalError
        return week_of_view(view, by=by, **rest)

    with monkeypatch.context() as slowly:
        slowly.setattr("reports.emails.weekly.week_of_view", slow)
        assert send_weekly(at=MONDAY) == 2
    assert send_weekly(at=MONDAY) == 1


def test_without_a_mail_server_nothing_is_marked_and_the_page_says_so(force, now, settings, as_user):
    asked(force.anna)
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert send_weekly(at=MONDAY) == 0
    assert WeeklyEmail.objects.get().sent_for == date(2024, 9, 30)
    assert "no mail server, so nothing is sent" in as_user(force.anna).get("/e-mails/").content.decode()


# --- alerts -------------------------------------------------------------------------------------------------------
def told(force, at, **facts):
    return operations.set_alert(
        **{"by": force.sam, "at": at, "kind": "wait", "threshold": 10, "area": force.hitchin} | facts
    )


def at_seven(day):
    return datetime(2024, 10, day, 6, 10, tzinfo=UTC)


def test_an_alert_is_sent_once_and_that_it_is_over_in_the_next(force, now, server, shift):
    shift(starts_at=night(1))
    shift(starts_at=night(1), area=force.letchworth)
    told(force, NOW)
    told(force, NOW, area=force.letchworth, threshold=14)
    assert send_alerts(at=at_seven(10)) == 0
    assert [send_alerts(at=at_seven(day)) for day in (11, 11, 12, 13)] == [1, 0, 0, 0]
    ((address, message),) = server.taken
    assert (address, message["Subject"]) == (force.sam.email, "OFFICIAL-SENSITIVE: 1 alert of hotspot areas")
    assert (
        "Hitchin town centre: no patrol for 10 days\nhttps://hotspot.example/dashboard/?programme=" in words(server)[0]
    )
    assert "Over since" not in words(server)[0]
    shift(starts_at=night(13))
    assert send_alerts(at=at_seven(14)) == 0
    assert send_alerts(at=at_seven(15)) == 1
    assert "Letchworth: no patrol for 14 days" in words(server)[1]
    assert "Over since:\n- Hitchin town centre: no patrol for 10 days, since 11 October 2024" in words(server)[1]
    # It begins again: a new message, in which nothing is over.
    assert send_alerts(at=at_seven(23)) == 1
    assert "Hitchin town centre: no patrol for 10 days" in words(server)[2]
    assert "Over since" not in words(server)[2]


def test_the_days_are_those_of_the_dashboard(force, now, server, shift, as_user):
    shift(starts_at=night(1))
    told(force, NOW)
    now.move_to(at_seven(12))
    send_area_alerts()
    (text,) = words(server)
    link = re.search(r"https://hotspot\.example(/dashboard/\S+)", text)[1]
    page = as_user(force.sam).get(link).content.decode()
    assert "no patrol for 11 days" in text
    assert "Hitchin town centre (11 days) has had no patrol for 10 days or more" in page


def test_hours_below_a_share_of_what_is_due_are_told_from_the_eighth_day(force, now, server, shift, as_user):
    factories.AreaTargetFactory(area=force.hitchin, patrol_minutes=60 * 310, patrols=31)
    shift(starts_at=night(2))
    told(force, NOW, kind="hours", threshold=80)
    assert send_alerts(at=at_seven(7)) == 0
    now.move_to(at_seven(8))
    assert send_alerts(at=at_seven(8)) == 1
    (text,) = words(server)
    hours = re.search(
        r"Hitchin town centre: (\d+) of 70 patrol hours due, 1 October 2024 to 7 October 2024 \((\d+)%\)", text
    )
    assert hours
    link = re.search(r"https://hotspot\.example(/dashboard/\S+)", text)[1]
    table = as_user(force.sam).get(f"/dashboard/hours-by-area.csv{link.partition('/dashboard/')[2]}")
    assert f"Hitchin town centre,{hours[1]},70,{hours[2]}," in table.content.decode()


def test_everything_of_a_day_is_in_one_message(force, now, server):
    told(force, NOW, area=None, threshold=3)
    told(force, NOW, area=force.hitchin, kind="hours", threshold=50)
    factories.AreaTargetFactory(area=force.hitchin, patrol_minutes=60 * 310, patrols=31)
    assert send_alerts(at=at_seven(9)) == 1
    (text,) = words(server)
    assert [text.count(name) for name in ("Hitchin town centre:", "Letchworth:", "Watford")] == [2, 1, 0]
    assert "no patrol yet" in text


def test_areas_that_are_not_active_and_programmes_that_do_not_run_are_quiet(force, now, server):
    told(force, NOW)
    HotspotArea.objects.filter(pk=force.hitchin.pk).update(last_day=date(2024, 10, 9))
    assert send_alerts(at=at_seven(12)) == 0
    HotspotArea.objects.filter(pk=force.hitchin.pk).update(last_day=None)
    type(force.programme).objects.update(last_day=date(2024, 10, 11))
    assert send_alerts(at=at_seven(12)) == 0
    type(force.programme).objects.update(last_day=date(2024, 10, 12))
    assert send_alerts(at=at_seven(12)) == 1


def test_alerts_end_with_the_right_to_them(force, now, server):
    told(force, NOW)
    told(force, NOW, area=None, kind="hours", threshold=50)
    force.sam.district_access.all().delete()
    assert send_alerts(at=at_seven(12)) == 0
    assert [alert.area for alert in Alert.objects.all()] == [None]
    User.objects.filter(pk=force.sam.pk).update(role=Role.ANALYST)
    assert send_alerts(at=at_seven(12)) == 0
    assert not Alert.objects.exists()


def test_what_the_server_did_not_take_is_told_later_if_it_still_holds(force, now, server, shift):
    told(force, NOW)
    server.busy = {force.sam.email}
    assert send_alerts(at=at_seven(11)) == 0
    assert not AlertEmail.objects.exists()
    shift(starts_at=night(11))
    server.busy = set()
    assert send_alerts(at=at_seven(12)) == 0
    assert not AlertEpisode.objects.exists()
    assert send_alerts(at=at_seven(21)) == 1
    assert "Over since" not in words(server)[0]


# --- stopping -----------------------------------------------------------------------------------------------------
def test_a_link_stops_what_it_is_for_without_signing_in(force, now, server):
    mine, other = asked(force.anna), asked(force.adam)
    told(force, NOW)
    send_weekly(at=MONDAY)
    message = next(message for address, message in server.taken if address == force.anna.email)
    address = message["List-Unsubscribe"].strip(" <>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert address in text_of(message)
    path = address.removeprefix("https://hotspot.example")
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        page = client.get(path)
        assert (page.status_code, "Stop this weekly e-mail?" in page.content.decode()) == (200, True)
        assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("no-store, private", "noindex")
    assert WeeklyEmail.objects.count() == 2
    for _ in range(2):
        # As a mail program sends it (RFC 8058).
        assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert [each.pk for each in WeeklyEmail.objects.all()] == [other.pk]
    assert Alert.objects.count() == 1
    assert mine.pk != other.pk


def test_a_link_of_alerts_stops_all_of_its_person(force, now, client):
    told(force, NOW)
    newest = told(force, NOW, area=force.letchworth)
    told(force, NOW, by=force.anna)
    path = StopLink(ALERTS, force.sam.pk, newest.pk).url.removeprefix("http://localhost:8000")
    client.post(path)
    assert [alert.user for alert in Alert.objects.all()] == [force.anna]
    # What is set later is not what that message was about.
    told(force, NOW)
    client.post(path)
    assert Alert.objects.own(force.sam).count() == 1


def test_nobody_makes_a_link(force, now, client):
    made = asked(force.anna)
    token = StopLink(WEEKLY, made.pk).url.rstrip("/").rpartition("/")[2]
    assert read_link(token) == StopLink(WEEKLY, made.pk)
    for wrong in (token[:-1], token.replace(f"-{made.pk}-", f"-{made.pk + 1}-"), f"weekly-{made.pk}", "x", "\0", "é"):
        assert client.post(f"/e-mails/stop/{wrong}/").status_code == 404
    assert WeeklyEmail.objects.count() == 1


# --- the page -----------------------------------------------------------------------------------------------------
def test_the_page_lists_adds_and_removes(force, now, as_user):
    anna, view = as_user(force.anna), view_of(force.anna)
    page = anna.post("/e-mails/weekly/new/", {"view": view.pk}, follow=True).content.decode()
    assert "Everything is sent each Monday from 7am." in page
    assert "14 October 2024" in page
    page = anna.post("/e-mails/alerts/new/", {"kind": "wait", "days": 10}, follow=True).content.decode()
    assert "No patrol for 10 days" in page
    assert "Each that you see" in page
    # Another number replaces it.
    anna.post("/e-mails/alerts/new/", {"kind": "wait", "days": 12})
    assert [alert.threshold for alert in Alert.objects.all()] == [12]
    weekly, alert = WeeklyEmail.objects.get(), Alert.objects.get()
    for path in (f"/e-mails/weekly/{weekly.pk}/stop/", f"/e-mails/alerts/{alert.pk}/remove/"):
        assert as_user(force.adam).post(path).status_code == 404
        assert anna.post(path).status_code == 302
    assert not WeeklyEmail.objects.exists()
    assert not Alert.objects.exists()


@pytest.mark.parametrize(
    "entered",
    [
        {"kind": "wait"},
        {"kind": "hours", "days": 3},
        {"kind": "wait", "days": 0},
        {"kind": "wait", "days": 366},
        {"kind": "hours", "percent": 101},
        {"kind": "both", "days": 3},
    ],
)
def test_an_alert_that_cannot_be_is_not_set(force, now, as_user, entered):
    assert as_user(force.anna).post("/e-mails/alerts/new/", entered).status_code == 422
    assert not Alert.objects.exists()


def test_nobody_asks_for_what_they_do_not_see(force, now, as_user):
    view = view_of(force.anna)
    assert as_user(force.adam).post("/e-mails/weekly/new/", {"view": view.pk}).status_code == 422
    entered = {"kind": "wait", "days": 3, "area": force.watford.pk}
    assert as_user(force.sam).post("/e-mails/alerts/new/", entered).status_code == 422
    with pytest.raises(SavedView.DoesNotExist):
        operations.ask_for_weekly(by=force.adam, at=NOW, view=view)
    with pytest.raises(HotspotArea.DoesNotExist):
        told(force, NOW, area=force.watford)


def test_there_is_a_most_of_both(force, now, monkeypatch, as_user):
    monkeypatch.setattr(operations, "MOST_WEEKLY", 1)
    monkeypatch.setattr(operations, "MOST_ALERTS", 1)
    asked(force.anna)
    told(force, NOW, by=force.anna)
    page = as_user(force.anna).post("/e-mails/weekly/new/", {"view": view_of(force.anna, name="More").pk})
    assert "Stop one first" in page.content.decode()
    page = as_user(force.anna).post("/e-mails/alerts/new/", {"kind": "wait", "days": 3, "area": force.watford.pk})
    assert "Remove one first" in page.content.decode()
