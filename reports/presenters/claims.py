"""Numbers and changes that somebody typed into a press text, in figures or in words: nothing keeps them right."""

import re
from collections.abc import Iterator

_UNITS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    "nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_NUMBER = f"(?:{_UNITS}|(?:hundred|thousand|million|billion|dozen)s?)"
_PART = "(?:half|halves|thirds?|quarters?|fifths?|tenths?)"
# "One of the areas" counts nothing; "one arrest" does.
_ONE_OF = "(?:arrest|stop|search|weapon|knife|patrol|hour|person|offender|power|dispersal|in|per)"
_CHANGES = (
    "halv(?:e|ed|es|ing)|doubl(?:e|ed|es|ing)|trebl(?:e|ed|es|ing)|tripl(?:e|ed|es|ing)|quadrupl(?:e|ed|es|ing)",
    f"twice|(?:{_UNITS}|hundred|thousand|many)-?fold|rose|risen|increas(?:e|ed|es)|fell|fallen|decreas(?:e|ed|es)|dropped|reduc(?:ed|tions?)",
    "declin(?:e|ed|es)|grew|grown|surged|soared|plummeted|slashed|(?:up|down)\\sby",
)
_TYPED = re.compile(
    rf"""
      (?<![0-9])[0-9][0-9.,]*(?:%|\b)                                           # 12,212 and 3.5%
    | \b(?:an?|one|two|three|four|by|of|up\sto)[\s-](?:an?\s)?{_PART}\b | \bhalf\b # two thirds, by half
    | \b(?:(?:an?|one)\s)?{_NUMBER}(?:[\s-](?:and\s)?{_NUMBER})*\b              # a thousand, two hundred and six
    | \bone(?=\s{_ONE_OF})                                                      # one arrest, one in ten
    | \b(?:{"|".join(_CHANGES)})\b                                              # halved, fell, tenfold
    | \bper\s?cent(?:age)?\b | \bpercent(?:ages?)?\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
# The best of several areas, given as if it were all of them, with up to five words between: up to about fifty per cent.
_BEST_OF = re.compile(
    r"\b(?:up\s+to|as\s+(?:much|many|high|low)\s+as|a\s+maximum\s+of|at\s+(?:most|best))\s+"
    r"(?:[\w.,-]+\s+){0,5}?[\w.,-]*?(?:%|per\s*cent|\bhalf\b|\bthirds?\b|\bquarters?\b)",
    re.IGNORECASE,
)


def typed(text: str) -> list[str]:
    """The numbers and changes in a text, in its order and words: "157", "a thousand", "halved", "per cent"."""
    return [match[0] for match in _TYPED.finditer(text)]


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """The text in pieces for a page that marks them: "typed" with each number or change, "" with what is between."""
    end = 0
    for match in _TYPED.finditer(text):
        yield "", text[end : match.start()]
        yield "typed", match[0]
        end = match.end()
    yield "", text[end:]


def best_of_several(text: str) -> str:
    """The first claim of the kind "up to 50 per cent", also in words; empty if there is none."""
    match = _BEST_OF.search(text)
    return match[0] if match else ""
