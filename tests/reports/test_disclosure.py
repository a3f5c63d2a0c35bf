"""The PCC's office sees no small count anywhere: every page, file and API answer is searched for canary numbers."""

import io
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from html import unescape
from unittest import mock

import pytest
from django.utils.html import strip_tags
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from hotspot.core.calendar import Period
from hotspot.core.definitions.registry import CURRENT
from hotspot.core.permissions import Scope
from hotspots.models import Programme
from reports.figures import suppression
from reports.figures.suppression_rules import PublishedRun, shown_month_ends
from reports.statements import operations
from reports.statements.body import draft_of
from tests import factories
from tests.api import person_caller, system_caller
from tests.publishing import drafted, published, sent
from tests.reports.test_figures_page import patrol
from tests.returns import AskedFor, submitted

pytestmark = pytest.mark.slow

AT = datetime(2024, 10, 12, 12, tzinfo=UTC)
SMALL = {"13", "17", "18"}
"""Counts that only single areas have: in September 17 in Hitchin and 18 in Letchworth, 13 in Hitchin in October."""
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
# A number by itself: no part of a longer one, of a time, of a date or of a fingerprint.
WHERE = re.compile(rf"(?<![\w/-])(?<!\d[:.,])(?:13|17|18)(?![\w:/-]|[.,]\d| (?:{MONTHS}))")


@pytest.fixture
def canaries(force, now):
    """Small is what is below 20. Watford has so much that totals are no canaries."""
    now.move_to(AT)
    force.programme.smallest_shown = 20
    force.programme.save()
    september, october = date(2024, 9, 6), date(2024, 10, 4)
    patrol(force, force.hitchin, september, arrests=17)
    patrol(force, force.letchworth, september, arrests=18)
    patrol(force, force.watford, september, arrests=61)
    patrol(force, force.hitchin, october, arrests=13)
    patrol(force, force.watford, october + timedelta(days=1), arrests=52)
    return force


def words_of(response) -> str:
    """What a response says: the words of a page and of its attributes, of a file, or of JSON without ids."""
    content, kind = response.content, response["Content-Type"]
    if kind.startswith("text/html"):
        page = content.decode()
        attributes = re.findall(r'(?:title|alt|aria-label|content)="([^"]*)"', page)
        hidden = re.findall(r'name="check" value="([^"]*)"', page)
        page = re.sub(r"<(script|style|select)\b.*?</\1>", " ", page, flags=re.DOTALL)
        return unescape(" | ".join([strip_tags(page), *attributes, *hidden]))
    if kind == "application/pdf":
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if zipfile.is_zipfile(io.BytesIO(content)):
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        cells = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
        return " | ".join(f"{cell:.0f}" if isinstance(cell, float) else str(cell) for cell in cells)
    text = content.decode("utf-8-sig")
    if kind.startswith("text/csv"):
        return text.replace(",", " | ")
    return re.sub(r'"(?:id|programme|areas|district|position)":\s*(?:\d+|\[[^\]]*\])', "", text)


def canaries_in(response) -> list[str]:
    words = words_of(response)
    return [words[max(0, found.start() - 60) : found.end() + 40] for found in WHERE.finditer(words)]


def links_of(response, address: str) -> set[str]:
    if not response["Content-Type"].startswith("text/html"):
        return set()
    found = {unescape(link) for link in re.findall(r'href="([/?][^"#]*)', response.content.decode())}
    path = address.partition("?")[0]
    found = {path + link if link.startswith("?") else link for link in found}
    return {link for link in found if not link.startswith(("/static/", "/sign-out", "/api/docs"))}


def crawl(client, *starts: str) -> dict[str, list[str]]:
    """Every address that can be reached by links, with the canaries that it says."""
    said: dict[str, list[str]] = {}
    waiting = list(starts)
    while waiting:
        address = waiting.pop()
        if address in said:
            continue
        response = client.get(address)
        said[address] = canaries_in(response) if response.status_code == 200 else []
        waiting.extend(links_of(response, address))
    return said


def prepare(force) -> list[str]:
    """Drafts of the PCC's office, one that waits, published statements and a return; the addresses of the drafts."""
    operations.save_words(
        at=AT,
        by=force.paul,
        statement_id=(narrow := drafted(force, AT, code="2024-09", area_ids=[force.hitchin.pk])).pk,
        words="{patrols} in {areas}",
    )
    drafts = [narrow, *(drafted(force, AT, code=code) for code in ("launch", "2024-09", "launch-to-2024-09"))]
    sent(force, AT, code="2024-05-to-2024-09")
    published(force, AT, by=force.adam, code="2024-09")
    published(force, AT, by=force.adam, code="launch")
    submitted(force, AT, AskedFor("Arrests", "arrests"), AskedFor("Patrols", "patrols"), by_area=True)
    return [f"/published/drafts/{draft.pk}/{page}" for draft in drafts for page in ("", "check/", "words/")]


def test_no_page_or_file_of_the_pcc_office_says_a_small_count(canaries, as_user):
    drafts = prepare(canaries)
    said = crawl(as_user(canaries.paul), "/", "/figures/", "/published/", "/returns/", "/areas/", *drafts)
    leaks = [f"{address}: {words}" for address, found in said.items() for words in found]
    assert not leaks, "\n".join(leaks)
    assert sum("/files/" in address for address in said) >= 12
    assert sum(address.startswith("/figures/?") for address in said) >= 5
    assert any(address.endswith("/csv/") and "returns" in address for address in said)


def test_the_search_finds_what_others_may_see(canaries, as_user):
    """Else it would prove nothing."""
    page = as_user(canaries.anna).get("/figures/", {"period": "2024-09"})
    assert {found for text in canaries_in(page) for found in re.findall(r"\d+", text)} >= {"17", "18"}


@pytest.mark.parametrize("who", ["paul", "system"])
def test_no_answer_of_the_api_says_a_small_count(canaries, now, who):
    prepare(canaries)
    caller = person_caller(canaries.paul)
    if who == "system":
        caller = system_caller(canaries.adam, Scope.READ_FIGURES, name="BI")
    areas = [canaries.hitchin.pk, canaries.letchworth.pk, canaries.watford.pk]
    for code in ("", "2024-09", "2024-05-to-2024-09", "launch-to-2024-09", "quarter-2024-07", "year-2024-04"):
        for area in (None, *areas):
            for by in ([], ["area"], ["month"], ["area", "month"]):
                query = {"by": by} | ({"period": code} if code else {}) | ({"area": area} if area else {})
                now.shift(timedelta(seconds=10))  # Ten requests a minute.
                response = caller.get("figures", query)
                assert response.status_code == 200, (query, response.json())
                counts = [response.json()["totals"], *response.json()["rows"]]
                assert not {str(each["arrests"]) for each in counts} & SMALL
                assert None not in {
                    each[name] for each in counts for name in ("patrols", "patrol_hours", "clock_hours")
                }
    assert caller.get("figures", {"period": "2024-10"}).status_code == 400
    for statement in caller.get("statements").json()["results"]:
        assert canaries_in(caller.get(f"statements/{statement['reference']}")) == []


def test_a_sentence_about_outcomes_is_withheld_as_the_table_is(canaries):
    """Small, or of some areas only: then it says that there are some. Numbers of shifts are said."""
    checks = draft_of(drafted(canaries, AT, code="2024-09", area_ids=[canaries.watford.pk]), AT).checks
    assert "Some outcomes have detail to follow." in checks
    assert "96 outcomes have detail to follow." in draft_of(drafted(canaries, AT, code="2024-09"), AT).checks
    canaries.programme.smallest_shown = 5
    canaries.programme.save()
    patrol(canaries, canaries.hitchin, date(2024, 8, 6), arrests=3)
    assert "Some outcomes have detail to follow." in draft_of(drafted(canaries, AT, code="2024-08"), AT).checks


def test_outcomes_by_area_wait_for_the_month_to_be_over(canaries):
    """Drafts can be begun every day: they would tell what one shift added."""
    draft = draft_of(drafted(canaries, AT), AT)
    assert draft.sheet.question.period.last_day == date(2024, 10, 5)
    place = 2
    assert [line.numbers[place] for line in draft.sheet.areas] == [None, None, None]
    assert all(None not in line.numbers[:2] for line in draft.sheet.areas)
    assert draft.sheet.total.numbers[place] == 161
    assert any("because October 2024 is not over" in check for check in draft.checks)


def runs_known(force, column: str) -> set[PublishedRun]:
    """The counts of single areas that withholding takes for told, of one column."""
    areas = [force.hitchin.pk, force.letchworth.pk, force.watford.pk]
    with mock.patch.object(suppression, "shown_month_ends", wraps=shown_month_ends) as asked:
        suppression.withheld(programme=force.programme, areas=areas, at=AT)
    place = [measure.column for measure in CURRENT.protected].index(column)
    return set(asked.call_args_list[place].kwargs["published"])


def test_what_statements_told_of_single_areas_is_known_where_figures_are_withheld(canaries):
    """By the places of its months in the programme's: May is the first, September the fifth."""
    force, watford = canaries, canaries.watford.pk
    assert runs_known(force, "arrests") == set()
    published(force, AT, by=force.adam, code="2024-05-to-2024-09")
    whole = PublishedRun(watford, 0, 5, 61)
    assert runs_known(force, "arrests") == {whole}
    published(force, AT, by=force.adam, code="2024-08-to-2024-09", area_ids=[watford])
    # Of some areas the months are told as well; nothing was recorded in August, so nothing is told of it.
    both = {PublishedRun(watford, 3, 5, 61), PublishedRun(watford, 4, 5, 61)}
    assert runs_known(force, "arrests") == {whole} | both


def test_of_an_area_without_a_patrol_a_month_of_some_areas_tells_that_there_was_nothing(canaries):
    quiet = factories.HotspotAreaFactory(district=canaries.watford_district)
    areas = [canaries.watford.pk, quiet.pk]
    published(canaries, AT, by=canaries.adam, code="2024-08-to-2024-09", area_ids=areas)
    september = {run for run in runs_known(canaries, "arrests") if (run.first, run.end) == (4, 5)}
    assert september == {PublishedRun(canaries.watford.pk, 4, 5, 61), PublishedRun(quiet.pk, 4, 5, 0)}


def test_what_was_told_of_months_that_a_programme_does_not_have_any_more_is_left_out(canaries):
    published(canaries, AT, by=canaries.adam, code="2024-05-to-2024-09")
    Programme.objects.filter(pk=canaries.programme.pk).update(first_day=date(2024, 6, 1))
    canaries.programme.refresh_from_db()
    assert runs_known(canaries, "arrests") == set()


@pytest.mark.parametrize(("day", "is_hidden"), [(30, True), (31, False)])
def test_a_month_is_told_of_an_area_from_the_day_after_its_last_one(canaries, day, is_hidden):
    at = datetime(2024, 8, 31, 12, tzinfo=UTC) + timedelta(days=day)
    areas = [canaries.hitchin.pk, canaries.letchworth.pk, canaries.watford.pk]
    kept = suppression.withheld(programme=canaries.programme, areas=areas, at=at)
    assert kept.hides("arrests", [canaries.watford.pk], Period.month(date(2024, 9, 1))) is is_hidden


def test_places_are_counted_from_the_first_month_of_a_programme_that_begins_in_december():
    months = [date(2024, 12, 1), date(2025, 1, 1), date(2025, 2, 1)]
    told, totals = {"arrests": {1: {0, 1}, 2: {0, 1}}}, {"arrests": [0, 9, 12, 15]}
    kept = suppression.Withheld(Period(months[0], date(2025, 2, 28)), frozenset({1, 2}), months, told, totals)
    assert [kept.hides("arrests", [1], Period.month(month)) for month in months] == [False, True, True]


def test_months_of_both_calendar_years_of_a_programme_are_withheld_or_told_each_for_itself(canaries, now):
    now.move_to(march := datetime(2025, 3, 5, 12, tzinfo=UTC))
    force, january, february = canaries, date(2025, 1, 10), date(2025, 2, 7)
    for area, counts in ((force.hitchin, (40, 0)), (force.letchworth, (50, 3)), (force.watford, (60, 0))):
        for day, arrests in zip((january, february), counts, strict=True):
            patrol(force, area, day, arrests=arrests)
    areas = [force.hitchin.pk, force.letchworth.pk, force.watford.pk]
    kept = suppression.withheld(programme=force.programme, areas=areas, at=march)
    hidden = {
        (area.name, day.month)
        for area in (force.hitchin, force.letchworth, force.watford)
        for day in (january, february)
        if kept.hides("arrests", [area.pk], Period.month(day))
    }
    # Hitchin's are withheld with Letchworth's, which could be had from the total otherwise.
    assert hidden == {(area.name, month) for area in (force.hitchin, force.letchworth) for month in (1, 2)}
