"""Costs of patrols: an independent recount, closed months that stay, and who sees what."""

import csv
import io
from calendar import monthrange
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import InternalError, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.core.calendar import Period
from hotspots.models import ClosedMonth, IncomeLine, IncomeMonth, SpendCategory
from patrols.models import BankHoliday, CrewMember, CrewRole, HourlyRate, PatrolShift, PayRule, RateType
from reports.costs.forecast import forecast, t_quantile
from reports.costs.money import money_of
from reports.costs.office import office_rows
from reports.costs.presenters import money_rows
from reports.costs.queries import costs_seen_by
from reports.costs.rules import CostLine, CostSum, cost_sum, line_pence, sums_by
from reports.models import FrozenCost
from tests import factories
from tests.patrols import rates
from tests.reports.naive import counted_shifts, london_day, minutes

pytestmark = pytest.mark.django_db

YEAR = Period(date(2024, 5, 1), date(2025, 3, 31))
AT = datetime(2024, 10, 12, 12, tzinfo=UTC)


def shift(force, starts_at: datetime, hours: float = 8, crew=(CrewRole.POLICE_OFFICER,), **facts) -> PatrolShift:
    facts = {"area": force.hitchin, "funding_stream": force.grant, "logged_by": force.sam} | facts
    ends_at = starts_at + timedelta(hours=hours)
    return factories.PatrolShiftFactory(starts_at=starts_at, ends_at=ends_at, crew=list(crew), **facts)


def night(month: int, day: int, hour: int = 20) -> datetime:
    return datetime(2024, month, day, hour, tzinfo=UTC)


def close(force, month: date) -> ClosedMonth:
    return factories.ClosedMonthFactory(
        programme=force.programme, month=month, prepared_by=force.fay, closed_by=force.adam
    )


def costs(force, months: Period = YEAR, user=None):
    return costs_seen_by(user or force.anna, force.programme, months, at=AT)


# --- The independent recount ------------------------------------------------------------------------------------------


def rate_on(stream_id: int, role: str, day: date) -> tuple[str, int | None]:
    """Type of time and pence an hour on a day, from every row there is."""
    rules = [rule for rule in PayRule.objects.all() if (rule.funding_stream_id, rule.role) == (stream_id, role)]
    rules = sorted((rule for rule in rules if rule.first_day <= day), key=lambda rule: rule.first_day)
    if not rules:
        return "", None
    is_holiday = day in [holiday.day for holiday in BankHoliday.objects.all()]
    kind = rules[-1].bank_holiday if is_holiday else rules[-1].ordinary
    found = [
        rate
        for rate in HourlyRate.objects.all()
        if (rate.funding_stream_id, rate.role, rate.rate_type) == (stream_id, role, kind) and rate.first_day <= day
    ]
    return kind, max(found, key=lambda rate: rate.first_day).hour_pence if found else None


def naive_lines(force, months: Period, areas) -> set[CostLine]:
    """The lines of some months in plain Python, from single shifts and rates."""
    time: dict[tuple, list[int]] = defaultdict(lambda: [0, 0])
    for each in counted_shifts(force.programme, months.first_day, months.last_day, areas):
        day = london_day(each.starts_at)
        for member in CrewMember.objects.filter(shift=each):
            pay = rate_on(each.funding_stream_id, member.role, day)
            sums = time[day.replace(day=1), each.area_id, each.funding_stream_id, member.role, *pay]
            sums[0] += 1
            sums[1] += minutes(member.starts_at, member.ends_at)
    return {CostLine(*key, *sums, half_up(sums[1], key[-1])) for key, sums in time.items()}


def half_up(lasted: int, hour_pence: int | None) -> int | None:
    if hour_pence is None:
        return None
    exact = Fraction(lasted * hour_pence, 60)
    return int(exact) + (exact - int(exact) >= Fraction(1, 2))


DAYS = st.dates(date(2024, 7, 25), date(2024, 10, 30))
HOURLY = st.one_of(st.none(), st.integers(1, 9_999))
ROLES, TYPES = st.sampled_from(CrewRole), st.sampled_from(RateType)
PLACES = st.integers(0, 20)
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("shift"), DAYS, st.integers(0, 1439), st.integers(1, 1440), st.lists(ROLES, min_size=1, max_size=3)
        ),
        st.tuples(st.just("rate"), DAYS, ROLES, TYPES, HOURLY),
        st.tuples(st.just("rule"), DAYS, ROLES, TYPES, TYPES),
        st.tuples(st.just("holiday"), DAYS),
        st.tuples(st.just("correct"), PLACES, st.integers(1, 300)),
        st.tuples(st.just("void"), PLACES),
        st.tuples(st.just("close"), st.sampled_from([7, 8, 9, 10])),
    ),
    min_size=5,
    max_size=30,
)


def take(force, step) -> None:
    """One thing that somebody does."""
    what, *facts = step
    match what:
        case "shift":
            day, minute, lasted, crew = facts
            start = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
            area = force.hitchin if minute % 2 else force.watford
            stream = force.business_as_usual if minute % 5 == 0 else force.grant
            shift(force, start, lasted / 60, crew, area=area, funding_stream=stream)
        case "rate":
            day, role, kind, pence = facts
            HourlyRate.objects.update_or_create(
                funding_stream=force.grant, role=role, rate_type=kind, first_day=day,
                defaults={"hour_pence": pence, "source": "x"},
            )  # fmt: skip
        case "rule":
            day, role, ordinary, holiday = facts
            PayRule.objects.update_or_create(
                funding_stream=force.grant, role=role, first_day=day,
                defaults={"ordinary": ordinary, "bank_holiday": holiday},
            )  # fmt: skip
        case "holiday":
            BankHoliday.objects.get_or_create(day=facts[0], defaults={"name": "A holiday"})
        case "correct" | "void":
            change(*facts)
        case "close":
            month = date(2024, facts[0], 1)
            if not ClosedMonth.objects.filter(month=month).exists():
                close(force, month)


def change(place: int, lasted: int | None = None) -> None:
    """Give one member of a shift another length, or void the shift."""
    every = list(PatrolShift.objects.filter(state="completed").order_by("pk"))
    if not every:
        return
    found = every[place % len(every)]
    if lasted is None:
        CrewMember.objects.filter(shift=found).update(shift_state="voided")
        PatrolShift.objects.filter(pk=found.pk).update(state="voided", void_reason="Twice")
        return
    member = found.crew.first()
    end = min(member.starts_at + timedelta(minutes=lasted), found.ends_at)
    CrewMember.objects.filter(pk=member.pk).update(ends_at=end)


def check_random(force, steps) -> None:
    months = Period(date(2024, 7, 1), date(2024, 10, 31))
    areas = [force.hitchin.pk, force.letchworth.pk, force.watford.pk]
    frozen: dict[date, set[CostLine]] = {}
    with transaction.atomic():
        for step in steps:
            take(force, step)
            if step[0] == "close" and (month := date(2024, step[1], 1)) not in frozen:
                whole = Period(month, date(2024, step[1], monthrange(2024, step[1])[1]))
                frozen[month] = naive_lines(force, whole, areas)
        now = naive_lines(force, months, areas)
        expected = {line for line in now if line.month not in frozen} | set().union(*frozen.values())
        found = costs(force, months)
        assert len(found.lines) == len(set(found.lines))
        assert set(found.lines) == expected
        assert set(found.closed) == set(frozen)
        for month, then in frozen.items():
            sums = [cost_sum(line for line in lines if line.month == month) for lines in (now, then)]
            later = found.later.get(month)
            assert (later.pence if later else 0) == sums[0].pence - sums[1].pence
            assert (later.unpaid_minutes if later else 0) == sums[0].unpaid_minutes - sums[1].unpaid_minutes
        for key in ("area_id", "stream_id", "role", "month"):
            parts = sums_by(found.lines, lambda line, key=key: getattr(line, key))
            assert sum(part.pence for part in parts.values()) == cost_sum(found.lines).pence
        transaction.set_rollback(True)


@settings(max_examples=6)
@given(STEPS)
def test_costs_are_what_a_recount_of_single_shifts_gives(force, steps):
    check_random(force, steps)


@pytest.mark.slow
@settings(max_examples=150)
@given(STEPS)
def test_costs_are_what_a_recount_of_single_shifts_gives_often(force, steps):
    check_random(force, steps)


# --- The rule ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lasted", "hour", "pence"), [(60, 3250, 3250), (1, 30, 1), (1, 29, 0), (90, 3333, 5000)])
def test_half_a_penny_is_rounded_up(lasted, hour, pence):
    assert line_pence(lasted, hour) == pence == half_up(lasted, hour)


def test_own_minutes_count_not_those_of_the_shift(force):
    rates.rate(force.adam, force.grant, 3000)
    found = shift(force, night(9, 6), crew=[CrewRole.POLICE_OFFICER] * 2)
    member = found.crew.first()
    CrewMember.objects.filter(pk=member.pk).update(ends_at=member.starts_at + timedelta(hours=2))
    assert cost_sum(costs(force).lines) == CostSum(10 * 3000, 10 * 60, 0, 2)


@pytest.mark.parametrize(
    ("start", "hours"),
    # From 10pm to 6am by the clock: nine hours when clocks go back, seven when they go forward.
    [(datetime(2024, 10, 26, 21, tzinfo=UTC), 9), (datetime(2025, 3, 29, 22, tzinfo=UTC), 7)],
)
def test_nights_of_clock_changes_cost_what_they_lasted(force, start, hours):
    rates.rate(force.adam, force.grant, 3000)
    shift(force, start, hours)
    assert cost_sum(costs(force).lines).pence == hours * 3000


def test_a_rate_that_starts_in_a_shift_is_for_the_next_day(force):
    rates.rate(force.adam, force.grant, 3000)
    rates.rate(force.adam, force.grant, 4000, date(2024, 9, 15))
    # 10pm on 14 September to 6am; a member who joins after midnight is paid as the shift is.
    found = shift(force, night(9, 14, 21), crew=[CrewRole.POLICE_OFFICER] * 2)
    late = found.crew.last()
    CrewMember.objects.filter(pk=late.pk).update(starts_at=late.starts_at + timedelta(hours=4))
    assert cost_sum(costs(force).lines).pence == 12 * 3000
    shift(force, night(9, 15, 21))
    assert cost_sum(costs(force).lines).pence == 12 * 3000 + 8 * 4000


def test_the_last_night_of_a_month_belongs_to_it(force):
    rates.rate(force.adam, force.grant, 3000)
    rates.rate(force.adam, force.grant, 4000, date(2024, 10, 1))
    shift(force, night(9, 30, 21))
    assert [(line.month, line.pence) for line in costs(force).lines] == [(date(2024, 9, 1), 8 * 3000)]


def test_time_without_a_rate_costs_nothing_and_is_said(force):
    rates.rate(force.adam, force.grant, 3000)
    shift(force, night(9, 6), crew=[CrewRole.POLICE_OFFICER, CrewRole.PCSO])
    total = cost_sum(costs(force).lines)
    assert (total.pence, total.paid_minutes, total.unpaid_minutes) == (8 * 3000, 480, 480)
    assert (total.hour_pence, total.patrol_pence(1)) == (3000, None)


@pytest.mark.parametrize("facts", [{"state": "planned"}, {"state": "voided"}, {"funding_stream": "business_as_usual"}])
def test_what_the_headline_leaves_out_costs_nothing(force, facts):
    rates.rate(force.adam, force.grant, 3000)
    shift(force, night(9, 6), **{key: getattr(force, value, value) for key, value in facts.items()})
    assert costs(force).lines == []


# --- Closed months ----------------------------------------------------------------------------------------------------

SEPTEMBER = date(2024, 9, 1)


def test_a_closed_month_does_not_change_and_what_came_later_is_apart(force):
    rates.rate(force.adam, force.grant, 3000)
    first = shift(force, night(9, 6))
    close(force, SEPTEMBER)
    before = costs(force)
    assert before.later == {}
    shift(force, night(9, 7))
    rates.rate(force.adam, force.grant, 5000)
    after = costs(force)
    assert after.lines == before.lines
    assert after.patrols == before.patrols == {(SEPTEMBER, force.hitchin.pk): 1}
    assert after.later[SEPTEMBER].pence == 2 * 8 * 5000 - 8 * 3000
    change(0)
    first.refresh_from_db()
    assert first.is_voided
    assert costs(force).lines == before.lines


def test_what_is_frozen_cannot_be_changed_or_deleted(force):
    rates.rate(force.adam, force.grant, 3000)
    shift(force, night(9, 6))
    close(force, SEPTEMBER)
    for write in (lambda: FrozenCost.objects.update(pence=1), lambda: FrozenCost.objects.all().delete()):
        with pytest.raises(InternalError), transaction.atomic():
            write()


def test_a_closing_that_fails_freezes_nothing(force):
    shift(force, night(9, 6))
    with transaction.atomic():
        close(force, SEPTEMBER)
        assert FrozenCost.objects.exists()
        transaction.set_rollback(True)
    assert not FrozenCost.objects.exists()


# --- Who sees what ----------------------------------------------------------------------------------------------------


def test_supervisors_see_their_own_districts(force):
    rates.rate(force.adam, force.grant, 3000)
    shift(force, night(9, 6))
    shift(force, night(9, 7), area=force.watford)
    close(force, SEPTEMBER)
    shift(force, night(10, 7), area=force.watford)
    for name, areas in {
        "sam": {force.hitchin.pk},
        "sue": {force.watford.pk},
        "fay": {force.hitchin.pk, force.watford.pk},
    }.items():
        found = costs(force, user=force.people[name])
        assert {line.area_id for line in found.lines} == areas
        assert {area for _, area in found.patrols} == areas


def test_the_pccs_office_is_told_of_few_with_later_months_only(force):
    council = factories.FundingStreamFactory(programme=force.programme, name="Council", kind="council")
    rates.rate(force.adam, force.grant, 3000)
    for month in (5, 6, 7):
        for day in range(3, 9):
            shift(force, night(month, day), crew=[CrewRole.POLICE_OFFICER])
    shift(force, night(6, 10), funding_stream=council)
    shift(force, night(8, 10))
    found = costs(force, Period(date(2024, 5, 1), date(2024, 8, 31)), user=force.paul)
    rows = office_rows(found, [force.grant.pk, council.pk])
    # August's one is not told at all, and what the council paid once never without the grant's beside it.
    assert [row.months for row in rows] == [[date(2024, month, 1)] for month in (5, 6, 7)]
    assert rows[0].by_stream[force.grant.pk] == rows[0].total
    assert rows[1].by_stream == {force.grant.pk: None, council.pk: None}


# --- The forecast -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("freedom", "quantile"), [(1, 12.706), (2, 4.303), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)]
)
def test_the_quantiles_are_those_of_printed_tables(freedom, quantile):
    assert t_quantile(0.95, freedom) == pytest.approx(quantile, abs=0.0006)


def test_the_forecast_is_that_of_the_formula():
    # Mean 100, standard deviation 10, three months over and two to come: 500 ± 4.303 · 10 · √(2 + 4/3).
    found = forecast([90, 100, 110], 2, spent=300)
    assert (found.middle, found.low, found.high) == (500, 421, 579)


def test_the_forecast_never_falls_below_what_is_spent():
    assert forecast([0, 100, 500], 1, spent=900).low == 900
    assert forecast([100, 100], 3, spent=200) is None
    assert forecast([90, 100, 110], 0, spent=300) == forecast([90, 100, 110], 0, spent=0)


# --- Pages and files --------------------------------------------------------------------------------------------------


@pytest.fixture
def page(force, now):
    """What somebody sees under an address."""

    def get(name: str, path: str = "/costs/") -> str:
        client = Client()
        client.force_login(force.people[name], backend="django.contrib.auth.backends.ModelBackend")
        return client.get(path).content.decode()

    return get


@pytest.fixture
def patrolled(force):
    """Two closed months and one that is not over, in two districts, with a PCSO's time that has no rate."""
    rates.rate(force.adam, force.grant, 3000)
    for month in (8, 9, 10):
        for day in range(1, 7):
            shift(force, night(month, day), crew=[CrewRole.POLICE_OFFICER] * 2, area=force.hitchin)
    shift(force, night(10, 7), crew=[CrewRole.PCSO], area=force.watford)
    close(force, date(2024, 8, 1))
    shift(force, night(8, 20))
    return force


def test_the_page_says_first_what_has_no_rate(patrolled, page):
    seen = page("anna")
    assert "8.00 hours of patrol without a rate are left out of all costs." in seen
    assert seen.index("Time without a rate") < seen.index("By month")
    assert "Closed 4 October 2024" in seen
    assert "+£240.00" in seen
    assert "1 shift logged or changed" in seen
    # 18 shifts of two, eight hours each, at £30.
    assert "£8,640.00" in seen


def test_a_supervisor_sees_no_money_of_the_programme(patrolled, page):
    seen = page("sue")
    assert "Of the areas in your districts." in seen
    assert "Hitchin" not in seen
    assert '<h2 class="govuk-heading-m">Money</h2>' not in seen


def test_the_pccs_office_sees_months_and_streams_only(patrolled, page):
    for seen in (page("paul"), page("paul", "/costs/download.csv")):
        for word in ("Hitchin", "Watford", "police_officer", "Police officer", "PCSO"):
            assert word not in seen
    # October is not over.
    assert "£5,760.00" in page("paul")


def test_the_file_adds_up_to_the_page(patrolled, page):
    rows = list(csv.DictReader(io.StringIO(page("anna", "/costs/download.csv").removeprefix("\ufeff"))))
    assert sum(Decimal(row["cost (pounds)"]) for row in rows if row["cost (pounds)"] != "no rate") == Decimal("8640.00")
    assert [row["minutes"] for row in rows if row["cost (pounds)"] == "no rate"] == ["480"]


def test_without_patrols_or_programmes_the_page_says_so(force, page):
    assert "No patrols are recorded" in page("anna")
    assert "No patrols are recorded" in page("paul")


def test_how_many_queries_the_page_takes(patrolled, page, django_assert_max_num_queries):
    with django_assert_max_num_queries(45):
        page("anna")


def test_money_left_is_set_against_hours_left(patrolled):
    costs_so_far = costs(patrolled, Period(date(2024, 5, 1), date(2024, 10, 31)))
    factories.ApprovedEntryFactory(
        stream=patrolled.grant, category=SpendCategory.objects.get(name="Initiatives"), net_pence=100_000_00
    )
    factories.ApprovedEntryFactory(stream=patrolled.grant, net_pence=500_00)
    factories.AreaTargetFactory(area=patrolled.hitchin)
    found = money_of(patrolled.anna, costs_so_far, YEAR, today=AT.date())
    assert (found.budget, found.patrols, found.spent) == (1_000_000_00, 8_640_00, 108_640_00)
    assert (found.left, found.entered) == (891_360_00, 500_00)
    assert found.hours_left == 29_712
    # 20 of October's 31 days, and five more months, at 100 hours.
    assert found.hours_asked == round(100 * 20 / 31 + 500)
    # 164 of 335 days are over.
    assert found.pace == 48_955_224
    assert found.forecast is None
    rows = money_rows(found)
    # Nothing says what was expected, and nothing can have been spent in months to come.
    assert rows[5] == ["October 2024", "–", "£2,880.00", "£0.00", "–", "£108,640.00"]
    assert rows[-1] == ["March 2025", *["–"] * 5]


def test_pace_follows_the_profile_of_income(patrolled):
    line = IncomeLine.objects.create(stream=patrolled.grant, name="Grant", amount_pence=930_000_00)
    for month, pence in {9: 300_000_00, 10: 310_000_00, 11: 320_000_00}.items():
        IncomeMonth.objects.create(line=line, month=date(2024, month, 1), pence=pence)
    costs_so_far = costs(patrolled, Period(date(2024, 5, 1), date(2024, 10, 31)))
    found = money_of(patrolled.anna, costs_so_far, YEAR, today=AT.date())
    # September, and 11 of October's 31 days.
    assert (found.budget, found.pace) == (930_000_00, 410_000_00)
