"""The card of visits: against a slow twin, and what it says without visits."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hotspot.core.calendar import Period
from patrols.models import Visit
from reports.dashboard.cards.dosage import AreaDosage, DosagePart, Visits, dosage, visits
from reports.figures.measures import VISIT_BAND
from reports.figures.series import CardChoices, Selection
from tests import factories
from tests.conftest import NOW
from tests.reports.naive import counted_shifts, london_day, minutes

OCTOBER = Period(date(2024, 10, 1), date(2024, 10, 31))


def night(force, area, day: date, *lengths: int, **values):
    """A patrol from 10pm London time with visits of so many minutes, one every hour."""
    starts_at = datetime(day.year, day.month, day.day, 21, tzinfo=UTC)
    values = {"funding_stream": force.grant, "logged_by": force.sam, "crew": ["pcso"]} | values
    shift = factories.PatrolShiftFactory(area=area, starts_at=starts_at, **values)
    for hour, length in enumerate(lengths):
        arrived = starts_at + timedelta(hours=hour)
        factories.VisitFactory(shift=shift, starts_at=arrived, ends_at=arrived + timedelta(minutes=length))
    return shift


def asked(force, period=OCTOBER, *areas, at=NOW) -> Selection:
    return Selection(force.programme, period, areas or [force.hitchin, force.letchworth, force.watford], at)


def part_of(found, area) -> DosagePart:
    return next(part for part in found.parts if part.area == area)


def twin(question: Selection) -> dict[int, tuple]:
    """Visits, minutes, those of the band, patrolled days and the last patrolled day of each area, in plain Python."""
    first, last = question.period.first_day, question.so_far.last_day
    shifts = counted_shifts(question.programme, date.min, last, question.area_ids)
    found = {}
    for area_id in question.area_ids:
        own = [shift for shift in shifts if shift.area_id == area_id]
        ids = {shift.pk for shift in own if london_day(shift.starts_at) >= first}
        lengths = [minutes(visit.starts_at, visit.ends_at) for visit in Visit.objects.all() if visit.shift_id in ids]
        days = {london_day(shift.starts_at) for shift in own}
        found[area_id] = (
            len(lengths),
            sum(lengths),
            len([length for length in lengths if 10 <= length <= 20]),
            len({day for day in days if day >= first}),
            (last - max(days)).days if days else None,
        )
    return found


@pytest.fixture
def busy(force):
    dice = random.Random(11)
    other = factories.FundingStreamFactory(
        programme=factories.ProgrammeFactory(first_day=force.programme.first_day, last_day=force.programme.last_day)
    )
    for _ in range(40):
        night(
            force,
            dice.choice([force.hitchin, force.letchworth, force.watford]),
            date(2024, 9, 20) + timedelta(days=dice.randrange(20)),
            *(dice.choice([5, 9, 10, 11, 15, 20, 21, 45]) for _ in range(dice.randrange(6))),
            funding_stream=dice.choice([force.grant, force.grant, force.business_as_usual, other]),
            state=dice.choice(["completed", "completed", "completed", "voided"]),
        )
    return force


@pytest.mark.parametrize(
    "period",
    [OCTOBER, Period(date(2024, 9, 1), date(2024, 9, 30)), Period(date(2024, 10, 11), date(2024, 10, 31))],
    ids=["until_today", "over", "since_the_last_patrols"],
)
def test_visits_and_days_are_what_counting_each_gives(busy, period):
    question = asked(busy, period)
    found = {
        part.area.pk: (
            part.visits.visits,
            part.visits.minutes,
            part.visits.in_band,
            part.patrolled_days,
            part.days_since,
        )
        for part in dosage(question).parts
    }
    assert found == twin(question)


def test_the_band_is_10_to_20_minutes_with_both_ends(force):
    night(force, force.hitchin, date(2024, 10, 4), 9, 10, 20, 21)
    assert part_of(dosage(asked(force)), force.hitchin).visits == Visits(4, 60, 2)
    assert (VISIT_BAND[0], VISIT_BAND[-1]) == (10, 20)
    assert "2 of 4 visits lasted 10 to 20 minutes." in visits(dosage(asked(force))).sentence


def test_a_visit_belongs_to_the_day_on_which_its_shift_started(force):
    shift = night(force, force.hitchin, date(2024, 9, 30))
    after_midnight = shift.starts_at + timedelta(hours=5)
    factories.VisitFactory(shift=shift, starts_at=after_midnight)
    assert part_of(dosage(asked(force)), force.hitchin).visits.visits == 0
    september = asked(force, Period(date(2024, 9, 1), date(2024, 9, 30)))
    assert part_of(dosage(september), force.hitchin).visits.visits == 1


def test_a_percentage_needs_twenty_visits(force):
    for day in range(1, 5):
        night(force, force.hitchin, date(2024, 10, day), 15, 15, 5, 5, 5)
    night(force, force.letchworth, date(2024, 10, 4), *[15] * 5)
    rows = {row[0]: list(row[1:]) for row in visits(dosage(asked(force))).rows}
    assert rows[force.hitchin.name][:7] == [8, "no", 4, 20, 180, 8, 40]
    assert str(rows[force.hitchin.name][7]) == "5.0"
    assert rows[force.letchworth.name][3:7] == [5, 75, 5, None]
    assert rows[force.watford.name] == [None, "yes", 0, 0, 0, 0, None, None]


def test_days_since_the_last_patrol_go_back_before_the_period_and_end_with_it(force):
    night(force, force.hitchin, date(2024, 9, 28))
    assert part_of(dosage(asked(force)), force.hitchin).days_since == 14
    assert part_of(dosage(asked(force)), force.letchworth).days_since is None
    september = Period(date(2024, 9, 1), date(2024, 9, 30))
    assert part_of(dosage(asked(force, september)), force.hitchin).days_since == 2


def test_an_area_that_is_no_longer_active_does_not_wait_for_a_patrol(force):
    night(force, force.hitchin, date(2024, 10, 3))
    force.hitchin.last_day = date(2024, 10, 5)
    assert part_of(dosage(asked(force)), force.hitchin) == DosagePart(force.hitchin, Visits(), 1, None)
    later = asked(force, Period(date(2024, 10, 6), date(2024, 10, 31)))
    assert force.hitchin not in [part.area for part in dosage(later).parts]


def test_without_visits_the_days_since_the_last_patrol_are_still_said(force):
    night(force, force.hitchin, date(2024, 10, 11))
    night(force, force.watford, date(2024, 10, 2))
    card = visits(dosage(asked(force)))
    assert card.sentence == (
        f"No visits were recorded. {force.letchworth.name} (none yet) and {force.watford.name} (10 days) have had no "
        "patrol for 10 days or more."
    )
    assert [list(row) for row in card.rows] == [
        [force.letchworth.name, None, "yes", 0, None, None, None, None, None],
        [force.watford.name, 10, "yes", 1, None, None, None, None, None],
        [force.hitchin.name, 1, "no", 1, None, None, None, None, None],
    ]
    assert [(bar.name, bar.value) for bar in card.chart.bars] == [
        (force.letchworth.name, "none yet"),
        (force.watford.name, "10 days"),
        (force.hitchin.name, "1 day"),
    ]


def test_how_long_is_too_long_can_be_chosen(force):
    for place, area in enumerate((force.hitchin, force.letchworth, force.watford)):
        night(force, area, date(2024, 10, 10 - 3 * place))
    waits = {
        wait: [part.area for part in dosage(replace(asked(force), choices=CardChoices(wait=wait))).long_waits]
        for wait in (2, 3, 8, 9)
    }
    assert waits == {
        2: [force.watford, force.letchworth, force.hitchin],
        3: [force.watford, force.letchworth],
        8: [force.watford],
        9: [],
    }
    none = visits(dosage(replace(asked(force), choices=CardChoices(wait=9)))).sentence
    assert none.endswith(f"{force.watford.name} has waited longest for a patrol: 8 days.")


def test_an_area_without_any_patrol_waits_since_it_became_active(force):
    force.letchworth.first_day = date(2024, 10, 5)
    assert part_of(dosage(asked(force)), force.letchworth).waiting == 7
    assert part_of(dosage(asked(force)), force.hitchin).waiting == (NOW.date() - force.programme.first_day).days
    night(force, force.hitchin, date(2024, 10, 2))
    assert part_of(dosage(asked(force)), force.hitchin).waiting == 10


def test_areas_that_waited_equally_long_are_all_named_or_counted(force):
    for area in (force.hitchin, force.watford):
        night(force, area, date(2024, 10, 2))
    named = f"{force.hitchin.name} and {force.watford.name} have waited longest for a patrol: 10 days."
    question = replace(asked(force, OCTOBER, force.hitchin, force.watford), choices=CardChoices(wait=11))
    assert visits(dosage(question)).sentence.endswith(named)
    more = AreaDosage([DosagePart(force.hitchin, Visits(), 1, 10, 10)] * 4, 11)
    assert visits(more).sentence.endswith("4 areas have waited longest for a patrol: 10 days.")
    assert visits(replace(more, wait=10)).sentence.endswith(
        f"4 areas have had no patrol for 10 days or more, longest {force.hitchin.name} (10 days)."
    )


def test_areas_patrolled_today_and_areas_never_patrolled_are_said_in_words(force):
    never = replace(asked(force), choices=CardChoices(wait=365))
    assert visits(dosage(never)).sentence == "No visits were recorded. No area was patrolled yet."
    night(force, force.hitchin, date(2024, 10, 11))
    the_same_night = datetime(2024, 10, 11, 22, tzinfo=UTC)
    card = visits(dosage(asked(force, OCTOBER, force.hitchin, at=the_same_night)))
    assert card.sentence.endswith("Every area was patrolled on the last day.")


def test_a_period_that_has_not_begun_has_no_areas(force):
    assert dosage(asked(force, Period(date(2024, 11, 1), date(2024, 11, 30)))).parts == []


def test_the_number_of_queries_is_fixed(busy, django_assert_num_queries):
    for areas in ([busy.hitchin], []):
        with django_assert_num_queries(3):
            dosage(asked(busy, OCTOBER, *areas))
