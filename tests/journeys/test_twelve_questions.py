"""Twelve questions that analysts ask, each answered with clicks, and the answers counted again record by record.

The data are three financial years in twelve areas; it is the last evening of the last one.
"""

import calendar
import csv
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from hotspot.core.calendar import LONDON
from hotspot.core.models import User
from hotspots.models import AreaTarget, HotspotArea
from outcomes.models import Arrest, Outcome, StopSearch, WeaponRecovered
from patrols.models import CrewMember, PatrolShift
from reports.demo.scale import LargeLoad, load_scale
from tests.reports.test_impact import counted, county, study

pytestmark = pytest.mark.slow
__all__ = ["county"]

NOW = datetime(2025, 3, 31, 21, tzinfo=UTC)
TODAY = date(2025, 3, 31)
JULY, OCTOBER, OCTOBER_BEFORE = (2024, 7), (2024, 10), (2023, 10)
COUNCIL = "community_enforcement_officer"
Row = dict[str, str]

# A table as a person reads it: what is above each cell, and what stands in it.
READ = """table => {
  const words = cell => cell.textContent.trim().replace(/\\s+/g, " ");
  const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells].map(words);
  const rows = [...table.tBodies, ...(table.tFoot ? [table.tFoot] : [])].flatMap(body => [...body.rows]);
  return rows.map(row => Object.fromEntries([...row.cells].map((cell, at) => [heads[at], words(cell)])));
}"""


# --- counting again ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Worked:
    """A patrol that the headline counts, with the seconds of everybody in its crew."""

    shift: PatrolShift
    day: date
    seconds: Sequence[tuple[str, int]]

    @property
    def month(self) -> tuple[int, int]:
        return self.day.year, self.day.month


@dataclass(frozen=True)
class YearsOfPatrols:
    """The people by first name, the areas by name, and what was worked, as the records have it."""

    people: dict[str, User]
    areas: dict[str, HotspotArea]
    worked: Sequence[Worked]

    def of(self, when: tuple[int, int] | None = None, **area: object) -> list[Worked]:
        """What was worked in a month, in areas whose attributes are these."""
        return [
            each
            for each in self.worked
            if when in (None, each.month) and all(getattr(each.shift.area, name) == it for name, it in area.items())
        ]


@pytest.fixture
def years(transactional_db, time_machine) -> YearsOfPatrols:
    """Three financial years of a force."""
    time_machine.move_to(NOW, tick=True)
    load_scale(LargeLoad(shifts=2500, areas=12, years=3, today=date(2025, 4, 1)), seed=7, demo=True)
    crews: dict[int, list[tuple[str, int]]] = {}
    for member in CrewMember.objects.all():
        seconds = int((member.ends_at - member.starts_at).total_seconds())
        crews.setdefault(member.shift_id, []).append((member.role, seconds))
    shifts = PatrolShift.objects.select_related("area__district", "funding_stream").order_by("pk")
    worked = [
        Worked(shift, shift.starts_at.astimezone(LONDON).date(), crews[shift.pk])
        for shift in shifts
        if shift.state == "completed" and shift.funding_stream.kind != "business_as_usual"
    ]
    return YearsOfPatrols(
        {user.name.split()[0].lower(): user for user in User.objects.people()},
        {area.name: area for area in HotspotArea.objects.select_related("district")},
        worked,
    )


def standing(model: type[Outcome], of: Collection[Worked]) -> list[Any]:
    """The records of some shifts that nobody withdrew."""
    ids = {each.shift.pk for each in of}
    return [row for row in model.objects.all() if row.shift_id in ids and not row.void_reason]


def hours(of: Collection[Worked], keep: Callable[[str], bool] = lambda _: True) -> Decimal:
    return Decimal(sum(seconds for each in of for role, seconds in each.seconds if keep(role))) / 3600


def whole(number: Decimal) -> str:
    return f"{number.quantize(Decimal(1), ROUND_HALF_UP):,}"


def ratio(part: Decimal | int, of: Decimal | int, places: str = "1") -> str:
    """So many of each hundred."""
    return str((Decimal(part) * 100 / Decimal(of)).quantize(Decimal(places), ROUND_HALF_UP))


# --- what a person does --------------------------------------------------------------------------------------------


def rows_of(table: Locator) -> list[Row]:
    return table.evaluate(READ)


def card(page: Page, code: str) -> list[Row]:
    """The table of a card of the dashboard."""
    return rows_of(page.locator(f"#{code} table").last)


def ask(page: Page, *, period: str, compare: str | None = None) -> None:
    """Choose a period, and what to compare it with, on the page that is open."""
    page.get_by_text("Choose period and areas").click()
    page.get_by_label("Period", exact=True).select_option(label=period)
    if compare:
        page.get_by_label("Compare with").select_option(label=compare)
    page.get_by_role("button", name="Show figures").click()
    expect(page.get_by_role("heading", name=re.compile(period)).first).to_be_visible()


def explore(page: Page, **choices: str) -> list[Row]:
    """Choose what is explored by the labels of the form, and read the table."""
    for label, choice in choices.items():
        page.get_by_label(label.capitalize(), exact=True).select_option(label=choice)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#explored")).to_be_visible()
    return rows_of(page.locator("#explored"))


def dashboard(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Dashboard", exact=True).first.click()
    expect(page.get_by_role("heading", name="Dashboard", exact=True)).to_be_visible()


def explorer(page: Page) -> None:
    dashboard(page)
    page.get_by_role("link", name=re.compile("^Explore any measure")).click()
    expect(page.get_by_role("heading", name="Explore", exact=True)).to_be_visible()


# --- the questions -------------------------------------------------------------------------------------------------


def covered_fridays(of: Collection[Worked], month: tuple[int, int]) -> tuple[str, str]:
    """On how many of a month's Fridays there was an hour of patrol between 6pm and midnight, and how many it has."""
    days = [date(*month, day) for day in range(1, calendar.monthrange(*month)[1] + 1)]
    fridays = [day for day in days if day.weekday() == calendar.FRIDAY]
    covered = set()
    for each in of:
        start = datetime.combine(each.day, time(18), LONDON)
        out = min(each.shift.ends_at, start + timedelta(hours=6)) - max(each.shift.starts_at, start)
        if each.day in fridays and out >= timedelta(hours=1):
            covered.add(each.day)
    return str(len(covered)), str(len(fridays))


def test_where_patrols_were(years, page_for):
    """Fridays in October against July, the council's share by district, who is furthest behind, and who waits."""
    page = page_for(years.people["anna"])
    dashboard(page)
    ask(page, period="October 2024", compare="July 2024")
    shown = [row for row in card(page, "peak-cover") if row["Hotspot area"] in years.areas]
    assert len(shown) == len(years.areas) == 12
    for row in shown:
        for month, before in ((OCTOBER, ""), (JULY, "Compared: ")):
            own = years.of(month, name=row["Hotspot area"])
            found = row[f"{before}Fridays with a patrol"], row[f"{before}Friday evenings"]
            assert found == covered_fridays(own, month)

    for row in (found := card(page, "districts")):
        own = [each for each in years.of(OCTOBER) if each.shift.area.district.name == row["District"]]
        council = hours(own, lambda role: role == COUNCIL)
        assert row["Patrol hours"] == whole(hours(own))
        assert row["Community Enforcement Officer"] == whole(council)
        # No share is said of fewer than 20 hours.
        share = ratio(council, hours(own), "0.1") if int(whole(hours(own)).replace(",", "")) >= 20 else "–"
        assert row["Share of Community Enforcement Officers, %"] == share
    assert len(found) == len({area.district_id for area in years.areas.values()})

    reached = {}
    for name, area in years.areas.items():
        due = AreaTarget.objects.filter(area=area, first_month__lte=date(*OCTOBER, 1)).latest("first_month")
        reached[name] = hours(years.of(OCTOBER, name=name)) * 60 / due.patrol_minutes
    behind = [row["Hotspot area"] for row in card(page, "hours-by-area") if row["Hotspot area"] in years.areas]
    assert behind == sorted(reached, key=lambda name: reached[name])
    assert reached[behind[0]] < 1

    ask(page, period="March 2025")
    waits = {name: (TODAY - max(each.day for each in years.of(name=name))).days for name in years.areas}
    visits = {row["Hotspot area"]: row for row in card(page, "dosage")}
    assert {name: visits[name]["Days since last patrol"] for name in waits} == {
        name: str(days) for name, days in waits.items()
    }
    assert {name for name in waits if visits[name]["Waiting 10 days or more"] == "yes"} == {
        name for name, days in waits.items() if days >= 10
    }


def test_what_patrols_found(years, page_for, tmp_path):
    """Arrests for each 100 hours, the find rate and that of ethnicities, and how knives were found."""
    page = page_for(years.people["anna"])
    explorer(page)
    ask(page, period="October 2024")
    found = years.of(OCTOBER)
    unsure = set()
    for row in explore(page, measure="Arrests", rows="Hotspot area", show="For every 100 patrol hours"):
        own = found if (name := row["Hotspot area"]) == "All" else years.of(OCTOBER, name=name)
        number = len(standing(Arrest, own))
        rate = ratio(number, hours(own), "0.1")
        assert list(row.values())[1] == (f"{rate}†" if number < 20 else rate)
        unsure |= {name} if number < 20 else set()
    assert unsure
    expect(page.get_by_text("A rate of fewer than 20")).to_be_visible()

    ask(page, period="Since launch")
    searches = [search for search in standing(StopSearch, years.of()) if search.found is not None]
    rows = explore(page, measure="Find rate of stop searches", rows="Self-defined ethnicity", show="The number")
    told = {row["Self-defined ethnicity"]: row["Find rate of stop searches"] for row in rows}
    assert told["All"] == ratio(len([search for search in searches if search.found]), len(searches))
    ethnicities = {str(search.self_defined_ethnicity) for search in searches if search.self_defined_ethnicity}
    shown = 0
    for name in ethnicities:
        own = [search for search in searches if str(search.self_defined_ethnicity) == name]
        if (said := told[name]) not in ("withheld", "–"):
            assert said == ratio(len([search for search in own if search.found]), len(own))
            shown += 1
    assert shown > 1

    knives = [each for each in standing(WeaponRecovered, years.of()) if each.kind and each.kind.is_knife]
    rows = explore(page, measure="Knives recovered", rows="How it was found", show="The number")
    assert {row["How it was found"]: row["Knives recovered"] for row in rows} == {
        **{str(way): str(number) for way, number in Counter(each.found_by for each in knives).items()},
        "All": str(len(knives)),
    }
    explore(page, measure="Weapons recovered", rows="Kind of weapon", show="The number")
    weapons = [each for each in standing(WeaponRecovered, years.of()) if each.kind]
    kind, number = Counter(str(each.kind) for each in weapons).most_common(1)[0]
    page.locator("#explored").get_by_role("row", name=re.compile(f"^{kind}")).get_by_role("link").click()
    expect(page.get_by_text(f"with {number} weapons")).to_be_visible()


def test_two_towns_month_by_month_and_the_same_month_a_year_before(years, page_for, tmp_path):
    page = page_for(years.people["anna"])
    explorer(page)
    page.get_by_text("Choose period and areas").click()
    page.get_by_label("Period", exact=True).select_option(label="Since launch")
    towns = sorted(years.areas)[:2]
    for name in towns:
        page.get_by_role("checkbox", name=name, exact=True).check()
    page.get_by_role("button", name="Show figures").click()
    rows = explore(page, measure="Patrol hours", rows="Month", columns="Hotspot area", show="The number", chart="Lines")
    expect(page.get_by_role("region", name="Chart: Patrol hours by month and hotspot area")).to_be_visible()
    assert len(rows) == 36 + 1
    months = {f"{date(year, month, 1):%B %Y}": (year, month) for year in range(2022, 2026) for month in range(1, 13)}
    for row in rows:
        for name in towns:
            # The last month is not over.
            month = months.get(row["Month"].removesuffix(" (to date)"))
            assert row[name] == whole(hours(years.of(month, name=name)))
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    file = tmp_path / "towns.csv"
    download.value.save_as(file)
    kept = list(csv.DictReader(Path(file).read_text("utf-8-sig").splitlines()))
    assert len(kept) >= 36 * 2

    dashboard(page)
    ask(page, period="October 2024", compare="The same time a year before")
    for row in card(page, "hours-by-area"):
        if (name := row["Hotspot area"]) in years.areas:
            assert row["Patrol hours"] == whole(hours(years.of(OCTOBER, name=name)))
            assert row["Compared hours"] == whole(hours(years.of(OCTOBER_BEFORE, name=name)))
    # The same number elsewhere.
    page.goto("/")
    page.get_by_role("link", name="Figures", exact=True).first.click()
    ask(page, period="October 2024")
    (total,) = (row for row in rows_of(page.locator("table").first) if row["Hotspot area"] == "Total")
    assert total["Patrol hours"] == whole(hours(years.of(OCTOBER)))


def test_whose_entries_are_late(years, page_for):
    """A supervisor sees their own, an administrator everybody's with names, an analyst no names."""
    late = [
        shift
        for shift in PatrolShift.objects.filter(state="completed")
        if shift.logged_at - shift.ends_at > timedelta(hours=24)
    ]
    assert late
    sam = years.people["sam"]
    for who, own in (("sam", [shift for shift in late if shift.logged_by_id == sam.pk]), ("adam", late)):
        page = page_for(years.people[who])
        page.goto("/shifts/?whose=mine#filter")
        # For who has a first page, it leads to the open filter.
        if who == "adam":
            page.get_by_text("Filter", exact=True).click()
        page.get_by_label("Logged late").select_option(label="More than 24 hours after the end")
        page.get_by_role("button", name="Filter").click()
        expect(page.get_by_text("Remove filter Logged late")).to_be_visible()
        newest = sorted(own, key=lambda shift: (shift.starts_at, shift.pk), reverse=True)[:25]
        said = page.locator(".app-shift").all_inner_texts()
        assert len(said) == len(newest)
        for shift, text in zip(newest, said, strict=True):
            assert shift.reference in text
            assert ("Logged by" in text) is (shift.logged_by != years.people[who])
            assert who == "sam" or f"Logged by {shift.logged_by.name}" in text
    # What one person logged is never counted, and everybody's is.
    expect(page.get_by_text(f"{len(late):,} shifts", exact=True)).to_be_visible()
    page = page_for(years.people["anna"])
    page.goto("/shifts/?late=yes")
    for person in years.people.values():
        if person.role == "supervisor":
            expect(page.locator("main")).not_to_contain_text(person.name)


def test_what_an_hour_costs(years, page_for):
    page = page_for(years.people["anna"])
    page.goto("/")
    page.get_by_role("link", name="Ledger", exact=True).click()
    page.get_by_role("link", name="Patrol costs").click()
    table = page.get_by_role("table", name="By month")
    for row in rows_of(table):
        if row["Month"] in ("October 2024", "October 2023"):
            month = OCTOBER if row["Month"].endswith("2024") else OCTOBER_BEFORE
            assert row["Hours"] == f"{hours(years.of(month)).quantize(Decimal('0.01'), ROUND_HALF_UP):,}"
            cost = Decimal(row["Patrol cost"].strip("£").replace(",", ""))
            priced = Decimal(row["Hours"].replace(",", "")) - Decimal(row["Hours without a rate"].replace("–", "0"))
            assert row["Cost of an hour"] == f"£{(cost / priced).quantize(Decimal('0.01'), ROUND_HALF_UP):,}"


def test_whether_anti_social_behaviour_fell(county, page_for):
    """What was counted in the files of police data, and no more said than that can bear."""
    study(county, buffer_metres=0)
    page = page_for(county.anna)
    page.goto("/")
    page.get_by_role("link", name="Impact", exact=True).click()
    page.get_by_role("table").get_by_role("link").first.click()
    rows = rows_of(page.get_by_role("table", name="Every area, by name"))
    row = next(row for row in rows if row["Area"].startswith(county.watford.name))
    before, after = (counted(month, 0)["area"] for month in ("2024-01", "2025-01"))
    assert (row["Before"], row["After"]) == (str(before), str(after))
    assert row["What can be said"] == "Cannot tell"
    expect(page.get_by_text("This says nothing about the cause").first).to_be_visible()
