"""The list of shifts: nights with gaps, filters in the URL, pages without counting."""

from datetime import UTC, datetime, timedelta

import pytest

from outcomes.records.list_queries import Cursor, page_of
from patrols.models import PatrolShift
from tests import factories

START = datetime(2024, 10, 11, 21, tzinfo=UTC)


@pytest.fixture
def sam(force, now, as_user):
    return as_user(force.sam)


def log(force, days_ago=0, **changes):
    values = {"area": force.hitchin, "funding_stream": force.grant, "logged_by": force.sam} | changes
    return factories.PatrolShiftFactory(starts_at=START - timedelta(days=days_ago), **values)


def nights(response) -> list[tuple[str, int]]:
    return [(night.day.isoformat(), len(night.shifts)) for night in response.context["nights"]]


def test_nights_newest_first_with_gaps(force, sam):
    log(force, 0)
    log(force, 3)
    log(force, 3, area=force.letchworth)
    assert nights(sam.get("/shifts/?whose=mine")) == [
        ("2024-10-11", 1),
        ("2024-10-10", 0),
        ("2024-10-09", 0),
        ("2024-10-08", 2),
    ]


def test_a_gap_offers_to_log_that_night(force, sam):
    log(force, 0)
    log(force, 2)
    page = sam.get("/shifts/?whose=mine").content.decode()
    assert "/shifts/log/?night=2024-10-10" in page
    form = sam.get("/shifts/log/?night=2024-10-10").context["form"]
    assert form["night"].value() == "2024-10-10"
    assert ("2024-10-10", "Thursday 10 October 2024") in form.fields["night"].choices


def test_before_midday_last_night_is_not_a_gap_yet(force, now, as_user):
    log(force, 2)
    now.move_to(datetime(2024, 10, 12, 5, tzinfo=UTC))
    assert nights(as_user(force.sam).get("/shifts/?whose=mine"))[0] == ("2024-10-10", 0)


def test_a_newcomer_meets_words_not_gaps(force, sam):
    page = sam.get("/shifts/")
    assert nights(page) == []
    assert "The shifts you log appear here" in page.content.decode()


def test_a_voided_shift_leaves_a_gap_marker_but_stays_in_the_list(force, sam):
    log(force, 1)
    log(force, 0, state="voided")
    assert nights(sam.get("/shifts/")) == [("2024-10-11", 1), ("2024-10-10", 1)]
    assert "Void" in sam.get("/shifts/").content.decode()


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("since=2024-10-10", {"2024-10-10", "2024-10-11"}),
        ("until=2024-10-10", {"2024-10-09", "2024-10-10"}),
        ("since=2024-10-10&until=2024-10-10", {"2024-10-10"}),
        ("since=2024-10-10&until=9999-12-31", {"2024-10-10", "2024-10-11"}),
        ("state=voided", {"2024-10-09"}),
        ("since=nonsense&state=nonsense&area=99999&after=nonsense", {"2024-10-09", "2024-10-10", "2024-10-11"}),
    ],
)
def test_filters_are_in_the_url_and_nonsense_is_ignored(force, sam, query, days):
    log(force, 0)
    log(force, 1)
    log(force, 2, state="voided")
    page = sam.get(f"/shifts/?{query}")
    assert page.status_code == 200
    assert {day for day, count in nights(page) if count} == days


def test_filter_by_area_and_its_tag(force, sam):
    log(force, 0)
    log(force, 1, area=force.letchworth)
    page = sam.get(f"/shifts/?area={force.letchworth.pk}")
    assert nights(page) == [("2024-10-10", 1)]
    assert page.context["tags"][0]["label"] == "Letchworth"


def test_the_area_filter_offers_own_districts_only(force, sam):
    page = sam.get("/shifts/?whose=mine").content.decode()
    assert "Letchworth" in page
    assert "Watford" not in page


def test_mine_or_everybodys_in_my_districts(force, sam):
    log(force, 0)
    log(force, 1, logged_by=force.adam)
    log(force, 1, area=force.watford, logged_by=force.sue)
    assert [day for day, count in nights(sam.get("/shifts/")) if count] == ["2024-10-11"]
    assert [day for day, _ in nights(sam.get("/shifts/?whose=all"))] == ["2024-10-11", "2024-10-10"]


def test_other_readers_see_all_shifts_without_gaps(force, now, as_user):
    log(force, 0)
    log(force, 4, area=force.watford)
    page = as_user(force.anna).get("/shifts/")
    assert nights(page) == [("2024-10-11", 1), ("2024-10-07", 1)]
    assert "Log a shift" not in page.content.decode()


def test_pages_hold_every_shift_once_even_while_shifts_are_added(force, sam):
    """A page starts after the last shift of the one before, whatever came in meanwhile."""
    ids = [log(force, days).pk for days in range(60)]
    seen, url = [], "/shifts/?since=2024-01-01"
    while url:
        page = sam.get(url)
        seen += [shift.pk for night in page.context["nights"] for shift in night.shifts]
        older = page.context["older_url"]
        url = f"/shifts/{older}" if older else None
        log(force, 0, area=force.letchworth)
    assert seen == ids


def test_shifts_that_start_together_are_all_listed(force, sam):
    ids = {log(force, 0).pk for _ in range(7)}
    shifts, after, seen = PatrolShift.objects.all(), None, []
    while True:
        page = page_of(shifts, after=after, size=2)
        seen += [shift.pk for shift in page.shifts]
        if page.older is None:
            break
        after = Cursor.parse(str(page.older))
    assert sorted(seen) == sorted(ids)


@pytest.mark.parametrize("text", ["", "_", "2024-10-11T21:00:00+00:00_x", "2024-10-11T21:00:00_1", "x_1", "9" * 5000])
def test_a_cursor_that_is_none_is_ignored(text):
    assert Cursor.parse(text) is None


def test_the_number_of_queries_does_not_grow_with_the_list(force, sam, django_assert_num_queries):
    log(force, 0)
    sam.get("/shifts/")  # The first page of a session writes when it was seen.
    # One of them asks what of problem-solving plans is due, one which authorisations are in force, one which directions
    # and searches are outside one, and two whom and which funding streams the list can be narrowed to.
    with django_assert_num_queries(9):
        sam.get("/shifts/?whose=all")
    for days in range(1, 24):
        shift = log(force, days)
        factories.ArrestFactory(shift=shift)
    with django_assert_num_queries(9):
        sam.get("/shifts/?whose=all")


def test_counts_are_of_standing_outcomes(force, sam):
    shift = log(force, 0)
    factories.ArrestFactory.create_batch(2, shift=shift)
    factories.ArrestFactory(shift=shift, void_reason="Entered twice")
    factories.AsbPowerUseFactory(shift=shift, kind_id="informal_warning")
    row = page_of(PatrolShift.objects.all()).shifts[0]
    assert (row.arrest_count, row.asb_power_count, row.to_follow_count) == (2, 0, 2)
    assert (row.crew_size, row.patrol_minutes) == (2, 960)


@pytest.mark.parametrize("kind", ["informal_warning", "dispersal_authorisation"])
def test_a_shift_with_nothing_but_a_power_outside_the_headline_says_so(force, sam, kind):
    shift = log(force)
    uses = factories.AsbPowerUseFactory.create_batch(2, shift=shift, kind_id=kind)
    for address in ("/shifts/", f"/shifts/{shift.pk}/saved/"):
        assert f"<li>{uses[0].kind.label} × 2</li>" in sam.get(address).content.decode()
