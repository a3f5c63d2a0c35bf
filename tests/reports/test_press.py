"""The press text: the news item to the letter, rounding down, one of each, numbers that nobody can mistype."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.core.calendar import Period
from hotspot.core.definitions.v1 import V1
from hotspot.core.errors import DomainError
from hotspots.programmes.rules import without_years
from reports.statements import press_text

TOWNS = (
    "Bishop’s Stortford", "Hertford", "Hitchin", "St Albans", "Rickmansworth", "South Oxhey", "Borehamwood", "Watford",
    "Stevenage", "Hemel Hempstead", "Welwyn Garden City", "Waltham Cross",
)  # fmt: skip
NUMBERS = {
    "patrol_hours": 12_212, "patrols": 1_457, "arrests": 157, "stop_searches": 297, "weapons": 22, "asb_powers": 705,
}  # fmt: skip
NEWS = """\
More than 12,000 hours of additional police patrols carried out under Operation Hotspot

Since May:

• 12,212 hours of additional police patrols have been carried out
• 1,457 additional patrols have been conducted
• 157 arrests have been made
• 297 stop searches have been carried out
• 22 weapons have been recovered
• anti-social behaviour powers* have been utilised 705 times.

The project is running in the following areas: Bishop’s Stortford, Hertford, Hitchin, St Albans, Rickmansworth, \
South Oxhey, Borehamwood, Watford, Stevenage, Hemel Hempstead, Welwyn Garden City and Waltham Cross.

* Including dispersal orders, Community Protection Warnings/Notices and Public Space Protection Orders."""


def facts(**changes) -> press_text.Facts:
    fields = {
        "programme": "Operation Hotspot 2024/25",
        "period": Period(date(2024, 5, 1), date(2024, 12, 10)),
        "is_running": True,
        "towns": TOWNS,
        "numbers": NUMBERS,
    }
    return press_text.Facts(**fields | changes)


def test_the_news_item_to_the_letter():
    assert press_text.press_text(press_text.DEFAULT, facts()) == NEWS


def test_one_of_each_is_said_in_the_singular():
    text = press_text.press_text(press_text.DEFAULT, facts(numbers=dict.fromkeys(NUMBERS, 1)))
    assert "1 hour of additional police patrols carried out" in text
    assert "• 1 hour of additional police patrols has been carried out" in text
    assert "• 1 additional patrol has been conducted" in text
    assert "• 1 arrest has been made" in text
    assert "• 1 stop search has been carried out" in text
    assert "• 1 weapon has been recovered" in text
    assert "utilised 1 time." in text


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (12_212, "More than 12,000"), (12_000, "12,000"), (12_999, "More than 12,000"), (26_108, "More than 26,000"),
        (1_101, "More than 1,100"), (1_100, "1,100"), (800, "800"), (805, "More than 800"), (99, "99"), (1, "1"),
        (0, "0"), (123_456, "More than 120,000"),
    ],
)  # fmt: skip
def test_more_than_rounds_down(number, said):
    assert press_text.more_than(number) == said


@given(st.integers(0, 10**7))
def test_more_than_is_never_more(number):
    said = press_text.more_than(number)
    rounded = int(said.removeprefix("More than ").replace(",", ""))
    assert rounded < number if said.startswith("More than") else rounded == number


@pytest.mark.parametrize(
    ("first", "last", "is_running", "said"),
    [
        (date(2024, 5, 1), date(2024, 12, 10), True, "Since May"),
        (date(2024, 5, 1), date(2025, 4, 30), True, "Since May"),
        (date(2024, 5, 1), date(2025, 5, 1), True, "Since May 2024"),
        (date(2024, 10, 1), date(2024, 10, 31), False, "In October 2024"),
        (date(2024, 5, 1), date(2025, 3, 31), False, "Between May 2024 and March 2025"),
    ],
)
def test_the_period_in_words(first, last, is_running, said):
    assert press_text.since(Period(first, last), is_running=is_running) == said


def test_numbers_that_were_typed_are_told_apart():
    words = "{arrests}, in 12 areas, 3.5% more"
    assert press_text.unlocked(words) == ["12", "3.5%"]
    assert list(press_text.parts(words, facts()))[:4] == [
        ("", ""), ("locked", "157 arrests have been made"), ("", ", in "), ("typed", "12"),
    ]  # fmt: skip
    assert press_text.unlocked(press_text.DEFAULT) == []


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ("More than a thousand hours", ["a thousand"]),
        ("ASB halved in three towns and fell in Hitchin", ["halved", "three", "fell"]),
        ("two-thirds of two hundred and six arrests", ["two-thirds", "two hundred and six"]),
        ("Twelve towns, dozens of knives, one arrest", ["Twelve", "dozens", "one"]),
        ("a tenfold rise, up by fifty percent", ["tenfold", "rise", "up by", "fifty", "percent"]),
        ("reduced by a third", ["reduced", "by a third"]),
        ("a couple of knives, scores of searches, no arrests", ["a couple of", "scores of", "no"]),
        ("12k hours for £1m, 50pc more", ["12k", "1m", "50pc"]),
        ("½ of the towns, １２ of them, 50％", ["½", "１２", "50％"]),
        ("an eighth fewer weapons", ["an eighth", "fewer"]),
        ("Arrests climbed, searches are falling and weapons cut", ["climbed", "falling", "cut"]),
        ("down from spring, lower than ever, a record number", ["down from", "lower", "record number"]),
        (
            "more arrests than last year, quintupled, fifty per-cent",
            ["more arrests than", "quintupled", "fifty", "per-cent"],
        ),
        ("Officers climb no fences and crack down on crime", ["climb"]),
        ("One of the areas has a scaffold; second-hand goods", []),
    ],
)
def test_numbers_and_changes_in_words_are_typed_too(words, typed):
    assert press_text.unlocked(words) == typed
    assert [piece for kind, piece in press_text.parts(words, facts()) if kind == "typed"] == typed


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("  ", "words_missing"),
        ("x" * 10_001, "words_too_long"),
        ("{arests}", "token_unknown"),
        ("{arrests} and {patrols in May", "brace_alone"),
        ("patrols} and {arr\nests}", "brace_alone"),
        ("ASB has reduced by up to 50 per cent.", "up_to"),
        ("down by UP TO 50%", "up_to"),
        ("by up to about fifty per cent", "up_to"),
        ("as much as fifty percent", "up_to"),
        ("cut by as many as two thirds", "up_to"),
        ("a maximum of 50%", "up_to"),
        ("upto 50pc", "up_to"),
        ("up to an eighth", "up_to"),
        ("up to a tenfold rise", "up_to"),
    ],
)
def test_words_that_are_refused(words, code):
    with pytest.raises(DomainError) as refusal:
        press_text.check_words(words, V1)
    assert refusal.value.code == code
    assert refusal.value.field == "words"


def test_a_press_text_names_what_the_definition_of_its_statement_has():
    earlier = replace(V1, headline=V1.headline[:3])
    press_text.check_words("{arrests}", earlier)
    with pytest.raises(DomainError) as refusal:
        press_text.check_words("{arrests} and {weapons}", earlier)
    assert refusal.value.message == (
        "There is no {weapons}. There are {headline}, {operation}, {since}, {areas}, {initiatives}, {patrol_hours}, "
        "{patrols}, {arrests}, {knives} and {jailed}."
    )


def test_a_programme_without_years_keeps_its_name():
    assert without_years("Operation Hotspot") == "Operation Hotspot"
    assert without_years("Operation Hotspot 2024/25") == "Operation Hotspot"
    assert without_years("2024") == "2024"


def test_a_withheld_number_is_said_to_be_and_named():
    told = facts(numbers={**NUMBERS, "arrests": None})
    text = press_text.press_text("{headline}\n{arrests}\n{patrols}", told)
    assert "[c] arrests have been made" in text
    assert press_text.withheld_names("{headline} {arrests} {patrols} {arrests}", told) == ["arrests"]
    assert press_text.withheld_names("{patrols}", told) == []
