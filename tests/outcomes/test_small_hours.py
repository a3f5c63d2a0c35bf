"""A night has two dates: which morning a shift that started between midnight and 5am belongs to."""

from datetime import UTC, date, datetime, time

import pytest

from patrols.models import PatrolShift
from patrols.shifts.after_midnight import possible_days
from tests.outcomes.test_correct import path, sent_form
from tests.outcomes.test_log import LOG, entry

PLAN = "/shifts/plan/"
ASKS = "Select which morning the shift started"
FRIDAY, SATURDAY = "Friday morning, 11 October", "Saturday morning, 12 October"


@pytest.fixture
def sam(force, now, as_user):
    return as_user(force.sam)


def small_hours(force, **changes):
    """Half past midnight to 4am of "last night (Fri 11 Oct)", at lunchtime on Saturday."""
    return entry(force, **{"start": "0030", "end": "0400"} | changes)


@pytest.mark.parametrize(
    ("start", "days"),
    [(time(0), 2), (time(4, 59), 2), (time(5), 1), (time(23, 59), 1), (time(12), 1)],
)
def test_only_a_start_from_midnight_to_5am_has_two_days(start, days):
    assert len(possible_days(date(2024, 10, 11), start)) == days


def test_a_start_after_midnight_is_asked_about_with_its_dates_and_nothing_is_lost(force, sam):
    page = sam.post(LOG, small_hours(force, note="Quiet"))
    assert page.status_code == 422
    form = page.context["form"]
    assert dict(form.errors) == {"start_day": [ASKS]}
    assert (form["start"].value(), form["note"].value(), form["night"].value()) == ("0030", "Quiet", "2024-10-11")
    assert 'value="2024-10-12"' in str(form["start_day"])
    assert "<div data-mornings>" in page.content.decode()
    assert not PatrolShift.objects.exists()


@pytest.mark.parametrize("day", ["2024-10-11", "2024-10-12"])
def test_the_answer_is_the_day_of_the_shift(force, sam, day):
    assert sam.post(LOG, small_hours(force, start_day=day)).status_code == 302
    assert PatrolShift.objects.get().day.isoformat() == day


def test_an_answer_about_another_night_is_asked_again(force, sam):
    assert sam.post(LOG, small_hours(force, start_day="2024-10-05")).status_code == 422


@pytest.mark.parametrize("start", ["10pm", "5am"])
def test_other_starts_are_not_asked_about(force, sam, start):
    assert sam.post(LOG, entry(force, start=start, end="9am")).status_code == 302
    assert PatrolShift.objects.get().day.isoformat() == "2024-10-11"


def test_tonight_before_it_has_come_can_only_be_this_morning(force, sam):
    assert sam.post(LOG, small_hours(force, night="2024-10-12")).status_code == 302
    assert PatrolShift.objects.get().day.isoformat() == "2024-10-12"


def test_a_date_is_the_date_of_the_start_and_the_echo_says_the_day(force, sam):
    parts = {"night_date_day": "11", "night_date_month": "10", "night_date_year": "2024"}
    assert sam.post(LOG, small_hours(force, night="other", **parts)).status_code == 302
    assert PatrolShift.objects.get().day.isoformat() == "2024-10-11"
    echo = sam.get("/shifts/echo/", {"night": "other", "start": "0030", "end": "0400", **parts})
    assert echo.content.decode() == "12:30am to 4am Friday – 3 hours 30 minutes"


def test_a_night_from_the_list_is_asked_about_too(force, sam):
    assert sam.get(LOG, {"night": "2024-10-08"}).status_code == 200
    page = sam.post(f"{LOG}?night=2024-10-08", small_hours(force, night="2024-10-08"))
    form = page.context["form"]
    assert form.errors["start_day"] == [ASKS]
    assert [words for _, words in form.mornings] == ["Wednesday morning, 9 October", "Tuesday morning, 8 October"]


def test_the_same_as_last_time_asks_at_once(force, now, sam, as_user):
    sam.post(LOG, small_hours(force, start_day="2024-10-12"))
    now.move_to(datetime(2024, 10, 13, 8, tzinfo=UTC))
    sam = as_user(force.sam)
    page = sam.get(LOG, {"like": PatrolShift.objects.get().pk})
    assert "<div data-mornings>" in page.content.decode()
    # Sunday's early hours are over: they are those of last night.
    assert (page.context["form"]["night"].value(), page.context["form"]["start_day"].value()) == (
        "2024-10-12",
        "2024-10-13",
    )
    assert "<div data-mornings hidden>" in sam.get(LOG).content.decode()


def test_the_echo_asks_and_names_the_mornings_for_the_page(force, sam):
    typed = {"night": "2024-10-11", "start": "0030", "end": "0400", "crew_pcso": "2"}
    asking = sam.get("/shifts/echo/", typed)
    assert asking.content.decode() == ASKS
    assert asking["Hotspot-Mornings"] == f'[["2024-10-12", "{SATURDAY}"], ["2024-10-11", "{FRIDAY}"]]'
    answered = sam.get("/shifts/echo/", typed | {"start_day": "2024-10-12"})
    assert answered.content.decode().startswith("12:30am to 4am Saturday")
    assert "Hotspot-Mornings" in answered
    assert "Hotspot-Mornings" not in sam.get("/shifts/echo/", typed | {"start": "10pm"})


def test_a_plan_for_the_small_hours_is_for_the_morning_that_is_ahead(force, sam):
    plan = small_hours(force, night="2024-10-12", nothing_to_report=None)
    assert sam.post(PLAN, plan).status_code == 302
    assert PatrolShift.objects.get().day.isoformat() == "2024-10-13"


def test_a_plan_for_tomorrow_night_is_asked_about(force, sam):
    plan = small_hours(force, night="2024-10-13", nothing_to_report=None)
    form = sam.post(PLAN, plan).context["form"]
    assert form.errors["start_day"] == [ASKS]
    assert [words for _, words in form.mornings] == ["Monday morning, 14 October", "Sunday morning, 13 October"]


def test_a_correction_asks_only_when_the_start_moves_past_midnight(force, sam):
    sam.post(LOG, small_hours(force, start_day="2024-10-12"))
    saved = PatrolShift.objects.get()
    assert sam.post(path(saved), sent_form(sam, saved, start="0100")).status_code == 302
    saved.refresh_from_db()
    assert saved.starts_at == datetime(2024, 10, 12, 0, tzinfo=UTC)
    sam.post(LOG, entry(force, night="2024-10-10"))
    evening = PatrolShift.objects.latest("pk")
    page = sam.post(path(evening), sent_form(sam, evening, start="0100"))
    assert list(page.context["form"].errors) == ["start_day"]
