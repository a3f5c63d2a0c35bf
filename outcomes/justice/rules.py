"""What can have become of an arrest, and how long a sentence is. Pure decisions on values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from hotspot.core import wording
from hotspot.core.errors import DomainError
from outcomes.justice_steps import check_order
from outcomes.models import JusticeOutcome, JusticeStage

CONVICTED = "convicted"
# The stated rule: a year is 365 days, a month a twelfth of that, and the sum is rounded once, half up.
DAYS = {"year": Fraction(365), "month": Fraction(365, 12), "week": Fraction(7), "day": Fraction(1)}
MOST_DAYS = 100 * 365
MOST_LETTERS = 60
"""How long the length of a sentence can be as typed."""
_UNITS = {"y": "year", "yr": "year", "m": "month", "mth": "month", "mo": "month", "w": "week", "wk": "week", "d": "day"}
_LENGTH = re.compile(r"(\d{1,5})\s*([a-z]+)", re.ASCII)
_BETWEEN = re.compile(r"[\s,]*(?:and[\s,]*)?")


@dataclass(frozen=True, kw_only=True)
class StageEntry:
    """What somebody says of one step of an arrest: see `JusticeStage`. `sentence` is its length as typed."""

    outcome: JusticeOutcome
    day: date
    sentence_kind: str = ""
    sentence: str = ""
    sentenced_on: date | None = None
    source: str = ""

    @property
    def custody_days(self) -> int | None:
        """The length of immediate custody, in days; None for any other sentence. Raises DomainError."""
        return sentence_days(self.sentence) if self.sentence_kind == JusticeStage.Sentence.CUSTODY else None

    @property
    def last_day(self) -> date:
        """The later of its days."""
        return max(self.day, self.sentenced_on or self.day)


def sentence_days(text: str) -> int:
    """The length of a sentence in days: "6 months", "2 years 6 months", "12 weeks", "90 days".

    A year counts 365 days, a month 365/12, and the sum is rounded once, half up: six months are 183 days. Raises
    DomainError `sentence_unclear` for a number without its unit and for anything else, and `sentence_too_long`, both on
    the field `sentence`.
    """
    total, end, plain = Fraction(0), 0, text.strip().lower()
    if len(plain) > MOST_LETTERS:
        message = f"The length of a sentence has at most {MOST_LETTERS} characters, like 2 years 6 months."
        raise DomainError("sentence_too_long", message, "sentence")
    for match in _LENGTH.finditer(plain):
        unit = _UNITS.get(name := match[2].removesuffix("s"), name)
        if unit not in DAYS or not _BETWEEN.fullmatch(plain[end : match.start()]):
            break
        total += int(match[1]) * DAYS[unit]
        end = match.end()
    days = int(total + Fraction(1, 2))
    if end != len(plain) or not 1 <= days <= MOST_DAYS:
        message = "Enter the length with its unit, like 6 months, 2 years 6 months, 12 weeks or 90 days. "
        raise DomainError("sentence_unclear", f"{message}Of a life sentence, enter the minimum term.", "sentence")
    return days


def check_stage(
    entry: StageEntry, *, arrested_on: date, others: Mapping[str, JusticeStage], today: date
) -> list[DomainError]:
    """What stops an arrest from having this outcome. `others` are its standing stages at other steps, by step.

    Empty: nothing does.
    """
    return [
        *_check_days(entry, arrested_on, today),
        *_check_sentence(entry),
        *check_order(entry.outcome, entry.day, others),
    ]


def _check_days(entry: StageEntry, arrested_on: date, today: date) -> list[DomainError]:
    errors = []
    if not entry.outcome.is_in_force_on(today):
        message = f"{entry.outcome.label} was not in force on {wording.day(today)}."
        errors.append(DomainError("term_not_in_force", message, "outcome"))
    if not arrested_on <= entry.day <= today:
        message = f"The date must be from {wording.day(arrested_on)}, the day of the shift, to today."
        errors.append(DomainError("justice_date_out_of_range", message, "day"))
    if entry.sentenced_on and not entry.day <= entry.sentenced_on <= today:
        message = "The date of the sentence must be from the date of the conviction to today."
        errors.append(DomainError("sentence_date_out_of_range", message, "sentenced_on"))
    return errors


def _check_sentence(entry: StageEntry) -> list[DomainError]:
    is_convicted = entry.outcome.code == CONVICTED
    if (entry.sentence_kind or entry.sentence or entry.sentenced_on) and not is_convicted:
        return [DomainError("sentence_needs_conviction", "A sentence needs a conviction.", "sentence_kind")]
    if (entry.sentence or entry.sentenced_on) and not entry.sentence_kind:
        return [DomainError("sentence_kind_missing", "Select what kind of sentence it was.", "sentence_kind")]
    if entry.sentence_kind == JusticeStage.Sentence.OTHER and entry.sentence:
        message = "Leave the length empty: only custody and suspended sentences have one here."
        return [DomainError("sentence_has_no_length", message, "sentence")]
    if entry.sentence_kind in (JusticeStage.Sentence.CUSTODY, JusticeStage.Sentence.SUSPENDED):
        try:
            sentence_days(entry.sentence)
        except DomainError as refusal:
            return [refusal]
    return []
