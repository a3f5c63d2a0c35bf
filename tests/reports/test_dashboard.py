"""The dashboard: who sees it, what its cards say, and that the page, its tables and its files say the same."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from html import unescape

import pytest
from django.db import OperationalError
from django.utils.html import strip_tags

from hotspot.core.calendar import Period
from hotspots.models import AreaTarget, Programme
from outcomes.records.filters import COUNT, EVERYTHING
from reports.dashboard.cards.base import AreaParts, CardColumn
from reports.dashboard.cards.hours import hours_by_area
from reports.dashboard.cards.outcomes import outcomes_by_area
from reports.dashboard.cards.trend import trend
from reports.dashboard.csv import header
from reports.dashboard.views import KINDS, CardKind
from reports.figures.formatting import plain, ratio, rounded, text
from reports.figures.headline import Counts
from reports.figures.series import MOST_DAYS_BY_WEEK, AreaPart, Selection, Trend, by_area, by_week
from reports.figures.targets import Due, Targets
from tests import factories
from tests.conftest import NOW
from tests.reports.test_figures_page import patrol

URL = "/dashboard/"


@pytest.fixture
def worked(force, now):
    """Patrols in September and October 2024, and targets of 31 hours a month in Hitchin from September."""
    AreaTarget.objects.create(area=force.hitchin, first_month=date(2024, 9, 1), patrol_minutes=31 * 60, patrols=31)
    patrol(force, force.hitchin, date(2024, 9, 6), arrests=3)
    patrol(force, force.hitchin, date(2024, 10, 4), arrests=6, minutes=485)
    patrol(force, force.letchworth, date(2024, 10, 5), searches=2)
    patrol(force, force.watford, date(2024, 10, 7), arrests=1, searches=4)
    return force


def said(response) -> str:
    return " ".join(unescape(strip_tags(response.content.decode())).split())


def asked(force, period: Period, *areas) -> Selection:
    return Selection(force.programme, period, areas or [force.hitchin, force.letchworth, force.watford], NOW)


# --- who ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status"), [("sam", 200), ("anna", 200), ("adam", 200), ("audrey", 200), ("paul", 404)]
)
@pytest.mark.parametrize("url", [URL, *(f"{URL}{code}.csv" for code in KINDS)])
def test_who_may_see_single_days_sees_the_dashboard(worked, as_user, name, status, url):
    assert as_user(worked.people[name]).get(url).status_code == status


def test_a_supervisor_sees_their_own_districts_only(worked, as_user):
    page = said(as_user(worked.sam).get(URL))
    assert "Hitchin" in page
    assert "Watford" not in page
    rows = file_rows(as_user(worked.sam).get(f"{URL}outcomes-by-area.csv"))
    assert {row["hotspot_area"] for row in rows} >= {worked.hitchin.name}
    assert worked.watford.name not in {row["hotspot_area"] for row in rows}


def test_a_card_that_does_not_exist_is_not_there(worked, as_user):
    assert as_user(worked.anna).get(f"{URL}horoscope.csv").status_code == 404


# --- what it opens on ---------------------------------------------------------------------------------------------


def test_it_opens_on_the_newest_financial_year_of_several(worked, now, as_user):
    Programme.objects.update(last_day=date(2026, 3, 31))
    now.move_to(datetime(2025, 6, 2, 12, tzinfo=UTC))
    patrol(worked, worked.hitchin, date(2025, 5, 30))
    page = as_user(worked.anna).get(URL)
    assert page.context["sheet"].question.code == "year-2025-04"
    assert page.context["sheet"].figures.totals.patrols == 1
    assert f'href="{URL}?period=launch">Since launch, all areas</a>' in page.content.decode()
    assert "year-2025-04" in as_user(worked.anna).get(f"{URL}hours-by-area.csv")["Content-Disposition"]
    assert as_user(worked.anna).get(f"{URL}?period=launch").context["sheet"].figures.totals.patrols == 5


def test_it_opens_on_everything_since_launch_in_the_first_financial_year(worked, as_user):
    assert as_user(worked.anna).get(URL).context["sheet"].question.code == "launch"


# --- what the cards say -------------------------------------------------------------------------------------------


def test_weeks_are_whole_from_monday_to_sunday_and_cut_off_ones_are_said(worked):
    course = by_week(asked(worked, Period(date(2024, 9, 4), date(2024, 10, 9))))
    weeks = course.spans
    assert not course.by_month
    assert [week.days.first_day.weekday() for week in weeks[1:]] == [0] * (len(weeks) - 1)
    assert weeks[0].days == Period(date(2024, 9, 4), date(2024, 9, 8))
    assert [week.is_whole for week in weeks] == [False, True, True, True, True, False]
    assert [week.counts.patrols for week in weeks] == [1, 0, 0, 0, 2, 1]
    assert sum(week.counts.arrests for week in weeks) == 10


def test_a_week_that_is_not_over_is_not_whole(worked, monkeypatch):
    period = Period(date(2024, 9, 2), date(2024, 12, 31))
    weeks = by_week(Selection(worked.programme, period, [worked.hitchin], datetime(2024, 9, 11, 12, tzinfo=UTC))).spans
    assert [(week.days.last_day, week.is_whole) for week in weeks] == [
        (date(2024, 9, 8), True),
        (date(2024, 9, 11), False),
    ]


@pytest.mark.parametrize(
    ("at", "is_whole"),
    [
        (datetime(2024, 9, 8, 12, tzinfo=UTC), False),  # Sunday, the last day of the week, has begun.
        (datetime(2024, 9, 8, 22, 59, tzinfo=UTC), False),
        (datetime(2024, 9, 8, 23, tzinfo=UTC), True),  # Midnight in London.
    ],
)
def test_a_week_is_over_when_its_sunday_is(worked, at, is_whole):
    period = Period(date(2024, 9, 2), date(2024, 12, 31))
    first = by_week(Selection(worked.programme, period, [worked.hitchin], at)).spans[0]
    assert (first.days, first.is_whole) == (Period(date(2024, 9, 2), date(2024, 9, 8)), is_whole)


def test_the_last_day_of_a_week_belongs_to_it(force):
    factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, starts_at=datetime(2024, 9, 8, 22, 59, tzinfo=UTC)
    )
    factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, starts_at=datetime(2024, 9, 8, 23, 0, tzinfo=UTC)
    )
    weeks = by_week(asked(force, Period(date(2024, 9, 2), date(2024, 9, 15)))).spans
    assert [week.counts.patrols for week in weeks] == [1, 1]
    sunday = by_week(asked(force, Period(date(2024, 9, 8), date(2024, 9, 8)))).spans
    assert [(week.days.first_day, week.counts.patrols) for week in sunday] == [(date(2024, 9, 8), 1)]


def test_a_period_that_has_not_begun_has_no_weeks_and_no_areas(worked):
    later = Selection(
        worked.programme, Period(date(2024, 9, 2), date(2024, 9, 8)), [worked.hitchin], datetime(2024, 9, 1, tzinfo=UTC)
    )
    assert by_week(later) == Trend(by_month=False, spans=[])
    assert by_area(later) == []


def test_an_area_is_listed_when_it_was_active_or_counted_something(worked):
    """What was patrolled before it was closed counts, whatever its dates say since."""
    closed = {"district": worked.north_herts, "last_day": date(2024, 8, 31)}
    patrolled, gone = factories.HotspotAreaFactory(**closed), factories.HotspotAreaFactory(**closed)
    idle = factories.HotspotAreaFactory(district=worked.north_herts)
    patrol(worked, patrolled, date(2024, 9, 6))
    parts = by_area(asked(worked, Period.month(date(2024, 9, 1)), gone, idle, patrolled, worked.hitchin))
    assert [(part.area, part.counts.patrols) for part in parts] == [(idle, 0), (patrolled, 1), (worked.hitchin, 1)]


@pytest.fixture
def years(worked):
    """The same patrols in a programme that began long before."""
    Programme.objects.update(first_day=date(2022, 4, 1))
    worked.programme.refresh_from_db()
    return worked


def test_a_period_of_more_than_two_years_goes_by_month(years):
    two_years = asked(years, Period(date(2022, 10, 11), date(2024, 10, 12)))
    assert two_years.so_far.days == MOST_DAYS_BY_WEEK + 1
    course = by_week(two_years)
    assert course.by_month
    assert [span.days.first_day for span in course.spans] == [date(2024, 9, 1), date(2024, 10, 1)]
    assert [span.is_whole for span in course.spans] == [True, False]
    patrol(years, years.letchworth, date(2022, 4, 20))
    course = by_week(asked(years, Period(date(2022, 10, 11), date(2024, 10, 12))))
    assert [span.days.first_day for span in course.spans[:2]] == [date(2022, 10, 11), date(2022, 11, 1)]
    assert [span.is_whole for span in course.spans] == [False, *[True] * 23, False]
    shorter = by_week(asked(years, Period(date(2022, 10, 12), date(2024, 10, 12))))
    assert not shorter.by_month
    totals = [Counts.total(span.counts for span in each.spans) for each in (course, shorter)]
    assert totals[0] == totals[1]
    assert totals[0].arrests == 10


def test_a_months_target_is_what_its_days_ask_for(years):
    september, october = by_week(asked(years, Period(date(2022, 4, 1), date(2024, 12, 31)))).spans[-2:]
    assert september.due == Due(Fraction(31 * 60), Fraction(31))
    assert (october.days.last_day, october.is_whole) == (date(2024, 10, 12), False)
    assert october.due == Due(Fraction(12 * 60), Fraction(12))


def test_months_in_place_of_weeks_are_said_and_named_in_the_file(years, as_user):
    client = as_user(years.anna)
    html = client.get(f"{URL}?period=launch").content.decode()
    assert ">Hours each month</h2>" in html
    page = unescape(strip_tags(html))
    assert "The period is longer than two years, so each bar is a month." in page
    assert "Nothing is recorded before 6 September 2024, so no month before it is shown." in page
    most = "The most in a whole month were 16 patrol hours, in September 2024"
    assert f"{most}; 0 of 1 whole month reached the target." in page
    answer = client.get(f"{URL}hours-by-week.csv?period=launch")
    assert "-hours-by-month-since-launch" in answer["Content-Disposition"]
    rows = file_rows(answer)
    assert len(rows) == 2
    assert (rows[-2]["month_from"], rows[-2]["target (hours)"], rows[-2]["whole_month"]) == ("2024-09-01", "31", "yes")
    assert ">Hours each week</h2>" in client.get(f"{URL}?period=2024-10").content.decode()


def due(area, first_day: date, last_day: date) -> Due | None:
    return Targets([area], Period(first_day, last_day)).of_area(area.pk)


def test_targets_are_spread_over_the_days_of_their_month_that_the_area_was_active(worked):
    hitchin = worked.hitchin
    assert due(hitchin, date(2024, 9, 1), date(2024, 9, 30)) == Due(Fraction(31 * 60), Fraction(31))
    assert due(hitchin, date(2024, 10, 1), date(2024, 10, 1)) == Due(Fraction(60), Fraction(1))
    assert due(hitchin, date(2024, 8, 31), date(2024, 9, 1)) == Due(Fraction(62), Fraction(31, 30))
    assert due(hitchin, date(2024, 8, 1), date(2024, 8, 31)) is None
    assert due(worked.letchworth, date(2024, 9, 1), date(2024, 9, 30)) is None
    hitchin.last_day = date(2024, 10, 2)
    assert due(hitchin, date(2024, 10, 1), date(2024, 10, 31)) == Due(Fraction(120), Fraction(2))
    hitchin.first_day = date(2024, 10, 2)
    assert due(hitchin, date(2024, 10, 1), date(2024, 10, 31)) == Due(Fraction(60), Fraction(1))
    assert due(hitchin, date(2024, 10, 3), date(2024, 10, 31)) is None


def test_a_later_target_replaces_an_earlier_one(worked):
    AreaTarget.objects.create(area=worked.hitchin, first_month=date(2024, 10, 1), patrol_minutes=62 * 60, patrols=0)
    assert due(worked.hitchin, date(2024, 9, 30), date(2024, 10, 1)) == Due(Fraction(62 + 120), Fraction(31, 30))


def test_all_areas_together_are_the_sum_of_each_for_any_days(worked):
    worked.letchworth.last_day = date(2024, 10, 15)
    for month, minutes in ((9, 1000), (11, 777)):
        AreaTarget.objects.create(
            area=worked.letchworth, first_month=date(2024, month, 1), patrol_minutes=minutes, patrols=month
        )
    areas, period = [worked.hitchin, worked.letchworth, worked.watford], Period(date(2024, 8, 20), date(2024, 12, 5))
    targets = Targets(areas, period)
    for start in range(0, period.days, 3):
        for length in (1, 7, 40):
            days = Period(period.first_day + timedelta(days=start), period.first_day + timedelta(days=start + length))
            days = days.clip(period)
            parts = [each for area in areas if (each := due(area, days.first_day, days.last_day)) is not None]
            together = Due(sum(each.patrol_minutes for each in parts), sum(each.patrols for each in parts))
            assert targets.in_all(days) == (together if parts else None), days


def test_the_areas_furthest_behind_come_first_and_those_without_a_target_last(worked):
    card = KINDS["hours-by-area"].card(asked(worked, Period(date(2024, 9, 1), date(2024, 10, 10))))
    assert list(card.rows[0]) == [worked.hitchin.name, 32, 41, 78, 9, 2, 41]
    assert [row[2] for row in card.rows[1:]] == [None, None]
    assert card.sentence == f"{worked.hitchin.name} has had fewer hours than due so far."


def test_outcomes_have_rates_for_every_100_hours_with_what_they_may_be_in_truth(worked):
    card = KINDS["outcomes-by-area"].card(asked(worked, Period(date(2024, 9, 1), date(2024, 10, 10))))
    rows = {row[0]: row for row in card.rows}
    minutes = 2 * (480 + 485)
    assert rows[worked.hitchin.name][1:4] == [32, 9, ratio(9, minutes, 6000)]
    # Garwood's interval of 9 is 4.12 to 17.08.
    assert rows[worked.hitchin.name][4:6] == [Decimal("12.8"), Decimal("53.1")]
    assert rows[worked.watford.name][1:6] == [16, 1, None, None, None]
    together = 2 * (480 + 485 + 480 + 480)
    arrests, searches = ratio(10, together, 6000), ratio(6, together, 6000)
    assert card.sentence.startswith(
        f"For every 100 patrol hours there were {arrests} arrests, {searches} stop searches"
    )
    assert card.sentence.endswith("in these 3 areas together.")


def test_each_outcome_has_a_chart_on_its_own_scale_in_list_order(worked):
    card = KINDS["outcomes-by-area"].card(asked(worked, Period(date(2024, 9, 1), date(2024, 10, 10))))
    panels = {panel.name: panel.chart for panel in card.chart.panels}
    assert list(panels) == ["Arrests", "Stop searches", "Weapons recovered", "ASB powers used"]
    for chart in panels.values():
        assert [bar.name for bar in chart.bars] == [worked.hitchin.name, worked.letchworth.name, worked.watford.name]
    hitchin, letchworth, _ = panels["Arrests"].bars
    # 28.0 and 12.8 of a scale that ends where the widest interval does, at 53.1.
    assert (hitchin.value, hitchin.length, hitchin.is_unsure) == ("28.0 (12.8 to 53.1)", 527, True)
    assert hitchin.reach == (241, 1000)
    assert (letchworth.value, letchworth.reach) == ("too few hours", None)
    assert panels["Arrests"].outlined_key == "Fewer than 20 arrests"


def test_every_interval_lies_within_the_chart_and_bars_are_of_rates_before_rounding(force):
    """Of 20 hours without an arrest the rate may be 18 in truth; 100 and 104 of 10,000 hours are both said as 1.0."""
    one, other = (
        AreaPart(area, Counts(patrols=9, patrol_minutes=100 * 6000, arrests=arrests), None)
        for area, arrests in ((force.hitchin, 100), (force.letchworth, 104))
    )
    few = AreaPart(force.watford, Counts(patrol_minutes=20 * 60, arrests=0), None)
    both = outcomes_by_area(AreaParts([one, other])).chart.panels[0].chart.bars
    assert [bar.value.partition(" ")[0] for bar in both] == ["1.0", "1.0"]
    assert both[0].length / both[1].length == pytest.approx(100 / 104, abs=0.002)
    bars = outcomes_by_area(AreaParts([one, few])).chart.panels[0].chart.bars
    assert [(bar.value, bar.is_unsure) for bar in bars] == [("1.0 (0.8 to 1.2)", False), ("0.0 (0.0 to 18.4)", True)]
    assert bars[1].reach == (0, 1000)
    assert bars[0].reach == (round(1000 * 0.814 / 18.44), round(1000 * 1.216 / 18.44))


# --- the page and its files ---------------------------------------------------------------------------------------


def file_rows(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def cells(html: str, code: str) -> list[list[str]]:
    """The body of a card's table as the page shows it."""
    card = html[html.index(f'id="{code}"') :]
    card = card[: card.index("</section>")]
    # The chart before it may be a table too.
    body = card[card.rindex("<tbody") : card.rindex("</tbody>")]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    return [
        [unescape(strip_tags(cell)).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in rows
    ]


@pytest.mark.parametrize("code", KINDS)
@pytest.mark.parametrize("query", ["", "?period=2024-10", "?since=2024-09-03&until=2024-10-05"])
def test_a_cards_table_and_its_file_say_the_same(worked, as_user, code, query):
    client = as_user(worked.anna)
    html = client.get(f"{URL}{query}").content.decode()
    answer = client.get(f"{URL}{code}.csv{query}")
    if code == "still-needed" and "until" in query:
        assert (f'id="{code}"' in html, answer.content.decode().count("\n")) == (False, 1)
        return
    shown = cells(html, code)
    assert re.search(
        rf'filename="official-sensitive-operation-hotspot-202425-{code}-[a-z0-9-]+\.csv"', answer["Content-Disposition"]
    )
    assert "sandbox" in answer["Content-Security-Policy"]
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    width = len(shown[0])
    assert len(shown) == len(lines) - 1 > 0
    for on_page, in_file in zip(shown, lines[1:], strict=True):
        for one, other in zip(on_page, in_file[-width:], strict=True):
            assert one.replace(",", "") in (other, "–" if other == "" else None, date_text(other))


def date_text(value: str) -> str | None:
    try:
        return text(date.fromisoformat(value))
    except ValueError:
        return None


def test_the_tables_add_up_to_the_tiles(worked, as_user):
    html = as_user(worked.anna).get(f"{URL}?period=2024-10").content.decode()
    arrests = re.findall(r'app-stat__value">([^<]*)<', html)[2]
    assert sum(int(row[2]) for row in cells(html, "outcomes-by-area")) == int(arrests) == 7


def test_a_card_that_takes_too_long_says_so_and_the_others_stand(worked, as_user, monkeypatch):
    def slow(_):
        raise OperationalError("canceling statement due to statement timeout")

    monkeypatch.setitem(KINDS, "hours-by-week", CardKind("Hours each week", slow, trend))
    page = said(as_user(worked.anna).get(URL))
    assert "This took too long to count" in page
    assert "For every 100 patrol hours there were" in page


def test_nothing_recorded_has_words_instead_of_cards(force, as_user, now):
    page = said(as_user(force.anna).get(f"{URL}?period=2024-08"))
    assert "No shifts logged in August 2024" in page
    assert "Outcomes by area" not in page


def test_a_period_without_shifts_still_shows_targets_and_what_is_short(worked, as_user):
    AreaTarget.objects.update(first_month=date(2024, 7, 1))
    client = as_user(worked.anna)
    html = client.get(f"{URL}?period=2024-08").content.decode()
    assert "No shifts logged in August 2024" in html
    assert cells(html, "hours-by-area")[0] == [worked.hitchin.name, "0", "31", "0", "31", "0", "31"]
    assert cells(html, "data-quality")[0][:3] == [worked.hitchin.name, "31", "31"]
    assert "outcomes-by-area" not in html
    october = client.get(f"{URL}?since=2024-10-08&until=2024-10-10").content.decode()
    assert "No shifts logged" in october
    assert cells(october, "hours-by-week")[0][:5] == ["8 October 2024", "10 October 2024", "0", "3", "0"]


def test_what_an_address_asks_that_makes_no_sense_is_said(worked, as_user):
    assert "We could not find area ‘hitchn’" in said(as_user(worked.anna).get(f"{URL}?area=hitchn"))


def test_the_page_asks_the_database_as_often_for_one_area_as_for_all(worked, as_user, django_assert_max_num_queries):
    client = as_user(worked.anna)
    client.get(URL)
    with django_assert_max_num_queries(32):
        client.get(URL)
    with django_assert_max_num_queries(32):
        client.get(f"{URL}?area={worked.hitchin.pk}")


# --- numbers ------------------------------------------------------------------------------------------------------


def test_rates_are_rounded_half_up_and_there_is_none_without_a_whole():
    assert ratio(157, 12_212 * 60, 6000) == Decimal("1.3")
    assert ratio(1, 8, 100, 0) == Decimal(13)
    assert ratio(1, 2, 100, 0) == Decimal(50)
    assert ratio(3, 0, 6000) is None
    assert [rounded(Fraction(n, 2)) for n in (1, 2, 3)] == [1, 1, 2]
    assert [rounded(Fraction(n, 10)) for n in (-16, -15, -14, -5, -4)] == [-2, -1, -1, 0, 0]


def test_values_in_words_and_in_files():
    values = ["Hitchin", 1457, Decimal("1.3"), date(2024, 10, 7), None, 0, -3]
    assert [text(value) for value in values] == ["Hitchin", "1,457", "1.3", "7 October 2024", "–", "0", "−3"]
    assert [plain(value) for value in values] == ["Hitchin", "1457", "1.3", "2024-10-07", "", "0", "-3"]


def test_a_moment_in_the_middle_of_the_night_is_still_that_london_day(worked):
    at = datetime(2024, 10, 6, 23, 30, tzinfo=UTC)
    period = Period(date(2024, 10, 1), date(2024, 10, 31))
    assert Selection(worked.programme, period, [], at).so_far == Period(date(2024, 10, 1), date(2024, 10, 7))
    assert Selection(worked.programme, period, [], at - timedelta(hours=1)).so_far == Period(
        date(2024, 10, 1), date(2024, 10, 6)
    )


def test_an_area_that_is_named_like_a_formula_heads_no_column_as_one():
    assert header(CardColumn("=1+1", "hours")) == "'=1+1 (hours)"


def test_hours_short_in_all_are_those_of_each_area(worked):
    """What one area has beyond its target makes up for no other."""
    short, over = (
        AreaPart(area, Counts(patrol_minutes=minutes), Due(Fraction(600), Fraction(1)))
        for area, minutes in ((worked.hitchin, 0), (worked.watford, 2400))
    )
    card = hours_by_area(AreaParts([short, over]))
    place = [column.label for column in card.columns].index("Hours short")
    assert [row[place] for row in card.rows] == [10, 0]
    assert card.foot[place] == 10


def test_a_list_is_counted_whole_by_how_many_shifts_it_has_and_not_by_their_hours(worked, as_user, monkeypatch):
    tiles = as_user(worked.anna).get(f"{URL}?period=launch").context["tiles"]
    hours, patrols, *_ = tiles
    assert (hours.value, patrols.value) == (f"{hours.number:,}", f"{patrols.number:,}")
    assert hours.number > patrols.number
    monkeypatch.setattr("outcomes.records.addresses.MOST_COUNTED", patrols.number)
    tiles = as_user(worked.anna).get(f"{URL}?period=launch").context["tiles"]
    assert [f"{COUNT}={EVERYTHING}" in tile.url for tile in tiles[:2]] == [False, False]
    monkeypatch.setattr("outcomes.records.addresses.MOST_COUNTED", patrols.number - 1)
    tiles = as_user(worked.anna).get(f"{URL}?period=launch").context["tiles"]
    assert [f"{COUNT}={EVERYTHING}" in tile.url for tile in tiles[:2]] == [True, True]
