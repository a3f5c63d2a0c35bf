"""What a crew may report and how its outcomes are described: decided on values alone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hotspot.core.errors import DomainError, NotAllowed
from hotspot.core.models import User
from hotspot.core.permissions import Role
from outcomes import rules
from outcomes.models import Arrest, AsbPowerKind, AsbPowerUse, JusticeOutcome, OffenceGroup, StopSearch, WeaponRecovered
from outcomes.rules import Tally
from patrols.models import CrewRole, PatrolShift

DAY = date(2024, 10, 11)
START = datetime(2024, 10, 11, 21, tzinfo=UTC)
END = START + timedelta(hours=8)
AT = datetime(2024, 10, 12, 12, tzinfo=UTC)
OFFICER, SPECIAL, PCSO = CrewRole.POLICE_OFFICER, CrewRole.SPECIAL_CONSTABLE, CrewRole.PCSO
WARDEN = CrewRole.COMMUNITY_ENFORCEMENT_OFFICER
SAM = User(pk=7, role=Role.SUPERVISOR)
SUE = User(pk=8, role=Role.SUPERVISOR)
ADAM = User(pk=9, role=Role.ADMINISTRATOR)
ANNA = User(pk=10, role=Role.ANALYST)


def power(**changes) -> AsbPowerKind:
    """A power of police officers and PCSOs that was in force from 2 to 20 October 2024."""
    dates = {"in_force_from": date(2024, 10, 2), "in_force_to": date(2024, 10, 20)}
    return AsbPowerKind(**{"code": "cpw", "label": "Warning", "roles": [OFFICER, PCSO]} | dates | changes)


KINDS = {"cpw": power(), "s35": power(code="s35", label="Direction")}


def refused(tally: Tally, *roles: CrewRole, day: date = DAY) -> list[tuple[str | None, str]]:
    """The field and code of each refusal of a tally of a crew; of a police officer unless said."""
    errors = rules.check_tally(tally, roles=set(roles) or {OFFICER}, kinds=KINDS, day=day)
    return [(error.field, error.code) for error in errors]


# --- counts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["arrests", "stop_searches", "weapons"])
@pytest.mark.parametrize(("count", "is_fine"), [(-1, False), (1, True), (999, True), (1000, False)])
def test_a_count_goes_from_0_to_999(name, count, is_fine):
    # Another outcome, so that a total of nought is no error.
    tally = Tally(**{name: count}, asb_powers={"cpw": 5})
    assert refused(tally) == ([] if is_fine else [(name, "count_out_of_range")])


@pytest.mark.parametrize(("count", "expected"), [(999, []), (1000, [("asb_cpw", "count_out_of_range")])])
def test_uses_of_a_power_go_up_to_999_too(count, expected):
    assert refused(Tally(asb_powers={"cpw": count})) == expected


def test_counts_go_by_the_names_of_their_inputs_and_make_a_total():
    tally = Tally(arrests=1, stop_searches=2, weapons=None, asb_powers={"cpw": 3, "s35": None})
    assert tally.counts == {"arrests": 1, "stop_searches": 2, "weapons": None, "asb_cpw": 3, "asb_s35": None}
    assert tally.total == 6
    assert Tally().total == 0
    assert Tally().nothing_to_report is False


@pytest.mark.parametrize(
    ("tally", "expected"),
    [
        (Tally(), ["outcomes_missing"]),
        (Tally(nothing_to_report=True), []),
        (Tally(arrests=0, stop_searches=0, weapons=0), []),  # Zeros in every row say the same as the box.
        (Tally(arrests=None, stop_searches=0, weapons=0), ["outcomes_missing"]),  # One blank is no answer.
        (Tally(arrests=0, stop_searches=None, weapons=0), ["outcomes_missing"]),
        (Tally(arrests=0, stop_searches=0, weapons=None), ["outcomes_missing"]),
        (Tally(arrests=0, stop_searches=0, weapons=None, nothing_to_report=True), []),
        (Tally(arrests=0, stop_searches=0, weapons=None, asb_powers={"cpw": 1}), []),
        (Tally(arrests=0, stop_searches=0, weapons=0, asb_powers={"cpw": 0}), []),
        (Tally(asb_powers={"cpw": 0}), ["outcomes_missing"]),
        (Tally(arrests=1), []),
        (Tally(arrests=1, nothing_to_report=True), ["both_said"]),
        (Tally(asb_powers={"cpw": 1}, nothing_to_report=True), ["both_said"]),
    ],
)
def test_a_tally_says_something_and_only_one_thing(tally, expected):
    assert refused(tally) == [("arrests", code) for code in expected]


def test_a_contradiction_names_how_many_outcomes_were_entered():
    (error,) = rules.check_said(Tally(arrests=1, stop_searches=2, nothing_to_report=True))
    assert error.message == "You entered 3 outcomes and “Nothing to report”. Choose one."


# --- who can have done it -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roles", "is_fine"), [([OFFICER], True), ([SPECIAL], True), ([PCSO, SPECIAL], True), ([PCSO, WARDEN], False)]
)
def test_arrests_and_searches_need_a_constable(roles, is_fine):
    expected = [] if is_fine else [("arrests", "constable_needed"), ("stop_searches", "constable_needed")]
    assert refused(Tally(arrests=1, stop_searches=1, weapons=1), *roles) == expected


def test_what_did_not_happen_needs_no_constable():
    assert refused(Tally(arrests=0, stop_searches=0, weapons=1), PCSO) == []
    assert refused(Tally(arrests=0, stop_searches=1, weapons=0), PCSO) == [("stop_searches", "constable_needed")]


@pytest.mark.parametrize(
    ("day", "is_in_force"),
    [
        (date(2024, 10, 1), False),
        (date(2024, 10, 2), True),
        (date(2024, 10, 20), True),
        (date(2024, 10, 21), False),
    ],
)
def test_a_power_that_was_not_in_force_is_refused_in_a_tally(day, is_in_force):
    expected = [] if is_in_force else [("asb_cpw", "power_not_available")]
    assert refused(Tally(asb_powers={"cpw": 1}), day=day) == expected


def test_every_power_that_is_wrong_is_named_and_no_count_of_nought():
    assert refused(Tally(arrests=1, asb_powers={"s35": 0, "cpw": None}), day=date(2025, 1, 1)) == []
    tally = Tally(asb_powers={"s35": 0, "cpw": 1, "other": 2})
    assert refused(tally, WARDEN) == [("asb_cpw", "power_not_available"), ("asb_other", "power_not_available")]


@pytest.mark.parametrize(
    ("kind", "roles", "day", "words"),
    [
        (None, {OFFICER}, DAY, "There is no such power."),
        (power(), {OFFICER}, date(2024, 10, 21), "Warning was not in force on 21 October 2024."),
        (power(), {WARDEN}, DAY, "Warning can be used by a police officer or PCSO. Nobody in this crew is one."),
        (power(), {WARDEN, PCSO}, DAY, ""),
        (power(in_force_from=None, in_force_to=None), {OFFICER}, date(1990, 1, 1), ""),
    ],
)
def test_why_a_power_cannot_have_been_used(kind, roles, day, words):
    assert rules.power_refusal(kind, roles, day) == words


@pytest.mark.parametrize(("arrests", "is_asked"), [(None, False), (9, False), (10, True), (11, True)])
def test_ten_arrests_on_one_shift_are_many(arrests, is_asked):
    warnings = rules.warnings_about(Tally(arrests=arrests), crew_size=2)
    assert [warning.code for warning in warnings] == (["many_arrests"] if is_asked else [])


# --- who may add to it --------------------------------------------------------------------------------------------


def shift(**changes) -> PatrolShift:
    """A shift that Sam logged, last night from 10pm to 6am."""
    times = {"starts_at": START, "ends_at": END, "logged_at": AT}
    made = PatrolShift(**{"pk": 1, "state": "completed", "logged_by_id": 7} | times | changes)
    made.day = DAY
    return made


def refusal(check, *args, **kwargs) -> str | None:
    """The code of the refusal, or None where it is allowed."""
    try:
        check(*args, **kwargs)
    except DomainError as refused_:
        return refused_.code
    return None


@pytest.mark.parametrize(
    ("by", "state", "expected"),
    [
        (SAM, "completed", None),
        (SUE, "completed", "not_yours"),
        (ADAM, "completed", None),
        (ANNA, "completed", "not_yours"),
        (SAM, "voided", "voided"),
        (ADAM, "voided", "voided"),
    ],
)
def test_who_adds_detail_to_a_shift(by, state, expected):
    assert refusal(rules.check_may_detail, shift(state=state), by=by) == expected


def test_an_analyst_adds_no_detail_even_to_a_shift_of_their_own():
    assert refusal(rules.check_may_detail, shift(logged_by_id=ANNA.pk), by=ANNA) == "not_yours"


@pytest.mark.parametrize(
    ("names", "reason", "by", "late", "expected"),
    [
        ({"offence_group"}, "Typed twice", SAM, False, None),
        ({"offence_group"}, " ", SAM, False, "reason_missing"),
        ({"offence_group"}, "Typed twice", SAM, True, "correction_closed"),
        ({"offence_group", "justice_outcome"}, "Typed twice", SAM, True, "correction_closed"),
        ({"offence_group"}, "Typed twice", ADAM, True, None),
        ({"justice_outcome", "custody_days"}, "", SAM, True, None),
        (set(), "", SAM, True, None),
    ],
)
def test_what_is_recorded_is_replaced_with_a_reason_and_within_the_window(names, reason, by, late, expected):
    last = AT + timedelta(days=7)
    at = last + timedelta(minutes=1) if late else last
    assert refusal(rules.check_overwritten, shift(), names, reason, by=by, at=at) == expected


def test_too_late_to_overwrite_is_about_the_person_and_not_the_input():
    with pytest.raises(NotAllowed):
        rules.check_overwritten(shift(), {"kind"}, "Why", by=SAM, at=AT + timedelta(days=8))


# --- detail -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "lacks"),
    [
        (Arrest(), True),
        (Arrest(offence_group_id="robbery"), False),
        (StopSearch(power_id="pace_1", object_id="drugs"), True),
        (StopSearch(power_id="pace_1", outcome_id="nothing"), True),
        (StopSearch(power_id="pace_1", object_id="drugs", outcome_id="nothing"), False),
        (WeaponRecovered(kind_id="knife"), True),
        (WeaponRecovered(kind_id="knife", found_by_id="sweep"), False),
        (AsbPowerUse(), True),
        (AsbPowerUse(kind_id="cpw"), False),
    ],
)
def test_what_an_outcome_has_to_say(outcome, lacks):
    assert rules.lacks_detail(outcome) is lacks


@pytest.mark.parametrize(
    ("text", "reference"),
    [("", ""), (" 41XY/1234/24 ", "41XY/1234/24"), ("CR  12", "CR 12"), ("(A) 1.b_2-c", "(A) 1.b_2-c")],
)
def test_a_reference_is_kept_without_needless_spaces(text, reference):
    assert rules.clean_reference(text) == reference


@pytest.mark.parametrize("text", ["Smith", "John Smith", "12;DROP", "１２"])
def test_a_reference_that_may_be_a_name_is_refused(text):
    with pytest.raises(DomainError) as refused_:
        rules.clean_reference(text)
    assert (refused_.value.code, refused_.value.field) == ("reference_invalid", "reference")


def detail(outcome, *changed: str, at: datetime = AT, roles=frozenset({OFFICER})) -> list[tuple[str | None, str]]:
    """The field and code of each refusal of an outcome's detail."""
    errors = rules.check_detail(outcome, shift=shift(), changed=changed, roles=set(roles), at=at)
    return [(error.field, error.code) for error in errors]


@pytest.mark.parametrize(
    ("minutes", "is_within"), [(-1, False), (0, True), (1, True), (479, True), (480, True), (481, False)]
)
def test_an_outcome_happened_from_the_first_to_the_last_minute_of_its_shift(minutes, is_within):
    arrest = Arrest(shift_id=1, happened_at=START + timedelta(minutes=minutes))
    assert detail(arrest) == ([] if is_within else [("happened_at", "outside_shift")])


def test_an_outcome_need_not_say_when_it_happened():
    assert detail(Arrest(shift_id=1)) == []


def test_a_power_is_checked_when_it_is_changed():
    wrong = AsbPowerUse(shift_id=1, kind=power(in_force_to=date(2024, 10, 10)))
    assert detail(wrong, "kind") == [("kind", "power_not_available")]
    assert detail(wrong, "reference") == []
    assert detail(AsbPowerUse(shift_id=1, kind=power()), "kind") == []
    assert detail(AsbPowerUse(shift_id=1, kind=power()), "kind", roles={WARDEN}) == [("kind", "power_not_available")]


def test_a_term_has_to_have_been_in_force_on_the_day_of_the_shift():
    ended = OffenceGroup(code="old", label="Old", in_force_to=date(2024, 10, 10))
    assert detail(Arrest(shift_id=1, offence_group=ended), "offence_group") == [("offence_group", "term_not_in_force")]
    assert detail(Arrest(shift_id=1, offence_group=ended)) == []
    ended.in_force_to = DAY
    assert detail(Arrest(shift_id=1, offence_group=ended), "offence_group") == []


def test_what_became_of_an_arrest_is_said_in_the_words_of_the_day_it_is_entered():
    new = JusticeOutcome(code="new", label="New", in_force_from=date(2024, 12, 1))
    arrest = Arrest(shift_id=1, justice_outcome=new)
    assert detail(arrest, "justice_outcome") == [("justice_outcome", "term_not_in_force")]
    assert detail(arrest, "justice_outcome", at=datetime(2024, 12, 1, 12, tzinfo=UTC)) == []


@pytest.mark.parametrize(
    ("search", "is_fine"),
    [
        (StopSearch(pk=3, shift_id=1), True),
        (StopSearch(pk=3, shift_id=2), False),
        (StopSearch(pk=3, shift_id=1, void_reason="Twice"), False),
        (None, True),
    ],
)
def test_a_weapon_was_found_in_a_search_of_the_same_shift(search, is_fine):
    weapon = WeaponRecovered(shift_id=1, stop_search=search)
    assert detail(weapon, "stop_search") == ([] if is_fine else [("stop_search", "search_elsewhere")])
    assert detail(weapon, "reference") == []


@pytest.mark.parametrize(
    ("day", "is_fine"),
    [
        (date(2024, 10, 10), False),
        (date(2024, 10, 11), True),
        (date(2024, 10, 12), True),
        (date(2024, 10, 13), False),
    ],
)
def test_a_justice_outcome_came_from_the_day_of_the_shift_to_today(day, is_fine):
    arrest = Arrest(shift_id=1, justice_outcome_id="charged", justice_outcome_on=day)
    assert detail(arrest) == ([] if is_fine else [("justice_outcome_on", "justice_date_out_of_range")])


def test_a_date_needs_its_justice_outcome():
    assert detail(Arrest(shift_id=1, justice_outcome_on=DAY)) == [("justice_outcome", "justice_outcome_missing")]
    assert detail(Arrest(shift_id=1, justice_outcome_id="charged")) == []


@pytest.mark.parametrize(
    ("outcome", "days", "expected"),
    [
        ("convicted", 1, None),
        ("convicted", 0, "custody_days_out_of_range"),
        ("convicted", None, None),
        ("charged", 1, "custody_needs_conviction"),
        ("charged", 0, "custody_needs_conviction"),
        ("charged", None, None),
    ],
)
def test_custody_is_of_a_conviction_and_at_least_a_day(outcome, days, expected):
    arrest = Arrest(shift_id=1, justice_outcome_id=outcome, custody_days=days)
    assert detail(arrest) == ([("custody_days", expected)] if expected else [])
