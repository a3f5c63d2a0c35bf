"""The first page of a supervisor: what needs doing, the month's hours, planned shifts, and recent nights."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hotspots.models import HotspotArea, Programme
from patrols.models import PatrolShift
from patrols.planning.months import outlooks
from patrols.planning.rules import QUIET_DAYS, last_night_over, missed_nights
from tests import factories
from tests.conftest import NOW
from tests.patrols.planning import planned

FRIDAY = datetime(2024, 10, 11, 19, tzinfo=UTC)  # 8pm


@pytest.fixture
def sam(force, now, as_user):
    return as_user(force.sam)


def log(force, days_ago=0, **changes):
    usual = {"area": force.hitchin, "funding_stream": force.grant, "logged_by": force.sam}
    return factories.PatrolShiftFactory(starts_at=FRIDAY - timedelta(days=days_ago), **usual | changes)


def missed(client) -> dict[str, list[tuple[str, str]]]:
    """The missed nights that the page names, by area, with their addresses."""
    return {each.area: list(each.nights) for each in client.get("/shifts/").context["missed"]}


# --- nights that are missed ------------------------------------------------------------------------------------------
def test_a_usual_night_without_any_shift_is_missed_per_area_and_leads_to_the_form(force, sam):
    for weeks in (2, 3, 4):
        log(force, weeks * 7)
        log(force, weeks * 7, area=force.letchworth)
    log(force, 7, area=force.letchworth, logged_by=force.adam)
    log(force, 0, area=force.letchworth, state="cancelled")
    found = missed(sam)
    url = f"/shifts/log/?area={force.hitchin.pk}&night=2024-10-"
    assert found == {"Hitchin town centre": [("Fri 11 Oct", f"{url}11"), ("Fri 4 Oct", f"{url}04")]}
    form = sam.get(f"{url}04").context["form"]
    assert (form["area"].value(), form["night"].value()) == (force.hitchin.pk, "2024-10-04")


def test_a_night_that_was_worked_from_half_past_midnight_is_not_missed(force, sam):
    for weeks in (1, 2, 3):
        log(force, weeks * 7)
    assert list(missed(sam)) == ["Hitchin town centre"]
    night = datetime(2024, 10, 11, 23, 30, tzinfo=UTC)  # 0:30am on Saturday
    factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, logged_by=force.sam, starts_at=night,
        ends_at=night + timedelta(hours=4),
    )  # fmt: skip
    assert missed(sam) == {}


@pytest.mark.parametrize("query", ["?area=x&night=y", "?area=99999999999999999999", "?night=0001-01-01"])
def test_an_area_or_night_that_makes_no_sense_is_not_filled_in(query, sam):
    assert sam.get(f"/shifts/log/{query}").context["form"]["night"].value() == "2024-10-12"


def test_an_area_with_a_target_and_no_usual_nights_misses_the_last_night_after_a_fortnight(force, sam):
    factories.AreaTargetFactory(area=force.letchworth, first_month=date(2024, 5, 1))
    assert list(missed(sam)) == ["Letchworth"]
    assert [said for said, _ in missed(sam)["Letchworth"]] == ["Fri 11 Oct"]
    log(force, QUIET_DAYS - 1, area=force.letchworth)
    assert missed(sam) == {}


def test_nothing_is_missed_before_an_area_begins_nor_without_a_programme(force, now):
    for weeks in (2, 3, 4):
        log(force, weeks * 7)
    HotspotArea.objects.filter(pk=force.hitchin.pk).update(first_day=date(2024, 10, 5))
    assert [each.missed for each in outlooks(force.sam, NOW) if each.missed] == [[date(2024, 10, 11)]]
    Programme.objects.update(last_day=date(2024, 10, 10))
    assert [each.missed for each in outlooks(force.sam, NOW) if each.missed] == []


@pytest.mark.parametrize(
    ("at", "last"),
    [
        (datetime(2024, 10, 12, 10, 59, tzinfo=UTC), date(2024, 10, 10)),  # 11:59am in summer
        (datetime(2024, 10, 12, 11, tzinfo=UTC), date(2024, 10, 11)),
        (datetime(2024, 10, 27, 11, 59, tzinfo=UTC), date(2024, 10, 25)),  # the clocks went back
        (datetime(2024, 10, 27, 12, tzinfo=UTC), date(2024, 10, 26)),
    ],
)
def test_last_night_is_over_from_midday_in_london(at, last):
    assert last_night_over(at) == last


def test_missed_nights_reach_four_weeks_back_and_no_further():
    last = date(2024, 10, 11)
    active = [last - timedelta(days=number) for number in range(40)] + [last + timedelta(days=7)]
    found = missed_nights(active, usual={4}, has_target=False, stands={date(2024, 10, 4)}, last=last)
    assert found == [date(2024, 10, 11), date(2024, 9, 27), date(2024, 9, 20)]


def test_a_supervisor_is_told_of_their_own_districts(force, now, as_user):
    for weeks in (1, 2, 3):
        log(force, weeks * 7)
    assert list(missed(as_user(force.sam))) == ["Hitchin town centre"]
    assert missed(as_user(force.sue)) == {}


# --- planned apart from worked ---------------------------------------------------------------------------------------
def test_planned_shifts_stand_apart_from_recent_nights(force, sam):
    done, ahead = log(force, 2), planned(force)
    over = planned(force, starts_at=FRIDAY)
    context = sam.get("/shifts/").context
    assert [shift.pk for shift in context["home"].plans.to_complete] == [over.pk]
    assert [shift.pk for shift in context["home"].plans.to_come] == [ahead.pk]
    assert [shift.pk for night in context["nights"] for shift in night.shifts] == [done.pk]
    page = sam.get("/shifts/").content.decode()
    assert f"/shifts/{over.pk}/complete/" in page
    assert page.index("Shifts to complete") < page.index("Patrol hours in") < page.index("Recent nights")


def test_missing_nights_are_said_by_area_and_not_once_more_by_person(force, sam):
    """A rest day, or a night that a colleague worked, is nothing to log."""
    log(force, 2)
    planned(force, starts_at=FRIDAY)
    assert [(night.day.day, len(night.shifts)) for night in sam.get("/shifts/").context["nights"]] == [(9, 1)]


def test_what_the_page_lists_one_by_one_is_not_said_once_more(force, sam):
    planned(force, starts_at=FRIDAY)
    assert "1 planned shift to complete" not in sam.get("/shifts/").content.decode()
    planned(force, starts_at=FRIDAY - timedelta(days=1))
    assert "planned shifts to complete" not in sam.get("/shifts/").content.decode()
    assert "2 planned shifts to complete" in sam.get("/shifts/?state=overdue").content.decode()


def test_details_to_follow_are_said_and_led_to(force, sam):
    factories.ArrestFactory(shift=log(force))
    page = sam.get("/shifts/").content.decode()
    assert "1 outcome without its detail" in page
    assert 'href="/outcomes/to-follow/"' in page


# --- hours -----------------------------------------------------------------------------------------------------------
def test_hours_against_target_are_the_calendars(force, sam):
    factories.AreaTargetFactory(area=force.hitchin, first_month=date(2024, 5, 1), patrol_minutes=60 * 60)
    log(force, 2)
    planned(force)
    calendar = sam.get("/shifts/calendar/").context
    row = next(row for row in calendar["rows"] if row.area == force.hitchin)
    (need,) = calendar["needs"]
    (home,) = sam.get("/shifts/").context["hours_rows"]
    assert home[0]["text"] == "Hitchin town centre"
    (logged, due), plans, needed = home[1].split(" of "), *home[2:]
    assert row.in_words == f"{logged} logged, {plans} planned of {due}"
    assert f"needs {needed} more patrol hours" in need.sentence


def test_all_areas_together_are_said_where_each_has_a_target(force, sam):
    for area in (force.hitchin, force.letchworth):
        factories.AreaTargetFactory(area=area, first_month=date(2024, 5, 1), patrol_minutes=60 * 60)
    assert sam.get("/shifts/").context["hours_foot"] == ["Together", "0 of 120", "0", "120"]


# --- words -----------------------------------------------------------------------------------------------------------
def test_a_newcomer_is_told_what_to_do(force, now, as_user):
    page = as_user(factories.UserFactory(name="New Sergeant")).get("/shifts/").content.decode()
    for words in ("An administrator gives you districts", "planned nothing ahead"):
        assert words in page


def test_rows_say_who_logged_them_when_it_was_somebody_else(force, sam):
    log(force)
    assert "Logged by" not in sam.get("/shifts/?whose=all").content.decode().partition('class="app-nights"')[2]
    log(force, 1, logged_by=force.adam)
    assert "Logged by Adam Admin" in sam.get("/shifts/?whose=all").content.decode()


@pytest.mark.parametrize("query", ["?whose=mine", "?whose=all", "?since=2024-10-01", "?state=planned"])
def test_a_narrowed_list_is_a_list(query, sam):
    assert "home" not in sam.get(f"/shifts/{query}").context


def test_others_have_a_list(force, now, as_user):
    for who in ("anna", "adam", "audrey"):
        assert "home" not in as_user(force.people[who]).get("/shifts/").context


def test_the_page_takes_the_same_queries_for_many_areas_and_shifts(force, sam, django_assert_num_queries):
    def fill(number):
        for area in factories.HotspotAreaFactory.create_batch(number, district=force.north_herts):
            factories.AreaTargetFactory(area=area, first_month=date(2024, 5, 1))
            for weeks in (1, 2, 5, 7):
                log(force, weeks * 7, area=area)
            planned(force, area=area)
            planned(force, area=area, starts_at=FRIDAY)

    fill(1)
    sam.get("/shifts/")  # The first page of a session writes when it was seen.
    with django_assert_num_queries(13):
        sam.get("/shifts/")
    fill(5)
    with django_assert_num_queries(13):
        assert len(sam.get("/shifts/").context["missed"]) == 6
    assert PatrolShift.objects.count() == 36


def test_one_press_opens_the_form_that_finds_a_shift(force, sam):
    """Where something narrows the list, it is folded: the list is what was asked for."""
    assert (
        '<a class="govuk-link app-link-target" href="?whose=mine">Find a shift</a>'
        in sam.get("/shifts/").content.decode()
    )
    assert '<details class="app-filter" open>' in sam.get("/shifts/?whose=mine").content.decode()
    assert '<details class="app-filter">' in sam.get("/shifts/?whose=mine&state=voided").content.decode()


def test_what_a_colleague_planned_and_left_is_said_after_a_day(force, sam, now, as_user):
    """Its night counts as planned, so it is nowhere else on the page."""
    shift = planned(force, starts_at=FRIDAY)
    PatrolShift.objects.filter(pk=shift.pk).update(logged_by=force.adam)
    elsewhere = planned(force, starts_at=FRIDAY, area=force.watford)
    PatrolShift.objects.filter(pk=elsewhere.pk).update(logged_by=force.sue)
    assert sam.get("/shifts/").context["home"].plans.left == []
    now.move_to(NOW + timedelta(days=1))
    page = as_user(force.sam).get("/shifts/")
    assert page.context["home"].plans.left == [shift]
    assert f'href="/shifts/{shift.pk}/complete/"' in page.content.decode()


def test_a_month_with_planned_shifts_is_not_offered_to_confirm(force, sam):
    planned(force, starts_at=datetime(2024, 9, 13, 19, tzinfo=UTC))
    log(force, 14)
    (month,) = sam.get("/shifts/").context["months"]
    assert (month.words, month.label) == (
        "September 2024: first complete or cancel 1 planned shift",
        "See what is open",
    )
