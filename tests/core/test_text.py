"""The rule for text that comes from outside, and the fields that apply it."""

import unicodedata

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError

from hotspot.core.accounts.operations import invite_person
from hotspot.core.accounts.password_links import one_time_link, send_link
from hotspot.core.api.serializers import Text
from hotspot.core.errors import DomainError
from hotspot.core.pages.fields import EmailField, TextField
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Role
from hotspot.core.text import MOST_MARKS, clean_line, clean_lines, parse_id
from patrols.shifts.rules import ShiftFacts
from tests import factories
from tests.conftest import NOW

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
INVISIBLE = [
    *BIDI,
    *"\u200b\u2060\ufeff\u00ad\u180e\u034f\u115f\u1160\u3164\uffa0\u2800\u17b4\u206a\ufffa\U000e0041\U000e0020",
    *"\ufe0f\u200d\u200c\U000e0100\U0001d173",
    *"\x01\x1b\x1c\x7f\x80\x85\x9f",
    *"\ufffe\uffff\U0001fffe\U0010ffff",
]


@pytest.mark.parametrize("character", INVISIBLE, ids=lambda character: f"U+{ord(character):04X}")
def test_an_invisible_character_is_no_text_and_is_taken_out_of_text(character):
    assert clean_line(character * 3) == clean_lines(f" {character}\n") == ""
    assert clean_line(f"Ado{character} Ant") == clean_lines(f"Ado{character} Ant") == "Ado Ant"


@pytest.mark.parametrize("character", ["\ue000", "\uf8ff", "\U000f0000", "\U0010fffd"])
def test_characters_of_private_use_alone_are_no_text(character):
    assert clean_line(character) == clean_lines(f"{character}\n{character}") == ""
    assert clean_line(f"Ada{character}") == f"Ada{character}"


@pytest.mark.parametrize(
    "text",
    [
        "نمی‌خواهم",  # Persian needs the non-joiner
        "क्‍ष",  # and Hindi the joiner
        "👨‍👩‍👧 🏳️‍🌈 ❤️ 👍🏽 1️⃣ 🇬🇧",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁷󠁬󠁳󠁿",
        "Siân Ó Súilleabháin-Żak",
        "葛\U000e0100城",
    ],
)
def test_what_languages_and_emoji_need_stays(text):
    assert clean_line(text) == clean_lines(text) == text


@pytest.mark.parametrize("space", ["\n", "\r\n", "\r", "\t", "\v", "\f", "\u2028", "\u2029", "\xa0", " \n "])
def test_one_line_holds_no_break_and_no_tab(space):
    assert clean_line(f"Ada{space}Ant") == "Ada Ant"


def test_several_lines_keep_their_breaks_and_no_other_control():
    assert clean_lines("a\r\nb\rc\u2028d\te\x00"[:-1]) == "a\nb\nc\nd e"


def test_text_is_composed():
    assert clean_line("Cafe\u0301") == clean_lines("Cafe\u0301") == "Café"


@pytest.mark.parametrize("text", ["a\0b", "a\ud800"])
def test_what_cannot_be_stored_is_refused(text):
    for clean in (clean_line, clean_lines):
        with pytest.raises(DomainError) as refusal:
            clean(text)
        assert refusal.value.code == "text_unreadable"


def test_a_letter_has_no_endless_marks_even_with_something_invisible_between_them():
    assert len(clean_line("x" + "\u0301\u200b\u0323" * 500)) == 1 + MOST_MARKS
    assert clean_line("\u0301") == ""


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")))
def test_cleaning_twice_changes_nothing_more(text):
    for clean in (clean_line, clean_lines):
        cleaned = clean(text)
        assert clean(cleaned) == cleaned
        assert unicodedata.is_normalized("NFC", cleaned)
        assert not set(BIDI) & set(cleaned)


class Small(Form):
    """A line, several lines and an address."""

    name = TextField(max_length=4)
    note = TextField(max_length=4, widget=forms.Textarea)
    email = EmailField(required=False)


def test_a_form_counts_and_requires_what_can_be_seen():
    form = Small({"name": "\u200b", "note": "\u2066 \u3164"})
    assert form.errors == {"name": ["Enter the name"], "note": ["Enter the note"]}
    form = Small({"name": "a\u200bb\nc", "note": "a\r\nb\r\n\u200b", "email": "ada@ex\u202eample.org"})
    assert form.is_valid()
    assert form.cleaned_data == {"name": "ab c", "note": "a\nb", "email": "ada@example.org"}
    assert "name" in Small({"name": "abcde", "note": "x" * 100_000}).errors
    assert Small({"name": "a\0", "note": "b"}).errors["name"] == [
        "This holds characters that cannot be stored. Type it in again."
    ]


def test_the_api_counts_and_requires_what_can_be_seen():
    line, lines = Text(max_length=4, allow_blank=False), Text(max_length=4, several_lines=True)
    assert line.run_validation("a\u200bb\nc") == "ab c"
    assert lines.run_validation("a\r\nb\r\n\u200b") == "a\nb"
    for field, data, code in (
        (line, "\u200b", "blank"),
        (line, "abcde", "max_length"),
        (lines, "x" * 100_000, "max_length"),
        (line, "a\0", "text_unreadable"),
        (line, "a\ud800", "text_unreadable"),
        (line, 5, "not_text"),
    ):
        with pytest.raises(ValidationError) as refusal:
            field.run_validation(data)
        assert refusal.value.get_codes() == [code]


@pytest.mark.django_db
def test_a_name_reaches_an_email_on_one_line_however_it_came_in(mailoutbox):
    person = invite_person(by=None, name="Ada\nPassword: x\u202e", email="ada@example.org\u200b", role=Role.ANALYST)
    assert (person.name, person.email) == ("Ada Password: x", "ada@example.org")
    old = factories.UserFactory(role=Role.ANALYST, name="Old\r\nName")
    assert send_link(one_time_link(old, at=NOW))
    assert "Hello Old Name," in mailoutbox[0].body


def test_the_note_of_a_shift_is_cleaned_whoever_gives_it():
    facts = ShiftFacts(None, None, NOW, NOW, [], "Quiet\u200b\r\nnight\u202e")
    assert facts.note == "Quiet\nnight"


@pytest.mark.django_db
def test_a_page_shows_an_old_name_without_the_controls_that_turn_it(client):
    factories.ProgrammeFactory(name="Hot\u202etops")
    client.force_login(factories.UserFactory(role=Role.ADMINISTRATOR))
    page = client.get("/manage/programmes/").content.decode()
    assert "Hottops" in page
    assert not set(BIDI) & set(page)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("17", 17), ("9" * 18, 10**18 - 1)])
def test_the_number_of_a_record_is_read(text, number):
    assert parse_id(text) == number


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", " 1", "1e3", "١٢", "²", "9" * 19, "x"])
def test_nothing_else_is_the_number_of_a_record(text):
    assert parse_id(text) is None
