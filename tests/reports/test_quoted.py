"""Quoted figures: exact, rounded down or up, with and without the name of what is counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.core.errors import DomainError
from reports.statements import press_text
from reports.statements.quoted_numbers import parse_quoted


@pytest.mark.parametrize(
    ("text", "measure", "number", "is_of"),
    [
        ("12,212", "patrol_hours", 12_212, True),
        ("12 212", "patrol_hours", 12_212, True),
        ("12,212", "patrol_hours", 12_213, False),
        ("12,000", "patrol_hours", 12_212, True),
        ("12,000", "patrol_hours", 11_500, True),
        ("12,000", "patrol_hours", 11_499, False),
        ("12,000", "patrol_hours", 13_000, False),
        ("more than 12,000 hours", "patrol_hours", 12_212, True),
        ("More than  12,000 hours.", "clock_hours", 12_999, True),
        ("over 12k hours", "patrol_hours", 12_212, True),
        ("12,000+ hours", "patrol_hours", 11_999, False),
        ("more than 12,000 hours", "patrol_hours", 11_999, False),
        ("more than 12,000 hours", "arrests", 12_212, False),
        ("nearly 1,460 patrols", "patrols", 1_457, True),
        ("nearly 1,460 patrols", "patrols", 1_461, False),
        ("1.4 thousand patrols", "patrols", 1_432, True),
        ("157 arrests", "arrests", 157, True),
        ("157 arrests", "patrols", 157, False),
        ("about 700 times", "asb_powers", 705, True),
        ("20", "weapons", 22, False),
        ("12,212", "patrol_hours", None, False),
        ("0", "weapons", 0, True),
        ("more than twelve thousand hours", "patrol_hours", 12_212, True),
        ("over a thousand patrols", "patrols", 1_457, True),
        ("two hundred and ninety-seven searches", "stop_searches", 297, True),
        ("twenty-two weapons", "weapons", 22, True),
        ("two dozen weapons", "weapons", 24, True),
        ("one arrest", "arrests", 1, True),
        ("more than 20 weapons", "weapons", 22, True),
        ("more than 20 weapons", "weapons", 30, False),
        ("“12,000 hours”,", "patrol_hours", 12_212, True),
        ("~12,000", "patrol_hours", 12_212, True),
        ("c. 12,000 hours", "patrol_hours", 12_212, True),
        ("12,000-plus hours", "patrol_hours", 12_212, True),
    ],
)
def test_what_a_quoted_figure_can_be_of(text, measure, number, is_of):
    assert parse_quoted(text).is_of(measure, number) is is_of


@pytest.mark.parametrize(
    "text", ["hundreds", "many arrests", "-3", "1.5", "12 of 13", "1" * 13, "1,00", "x" * 200, "9 " * 40, "١٢"]
)
def test_what_is_no_figure(text):
    with pytest.raises(DomainError):
        parse_quoted(text)


@given(st.integers(0, 10**7))
def test_what_the_press_text_says_is_recognised(number):
    """Whatever "more than" makes of the hours, looking it up finds them."""
    assert parse_quoted(f"{press_text.more_than(number)} hours").is_of("patrol_hours", number)
