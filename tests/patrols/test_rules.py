"""What a shift may be: limits, doubts and windows, on values alone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hotspot.core.errors import DomainError, NotAllowed
from hotspot.core.models import User
from hotspot.core.permissions import Role
from hotspots.models import FundingStream, HotspotArea, Programme
from patrols.models import CrewRole, PatrolShift
from patrols.shifts import permissions, rules
from patrols.shifts.rules import CrewEntry, ShiftFacts

AT = datetime(2024, 10, 12, 12, tzinfo=UTC)
START = datetime(2024, 10, 11, 21, tzinfo=UTC)
OFFICERS = (CrewEntry(CrewRole.POLICE_OFFICER), CrewEntry(CrewRole.POLICE_OFFICER))


def facts(**changes) -> ShiftFacts:
    programme = Programme(name="Operation Hotspot", first_day=date(2024, 5, 1), last_day=date(2025, 3, 31))
    return ShiftFacts(
        **{
            "area": HotspotArea(name="Hitchin", first_day=date(2024, 5, 1)),
            "funding_stream": FundingStream(programme=programme),
            "starts_at": START,
            "ends_at": START + timedelta(hours=8),
            "crew": OFFICERS,
        }
        | changes
    )


def codes(errors) -> list[str]:
    return [error.code for error in errors]


def check(**changes) -> list[str]:
    return codes(rules.check_shift(facts(**changes), at=AT, is_new=True))


def test_an_ordinary_shift_is_fine():
    assert check() == []
    assert rules.doubts_about(facts()) == []


@pytest.mark.parametrize("minutes", [0, -60])
def test_v1_v2_finish_must_be_after_start(minutes):
    assert check(ends_at=START + timedelta(minutes=minutes)) == ["ends_before_start"]


def test_v3_over_24_hours_is_refused_and_24_is_not():
    assert check(ends_at=START + timedelta(hours=25)) == ["too_long"]
    assert check(ends_at=START + timedelta(hours=24)) == []


@pytest.mark.parametrize(("minutes", "doubts"), [(720, []), (721, ["long_shift"]), (1440, ["long_shift"])])
def test_v3_over_12_hours_is_asked_about(minutes, doubts):
    long = facts(ends_at=START + timedelta(minutes=minutes))
    assert [doubt.code for doubt in rules.doubts_about(long)] == doubts


def test_t8_a_whole_day_on_the_clock_change_counts_its_real_hours():
    autumn = datetime(2024, 10, 26, 23, tzinfo=UTC)
    assert check(starts_at=autumn, ends_at=autumn + timedelta(hours=25)) == ["too_long"]
    assert "too_long" not in check(starts_at=autumn, ends_at=autumn + timedelta(hours=23))


def test_v4_a_shift_in_the_future_is_not_over():
    assert codes(rules.check_worked(facts(ends_at=AT + timedelta(minutes=6)), at=AT)) == ["not_over_yet"]
    assert rules.check_worked(facts(ends_at=AT + timedelta(minutes=5)), at=AT) == []
    assert codes(rules.check_planned(facts(), at=AT)) == ["already_over"]


def test_v5_at_most_90_days_back_but_corrections_may_be_later():
    old = START - timedelta(days=100)
    errors = check(starts_at=old, ends_at=old + timedelta(hours=8))
    assert errors == ["too_long_ago"]
    assert rules.check_shift(facts(starts_at=old, ends_at=old + timedelta(hours=8)), at=AT, is_new=False) == []


def test_v6_before_the_programme_names_its_dates():
    early = datetime(2024, 4, 30, 21, tzinfo=UTC)
    late = facts(starts_at=early, ends_at=early + timedelta(hours=8))
    errors = rules.check_shift(late, at=AT, is_new=False)
    assert [error.message for error in errors] == [
        "Operation Hotspot runs from 1 May 2024 to 31 March 2025. Choose a night in it. "
        "If its dates are wrong, an administrator can change them."
    ]


def test_v6_an_area_not_active_that_night_is_asked_about():
    area = HotspotArea(name="Hitchin", first_day=date(2024, 5, 1), last_day=date(2024, 10, 10))
    assert [doubt.code for doubt in rules.doubts_about(facts(area=area))] == ["area_not_active"]


@pytest.mark.parametrize(("size", "errors"), [(0, ["crew_size"]), (1, []), (50, []), (51, ["crew_size"])])
def test_v7_crews_have_1_to_50_people(size, errors):
    assert check(crew=[CrewEntry(CrewRole.PCSO)] * size) == errors


def test_the_same_collar_number_twice_in_a_crew():
    assert check(crew=[CrewEntry(CrewRole.PCSO, "7001")] * 2) == ["collar_number_twice"]


@pytest.mark.parametrize(
    ("own", "errors"),
    [
        ({"starts_at": START + timedelta(hours=1)}, []),
        ({"ends_at": START + timedelta(hours=9)}, ["crew_outside_shift"]),
        ({"starts_at": START - timedelta(minutes=1)}, ["crew_outside_shift"]),
        ({"starts_at": START + timedelta(hours=5), "ends_at": START + timedelta(hours=4)}, ["crew_ends_before_start"]),
    ],
)
def test_own_times_lie_within_the_shift(own, errors):
    assert check(crew=[CrewEntry(CrewRole.PCSO, **own)]) == errors


def test_v10_v11_notes():
    assert check(note="x" * 2001) == ["note_too_long"]
    assert rules.clean_note(" a\x07b\r\nc\u0085 ŵ 🚓 ") == "ab\nc ŵ 🚓"


@pytest.mark.parametrize(("text", "number"), [(" pc 1234 ", "PC1234"), ("", ""), ("7001", "7001")])
def test_collar_numbers_are_tidied(text, number):
    assert rules.clean_collar_number(text) == number


@pytest.mark.parametrize("text", ["=1+1", "１２", "A" * 11, "7001;DROP", "<b>"])
def test_collar_numbers_are_letters_and_figures(text):
    with pytest.raises(DomainError):
        rules.clean_collar_number(text)


def shift(**changes) -> PatrolShift:
    return PatrolShift(
        **{"pk": 1, "state": "completed", "logged_by_id": 7, "ends_at": START + timedelta(hours=8), "logged_at": AT}
        | changes
    )


SAM = User(pk=7, role=Role.SUPERVISOR)
SUE = User(pk=8, role=Role.SUPERVISOR)
ADAM = User(pk=9, role=Role.ADMINISTRATOR)
ANNA = User(pk=10, role=Role.ANALYST)


@pytest.mark.parametrize(
    ("by", "days", "refusal"),
    [
        (SAM, 7, None),
        (SAM, 8, "correction_closed"),
        (SUE, 1, "not_yours"),
        (ANNA, 1, "not_yours"),
        (ADAM, 400, None),
    ],
)
def test_who_may_correct_until_when(by, days, refusal):
    at = START + timedelta(days=days, hours=8)
    if refusal is None:
        permissions.check_may_correct(shift(), by=by, at=at)
        return
    with pytest.raises(NotAllowed) as refused:
        permissions.check_may_correct(shift(), by=by, at=at)
    assert refused.value.code == refusal


@pytest.mark.parametrize(
    ("by", "at", "refusal"),
    [
        (SAM, AT + timedelta(hours=10), None),
        (SAM, AT + timedelta(hours=12), "void_closed"),
        (SUE, AT, "not_yours"),
        (ADAM, AT + timedelta(days=100), None),
    ],
)
def test_a_supervisor_voids_on_the_day_of_logging(by, at, refusal):
    if refusal is None:
        permissions.check_may_void(shift(), by=by, at=at)
        return
    with pytest.raises(NotAllowed) as refused:
        permissions.check_may_void(shift(), by=by, at=at)
    assert refused.value.code == refusal


def test_a_voided_shift_is_done_with():
    voided = shift(state="voided", void_reason="Twice")
    for check_may in (permissions.check_may_correct, permissions.check_may_void):
        with pytest.raises(NotAllowed):
            check_may(voided, by=ADAM, at=AT)
