"""A number is the same wherever it stands. Over random months and areas, on every page, file and endpoint."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from hotspot.core.permissions import Scope
from patrols.models import CrewRole
from reports.figures.measures import HEADLINE
from reports.figures.tables import number_text
from reports.models import Statement
from reports.statements import operations, sign_off
from reports.statements.body import draft_of
from reports.statements.press_text import DEFAULT, withheld_names
from tests import factories
from tests.api import system_caller
from tests.publishing import digest, drafted, read_and_send
from tests.reports.test_statement_files import rows_of

pytestmark = pytest.mark.slow

AT = datetime(2024, 11, 20, 12, tzinfo=UTC)
PERIODS = ["launch", "2024-05", "2024-07", "2024-08", "2024-10", "quarter-2024-04", "quarter-2024-07"]


@pytest.fixture
def patrolled(force, now):
    """Nights of uneven lengths and crews all over the year, with what came of them."""
    now.move_to(AT)
    areas = (force.hitchin, force.letchworth, force.watford)
    for place in range(40):
        starts_at = datetime(2024, 5, 2, 20, 15 * (place % 4), tzinfo=UTC) + timedelta(days=5 * place)
        shift = factories.PatrolShiftFactory(
            area=areas[place % 3], funding_stream=force.grant, starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=300 + 17 * (place % 7)), logged_at=starts_at + timedelta(hours=10),
            crew=[CrewRole.POLICE_OFFICER, CrewRole.PCSO, CrewRole.PCSO][: 1 + place % 3],
        )  # fmt: skip
        factories.ArrestFactory.create_batch(place % 4, shift=shift)
        factories.StopSearchFactory.create_batch(1 + place % 2, shift=shift)
        factories.WeaponRecoveredFactory.create_batch(place % 2, shift=shift)
        factories.AsbPowerUseFactory.create_batch(place % 5, shift=shift)
    return force


def bare(text: str) -> int:
    return int(text.replace(",", ""))


def tiles(page: str) -> list[int]:
    return [bare(number) for number in re.findall(r'app-stat__value">([\d,]+)<', page)]


def totals(response) -> list[int]:
    """The total of a CSV of figures."""
    rows = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
    (total,) = [row for row in rows if row["part"] == "total"]
    return [int(total[f"{measure.code} ({measure.unit})"]) for measure in HEADLINE]


@settings(max_examples=12)
@given(data=st.data())
def test_the_same_number_everywhere(patrolled, as_user, data):
    with transaction.atomic():
        look_everywhere(patrolled, as_user, data)
        transaction.set_rollback(True)


def look_everywhere(force, as_user, data):
    anna, paul = as_user(force.anna), as_user(force.paul)
    code = data.draw(st.sampled_from(PERIODS))
    areas = data.draw(st.sets(st.sampled_from([force.hitchin.pk, force.letchworth.pk, force.watford.pk]), max_size=2))
    query = {"programme": force.programme.pk, "period": code, "area": sorted(areas)}
    numbers = tiles(anna.get("/dashboard/", query).content.decode())
    assert len(numbers) == len(HEADLINE)
    assert numbers[:2] != [0, 0]

    said = {"figures page": tiles(anna.get("/figures/", query).content.decode())}
    said["figures file"] = totals(anna.get("/figures/download.csv", query))
    by_week = csv.DictReader(io.StringIO(anna.get("/dashboard/hours-by-week.csv", query).content.decode("utf-8-sig")))
    assert sum(int(row["patrols (patrols)"]) for row in by_week) == numbers[1]
    api = system_caller(force.adam, Scope.READ_SHIFTS, Scope.READ_FIGURES, name="BI")
    answer = api.get("figures", query).json()
    said["API"] = [answer["totals"][measure.code] for measure in HEADLINE]
    assert {place: found for place, found in said.items() if found != numbers} == {}

    statement = published_without(force, code, sorted(areas))
    shown = [None if number == "[c]" else bare(number) for number in TILE.findall(page_of(paul, statement))]
    # Of some areas a number can be withheld, to everybody alike; what is told is what the dashboard says.
    assert [number for number in shown if number is not None and number not in numbers] == []
    assert areas or shown == numbers
    told = {"page": shown}
    body = api.get(f"statements/{statement.slug}").json()
    told["API"] = [body["totals"][measure.code] for measure in HEADLINE]
    files = {file.kind: bytes(file.content) for file in statement.files.all()}
    tidy = {
        row["measure"]: row["value"]
        for row in csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig")))
        if row["part"] == "total"
    }
    told["CSV"] = [None if tidy[measure.code] == "[c]" else int(tidy[measure.code]) for measure in HEADLINE]
    told["JSON"] = [json.loads(files["json"])["totals"][measure.code] for measure in HEADLINE]
    names = {measure.name for measure in HEADLINE}
    for kind in ("xlsx", "ods"):
        cells = [row[1] for row in rows_of(files[kind], "Headline") if row[0] in names]
        told[kind] = [None if cell == "[c]" else cell for cell in cells]
    pdf = words_of(files["pdf"])
    places = [f"{number_text(number)} {words}" for number, words in zip(shown, labels(shown), strict=True)]
    assert [place for place in places if place not in pdf] == []
    assert {place: found for place, found in told.items() if found != shown} == {}
    press = statement.body["press_text"]
    assert "[c]" not in press
    for measure, number in zip(HEADLINE, shown, strict=True):
        if number is not None:
            assert said_of(measure.code, number) in press


TILE = re.compile(r'app-stat__value">([\d,]+|\[c\])<')


def page_of(client, statement) -> str:
    return client.get(f"/published/{statement.slug}/").content.decode()


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def labels(numbers: list[int | None]) -> list[str]:
    return [
        measure.singular if number == 1 else measure.label for measure, number in zip(HEADLINE, numbers, strict=True)
    ]


def said_of(code: str, number: int) -> str:
    return f"utilised {number:,} time" if code == "asb_powers" else f"• {number:,} "


def published_without(force, code: str, areas: list[int]) -> Statement:
    """A statement whose press text says everything that is not withheld."""
    draft = drafted(force, AT, code=code, area_ids=areas)
    names = withheld_names(DEFAULT, draft_of(draft, AT).facts)
    lines = [line for line in DEFAULT.splitlines() if not any(f"{{{name}}}" in line for name in names)]
    operations.save_words(by=force.paul, at=AT, statement_id=draft.pk, words="\n".join(lines))
    draft.refresh_from_db()
    waiting = read_and_send(draft, AT)
    return sign_off.approve(by=force.anna, at=AT, statement_id=waiting.pk, digest=digest(waiting))
