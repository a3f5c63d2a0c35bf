"""Text in sentences and words, each with its place in the text, so that a page can mark what was read."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"\d{4}[/–-]\d{2,4}(?!\d)|\d+⁄\d+|\d(?:[\d,]*\d)?(?:\.\d+)?|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s]|_")
# The number of a paragraph, before its first word: 3.4 Recorded, 5. The, (a) Note.
_NUMBERING = re.compile(r"\s*(?:\(\w{1,3}\)|\d{1,2}[.)]|\d{1,2}(?:\.\d{1,2}){1,2}\.?)\s+(?=[A-Z“\"‘](?!illion))")
_OF_ADDRESSES = frozenset(("uk", "com", "org", "net"))
_BULLETS = "•·*-–—▪◦‣"
MOST_TOKENS = 200
"""A sentence is cut after so many words and signs: to read one takes the square of its length."""
_ENDS = frozenset(".!?")
# After these a full stop ends no sentence.
_SHORT = frozenset(
    ["st", "mr", "mrs", "ms", "dr", "approx", "no", "nos", "e.g", "i.e", "c", "ca", "vs", "insp", "sgt", "supt"]
)


@dataclass(frozen=True)
class Token:
    """A word, a number or a sign: as it is written, in small letters, and from where to where it stands in the text.

    `is_joined`: a hyphen or nothing is between it and the word before it.
    """

    text: str
    word: str
    start: int
    end: int
    is_joined: bool = False

    @property
    def is_number(self) -> bool:
        return self.text[0].isdigit()

    @property
    def is_sign(self) -> bool:
        return not self.text[0].isalnum()


def word_at(tokens: Sequence[Token], place: int) -> str:
    """The word at a place; empty before the first and after the last."""
    return tokens[place].word if 0 <= place < len(tokens) else ""


@dataclass(frozen=True)
class Span:
    """Some tokens of a sentence: the first, and the one after the last."""

    first: int
    end: int


@dataclass(frozen=True)
class Sentence:
    """A sentence of a text. `paragraph` numbers its line; `is_bullet`: its line begins with a bullet.

    `is_heading`: it ends with a colon, or is a short line without a full stop, so that what it names holds for the list
    below it.
    """

    text: str
    start: int
    tokens: Sequence[Token]
    paragraph: int
    is_bullet: bool = False
    is_heading: bool = False

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def clean(text: str) -> str:
    """The text as it is read: half-widths, ligatures and kinds of blanks made plain, what cannot be seen left out."""
    plain = unicodedata.normalize("NFKC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(each for each in plain if each == "\n" or unicodedata.category(each) not in ("Cf", "Cc"))


def tokens_of(text: str, offset: int = 0) -> list[Token]:
    """The words, numbers and signs of a text. A hyphen within a word is left out."""
    found: list[Token] = []
    end = -1
    hyphen = False
    for match in _WORD.finditer(text):
        word = match[0]
        touches = match.start() == end
        if word in "-‐‑" and touches and match.end() < len(text) and text[match.end()].isalnum():
            hyphen, end = True, match.end()
            continue
        plain = word.lower().replace("’", "'")
        if touches and plain in _OF_ADDRESSES and found and found[-1].text == ".":
            # The end of an address on the web is no word: herts.police.uk.
            plain = f".{plain}"
        found.append(Token(word, plain, offset + match.start(), offset + match.end(), touches or hyphen))
        hyphen, end = False, match.end()
    return found


def sentences_of(text: str) -> Iterator[Sentence]:
    """The sentences of a cleaned text, in order. A line ends one; so does a full stop, and a bullet in a line."""
    start = 0
    for number, line in enumerate(text.split("\n")):
        yield from _of_line(line, start, number)
        start += len(line) + 1


def _of_line(line: str, start: int, number: int) -> Iterator[Sentence]:
    numbering = _NUMBERING.match(line)
    skipped = numbering.end() if numbering else 0
    tokens = tokens_of(line[skipped:], start + skipped)
    run: list[Token] = []
    is_bullet = False
    for place, token in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        if not run and token.text in _BULLETS:
            is_bullet = True
            continue
        if token.text in "•·" or (token.text == ";" and is_bullet):
            yield from _sentence(line, start, run, number, is_bullet=is_bullet)
            run, is_bullet = [], True
            continue
        run.append(token)
        if len(run) == MOST_TOKENS or (_ends_after(token, following, run) and not _is_quoted_on(following)):
            yield from _sentence(line, start, run, number, is_bullet=is_bullet)
            run = []
    yield from _sentence(line, start, run, number, is_bullet=is_bullet)


def _is_quoted_on(following: Token | None) -> bool:
    return following is not None and following.text in "”’\"')" and following.is_joined


def _ends_after(token: Token, following: Token | None, run: Sequence[Token]) -> bool:
    if following is None:
        return True
    before = run[-2] if len(run) > 1 else None
    if token.text in '”"' and before and before.text in _ENDS:
        return True
    if token.text not in _ENDS or following.is_joined:
        return False
    return not (before and before.word in _SHORT) and not following.text[0].islower()


def _sentence(line: str, start: int, run: Sequence[Token], number: int, *, is_bullet: bool) -> Iterator[Sentence]:
    if not run:
        return
    first, last = run[0].start, run[-1].end
    said = line[first - start : last - start]
    yield Sentence(said, first, tuple(run), number, is_bullet, said.endswith(":"))
