"""What a shift may be: limits, warnings and windows, on values alone."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.permissions import Role
from hotspots.models import FundingStream, HotspotArea, Programme
from patrols.models import CrewRole, PatrolShift
from patrols.shifts import rules
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
    assert rules.warnings_about(facts()) == []


@pytest.mark.parametrize("minutes", [0, -60])
def test_finish_must_be_after_start(minutes):
    assert check(ends_at=START + timedelta(minutes=minutes)) == ["ends_before_start"]


def test_over_24_hours_is_refused_and_24_is_not():
    assert check(ends_at=START + timedelta(hours=25)) == ["too_long"]
    assert check(ends_at=START + timedelta(hours=24)) == []


@pytest.mark.parametrize(("minutes", "warnings"), [(720, []), (721, ["long_shift"]), (1440, ["long_shift"])])
def test_over_12_hours_is_asked_about(minutes, warnings):
    long = facts(ends_at=START + timedelta(minutes=minutes))
    assert [warning.code for warning in rules.warnings_about(long)] == warnings


def test_a_whole_day_on_the_clock_change_counts_its_real_hours():
    autumn = datetime(2024, 10, 26, 23, tzinfo=UTC)
    assert check(starts_at=autumn, ends_at=autumn + timedelta(hours=25)) == ["too_long"]
    assert "too_long" not in check(starts_at=autumn, ends_at=autumn + timedelta(hours=23))


def test_a_shift_in_the_future_is_not_over():
    assert codes(rules.check_worked(facts(ends_at=AT + timedelta(minutes=6)), at=AT)) == ["not_over_yet"]
    assert rules.check_worked(facts(ends_at=AT + timedelta(minutes=5)), at=AT) == []
    assert codes(rules.check_planned(facts(), at=AT)) == ["already_over"]


def test_at_most_90_days_back_but_corrections_may_be_later():
    old = START - timedelta(days=100)
    errors = check(starts_at=old, ends_at=old + timedelta(hours=8))
    assert errors == ["too_long_ago"]
    assert rules.check_shift(facts(starts_at=old, ends_at=old + timedelta(hours=8)), at=AT, is_new=False) == []


def test_before_the_programme_names_its_dates():
    early = datetime(2024, 4, 30, 21, tzinfo=UTC)
    late = facts(starts_at=early, ends_at=early + timedelta(hours=8))
    errors = rules.check_shift(late, at=AT, is_new=False)
    assert [error.message for error in errors] == [
        "Operation Hotspot runs from 1 May 2024 to 31 March 2025. Choose a night in it. "
        "If its dates are wrong, an administrator can change them."
    ]


def test_an_area_not_active_that_night_is_asked_about():
    area = HotspotArea(name="Hitchin", first_day=date(2024, 5, 1), last_day=date(2024, 10, 10))
    assert [warning.code for warning in rules.warnings_about(facts(area=area))] == ["area_not_active"]


@pytest.mark.parametrize(("size", "errors"), [(0, ["crew_size"]), (1, []), (50, []), (51, ["crew_size"])])
def test_crews_have_1_to_50_people(size, errors):
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


def test_notes():
    assert check(note="x" * 2001) == ["note_too_long"]
    assert rules.clean_note(" a\x07b\r\nc\u0085 ŵ 🚓 ") == "ab\nc ŵ 🚓"


@pytest.mark.parametrize(("text", "number"), [(" pc 1234 ", "PC1234"), ("", ""), ("7001", "7001")])
def test_collar_numbers_are_tidied(text, number):
    assert rules.clean_collar_number(text) == number


@pytest.mark.parametrize("text", ["=1+1", "１２", "A" * 11, "7001;DROP", "<b>"])
def test_collar_numbers_are_letters_and_figures(text):
    with pytest.raises(DomainError):
        rules.clean_collar_number(text)


SAM = User(pk=7, role=Role.SUPERVISOR)
ADAM = User(pk=9, role=Role.ADMINISTRATOR)


# --- limits to the minute, the day and the person -----------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "errors"), [(1, []), (1440, []), (1441, ["too_long"])])
def test_a_shift_has_one_minute_to_exactly_24_hours(minutes, errors):
    assert check(ends_at=START + timedelta(minutes=minutes)) == errors


def test_a_shift_that_is_too_long_is_told_how_long_it_is():
    (error,) = rules.check_shift(facts(ends_at=START + timedelta(minutes=1441)), at=AT, is_new=True)
    assert error.message == "A shift can be 24 hours at the most. This one has 24 hours 1 minute."


@pytest.mark.parametrize(("days", "errors"), [(89, []), (90, []), (91, ["too_long_ago"])])
def test_the_ninetieth_day_back_is_the_last_one(days, errors):
    start = AT.replace(hour=20) - timedelta(days=days)
    assert check(starts_at=start, ends_at=start + timedelta(hours=8)) == errors


def test_backdating_counts_london_days_and_not_periods_of_24_hours():
    after_midnight = datetime(2024, 7, 13, 23, 30, tzinfo=UTC)  # 12.30am on 14 July in London, 90 days back.
    assert check(starts_at=after_midnight, ends_at=after_midnight + timedelta(hours=8)) == []
    before_midnight = after_midnight - timedelta(hours=1)
    assert check(starts_at=before_midnight, ends_at=before_midnight + timedelta(hours=8)) == ["too_long_ago"]


@pytest.mark.parametrize(
    ("minutes", "worked", "planned"),
    [
        (-1, [], ["already_over"]),
        (0, [], ["already_over"]),
        (1, [], []),
        (5, [], []),
        (6, ["not_over_yet"], []),
    ],
)
def test_a_shift_that_ends_this_minute_is_logged_and_not_planned(minutes, worked, planned):
    ending = facts(ends_at=AT + timedelta(minutes=minutes))
    assert codes(rules.check_worked(ending, at=AT)) == worked
    assert codes(rules.check_planned(ending, at=AT)) == planned


@pytest.mark.parametrize(
    ("start", "errors"),
    [
        (datetime(2024, 4, 30, 22, 59, tzinfo=UTC), ["outside_programme"]),
        (datetime(2024, 4, 30, 23, 0, tzinfo=UTC), []),  # Midnight in London.
        (datetime(2025, 3, 31, 22, 59, tzinfo=UTC), []),
        (datetime(2025, 3, 31, 23, 0, tzinfo=UTC), ["outside_programme"]),
    ],
)
def test_a_programme_runs_from_its_first_to_its_last_london_day(start, errors):
    shift_then = facts(starts_at=start, ends_at=start + timedelta(hours=8))
    assert codes(rules.check_shift(shift_then, at=AT, is_new=False)) == errors


@pytest.mark.parametrize(("length", "errors"), [(2000, []), (2001, ["note_too_long"])])
def test_a_note_has_at_most_2000_characters(length, errors):
    assert check(note="x" * length) == errors


@pytest.mark.parametrize("number", ["A" * 10, "1", "PC12345678"])
def test_a_collar_number_of_up_to_ten_characters_is_kept(number):
    assert rules.clean_collar_number(number) == number


# --- who is in the crew -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("crew", "messages"),
    [
        ([(CrewRole.POLICE_OFFICER, "PC12"), (CrewRole.POLICE_OFFICER, "12")], ["PC12 is in this crew 2 times."]),
        ([(CrewRole.POLICE_OFFICER, "12"), (CrewRole.PCSO, "12")], ["12 is in this crew 2 times."]),
        ([(CrewRole.POLICE_OFFICER, "PC12"), (CrewRole.PCSO, "PCSO12")], []),
        ([(CrewRole.POLICE_OFFICER, ""), (CrewRole.POLICE_OFFICER, "")], []),
        ([(CrewRole.POLICE_OFFICER, "1"), (CrewRole.POLICE_OFFICER, "2")], []),
        (
            [
                (CrewRole.PCSO, "1"),
                (CrewRole.PCSO, "2"),
                (CrewRole.PCSO, "1"),
                (CrewRole.PCSO, "2"),
                (CrewRole.PCSO, "2"),
            ],
            ["1 is in this crew 2 times.", "2 is in this crew 3 times."],
        ),
    ],
)
def test_a_person_is_in_a_crew_once(crew, messages):
    crew = [CrewEntry(role, number) for role, number in crew]
    assert [error.message for error in rules.check_shift(facts(crew=crew), at=AT, is_new=True)] == messages


@pytest.mark.parametrize(
    ("start", "end", "errors"),
    [
        (0, 480, []),
        (0, 1, []),
        (479, 480, []),
        (-1, 480, ["crew_outside_shift"]),
        (0, 481, ["crew_outside_shift"]),
        (60, 60, ["crew_ends_before_start"]),
        (60, 59, ["crew_ends_before_start"]),
        (60, 0, ["crew_ends_before_start"]),
        (0, 0, ["crew_ends_before_start"]),
        (60, -1, ["crew_ends_before_start"]),
        (480, 480, ["crew_ends_before_start"]),
        (None, 0, ["crew_ends_before_start"]),
        (480, None, ["crew_ends_before_start"]),
    ],
)
def test_own_times_to_the_minute(start, end, errors):
    starts_at = None if start is None else START + timedelta(minutes=start)
    ends_at = None if end is None else START + timedelta(minutes=end)
    assert check(crew=[CrewEntry(CrewRole.PCSO, starts_at=starts_at, ends_at=ends_at)]) == errors


def test_a_shift_the_wrong_way_round_is_said_once_and_not_of_everybody_in_it():
    assert check(ends_at=START - timedelta(hours=1)) == ["ends_before_start"]


def test_somebody_without_a_number_is_named_by_their_role():
    crew = [CrewEntry(CrewRole.PCSO, ends_at=START), CrewEntry(CrewRole.PCSO, "7001", ends_at=START)]
    errors = rules.check_shift(facts(crew=crew), at=AT, is_new=True)
    assert [error.message for error in errors] == [
        "PCSO: finish must be after start.",
        "7001: finish must be after start.",
    ]


def test_whoever_gives_a_note_it_is_cleaned():
    assert facts(note=" Wet\x07\r\nnight ").note == "Wet\nnight"


def test_the_roles_of_a_crew():
    assert facts().roles == {CrewRole.POLICE_OFFICER}


# --- what is asked about ------------------------------------------------------------------------------------------


def recorded(start: int = 0, end: int = 480, **changes) -> PatrolShift:
    """A shift that Sam logged in Hitchin, from so many to so many minutes after the start."""
    times = {"starts_at": START + timedelta(minutes=start), "ends_at": START + timedelta(minutes=end)}
    area = HotspotArea(name="Hitchin", first_day=date(2024, 5, 1))
    return PatrolShift(**{"pk": 1457, "area": area, "logged_by": SAM} | times | changes)


def test_the_first_repeated_shift_is_named_or_else_the_first_that_overlaps():
    first, second = recorded(pk=1), recorded(pk=2)
    (duplicate,) = rules.warnings_about(facts(), duplicates=[first, second], overlapping=[second, first])
    assert duplicate.code == "duplicate"
    assert duplicate.message.startswith(f"It looks like {first.reference} (Hitchin, 10pm Friday to 6am Saturday)")
    (overlap,) = rules.warnings_about(facts(), overlapping=[second, first])
    assert overlap.code == "overlap"
    assert overlap.message.startswith(f"It overlaps {second.reference} (Hitchin, 10pm Friday to 6am Saturday)")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 480, True),
        (240, 720, True),  # Half of each.
        (241, 721, False),
        (-240, 240, True),
        (-241, 239, False),
        (475, 485, True),  # Half of the shorter one.
        (476, 486, False),
        (100, 101, True),
        (480, 960, False),  # One ends when the other begins.
        (-480, 0, False),
        (600, 960, False),
        (480, 480, False),  # No minute together.
    ],
)
def test_the_same_patrol_shares_half_of_the_shorter_shift(start, end, expected):
    assert rules.may_be_same_patrol(facts(), recorded(start, end), numbers=[]) is expected


@pytest.mark.parametrize(
    ("own", "other", "expected"),
    [
        (["PC1", "PC2"], ["PC3", "4"], False),  # All known, all different: a joint patrol.
        (["PC1", "PC2"], ["PC3", "2"], True),
        (["PC1", ""], ["PC3", "PC4"], True),
        (["PC1", "PC2"], ["PC3", ""], True),
        (["PC1", "PC2"], [], True),
    ],
)
def test_two_crews_of_known_and_different_people_are_on_a_joint_patrol(own, other, expected):
    crew = [CrewEntry(CrewRole.POLICE_OFFICER, number) for number in own]
    assert rules.may_be_same_patrol(facts(crew=crew), recorded(), numbers=other) is expected


@pytest.mark.parametrize(
    ("logged_by", "name", "words"),
    [
        (SAM, "Sam Sergeant", "Another supervisor, Sam Sergeant, logged HS-"),
        (SAM, "", "Another supervisor logged HS-"),
        (ADAM, "Adam Admin", "Somebody else, Adam Admin, logged HS-"),
    ],
)
def test_the_question_about_the_same_patrol_says_who_logged_it(logged_by, name, words):
    warning = rules.same_patrol(recorded(logged_by=logged_by), name=name)
    assert warning.code == rules.SAME_PATROL
    assert warning.message.startswith(words)
    assert warning.message.endswith("(Hitchin, 10pm Friday to 6am Saturday). Is this the same patrol?")


def test_nothing_is_said_of_a_shift_that_the_reader_may_not_see():
    assert rules.same_patrol(None, name="Sam Sergeant").message == (
        "Another shift is recorded in this area at that time. Is this the same patrol?"
    )
    assert rules.officer_elsewhere("PC1", None).message == "PC1 is already on another shift at that time."
    assert rules.officer_elsewhere("PC1", recorded()).message == "PC1 was on HS-1457 in Hitchin at that time."


# --- which stream pays --------------------------------------------------------------------------------------------


def stream(pk: int, name: str = "Grant", *, is_default: bool = False, programme: int = 1, of_default: bool = False):
    owner = Programme(pk=programme, is_default=of_default)
    return FundingStream(pk=pk, name=name, is_default=is_default, programme=owner)


@pytest.mark.parametrize(
    ("streams", "chosen"),
    [
        ([], None),
        ([stream(1, programme=1), stream(2, programme=2, of_default=True)], 2),
        ([stream(1, programme=2, is_default=True), stream(2, programme=1)], 2),
        ([stream(1), stream(2, is_default=True)], 2),
        ([stream(1, "B"), stream(2, "A")], 2),
        ([stream(2, "A"), stream(1, "A")], 1),
    ],
)
def test_the_default_stream_of_the_default_or_oldest_programme_pays(streams, chosen):
    usual = rules.usual_stream(streams)
    assert (usual.pk if usual else None) == chosen


@pytest.mark.parametrize("reason", ["", " ", "\n\t", "\u200b"])
def test_a_reason_is_something_that_people_can_see(reason):
    with pytest.raises(DomainError) as refused:
        rules.check_reason(reason, "why")
    assert (refused.value.code, refused.value.field) == ("reason_missing", "why")
    rules.check_reason("Typed twice")


# --- times within a shift -----------------------------------------------------------------------------------------


def within(clock: time, the_shift: PatrolShift, **more) -> str:
    """The UTC time found, or the code of the refusal."""
    try:
        return f"{rules.instant_within(clock, (the_shift.starts_at, the_shift.ends_at), field='end', **more):%d %H:%M}"
    except DomainError as refused:
        return f"{refused.field}: {refused.code}"


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        (time(22), "11 21:00"),  # The first minute of the shift,
        (time(6), "12 05:00"),  # and the last.
        (time(21, 59), "end: outside_shift"),
        (time(6, 1), "end: outside_shift"),
        (time(0), "11 23:00"),
        (time(12), "end: outside_shift"),
    ],
)
def test_a_clock_time_is_the_instant_within_the_shift(clock, expected):
    assert within(clock, recorded()) == expected


def test_a_time_outside_the_shift_is_told_the_shift():
    with pytest.raises(DomainError, match=r"The time must lie within the shift, 10pm Friday to 6am Saturday\."):
        rules.instant_within(time(12), (recorded().starts_at, recorded().ends_at))


def test_a_shift_of_24_hours_begins_and_ends_at_the_same_clock_time():
    whole_day = recorded(0, 1440)
    assert within(time(22), whole_day) == "11 21:00"
    assert within(time(22), whole_day, latest=True) == "12 21:00"
    assert within(time(21, 59), whole_day, latest=True) == "12 20:59"


def test_a_time_that_came_twice_is_asked_about_only_where_both_lie_within_the_shift():
    autumn = datetime(2024, 10, 26, 21, tzinfo=UTC)
    both = recorded(starts_at=autumn, ends_at=autumn + timedelta(hours=9))
    assert within(time(1, 30), both) == "end: time_happened_twice"
    assert within(time(1, 30), both, change="before") == "27 00:30"
    assert within(time(1, 30), both, change="after") == "27 01:30"
    only_first = recorded(starts_at=autumn, ends_at=autumn + timedelta(hours=4))
    assert within(time(1, 30), only_first) == "27 00:30"


def test_a_time_that_was_skipped_is_refused_unless_it_came_on_the_other_day():
    spring = datetime(2025, 3, 29, 22, tzinfo=UTC)
    night = recorded(starts_at=spring, ends_at=spring + timedelta(hours=7))
    assert within(time(1, 30), night) == "end: time_did_not_happen"
    assert within(time(12), night) == "end: outside_shift"
    next_night = recorded(
        starts_at=datetime(2025, 3, 30, 0, 45, tzinfo=UTC), ends_at=datetime(2025, 3, 31, 0, 40, tzinfo=UTC)
    )
    assert within(time(1, 30), next_night) == "31 00:30"


# --- visits -------------------------------------------------------------------------------------------------------


def visits(*spans: tuple[int, int]) -> list[str]:
    """What is wrong with visits from so many to so many minutes after the start of a shift of eight hours."""
    times = [(START + timedelta(minutes=arrived), START + timedelta(minutes=left)) for arrived, left in spans]
    return codes(rules.check_visits(times, recorded()))


@pytest.mark.parametrize(
    ("spans", "errors"),
    [
        ([], []),
        ([(0, 480)], []),
        ([(0, 1)], []),
        ([(5, 5)], ["visit_ends_before_start"]),
        ([(5, 4)], ["visit_ends_before_start"]),
        ([(-1, 5)], ["visit_outside_shift"]),
        ([(479, 481)], ["visit_outside_shift"]),
        ([(10, 20), (0, 10)], []),  # One begins when the other ends.
        ([(10, 20), (0, 11)], ["visits_overlap"]),
        ([(0, 30), (10, 20), (40, 50)], ["visits_overlap"]),
    ],
)
def test_visits_to_the_minute(spans, errors):
    assert visits(*spans) == errors


def test_a_shift_has_at_most_a_hundred_visits():
    assert visits(*[(minute, minute + 1) for minute in range(100)]) == []
    assert visits(*[(minute, minute + 1) for minute in range(101)]) == ["too_many_visits"]
