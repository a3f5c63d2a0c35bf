"""Targets: set for a month, in force until replaced."""

from datetime import date

import pytest
from django.urls import reverse

from hotspots.models import AreaTarget
from hotspots.targets.operations import set_targets
from hotspots.targets.queries import Aim, targets_in
from tests import factories

MAY, OCTOBER, NOVEMBER, DECEMBER = (date(2024, month, 1) for month in (5, 10, 11, 12))


@pytest.fixture
def adam(force, as_user, now):
    return as_user(force.adam)


@pytest.fixture
def url(force):
    return reverse("hotspots:edit_targets") + "?month=2024-10-01"


def sent(force, **hours) -> dict:
    areas = (force.hitchin, force.letchworth, force.watford)
    values = {f"hours_{area.pk}": "0" for area in areas} | {f"patrols_{area.pk}": "0" for area in areas}
    return values | {f"hours_{getattr(force, name).pk}": value for name, value in hours.items()}


def in_force(force, month: date) -> dict[str, int]:
    rows = targets_in(month, [force.hitchin, force.letchworth])
    return {row.area.name: row.standing.patrol_minutes for row in rows if row.standing}


def test_hours_are_kept_as_whole_minutes_from_the_month_on(force, adam, url):
    assert adam.post(url, sent(force, hitchin="37.25")).status_code == 302
    target = AreaTarget.objects.get()
    assert (target.area, target.first_month, target.patrol_minutes) == (force.hitchin, OCTOBER, 2235)
    assert in_force(force, date(2024, 9, 1)) == {}
    assert in_force(force, OCTOBER) == in_force(force, date(2025, 3, 1)) == {"Hitchin town centre": 2235}


def test_the_grid_starts_with_what_is_in_force(force, adam, url):
    factories.AreaTargetFactory(area=force.hitchin, first_month=MAY, patrol_minutes=6000, patrols=12)
    factories.AreaTargetFactory(area=force.hitchin, first_month=DECEMBER, patrol_minutes=1200, patrols=3)
    page = adam.get(url).content.decode()
    assert 'value="100"' in page
    assert "Since May 2024, changes in December 2024" in page


def test_what_is_left_alone_is_not_written(force):
    set_targets(by=force.adam, month=MAY, aims={force.hitchin.pk: Aim(6000, 12), force.letchworth.pk: Aim(0, 0)})
    assert set_targets(by=force.adam, month=OCTOBER, aims={force.hitchin.pk: Aim(6000, 12)}) == 0
    assert set_targets(by=force.adam, month=OCTOBER, aims={force.hitchin.pk: Aim(6000, 13)}) == 1
    assert set_targets(by=force.adam, month=OCTOBER, aims={force.hitchin.pk: Aim(6000, 14)}) == 1
    assert list(AreaTarget.objects.values_list("first_month", "patrols")) == [(OCTOBER, 14), (MAY, 12)]


def test_a_target_ends_with_zero(force):
    set_targets(by=force.adam, month=MAY, aims={force.hitchin.pk: Aim(6000, 12)})
    set_targets(by=force.adam, month=NOVEMBER, aims={force.hitchin.pk: Aim(0, 0)})
    assert in_force(force, NOVEMBER) == {"Hitchin town centre": 0}


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("", "Enter patrol hours a month in Hitchin town centre, or 0"),
        ("-1", "Enter 0 or more"),
        ("ten", "Enter the hours for Hitchin town centre as a number"),
        ("NaN", "Enter the hours for Hitchin town centre as a number"),
        ("0.01", "Enter hours in quarters"),
        ("0.125", "2 figures after the point"),
        ("1e9", "figures at most"),
        ("20001", "Enter 20000 or less"),
    ],
)
def test_what_is_wrong_with_a_target_is_said_and_nothing_saved(force, adam, url, hours, words):
    page = adam.post(url, sent(force, letchworth="5", hitchin=hours))
    assert page.status_code == 422
    assert words in page.content.decode().replace("20,000", "20000")
    assert not AreaTarget.objects.exists()


def test_only_areas_active_in_the_month_have_a_target(force, adam):
    force.letchworth.last_day = date(2024, 9, 30)
    force.letchworth.save()
    force.watford.last_day = date(2024, 10, 1)
    force.watford.save()
    page = adam.get(reverse("hotspots:targets"), {"month": "2024-10-01"}).content.decode()
    assert "Letchworth" not in page
    assert "Watford town centre" in page


@pytest.mark.parametrize("month", ["", "2019-01-01", "nonsense", "2024-10-02", "9999-99-99"])
def test_a_month_that_is_not_offered_is_this_month(force, adam, month):
    page = adam.get(reverse("hotspots:targets"), {"month": month})
    assert page.status_code == 200
    assert "Targets for October 2024" in page.content.decode()


def test_the_sums_are_of_what_is_shown(force, adam):
    factories.AreaTargetFactory(area=force.hitchin, patrol_minutes=90, patrols=1)
    factories.AreaTargetFactory(area=force.watford, patrol_minutes=60, patrols=2)
    page = adam.get(reverse("hotspots:targets"))
    assert page.context["foot"][1:3] == ["2.5", "3"]


def test_the_grid_asks_the_same_number_of_questions_however_long(force, adam, url, django_assert_num_queries):
    for area in factories.HotspotAreaFactory.create_batch(30, district=force.north_herts):
        factories.AreaTargetFactory(area=area)
    adam.get(reverse("core:help"))  # The session notes once a minute that it is in use.
    with django_assert_num_queries(7):
        adam.get(url)
