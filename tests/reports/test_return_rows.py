"""Rows of returns beside counts and amounts: words, yes or no, dates, headings, notes, ratios, one row by area."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hotspot.core.errors import DomainError
from reports.digests import fingerprint
from reports.models import ProgrammeReturn
from reports.returns import operations
from reports.returns.body import body_of
from reports.returns.operations import entries_digest
from reports.returns.presenters import AnsweredReturn
from reports.returns.rules import ratio_of
from reports.returns.template_operations import AskedFor
from reports.tasks import verify_statements
from tests import factories
from tests.returns import HOURS, SPENT, asked, begun, filled, sent, submitted

AT = datetime(2024, 11, 20, 12, tzinfo=UTC)
OLD_BODY = Path(__file__).with_name("return_2024.json")
OLD_SHA256 = "0d4c0d268f4fd4f5be307d1e8382499b2f2ace7788b87b308aee5dc1eae59cc1"
OLD_CSV_SHA256 = "36caec1462d08093545e49713660b8eaaf5e922b303a315237f0a5a135ea25ce"
STAFFING = AskedFor("Staffing", "heading")
WORDS = AskedFor("What went well", "entered:text")
ON_TRACK = AskedFor("On track?", "entered:yes_no")
SIGNED = AskedFor("Plan signed on", "entered:date")
NOTE = AskedFor("Count funded hours only.", "note")

pytestmark = pytest.mark.slow


@pytest.fixture
def worked(force, now):
    """90 minutes of one officer in Hitchin with an arrest, and an hour in Watford without."""
    now.move_to(AT)
    for area, minutes in ((force.hitchin, 90), (force.watford, 60)):
        starts_at = datetime(2024, 9, 3, 20, tzinfo=UTC)
        shift = factories.PatrolShiftFactory.create(
            area=area, funding_stream=force.grant, logged_by=force.sam, starts_at=starts_at,
            ends_at=starts_at.replace(hour=20 + minutes // 60, minute=minutes % 60), crew=["police_officer"],
        )  # fmt: skip
        if area == force.hitchin:
            factories.ArrestFactory.create(shift=shift)
    return force


def row_of(made, label: str):
    return next(row for row in body_of(made, AT)["rows"] if row["label"] == label)


def test_words_yes_or_no_and_dates_are_entered_frozen_and_shown(worked, as_user):
    made = begun(worked, AT, asked(worked, AT, STAFFING, WORDS, ON_TRACK, NOTE, SIGNED))
    with pytest.raises(DomainError, match="Enter this first: What went well"):
        sent(worked, AT, made)
    path, anna = f"/returns/made/{made.pk}/", as_user(worked.anna)
    data = {"seen": entries_digest(made), "row-2": "=1+1 crews\r\nmore", "row-3": "yes"}
    signed = {"row-5_day": "3", "row-5_month": "10", "row-5_year": "2024"}
    assert anna.post(path, {**data, **signed, "row-5_month": "13"}).status_code == 422
    assert anna.post(path, {**data, **signed}).status_code == 302
    made.refresh_from_db()
    assert made.entered == {"row-2": "=1+1 crews\nmore", "row-3": "yes", "row-5": "2024-10-03"}
    made = sent(worked, AT, made)
    assert fingerprint(made.body) == made.sha256
    page = anna.get(path).content.decode()
    for said in ("3 October 2024", "Yes", "Count funded hours only.", ">Staffing</h2>"):
        assert said in page
    blocks = AnsweredReturn(made.body).blocks
    assert [(block.heading, block.notes, len(block.rows)) for block in blocks] == [
        ("Staffing", [], 2), ("", ["Count funded hours only."], 1),
    ]  # fmt: skip


def test_files_have_words_headings_and_notes_and_no_formula(worked, as_user):
    made = begun(worked, AT, asked(worked, AT, HOURS, STAFFING, NOTE, WORDS, SIGNED))
    made = sent(worked, AT, filled(worked, made, row_4="=HYPERLINK(1)", row_5="2024-10-03"))
    anna = as_user(worked.anna)
    text = anna.get(f"/returns/made/{made.pk}/csv/").content.decode("utf-8-sig")
    rows = [(row["asked"], row["counts"], row["value"]) for row in csv.DictReader(io.StringIO(text))]
    assert rows[1:] == [
        ("Staffing", "heading", ""), ("Count funded hours only.", "note", ""),
        ("What went well", "entered", "'=HYPERLINK(1)"), ("Plan signed on", "entered", "2024-10-03"),
    ]  # fmt: skip
    book = zipfile.ZipFile(io.BytesIO(anna.get(f"/returns/made/{made.pk}/xlsx/").content))
    sheets = b"".join(book.read(name) for name in book.namelist() if "worksheets/" in name)
    strings = book.read("xl/sharedStrings.xml").decode()
    assert b"<f>" not in sheets
    for said in ("Section", "Note: Count funded hours only.", "=HYPERLINK(1)", "3 October 2024"):
        assert said in strings


@pytest.mark.parametrize(
    ("top", "base", "per", "units", "ratio"),
    [
        (5, 90, 100, ("arrests", "hours"), 3333),
        (1, 150, 100, ("arrests", "hours"), 400),
        (10_000, 150, 1, ("£", "hours"), 4000),
        (7, 20_000, 1000, ("arrests", "£"), 350),
        (1, 20, 1, ("arrests", "arrests"), 1),
        (1, 0, 1, ("arrests", "hours"), None),
        (None, 5, 1, ("£", ""), None),
    ],
)
def test_ratios_are_rounded_once(top, base, per, units, ratio):
    """Half up, from minutes and pence; tenths unless money is divided."""
    assert ratio_of(top, base, per=per, units=units) == ratio


def test_a_row_divided_by_another_from_exact_minutes(worked):
    """An arrest in 2.5 hours is 40 per 100 hours, though the page says 3 hours; areas without hours have none."""
    rate = AskedFor("Arrest rate", "ratio", top=1, base=2, per=100, by_area=True)
    cost = AskedFor("Cost of an hour", "ratio", top=4, base=2)
    rows = AskedFor("Arrests", "arrests"), AskedFor("Hours", "patrol_hours"), rate, SPENT, cost
    made = filled(worked, begun(worked, AT, asked(worked, AT, *rows)), row_4=10_000)
    body = body_of(made, AT)
    assert row_of(made, "Hours")["value"] == 3
    answer = AnsweredReturn(body)
    said = {row[0]: (row[1], row[3]) for row in answer.rows}
    assert said["Arrest rate"] == ("40.0", "Arrests ÷ Hours × 100")
    assert said["Cost of an hour"] == ("£40", "Spent ÷ Hours")
    assert {row[0]: row[1] for row in answer.area_rows} == {
        "Hitchin town centre": "66.7", "Letchworth": "–", "Watford town centre": "0.0",
    }  # fmt: skip
    assert answer.area_foot == ["All hotspot areas", "40.0"]


def test_a_ratio_without_a_base_says_so(worked):
    rows = AskedFor("Weapons", "weapons"), SPENT, AskedFor("Each", "ratio", top=2, base=1)
    made = begun(worked, AT, asked(worked, AT, *rows))
    assert AnsweredReturn(body_of(made, AT)).rows[2][1:3] == ["–", "Needs a number for: Spent"]
    made = filled(worked, made, row_2=5)
    assert AnsweredReturn(body_of(made, AT)).rows[2][1:3] == ["–", "Cannot be divided: Weapons is 0"]


def test_a_ratio_is_told_where_both_its_rows_are(worked):
    rate = AskedFor("Rate", "ratio", top=1, base=2, per=100, by_area=True)
    knives = AskedFor("Knife rate", "ratio", top=4, base=2, per=100)
    rows = AskedFor("Arrests", "arrests"), HOURS, rate, AskedFor("Knives", "weapons:group=knives"), knives
    made = submitted(worked, AT, *rows)
    office = AnsweredReturn(made.body, sees_parts=False)
    assert [row[1] for row in office.rows] == ["1", "3", "40.0", "[c]", "[c]"]
    assert [row[1] for row in office.area_rows] == ["[c]"] * 3
    assert office.withholds


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (AskedFor("X", "ratio", top=1), "Enter the number of another row"),
        (AskedFor("X", "ratio", top=1, base=9), "Enter the number of another row"),
        (AskedFor("X", "ratio", top=1, base=1), "not divided by itself"),
        (AskedFor("X", "ratio", top=1, base=3), "Enter the number of another row"),
        (AskedFor("X", "ratio", top=1, base=4), "Enter the number of another row"),
        (AskedFor("X", "arrests", top=1), "divides rows"),
        (AskedFor("X", "arrests", per=100), "divides rows"),
        (AskedFor("X", "ratio", top=5, base=1), "Hours without a rate cost nothing here"),
        (AskedFor("X", "ratio", top=2, base=6, by_area=True), "Only what the service counts"),
        (AskedFor("X", "entered:text", "at_least", 5), "Only numbers"),
        (AskedFor("X", "entered:number", by_area=True), "Only what the service counts"),
        (AskedFor("X", "ratio", "at_most", 5, top=1, base=2), "Only numbers"),
    ],
)
def test_rows_that_cannot_be_divided_or_compared_are_refused(worked, row, words):
    average = AskedFor("Cost of an hour", "cost:cost_per_hour")
    cost = AskedFor("Cost", "cost:patrol_cost")
    with pytest.raises(DomainError, match=words):
        asked(worked, AT, HOURS, AskedFor("Patrols", "patrols"), STAFFING, average, cost, SPENT, row)


def test_one_row_by_area_and_the_others_in_all(worked):
    made = submitted(worked, AT, AskedFor("Hours", "patrol_hours", by_area=True), AskedFor("Patrols", "patrols"))
    answer = AnsweredReturn(made.body)
    assert [column["label"] for column in answer.area_columns] == ["Hotspot area", "Hours"]
    assert {row[0]: row[1] for row in answer.area_rows}["Hitchin town centre"] == "2"


def test_a_return_from_before_these_rows_is_read_and_proved_as_it_was(worked, as_user, caplog):
    """`return_2024.json` is a body of the version before; its fingerprint and CSV were made by that version, too."""
    body = json.loads(OLD_BODY.read_text())
    assert fingerprint(body) == OLD_SHA256
    template = asked(worked, AT)
    made = ProgrammeReturn.objects.create(
        template=template, asks=template.versions.get(), code="2024-09", first_day=date(2024, 9, 1), body=body,
        last_day=date(2024, 9, 30), state="submitted", prepared_by=worked.anna, created_at=AT, sha256=OLD_SHA256,
        submitted_by=worked.anna, submitted_at=AT,
    )  # fmt: skip
    anna = as_user(worked.anna)
    assert hashlib.sha256(anna.get(f"/returns/made/{made.pk}/csv/").content).hexdigest() == OLD_CSV_SHA256
    page = anna.get(f"/returns/made/{made.pk}/").content.decode()
    for said in ("Submitted by Anna Analyst", "Target 100: 48.0% of it", "£2,500.50", "So far £2,500.50: 25.0% of it"):
        assert said in page
    with caplog.at_level("INFO"):
        verify_statements()
    assert "returns held against their fingerprints: 1" in caplog.text
    assert "Return " not in caplog.text


def test_bodies_keep_the_fields_that_they_had(worked):
    made = submitted(worked, AT, HOURS, by_area=True)
    old = json.loads(OLD_BODY.read_text())
    assert set(made.body) == set(old)
    assert set(made.body["rows"][0]) == set(old["rows"][0])


def test_the_page_of_rows_finds_sources_and_knows_rows_by_their_numbers(worked, as_user):
    template, adam = asked(worked, AT), as_user(worked.adam)
    path = f"/returns/{template.pk}/rows/"
    page = adam.get(path).content.decode()
    assert 'value="stop_searches"' in page
    data = {
        "seen": template.versions.get().pk, "due_days": "14", "form-TOTAL_FORMS": "4", "form-INITIAL_FORMS": "1",
        "form-0-code": "row-1", "form-0-label": "Hours", "form-0-source": "patrol_hours", "form-0-place": "9",
        "form-1-label": "Rate", "form-1-source": "ratio", "form-1-top": "3", "form-1-base": "1", "form-1-per": "100",
        "form-2-label": "Arrests", "form-2-source": "arrests", "form-2-place": "1", "form-2-per": "100",
        "form-3-bound": "none", "form-3-per": "1",
    }  # fmt: skip
    found = adam.post(path, {**data, "words": "knives weapons", "find": "1"}).content.decode()
    assert 'value="weapons:group=knives"' in found
    assert 'value="stop_searches"' not in found
    assert 'value="arrests" selected' in found
    assert "The lists have everything." in adam.post(path, {**data, "words": "moons", "find": "1"}).content.decode()
    assert template.versions.get().rows.count() == 1
    assert adam.post(path, data).status_code == 302
    rows = list(template.versions.get().rows.values_list("label", "code", "top", "base", "per"))
    assert rows == [
        ("Arrests", "row-2", "", "", 1), ("Hours", "row-1", "", "", 1), ("Rate", "row-3", "row-2", "row-1", 100),
    ]  # fmt: skip
    page = adam.get(path).content.decode()
    assert 'name="form-2-top" value="1"' in page
    assert operations.begin_return(by=worked.anna, at=AT, template_id=template.pk, code="2024-09")


def test_each_ratio_of_few_is_named_below_the_table_by_area_to_whom_it_is_told(worked):
    rows = (
        AskedFor("Arrests", "arrests"), AskedFor("Patrols", "patrols"), HOURS,
        AskedFor("Arrest rate", "ratio", top=1, base=3, per=100),
        AskedFor("Patrol rate", "ratio", top=2, base=3, per=100),
    )  # fmt: skip
    made = submitted(worked, AT, *rows, by_area=True)
    caution = "of fewer than 20 in an area it can be chance. Read it beside the counts."
    both = [f"{name}: {caution}" for name in ("Arrest rate", "Patrol rate")]
    assert AnsweredReturn(made.body).area_notes == both
    assert AnsweredReturn(made.body, sees_parts=False).area_notes == both[1:]
