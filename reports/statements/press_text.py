"""The press text: words that a person may change around numbers that nobody can.

A number stands in the text as its name in braces: {arrests} becomes "157 arrests have been made". So it can be left
out or moved, but never mistyped.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspot.core.definitions.base import Definition
from hotspot.core.errors import DomainError
from hotspots.programmes.rules import without_years
from outcomes.kinds import KINDS
from reports.figures.measures import HEADLINE, PATROL_HOURS, PATROLS
from reports.figures.tables import NOT_SHOWN
from reports.statements import typed_numbers

_BULLETS = "\n".join(f"• {{{measure.code}}}" for measure in HEADLINE)
DEFAULT = f"""\
{{headline}} carried out under {{operation}}

{{since}}:

{_BULLETS}.

The project is running in the following areas: {{areas}}.

* Including dispersal orders, Community Protection Warnings/Notices and Public Space Protection Orders."""

INITIATIVES = "initiatives"
_NAMES = ("headline", "operation", "since", "areas", INITIATIVES)
JAILED = "jailed"
"""The name of the sentence about people jailed, which is of all arrests since launch."""
KNIVES = "knives"
"""The name of the sentence about knives among the weapons recovered."""
CHANGE = "change:"
"""What the names of changes begin with: {change:12} is what study 12 lets one say."""
COST = "cost:"
"""What the names of costs begin with: {cost:hour} is what an hour of patrol cost."""
# What is said of one and of several.
_REPORTED = {
    PATROL_HOURS.code: tuple(
        f"{{number}} {words} been carried out"
        for words in ("hour of additional police patrols has", "hours of additional police patrols have")
    ),
    PATROLS.code: tuple(
        f"{{number}} {words} been conducted" for words in ("additional patrol has", "additional patrols have")
    ),
    **{kind.plural: kind.reported for kind in KINDS},
}
MOST_WORDS = 10_000
_TOKEN = re.compile(r"\{([^{}\n]*)\}")
_BRACE = re.compile(r"\{[^{}\s]{0,40}|[^{}\s]{0,40}\}")


@dataclass(frozen=True)
class Facts:
    """What a press text can speak of. `numbers` are as they are said (whole hours), by the measure's code; None is
    withheld: those of some areas can be.

    `is_running`: the period is since launch, so that it reads “Since May”. `changes` are the sentences of studies, by
    their names in braces; `sentences` other words with numbers that are counted elsewhere, by theirs: initiatives,
    costs, knives, people jailed. What may not be published is not among them.
    """

    programme: str
    period: Period
    is_running: bool
    towns: tuple[str, ...]
    numbers: Mapping[str, int | None]
    changes: Mapping[str, str] = field(default_factory=dict)
    sentences: Mapping[str, str] = field(default_factory=dict)


def tokens(facts: Facts) -> dict[str, str]:
    """What may stand in braces, and what it becomes."""
    reported = {code: _reported(code, number) for code, number in facts.numbers.items() if code in _REPORTED}
    return {
        "headline": f"{_headline(facts.numbers[PATROL_HOURS.code])} of additional police patrols",
        "operation": without_years(facts.programme),
        "since": since(facts.period, is_running=facts.is_running),
        "areas": wording.listing(list(facts.towns)),
        INITIATIVES: "",
        # What may not be published reads like every number that is withheld.
        KNIVES: NOT_SHOWN,
        JAILED: NOT_SHOWN,
        **reported,
        **facts.changes,
        **facts.sentences,
    }


def _headline(hours: int | None) -> str:
    return _plural(hours, "hour", "hours") if hours is None or hours == 1 else f"{more_than(hours)} hours"


def _plural(number: int | None, one: str, many: str) -> str:
    return f"{NOT_SHOWN} {many}" if number is None else wording.plural(number, one, many)


def _reported(code: str, number: int | None) -> str:
    one, many = _REPORTED[code]
    return (one if number == 1 else many).format(number=NOT_SHOWN if number is None else f"{number:,}")


def more_than(number: int) -> str:
    """More than 12,000: rounded down to two figures. A number that is round already, or below 100, stands as it is."""
    step = max(10 ** (len(str(number)) - 2), 1)
    rounded = number // step * step
    return f"{number:,}" if rounded == number or number < 100 else f"More than {rounded:,}"


def since(period: Period, *, is_running: bool) -> str:
    """Since May, In October 2024, Between May 2024 and March 2025. A year is said where May alone could be another."""
    first, last = period.first_day, period.last_day
    if is_running:
        is_recent = last < date(first.year + 1, first.month, 1)
        return f"Since {first:%B}" if is_recent else f"Since {wording.month(first)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"In {wording.month(first)}"
    return f"Between {wording.month(first)} and {wording.month(last)}"


def names(definition: Definition) -> list[str]:
    """What may stand in braces in the press text of a statement that is counted by this definition."""
    return [*_NAMES, *(measure.code for measure in definition.headline if measure.code in _REPORTED), KNIVES, JAILED]


def token_names(words: str) -> list[str]:
    """What a press text has in braces, each once."""
    return list(dict.fromkeys(_TOKEN.findall(words)))


def speaks_of_initiatives(words: str) -> bool:
    """Whether a press text has the list of initiatives in it."""
    return INITIATIVES in token_names(words)


def change_names(words: str) -> list[str]:
    """The names of changes that a press text has, each once."""
    return [name for name in token_names(words) if name.startswith(CHANGE)]


def check_changes(words: str, changes: Collection[str]) -> None:
    """Raises DomainError `change_unknown` where a press text quotes a change that may not be quoted, or no longer."""
    if missing := [name for name in change_names(words) if name not in changes]:
        message = f"There is no {{{missing[0][:40]}}}: no study of that number can be quoted."
        raise DomainError("change_unknown", message, "words")


def cost_names(words: str) -> list[str]:
    """The names of costs that a press text has, each once."""
    return [name for name in token_names(words) if name.startswith(COST)]


def check_costs(words: str, costs: Collection[str]) -> None:
    """Raises DomainError `cost_unknown` where a press text names a cost that may not be published, or no longer."""
    if missing := [name for name in cost_names(words) if name not in costs]:
        message = (
            f"There is no {{{missing[0][:40]}}}: costs can be published of all hotspot areas, of whole months that are "
            "closed, and where all time has a rate."
        )
        raise DomainError("cost_unknown", message, "words")


def check_words(words: str, definition: Definition, changes: Collection[str] = (), costs: Collection[str] = ()) -> None:
    """Raises DomainError for words that are empty, too long, name what there is not, or claim what no figure shows.

    `changes` and `costs` are the names of those that may be quoted.
    """
    if not words.strip():
        raise DomainError("words_missing", "Enter the press text.", "words")
    if len(words) > MOST_WORDS:
        raise DomainError("words_too_long", f"The press text must be {MOST_WORDS:,} characters or fewer.", "words")
    known = names(definition)
    check_changes(words, changes)
    check_costs(words, costs)
    unknown = [name for name in _TOKEN.findall(words) if name not in (*known, *changes, *costs)]
    if unknown:
        said = wording.listing([f"{{{name}}}" for name in known])
        raise DomainError("token_unknown", f"There is no {{{unknown[0][:40]}}}. There are {said}.", "words")
    if brace := _BRACE.search(_TOKEN.sub("", words)):
        raise DomainError(
            "brace_alone",
            f"“{brace[0]}” has one brace of two. Write {{arrests}} for a number, or leave the brace out.",
            "words",
        )
    if claim := typed_numbers.best_of_several(words):
        raise DomainError(
            "up_to",
            f"“{claim}” is the best of several areas: say the range over all areas and the numbers it is of.",
            "words",
        )


def unlocked(words: str) -> list[str]:
    """The numbers and changes that were typed, in figures or in words, each once: nothing keeps them right."""
    return list(dict.fromkeys(typed_numbers.typed(_TOKEN.sub("", words))))


def withheld_names(words: str, facts: Facts) -> list[str]:
    """The names in braces whose number is withheld: a press text that is published has none."""
    hidden = withheld(facts)
    return [name for name in token_names(words) if name in hidden]


def taking_out(words: str, facts: Facts) -> str:
    """The press text speaks of what is withheld: take out {knives}. Empty where it does not."""
    found = [f"{{{name}}}" for name in withheld_names(words, facts)]
    return f"The press text speaks of what is withheld: take out {wording.listing(found)}." if found else ""


def withheld(facts: Facts) -> set[str]:
    """The names of what may not be told: numbers that are withheld, and sentences that may not be said."""
    return {code for code, number in facts.numbers.items() if number is None} | (
        {KNIVES, JAILED} - facts.sentences.keys()
    )


_GIVES = {
    INITIATIVES: "the list of the initiatives that may be published, where there are any",
    KNIVES: "how many of the weapons recovered were knives and other blades, like “8 knives have been recovered”, "
    "where that may be told",
    JAILED: "a whole sentence: of the arrests since launch, up to the end of the last month that is over, how many had "
    "led to prison",
}


def offered(definition: Definition, facts: Facts) -> list[tuple[str, str]]:
    """Everything that may stand in braces, each with what it gives."""
    said = tokens(facts)
    hidden = withheld(facts)
    return [
        (f"{{{name}}}", "withheld, so it cannot be used" if name in hidden else _GIVES.get(name) or f"“{said[name]}”")
        for name in names(definition)
    ]


def press_text(words: str, facts: Facts) -> str:
    """The words with their numbers. Line ends are \\n, and a bullet's first letter stays as it is."""
    said = tokens(facts)
    lines = words.replace("\r\n", "\n").strip().split("\n")
    return "\n".join(_TOKEN.sub(lambda match: said.get(match[1], match[0]), line.rstrip()) for line in lines)


def parts(words: str, facts: Facts) -> Iterable[tuple[str, str]]:
    """The text in pieces for a page that marks them: each with "locked", "typed" or "" and its words."""
    said, end = tokens(facts), 0
    words = words.replace("\r\n", "\n").strip()
    for match in _TOKEN.finditer(words):
        yield from typed_numbers.pieces(words[end : match.start()])
        yield "locked", said.get(match[1], match[0])
        end = match.end()
    yield from typed_numbers.pieces(words[end:])
