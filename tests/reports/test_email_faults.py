"""What weekly e-mails and alerts must not say, and what must not keep others from getting theirs."""

import logging
from datetime import date

import pytest
from django.db import connection
from django.db.models import CASCADE
from django.test.utils import CaptureQueriesContext

from hotspot.core import mail, wording
from hotspot.core.calendar import Period
from hotspots.models import HotspotArea
from reports.emails import operations
from reports.emails.alerting import send_alerts
from reports.emails.presenters import weekly_rows
from reports.emails.weekly_figures import NOT_SENT, week_of_view
from reports.models import AlertEmail, AlertEpisode, SavedView, WeeklyEmail
from tests import factories
from tests.conftest import NOW
from tests.reports.test_emails import MONDAY, at_seven, night, shift, told, view_of

__all__ = ["shift"]
WEEK = Period(date(2024, 10, 7), date(2024, 10, 13))

pytestmark = pytest.mark.slow


@pytest.fixture
def outbox(monkeypatch):
    """What alerts would be mailed: the messages' contexts, all of which are taken."""
    taken = []

    def take(subject, template, context, **rest):
        taken.append(context)
        return mail.Attempt.TAKEN

    monkeypatch.setattr(mail, "attempt", take)
    return taken


# --- alerts -------------------------------------------------------------------------------------------------------
def test_an_area_that_is_not_seen_any_more_is_not_named(force, now, outbox):
    told(force, NOW, by=force.sam, area=None)
    assert send_alerts(at=at_seven(11)) == 1
    assert "Hitchin" in str([each.words for each in outbox[0]["begun"]])
    for day in (13, 14):
        factories.PatrolShiftFactory(
            area=force.letchworth, funding_stream=force.grant, logged_by=force.sam, starts_at=night(day)
        )
    # One is over, but not told, and one goes on, when both are taken away.
    send_alerts(at=at_seven(14))
    force.sam.district_access.all().delete()
    force.sam.district_access.create(district=force.watford_district)
    assert send_alerts(at=at_seven(15)) == 1
    assert outbox[1]["over"] == []


@pytest.mark.parametrize("change", ["area", "programme", "threshold"])
def test_what_is_not_judged_any_more_is_not_said_to_be_over(force, now, outbox, change):
    told(force, NOW)
    told(force, NOW, area=force.letchworth, threshold=365)
    assert send_alerts(at=at_seven(11)) == 1
    if change == "area":
        HotspotArea.objects.filter(pk=force.hitchin.pk).update(last_day=date(2024, 10, 11))
    elif change == "programme":
        type(force.programme).objects.update(last_day=date(2024, 10, 11))
    else:
        told(force, NOW, threshold=300)
    send_alerts(at=at_seven(12))
    assert not AlertEpisode.objects.filter(area=force.hitchin).exists()


def test_a_new_month_is_no_all_clear_of_hours(force, now, outbox):
    factories.AreaTargetFactory(area=force.hitchin, patrol_minutes=60 * 310, patrols=31)
    told(force, NOW, kind="hours", threshold=80)
    assert send_alerts(at=at_seven(20)) == 1
    send_alerts(at=at_seven(20).replace(month=11, day=1))
    assert not AlertEpisode.objects.exists()


def test_hours_are_judged_up_to_yesterday(force, now, outbox, shift):
    """At ten past seven nothing of the day is done yet: seven days of ten hours are due, of which 56 are 80%."""
    factories.AreaTargetFactory(area=force.hitchin, patrol_minutes=60 * 310, patrols=31)
    for day in range(1, 8):
        factories.PatrolShiftFactory(
            area=force.hitchin,
            funding_stream=force.grant,
            logged_by=force.sam,
            starts_at=night(day),
            ends_at=night(day).replace(hour=23),
        )
    told(force, NOW, kind="hours", threshold=80)
    assert send_alerts(at=at_seven(8)) == 0
    told(force, NOW, kind="hours", threshold=81)
    assert send_alerts(at=at_seven(8)) == 1


def test_nothing_is_kept_of_alerts_that_keeps_what_they_are_of_from_going(force, now, outbox):
    told(force, NOW, by=force.anna, area=None)
    assert [send_alerts(at=at_seven(day)) for day in (11, 12)] == [1, 0]
    factories.HotspotAreaFactory(name="Baldock", district=force.hitchin.district)
    assert send_alerts(at=at_seven(13)) == 1
    assert [each.day for each in AlertEmail.objects.all()] == [date(2024, 10, 13)]
    fields = [AlertEmail._meta.get_field("user"), AlertEpisode._meta.get_field("area")]
    assert [field.remote_field.on_delete for field in fields] == [CASCADE, CASCADE]


# --- weekly e-mails -----------------------------------------------------------------------------------------------
def explored(force, query):
    view = view_of(force.anna, name="Explored", page="explore", query=query)
    return week_of_view(view, by=force.anna, week=WEEK, at=MONDAY)


def test_what_a_view_is_narrowed_to_is_said(force, now):
    found = explored(force, "?measure=patrols&rows=area&only_weekday=5&only_weekday=99")
    assert "only weekday Friday" in found.scope
    assert "99" in str(found.notes)


@pytest.mark.parametrize(("finds", "searches"), [(2, 50), (48, 50), (3, 3)])
def test_a_find_rate_does_not_tell_a_small_number(force, now, shift, finds, searches):
    worked = shift(starts_at=night(9))
    factories.StopSearchFactory.create_batch(finds, shift=worked, found=True)
    factories.StopSearchFactory.create_batch(searches - finds, shift=worked, found=False)
    assert [line.now for line in explored(force, "?measure=find_rate&rows=area").lines] == [NOT_SENT]


def test_a_find_rate_is_said_in_per_cent(force, now, shift):
    worked = shift(starts_at=night(9))
    factories.StopSearchFactory.create_batch(20, shift=worked, found=True)
    factories.StopSearchFactory.create_batch(20, shift=worked, found=False)
    assert [line.now for line in explored(force, "?measure=find_rate&rows=area").lines] == ["50%"]


def test_a_week_that_is_cut_off_is_compared_with_none(force, now, shift):
    type(force.programme).objects.update(last_day=date(2024, 10, 9))
    shift(starts_at=night(1))
    found = explored(force, "?measure=patrols&rows=area")
    assert [line.before for line in found.lines if line.before] == []
    assert "compare" not in found.url


def test_weeks_are_joined_by_area_not_by_name(force, now, shift):
    """In the week before, two areas have one name, so each is said with its district; now the second is not active."""
    other = factories.HotspotAreaFactory(
        name=force.hitchin.name, district=force.watford_district, last_day=date(2024, 10, 6)
    )
    shift(starts_at=night(9))
    shift(starts_at=night(2))
    shift(starts_at=night(2), area=other)
    found = explored(force, "?measure=patrols&rows=area")
    said = [(line.now, line.before) for line in found.lines if line.name.startswith(force.hitchin.name)]
    assert sorted(said) == [("0", "1"), ("1", "1")]


# --- sending ------------------------------------------------------------------------------------------------------
def test_whatever_fails_keeps_nobody_else_waiting(monkeypatch, caplog):
    monkeypatch.setattr(mail, "has_mail_server", lambda: True)

    def send(key):
        if key == 1:
            raise ValueError
        return True

    with caplog.at_level(logging.ERROR):
        assert mail.send_each([1, 2], send) == 1
    assert caplog.records[0].exc_info


def test_an_alert_is_not_removed_while_it_is_told(force, now, outbox):
    """Removing waits for the row that telling holds, so that no episode refers to what is gone."""
    mine = told(force, NOW)
    with CaptureQueriesContext(connection) as asked:
        send_alerts(at=at_seven(11))
        operations.remove_alert(by=force.sam, pk=mine.pk)
    locks = [each["sql"] for each in asked if "FOR " in each["sql"] and 'FROM "reports_alert"' in each["sql"]]
    assert len(locks) == 2
    assert not any("FOR " in each["sql"] and 'FROM "core_user"' in each["sql"] for each in asked)


# --- the page -----------------------------------------------------------------------------------------------------
def test_the_page_names_nothing_that_is_not_seen_any_more(force, now, as_user):
    view = view_of(force.adam, name="Secret", is_shared=True)
    weekly = operations.ask_for_weekly(by=force.sam, at=NOW, view=view)
    mine = told(force, NOW)
    view.is_shared = False
    view.save()
    force.sam.district_access.all().delete()
    sam = as_user(force.sam)
    page = sam.get("/e-mails/").content.decode()
    assert ("Secret" in page, "Hitchin" in page) == (False, False)
    for path in (f"/e-mails/weekly/{weekly.pk}/stop/", f"/e-mails/alerts/{mine.pk}/remove/"):
        assert sam.get(path).status_code == 404


@pytest.mark.parametrize(
    ("day", "begins", "expected"),
    [
        (date(2024, 10, 8), date(2024, 4, 1), date(2024, 10, 14)),
        (date(2024, 10, 14), date(2024, 4, 1), date(2024, 10, 14)),
        (date(2024, 10, 30), date(2024, 4, 1), date(2024, 11, 4)),
        (date(2024, 10, 8), date(2024, 11, 6), date(2024, 11, 11)),
        (date(2024, 10, 8), date(2024, 10, 14), date(2024, 10, 21)),
    ],
)
def test_the_next_monday_is_one_to_come_and_of_the_programme(day, begins, expected):
    programme = factories.ProgrammeFactory.build(first_day=begins)
    email = WeeklyEmail(pk=1, view=SavedView(name="Mine", query="?period=launch"), sent_for=date(2024, 9, 30))
    assert weekly_rows([email], [programme], day=day, is_sent=True)[0][2] == wording.day(expected)
    assert weekly_rows([email], [programme], day=day, is_sent=False)[0][2] == "Not sent"


def test_an_alert_that_is_over_is_said_in_the_words_in_which_it_was_set(force, now, outbox, shift):
    shift(starts_at=night(1))
    shift(starts_at=night(1), area=force.letchworth)
    told(force, NOW, threshold=1)
    told(force, NOW, area=force.letchworth, threshold=5)
    assert send_alerts(at=at_seven(2)) == 1
    shift(starts_at=night(5).replace(hour=23, minute=30), ends_at=night(6).replace(hour=3))
    assert send_alerts(at=at_seven(6)) == 1
    assert outbox[1]["over"] == [f"{force.hitchin}: no patrol for 1 day, since 2 October 2024"]


def test_hours_that_are_over_are_said_in_the_words_in_which_they_were_set(force, now, outbox, shift):
    factories.AreaTargetFactory.create(
        area=force.hitchin, first_month=date(2024, 10, 1), patrol_minutes=310 * 60, patrols=10
    )
    told(force, NOW, kind="hours", threshold=80)
    told(force, NOW, area=force.letchworth, threshold=9)
    shift(starts_at=night(1), area=force.letchworth)
    assert send_alerts(at=at_seven(9)) == 1
    for day in range(1, 10):
        shift(starts_at=night(day), crew=["police_officer"] * 4)
    assert send_alerts(at=at_seven(10)) == 1
    said = "hours of the month below 80% of what is due so far, since 9 October 2024"
    assert outbox[1]["over"] == [f"{force.hitchin}: {said}"]
