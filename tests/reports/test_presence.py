"""The dose of areas: minutes, visits, compliance and how predictable arrivals are; and its pages."""

import csv
import io
import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from hotspot.core.calendar import Period
from hotspots.doses import operations as dose_operations
from hotspots.doses.queries import Dose, DoseTargets
from hotspots.models import DoseTarget
from patrols.models import CrewRole, PositionFile, PositionVisit
from patrols.visits.queries import presence_in
from reports.dosage import counting, presenters
from reports.dosage.counting import Given, Met
from reports.dosage.predictability import burstiness, effective_number, predictability
from tests import factories

MONDAY = date(2024, 10, 7)
WEEK = Period(MONDAY, date(2024, 10, 13))
TODAY = date(2024, 10, 21)


def shift_on(force, day: date, *, visits=(), crew=(CrewRole.PCSO, CrewRole.PCSO), hours=4, area=None, **values):
    """A patrol from 6pm London time with visits of (minutes after the start, length)."""
    starts_at = datetime(day.year, day.month, day.day, 17, tzinfo=UTC)
    values = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=hours)} | values
    shift = factories.PatrolShiftFactory(
        area=area or force.hitchin, funding_stream=force.grant, logged_by=force.sam, crew=crew, **values
    )
    for after, length in visits:
        arrived = starts_at + timedelta(minutes=after)
        factories.VisitFactory(shift=shift, starts_at=arrived, ends_at=arrived + timedelta(minutes=length))
    return shift


def dose_in(force, period=WEEK, today=TODAY):
    return counting.doses([force.hitchin], period, today=today)[0]


def test_patrol_minutes_are_the_union_and_officer_minutes_the_sum(force):
    shift_on(force, MONDAY, crew=(CrewRole.PCSO,) * 3)
    shift_on(
        force, MONDAY, starts_at=datetime(2024, 10, 7, 19, tzinfo=UTC), ends_at=datetime(2024, 10, 7, 23, tzinfo=UTC)
    )
    given = dose_in(force).given
    assert given.shift_minutes == 6 * 60
    assert given.officer_minutes == 3 * 240 + 2 * 240
    assert (given.least_minutes, given.most_minutes) == (0, 360)


def test_visits_of_two_crews_that_overlap_are_one(force):
    shift_on(force, MONDAY, visits=[(10, 12), (60, 30)])
    shift_on(force, MONDAY, visits=[(15, 10), (120, 15)])
    given = dose_in(force).given
    assert (given.visits, given.in_band, given.perhaps_in_band) == (3, 2, 0)
    assert given.least_minutes == given.most_minutes == 15 + 30 + 15
    assert (given.visited_days, given.days) == (1, 7)


def test_time_on_shifts_without_visits_is_at_most_presence(force):
    shift_on(force, MONDAY, visits=[(10, 20)])
    shift_on(force, date(2024, 10, 8))
    given = dose_in(force).given
    assert (given.least_minutes, given.most_minutes) == (20, 20 + 240)
    assert (given.shifts, given.shifts_unvisited) == (2, 1)


def test_a_visit_with_an_open_end_may_have_been_longer(force):
    start = datetime(2024, 10, 7, 18, tzinfo=UTC)
    minute = timedelta(minutes=1)
    file = PositionFile.objects.create(
        by=force.anna, created_at=start, name="a.csv", digest="0" * 64, state="kept", format="CSV", first_at=start,
        last_at=start, interval_seconds=60, tolerance_seconds=180, tracks=1, fixes=1, repeated=0, outside=0,
        too_short=0,
    )  # fmt: skip
    visit = PositionVisit.objects.create(
        file=file, area=force.hitchin, earliest_arrival=start - minute, first_seen=start, last_seen=start + 12 * minute
    )
    given = dose_in(force).given
    assert (given.visits, given.in_band, given.perhaps_in_band, given.unbounded) == (1, 0, 1, 1)
    assert presenters.at_least(given) == "12 or more"
    visit.latest_departure = start + 13 * minute
    visit.save()
    given = dose_in(force).given
    assert (given.in_band, given.perhaps_in_band, given.unbounded) == (1, 0, 0)
    assert presenters.at_least(given) == "12 to 14"
    # A crew's own record of the same visit proves a minute more, and is not counted twice.
    shift_on(force, MONDAY, visits=[(60, 13)])
    given = dose_in(force).given
    assert (given.visits, given.least_minutes, given.most_minutes, given.shifts_unvisited) == (1, 13, 14, 0)


def test_planned_and_voided_shifts_give_nothing_and_business_as_usual_does(force):
    shift_on(force, MONDAY, visits=[(10, 15)], state="voided")
    shift_on(force, MONDAY, state="planned")
    assert dose_in(force).given == Given(days=7)
    starts_at = datetime(2024, 10, 9, 17, tzinfo=UTC)
    factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.business_as_usual, logged_by=force.sam, starts_at=starts_at
    )
    assert dose_in(force).given.shifts == 1


def test_a_shift_over_midnight_belongs_whole_to_the_week_it_starts_in(force):
    sunday = date(2024, 10, 13)
    shift_on(force, sunday, hours=12, visits=[(11 * 60, 15)])
    found = dose_in(force, Period(MONDAY, date(2024, 10, 20)))
    assert [week.given.shift_minutes for week in found.weeks] == [720, 0]
    assert [week.given.visits for week in found.weeks] == [1, 0]


@pytest.mark.parametrize(
    ("given", "met"),
    [
        (Given(least_minutes=60, most_minutes=60, visits=4), Met.YES),
        (Given(least_minutes=59, most_minutes=59, visits=4), Met.NO),
        (Given(least_minutes=60, most_minutes=60, visits=3), Met.NO),
        (Given(least_minutes=30, most_minutes=90, visits=4), Met.UNKNOWN),
        (Given(least_minutes=60, most_minutes=300, visits=3, shifts_unvisited=1), Met.UNKNOWN),
        (Given(least_minutes=10, most_minutes=59, visits=3, shifts_unvisited=1), Met.NO),
        (Given(least_minutes=10, most_minutes=59, visits=4, unbounded=1), Met.UNKNOWN),
        (Given(least_minutes=60, most_minutes=60, visits=4, unbounded=1), Met.YES),
    ],
)
def test_what_is_proved_is_met_and_what_is_ruled_out_is_not(given, met):
    assert given.met(Dose(60, 4)) is met
    assert given.met(Dose(0, 0)) is Met.NO_TARGET


def test_a_week_that_goes_on_is_not_missed_yet(force):
    DoseTarget.objects.create(area=force.hitchin, first_monday=MONDAY, minutes=60, visits=1)
    assert dose_in(force, today=date(2024, 10, 13)).weeks[0].met is Met.UNKNOWN
    assert dose_in(force, today=date(2024, 10, 14)).weeks[0].met is Met.NO


def test_a_part_of_a_week_has_no_target(force):
    DoseTarget.objects.create(area=force.hitchin, first_monday=MONDAY, minutes=60, visits=1)
    force.hitchin.first_day = date(2024, 10, 8)
    force.hitchin.save()
    assert dose_in(force).weeks[0].met is Met.NO_TARGET


def test_nothing_is_counted_of_weeks_to_come(force):
    assert counting.doses([force.hitchin], Period(date(2025, 1, 6), date(2025, 1, 12)), today=TODAY) == []


# Weekly targets


def test_a_target_holds_from_its_monday_until_the_next(force):
    def give(monday: date, dose: Dose) -> int:
        return dose_operations.set_doses(by=force.adam, monday=monday, doses={force.hitchin.pk: dose})

    assert give(MONDAY, Dose(45, 3)) == 1
    assert give(date(2024, 10, 14), Dose(45, 3)) == 0
    assert give(date(2024, 10, 21), Dose(60, 4)) == 1
    assert give(MONDAY, Dose(50, 3)) == 1
    targets = DoseTargets([force.hitchin.pk])
    found = [targets.of(force.hitchin.pk, MONDAY + timedelta(weeks=week)) for week in (-1, 0, 1, 2, 3)]
    assert found == [Dose(0, 0), Dose(50, 3), Dose(50, 3), Dose(60, 4), Dose(60, 4)]


def test_weekly_targets_are_set_in_pages(force, now, as_user):
    adam = as_user(force.adam)
    address = reverse("hotspots:edit_doses") + f"?week={MONDAY}"
    fields = dict.fromkeys(adam.get(address).context["form"].fields, "0")
    wrong = adam.post(address, fields | {f"minutes_{force.hitchin.pk}": "45.5"})
    assert wrong.status_code == 422
    answer = adam.post(address, fields | {f"minutes_{force.hitchin.pk}": "45", f"visits_{force.hitchin.pk}": "3"})
    assert answer.status_code == 302
    target = DoseTarget.objects.get()
    assert (target.first_monday, target.minutes, target.visits) == (MONDAY, 45, 3)
    page = as_user(force.sam).get(answer["Location"]).content.decode()
    assert "Since 7 October 2024" in page


# How predictable arrivals are


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2024, 11, 1, hour, minute, tzinfo=UTC) + timedelta(days=day)


def test_the_entropy_of_even_hours_is_their_number():
    assert effective_number([1_000_000] * 8) == pytest.approx(8, rel=1e-5)
    assert effective_number([50]) == 1


def test_burstiness_is_minus_1_by_the_clock_and_0_by_chance():
    assert burstiness([60.0] * 50) == -1
    dice = random.Random(5)
    assert burstiness([dice.expovariate(1) for _ in range(5000)]) == pytest.approx(0, abs=0.05)


def test_the_same_hour_every_day_is_predictable():
    found = predictability([at(day, 20, day % 60) for day in range(30)])
    assert found.is_predictable
    assert found.hours < 1.1


def test_every_90_minutes_is_predictable():
    found = predictability([at(day, 10) + timedelta(minutes=90 * visit) for day in range(10) for visit in range(7)])
    assert found.hours > 5
    assert found.is_predictable


def test_chance_arrivals_over_an_evening_are_hardly_ever_called_predictable():
    dice = random.Random(11)
    called = 0
    for _ in range(400):
        arrivals = [at(day, 14) + timedelta(minutes=dice.uniform(0, 480)) for day in range(30) for _ in range(3)]
        called += predictability(arrivals).is_predictable
    assert called <= 4


def test_few_visits_say_nothing():
    assert predictability([at(day, 20) for day in range(19)]) is None
    assert predictability([at(day, 20) for day in range(20)]) is not None


# Pages


@pytest.fixture
def world(force, now):
    now.move_to(datetime(2024, 11, 6, 12, tzinfo=UTC))
    DoseTarget.objects.create(area=force.hitchin, first_monday=MONDAY, minutes=30, visits=2)
    for day in range(25):
        shift_on(force, MONDAY + timedelta(days=day), visits=[(10, 15), (70, 25)] if day % 5 else ())
    shift_on(force, MONDAY, visits=[(10, 15)], area=force.watford)
    return force


def test_the_page_says_what_is_proved(world, as_user):
    page = as_user(world.anna).get(reverse("reports:dosage") + "?first=2024-10-07&last=2024-10-28")
    text = page.content.decode()
    assert "Areas had their dose in 4 of 4 weeks with a target" in text
    assert "On 5 of 26 shifts no visit was recorded or seen" in text
    assert "foreseen in Hitchin town centre" in text


def test_a_supervisor_sees_their_own_districts(world, as_user):
    text = as_user(world.sue).get(reverse("reports:dosage") + "?first=2024-10-07&last=2024-10-28").content.decode()
    assert world.watford.name in text
    assert world.hitchin.name not in text


def test_weeks_that_make_no_sense_are_refused(world, as_user):
    page = as_user(world.anna).get(reverse("reports:dosage") + "?first=2024-10-28&last=2024-10-07")
    assert page.status_code == 422


def rows_of(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_the_file_has_a_row_for_each_area_and_week(world, as_user):
    answer = as_user(world.anna).get(reverse("reports:dosage_file") + "?first=2024-10-07&last=2024-10-28")
    rows = [row for row in rows_of(answer) if row["hotspot_area"] == world.hitchin.name]
    assert [row["week_of"] for row in rows] == ["2024-10-07", "2024-10-14", "2024-10-21", "2024-10-28"]
    assert [row["visits"] for row in rows] == ["10", "12", "10", "8"]
    assert {row["dose"] for row in rows} == {"Met"}


def test_the_pccs_office_sees_months_without_small_numbers(world, as_user):
    paul = as_user(world.paul)
    rows = {row["hotspot_area"]: row for row in rows_of(paul.get(reverse("reports:dosage_file")))}
    assert {row["month"] for row in rows.values()} == {"2024-10"}
    assert rows[world.watford.name]["visits"] == presenters.UNDER
    assert rows[world.watford.name]["visit_minutes"] == "–"
    assert rows[world.hitchin.name]["visits"] == "40"
    text = paul.get(reverse("reports:dosage") + "?first=2024-10-07&last=2024-10-07").content.decode()
    assert "Week of" not in text


def test_the_page_costs_a_few_queries(world, as_user, django_assert_max_num_queries):
    anna = as_user(world.anna)
    with django_assert_max_num_queries(14):
        anna.get(reverse("reports:dosage") + "?first=2024-10-07&last=2024-10-28")


class LookedThrough(dict):
    """Presence that knows how often somebody looked through all of it."""

    times = 0

    def items(self):
        self.times += 1
        return super().items()


def test_presence_is_looked_through_once_however_many_areas_and_months(force, monkeypatch):
    """A year of 400 areas took 2 minutes and 45 seconds by month: it was looked through for each of them."""
    shift_on(force, MONDAY, visits=[(10, 15)])
    shift_on(force, MONDAY, visits=[(10, 15)], area=force.watford)
    year, areas = Period(date(2024, 1, 1), date(2024, 12, 31)), [force.hitchin, force.watford]
    found = LookedThrough(presence_in([area.pk for area in areas], year))
    monkeypatch.setattr(counting, "presence_in", lambda ids, period: found)
    assert sum(each.given.visits for each in counting.monthly(areas, year)) == 2
    assert sum(each.given.visits for each in counting.doses(areas, year, today=date(2025, 1, 6))) == 2
    assert found.times == 2
