"""Spells of presence: unions, and what bounds say of their lengths."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrols.visits.spells import Spell, Stay, merged, minutes, seconds_of, spells_of

START = datetime(2024, 10, 12, 20, tzinfo=UTC)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def stay(first: float, last: float, earliest: float | None = None, latest: float | None = None) -> Stay:
    return Stay(
        (at(first), at(last)),
        None if earliest is None else at(earliest),
        None if latest is None else at(latest),
    )


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), max_size=20))
def test_the_union_is_every_minute_that_some_span_has(pairs):
    spans = [(at(start), at(start + length)) for start, length in pairs]
    covered = {minute for start, length in pairs for minute in range(start, start + length)}
    assert seconds_of(spans) == 60 * len(covered)
    found = merged(spans)
    assert all(one[1] < other[0] for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [
        (10, 10, True),
        (20, 20, True),
        (9, 9, False),
        (21, 21, False),
        (9, 10, None),
        (20, 21, None),
        (5, 25, None),
        (10, 20, True),
        (4, 9, False),
        (21, 40, False),
    ],
)
def test_a_length_is_in_the_band_out_of_it_or_left_open(least, most, said):
    spare = (most - least) / 2
    assert Spell(at(0), at(least), at(-spare), at(least + spare)).lasted(10, 20) is said


def test_without_a_bound_only_too_long_is_certain():
    assert Spell(at(0), at(15), None, at(16)).lasted(10, 20) is None
    assert Spell(at(0), at(5), at(0), None).lasted(10, 20) is None
    assert Spell(at(0), at(21), None, None).lasted(10, 20) is False


def test_stays_that_touch_or_overlap_are_one_spell_with_the_widest_bounds():
    first, second = spells_of([stay(20, 30, 19, 32), stay(0, 10, -1, 12), stay(10, 15, 5, 18)])
    assert (first.start, first.end, first.earliest, first.latest) == (at(0), at(15), at(-1), at(18))
    assert (second.start, second.end) == (at(20), at(30))


def test_a_bound_is_open_where_any_stay_leaves_it_open():
    (found,) = spells_of([stay(0, 10, -1, None), stay(5, 20, 4, 21)])
    assert (found.earliest, found.latest) == (at(-1), None)
    # Another crew that came and went proves no end: the first may have gone after it.
    (found,) = spells_of([stay(0, 10, -1, None), stay(5, 14, 4, 15)])
    assert found.lasted(10, 20) is None
    (found,) = spells_of([stay(0, 20, -1, None), stay(5, 10, 4, 11)])
    assert (found.earliest, found.latest) == (at(-1), None)
    (found,) = spells_of([stay(0, 20, None, 21), stay(5, 10, 4, 11)])
    assert (found.earliest, found.latest) == (None, at(21))


def test_seconds_are_rounded_to_minutes_once():
    assert [minutes(seconds) for seconds in (0, 29, 30, 89, 90)] == [0, 0, 1, 1, 2]
