"""Money as people type it, and in words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.core.errors import DomainError
from hotspot.core.pages.forms import Form
from hotspots.amounts import MOST_PENCE, pence_typed, pounds, pounds_typed
from hotspots.pages.fields import MoneyField

AMOUNTS = st.integers(0, MOST_PENCE)


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("£1,000,000", 1_000_000_00),
        ("1.1m", 1_100_000_00),
        ("£1.1 M", 1_100_000_00),
        ("1 million", 1_000_000_00),
        ("1 000", 1_000_00),
        ("1\u00a0000\u00a0000", 1_000_000_00),
        ("1,000.50", 1_000_50),
        ("250k", 250_000_00),
        ("0.5k", 500_00),
        (" 81.89 ", 81_89),
        (".50", 50),
        ("1.5", 1_50),
        ("£ 5", 5_00),
        ("0", 0),
        ("0.00", 0),
        ("1.23456m", 1_234_560_00),
        ("10,000,000,000", MOST_PENCE),
    ],
)
def test_money_is_read_as_people_type_it(text, pence):
    assert pence_typed(text) == pence


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-5", "money_negative"),
        ("£-5", "money_negative"),
        ("−5", "money_negative"),
        ("(5)", "money_negative"),
        ("0.005", "money_unreadable"),
        ("1,00", "money_unreadable"),
        ("1,00,000", "money_unreadable"),
        ("1 000,000", "money_unreadable"),
        ("1.000,50", "money_unreadable"),
        ("1.2.3", "money_unreadable"),
        ("1.", "money_unreadable"),
        ("", "money_unreadable"),
        ("£", "money_unreadable"),
        ("k", "money_unreadable"),
        ("lots", "money_unreadable"),
        ("1e6", "money_unreadable"),
        ("NaN", "money_unreadable"),
        ("1_000", "money_unreadable"),
        ("١٢", "money_unreadable"),
        ("5 5", "money_unreadable"),
        ("0.000001k", "money_unreadable"),
        ("10,000,000,000.01", "money_too_much"),
        ("10001m", "money_too_much"),
        ("9" * 400, "money_too_much"),
        ("x" * 400, "money_unreadable"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(text, code):
    with pytest.raises(DomainError) as refusal:
        pence_typed(text)
    assert refusal.value.code == code
    assert refusal.value.message.startswith("Enter ")


@given(AMOUNTS, st.sampled_from([",", " ", ""]), st.booleans())
def test_every_way_to_write_an_amount_is_read_as_the_same(pence, separator, with_sign):
    whole, rest = divmod(pence, 100)
    text = f"{'£' if with_sign else ''}{whole:,}.{rest:02d}".replace(",", separator)
    assert pence_typed(text) == pence
    assert pence_typed(pounds(pence)) == pence
    assert pence_typed(pounds_typed(pence)) == pence


@given(st.text(alphabet="£0123456789,. kKmM-", max_size=12))
def test_an_amount_is_what_is_written_or_is_refused(text):
    """Where it is read, dropping what groups its figures leaves a plain number of the same value."""
    try:
        pence = pence_typed(text)
    except DomainError:
        return
    plain = re.sub(r"[£, ]", "", text.lower())
    number, unit = re.fullmatch(r"([0-9]*\.?[0-9]+)([km]?)", plain).groups()
    whole, _, part = number.partition(".")
    assert pence * 10 ** len(part) == int((whole + part) or 0) * 100 * {"": 1, "k": 1_000, "m": 1_000_000}[unit]
    assert 0 <= pence <= MOST_PENCE


def test_what_was_taken_back_has_a_minus_before_the_pounds():
    assert pounds(-1_50) == "−£1.50"
    assert pounds(-200) == "−£2"
    assert pounds(5) == "£0.05"
    assert pounds(None) == "–"


class Payment(Form):
    amount = MoneyField(label="Amount", more_than_nothing=True)
    fee = MoneyField(label="Fee", required=False)


def test_a_field_takes_pounds_and_gives_pence():
    form = Payment({"amount": "1.1m", "fee": " "}, initial={"amount": 1_100_000_00})
    assert form.is_valid()
    assert form.cleaned_data == {"amount": 1_100_000_00, "fee": None}
    assert form.changed_data == []
    assert Payment({"amount": "1", "fee": "0"}).is_valid()
    assert 'value="1200.50"' in str(Payment(initial={"amount": 1_200_50})["amount"])


@pytest.mark.parametrize(
    ("text", "words"), [("", "Enter the amount"), ("0", "more than £0"), ("-5", "£0 or more"), ("1,00", "like 1,200")]
)
def test_a_field_says_what_to_enter(text, words):
    form = Payment({"amount": text})
    assert words in form.errors["amount"][0]
    assert f'value="{text}"' in str(form["amount"]) or not text
