"""The calendar of shifts: who sees what of it, what a cell says, and what a month still needs."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hotspots.models import HotspotArea, Programme
from patrols.planning import queries
from tests import factories
from tests.conftest import NOW
from tests.patrols.planning import planned

CALENDAR = "/shifts/calendar/"
FRIDAY_BEFORE = datetime(2024, 10, 4, 21, tzinfo=UTC)


@pytest.fixture
def sam(force, now, as_user):
    return as_user(force.sam)


def logged(force, starts_at=FRIDAY_BEFORE, **fields):
    usual = {"area": force.hitchin, "funding_stream": force.grant, "logged_by": force.sam, "starts_at": starts_at}
    return factories.PatrolShiftFactory(**usual | fields)


def cells_of(client, area, query="") -> dict[str, list[tuple[str, str]]]:
    """What the row of an area says, by day: the states of its shifts with their addresses, and where to plan one."""
    context = client.get(f"{CALENDAR}{query}").context
    row = next(row for row in context["rows"] if row.area == area)
    days = [head.day.isoformat() for head in context["heads"]]
    return {
        day: [(shift.state.value, shift.url) for shift in cell.shifts]
        + ([("Plan", cell.plan_url)] * bool(cell.plan_url))
        for day, cell in zip(days, row.cells, strict=True)
    }


def areas_of(client, query) -> list[HotspotArea]:
    return [row.area for row in client.get(f"{CALENDAR}{query}").context["rows"]]


# --- cells --------------------------------------------------------------------------------------------------------


def test_a_fortnight_from_this_monday(sam):
    context = sam.get(CALENDAR).context
    assert [(head.weekday, head.short) for head in context["heads"]][::13] == [("Mon", "7 Oct"), ("Sun", "20 Oct")]
    assert [head.day for head in context["heads"] if head.is_today] == [date(2024, 10, 12)]
    assert (context["earlier_url"], context["later_url"]) == ("?from=2024-09-23", "?from=2024-10-21")


@pytest.mark.parametrize("query", ["?from=yesterday", "?from=2024-02-31", "?from=", "?from=99999-01-01"])
def test_an_address_that_makes_no_sense_shows_this_fortnight(query, sam):
    assert sam.get(f"{CALENDAR}{query}").context["heads"][0].day == date(2024, 10, 7)


def test_each_cell_says_how_its_night_stands(force, sam):
    missing = planned(force, starts_at=datetime(2024, 10, 9, 21, tzinfo=UTC))
    done = logged(force, datetime(2024, 10, 10, 21, tzinfo=UTC))
    ahead = planned(force)
    off = planned(force, state="cancelled", starts_at=datetime(2024, 10, 14, 21, tzinfo=UTC))
    logged(force, datetime(2024, 10, 11, 21, tzinfo=UTC), state="voided")
    cells = cells_of(sam, force.hitchin)
    assert cells["2024-10-08"] == []
    assert cells["2024-10-09"] == [("Missing", f"/shifts/{missing.pk}/")]
    assert cells["2024-10-10"] == [("Logged", f"/shifts/{done.pk}/")]
    assert cells["2024-10-11"] == [], "voided"
    assert cells["2024-10-12"] == [("Planned", f"/shifts/{ahead.pk}/")]
    plan = f"/shifts/plan/?area={force.hitchin.pk}&night=2024-10-"
    assert cells["2024-10-13"] == [("Plan", f"{plan}13")]
    assert cells["2024-10-14"] == [("Cancelled", f"/shifts/{off.pk}/"), ("Plan", f"{plan}14")]


def test_an_area_that_is_not_active_cannot_be_planned(force, sam):
    HotspotArea.objects.filter(pk=force.hitchin.pk).update(last_day=date(2024, 10, 14))
    cells = cells_of(sam, force.hitchin)
    assert [bool(cells[f"2024-10-{day}"]) for day in (13, 14, 15)] == [True, True, False]
    assert areas_of(sam, "?from=2024-10-21") == [force.letchworth]
    planned(force, starts_at=datetime(2024, 10, 22, 21, tzinfo=UTC))
    assert areas_of(sam, "?from=2024-10-21") == [force.hitchin, force.letchworth], "it has a shift all the same"


def test_a_cell_leads_to_the_plan_of_its_area_and_night(force, sam):
    (_, url) = cells_of(sam, force.letchworth)["2024-10-16"][0]
    form = sam.get(url).context["form"]
    assert (form["area"].value(), form["night"].value()) == (force.letchworth.pk, "2024-10-16")
    assert ("2024-10-16", "Wednesday 16 October 2024") in form.fields["night"].choices


@pytest.mark.parametrize("query", ["?area=x&night=y", "?area=99999999999999999999", "?night=0001-01-01"])
def test_an_area_or_night_that_makes_no_sense_is_not_filled_in(query, force, sam):
    assert sam.get(f"/shifts/plan/{query}").context["form"]["night"].value() == "2024-10-12"


# --- who ----------------------------------------------------------------------------------------------------------


def test_supervisors_see_areas_of_their_districts_and_others_all(force, now, as_user):
    seen = {
        who: {row.area.name for row in as_user(force.people[who]).get(CALENDAR).context["rows"]}
        for who in ("sam", "sue", "anna", "adam", "audrey")
    }
    everything = {"Hitchin town centre", "Letchworth", "Watford town centre"}
    north = {"Hitchin town centre", "Letchworth"}
    others = dict.fromkeys(("anna", "adam", "audrey"), everything)
    assert seen == {"sam": north, "sue": {"Watford town centre"}, **others}


def test_who_may_not_plan_is_not_offered_it(force, now, as_user):
    planned(force)
    for who in ("anna", "audrey"):
        page = as_user(force.people[who]).get(CALENDAR).content.decode()
        assert "/shifts/plan/" not in page
        assert "Planned" in page


def test_somebody_without_areas(force, now, as_user):
    page = as_user(factories.UserFactory(name="New Sergeant")).get(CALENDAR).content.decode()
    assert "No areas in these weeks" in page


# --- the month ----------------------------------------------------------------------------------------------------


def month_of(force, user=None, **changes) -> queries.MonthPlan:
    found = queries.calendar_of(user or force.sam, at=NOW, **{"first_day": date(2024, 10, 7)} | changes)
    return next(each.month for each in found.areas if each.area == force.hitchin)


def test_hours_logged_and_planned_against_the_target(force):
    """A target of 100 hours; two people from 10pm to 6am are 16."""
    factories.AreaTargetFactory(area=force.hitchin)
    logged(force)
    planned(force)
    planned(force, starts_at=datetime(2024, 10, 2, 21, tzinfo=UTC))  # missing
    planned(force, state="cancelled", starts_at=datetime(2024, 10, 20, 21, tzinfo=UTC))
    logged(force, datetime(2024, 10, 3, 21, tzinfo=UTC), funding_stream=force.business_as_usual)
    planned(force, starts_at=datetime(2024, 10, 21, 21, tzinfo=UTC), funding_stream=force.business_as_usual)
    logged(force, datetime(2024, 9, 30, 21, tzinfo=UTC))
    month = month_of(force)
    assert (month.due, month.logged, month.planned, month.needed) == (6000, 960, 960, 4080)


def test_a_phone_is_told_the_hours_of_each_area_below_its_nights(force, sam):
    """The table with them is not shown there."""
    factories.AreaTargetFactory(area=force.hitchin)
    logged(force)
    planned(force)
    page = " ".join(sam.get(CALENDAR).content.decode().split())
    cards = page.partition('class="app-calendar-cards"')[2].partition("</div>")[0]
    assert "Patrol hours in October 2024" in cards
    assert ">Hitchin town centre</a><br>16 logged, 16 planned of 100</li>" in cards
    assert ">Letchworth</a><br>0 logged, 0 planned</li>" in cards


def test_the_usual_nights_that_are_left_are_named(force, sam):
    """Fridays for four weeks, 16 patrol hours each; of the 18th and 25th the first has a plan already."""
    factories.AreaTargetFactory(area=force.hitchin, patrol_minutes=4 * 960)
    for weeks in range(4):
        logged(force, FRIDAY_BEFORE - timedelta(weeks=weeks))
    planned(force, starts_at=datetime(2024, 10, 18, 21, tzinfo=UTC))
    month = month_of(force)
    assert (month.needed, list(month.to_come.nights), month.to_come.patrol_minutes) == (
        1920,
        [date(2024, 10, 25)],
        960,
    )
    page = " ".join(sam.get(CALENDAR).content.decode().split())
    assert "needs 32 more patrol hours." in page
    assert "are the usual nights left, and would bring 16 of them." in page
    assert f"/shifts/plan/?area={force.hitchin.pk}&amp;night=2024-10-25" in page


@pytest.mark.parametrize(("short", "is_named"), [(29, False), (30, True)])
def test_an_area_that_lacks_less_than_half_an_hour_needs_nothing(short, is_named, force, sam):
    """In whole hours, as its row says."""
    factories.AreaTargetFactory(area=force.hitchin, patrol_minutes=960 + short)
    logged(force)
    assert ("needs 1 more patrol hour." in sam.get(CALENDAR).content.decode()) is is_named
    assert bool(sam.get(CALENDAR).context["needs"]) is is_named


def test_another_month_is_reckoned_with_where_the_fortnight_lies_in_it(force):
    factories.AreaTargetFactory(area=force.hitchin)
    planned(force, starts_at=datetime(2024, 11, 8, 22, tzinfo=UTC))
    month = month_of(force, first_day=date(2024, 11, 4))
    assert (month.due, month.logged, month.planned) == (6000, 0, 960)


def test_a_month_in_which_one_programme_follows_another_is_reckoned_as_a_whole(force):
    """The first ends on the 15th and hours of both are counted; of 100 hours all are due."""
    factories.AreaTargetFactory(area=force.hitchin)
    Programme.objects.filter(pk=force.programme.pk).update(last_day=date(2024, 10, 15))
    month = month_of(force)
    assert month.due == round(6000 * 15 / 31)
    following = factories.ProgrammeFactory(first_day=date(2024, 10, 16), last_day=date(2025, 9, 30))
    apart = factories.FundingStreamFactory(programme=following, kind="business_as_usual")
    assert month_of(force).due == month.due, "nothing that is paid so counts"
    grant = factories.FundingStreamFactory(programme=following)
    for weeks in range(4):
        logged(force, FRIDAY_BEFORE - timedelta(weeks=weeks))
    planned(force, starts_at=datetime(2024, 10, 18, 21, tzinfo=UTC), funding_stream=grant)
    planned(force, starts_at=datetime(2024, 10, 19, 21, tzinfo=UTC), funding_stream=apart)
    month = month_of(force)
    assert (month.due, month.logged, month.planned) == (6000, 960, 960)
    assert list(month.to_come.nights) == [date(2024, 10, 25)]


def test_an_area_without_a_target_needs_nothing(force):
    month = month_of(force)
    assert (month.due, month.needed) == (None, 0)


def test_the_page_takes_the_same_queries_for_43_areas(force, sam, django_assert_num_queries):
    def fill(number):
        for area in factories.HotspotAreaFactory.create_batch(number, district=force.north_herts):
            factories.AreaTargetFactory(area=area)
            planned(force, area=area)

    fill(2)
    sam.get(CALENDAR)
    # Session and person; areas, shifts, programme, targets and later ones, usual nights, the month.
    with django_assert_num_queries(7):
        sam.get(CALENDAR)
    fill(39)
    with django_assert_num_queries(7):
        assert len(sam.get(CALENDAR).context["rows"]) == 43
