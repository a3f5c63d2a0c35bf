"""The figures page and its file: who sees what, what a bad address says, and that both say the same."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.utils.html import strip_tags
from python_calamine import CalamineWorkbook

from hotspot.core.calendar import Period
from hotspots.models import DistrictAccess
from reports.figures.headline import Grain, figures
from reports.figures.measures import HEADLINE
from tests import factories
from tests.conftest import NOW

URL, FILE = "/figures/", "/figures/download.csv"


def patrol(force, area, day, *, arrests=0, searches=0, minutes=480, **values):
    starts_at = datetime(day.year, day.month, day.day, 21, tzinfo=UTC)
    shift = factories.PatrolShiftFactory(
        area=area,
        funding_stream=force.grant,
        logged_by=force.sam,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        **values,
    )
    for _ in range(arrests):
        factories.ArrestFactory(shift=shift)
    for _ in range(searches):
        factories.StopSearchFactory(shift=shift)
    return shift


@pytest.fixture
def busy(force, now):
    """Arrests: Hitchin 3 in September and 6 in October; Letchworth 5 and 7; Watford 20 in October."""
    september, october = date(2024, 9, 6), date(2024, 10, 4)
    patrol(force, force.hitchin, september, arrests=3)
    patrol(force, force.hitchin, october, arrests=6, minutes=485)
    patrol(force, force.letchworth, september, arrests=5, minutes=495)
    patrol(force, force.letchworth, october, arrests=7, minutes=495)
    for night in range(6):
        patrol(force, force.watford, october + timedelta(days=night), arrests=4 if night else 0, searches=2)
    return force


def text(response) -> str:
    return " ".join(unescape(strip_tags(response.content.decode())).split())


def tiles(response) -> list[str]:
    return re.findall(r'app-stat__value">([^<]*)<', response.content.decode())


def rows(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_spreadsheets_say_what_the_file_says(busy, as_user, kind):
    """Also what is withheld from the PCC's office."""
    paul, query = as_user(busy.paul), {"period": "2024-05-to-2024-09"}
    answer = paul.get(f"/figures/figures.{kind}", query)
    assert answer["Content-Disposition"].endswith(f'as-at-2024-10-12.{kind}"')
    said = {row["hotspot_area"]: row for row in rows(paul.get(FILE, query)) if row["part"] != "month"}
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    table = [row for row in book.get_sheet_by_name("By_hotspot_area").to_python() if row[1:2] != [""]][1:]
    assert {row[0] for row in table} == {*(name for name in said if name != "all hotspot areas"), "Total"}
    for name, *numbers in table:
        columns = list(said["all hotspot areas" if name == "Total" else name].values())[-len(numbers) :]
        assert [str(int(cell)) if isinstance(cell, float) else cell for cell in numbers] == columns
    assert "[c]" in {cell for row in table for cell in row}
    assert paul.get("/figures/figures.csv", query).status_code == 404


# --- who ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sam", "sue", "anna", "paul", "adam", "audrey"])
@pytest.mark.parametrize("url", [URL, FILE, "/figures/definitions/"])
def test_everybody_who_signs_in_sees_figures(force, as_user, now, name, url):
    client = as_user(force.people[name])
    assert client.get(url).status_code == 200
    assert client.post(url).status_code in (403, 405)


@pytest.mark.parametrize("url", [URL, FILE, "/figures/definitions/"])
def test_nobody_else_does(client, db, url):
    assert client.get(url).status_code == 302


def test_a_supervisor_counts_their_own_districts_only(busy, as_user):
    page = as_user(busy.sam).get(URL)
    assert "Watford" not in text(page)
    assert tiles(page)[1:3] == ["4", "21"]
    assert "your own districts" in text(page)
    assert "We could not find area ‘" in text(as_user(busy.sam).get(URL, {"area": busy.watford.pk}))


def test_a_supervisor_without_a_district_is_told_what_to_do(busy, as_user):
    DistrictAccess.objects.filter(user=busy.sam).delete()
    page = text(as_user(busy.sam).get(URL))
    assert "no district with hotspot areas yet" in page
    assert "additional patrols" not in page


@pytest.mark.parametrize(
    "query",
    [
        {"period": "days"},
        {"since": "2024-10-04"},
        {"until": "2024-10-04"},
        {"period": "2024-10-04"},
        {"night": "2024-10-04"},
        {"day": "2024-10-04"},
        {"from": "2024-10-01", "to": "2024-10-30"},
    ],
)
@pytest.mark.parametrize("url", [URL, FILE])
def test_the_pcc_office_is_told_to_choose_whole_months(busy, as_user, url, query):
    response = as_user(busy.paul).get(url, query)
    assert response.status_code == 400
    assert "Choose whole months" in text(response)
    assert as_user(busy.anna).get(url, query).status_code == 200


def test_nobody_is_named(busy, as_user):
    for name in ("paul", "anna"):
        for url in (URL, FILE):
            assert "Sam Sergeant" not in as_user(busy.people[name]).get(url).content.decode()


# --- what it shows ------------------------------------------------------------------------------------------------


def test_six_tiles_in_the_words_and_order_of_the_news_item(busy, as_user):
    page = as_user(busy.anna).get(URL)
    assert tiles(page) == ["161", "10", "41", "12", "0", "0"]
    said = text(page)
    places = [said.index(measure.label) for measure in HEADLINE]
    assert places == sorted(places)
    assert "81 clock hours" in said
    assert "As at 1pm, 12 October 2024" in said
    assert "definition v1" in said
    assert all(measure.definition in said for measure in HEADLINE)


def test_one_of_something_is_said_in_the_singular(force, now, as_user):
    patrol(force, force.hitchin, date(2024, 10, 4), arrests=1)
    page = as_user(force.anna).get(URL)
    labels = re.findall(r'app-stat__label">([^<]*)<', page.content.decode())
    assert labels[1:4] == ["additional patrol", "arrest", "stop searches"]
    assert tiles(page)[1:4] == ["1", "1", "0"]


def test_page_file_and_query_say_the_same(busy, as_user):
    client = as_user(busy.anna)
    for query in (
        {},
        {"period": "2024-10"},
        {"area": [busy.hitchin.pk, busy.watford.pk]},
        {"period": "quarter-2024-10"},
    ):
        total = rows(client.get(FILE, query))[0]
        numbers = list(total.values())[9:]
        assert [value.replace(",", "") for value in tiles(client.get(URL, query))] == numbers[:6]
    totals = figures(
        programme=busy.programme,
        period=Period(date(2024, 5, 1), date(2024, 10, 12)),
        areas=[busy.hitchin.pk, busy.letchworth.pk, busy.watford.pk],
        at=NOW,
        by=(Grain.AREA,),
    ).totals
    assert rows(client.get(FILE))[0]["arrests (arrests)"] == str(totals.arrests) == "41"


def test_areas_stand_in_their_order_and_link_to_themselves(busy, as_user):
    busy.watford.position = 1
    busy.watford.save()
    page = as_user(busy.anna).get(URL, {"period": "2024-10"}).content.decode()
    table = page[page.index("By hotspot area") :]
    assert table.index("Watford town centre") < table.index("Hitchin town centre") < table.index("Letchworth")
    (link,) = re.findall(r'href="(\?[^"]*)">Hitchin town centre', table)
    narrowed = as_user(busy.anna).get(URL + unescape(link))
    assert tiles(narrowed)[2] == "6"
    assert "October 2024, Hitchin town centre" in text(narrowed)


def test_months_link_to_themselves_and_the_running_one_says_so(busy, as_user):
    page = as_user(busy.anna).get(URL, {"area": busy.hitchin.pk}).content.decode()
    (link,) = re.findall(r'href="(\?[^"]*)">September 2024', page)
    assert tiles(as_user(busy.anna).get(URL + unescape(link)))[2] == "3"
    assert "October 2024 to date" in page


def test_hours_that_do_not_add_up_after_rounding_are_explained(busy, as_user):
    footnote = "rounded once"
    assert footnote in text(as_user(busy.anna).get(URL)).replace("rounded once, half up", "")
    whole = text(as_user(busy.anna).get(URL, {"period": "2024-09", "area": busy.hitchin.pk}))
    assert footnote not in whole.replace("rounded once, half up", "")


def test_a_quiet_month_says_so_in_words(busy, as_user):
    page = as_user(busy.anna).get(URL, {"period": "2024-08", "area": busy.hitchin.pk})
    assert "No shifts logged for Hitchin town centre in August 2024" in text(page)
    assert tiles(page) == []
    assert "No shifts logged in August 2024" in text(as_user(busy.anna).get(URL, {"period": "2024-08"}))
    days = {"period": "days", "since": "2024-08-03", "until": "2024-08-03"}
    assert "No shifts logged on 3 August 2024" in text(as_user(busy.anna).get(URL, days))


def test_without_a_programme_the_page_says_so(db, now, as_user):
    client = as_user(factories.UserFactory(role="analyst"))
    assert "no programme yet" in text(client.get(URL))
    assert client.get(FILE).status_code == 404


# --- periods ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ({}, "Since launch, 1 May 2024 to 12 October 2024"),
        ({"period": "2024-10"}, "October 2024"),
        ({"period": "quarter-2024-04"}, "1 May 2024 to 30 June 2024"),
        ({"period": "quarter-2024-07"}, "1 July 2024 to 30 September 2024"),
        ({"period": "year-2024-04"}, "1 May 2024 to 31 March 2025"),
        ({"period": "days", "since": "2024-10-04", "until": "2024-10-05"}, "4 October 2024 to 5 October 2024"),
        ({"since": "2024-10-04"}, "4 October 2024 to 12 October 2024"),
        ({"until": "2024-05-02"}, "1 May 2024 to 2 May 2024"),
    ],
)
def test_periods(busy, as_user, query, title):
    assert f"{title}, all hotspot areas" in text(as_user(busy.anna).get(URL, query))


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ({"period": "2024-06-to-2024-09"}, "1 June 2024 to 30 September 2024"),
        ({"period": "months", "from_month": "2024-06", "to_month": "2024-09"}, "1 June 2024 to 30 September 2024"),
        ({"from_month": "2024-06"}, "1 June 2024 to 30 September 2024"),
        ({"period": "months", "from_month": "2024-09", "to_month": "2024-09"}, "September 2024"),
        ({"period": "launch-to-2024-08"}, "Since launch, 1 May 2024 to 31 August 2024"),
        ({}, "Since launch, 1 May 2024 to 30 September 2024"),
        ({"period": "quarter-2024-04"}, "1 May 2024 to 30 June 2024"),
        ({"period": "year-2024-04"}, "1 May 2024 to 30 September 2024"),
    ],
)
def test_the_pcc_office_asks_for_months_that_are_over(busy, as_user, query, title):
    page = text(as_user(busy.paul).get(URL, query))
    assert f"{title}, all hotspot areas" in page
    assert "Figures to 30 September 2024; this month is shown when it is over." in page
    assert "This period is not over yet" not in page


def test_a_range_can_be_shared_and_is_shown_in_the_form(busy, as_user):
    page = as_user(busy.paul).get(URL, {"period": "months", "from_month": "2024-06", "to_month": "2024-09"})
    assert "period=2024-06-to-2024-09" in page.content.decode()
    assert '<option value="months" selected>' in page.content.decode()
    assert '<option value="2024-06" selected>' in page.content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"period": "2024-10"}, "no figures for October 2024"),
        ({"period": "2024-08-to-2024-10"}, "no figures for August 2024 to October 2024"),
        ({"period": "2024-09-to-2024-06"}, "The last month must be the same as or after the first month"),
        ({"period": "2024-09", "from_month": "2024-06"}, "The months were not used."),
    ],
)
def test_other_months_are_not_used_and_that_is_said(busy, as_user, query, said):
    page = text(as_user(busy.paul).get(URL, query))
    assert said in page


def test_before_the_first_month_is_over_the_pcc_office_is_told_so(busy, as_user, now):
    now.move_to(datetime(2024, 5, 20, 12, tzinfo=UTC))
    page = as_user(busy.paul).get(URL)
    assert "shown when its first month is over" in text(page)
    assert as_user(busy.anna).get(URL).status_code == 200
    now.move_to(datetime(2024, 6, 1, 12, tzinfo=UTC))
    assert "Since launch, May 2024, all hotspot areas" in text(as_user(busy.paul).get(URL))


def test_hours_and_patrols_are_never_withheld(busy, as_user):
    """Letchworth's only patrol of September is shown, with its hours, though its arrests are not."""
    by_name = {row["hotspot_area"]: row for row in rows(as_user(busy.paul).get(FILE, {"period": "2024-09"}))}
    assert by_name["Hitchin town centre"]["arrests (arrests)"] == "[c]"
    assert by_name["Hitchin town centre"]["patrols (patrols)"] == "1"
    assert "[c]" not in {row["patrol_hours (hours)"] for row in by_name.values()}


def test_since_launch_ends_with_the_programme(busy, now, as_user):
    now.move_to(datetime(2025, 6, 1, 12, tzinfo=UTC))
    assert "Since launch, 1 May 2024 to 31 March 2025" in text(as_user(busy.anna).get(URL))


def test_a_programme_that_has_not_begun_is_shown_without_figures(force, now, as_user):
    later = factories.ProgrammeFactory.create(first_day=date(2026, 4, 1), last_day=date(2027, 3, 31))
    page = as_user(force.anna).get(URL, {"programme": later.pk})
    assert "No shifts logged" in text(page)


def test_the_running_programme_comes_first(busy, as_user):
    old = factories.ProgrammeFactory.create(first_day=date(2023, 4, 1), last_day=date(2024, 4, 30))
    assert busy.programme.name in text(as_user(busy.anna).get(URL))
    assert "Since launch, 1 April 2023 to 30 April 2024" in text(as_user(busy.anna).get(URL, {"programme": old.pk}))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"area": "hitchn"}, "We could not find area ‘hitchn’."),
        ({"area": "<script>"}, "We could not find area ‘<script>’."),
        ({"area": "999999999999999999999999"}, "We could not find area ‘"),
        ({"district": "x"}, "We could not find district ‘x’."),
        ({"programme": "none"}, "We could not find programme ‘none’."),
        ({"period": "2024-13"}, "no figures for the period ‘2024-13’"),
        ({"period": "2031-01"}, "no figures for January 2031, so you see all of it."),
        ({"since": "yesterday"}, "‘yesterday’ is not a date"),
        ({"since": "2024-10-09", "until": "2024-10-01"}, "The last day must be the same as or after the first day"),
        ({"since": "0001-01-01", "until": "9999-12-31"}, "‘0001-01-01’ is not a date"),
        ({"since": "2019-01-01", "until": "2024-10-01"}, "Days outside"),
        ({"since": "2019-01-01", "until": "2019-12-31"}, "so the dates were not used"),
        ({"period": "2024-10", "since": "2024-10-04"}, "The dates were not used"),
        ({"area": "a" * 5000}, "We could not find area ‘aaa"),
        ({"period": "\x00"}, "no figures for the period"),
    ],
)
def test_what_makes_no_sense_is_ignored_and_said(busy, as_user, query, said):
    page = as_user(busy.anna).get(URL, query)
    assert page.status_code == 200
    assert said in text(page) or said in unescape(page.content.decode())
    assert "<script>" not in page.content.decode()
    assert tiles(page)


def test_a_district_stands_for_its_areas(busy, as_user):
    assert tiles(as_user(busy.anna).get(URL, {"district": busy.north_herts.pk}))[2] == "21"


def test_the_form_shows_the_question_in_force(busy, as_user):
    page = as_user(busy.anna).get(URL, {"period": "2024-09", "area": busy.hitchin.pk}).content.decode()
    assert '<option value="2024-09" selected>' in page
    assert re.search(rf'value="{busy.hitchin.pk}" checked', page)
    assert not re.search(rf'value="{busy.watford.pk}" checked', page)
    assert 'type="date"' in page
    assert 'type="date"' not in as_user(busy.paul).get(URL).content.decode()


def test_the_thousandth_area_can_be_ticked(busy, as_user):
    """Its number is written without a comma, unlike every number for people."""
    area = factories.HotspotAreaFactory.create(pk=71457, district=busy.north_herts, name="Baldock")
    page = as_user(busy.anna).get(URL, {"area": area.pk}).content.decode()
    assert re.search(r'id="area-71457" value="71457" checked', page)
    assert 'for="area-71457"' in page


# --- small numbers --------------------------------------------------------------------------------------------------


def arrests_of(response) -> dict[str, str]:
    """The arrests of each part of the file, by area, month or "total"."""
    names = {"total": lambda row: "total", "area": lambda row: row["hotspot_area"], "month": lambda row: row["month"]}
    return {names[row["part"]](row): row["arrests (arrests)"] for row in rows(response)}


def test_the_pcc_office_does_not_see_small_numbers_nor_what_gives_them_away(busy, as_user):
    september = as_user(busy.paul).get(FILE, {"period": "2024-09"})
    assert arrests_of(september) == {
        "total": "8",
        "Hitchin town centre": "[c]",
        "Letchworth": "[c]",
        "Watford town centre": "0",
    }
    page = as_user(busy.paul).get(URL, {"period": "2024-09"})
    assert "stands for a number that is withheld" in text(page)
    assert arrests_of(as_user(busy.anna).get(FILE, {"period": "2024-09"}))["Hitchin town centre"] == "3"


def test_a_small_number_is_withheld_on_the_narrowed_page_too(busy, as_user):
    client = as_user(busy.paul)
    assert tiles(client.get(URL, {"period": "2024-09", "area": busy.hitchin.pk}))[2] == "[c]"
    others = client.get(URL, {"period": "2024-09", "area": [busy.letchworth.pk, busy.watford.pk]})
    assert tiles(others)[2] == "[c]"
    by_month = arrests_of(client.get(FILE, {"area": busy.hitchin.pk}))
    assert by_month["2024-09"] == by_month["total"] == "[c]"


def test_headline_totals_are_never_withheld(busy, as_user):
    for query in ({}, {"period": "2024-09"}, {"period": "2024-05-to-2024-09"}, {"period": "quarter-2024-07"}):
        assert "[c]" not in tiles(as_user(busy.paul).get(URL, query))


def test_nothing_is_withheld_from_those_who_see_records(busy, as_user):
    for name in ("sam", "anna", "adam", "audrey"):
        for url in (URL, FILE):
            assert "[c]" not in as_user(busy.people[name]).get(url, {"period": "2024-09"}).content.decode()


# --- the file -------------------------------------------------------------------------------------------------------


def test_the_file_is_tidy_and_opens_in_excel(busy, as_user):
    response = as_user(busy.anna).get(FILE, {"period": "2024-10"})
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    name = "official-sensitive-operation-hotspot-202425-figures-2024-10-as-at-2024-10-12.csv"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert {row["marking"] for row in rows(response)} == {"OFFICIAL-SENSITIVE"}
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    total, *parts = rows(response)
    assert total["first_day"] == "2024-10-01"
    assert total["last_day"] == "2024-10-31"
    assert total["as_at"] == "2024-10-12T13:00:00+01:00"
    assert total["definition"] == "v1"
    assert total["patrol_hours (hours)"] == "129"
    assert [row["part"] for row in parts] == ["area", "area", "area"]
    assert len({len(row) for row in csv.reader(io.StringIO(response.content.decode("utf-8-sig")))}) == 1


@pytest.mark.parametrize("name", ['=HYPERLINK("x")', "+44", "-1", "@sum", "\t=1", " =1", "＝1", 'a,b"c'])
def test_no_area_name_is_run_as_a_formula(busy, as_user, name):
    busy.hitchin.name = name
    busy.hitchin.save()
    by_area = [row for row in rows(as_user(busy.anna).get(FILE)) if row["part"] == "area"]
    (row,) = (row for row in by_area if row["hotspot_area"] not in ("Letchworth", "Watford town centre"))
    expected = name if name.startswith("a") else f"'{name}"
    assert row["hotspot_area"] == expected
    assert row["arrests (arrests)"] == "9"


# --- cost -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "queries"), [("anna", 7), ("sam", 7), ("paul", 10)])
def test_the_number_of_areas_costs_no_query(busy, as_user, django_assert_max_num_queries, name, queries):
    client = as_user(busy.people[name])
    client.get(URL)
    for number in range(20):
        area = factories.HotspotAreaFactory(district=busy.north_herts, name=f"New {number}")
        patrol(busy, area, date(2024, 10, 4), arrests=2)
    with django_assert_max_num_queries(queries):
        client.get(URL)
    with django_assert_max_num_queries(queries):
        client.get(FILE)
