"""Figures beside those of another time or of other areas: what is compared, in which words, and in the file."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.core.calendar import Period, today
from reports.figures.comparison_codes import comparison_choices
from reports.figures.comparisons import other_side
from reports.figures.criteria import read_criteria
from tests import factories
from tests.conftest import NOW
from tests.reports.test_dashboard import URL, said
from tests.reports.test_figures_page import patrol


@pytest.fixture
def worked(force, now):
    """16 patrol hours each in Hitchin in September and October, Letchworth and Watford in October."""
    patrol(force, force.hitchin, date(2024, 9, 6), arrests=3)
    patrol(force, force.hitchin, date(2024, 10, 4), arrests=6, minutes=485)
    patrol(force, force.letchworth, date(2024, 10, 5), searches=2)
    patrol(force, force.watford, date(2024, 10, 7), arrests=1, searches=4)
    return force


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ((2024, 10, 1), (2024, 10, 31), ((2024, 9, 1), (2024, 9, 30))),
        ((2024, 3, 1), (2024, 3, 31), ((2024, 2, 1), (2024, 2, 29))),
        ((2024, 1, 1), (2024, 3, 31), ((2023, 10, 1), (2023, 12, 31))),
        ((2024, 4, 1), (2025, 3, 31), ((2023, 4, 1), (2024, 3, 31))),
        ((2024, 10, 5), (2024, 10, 11), ((2024, 9, 28), (2024, 10, 4))),
        ((2024, 10, 1), (2024, 10, 1), ((2024, 9, 30), (2024, 9, 30))),
    ],
)
def test_as_much_time_before(first, last, before):
    assert Period(date(*first), date(*last)).before() == Period(date(*before[0]), date(*before[1]))


def changes(response) -> list[str]:
    return re.findall(r'app-stat__note"><strong>([^<]*)<', response.content.decode())


def test_whole_months_are_compared_with_the_months_before(worked, as_user):
    patrol(worked, worked.hitchin, date(2024, 8, 30), arrests=1)
    response = as_user(worked.anna).get(f"{URL}?period=2024-09&compare=before&area={worked.hitchin.pk}")
    assert "Compared with August 2024." in said(response)
    assert changes(response)[:3] == ["the same, 16", "the same, 1", "up 2 from 1"]


def test_a_month_that_is_not_over_is_compared_with_as_many_days(worked, as_user):
    patrol(worked, worked.watford, date(2024, 9, 29), arrests=9)
    response = as_user(worked.anna).get(f"{URL}?period=2024-10&compare=before")
    assert "Compared with 1 September 2024 to 12 September 2024, as many days as have begun." in said(response)
    assert changes(response)[2] == "up 4 from 3"


def test_before_the_programme_there_is_nothing_to_compare_with(worked, as_user):
    response = as_user(worked.anna).get(f"{URL}?period=launch&compare=before")
    assert "There is nothing before this period to compare it with." in said(response)
    assert changes(response) == []


def test_the_choice_stays_in_the_address_and_another_one_is_said(worked, as_user):
    client = as_user(worked.anna)
    assert "compare=before" in client.get(f"{URL}?period=2024-09&compare=before").content.decode()
    assert "cannot be compared with ‘yesterday’" in said(client.get(f"{URL}?period=2024-09&compare=yesterday"))


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ((2024, 10, 1), (2024, 10, 31), ((2023, 10, 1), (2023, 10, 31))),
        ((2024, 2, 1), (2024, 2, 29), ((2023, 2, 1), (2023, 2, 28))),
        ((2025, 2, 1), (2025, 2, 28), ((2024, 2, 1), (2024, 2, 29))),
        ((2024, 4, 1), (2025, 3, 31), ((2023, 4, 1), (2024, 3, 31))),
        ((2024, 2, 29), (2024, 3, 5), ((2023, 2, 28), (2023, 3, 5))),
        ((2024, 12, 30), (2025, 1, 2), ((2023, 12, 30), (2024, 1, 2))),
    ],
)
def test_the_same_time_a_year_before(first, last, before):
    assert Period(date(*first), date(*last)).a_year_before() == Period(date(*before[0]), date(*before[1]))


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 800))
def test_a_year_before_is_a_period_of_about_as_many_days_that_ends_earlier(first, days):
    period = Period(first, date.fromordinal(first.toordinal() + days))
    before = period.a_year_before()
    assert abs(before.days - period.days) <= 1
    assert before.last_day < period.last_day


def card(response) -> list[list[str]]:
    """The comparison's file: its own columns."""
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    return [row[7:] for row in rows]


def test_a_year_before_can_be_another_programmes(worked, as_user):
    earlier = factories.ProgrammeFactory(
        name="Operation Hotspot 2023/24", first_day=date(2023, 4, 1), last_day=date(2024, 3, 31)
    )
    grant = factories.FundingStreamFactory(programme=earlier, name="Grant", is_default=True)
    factories.HotspotAreaFactory._meta.model.objects.update(first_day=date(2023, 4, 1))
    starts_at = datetime(2023, 9, 8, 20, tzinfo=UTC)
    factories.PatrolShiftFactory.create(
        area=worked.hitchin, funding_stream=grant, starts_at=starts_at, ends_at=starts_at + timedelta(hours=8)
    )
    response = as_user(worked.anna).get(f"{URL}?programme={worked.programme.pk}&period=2024-09&compare=year")
    assert "Compared with September 2023, Operation Hotspot 2023/24." in said(response)
    assert changes(response)[:2] == ["the same, 16", "the same, 1"]


def test_without_a_programme_a_year_before_that_is_said(worked, as_user):
    response = as_user(worked.anna).get(f"{URL}?period=2024-09&compare=year")
    assert "No programme ran a year before, so there is nothing to compare with." in said(response)
    assert "comparison" not in [shown.code for shown in response.context["cards"]]


def test_another_period_of_another_length_is_said_and_counted_for_a_week_too(worked, as_user):
    client, query = as_user(worked.anna), "?period=2024-09&compare=period:launch"
    response = client.get(f"{URL}{query}")
    assert "Compared with 1 May 2024 to 12 October 2024: 165 days beside 30." in said(response)
    header, hours, patrols, *_ = card(client.get(f"{URL}comparison.csv{query}"))
    assert header == [
        "figure", "september_2024 (number)", "1_may_2024_to_12_october_2024 (number)", "difference (number)",
        "september_2024:_a_week (number)", "1_may_2024_to_12_october_2024:_a_week (number)",
    ]  # fmt: skip
    assert hours == ["Patrol hours", "16", "64", "-48", "3.7", "2.7"]
    assert patrols[1:4] == ["1", "4", "-3"]


def test_areas_beside_all_the_others(worked, as_user):
    client, query = as_user(worked.anna), f"?period=2024-10&area={worked.hitchin.pk}&compare=rest"
    response = client.get(f"{URL}{query}")
    assert "Compared with the other hotspot areas: 2 hotspot areas beside 1." in said(response)
    beside = ["16.2 for one area, 16.0 there", "1.0 for one area, 1.0 there", "6.0 for one area, 0.5 there"]
    assert changes(response)[:3] == beside
    assert "Patrol hours are 16.2 for one area, 16.0 there." in said(response)
    assert "The cards below are of these areas alone." in said(response)
    rows = card(client.get(f"{URL}comparison.csv{query}"))
    assert rows[1] == ["Patrol hours", "16", "32", "", "16.2", "16.0"]
    assert rows[3] == ["Arrests", "6", "1", "", "6.0", "0.5"]


def test_areas_beside_a_district_and_beside_one_area(worked, as_user):
    client, asked = as_user(worked.anna), f"{URL}?period=2024-10&area={worked.hitchin.pk}&compare="
    district = said(client.get(f"{asked}district:{worked.north_herts.pk}"))
    assert "Compared with North Herts: 2 hotspot areas beside 1. Hitchin town centre is on both sides." in district
    one = client.get(f"{asked}areas&with={worked.watford.pk}")
    assert "Compared with Watford town centre: 1 hotspot area beside 1." in said(one)
    assert changes(one)[2] == "5 more than 1"
    (shown,) = [shown for shown in one.context["cards"] if shown.code == "comparison"]
    assert [column.label for column in shown.card.columns][1:3] == ["Hitchin town centre", "Watford town centre"]


def test_areas_beside_areas_that_are_chosen_one_by_one_and_by_district(worked, as_user):
    client, asked = as_user(worked.anna), f"?period=2024-10&area={worked.letchworth.pk}&compare=areas"
    two = client.get(f"{URL}{asked}&with={worked.hitchin.pk}&with={worked.watford.pk}")
    words = "Compared with Hitchin town centre and Watford town centre: 2 hotspot areas beside 1."
    assert words in said(two)
    assert changes(two)[2] == "0.0 for one area, 3.5 there"
    by_district = said(client.get(f"{URL}{asked}&with_district={worked.watford_district.pk}&with={worked.hitchin.pk}"))
    assert words in by_district
    ticked = re.findall(r'name="with" id="with-(\d+)" value="\d+" checked', two.content.decode())
    assert {int(pk) for pk in ticked} == {worked.hitchin.pk, worked.watford.pk}
    rows = card(client.get(f"{URL}comparison.csv{asked}&with={worked.hitchin.pk}&with={worked.watford.pk}"))
    assert rows[0][1:3] == ["letchworth (number)", "the_hotspot_areas_chosen (number)"]
    assert rows[3] == ["Arrests", "0", "7", "", "0.0", "3.5"]


def test_many_areas_that_are_chosen_are_counted_not_named(worked, as_user):
    more = [factories.HotspotAreaFactory(name=f"Area {number}", district=worked.north_herts) for number in range(4)]
    chosen = "".join(f"&with={area.pk}" for area in more)
    page = said(as_user(worked.anna).get(f"{URL}?period=2024-10&compare=areas{chosen}"))
    assert (
        "Compared with the hotspot areas chosen: 4 hotspot areas beside 7. 4 hotspot areas are on both sides." in page
    )


def test_areas_to_compare_with_that_make_no_sense_are_said(worked, as_user):
    client, asked = as_user(worked.anna), f"{URL}?period=2024-10"
    assert "Choose the hotspot areas to compare with." in said(client.get(f"{asked}&compare=areas"))
    unknown = said(client.get(f"{asked}&compare=areas&with=hitchn&with_district=7777777"))
    assert "We could not find area ‘hitchn’." in unknown
    assert "We could not find district ‘7777777’." in unknown
    for compare in ("", "before"):
        page = said(client.get(f"{asked}&compare={compare}&with={worked.hitchin.pk}"))
        assert "The hotspot areas to compare with were not used." in page
    response = client.get(f"{asked}&with={worked.watford.pk}")
    assert "Compared with Watford town centre: 1 hotspot area beside 3." in said(response)


@pytest.mark.parametrize(
    "compare", ["period:2024-10", "district:{north_herts}", "areas&with={hitchin}&with={letchworth}"]
)
def test_nothing_is_compared_with_itself(worked, as_user, compare):
    code = compare.format(**{name: getattr(worked, name).pk for name in ("north_herts", "hitchin", "letchworth")})
    query = f"?period=2024-10&district={worked.north_herts.pk}&compare={code}"
    response = as_user(worked.anna).get(f"{URL}{query}")
    assert "That is what is asked for already, so there is nothing else to compare it with." in said(response)
    assert changes(response) == []
    assert as_user(worked.anna).get(f"{URL}comparison.csv{query}").status_code == 404


def test_a_year_before_ends_with_the_programme_that_ran_then(worked, as_user):
    factories.ProgrammeFactory(name="Earlier", first_day=date(2023, 5, 1), last_day=date(2023, 6, 30))
    page = said(as_user(worked.anna).get(f"{URL}?programme={worked.programme.pk}&period=launch&compare=year"))
    assert "Compared with 1 May 2023 to 30 June 2023, Earlier: 61 days beside 165." in page


def test_a_year_before_is_the_same_programmes_where_two_ran(worked, as_user):
    worked.programme.first_day = date(2023, 4, 1)
    worked.programme.save()
    factories.ProgrammeFactory(name="Another", first_day=date(2023, 8, 1), last_day=date(2026, 3, 31))
    query = f"?programme={worked.programme.pk}&period=2024-09&compare=year"
    assert "Compared with September 2023." in said(as_user(worked.anna).get(f"{URL}{query}"))


def test_a_period_that_has_not_begun_is_not_compared(worked, as_user):
    later = factories.ProgrammeFactory(name="Later", first_day=date(2025, 4, 1), last_day=date(2026, 3, 31))
    page = said(as_user(worked.anna).get(f"{URL}?programme={later.pk}&compare=year"))
    assert "This period has not begun, so there is nothing to compare." in page


@pytest.mark.parametrize("compare", ["before", "rest", "areas&with={hitchin}"])
def test_pages_that_compare_nothing_say_so(worked, as_user, compare):
    for person in (worked.anna, worked.paul):
        page = said(
            as_user(person).get(f"/figures/?period=2024-09&compare={compare.format(hitchin=worked.hitchin.pk)}")
        )
        assert "This page compares nothing." in page
        assert "Compared with" not in page
        assert "There is nothing before" not in page


def test_there_are_no_others_beside_all_areas(worked, as_user):
    assert "so there are no others" in said(as_user(worked.anna).get(f"{URL}?compare=rest"))


def test_a_supervisor_compares_with_own_districts_only(worked, as_user):
    client = as_user(worked.sam)
    page = said(client.get(f"{URL}?period=2024-10&compare=district:{worked.watford_district.pk}"))
    assert f"cannot be compared with ‘district:{worked.watford_district.pk}’" in page
    chosen = said(client.get(f"{URL}?period=2024-10&compare=areas&with={worked.watford.pk}"))
    assert f"We could not find area ‘{worked.watford.pk}’." in chosen
    assert "Compared with" not in chosen
    rest = client.get(f"{URL}?period=2024-10&area={worked.hitchin.pk}&compare=rest")
    assert "Compared with the other hotspot areas: 1 hotspot area beside 1." in said(rest)
    assert changes(rest)[2] == "6 more than 0"


def test_the_form_adds_nothing_else_to_the_address(worked, as_user):
    for url in (URL, "/figures/"):
        html = as_user(worked.anna).get(url).content.decode()
        form = html[html.index('class="app-filter__form"') :]
        assert not re.search(r'<button[^>]* name="', form[: form.index("</form>")])


def test_nothing_is_compared_unless_asked_for(worked, as_user):
    client = as_user(worked.anna)
    assert client.get(f"{URL}comparison.csv?period=2024-10").status_code == 404
    assert "comparison" not in [shown.code for shown in client.get(f"{URL}?period=2024-10").context["cards"]]


# The figures themselves; and weeks, areas, evenings, kinds and districts, each of the other time too. The cards of
# crews (2), hours of the week (1), visits (3) and data quality (3) are asked again. None grows with areas or days.
MOST_QUERIES_MORE = 2 + 6 + 9


def test_a_comparison_costs_few_queries_more(worked, as_user, django_assert_max_num_queries):
    client = as_user(worked.anna)
    client.get(URL)
    with django_assert_max_num_queries(200) as plain:
        client.get(f"{URL}?period=2024-10")
    with django_assert_max_num_queries(len(plain) + MOST_QUERIES_MORE):
        client.get(f"{URL}?period=2024-10&compare=before")


@settings(max_examples=40)
@given(data=st.data())
def test_every_comparison_that_is_offered_survives_its_address(worked, data):
    day, by = today(NOW), worked.anna
    question = read_criteria(QueryDict("period=2024-09"), by=by, today=day)
    offered = [
        code for _, choices in comparison_choices(question.programme, question.all_areas, day) for code, _ in choices
    ]
    areas = data.draw(st.sets(st.sampled_from([area.pk for area in question.all_areas])))
    chosen = QueryDict(mutable=True)
    chosen.update({"period": "2024-09", "compare": data.draw(st.sampled_from(offered))})
    chosen.setlist("area", [str(area) for area in areas])
    if chosen["compare"] == "areas":
        beside = data.draw(st.sets(st.sampled_from([area.pk for area in question.all_areas]), min_size=1))
        chosen.setlist("with", [str(area) for area in beside])
    asked = read_criteria(chosen, by=by, today=day)
    again = read_criteria(QueryDict(asked.query().removeprefix("?")), by=by, today=day)
    assert again.ignored == ()
    assert again == asked
    other = other_side(asked, [worked.programme], day)
    if other is not None:
        assert {area.pk for area in other.areas} <= {area.pk for area in asked.all_areas}
        assert other.period.last_day <= day


def test_months_that_are_not_chosen_are_said(worked, as_user):
    anna = as_user(worked.anna)
    assert "Choose the first month and the last." in said(anna.get(f"{URL}?period=months"))
    assert "Choose the first month and the last." not in said(anna.get(f"{URL}?period=months&from_month=2024-09"))
