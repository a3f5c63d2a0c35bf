"""The card of Friday and Saturday evenings: against looking at each shift minute by minute, and at its edges."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hotspot.core.calendar import Period
from reports.dashboard.cards.evenings import EveningPart, PeakCover, cover_of_evenings, evenings, peak_cover
from reports.figures.series import Selection
from tests import factories
from tests.conftest import NOW
from tests.reports.naive import counted_shifts, london_day

LONDON = ZoneInfo("Europe/London")
FRIDAY, SATURDAY = 4, 5
AUTUMN = Period(date(2024, 9, 1), date(2024, 11, 30))


def asked(force, period: Period = AUTUMN, at: datetime = datetime(2024, 11, 30, 12, tzinfo=UTC)) -> Selection:
    return Selection(force.programme, period, [force.hitchin, force.letchworth, force.watford], at)


def out(force, area, start: datetime, minutes: int, **values):
    """A patrol from a time by London's clock."""
    values = {"funding_stream": force.grant, "logged_by": force.sam, "crew": ["pcso"]} | values
    starts_at = start.astimezone(UTC)
    ends_at = starts_at + timedelta(minutes=minutes)
    return factories.PatrolShiftFactory(area=area, starts_at=starts_at, ends_at=ends_at, **values)


def part_of(question: Selection, area) -> EveningPart:
    return next(part for part in evenings(question) if part.area == area)


def twin(question: Selection) -> dict[int, dict[int, tuple[int, int]]]:
    """By area and weekday, the evenings that are over and those on which some shift was out for 60 of its minutes."""
    first, last = question.period.first_day, min(question.period.last_day, london_day(question.at) - timedelta(days=1))
    ever = counted_shifts(question.programme, date.min, date.max, range(10**9))
    first = max(first, min(london_day(shift.starts_at) for shift in ever))
    found = {}
    for area in question.areas:
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
            if day.weekday() not in (FRIDAY, SATURDAY) or not area.first_day <= day <= (area.last_day or day):
                continue
            own = [shift for shift in ever if shift.area_id == area.pk and london_day(shift.starts_at) == day]
            number, covered = found.setdefault(area.pk, {}).get(day.weekday(), (0, 0))
            is_covered = any(evening_minutes(shift, day) >= 60 for shift in own)
            found[area.pk][day.weekday()] = (number + 1, covered + is_covered)
    return found


def evening_minutes(shift, day: date) -> int:
    minutes, minute = 0, shift.starts_at
    while minute < shift.ends_at:
        local = minute.astimezone(LONDON)
        minutes += local.date() == day and local.hour >= 18
        minute += timedelta(minutes=1)
    return minutes


@pytest.fixture
def busy(force):
    dice = random.Random(17)
    other = factories.FundingStreamFactory(
        programme=factories.ProgrammeFactory(first_day=force.programme.first_day, last_day=force.programme.last_day)
    )
    for _ in range(70):
        day = date(2024, 9, 13) + timedelta(days=dice.choice([0, 0, 1, 1, 2, 6]) + 7 * dice.randrange(11))
        start = datetime(day.year, day.month, day.day, 12, tzinfo=LONDON) + timedelta(minutes=15 * dice.randrange(47))
        out(
            force,
            dice.choice([force.hitchin, force.letchworth, force.watford]),
            start,
            15 * dice.randrange(3, 24),
            funding_stream=dice.choice([force.grant] * 4 + [force.business_as_usual, other]),
            state=dice.choice(["completed"] * 5 + ["voided"]),
        )
    force.letchworth.last_day = date(2024, 10, 25)
    return force


@pytest.mark.slow
@pytest.mark.parametrize("period", [AUTUMN, Period(date(2024, 10, 12), date(2024, 11, 8))], ids=["all", "some"])
def test_cover_is_what_looking_at_every_minute_gives(busy, period):
    question = asked(busy, period)
    found = {
        part.area.pk: {day: (part.evenings[day], part.covered[day]) for day in part.evenings}
        for part in evenings(question)
    }
    assert found == twin(question)
    assert any(0 < covered < number for own in found.values() for number, covered in own.values())


@pytest.mark.parametrize(
    ("start", "minutes", "is_covered"),
    [
        (datetime(2024, 10, 4, 15, tzinfo=LONDON), 239, False),
        (datetime(2024, 10, 4, 15, tzinfo=LONDON), 240, True),
        (datetime(2024, 10, 4, 23, tzinfo=LONDON), 60, True),
        (datetime(2024, 10, 4, 23, 1, tzinfo=LONDON), 300, False),
        (datetime(2024, 10, 3, 22, tzinfo=LONDON), 1300, False),  # It started on Thursday.
        (datetime(2024, 10, 5, 0, 30, tzinfo=LONDON), 240, False),  # It started on Saturday, before its evening.
    ],
)
def test_an_evening_is_from_6pm_to_midnight_and_needs_an_hour_of_it(force, start, minutes, is_covered):
    out(force, force.hitchin, start, minutes)
    friday = asked(force, Period(date(2024, 10, 4), date(2024, 10, 4)))
    early = factories.PatrolShiftFactory(
        area=force.watford, funding_stream=force.grant, starts_at=datetime(2024, 9, 2, 20, tzinfo=UTC)
    )
    assert london_day(early.starts_at) < date(2024, 10, 4)
    assert part_of(friday, force.hitchin).covered == {FRIDAY: int(is_covered), SATURDAY: 0}


def test_tonight_is_to_come_and_nothing_is_known_before_the_first_record(force):
    out(force, force.watford, datetime(2024, 10, 4, 20, tzinfo=LONDON), 240)
    now = replace(asked(force, Period(date(2024, 9, 1), date(2024, 10, 31))), at=NOW)
    assert dict(part_of(now, force.hitchin).evenings) == {FRIDAY: 2, SATURDAY: 1}
    sunday = replace(now, at=datetime(2024, 10, 12, 23, tzinfo=UTC))
    assert dict(part_of(sunday, force.hitchin).evenings) == {FRIDAY: 2, SATURDAY: 2}


def test_evenings_after_the_last_record_of_a_programme_that_is_over_are_not_counted(force):
    out(force, force.hitchin, datetime(2024, 10, 4, 20, tzinfo=LONDON), 240)
    out(force, force.hitchin, datetime(2024, 10, 11, 20, tzinfo=LONDON), 240)
    running = asked(force, Period(date(2024, 10, 1), date(2025, 3, 31)))
    assert dict(part_of(running, force.hitchin).evenings) == {FRIDAY: 9, SATURDAY: 8}
    over = replace(running, at=datetime(2025, 6, 1, 12, tzinfo=UTC))
    assert dict(part_of(over, force.hitchin).evenings) == {FRIDAY: 2, SATURDAY: 1}


def test_two_patrols_on_one_evening_cover_it_once(force):
    for hour in (18, 20):
        out(force, force.hitchin, datetime(2024, 10, 4, hour, tzinfo=LONDON), 90)
    assert part_of(asked(force), force.hitchin).covered == {FRIDAY: 1, SATURDAY: 0}


def test_without_records_or_evenings_there_is_nothing_to_show(force):
    assert evenings(asked(force)) == []
    assert peak_cover(PeakCover([])).sentence == "No Friday or Saturday evening of this period is over yet."
    out(force, force.hitchin, datetime(2024, 10, 4, 20, tzinfo=LONDON), 240)
    assert evenings(asked(force, Period(date(2024, 10, 6), date(2024, 10, 10)))) == []


def test_the_card_has_each_area_under_its_district_and_percentages_of_twenty(force):
    parts = [
        EveningPart(force.hitchin, {FRIDAY: 13, SATURDAY: 13}, {FRIDAY: 6, SATURDAY: 7}),
        EveningPart(force.letchworth, {FRIDAY: 5, SATURDAY: 4}, {FRIDAY: 0, SATURDAY: 0}),
        EveningPart(force.watford, {FRIDAY: 13, SATURDAY: 13}, {FRIDAY: 13, SATURDAY: 13}),
    ]
    card = peak_cover(PeakCover(parts))
    assert [[str(value) for value in row] for row in card.rows] == [
        ["North Herts", "All together", "18", "6", "17", "7", "37"],
        ["North Herts", force.hitchin.name, "13", "6", "13", "7", "50"],
        ["North Herts", force.letchworth.name, "5", "0", "4", "0", "None"],
        ["Watford", force.watford.name, "13", "13", "13", "13", "100"],
    ]
    assert card.sentence == (
        "39 of 61 Friday or Saturday evenings had a patrol (64%), in these 3 areas together. 1 area had none on any."
    )
    assert [(bar.name, bar.value, bar.length, bar.is_unsure) for bar in card.chart.bars] == [
        (force.letchworth.name, "0 of 9", 0, True),
        (force.hitchin.name, "13 of 26", 500, False),
        (force.watford.name, "26 of 26", 1000, False),
    ]


def test_another_time_stands_beside_it(force):
    """Friday cover in September against October: two of four and none of one, Saturdays apart, in Hitchin alone."""
    for day in (6, 13):
        out(force, force.hitchin, datetime(2024, 9, day, 20, tzinfo=LONDON), 120)
    october = replace(asked(force, Period(date(2024, 10, 4), date(2024, 10, 4))), areas=[force.hitchin])
    september = replace(october, period=Period(date(2024, 9, 6), date(2024, 9, 27)))
    found = cover_of_evenings(replace(october, other=september))
    card = peak_cover(found)
    assert [str(value) for value in card.rows[0]] == [
        "North Herts", force.hitchin.name, "1", "0", "0", "0", "None", "4", "2", "3", "0", "None"
    ]  # fmt: skip
    assert "The time compared with (6 September 2024 to 27 September 2024) had 2 of 7." in card.sentence
    assert len(card.columns) == len(card.rows[0])


def test_the_number_of_queries_is_fixed(busy, django_assert_num_queries):
    for areas in (asked(busy).areas, [busy.hitchin]):
        with django_assert_num_queries(2):
            evenings(replace(asked(busy), areas=areas))
