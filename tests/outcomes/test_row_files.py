"""Files of rows: every cell against a slow twin, byte by byte, and nothing that a spreadsheet would run."""

import csv
import io
import re
import zipfile
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from python_calamine import CalamineWorkbook

from hotspot.core.calendar import LONDON, Period
from hotspot.core.exports.streaming import copy_rows
from hotspot.core.exports.workbook import workbook_of
from hotspot.core.spreadsheets import safe_text
from outcomes.exports.rows import count_up_to, rows_of
from outcomes.models import (
    ActivityCount,
    AgeBand,
    Ethnicity,
    OffenceGroup,
    OfficerEthnicity,
    SearchObject,
    SearchOutcome,
    SearchPower,
)
from patrols.models import CrewRole, PatrolShift
from reports.figures.headline import figures
from tests import factories
from tests.outcomes import slow_rows

AT = datetime(2024, 11, 1, 12, tzinfo=UTC)
TWINS = {"shifts": slow_rows.shifts, "outcomes": slow_rows.outcomes}
# What a cell may begin with, and what may be in it.
TEXTS = (
    "=1+1", "+44 1234", "-3 more than last night", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0=1", "\u3000=1",
    "＝1", "＋1", "－1", "＠1", ";=1", ',=1', '"=1', '";=1', ' ; "=1', "'=1", "", " ", "1=1", "01-02", "0012",
    "123456789012345678", 'He said "no", twice', "two\nlines", "two\r\nlines", "Bishop’s Stortford", "ŵ 👮 \u202eתוא",
    "https://example.org/", "{=1}", "<b>&amp;</b>", "%s %(x)s %%", "\\N", "\\.", "NULL", "x" * 2000,
)  # fmt: skip
DANGEROUS = set("=+-@\t\r\n＝＋－＠")


def bytes_of(what, by, shifts=None):
    chunks = []
    copy_rows(rows_of(what, PatrolShift.objects.visible_to(by) if shifts is None else shifts), chunks.append)
    return b"".join(chunks)


def rows_in(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def cell(value):
    """A value of the twin as CSV has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(LONDON).isoformat(timespec="seconds")
    return twin_of_safe_text(value) if isinstance(value, str) else str(value)


def twin_of_safe_text(text):
    """Character by character, as somebody would who had never seen a regular expression."""
    for character in text:
        if character in DANGEROUS:
            return "'" + text
        if not character.isspace() and character not in ';,"':
            return text
    return text


def as_csv(rows):
    return [{name: cell(value) for name, value in row.items()} for row in rows]


@pytest.fixture
def world(force, hitchin_shift):
    """Shifts of every kind with outcomes of every kind, in both districts."""
    busy = hitchin_shift(crew=list(CrewRole), note="=cmd|' /C calc'!A0", doubts_kept=["long", "late"])
    busy = PatrolShift.objects.get(pk=busy.pk)
    factories.VisitFactory(shift=busy)
    ActivityCount.objects.create(shift=busy, kind_id="premises_visits", count=0)
    ActivityCount.objects.create(shift=busy, kind_id="engagements_residents", count=12)
    search = factories.StopSearchFactory(
        shift=busy, detail_to_follow=False, power=SearchPower.objects.first(), object=SearchObject.objects.last(),
        outcome=SearchOutcome.objects.first(), found=True, linked=False, age_band=AgeBand.objects.first(),
        self_defined_ethnicity=Ethnicity.objects.last(), officer_defined_ethnicity=OfficerEthnicity.objects.first(),
        reference="SS/1/24",
    )  # fmt: skip
    factories.ArrestFactory(
        shift=busy, happened_at=busy.starts_at, stop_search=search, offence_group=OffenceGroup.objects.last(),
        detail_to_follow=False, justice_outcome_id="convicted", custody_days=90, justice_outcome_on=date(2024, 10, 30),
        external_source="Athena", external_reference="-12",
    )  # fmt: skip
    factories.ArrestFactory(shift=busy, void_reason="+ Entered twice")
    factories.WeaponRecoveredFactory(shift=busy, stop_search=search)
    factories.AsbPowerUseFactory(shift=busy)
    factories.AsbPowerUseFactory(shift=busy, kind_id="informal_warning")
    factories.AsbPowerUseFactory(shift=busy, kind_id="informal_warning", void_reason="No")
    hitchin_shift(nothing_to_report=True, funding_stream=force.business_as_usual)
    hitchin_shift(state="voided", area=force.watford, logged_by=force.sue)
    hitchin_shift(state="planned", starts_at=datetime(2024, 11, 3, 22, tzinfo=UTC))
    hitchin_shift(state="cancelled", starts_at=datetime(2024, 11, 4, 22, tzinfo=UTC))
    # The night the clocks went back: nine hours from 10pm to 6am.
    factories.StopSearchFactory(
        shift=hitchin_shift(
            starts_at=datetime(2024, 10, 26, 21, tzinfo=UTC), ends_at=datetime(2024, 10, 27, 6, tzinfo=UTC)
        )
    )
    return force


@pytest.mark.parametrize("what", TWINS)
@pytest.mark.parametrize("person", ["sam", "sue", "anna", "adam", "audrey"])
def test_a_file_has_what_its_person_may_see_and_nothing_else(world, what, person):
    by = world.people[person]
    content = bytes_of(what, by)
    expected = as_csv(TWINS[what](by))
    assert rows_in(content) == expected
    assert len(expected) == {"sam": (5, 8), "sue": (1, 0)}.get(person, (6, 8))[what == "outcomes"]


@pytest.mark.parametrize("what", TWINS)
def test_the_pccs_office_would_get_no_row(world, what):
    assert rows_in(bytes_of(what, world.paul)) == []


def test_a_file_of_some_shifts_has_only_their_parts(world):
    shifts = PatrolShift.objects.visible_to(world.anna).filter(area=world.hitchin, state="completed")
    references = {shift.reference for shift in shifts}
    for what, twin in TWINS.items():
        some = rows_in(bytes_of(what, world.anna, shifts))
        assert some == [row for row in as_csv(twin(world.anna)) if row["shift"] in references]
    assert rows_in(bytes_of("shifts", world.anna, shifts.none())) == []


@pytest.mark.parametrize("what", TWINS)
def test_the_number_of_rows_is_counted_up_to_a_limit(world, what):
    shifts = PatrolShift.objects.visible_to(world.anna)
    number = len(TWINS[what](world.anna))
    assert count_up_to(1000, what, shifts) == number
    assert count_up_to(3, what, shifts) == 3


def test_nobody_gets_collar_numbers_or_names_in_a_file(world):
    shift = PatrolShift.objects.filter(state="completed").first()
    factories.CrewMemberFactory(shift=shift, role=CrewRole.PCSO, collar_number="CANARY47")
    for what in TWINS:
        for person in world.people.values():
            content = bytes_of(what, person)
            assert b"CANARY47" not in content
            assert b"Sergeant" not in content


def test_text_is_never_a_formula_and_is_otherwise_as_it_was(force, hitchin_shift):
    for text in TEXTS:
        hitchin_shift(note=text)
    content = bytes_of("shifts", force.anna)
    notes = [row["note"] for row in rows_in(content)]
    assert notes == [twin_of_safe_text(text) for text in TEXTS]
    assert sum(note.startswith("'") for note in notes) == 20
    assert rows_in(content) == as_csv(slow_rows.shifts(force.anna))


@pytest.mark.parametrize("text", TEXTS)
def test_every_other_file_of_ours_says_the_same(text):
    assert safe_text(text) == twin_of_safe_text(text)
    assert safe_text(safe_text(text)) == safe_text(text)


def test_names_of_areas_and_streams_are_typed_by_people_too(force, hitchin_shift):
    factories.HotspotAreaFactory._meta.model.objects.filter(pk=force.hitchin.pk).update(name="=HYPERLINK(1)")
    hitchin_shift()
    assert rows_in(bytes_of("shifts", force.anna))[0]["hotspot_area"] == "'=HYPERLINK(1)"


def test_a_negative_number_stays_one_and_text_is_what_was_typed(world):
    rows = rows_in(bytes_of("outcomes", world.anna))
    assert {row["source_reference"] for row in rows} == {"", "'-12"}
    assert all(row["outcome_id"].isdigit() for row in rows)


def test_bytes_are_utf_8_with_a_mark_and_lines_as_rfc_4180_has_them(force, hitchin_shift):
    shift = hitchin_shift(note='Bishop’s "Stortford"\nsecond line')
    content = bytes_of("shifts", force.anna)
    assert content.startswith(b"\xef\xbb\xbfshift,state,day,starts_at (London time),")
    header, row = content.removesuffix(b"\r\n").split(b"\r\n")
    assert content.endswith(b"\r\n")
    assert b"\n" not in header
    assert ',"Bishop’s ""Stortford""\nsecond line",'.encode() in row
    assert row.startswith(f"HS-{shift.pk},completed,2024-10-11,2024-10-11T22:00:00+01:00,".encode())
    # Nothing is an empty cell, without quotes.
    assert b",," in row
    assert b'""' not in row.replace(b'""Stortford""', b"")


def test_the_night_the_clocks_went_back_has_two_offsets_and_nine_hours(force, hitchin_shift):
    hitchin_shift(starts_at=datetime(2024, 10, 26, 21, tzinfo=UTC), ends_at=datetime(2024, 10, 27, 6, tzinfo=UTC))
    (row,) = rows_in(bytes_of("shifts", force.anna))
    assert row["starts_at (London time)"] == "2024-10-26T22:00:00+01:00"
    assert row["ends_at (London time)"] == "2024-10-27T06:00:00+00:00"
    assert row["clock_time (minutes)"] == "540"
    assert row["day"] == "2024-10-26"


# A savepoint and the clock, each set and given back.
LONDON_CLOCK = 4


def test_a_file_costs_one_query_however_many_rows_it_has(world, django_assert_num_queries):
    bytes_of("shifts", world.anna)
    for what in TWINS:
        rows = rows_of(what, PatrolShift.objects.visible_to(world.anna))
        with django_assert_num_queries(1 + LONDON_CLOCK):
            copy_rows(rows, lambda chunk: None)


def test_django_reads_instants_right_after_a_file_was_written(force, hitchin_shift):
    shift = hitchin_shift(starts_at=datetime(2024, 7, 5, 19, tzinfo=UTC))
    bytes_of("shifts", force.anna)
    assert PatrolShift.objects.get(pk=shift.pk).starts_at == datetime(2024, 7, 5, 19, tzinfo=UTC)


def test_parts_of_a_second_are_left_out(force, hitchin_shift):
    shift = hitchin_shift()
    PatrolShift.objects.filter(pk=shift.pk).update(logged_at=datetime(2024, 7, 5, 19, 30, 59, 999_999, tzinfo=UTC))
    (row,) = rows_in(bytes_of("shifts", force.anna))
    assert row["logged_at (London time)"] == "2024-07-05T20:30:59+01:00"


# --- workbooks ----------------------------------------------------------------------------------------------------


def workbook(what, by, about=()):
    rows = rows_of(what, PatrolShift.objects.visible_to(by))
    return workbook_of(rows, title=what.capitalize(), about=about, at=AT, progress=lambda done: None)


def typed(value):
    """A value of the twin as a workbook has it: text as it is, instants by London's clock."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(LONDON).replace(tzinfo=None, microsecond=0)
    return float(value) if isinstance(value, int) else value


def without_parts_of_seconds(value):
    return value.replace(microsecond=0) if isinstance(value, datetime) else value


@pytest.mark.parametrize("what", TWINS)
@pytest.mark.parametrize("person", ["sam", "sue", "anna"])
def test_a_workbook_has_the_same_rows_with_their_types(world, what, person):
    PatrolShift.objects.update(note="-3 ’ ŵ 👮")
    content, number = workbook(what, world.people[person])
    header, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    expected = TWINS[what](world.people[person])
    found = [dict(zip(header, map(without_parts_of_seconds, row), strict=True)) for row in rows]
    assert number == len(expected)
    assert found == [{name: typed(value) for name, value in row.items()} for row in expected]


def test_a_workbook_has_no_formula_no_link_and_nothing_hidden(force, hitchin_shift):
    for text in TEXTS:
        hitchin_shift(note=text)
    content, _ = workbook("shifts", force.anna, about=[("Filters", "=1+1"), ("Made", "https://example.org/")])
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert sorted(archive.namelist()) == [
        "[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "docProps/core.xml", "xl/_rels/workbook.xml.rels",
        "xl/styles.xml", "xl/theme/theme1.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
    ]  # fmt: skip
    for sheet in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
        text = archive.read(sheet).decode()
        assert not re.search(r"<f[ >/]|<hyperlink", text)
        assert set(re.findall(r' t="(\w+)"', text)) <= {"inlineStr", "n"}
    assert b"hidden" not in archive.read("xl/workbook.xml").lower()
    # Who made it is on the second sheet, not where nobody looks.
    properties = archive.read("docProps/core.xml").decode()
    assert re.search(r"<dc:creator>(.*)</dc:creator>", properties)[1] == ""
    notes = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    place = notes[0].index("note")
    assert [row[place] for row in notes[1:]] == list(TEXTS)


def test_a_workbook_says_what_it_is_and_how_to_handle_it(world):
    content, _ = workbook("shifts", world.anna, about=[("Marking", "OFFICIAL-SENSITIVE")])
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["Shifts", "About this file"]
    assert book.get_sheet_by_index(1).to_python() == [["Marking", "OFFICIAL-SENSITIVE"], ["Rows", "6"]]
    assert b"OFFICIAL-SENSITIVE" in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


def test_what_is_marked_for_the_headline_adds_up_to_the_figures(world):
    period = Period(date(2024, 5, 1), date(2025, 3, 31))
    areas = [world.hitchin.pk, world.watford.pk]
    counts = figures(programme=world.programme, period=period, areas=areas, at=AT).totals
    rows = [row for row in rows_in(bytes_of("shifts", world.anna)) if row["in_headline"] == "yes"]
    assert len(rows) == counts.patrols > 0
    for name, count in {
        "patrol_time (person-minutes)": counts.patrol_minutes,
        "arrests": counts.arrests,
        "stop_searches": counts.stop_searches,
        "weapons": counts.weapons,
        "asb_powers (headline kinds)": counts.asb_powers,
    }.items():
        assert sum(int(row[name]) for row in rows) == count > 0
    each = Counter(row["outcome"] for row in rows_in(bytes_of("outcomes", world.anna)) if row["in_headline"] == "yes")
    assert each == {
        "arrest": counts.arrests,
        "stop search": counts.stop_searches,
        "weapon recovered": counts.weapons,
        "ASB power used": counts.asb_powers,
    }
