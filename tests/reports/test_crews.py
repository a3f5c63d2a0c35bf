"""The cards about crews, against counting minute by minute."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from hotspot.core.calendar import Period
from hotspots.models import FundingStream
from patrols.models import CrewRole, PatrolShift
from reports.dashboard.cards.crews import (
    CrewPart,
    DistrictPart,
    HoursOfWeek,
    by_district,
    by_hour_of_week,
    by_role_and_stream,
    districts,
    hours_of_week,
    when_patrols_happen,
    who_patrols,
)
from reports.figures.headline import figures
from reports.figures.series import Selection
from tests import factories
from tests.reports.naive import counted_shifts

LONDON = ZoneInfo("Europe/London")
PERIOD = Period(date(2024, 10, 20), date(2025, 3, 30))
NOW = datetime(2025, 4, 5, 12, tzinfo=UTC)


@pytest.fixture
def busy(force):
    """Nights around both clock changes and between, of several streams, roles, states and own times.

    Each clock change has shifts of every stream, and so have the days before and after those asked for.
    """
    dice = random.Random(11)
    partner = factories.FundingStreamFactory(programme=force.programme, name="District council")
    streams = [force.grant, partner, force.business_as_usual]
    changes = [date(2024, 10, 26), date(2024, 10, 27), date(2025, 3, 29), date(2025, 3, 30)]
    edges = [date(2024, 10, 19), date(2024, 10, 20), date(2025, 3, 31)]
    nights = [(night, stream) for night in changes + edges for stream in streams]
    nights += [(date(2024, 11, 1) + timedelta(days=dice.randrange(120)), dice.choice(streams)) for _ in range(20)]
    areas = [force.hitchin, force.letchworth, force.watford, factories.HotspotAreaFactory()]
    for place, (night, stream) in enumerate(nights):
        start = datetime(night.year, night.month, night.day, 19, tzinfo=UTC) + timedelta(minutes=dice.randrange(240))
        end = start + timedelta(minutes=dice.randrange(60, 600))
        shift = factories.PatrolShiftFactory(
            area=dice.choice(areas),
            funding_stream=stream,
            logged_by=force.sam,
            starts_at=start,
            ends_at=end,
            crew=[],
            state=PatrolShift.State.VOIDED if place % 9 == 8 else PatrolShift.State.COMPLETED,
        )
        for role in dice.sample(list(CrewRole), dice.randrange(1, 4)):
            late, early = (timedelta(minutes=dice.randrange(0, 29)) for _ in range(2))
            factories.CrewMemberFactory(shift=shift, role=role, starts_at=start + late, ends_at=end - early)
    return force


@pytest.fixture
def asked(busy) -> Selection:
    return Selection(busy.programme, PERIOD, [busy.hitchin, busy.letchworth, busy.watford], NOW)


def crews_of(asked: Selection):
    period = asked.period
    for shift in counted_shifts(asked.programme, period.first_day, period.last_day, asked.area_ids):
        for member in shift.crew.all():
            yield shift, member


def test_hours_of_the_week_are_those_of_counting_every_minute(asked):
    expected: Counter[tuple[int, int]] = Counter()
    for _, member in crews_of(asked):
        minute = member.starts_at
        while minute < member.ends_at:
            local = minute.astimezone(LONDON)
            expected[local.weekday(), local.hour] += 1
            minute += timedelta(minutes=1)
    assert by_hour_of_week(asked) == dict(expected)


def test_roles_and_streams_are_those_of_counting_every_member(asked):
    minutes: Counter[tuple[str, int]] = Counter()
    people: Counter[tuple[str, int]] = Counter()
    for shift, member in crews_of(asked):
        key = (member.role, shift.funding_stream_id)
        minutes[key] += int((member.ends_at - member.starts_at).total_seconds()) // 60
        people[key] += 1
    found = by_role_and_stream(asked)
    assert {(part.role, part.stream.pk): (part.patrol_minutes, part.people) for part in found} == {
        key: (minutes[key], people[key]) for key in minutes
    }
    assert [part.patrol_minutes for part in found] == sorted(minutes.values(), reverse=True)
    assert all(part.stream.kind != FundingStream.Kind.BUSINESS_AS_USUAL for part in found)


def test_both_add_up_to_the_headlines_minutes(asked):
    headline = figures(programme=asked.programme, period=asked.period, areas=asked.area_ids, at=asked.at).totals
    assert sum(by_hour_of_week(asked).values()) == headline.patrol_minutes > 0
    assert sum(part.patrol_minutes for part in by_role_and_stream(asked)) == headline.patrol_minutes


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        # Clocks go back at 1am UTC: 1am to 2am comes twice.
        (datetime(2024, 10, 26, 23, 30, tzinfo=UTC), 3, {(6, 0): 30, (6, 1): 120, (6, 2): 30}),
        # Clocks go forward at 1am UTC: there is no hour from 1am.
        (datetime(2025, 3, 30, 0, 30, tzinfo=UTC), 2, {(6, 0): 30, (6, 2): 60, (6, 3): 30}),
    ],
)
def test_t_nights_when_the_clocks_change(force, start, hours, expected):
    factories.PatrolShiftFactory(
        area=force.hitchin,
        funding_stream=force.grant,
        logged_by=force.sam,
        starts_at=start,
        ends_at=start + timedelta(hours=hours),
        crew=[CrewRole.POLICE_OFFICER],
    )
    assert by_hour_of_week(Selection(force.programme, PERIOD, [force.hitchin], NOW)) == expected


def test_each_card_is_few_queries(asked, django_assert_num_queries):
    with django_assert_num_queries(1):
        by_hour_of_week(asked)
    with django_assert_num_queries(2):
        by_role_and_stream(asked)
    with django_assert_num_queries(1):
        by_district(asked)


def test_a_share_is_of_twenty_hours_at_least(force):
    def card(*minutes: int):
        roles = [CrewRole.COMMUNITY_ENFORCEMENT_OFFICER, CrewRole.PCSO]
        return who_patrols([CrewPart(role, force.grant, part, 1) for role, part in zip(roles, minutes, strict=True)])

    enough = card(300, 900)
    assert enough.sentence == "Community Enforcement Officers gave 5 of 20 patrol hours: 25.0%."
    assert [row[3] for row in enough.rows] == [Decimal("25.0"), Decimal("75.0")]
    assert [row[3] for row in card(300, 600).rows] == [None, None]
    assert card(0, 1200).sentence == "None of the 20 patrol hours were by Community Enforcement Officers."


def test_what_the_cards_say(force):
    start = datetime(2024, 10, 25, 20, tzinfo=UTC)
    factories.PatrolShiftFactory(
        area=force.hitchin,
        funding_stream=force.grant,
        logged_by=force.sam,
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        crew=[CrewRole.COMMUNITY_ENFORCEMENT_OFFICER, CrewRole.PCSO, CrewRole.PCSO, CrewRole.PCSO],
    )
    asked = Selection(force.programme, PERIOD, [force.hitchin], NOW)
    assert who_patrols(by_role_and_stream(asked)).sentence == (
        "Community Enforcement Officers gave 1 of 4 patrol hours."
    )
    when = when_patrols_happen(HoursOfWeek(by_hour_of_week(asked), [2, 2, 2, 2, 3, 2, 2]))
    assert when.sentence == (
        "The busiest hour of the week is Friday from 9pm: 1.3 patrol hours per Friday (of 3 Fridays)."
    )
    assert len(when.rows) == 7 * 24
    assert list(when.rows[4 * 24 + 21]) == ["Friday", "21:00", 4, 3, Decimal("1.3")]
    assert [cell.step for cell in when.chart.rows[4].cells] == [0] * 21 + [5, 0, 0]


def test_weekdays_are_those_since_the_first_record_that_have_begun(asked):
    """The period begins on a Sunday; the first record is the night before it, or the first of another programme."""
    days = [PERIOD.first_day + timedelta(days=n) for n in range(PERIOD.days)]
    assert hours_of_week(asked).days == [len([day for day in days if day.weekday() == each]) for each in range(7)]
    PatrolShift.objects.filter(day__lt=date(2024, 10, 26)).update(state=PatrolShift.State.VOIDED, void_reason="Twice")
    later = [day for day in days if day >= date(2024, 10, 26)]
    found = hours_of_week(replace(asked)).days
    assert found == [len([day for day in later if day.weekday() == each]) for each in range(7)]
    first_week = replace(
        asked, period=Period(date(2024, 10, 28), date(2024, 11, 3)), at=datetime(2024, 10, 30, tzinfo=UTC)
    )
    assert hours_of_week(first_week).days == [1, 1, 1, 0, 0, 0, 0]


def test_weekdays_after_the_last_record_of_a_programme_that_is_over_are_not_divided_by(asked):
    PatrolShift.objects.filter(day__gt=date(2024, 10, 26)).update(state=PatrolShift.State.VOIDED, void_reason="Twice")
    assert max(PatrolShift.objects.counted().values_list("day", flat=True)) <= date(2024, 10, 26)
    found = hours_of_week(replace(asked)).days
    assert sum(found) == (max(PatrolShift.objects.counted().values_list("day", flat=True)) - PERIOD.first_day).days + 1


def test_the_strongest_colour_is_the_most_on_an_average_day():
    found = HoursOfWeek({(0, 20): 600, (1, 20): 300, (2, 20): 60}, [10, 2, 0, 0, 0, 0, 0])
    rows = when_patrols_happen(found).chart.rows
    assert [(row.cells[20].value, row.cells[20].step) for row in rows[:3]] == [("1.0", 3), ("2.5", 5), ("", 0)]


def test_hours_in_hundreds_have_more_room():
    assert not when_patrols_happen(HoursOfWeek({(4, 21): 60 * 99}, [1] * 7)).chart.is_wide
    assert when_patrols_happen(HoursOfWeek({(4, 21): 60 * 100}, [1] * 7)).chart.is_wide


def test_districts_have_the_minutes_of_each_role(asked):
    expected: dict[str, Counter[str]] = {}
    for shift, member in crews_of(asked):
        minutes = int((member.ends_at - member.starts_at).total_seconds()) // 60
        expected.setdefault(shift.area.district.name, Counter())[member.role] += minutes
    found = by_district(asked)
    assert {part.district: dict(part.minutes) for part in found} == {name: dict(own) for name, own in expected.items()}
    assert [part.district for part in found] == sorted(expected)
    assert len(found) > 1


def test_a_district_says_what_share_community_enforcement_officers_gave():
    council, pcso = CrewRole.COMMUNITY_ENFORCEMENT_OFFICER, CrewRole.PCSO
    parts = [
        DistrictPart("North Herts", {council: 300, pcso: 900}),
        DistrictPart("Stevenage", {council: 600}),
        DistrictPart("Watford", {pcso: 1200}),
    ]
    card = districts(parts)
    assert card.sentence == (
        "Community Enforcement Officers patrolled in 2 of 3 districts. They gave 30.0% of all patrol hours."
    )
    assert [(row[0], row[1], row[-1]) for row in card.rows] == [
        ("North Herts", 20, Decimal("25.0")),
        ("Stevenage", 10, None),
        ("Watford", 20, Decimal("0.0")),
    ]
    assert [(bar.value, bar.length) for bar in card.chart.bars] == [("25.0%", 250), ("too few hours", 0), ("0.0%", 0)]


def test_without_patrols_there_is_nothing_to_show(force):
    asked = Selection(force.programme, PERIOD, [force.hitchin], NOW)
    assert list(who_patrols(by_role_and_stream(asked)).rows) == []
    assert list(when_patrols_happen(hours_of_week(asked)).rows) == []
    assert list(districts(by_district(asked)).rows) == []


def test_without_areas_there_is_nothing_to_count(busy):
    asked = Selection(busy.programme, PERIOD, [], NOW)
    assert by_hour_of_week(asked) == {}
    assert by_role_and_stream(asked) == []
