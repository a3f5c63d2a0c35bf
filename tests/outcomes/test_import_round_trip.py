"""Every file of rows that the product writes can be read back: nothing in it is new, and nothing is different."""

import io
from datetime import UTC, datetime, timedelta

import pytest

from hotspot.core.exports.streaming import copy_rows
from hotspot.core.exports.workbook import workbook_of
from outcomes.exports.rows import rows_of
from outcomes.imports.pipeline import run_import
from outcomes.imports.preview import find_header, known_columns, peek
from outcomes.models import ActivityCount, OffenceGroup, SearchObject, SearchOutcome, SearchPower
from patrols.models import CrewRole, PatrolShift
from tests import factories
from tests.outcomes.imports import AT

NOTES = (
    "=1+1",
    "'quoted",
    "-3 than last night",
    "@home",
    "+44",
    "'=1",
    "two\nlines",
    '1 < 2; "so", he said',
    "x" * 2000,
)


@pytest.fixture
def world(force, hitchin_shift):
    """A demo-like log: every state, both sides of the clock change, and everything that a shift can have."""
    at = datetime(2024, 10, 1, 21, tzinfo=UTC)
    hitchin_shift(starts_at=at, ends_at=datetime(2024, 10, 1, 23, tzinfo=UTC), nothing_to_report=True)
    for night, note in enumerate(NOTES, start=2):
        hitchin_shift(starts_at=at.replace(day=night), note=note, nothing_to_report=True)
    twice = datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
    hitchin_shift(starts_at=twice - timedelta(hours=3), ends_at=twice, nothing_to_report=True)
    hitchin_shift(starts_at=twice - timedelta(hours=3), ends_at=twice + timedelta(hours=1), area=force.letchworth)
    hitchin_shift(starts_at=twice + timedelta(minutes=1), ends_at=twice + timedelta(hours=5), nothing_to_report=True)
    own = hitchin_shift(starts_at=at.replace(day=20), crew=[], external_source="Rota", external_reference="0012")
    for number in ("PC1", "0077"):
        factories.CrewMemberFactory(shift=own, collar_number=number, starts_at=own.starts_at + timedelta(hours=2))
    busy = hitchin_shift(starts_at=at.replace(day=21), crew=list(CrewRole), doubts_kept=["long"], doubts_reason="=so")
    factories.VisitFactory(shift=busy)
    ActivityCount.objects.create(shift=busy, kind_id="premises_visits", count=0)
    ActivityCount.objects.create(shift=busy, kind_id="engagements_residents", count=12)
    factories.StopSearchFactory(
        shift=busy, detail_to_follow=False, power=SearchPower.objects.first(), object=SearchObject.objects.last(),
        outcome=SearchOutcome.objects.first(), found=True, linked=False, happened_at=busy.starts_at,
    )  # fmt: skip
    factories.ArrestFactory(
        shift=busy, detail_to_follow=False, offence_group=OffenceGroup.objects.first(), reference="=C/1",
        external_source="Custody", external_reference="C1",
    )  # fmt: skip
    factories.ArrestFactory.create_batch(2, shift=busy)
    factories.ArrestFactory(shift=busy, void_reason="Entered twice")
    factories.WeaponRecoveredFactory(shift=busy)
    factories.AsbPowerUseFactory.create_batch(2, shift=busy)
    factories.AsbPowerUseFactory(shift=busy, kind_id="cpw", void_reason="No")
    quaint = factories.HotspotAreaFactory(name="St Mary’s - 'Top' End", district=force.north_herts)
    hitchin_shift(area=quaint, starts_at=at.replace(day=22), funding_stream=force.business_as_usual)
    hitchin_shift(starts_at=at.replace(day=23), state="voided", external_source="Rota", external_reference="9")
    hitchin_shift(starts_at=datetime(2024, 12, 24, 21, tzinfo=UTC), state="planned", logged_at=AT)
    factories.HotspotAreaFactory(name="Letchworth", district=force.watford_district)
    return force


def csv_of(what: str) -> bytes:
    chunks: list[bytes] = []
    copy_rows(rows_of(what, PatrolShift.objects.all()), chunks.append)
    return b"".join(chunks)


def xlsx_of(what: str) -> bytes:
    rows = rows_of(what, PatrolShift.objects.all())
    return workbook_of(rows, title=what.capitalize(), about=[], at=AT, progress=lambda done: None)[0]


def imported(force, kind: str, content: bytes, *, writes: bool = False):
    """What the pages make of a file when nothing is changed on them."""
    found = peek(content, kind=kind)
    columns, answers = known_columns(kind, found.headers, found.header_row)
    return run_import(
        kind, io.BytesIO(content), name="own", by=force.adam, at=AT, columns=columns, answers=answers, writes=writes
    )


@pytest.mark.parametrize("make", [csv_of, xlsx_of])
@pytest.mark.parametrize("kind", ["shifts", "outcomes"])
def test_nothing_is_new_and_nothing_is_different(world, kind, make):
    content = make(kind)
    findings = imported(world, kind, content)
    assert [(each["row"], each["kind"], each["message"]) for each in findings.listed] == []
    assert dict(findings.states) == {"existing": findings.rows}
    assert findings.about["unmapped"] == []
    before = PatrolShift.objects.order_by("pk").values_list("pk", "version")
    assert before
    imported(world, kind, content, writes=True)
    assert list(before) == list(PatrolShift.objects.order_by("pk").values_list("pk", "version"))


@pytest.mark.parametrize("make", [csv_of, xlsx_of])
def test_what_was_changed_in_the_file_is_different(world, make):
    content = make("shifts")
    shift = PatrolShift.objects.get(note="@home")
    PatrolShift.objects.filter(pk=shift.pk).update(note="Corrected here")
    findings = imported(world, "shifts", content)
    assert findings.states["conflict"] == 1
    assert shift.reference in findings.listed[0]["message"]


def test_a_number_that_is_not_here_is_an_error_and_makes_no_shift(world):
    content = csv_of("shifts").replace(b"HS-", b"HS-99")
    findings = imported(world, "shifts", content)
    assert set(findings.states) == {"error"}


def test_its_headers_are_found(world):
    assert find_header(io.BytesIO(csv_of("shifts")), kind="shifts") == 1
