"""No page, file or API ranks or totals individual officers: not the crew, and not those who log shifts.

Three ways to find one that does: what pages and files show of people who are on several shifts, SQL that groups by a
person, and what the API's description says. Each is tried on something that does first.
"""

import ast
import csv
import html
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotspot.core.permissions import Scope
from tests import factories
from tests.api import system_caller
from tests.house.test_access import ACTORS, MATRIX, client_of, path_of, world

__all__ = ["world"]
ROOT = Path(__file__).resolve().parents[2]
APPS = ("hotspot", "hotspots", "patrols", "outcomes", "reports")
COLLARS = {"CANARY1": (3, 211), "CANARY2": (4, 137)}
"""Collar numbers of the world, each with how many shifts it is on and how many minutes each time."""
# Pages about one shift, on which its own crew stands.
OF_ONE_SHIFT = {"outcomes:shift", "outcomes:saved", "outcomes:correct", "outcomes:crew", "outcomes:complete"}
OF_ONE_SHIFT |= {
    "outcomes:ask_correction",
    "outcomes:visits",
    "outcomes:log",
    "outcomes:plan",
    "outcomes:correction_request",
}
"""The form of a new shift offers crews of before, by what they were."""


@pytest.fixture
def busy(world):
    """The world of the access matrix, with officers who are on several shifts: some of Sam's, some of Sue's."""
    force, values = world
    hour = datetime(2024, 10, 1, 17, tzinfo=UTC)
    for collar, (shifts, minutes) in COLLARS.items():
        for number in range(shifts):
            starts_at = hour + timedelta(days=number)
            shift = factories.PatrolShiftFactory(
                area=force.hitchin if collar == "CANARY1" else force.watford,
                funding_stream=force.grant,
                logged_by=force.sam if collar == "CANARY1" else force.sue,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=minutes),
                crew=[],
            )
            factories.CrewMemberFactory(shift=shift, collar_number=collar)
            factories.VisitFactory(shift=shift, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=15))
            factories.ArrestFactory(shift=shift)
    return force, values


# --- what is shown

ROW = re.compile(r"<(tr|li|dl|p)\b.*?</\1>", re.DOTALL)


def shown_rows(page: str) -> Iterator[str]:
    """The text of each row, item and paragraph of a page."""
    for match in ROW.finditer(page):
        yield html.unescape(re.sub(r"<[^>]+>", " ", match[0]))


def totals_of(row: str) -> set[str]:
    """The collar numbers of the world that a row names beside how many shifts or minutes they have in all."""
    found = set()
    numbers = set(re.findall(r"\d+", row.replace(",", "")))
    for collar, (shifts, minutes) in COLLARS.items():
        whole = {str(shifts * minutes), str(round(shifts * minutes / 60))}
        if collar in row and numbers & (whole | {str(shifts)}):
            found.add(collar)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("actor", ACTORS)
def test_no_page_shows_officers_but_on_a_single_shift(busy, actor):
    force, values = busy
    client, wrong = client_of(actor, force), []
    for name in MATRIX:
        if name in OF_ONE_SHIFT or MATRIX[name][ACTORS.index(actor)] != 200:
            continue
        answer = client.get(path_of(name, values, force))
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        wrong += [name] if any(collar.encode() in text for collar in COLLARS) else []
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("actor", ["sam", "sue", "adam", "audrey"])
def test_no_page_of_a_shift_totals_its_crew_over_others(busy, actor):
    force, values = busy
    client, wrong = client_of(actor, force), []
    for name in OF_ONE_SHIFT:
        if MATRIX[name][ACTORS.index(actor)] != 200:
            continue
        page = client.get(path_of(name, values, force)).content.decode()
        wrong += [name] if any(map(totals_of, shown_rows(page))) else []
    assert wrong == []


def test_a_row_that_totals_an_officer_is_found():
    assert totals_of("PC CANARY1 3 patrols") == {"CANARY1"}
    assert totals_of("PC CANARY1 633 minutes") == {"CANARY1"}
    assert totals_of("CANARY2, 9 hours") == {"CANARY2"}
    assert totals_of("PC CANARY1 6pm to 9:31pm") == set()
    (row,) = shown_rows("<table><tr><td>PC CANARY1</td><td>633</td></tr></table>")
    assert totals_of(row)


# --- files

PEOPLE_HEADINGS = re.compile(
    r"collar|officer[_ ]?name|crew[_ ]?member|logged[_ ]?by|supervisor|warrant|\bperson\b(?!-)|surname", re.IGNORECASE
)
CARDS = ("hours-by-week", "hours-by-area", "outcomes-by-area", "who-patrols", "when-patrols-happen", "data-quality")
FILES = ("outcomes:download_rows", "reports:download", "reports:dosage_file", "outcomes:import_template")


def headings_of(text: str) -> list[str]:
    return next(csv.reader(io.StringIO(text.removeprefix("\ufeff"))), [])


def test_no_file_has_a_column_of_people(busy):
    """The template of imports asks for collar numbers: it goes in, and has no rows."""
    force, values = busy
    addresses = [(name, path_of(name, values, force)) for name in FILES]
    addresses += [("reports:card_file", reverse("reports:card_file", args=(code,))) for code in (*CARDS, "dosage")]
    client, read = client_of("adam", force), 0
    for name, address in addresses:
        answer = client.post(address, {"format": "csv"}) if name == "outcomes:download_rows" else client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if "csv" not in answer.get("Content-Type", ""):
            continue
        read += 1
        text = content.decode("utf-8-sig")
        if name != "outcomes:import_template":
            assert [each for each in headings_of(text) if PEOPLE_HEADINGS.search(each)] == [], name
        assert not any(collar in text for collar in COLLARS), name
    assert read == len(addresses)


@pytest.mark.parametrize("heading", ["collar_number", "Officer name", "logged_by", "Crew member", "Supervisor"])
def test_a_column_of_people_is_found(heading):
    assert PEOPLE_HEADINGS.search(heading)
    assert not PEOPLE_HEADINGS.search("officer_minutes")


# --- queries

GROUPS = re.compile(
    r"\bGROUP BY\b(?P<columns>.*?)(?=\bHAVING\b|\bORDER BY\b|\bLIMIT\b|\)|$)", re.IGNORECASE | re.DOTALL
)


def groups_by_person(sql: str) -> bool:
    """Whether a statement groups rows by who was on a shift or logged it."""
    return any(re.search(r"collar_number|logged_by", match["columns"]) for match in GROUPS.finditer(sql))


@pytest.mark.slow
def test_no_page_groups_by_a_person(busy):
    """What every page and file asks the database, when an administrator opens it."""
    force, values = busy
    wrong = []
    client = client_of("adam", force)
    for name in MATRIX:
        with CaptureQueriesContext(connection) as asked:
            client.get(path_of(name, values, force))
        wrong += [(name, each["sql"][:300]) for each in asked.captured_queries if groups_by_person(each["sql"])]
    assert wrong == []


def test_a_query_that_groups_by_a_person_is_found():
    assert groups_by_person('SELECT collar_number, sum(minutes) FROM x GROUP BY "x"."collar_number" ORDER BY 2 DESC')
    assert groups_by_person("SELECT logged_by_id, count(*) FROM x GROUP BY 1, logged_by_id")
    assert not groups_by_person("SELECT collar_number FROM x GROUP BY area_id ORDER BY collar_number")


def person_groups(source: str) -> Iterator[str]:
    """Calls of `.values(…)` with a person before `.annotate(…)`, and SQL texts that group by one."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and groups_by_person(node.value):
            yield node.value[:120]
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "annotate"):
            continue
        inner = node.func.value
        while isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            names = [each.value for each in inner.args if isinstance(each, ast.Constant)]
            if inner.func.attr in ("values", "values_list") and any(
                str(name).split("__")[-1] in ("collar_number", "logged_by", "logged_by_id") for name in names
            ):
                yield ast.unparse(inner)
            inner = inner.func.value


def test_no_source_groups_by_a_person():
    found = {
        (str(path.relative_to(ROOT)), call)
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts
        for call in person_groups(path.read_text())
    }
    assert found == set()


def test_a_source_that_groups_by_a_person_is_found():
    assert list(person_groups('CrewMember.objects.values("collar_number").annotate(n=Count("pk"))'))
    assert list(person_groups('X.objects.filter(a=1).values("shift__logged_by").order_by("a").annotate(n=Sum("m"))'))
    assert list(person_groups('SQL = "SELECT 1 FROM x GROUP BY logged_by_id"'))
    assert not list(person_groups('X.objects.values("area").annotate(n=Count("logged_by"))'))


# --- the API


def lists_people(schema: dict) -> list[str]:
    """Objects of the API that name a person beside numbers that are counts or sums."""
    found = []
    for name, part in schema["components"]["schemas"].items():
        properties = part.get("properties", {})
        people = [each for each in properties if re.search(r"collar|officer|logged_by|supervisor|person", each)]
        sums = [
            each for each in properties if re.search(r"minutes|hours|count|total|patrols|arrests|searches|rank", each)
        ]
        if people and sums and not SHIFT_PARTS & set(properties):
            found.append(name)
    return found


SHIFT_PARTS = {"starts_at", "crew"}
"""What only a single shift or one person's time on it has."""


def test_the_api_has_no_object_that_totals_a_person():
    schema = json.loads((ROOT / "hotspot/core/api/openapi.json").read_text())
    assert len(schema["components"]["schemas"]) > 20
    assert lists_people(schema) == []
    for address, methods in schema["paths"].items():
        assert not re.search(r"officer|collar|crew-member|people|person|rank|league", address), address
        for method in methods.values():
            names = [each.get("name", "") for each in method.get("parameters", []) if isinstance(each, dict)]
            assert not [name for name in names if re.search(r"collar|officer|person|rank", name)], address


def test_no_list_of_the_api_names_an_officer(busy):
    force, _ = busy
    schema = json.loads((ROOT / "hotspot/core/api/openapi.json").read_text())
    caller = system_caller(force.adam, *Scope, name="Every scope")
    lists = [path for path, methods in schema["paths"].items() if "get" in methods and "{" not in path]
    answers = {path: caller.get(path.removeprefix("/api/v1/")) for path in lists}
    assert sum(answer.status_code == 200 for answer in answers.values()) >= 5
    assert [path for path, answer in answers.items() if b"CANARY" in answer.content] == []


def test_an_object_that_totals_a_person_is_found():
    bad = {"components": {"schemas": {"Officer": {"properties": {"collar_number": {}, "patrol_hours": {}}}}}}
    assert lists_people(bad) == ["Officer"]
