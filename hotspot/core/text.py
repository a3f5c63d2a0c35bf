"""The one rule for text that comes from outside: forms, API, imported cells and commands all apply it.

Text is stored in Unicode's composed form (NFC) and holds nothing that a reader cannot see: no control characters, no
bidi controls, no zero-width or filler characters. Spaces and line breaks of any kind become plain ones. Joiners stay
between letters, and what emoji are made of stays with its emoji. Only what could not be stored at all is refused.
"""

import re
import unicodedata

from hotspot.core.errors import DomainError

MOST_MARKS = 10
"""Combining marks kept on one letter. No language needs more, and a long run of them makes NFC quadratic."""

PLAIN_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
"""Dashes and the minus sign that people and word processors write for a hyphen, for `str.translate`."""

# More digits do not fit into a bigint.
_LONGEST_ID = 19
_ORDINARY = re.compile(r"[ -~\n]*")
_UNREADABLE = re.compile("[\0\ud800-\udfff]")
_LINE_BREAK = re.compile("\r\n|[\r\n\v\f\u2028\u2029]")
# Controls that Python calls spaces. The last is an ellipsis that was read in the wrong encoding.
_CONTROL_SPACES = "\x1c\x1d\x1e\x1f\x85"
_SPACE_OR_BREAK = re.compile(r"\s+")
_SPACE = re.compile(r"[^\S\n]")

# The flags of England, Scotland and Wales: a black flag, letters of the tag block and the tag that ends them.
_TAG_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f")
_JOINERS = "\u200c\u200d"
_KEYCAP = "\u20e3"
# Format characters (Cf) that are printed: they enclose or precede the numbers of some scripts.
_PRINTED_FORMAT = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
# What is invisible without being a format character, from Unicode's Default_Ignorable_Code_Point and the blank signs;
# and the noncharacters, two of them at the end of each plane.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u2065\u2800\u3164\uffa0\ufff0-\ufff8\ufdd0-\ufdef"
    "\U0001d159\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_SELECTOR = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Bidi controls: marks, embeddings, overrides and isolates.
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean_line(text: str) -> str:
    """Text of one line as it is stored: line breaks, tabs and runs of spaces become one space.

    Raises DomainError `text_unreadable` for NUL and half characters (unpaired surrogates).
    """
    return _SPACE_OR_BREAK.sub(" ", _visible_part(text)).strip()


def clean_lines(text: str) -> str:
    """Text of several lines as it is stored: every kind of line break is a new line, every kind of space a plain one.

    Raises what `clean_line` raises.
    """
    text = _LINE_BREAK.sub("\n", text)
    return _SPACE.sub(" ", _visible_part(text)).strip()


def is_far_too_long(text: str, longest: int | None) -> bool:
    """Whether the text is so much longer than the longest allowed that cleaning it would be wasted work."""
    return longest is not None and len(text) > 4 * longest + 1000


def without_bidi_controls(text: str) -> str:
    """The text without the characters that change the direction of what follows them.

    For pages that show what was stored before there was this rule.
    """
    return _BIDI.sub("", text)


def _visible_part(text: str) -> str:
    """The text in NFC without what cannot be seen; empty when nothing in it can."""
    if _ORDINARY.fullmatch(text):
        return text
    if _UNREADABLE.search(text):
        raise DomainError("text_unreadable", "This holds characters that cannot be stored. Type it in again.")
    kept = unicodedata.normalize("NFC", "".join(_kept(text)))
    return kept if any(map(_is_visible, kept)) else ""


def _is_visible(character: str) -> bool:
    """Whether something is printed for it. For private use (Co) that depends on the font, and hardly any has one."""
    return unicodedata.category(character)[0] in "LNPS" or unicodedata.category(character) in ("Cf", "Cn")


def _kept(text: str) -> list[str]:
    """The characters that stay. Looks at each once."""
    kept: list[str] = []
    marks, place = 0, 0
    while place < len(text):
        character = text[place]
        if flag := _TAG_FLAG.match(text, place) if character == "\U0001f3f4" else None:
            kept.append(flag[0])
            marks, place = 0, flag.end()
            continue
        before = kept[-1][-1] if kept else ""
        after = text[place + 1] if place + 1 < len(text) else ""
        is_mark = bool(unicodedata.combining(character))
        if _stays(character, before, after) and not (is_mark and marks == MOST_MARKS):
            kept.append(character)
            marks = marks + 1 if is_mark else 0
        place += 1
    return kept


def _stays(character: str, before: str, after: str) -> bool:
    if character in _JOINERS:
        return _can_join(before) and _can_join(after)
    if _SELECTOR.match(character):
        return _can_vary(before) or (before in tuple("0123456789#*") and after == _KEYCAP)
    if character.isspace():
        return character not in _CONTROL_SPACES
    category = unicodedata.category(character)
    if category == "Cf":
        return _PRINTED_FORMAT.match(character) is not None
    return category not in ("Cc", "Cs") and not _INVISIBLE.match(character)


def _can_join(character: str) -> bool:
    """Whether a joiner beside it means something: letters with their marks, and emoji."""
    if not character or _INVISIBLE.match(character):
        return False
    return unicodedata.category(character)[0] in "LM" or unicodedata.category(character) in ("So", "Sk")


def _can_vary(character: str) -> bool:
    """Whether a variation selector after it means something: emoji, symbols, and letters of East Asia."""
    return bool(character) and (unicodedata.category(character) in ("So", "Sm", "Lo") or character in "‼⁉〰〽")


def parse_id(text: str) -> int | None:
    """The number of a record as an address or a form has it, in plain digits; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _LONGEST_ID else None
