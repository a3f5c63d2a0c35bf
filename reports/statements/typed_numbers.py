"""Numbers and changes that somebody typed into a press text, in figures or in words: nothing keeps them right."""

import re
from collections.abc import Iterator

_UNITS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    "nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_NUMBER = f"(?:{_UNITS}|(?:hundred|thousand|million|billion|dozen)s?)"
_PART = "(?:half|halves|(?:third|quarter|fifth|sixth|seventh|eighth|ninth|tenth)s?)"
_COUNTED = "(?:arrest|stop|search|weapon|kni[fv]|patrol|hour|person|people|offender|power|dispersal)"
# "One of the areas" counts nothing; "one arrest" does.
_ONE_OF = f"(?:{_COUNTED}|in|per)"
_CHANGES = (
    "halv(?:e|ed|es|ing)|doubl(?:e|ed|es|ing)|trebl(?:e|ed|es|ing)|(?:tri|quadru|quintu)pl(?:e|ed|es|ing)|multiplied",
    f"twice|thrice|(?:{_UNITS}|hundred|thousand|many)-?fold|ris(?:e|es|en|ing)|rose|increas(?:e|ed|es|ing)",
    "falls?|fell|fallen|falling|decreas(?:e|ed|es|ing)|drop(?:s|ped|ping)?|reduc(?:ed|tions?)|declin(?:e|ed|es|ing)|cuts?",
    "grew|grown|grows|growing|growth|(?:climb|jump|surg|soar|rocket|spik|swell)(?:s|es|ed|ing)?|le(?:aps?|apt|aped|aping)",
    "(?:plummet|plung|slump|tumbl|slash)(?:s|es|ed|ing)?|shr[aiu]nks?|shrinking|fewer|lower(?:ed|s)?|lowest|higher|highest",
    "(?:up|down)\\s(?:by|from|on\\s(?:last|the\\s(?:same|previous|year|month)))|(?:more|less)\\s\\w+\\sthan",
    "record\\s(?:numbers?|highs?|lows?|levels?)",
)
_TYPED = re.compile(
    rf"""
      (?<!\d)\d(?:[\d.,]*\d)?(?:[%％٪]|[a-z]+)? | [¼-¾⅐-⅞↉] | [%％٪]              # 12,212, 3.5%, £1m, 50pc, ½
    | \b(?:an?|one|{_UNITS}|by|of|up\sto)[\s-](?:an?\s)?{_PART}\b | \bhalf\b     # two thirds, by half
    | \b(?:(?:an?|one)\s)?{_NUMBER}(?:[\s-](?:and[\s-])?{_NUMBER})*\b            # a thousand, two hundred and six
    | \bone(?=\s{_ONE_OF}) | \bno(?=\s{_COUNTED}) | \b(?:zero|nil|nought)\b      # one arrest, one in ten, no arrests
    | \b(?:an?\s)?(?:couple|pair|handful|scores?)\sof\b                         # a couple of weapons
    | \b(?:{"|".join(_CHANGES)})\b                                              # halved, fell, tenfold
    | \bper[\s-]?cent(?:ages?)?\b | \bpct\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
# The best of several areas, given as if it were all of them, with up to five words between: up to about fifty per cent.
_BEST_OF = re.compile(
    r"\b(?:up\s*to|as\s+(?:much|many|high|low)\s+as|a\s+maximum\s+of|at\s+(?:most|best))\s+"
    rf"(?:[\w.,-]+\s+){{0,5}}?[\w.,-]*?(?:[%％٪¼-¾⅐-⅞]|per[\s-]*cent|pct?\b|"
    rf"\b(?:half|halves|thirds?|quarters?)\b|\b(?:an?|one|{_UNITS})[\s-]{_PART}\b|\b(?:{_UNITS})-?fold\b)",
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
