"""Reads who was on a patrol out of text: collar numbers with or without a rank, and crews like "2 x PC, 1 x PCSO"."""

import re

from hotspot.core.errors import DomainError
from hotspot.core.text import PLAIN_DASHES
from patrols.models import CrewRole
from patrols.shifts.rules import MAXIMUM_CREW, clean_collar_number

Person = tuple[CrewRole | None, str]
"""Role, where the text gives one, and collar number, "" for somebody who is only counted."""

# Word → role, and how the word is written in a collar number.
_RANKS: dict[str, tuple[CrewRole, str]] = {
    **dict.fromkeys(("PC", "CONSTABLE"), (CrewRole.POLICE_OFFICER, "PC")),
    **{word: (CrewRole.POLICE_OFFICER, word) for word in ("WPC", "DC", "DS", "DI", "PS", "SGT", "INSP", "SUPT")},
    "SERGEANT": (CrewRole.POLICE_OFFICER, "PS"),
    "INSPECTOR": (CrewRole.POLICE_OFFICER, "INSP"),
    "OFFICER": (CrewRole.POLICE_OFFICER, ""),
    **dict.fromkeys(("SC", "SPECIAL"), (CrewRole.SPECIAL_CONSTABLE, "SC")),
    "SPC": (CrewRole.SPECIAL_CONSTABLE, "SPC"),
    "PCSO": (CrewRole.PCSO, "PCSO"),
    "CEO": (CrewRole.COMMUNITY_ENFORCEMENT_OFFICER, "CEO"),
}
# Specials have these as well: a column of specials decides whose they are.
_SHARED = {"PS", "SGT", "SERGEANT", "INSP", "INSPECTOR"}
# Says nothing that the column does not.
_ANYBODY = {"OFFICER"}
_PHRASES = {
    re.compile(phrase, re.IGNORECASE): short
    for phrase, short in {
        "SPECIAL CONSTABLE": "SC",
        "POLICE CONSTABLE": "PC",
        "POLICE SERGEANT": "PS",
        "POLICE OFFICER": "OFFICER",
        "COMMUNITY ENFORCEMENT OFFICER": "CEO",
        "POLICE COMMUNITY SUPPORT OFFICER": "PCSO",
    }.items()
}
_NUMBERS = ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN")
_NUMBER_WORDS = {word: str(number) for number, word in enumerate(_NUMBERS, start=1)}
_NO_ONE = {"", "NA", "NONE", "NIL", "NO ONE"}
_AND = {"AND", "WITH"}
_ACTING = {"A", "T", "ACTING", "TEMP"}
_SEPARATORS = re.compile(r"[ ,;/&+]+")
_PARTS = re.compile(r"[,;/&+]| (?:AND|WITH) ", re.IGNORECASE)
_GLUED = re.compile(r"([A-Z]+)-?([0-9][A-Z0-9]*)", re.ASCII | re.IGNORECASE)
_FIGURE = re.compile(r"[0-9]")
_COUNTED = re.compile(r"([0-9]{1,2}) ?[X×*]? ?([A-Z.'’]+) ?", re.ASCII | re.IGNORECASE)
_COUNTED_AFTER = re.compile(r"([A-Z.'’]+?) ?[X×*] ?([0-9]{1,2})", re.ASCII | re.IGNORECASE)
_EITHER = re.compile(r"(?:[A-Z.'’]+ )?[0-9]", re.ASCII | re.IGNORECASE)
_BRACKETS = re.compile(r"\(([^()]*)\)")
_SIGNS = "().:#'’\"- "
_LONGEST = 1_000


def parse_collar_numbers(text: str, *, column: CrewRole | None = None) -> list[Person]:
    """The people that a cell or field names: "PC 1234 & PCSO 7001" is two, with their roles; "n/a" is nobody.

    A rank belongs to the number after it, a plural to every number up to the next rank, and becomes part of the collar
    number, as in PC1234. Without a rank the role is None: take that of the column. `column` is whose numbers the column
    holds; a column of specials keeps its sergeants and inspectors. Spaces, commas, semicolons, slashes, "and", "&" and
    "+" separate. Raises DomainError `collar_number_missing`, which names a word without a number,
    `collar_number_invalid` or `crew_too_long`.
    """
    words = [word for part in _SEPARATORS.split(_plain(text)) if (word := part.strip(_SIGNS))]
    people: list[Person] = []
    rank = carried = ""
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if _FIGURE.search(word):
            people.append(_person(word, rank or carried, column))
            rank = ""
        elif (found := _known(word)) and _FIGURE.search(following):
            rank, carried = found, (found if _is_plural(word) else "")
        elif not (word.upper() in _AND or (word.upper() in _ACTING and _known(following))):
            message = f"“{word[:40]}” is a word without a number. Enter collar numbers only, like PC1234."
            raise DomainError("collar_number_missing", message)
    return people


def own_times_in(text: str, *, column: CrewRole | None = None) -> tuple[str, dict[int, str]]:
    """Collar numbers without what stands in brackets after some of them, and that by the person's index.

    PC1234 (10pm-2am), PC5678 gives the two numbers, and 10pm-2am for the first. Raises what `parse_collar_numbers`
    raises, and DomainError `own_times_of_nobody` for brackets that come before any number or that do not end.
    """
    pieces = _BRACKETS.split(text)
    numbers, found = "", {}
    for number, piece in enumerate(pieces):
        if number % 2 == 0:
            numbers += piece
            continue
        index = len(parse_collar_numbers(numbers, column=column)) - 1
        if index < 0 or index in found:
            raise _unclear_times(piece)
        found[index] = piece
        numbers += " "
    if "(" in numbers or ")" in numbers:
        raise _unclear_times(numbers)
    return numbers, found


def _unclear_times(text: str) -> DomainError:
    message = f"“{text.strip()[:40]}” is not clear. Write own times after a number, like PC1234 (10pm-2am)."
    return DomainError("own_times_of_nobody", message)


def parse_crew(text: str) -> list[tuple[CrewRole, str]]:
    """The people that a cell counts or names, with their roles: "2 x PC, 1 PCSO" is three, "PC 1234" one.

    A number before a rank counts people, one after it is a collar number. Raises what `parse_collar_numbers` raises,
    and DomainError `crew_not_clear` for a number without a rank or one that may be either, and `crew_size`.
    """
    parts = [part.strip(_SIGNS) for part in _PARTS.split(_plain(text))]
    counted = [_counted(part) for part in parts]
    people: list[Person] = []
    if any(counted):
        for part, found in zip(parts, counted, strict=True):
            people += parse_collar_numbers(part) if found is None else found
    else:
        people = parse_collar_numbers(text)
    unclear = next((part for part in parts if _EITHER.fullmatch(part)), "")
    unclear = unclear or next((number for role, number in people if role is None), "")
    if unclear:
        message = (
            f"“{unclear}” does not say who was there. Write 2 x PC for two officers, or PC1234 for a collar number."
        )
        raise DomainError("crew_not_clear", message)
    if len(people) > MAXIMUM_CREW:
        raise DomainError("crew_size", f"Enter who was on the patrol: 1 to {MAXIMUM_CREW} people.")
    return [(role, number) for role, number in people if role]


def _plain(text: str) -> str:
    """The text with single spaces, short ranks and plain hyphens; "" for nobody."""
    if len(text) > _LONGEST:
        raise DomainError("crew_too_long", f"Enter up to {MAXIMUM_CREW} people, in up to {_LONGEST:,} characters.")
    words = " ".join(text.translate(PLAIN_DASHES).split())
    if words.replace(".", "").replace("/", "").strip(" -").upper() in _NO_ONE:
        return ""
    for phrase, short in _PHRASES.items():
        words = phrase.sub(short, words)
    return words


def _counted(part: str) -> list[Person] | None:
    """The people that a part of a crew counts, "2 PC 1 PCSO" or "PC x 2"; None if it does not count."""
    part = " ".join(_NUMBER_WORDS.get(word.upper(), word) for word in part.split())
    if (after := _COUNTED_AFTER.fullmatch(part)) and _known(after[1]) is not None:
        return [(_role_of(after[1]), "")] * int(after[2])
    people: list[Person] = []
    place = 0
    while place < len(part):
        match = _COUNTED.match(part, place)
        if match is None or _known(match[2]) is None:
            return None
        people += [(_role_of(match[2]), "")] * int(match[1])
        place = match.end()
    return people


def _stem(word: str) -> str:
    stem = "".join(letter for letter in word.upper() if letter not in ".'’")
    return stem.removesuffix("S") if stem not in _RANKS and stem.removesuffix("S") in _RANKS else stem


def _is_plural(word: str) -> bool:
    return word.upper().endswith("S") and not _stem(word).endswith("S")


def _known(word: str) -> str | None:
    """The rank that a word is, or None."""
    stem = _stem(word)
    return stem if stem in _RANKS else None


def _role_of(word: str) -> CrewRole:
    return _RANKS[_stem(word)][0]


def _person(word: str, rank: str, column: CrewRole | None) -> Person:
    """The person of a word with a figure, which may have its rank in it."""
    word = word.replace(".", "")
    if (glued := _GLUED.fullmatch(word)) and (own := _known(glued[1])):
        rank, word = own, glued[2]
        # PC1234 is stored as it is written.
        short = own if own == glued[1].upper() else _RANKS[own][1]
    elif rank:
        short = _RANKS[rank][1]
    else:
        return None, clean_collar_number(word)
    role = column or _RANKS[rank][0] if rank in _ANYBODY else _RANKS[rank][0]
    is_special = rank in _SHARED and column is CrewRole.SPECIAL_CONSTABLE
    return CrewRole.SPECIAL_CONSTABLE if is_special else role, clean_collar_number(short + word)
