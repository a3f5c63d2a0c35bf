"""The card of what this month's targets still need: against adding up single shifts, and at its edges."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from hotspot.core.calendar import Period
from hotspots.models import AreaTarget
from reports.dashboard.cards.needed import needed, still_needed
from reports.figures.series import Selection
from tests.conftest import NOW
from tests.reports.naive import naive_figures
from tests.reports.test_dashboard import URL, cells
from tests.reports.test_figures_page import patrol

SINCE_LAUNCH = Period(date(2024, 5, 1), date(2024, 10, 12))


def asked(force, period: Period = SINCE_LAUNCH, at: datetime = NOW) -> Selection:
    return Selection(force.programme, period, [force.hitchin, force.letchworth, force.watford], at)


@pytest.fixture
def aimed(force):
    """Hitchin is to have 93 hours and 31 patrols a month, Watford 40 hours and 8; Letchworth has no target."""
    AreaTarget.objects.create(area=force.hitchin, first_month=date(2024, 9, 1), patrol_minutes=93 * 60, patrols=31)
    AreaTarget.objects.create(area=force.watford, first_month=date(2024, 9, 1), patrol_minutes=40 * 60, patrols=8)
    patrol(force, force.hitchin, date(2024, 9, 30), minutes=600)
    patrol(force, force.hitchin, date(2024, 10, 1), minutes=465)
    patrol(force, force.hitchin, date(2024, 10, 2), minutes=120, state="voided")
    for day in (3, 4, 5, 11):
        patrol(force, force.watford, date(2024, 10, day), minutes=300)
    return force


def test_what_is_left_is_the_target_less_single_shifts_over_the_nights_left(aimed):
    october = {
        area: counts
        for (area,), counts in naive_figures(
            aimed.programme, date(2024, 10, 1), NOW.date(), [aimed.hitchin.pk, aimed.watford.pk], by=["area"]
        ).items()
    }
    found = {part.area: part for part in needed(asked(aimed)).parts}
    assert list(found) == [aimed.hitchin, aimed.watford]
    nights = 31 - 11
    for area, hours, patrols in ((aimed.hitchin, 93, 31), (aimed.watford, 40, 8)):
        counts, part = october[area.pk], found[area]
        assert part.minutes_short == hours * 60 - counts["patrol_minutes"] >= 0
        assert part.patrols_short == patrols - counts["patrols"]
        assert part.nights == nights
        assert part.minutes_a_night * nights == part.minutes_short


def test_the_card_says_who_needs_most_a_night(aimed):
    card = still_needed(needed(asked(aimed)))
    assert card.sentence == (
        "1 of 2 areas with a target still needs 78 patrol hours in October 2024. "
        f"{aimed.hitchin.name} needs most: 3.9 patrol hours on each of 20 nights left."
    )
    assert [list(row) for row in card.rows] == [
        [aimed.hitchin.name, 93, 16, 78, 20, Decimal("3.9"), 30, Decimal("1.5")],
        [aimed.watford.name, 40, 40, 0, 20, Decimal("0.0"), 4, Decimal("0.2")],
    ]
    assert [(bar.name, bar.value) for bar in card.chart.bars] == [(aimed.hitchin.name, "3.9 patrol hours")]


def test_nights_end_with_the_area_or_the_programme(aimed):
    aimed.hitchin.last_day = date(2024, 10, 15)
    part = needed(asked(aimed)).parts[0]
    assert (part.nights, part.due.patrols) == (4, 15)
    aimed.programme.last_day = date(2024, 10, 13)
    part = needed(asked(aimed)).parts[1]
    assert (part.nights, part.patrols_short) == (2, 0)
    on_the_last_night = needed(asked(aimed, at=datetime(2024, 10, 31, 12, tzinfo=UTC)))
    assert on_the_last_night.parts == []


def test_the_last_night_is_tonight(aimed):
    last = asked(aimed, Period(date(2024, 5, 1), date(2024, 10, 31)), at=datetime(2024, 10, 31, 12, tzinfo=UTC))
    assert still_needed(needed(last)).sentence.endswith("needs most: 77.5 patrol hours tonight.")


def test_a_share_of_a_patrol_is_a_patrol(aimed):
    aimed.watford.last_day = date(2024, 10, 17)
    assert needed(asked(aimed)).parts[1].patrols_short == 1  # 8 × 17 / 31 = 4.4, and four were made.


@pytest.mark.parametrize(
    ("period", "number"),
    [
        (Period(date(2024, 5, 1), date(2024, 10, 11)), 0),
        (Period(date(2024, 10, 12), date(2024, 10, 12)), 2),
        (Period(date(2024, 10, 13), date(2024, 10, 31)), 0),
    ],
)
def test_only_a_period_that_reaches_today_asks_for_it(aimed, period, number):
    assert len(needed(asked(aimed, period)).parts) == number


def test_a_month_without_targets_or_that_is_reached_says_so(aimed):
    AreaTarget.objects.update(patrol_minutes=60, patrols=1)
    card = still_needed(needed(asked(aimed)))
    assert (card.sentence, card.chart) == ("Every area with a target has had the hours of October 2024.", None)
    AreaTarget.objects.all().delete()
    assert still_needed(needed(asked(aimed))).rows == []


def test_the_page_leaves_it_out_when_there_is_nothing_to_ask_for(aimed, as_user, now):
    client = as_user(aimed.anna)
    assert cells(client.get(URL).content.decode(), "still-needed")[0][:2] == [aimed.hitchin.name, "93"]
    assert 'id="still-needed"' not in client.get(f"{URL}?period=2024-09").content.decode()


def test_patrols_that_are_still_needed_are_said_where_the_hours_are_reached(aimed):
    AreaTarget.objects.update(patrol_minutes=0, patrols=31)
    card = still_needed(needed(asked(aimed)))
    assert card.sentence == "The targets of October 2024 need no more hours, and 57 patrols more."


def test_an_area_that_begins_later_in_the_month_needs_its_share_too(aimed):
    aimed.watford.first_day = date(2024, 10, 20)
    part = {each.area: each for each in needed(asked(aimed)).parts}[aimed.watford]
    assert part.nights == 12
