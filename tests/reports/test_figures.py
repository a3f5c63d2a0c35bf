"""Which day, month and year a shift counts in, and how long it was."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.core.calendar import Period
from hotspot.core.clock import instant, span
from patrols.models import PatrolShift
from reports.figures.headline import Counts, Grain, figures
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def shift(force, starts_at, ends_at=None, **values):
    ends_at = ends_at or starts_at + timedelta(hours=8)
    where = {"area": force.hitchin, "funding_stream": force.grant, "logged_by": force.sam}
    return factories.PatrolShiftFactory(starts_at=starts_at, ends_at=ends_at, **(where | values))


def count(force, period, *, areas=None, programme=None, by=(), **more):
    areas = [force.hitchin, force.letchworth, force.watford] if areas is None else areas
    area_ids, programme = [area.pk for area in areas], programme or force.programme
    return figures(programme=programme, period=period, areas=area_ids, at=NOW, by=by, **more)


@pytest.mark.parametrize(
    ("night", "hours"), [(date(2024, 10, 25), 16), (date(2024, 10, 26), 18), (date(2025, 3, 29), 14)]
)
def test_a_night_counts_the_hours_that_passed(force, night, hours):
    shift(force, *span(night, time(22), time(6)))
    totals = count(force, Period(night, night)).totals
    assert totals.patrol_minutes == hours * 60
    assert totals.clock_minutes == hours * 30
    assert totals.patrols == 1


@pytest.mark.parametrize(
    ("starts_at", "day"),
    [
        (datetime(2024, 6, 30, 22, 59, tzinfo=UTC), date(2024, 6, 30)),
        (datetime(2024, 6, 30, 23, 0, tzinfo=UTC), date(2024, 7, 1)),
        (datetime(2024, 11, 30, 23, 59, tzinfo=UTC), date(2024, 11, 30)),
        (datetime(2024, 12, 1, 0, 0, tzinfo=UTC), date(2024, 12, 1)),
        (datetime(2024, 10, 26, 23, 30, tzinfo=UTC), date(2024, 10, 27)),
    ],
)
def test_a_shift_belongs_whole_to_the_london_day_and_month_on_which_it_starts(force, starts_at, day):
    shift(force, starts_at)
    whole = Counts(patrol_minutes=960, patrols=1, clock_minutes=480)
    assert count(force, Period(day, day)).totals == whole
    assert count(force, Period.month(day)).totals == whole
    for other in (day - timedelta(days=1), day + timedelta(days=1)):
        assert count(force, Period(other, other)).totals == Counts()
    (row,) = count(force, force.programme.period, by=(Grain.MONTH, Grain.DAY)).rows
    assert (row.month, row.day) == (day.replace(day=1), day)


def test_a_shift_over_new_financial_year_counts_in_the_old_one(force):
    programme = factories.ProgrammeFactory(first_day=date(2024, 4, 1), last_day=date(2026, 3, 31))
    stream = factories.FundingStreamFactory(programme=programme)
    shift(force, instant(date(2025, 3, 31), time(22)), funding_stream=stream)
    shift(force, instant(date(2025, 4, 1), time(0)), funding_stream=stream)
    for day in (date(2025, 3, 31), date(2025, 4, 1)):
        assert count(force, Period.financial_year(day), programme=programme).totals.patrols == 1


def test_the_leap_day_is_a_day_of_february(force):
    programme = factories.ProgrammeFactory(first_day=date(2024, 2, 1), last_day=date(2024, 3, 31))
    stream = factories.FundingStreamFactory(programme=programme)
    shift(force, instant(date(2024, 2, 29), time(22)), funding_stream=stream)
    for period in (Period(date(2024, 2, 29), date(2024, 2, 29)), Period.month(date(2024, 2, 1))):
        assert count(force, period, programme=programme).totals.patrols == 1
    assert count(force, Period.month(date(2024, 3, 1)), programme=programme).totals.patrols == 0


def test_only_completed_shifts_paid_from_the_programme_count(force):
    day = datetime(2024, 10, 4, 21, tzinfo=UTC)
    shift(force, day)
    shift(force, day, state=PatrolShift.State.VOIDED)
    shift(force, day, state=PatrolShift.State.PLANNED)
    shift(force, day, funding_stream=force.business_as_usual)
    shift(force, day, funding_stream=factories.FundingStreamFactory())
    assert count(force, Period.month(date(2024, 10, 1))).totals.patrols == 1


def test_everybody_in_the_crew_counts_for_their_own_time(force):
    roles = ["police_officer", "special_constable", "pcso", "community_enforcement_officer"]
    patrol = shift(force, datetime(2024, 10, 4, 21, tzinfo=UTC), crew=roles)
    late = patrol.crew.last()
    late.starts_at += timedelta(minutes=95)
    late.save()
    assert count(force, Period.month(date(2024, 10, 1))).totals.patrol_minutes == 4 * 480 - 95


def test_authorisations_informal_warnings_and_what_was_withdrawn_do_not_count(force):
    patrol = shift(force, datetime(2024, 10, 4, 21, tzinfo=UTC))
    for kind in ("dispersal_direction", "dispersal_authorisation", "informal_warning"):
        factories.AsbPowerUseFactory(shift=patrol, kind_id=kind)
    factories.AsbPowerUseFactory(shift=patrol, void_reason="Entered twice")
    for maker in (factories.ArrestFactory, factories.StopSearchFactory, factories.WeaponRecoveredFactory):
        maker(shift=patrol)
        maker(shift=patrol, void_reason="Entered twice")
    totals = count(force, Period.month(date(2024, 10, 1))).totals
    assert (totals.asb_powers, totals.arrests, totals.stop_searches, totals.weapons) == (1, 1, 1, 1)


@pytest.mark.parametrize("by", [(Grain.AREA, Grain.MONTH), (Grain.AREA,), (Grain.DAY,)])
def test_parts_of_which_everything_was_withdrawn_have_no_row(force, by):
    PatrolShift.objects.filter(pk=shift(force, datetime(2024, 10, 4, 21, tzinfo=UTC)).pk).update(
        state=PatrolShift.State.VOIDED, void_reason="Entered twice"
    )
    assert count(force, force.programme.period, by=by).rows == []


def test_areas_that_were_not_asked_for_do_not_count(force):
    shift(force, datetime(2024, 10, 4, 21, tzinfo=UTC))
    period = Period.month(date(2024, 10, 1))
    assert count(force, period, areas=[force.watford]).totals == Counts()
    assert count(force, period, areas=[]).totals == Counts()


@given(st.dates(date(2024, 5, 1), date(2025, 3, 31)), st.integers(0, 334))
@settings(max_examples=60)
def test_whole_months_and_ragged_days_are_the_sum_of_single_days(force, first, days):
    """The same answer whether the month summary is used or every day is counted on its own."""
    if not PatrolShift.objects.exists():
        for month in Period(date(2024, 5, 1), date(2025, 3, 31)).each_month():
            for night in (month.first_day, month.first_day + timedelta(days=14), month.last_day):
                shift(force, *span(night, time(22), time(6)), crew=["pcso"] * (1 + night.day % 3))
    period = Period(first, min(first + timedelta(days=days), date(2025, 3, 31)))
    by_day = count(force, period, by=(Grain.DAY,))
    assert count(force, period).totals == by_day.totals
    assert by_day.totals.patrols == sum(
        1 for shift in PatrolShift.objects.all() if period.first_day <= shift.day <= period.last_day
    )


def test_a_minute_of_one_person_is_a_patrol_of_its_month(force):
    start = datetime(2024, 10, 4, 21, tzinfo=UTC)
    shift(force, start, start + timedelta(minutes=1), crew=["pcso"])
    (row,) = count(force, force.programme.period, by=(Grain.AREA, Grain.MONTH)).rows
    assert row.counts == Counts(patrol_minutes=1, patrols=1, clock_minutes=1)


def test_a_question_is_one_query(force, django_assert_num_queries):
    shift(force, datetime(2024, 10, 4, 21, tzinfo=UTC))
    with django_assert_num_queries(1):
        count(force, force.programme.period, by=(Grain.AREA, Grain.MONTH))


def test_figures_by_area_and_again_by_month_add_up_to_the_same_as_crossed(force):
    for night, area in ((date(2024, 10, 9), force.hitchin), (date(2024, 10, 11), force.watford)):
        shift(force, instant(night, time(22)), area=area)
    shift(force, instant(date(2024, 11, 2), time(22)))
    period, by = Period(date(2024, 10, 10), date(2024, 11, 30)), (Grain.AREA, Grain.MONTH)
    crossed, apart = count(force, period, by=by), count(force, period, by=by, is_crossed=False)
    assert apart.totals == crossed.totals
    assert {(row.area, row.month, row.counts.patrols) for row in crossed.rows} == {
        (force.watford.pk, date(2024, 10, 1), 1),
        (force.hitchin.pk, date(2024, 11, 1), 1),
    }
    assert {(row.area, row.month, row.counts.patrols) for row in apart.rows} == {
        (force.watford.pk, None, 1),
        (force.hitchin.pk, None, 1),
        (None, date(2024, 10, 1), 1),
        (None, date(2024, 11, 1), 1),
    }


@pytest.mark.parametrize(
    ("last", "by", "summaries"),
    [
        (date(2024, 12, 31), (), {"month"}),
        (date(2024, 10, 30), (), {"day"}),
        (date(2024, 12, 30), (), {"month", "day"}),
        (date(2024, 12, 1), (), {"month", "day"}),
        (date(2024, 12, 31), (Grain.DAY,), {"day"}),
        (date(2024, 12, 31), (Grain.AREA, Grain.MONTH), {"month"}),
        (date(2024, 12, 30), (Grain.AREA, Grain.MONTH), {"month", "day"}),
    ],
)
def test_only_the_summaries_that_hold_days_of_the_period_are_asked(force, last, by, summaries):
    shift(force, datetime(2024, 10, 11, 21, tzinfo=UTC))
    with CaptureQueriesContext(connection) as asked:
        found = count(force, Period(date(2024, 10, 1), last), by=by)
    assert found.totals.patrols == 1
    assert {
        name for name in ("month", "day") if f"reports_{name}summary" in asked.captured_queries[-1]["sql"]
    } == summaries
