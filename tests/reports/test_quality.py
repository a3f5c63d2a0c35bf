"""The card of data quality: against a slow twin, with the definitions at their edges."""

import calendar
import random
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from hotspot.core.calendar import Period
from hotspots.models import AreaTarget, FundingStream
from outcomes.confirmations.held import months_changed
from outcomes.confirmations.operations import take_back
from outcomes.models import Arrest, AsbPowerUse, StopSearch, WeaponRecovered
from patrols.models import LATE_AFTER, PatrolShift
from reports.dashboard.cards.quality import data_quality
from reports.figures.publication import record_checks
from reports.figures.quality import Nights, QualityPart, ShiftWarnings, quality
from reports.figures.series import Selection
from reports.figures.targets import Targets
from tests import factories
from tests.conftest import NOW
from tests.outcomes.months import confirm
from tests.reports.naive import counted_shifts, london_day

pytestmark = pytest.mark.slow

OCTOBER = Period(date(2024, 10, 1), date(2024, 10, 31))
TWO_MONTHS = Period(date(2024, 9, 1), date(2024, 10, 31))


def night(force, area, day: date, **values):
    starts_at = datetime(day.year, day.month, day.day, 21, tzinfo=UTC)
    values = {"funding_stream": force.grant, "logged_by": force.sam, "crew": ["police_officer"]} | values
    return factories.PatrolShiftFactory(area=area, starts_at=starts_at, **values)


def asked(force, period=OCTOBER, *areas, at=NOW) -> Selection:
    return Selection(force.programme, period, areas or [force.hitchin, force.letchworth, force.watford], at)


def target(area, first_month: date, patrols: int = 31) -> AreaTarget:
    """Of a patrol for each night, unless another number is said."""
    return factories.AreaTargetFactory(area=area, first_month=first_month, patrols=patrols)


def part_of(question: Selection, area) -> QualityPart:
    return next(part for part in quality(question) if part.area == area)


# --- the slow twin ------------------------------------------------------------------------------------------------


def expected_months(area, first: date, last: date) -> dict[date, tuple[list[date], Fraction]]:
    """By month, the days on which the area is active under a target of patrols, and the patrols that they ask for."""
    targets = sorted((each.first_month, each.patrols) for each in AreaTarget.objects.all() if each.area_id == area.pk)
    months: dict[date, tuple[list[date], Fraction]] = {}
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        patrols = [patrols for month, patrols in targets if month <= day.replace(day=1)]
        if patrols and patrols[-1] and area.first_day <= day <= (area.last_day or day):
            days, due = months.get(day.replace(day=1), ([], Fraction(0)))
            a_day = Fraction(patrols[-1], calendar.monthrange(day.year, day.month)[1])
            months[day.replace(day=1)] = ([*days, day], due + a_day)
    return months


def expected_nights(months: dict[date, tuple[list[date], Fraction]], patrols: list[date]) -> tuple[int, int] | None:
    """Nights needed and missing, by the London days of an area's patrols."""
    needed = missing = 0
    for days, asked_for in months.values():
        due = asked_for.numerator // asked_for.denominator
        made = len([day for day in patrols if day in days])
        empty = len([day for day in days if day not in patrols])
        needed += min(due, len(days))
        missing += min(max(due - made, 0), empty)
    return (needed, missing) if months else None


def twin(question: Selection) -> dict[int, tuple]:
    first, last = question.period.first_day, question.period.last_day
    yesterday = london_day(question.at) - timedelta(days=1)
    counted = counted_shifts(question.programme, first, last, question.area_ids)
    outcomes = [row for model in (Arrest, StopSearch, WeaponRecovered, AsbPowerUse) for row in model.objects.all()]
    planned = [
        shift
        for shift in PatrolShift.objects.select_related("funding_stream")
        if shift.state == "planned"
        and shift.funding_stream.programme_id == question.programme.pk
        and shift.funding_stream.kind != FundingStream.Kind.BUSINESS_AS_USUAL
        and first <= london_day(shift.starts_at) <= last
    ]
    found = {}
    for area in question.areas:
        own = [shift for shift in counted if shift.area_id == area.pk]
        ids, days = {shift.pk for shift in own}, [london_day(shift.starts_at) for shift in own]
        found[area.pk] = (
            expected_nights(expected_months(area, first, min(last, yesterday)), days),
            len([shift for shift in own if (shift.logged_at - shift.ends_at).total_seconds() > 24 * 60 * 60]),
            len([row for row in outcomes if row.shift_id in ids and row.detail_to_follow and not row.void_reason]),
            len([shift for shift in own if shift.doubts_kept]),
            len([shift for shift in planned if shift.area_id == area.pk and shift.ends_at <= question.at]),
        )
    return found


@pytest.fixture
def busy(force):
    """Shifts of every state, stream and lateness. Hitchin has a target from October, Letchworth always."""
    dice = random.Random(5)
    other = factories.FundingStreamFactory(
        programme=factories.ProgrammeFactory(first_day=force.programme.first_day, last_day=force.programme.last_day)
    )
    target(force.hitchin, date(2024, 10, 1), 20)
    target(force.letchworth, date(2024, 5, 1), 90)
    target(force.letchworth, date(2024, 9, 1), 45)
    target(force.watford, date(2024, 10, 1), 12)
    for _ in range(60):
        day = date(2024, 9, 10) + timedelta(days=dice.randrange(40))
        state = dice.choice(["completed"] * 3 + ["voided", "planned"])
        shift = night(
            force,
            dice.choice([force.hitchin, force.letchworth, force.watford]),
            day,
            state=state,
            funding_stream=dice.choice([force.grant, force.grant, force.grant, force.business_as_usual, other]),
            logged_at=datetime(day.year, day.month, day.day, 5, tzinfo=UTC) + timedelta(days=dice.randrange(1, 5)),
            doubts_kept=dice.choice([[], [], ["long_shift"], ["overlap", "long_shift"]]),
        )
        if state == "planned":
            continue
        for factory in (factories.ArrestFactory, factories.StopSearchFactory, factories.WeaponRecoveredFactory):
            if dice.random() < 0.4:
                factory(shift=shift, void_reason=dice.choice(["", "", "Entered twice"]))
        factories.AsbPowerUseFactory(shift=shift, detail_to_follow=dice.random() < 0.3)
    return force


@pytest.mark.parametrize(
    ("period", "at"),
    [
        (OCTOBER, NOW),
        (TWO_MONTHS, NOW),
        (TWO_MONTHS, datetime(2024, 12, 1, tzinfo=UTC)),
        (Period(date(2024, 10, 12), date(2024, 10, 31)), NOW),
    ],
    ids=["running", "two_months", "over", "begun_today"],
)
def test_data_quality_is_what_looking_at_each_record_gives(busy, period, at):
    question = asked(busy, period, at=at)
    found = {
        part.area.pk: (
            part.nights and (part.nights.needed, part.nights.missing),
            part.shifts.late,
            part.to_follow,
            part.shifts.warnings,
            part.shifts.overdue,
        )
        for part in quality(question)
    }
    assert found == twin(question)


def test_the_twin_has_something_of_everything_to_find(busy):
    columns = list(zip(*twin(asked(busy, TWO_MONTHS)).values(), strict=True))
    assert all(any(column) for column in columns)


# --- the definitions at their edges -------------------------------------------------------------------------------


def test_todays_night_is_to_come_and_is_not_missing(force):
    target(force.hitchin, date(2024, 10, 1))
    assert part_of(asked(force), force.hitchin).nights == Nights(11, 11)
    night(force, force.hitchin, date(2024, 10, 4))
    night(force, force.hitchin, date(2024, 10, 12))
    assert part_of(asked(force), force.hitchin).nights == Nights(11, 10)


def test_business_as_usual_and_withdrawn_patrols_leave_the_night_missing(force):
    target(force.hitchin, date(2024, 10, 1))
    night(force, force.hitchin, date(2024, 10, 3), funding_stream=force.business_as_usual)
    night(force, force.hitchin, date(2024, 10, 4), state="voided")
    assert part_of(asked(force), force.hitchin).nights == Nights(11, 11)


def test_only_days_with_a_target_on_which_the_area_was_active_are_expected(force):
    target(force.hitchin, date(2024, 10, 1))
    force.hitchin.first_day, force.hitchin.last_day = date(2024, 10, 5), date(2024, 10, 6)
    assert part_of(asked(force, TWO_MONTHS), force.hitchin).nights == Nights(2, 2)
    assert part_of(asked(force, TWO_MONTHS), force.letchworth).nights is None
    september = asked(force, Period(date(2024, 9, 1), date(2024, 9, 30)))
    assert force.hitchin not in [part.area for part in quality(september)]


def test_months_with_a_target_say_what_their_days_ask_for(force):
    target(force.hitchin, date(2024, 9, 1), 30)
    targets = Targets([force.hitchin, force.watford], Period(date(2024, 8, 20), date(2024, 10, 11)))
    assert targets.patrols_by_month(force.hitchin.pk, date(2024, 10, 10)) == [
        (Period(date(2024, 9, 1), date(2024, 9, 30)), 30),
        (Period(date(2024, 10, 1), date(2024, 10, 10)), 9),
    ]
    first_day = Period(date(2024, 9, 1), date(2024, 9, 1))
    assert targets.patrols_by_month(force.hitchin.pk, date(2024, 9, 1)) == [(first_day, 1)]
    assert targets.patrols_by_month(force.watford.pk, date(2024, 10, 10)) == []


def test_nights_follow_from_the_target_and_not_from_every_night(force):
    """Twelve patrols a month are four by 11 October, on whatever nights they are."""
    target(force.hitchin, date(2024, 10, 1), 12)
    assert part_of(asked(force), force.hitchin).nights == Nights(4, 4)
    for day in (2, 5, 6):
        night(force, force.hitchin, date(2024, 10, day))
    assert part_of(asked(force), force.hitchin).nights == Nights(4, 1)
    factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, starts_at=datetime(2024, 10, 6, 11, tzinfo=UTC)
    )
    assert part_of(asked(force), force.hitchin).nights == Nights(4, 0)


@pytest.mark.parametrize(
    ("nights", "due", "patrols", "patrolled", "expected"),
    [
        (30, 12, 12, 6, Nights(12, 0)),  # Met by two patrols a night.
        (30, 60, 30, 30, Nights(30, 0)),  # Short of patrols, but no night was without.
        (30, 60, 30, 20, Nights(30, 10)),
        (30, 60, 0, 0, Nights(30, 30)),
        (10, 0, 0, 0, Nights(0, 0)),
    ],
)
def test_nights_of_a_month(nights, due, patrols, patrolled, expected):
    assert Nights.of_month(nights, due, patrols, patrolled) == expected


def test_a_month_does_not_make_up_for_another(force):
    target(force.hitchin, date(2024, 9, 1), 3)
    for day in range(1, 9):
        night(force, force.hitchin, date(2024, 9, day))
    assert part_of(asked(force, TWO_MONTHS), force.hitchin).nights == Nights(4, 1)


def test_a_target_of_hours_alone_asks_for_no_night(force):
    target(force.hitchin, date(2024, 10, 1), 0)
    assert part_of(asked(force), force.hitchin).nights is None


def test_a_late_entry_is_logged_more_than_24_hours_after_the_end(force):
    for day, too_late in ((3, timedelta(0)), (4, timedelta(seconds=1))):
        shift = night(force, force.hitchin, date(2024, 10, day))
        PatrolShift.objects.filter(pk=shift.pk).update(logged_at=shift.ends_at + LATE_AFTER + too_late)
    assert part_of(asked(force), force.hitchin).shifts == ShiftWarnings(late=1)
    assert timedelta(hours=24) == LATE_AFTER


def test_a_planned_shift_is_overdue_when_it_should_be_over(force):
    night(force, force.hitchin, date(2024, 10, 3), state="planned")
    shift = night(force, force.hitchin, date(2024, 10, 11), state="planned")
    assert part_of(asked(force, at=shift.ends_at), force.hitchin).shifts.overdue == 2
    assert part_of(asked(force, at=shift.ends_at - timedelta(minutes=1)), force.hitchin).shifts.overdue == 1
    assert shift.is_overdue(shift.ends_at)


# --- the card -----------------------------------------------------------------------------------------------------


def test_the_card_says_what_there_is_and_shows_most_missing_nights_first(force):
    target(force.letchworth, date(2024, 10, 1))
    target(force.hitchin, date(2024, 10, 1))
    for day in range(1, 12):
        night(force, force.hitchin, date(2024, 10, day))
    shift = night(force, force.watford, date(2024, 10, 2), doubts_kept=["long_shift"])
    factories.ArrestFactory.create_batch(2, shift=shift)
    card = data_quality(quality(asked(force)))
    assert card.sentence == (
        "11 of 22 nights that the targets need had no patrol in these 3 areas together. "
        "To look at: 2 outcomes with detail to follow and 1 patrol kept with doubts."
    )
    assert [list(row) for row in card.rows] == [
        [force.letchworth.name, 11, 11, 0, 0, 0, 0, None, None],
        [force.hitchin.name, 11, 0, 0, 0, 0, 0, None, None],
        [force.watford.name, None, None, 0, 2, 1, 0, None, None],
    ]
    assert [(bar.name, bar.value) for bar in card.chart.bars] == [
        (force.letchworth.name, "11 nights"),
        (force.hitchin.name, "0 nights"),
    ]


def test_without_a_target_the_card_says_that_nothing_is_expected(force):
    night(force, force.hitchin, date(2024, 10, 2))
    card = data_quality(quality(asked(force)))
    assert card.sentence == "No target says on how many nights to expect patrols."
    assert card.chart is None
    assert [row[1] for row in card.rows] == [None, None, None]


def test_the_card_says_when_no_night_is_missing(force):
    target(force.hitchin, date(2024, 10, 1))
    for day in range(1, 12):
        night(force, force.hitchin, date(2024, 10, day))
    card = data_quality(quality(asked(force, OCTOBER, force.hitchin)))
    assert card.sentence == "Every area had as many patrols as its target asks for, or one every night."
    assert card.chart is None


def test_a_period_that_has_not_begun_has_no_areas(force):
    assert quality(asked(force, Period(date(2024, 11, 1), date(2024, 11, 30)))) == []
    assert quality(Selection(force.programme, OCTOBER, [], NOW)) == []


def test_the_number_of_queries_is_fixed(busy, django_assert_num_queries):
    for areas in ([busy.hitchin], []):
        with django_assert_num_queries(4):
            quality(asked(busy, OCTOBER, *areas))


# --- completeness -------------------------------------------------------------------------------------------------
NOVEMBER = datetime(2024, 11, 10, 9, tzinfo=UTC)


def months_of_cards(force, at=NOVEMBER, period=TWO_MONTHS):
    """By area: months to confirm and confirmed; and the sentence's last words and the totals."""
    card = data_quality(quality(asked(force, period, at=at)))
    return {row[0]: list(row[-2:]) for row in card.rows}, card.sentence, list(card.foot[-2:])


def test_completeness_counts_a_supervisors_month_once_in_all_and_in_each_area(force):
    night(force, force.hitchin, date(2024, 9, 2))
    night(force, force.letchworth, date(2024, 9, 3))
    night(force, force.letchworth, date(2024, 10, 3), state="planned")
    night(force, force.watford, date(2024, 10, 3), logged_by=force.sue)
    night(force, force.watford, date(2024, 10, 4), logged_by=force.adam, state="voided")
    night(force, force.watford, date(2024, 10, 5), logged_by=force.adam, funding_stream=force.business_as_usual)
    confirm(force.sam, month=Period.month(date(2024, 9, 1)))
    confirm(force.sue, month=OCTOBER)
    rows, sentence, foot = months_of_cards(force)
    assert rows == {force.hitchin.name: [1, 1], force.letchworth.name: [2, 1], force.watford.name: [1, 1]}
    assert foot == [3, 2]
    assert sentence.endswith("Supervisors have confirmed 2 of 3 months.")


def test_a_month_is_expected_when_it_is_over_also_where_the_period_cuts_it(force):
    night(force, force.hitchin, date(2024, 10, 2))
    at = datetime(2024, 10, 31, 23, 59, tzinfo=UTC)
    assert months_of_cards(force, at=at)[2] == [None, None]
    week = Period(date(2024, 10, 28), date(2024, 11, 3))
    assert months_of_cards(force, at=NOVEMBER, period=week)[2] == [1, 0]


def test_what_is_taken_back_is_not_confirmed(force):
    night(force, force.hitchin, date(2024, 10, 2))
    found = confirm(force.sam)
    assert months_of_cards(force)[2] == [1, 1]
    take_back(by=force.sam, at=NOVEMBER, confirmation_id=found.pk)
    assert months_of_cards(force)[2] == [1, 0]


def test_of_twenty_months_or_more_there_is_a_percentage(force):
    for person in factories.UserFactory.create_batch(20):
        night(force, force.hitchin, date(2024, 10, 2), logged_by=person)
    confirm(PatrolShift.objects.first().logged_by)
    assert months_of_cards(force)[1].endswith("Supervisors have confirmed 1 of 20 months (5%).")


def test_statements_are_warned_of_months_that_are_not_confirmed_or_changed_since(force):
    night(force, force.hitchin, date(2024, 9, 2))
    night(force, force.watford, date(2024, 9, 2), logged_by=force.sue)
    first = night(force, force.hitchin, date(2024, 10, 2))
    night(force, force.watford, date(2024, 10, 2), logged_by=force.sue)
    confirm(force.sam)
    question = asked(force, TWO_MONTHS, at=NOVEMBER)

    def said():
        return [line for line in record_checks(question) if "confirmed" in line]

    assert said() == [
        "October 2024: 1 of 2 supervisors has not confirmed that there is nothing more to log (Watford).",
        "September 2024: 2 of 2 supervisors have not confirmed that there is nothing more to log "
        "(North Herts and Watford).",
    ]
    factories.ArrestFactory(shift=first)
    assert said()[2:] == ["In 1 confirmed month of supervisors something changed since."]
    assert "Sergeant" not in "".join(said()), "the words are kept with what is published"
    void(first)
    assert said()[2:] == ["In 1 confirmed month of supervisors something changed since."]


def test_statements_are_not_warned_of_changes_to_what_they_are_not_about(force):
    """Business as usual, other areas, steps in court, and shifts of other months."""
    paid = night(force, force.hitchin, date(2024, 10, 2))
    unpaid = night(force, force.hitchin, date(2024, 10, 3), funding_stream=force.business_as_usual)
    elsewhere = night(force, force.letchworth, date(2024, 10, 4))
    factories.ArrestFactory(shift=paid)
    confirm(force.sam)
    PatrolShift.objects.filter(pk=paid.pk).update(note="It rained")
    question = asked(force, TWO_MONTHS, force.hitchin, at=NOVEMBER)

    def changed():
        return [line for line in record_checks(question) if "changed" in line]

    for shift in (unpaid, elsewhere):
        factories.ArrestFactory(shift=shift)
        void(shift)
    night(force, force.hitchin, date(2024, 11, 1))
    assert changed() == []
    later = night(force, force.hitchin, date(2024, 10, 5))
    assert len(changed()) == 1
    void(later)
    assert changed() == []
    PatrolShift.objects.filter(pk=paid.pk).update(logged_by=force.sue)
    assert len(changed()) == 1


def void(shift):
    PatrolShift.objects.filter(pk=shift.pk).update(state="voided", void_reason="Another force’s")


def test_checks_read_few_rows_however_many_shifts_were_confirmed(force, django_assert_num_queries):
    """What changed is counted where the records are: one trip and one row."""
    for day in range(1, 15):
        night(force, force.hitchin, date(2024, 10, day))
    confirm(force.sam)
    of = {"programme_id": force.programme.pk, "area_ids": [force.hitchin.pk], "streams_apart": ()}
    with django_assert_num_queries(1) as asked_for:
        assert months_changed(OCTOBER, **of) == 0
    assert "count(*)" in asked_for[0]["sql"]
    with django_assert_num_queries(5):
        list(record_checks(asked(force, OCTOBER, at=NOVEMBER)))
    for day in range(15, 29):
        night(force, force.hitchin, date(2024, 10, day), logged_by=force.sue)
    confirm(force.sue)
    with django_assert_num_queries(5):
        list(record_checks(asked(force, OCTOBER, at=NOVEMBER)))
