"""The card of a measure by week: what is a week, what is usual, every measure, some areas, and another time beside."""

import random
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from statistics import mean

import pytest
from django.conf import settings

from hotspot.core.calendar import Period
from hotspots.models import AreaTarget
from reports.dashboard.cards.trend import trend
from reports.dashboard.views import KINDS
from reports.figures.control_limits import FEWEST, Limits, control_limits
from reports.figures.headline import Counts
from reports.figures.measures import HEADLINE, PATROL_HOURS, PATROLS
from reports.figures.series import CardChoices, CountedSpan, DatedEvent, Selection, Trend, by_week
from reports.impact import operations as impact
from tests import factories
from tests.reports.naive import counted_shifts, counts_of, london_day
from tests.reports.test_dashboard import URL, cells, file_rows, said
from tests.reports.test_figures_page import patrol

AFTER = datetime(2024, 12, 31, 12, tzinfo=UTC)
ARRESTS = HEADLINE[2]


def asked(force, period: Period, *areas, measure=PATROL_HOURS, at=AFTER) -> Selection:
    return Selection(force.programme, period, areas or [force.hitchin], at, choices=CardChoices(trend=measure))


# --- limits ---------------------------------------------------------------------------------------------------------


def test_limits_are_the_mean_and_2_66_mean_differences_to_either_side():
    """By hand: of 50 and 60 in turns the mean is 55 and each difference 10."""
    assert control_limits([50, 60] * 6) == Limits(Fraction(284, 10), Fraction(55), Fraction(816, 10))


def test_limits_are_what_reckoning_each_step_gives():
    dice = random.Random(3)
    values = [dice.randrange(100, 900) for _ in range(40)]
    differences = [abs(values[place] - values[place - 1]) for place in range(1, 40)]
    limits = control_limits(values)
    assert float(limits.mean) == pytest.approx(mean(values))
    assert float(limits.high) == pytest.approx(mean(values) + 2.66 * mean(differences))
    assert float(limits.low) == pytest.approx(max(mean(values) - 2.66 * mean(differences), 0))


def test_nothing_is_below_none_and_few_numbers_have_no_limits():
    assert control_limits([0, 9] * 6).low == 0
    assert control_limits([5] * (FEWEST - 1)) is None
    limits = control_limits([5] * FEWEST)
    assert [limits.place(value) for value in (4, 5, 6)] == ["below", "", "above"]


def test_what_is_said_to_lie_outside_is_not_one_of_the_ends():
    """From 0.5 to 6.8 is usual, which 7 is not: the ends that are said are 1 and 6."""
    numbers = [7, 4, 2, 3, 2, 4, 4, 4, 5, 4, 3, 2]
    mondays = [date(2024, 9, 2) + timedelta(weeks=number) for number in range(len(numbers))]
    spans = [
        CountedSpan(Period(monday, monday + timedelta(days=6)), Counts(arrests=number, patrols=1), None, True, True)
        for monday, number in zip(mondays, numbers, strict=True)
    ]
    card = trend(Trend(by_month=False, spans=spans, measure=ARRESTS, limits=control_limits(numbers)))
    assert "1 of 12 whole weeks lies outside the usual variation, 1 to 6 arrests." in card.sentence


# --- weeks ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def weeks(force):
    """Two hours in Hitchin each Monday from 2 September for 14 weeks, but 20 in the week of 28 October."""
    for week in range(14):
        day = date(2024, 9, 2) + timedelta(weeks=week)
        patrol(force, force.hitchin, day, minutes=600 if day == date(2024, 10, 28) else 60)
    return force


AUTUMN = Period(date(2024, 6, 1), date(2024, 12, 4))


def test_weeks_before_the_first_record_are_neither_shown_nor_averaged(weeks):
    course = by_week(asked(weeks, AUTUMN))
    assert [span.days.first_day for span in course.spans[:2]] == [date(2024, 9, 2), date(2024, 9, 9)]
    assert course.not_before == date(2024, 9, 2)
    values = [120] * 13
    values[8] = 1200
    assert course.limits == control_limits(values)
    card = trend(course)
    assert "Nothing is recorded before 2 September 2024, so no week before it is shown." in card.notes


def test_the_first_record_is_the_programmes_and_counts_nothing_else(weeks):
    """Watford has no patrol at all: its weeks without are weeks. Business as usual and withdrawn patrols are none."""
    early = date(2024, 7, 1)
    patrol(weeks, weeks.hitchin, early, state="voided")
    factories.PatrolShiftFactory(
        area=weeks.hitchin, funding_stream=weeks.business_as_usual, starts_at=datetime(2024, 7, 2, 20, tzinfo=UTC)
    )
    course = by_week(asked(weeks, AUTUMN, weeks.watford))
    assert len(course.spans) == 14
    assert {span.counts.patrols for span in course.spans} == {0}


def test_before_any_record_there_is_no_week(force):
    assert by_week(asked(force, AUTUMN)).spans == []
    assert trend(by_week(asked(force, AUTUMN))).rows == []


def test_a_week_beyond_the_usual_is_said_and_one_that_is_not_whole_is_not_judged(weeks):
    card = trend(by_week(asked(weeks, AUTUMN)))
    usual = [row[-1] for row in card.rows]
    assert usual == ["within"] * 8 + ["above"] + ["within"] * 4 + [None]
    assert card.sentence == (
        "The most in a week were 20 patrol hours, from 28 October 2024 to 3 November 2024. "
        "1 of 13 whole weeks lies outside the usual variation, 0 to 11 patrol hours."
    )
    assert len(card.chart.limits) == 2


def test_few_weeks_have_no_limits(weeks):
    card = trend(by_week(asked(weeks, Period(date(2024, 9, 2), date(2024, 11, 24)))))
    assert card.chart.limits != []
    card = trend(by_week(asked(weeks, Period(date(2024, 9, 2), date(2024, 11, 23)))))
    assert (card.chart.limits, {row[-1] for row in card.rows}) == ([], {None})
    assert "usual" not in card.sentence


# --- every measure, some areas, another time --------------------------------------------------------------------------


@pytest.fixture
def busy(force):
    dice = random.Random(13)
    for _ in range(40):
        day = date(2024, 9, 4) + timedelta(days=dice.randrange(40))
        area = dice.choice([force.hitchin, force.letchworth, force.watford])
        shift = patrol(force, area, day, arrests=dice.randrange(3), searches=dice.randrange(3))
        factories.WeaponRecoveredFactory.create_batch(dice.randrange(2), shift=shift)
        factories.AsbPowerUseFactory.create_batch(dice.randrange(3), shift=shift)
    return force


def weekly_twin(force, period: Period, measure, areas) -> list[int]:
    """The measure of each week from Monday to Sunday from the first shift on, shift by shift."""
    shifts = counted_shifts(force.programme, period.first_day, period.last_day, areas)
    monday, found = period.first_day - timedelta(days=period.first_day.weekday()), []
    while monday <= period.last_day:
        own = [shift for shift in shifts if 0 <= (london_day(shift.starts_at) - monday).days < 7]
        found.append(counts_of(own)[measure.column] if own else 0)
        monday += timedelta(weeks=1)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("measure", HEADLINE, ids=lambda measure: measure.code)
def test_each_measure_by_week_is_what_counting_each_shift_gives(busy, measure):
    period = Period(date(2024, 9, 4), date(2024, 10, 14))
    areas = [busy.hitchin, busy.letchworth, busy.watford]
    course, ids = by_week(asked(busy, period, *areas, measure=measure)), [area.pk for area in areas]
    assert [span.number(measure) for span in course.spans] == weekly_twin(busy, period, measure, ids)
    by_area = {area.pk: [span.number(measure) for span in spans] for area, spans in course.areas}
    assert by_area == {area: weekly_twin(busy, period, measure, [area]) for area in ids}
    assert sum(map(sum, by_area.values())) == sum(span.number(measure) for span in course.spans) > 0


def test_an_address_names_the_measure_and_the_links_name_the_others(weeks, as_user, now):
    now.move_to(AFTER)
    client = as_user(weeks.anna)
    response = client.get(f"{URL}?period=2024-10&trend=arrests&wait=3")
    html = response.content.decode()
    assert ">Arrests each week</h2>" in html
    assert "trend=stop_searches#hours-by-week" in html
    assert 'aria-current="true">Arrests</a>' in html
    assert response.context["sheet"].question.query().endswith("&trend=arrests&wait=3")
    rows = file_rows(client.get(f"{URL}hours-by-week.csv?period=2024-10&trend=arrests"))
    assert [row["arrests (arrests)"] for row in rows] == ["0"] * 5


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("trend=horoscope", "No card shows ‘horoscope’ by week."),
        ("wait=0", "‘0’ is not a number of days from 1 to 365."),
        ("wait=ten", "‘ten’ is not a number of days from 1 to 365."),
        ("wait=366", "‘366’ is not a number of days from 1 to 365."),
        ("wait=1000000000000000000000", "‘1000000000000000000000’ is not a number of days from 1 to 365."),
        ("wait=٣", "‘٣’ is not a number of days from 1 to 365."),
    ],
)
def test_a_choice_that_makes_no_sense_is_said(weeks, as_user, now, query, words):
    assert words in said(as_user(weeks.anna).get(f"{URL}?{query}"))


def test_a_measure_has_the_target_that_is_set_for_it(weeks):
    AreaTarget.objects.create(area=weeks.hitchin, first_month=date(2024, 9, 1), patrol_minutes=30 * 60, patrols=60)
    september = Period(date(2024, 9, 2), date(2024, 9, 8))
    assert by_week(asked(weeks, september)).spans[0].due_of(PATROL_HOURS) == 7 * 60
    assert by_week(asked(weeks, september)).spans[0].due_of(PATROLS) == 14
    assert by_week(asked(weeks, september)).spans[0].due_of(ARRESTS) is None


def test_a_few_areas_stand_side_by_side_on_one_scale(weeks):
    patrol(weeks, weeks.watford, date(2024, 9, 3), minutes=30)
    period = Period(date(2024, 9, 2), date(2024, 9, 15))
    card = trend(by_week(asked(weeks, period, weeks.hitchin, weeks.watford)))
    assert [panel.name for panel in card.chart.panels] == [
        "All of them together",
        weeks.hitchin.name,
        weeks.watford.name,
    ]
    assert [[stick.height for stick in panel.chart.sticks] for panel in card.chart.panels] == [
        [1000, 667],
        [1000, 1000],
        [500, 0],
    ]
    assert [column.label for column in card.columns[-2:]] == [weeks.hitchin.name, weeks.watford.name]
    assert [list(row[-2:]) for row in card.rows] == [[2, 1], [2, 0]]
    assert trend(by_week(asked(weeks, period, weeks.hitchin))).chart.kind == "sticks"
    assert by_week(asked(weeks, period, *[weeks.hitchin] * 7)).areas == []


def test_the_time_before_stands_beside_each_week_and_area(weeks, as_user, now):
    now.move_to(AFTER)
    client = as_user(weeks.anna)
    query = f"?since=2024-10-28&until=2024-11-10&compare=before&area={weeks.hitchin.pk}"
    html = client.get(f"{URL}{query}").content.decode()
    rows = cells(html, "hours-by-week")
    assert [row[-2:] for row in rows] == [
        ["14 October 2024 to 20 October 2024", "2"],
        ["21 October 2024 to 27 October 2024", "2"],
    ]
    assert 'class="app-chart__mark"' in html
    assert cells(html, "hours-by-area")[0][-1] == "4"
    assert [row["there (hours)"] for row in file_rows(client.get(f"{URL}hours-by-week.csv{query}"))] == ["2", "2"]


def test_one_week_of_the_other_time_stands_beside_one_week(weeks, as_user, now):
    """Two days of a week that is cut off, and the week after it, have both their middle in one week before."""
    now.move_to(AFTER)
    query = f"?since=2024-10-05&until=2024-10-23&compare=before&area={weeks.hitchin.pk}"
    rows = cells(as_user(weeks.anna).get(f"{URL}{query}").content.decode(), "hours-by-week")
    beside = [row[-2] for row in rows if row[-2] != "–"]
    assert len(beside) == len(set(beside)) == len(rows) - 1
    assert rows[0][-2] == "–"


def test_the_year_before_can_be_another_programmes(weeks, as_user, now):
    now.move_to(AFTER)
    earlier = factories.ProgrammeFactory(name="Before", first_day=date(2023, 5, 1), last_day=date(2024, 4, 30))
    stream = factories.FundingStreamFactory(programme=earlier)
    starts_at = datetime(2023, 10, 3, 20, tzinfo=UTC)
    factories.PatrolShiftFactory(
        area=weeks.hitchin, funding_stream=stream, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=90)
    )
    page = as_user(weeks.anna).get(
        f"{URL}?period=2024-10&compare=year&programme={weeks.programme.pk}&area={weeks.hitchin.pk}"
    )
    rows = cells(page.content.decode(), "hours-by-week")
    assert rows[0][-2:] == ["2 October 2023 to 8 October 2023", "3"]


def test_unlike_weeks_are_not_drawn_over_each_other_and_this_is_said(weeks):
    """October's first week has six days, and September's first has seven."""
    october = asked(weeks, Period.month(date(2024, 10, 1)))
    october = replace(october, other=replace(october, period=Period.month(date(2024, 9, 1))))
    course = by_week(october)
    pairs = [
        (span.days.days, other.days.days) for span, other in zip(course.spans, course.others, strict=True) if other
    ]
    unlike = sum(here != there for here, there in pairs)
    card = trend(course)
    assert unlike
    assert card.chart.marks.count("M") == len(pairs) - unlike
    assert any(note.startswith(f"No line lies over {unlike} bar") for note in card.notes)


def test_the_highest_bar_is_not_denied_where_it_is_of_no_whole_week(weeks):
    card = trend(by_week(asked(weeks, Period(date(2024, 10, 14), date(2024, 10, 31)))))
    assert card.sentence.startswith("The most in a whole week were 2 patrol hours")


def test_weeks_after_the_last_record_of_a_programme_that_is_over_are_not_shown(weeks):
    """The last patrol was on Monday 2 December; the programme ran to the end of March."""
    year = Period(date(2024, 9, 2), weeks.programme.last_day)
    now = trend(by_week(asked(weeks, year, at=datetime(2024, 12, 31, 12, tzinfo=UTC))))
    assert now.rows[-1][0] == date(2024, 12, 30)
    AreaTarget.objects.create(area=weeks.hitchin, first_month=date(2024, 9, 1), patrol_minutes=30 * 60, patrols=60)
    card = trend(by_week(asked(weeks, year, at=datetime(2025, 6, 1, 12, tzinfo=UTC))))
    assert card.rows[-1][0] == date(2024, 12, 2)
    assert "Nothing is recorded after 2 December 2024, so no week after it is shown." in card.notes
    # The last of 14 weeks was not recorded to its end.
    assert "of 13 whole weeks reached the target" in card.sentence
    assert "of 13 whole weeks lies outside the usual variation" in card.sentence
    assert [stick.is_whole for stick in card.chart.sticks][-2:] == [True, False]


def test_a_week_in_which_the_records_end_is_not_said_to_be_still_going_on(weeks):
    """The last record is Monday's, and the period ends with that week."""
    over = asked(weeks, Period(date(2024, 11, 4), date(2024, 12, 8)), at=datetime(2025, 6, 1, 12, tzinfo=UTC))
    card = trend(by_week(over))
    assert not card.chart.sticks[-1].is_whole
    why = "the period cuts it off, it is not over yet, or the records end in it"
    assert f"An outlined bar is not a whole week: {why}." in card.notes


def test_the_key_of_bars_along_time_is_not_lightened_as_that_of_bars_with_intervals():
    """The rule leaves out a key with that after it which a chart of bars along time has there, and no other."""
    css = (settings.BASE_DIR / "static/css/dashboard.css").read_text()
    left_out = re.findall(r"item--reach\):not\(:has\(~ \.([\w-]+)\)\)", css)
    assert len(left_out) == 1
    after_key = f'{{% include "reports/charts/_key.html" %}}\n<div class="{left_out[0]}">'
    charts = settings.BASE_DIR / "templates/reports/charts"
    assert after_key in (charts / "_sticks.html").read_text()
    assert left_out[0] not in (charts / "_bars.html").read_text()


def test_other_areas_are_not_drawn_over_these(weeks, as_user, now):
    now.move_to(AFTER)
    page = as_user(weeks.anna).get(f"{URL}?period=2024-10&compare=rest&area={weeks.hitchin.pk}").content.decode()
    assert 'class="app-chart__mark"' not in page


def test_the_file_says_the_same_as_the_card(weeks):
    card = KINDS["hours-by-week"].card(asked(weeks, Period(date(2024, 9, 2), date(2024, 9, 8))))
    assert [list(row) for row in card.rows] == [[date(2024, 9, 2), date(2024, 9, 8), 2, None, 1, "yes", None]]


# --- what else began ------------------------------------------------------------------------------------------------


def test_what_else_began_is_marked_in_its_week(weeks, as_user, now):
    """Of the district and of everywhere, not of another district, nor of another time, nor what was withdrawn."""
    now.move_to(AFTER)
    of = {"source": "Minutes", "kind": "equipment", "by": weeks.anna, "at": AFTER}
    add = impact.add_change
    add(title="Cameras", first_day=date(2024, 9, 12), district=weeks.hitchin.district, **of)
    add(title="A law", first_day=date(2024, 9, 2), district=None, **of | {"kind": "law"})
    add(title="Watford’s lights", first_day=date(2024, 9, 12), district=weeks.watford.district, **of)
    add(title="Before", first_day=date(2024, 9, 1), district=None, **of)
    wrong = add(title="Wrong", first_day=date(2024, 9, 3), district=None, **of)
    impact.withdraw_change(by=weeks.anna, change_id=wrong.pk, reason="Never happened")
    address = f"{URL}?period=days&since=2024-09-02&until=2024-09-15&area={weeks.hitchin.pk}"
    client = as_user(weeks.anna)
    card = next(shown.card for shown in client.get(address).context["cards"] if shown.code == "hours-by-week")
    cameras = f"Cameras, {weeks.hitchin.district}"
    assert [row[-1] for row in card.rows] == ["1: A law", f"2: {cameras}"]
    # Thursday of the second week of two: three sevenths into its half.
    assert card.chart.events == [(0, "2 September 2024: A law"), (714, f"12 September 2024: {cameras}")]
    assert card.chart.event_numbers == [("0%", "1"), ("71.4%", "2")]
    assert f"What else began: 1: A law (2 September 2024); 2: {cameras} (12 September 2024)." in card.notes[-1]
    rows = file_rows(client.get(address.replace(URL, f"{URL}hours-by-week.csv")))
    assert [row["what_else_began"] for row in rows] == ["1: A law", f"2: {cameras}"]
    assert "Cameras" not in said(as_user(weeks.anna).get(f"{address.partition('&area')[0]}&area={weeks.watford.pk}"))


def test_each_number_above_the_chart_is_explained_below_it_or_in_the_table():
    events = [DatedEvent(date(2024, 9, 2) + timedelta(days=day), f"Event {day}") for day in range(7)]
    week = CountedSpan(Period(date(2024, 9, 2), date(2024, 9, 8)), Counts(patrols=1), None, is_whole=True)
    card = trend(Trend(by_month=False, spans=[week], events=events))
    assert card.rows[0][-1] == "; ".join(f"{day + 1}: Event {day}" for day in range(7))
    assert "5: Event 4 (6 September 2024); and 2 more, in the table" in card.notes[-1]
    assert len(card.chart.event_numbers) == 7


@pytest.mark.parametrize(
    ("first", "last", "wide", "narrow"),
    [
        (
            date(2024, 5, 1),
            date(2025, 3, 31),
            "May 2024, Jun, Jul, Aug, Sep, Oct, Nov, Dec, Jan 2025, Feb, Mar",
            "May 2024, Jul, Sep, Nov, Jan 2025",
        ),
        (date(2024, 11, 4), date(2025, 2, 2), "Dec 2024, Jan 2025", "Dec 2024, Jan 2025"),
        # Of one month there is nothing to tell apart.
        (date(2024, 10, 7), date(2024, 11, 3), "", ""),
    ],
)
def test_months_are_marked_along_time_each_where_there_is_room(first, last, wide, narrow):
    starts = [first + timedelta(days=days) for days in range(0, (last - first).days + 1, 7)]
    counts = Counts(patrols=1, patrol_minutes=60)
    spans = [
        CountedSpan(Period(start, min(start + timedelta(days=6), last)), counts, None, is_whole=True)
        for start in starts
    ]
    ticks = trend(Trend(by_month=False, spans=spans)).chart.ticks
    said = [f"{tick.month} {tick.year}".strip() for tick in ticks]
    assert ", ".join(said) == wide
    assert ", ".join(word for word, tick in zip(said, ticks, strict=True) if not tick.needs_room) == narrow


@pytest.mark.parametrize(
    ("hours", "side"),
    [
        (514, ["600", "400", "200", "0"]),
        (1, ["1", "0"]),
        (3, ["3", "2", "1", "0"]),
        (0, ["1", "0"]),
    ],
)
def test_the_side_of_the_chart_has_round_numbers_from_zero_that_hold_every_bar(hours, side):
    week = Period(date(2024, 9, 2), date(2024, 9, 8))
    spans = [CountedSpan(week, Counts(patrols=1, patrol_minutes=hours * 60), None, is_whole=True)]
    chart = trend(Trend(by_month=False, spans=spans)).chart
    assert chart.levels == side
    assert chart.sticks[0].height == round(1000 * hours / int(side[0]))
    assert len(chart.rules) == len(side) - 1
