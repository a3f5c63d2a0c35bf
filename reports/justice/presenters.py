"""What became of arrests, in words and table rows."""

from collections.abc import Mapping
from datetime import date

from hotspot.core import wording
from hotspot.core.calendar import Period
from reports.figures.tables import NOT_SHOWN
from reports.justice.definitions import CURRENT, JusticeMeasure

COLUMNS = [{"label": "What became of them"}, {"label": "Number", "numeric": True}, {"label": "What is counted"}]
NOT_PEOPLE = "An arrest is not a person: somebody who was arrested twice counts twice."
LATE = (
    "Courts take months, and what they decide is entered when somebody hears of it. Of recent arrests many are open, "
    "and few can have led to a sentence yet."
)


def sentence(period: Period, known_by: date, counts: Mapping[str, int | None]) -> str:
    """Of 157 arrests from 1 May 2024 to 30 November 2024, by 10 December 2024: 60 charged, 24 convicted, 8 jailed."""
    parts = [f"{_number(counts[code])} {word}" for code, word in (
        ("charged", "charged"), ("convicted", "convicted"), ("jailed", "jailed"), ("open", "still open"),
    )]  # fmt: skip
    arrests = counts["arrests"] or 0
    days = f"from {wording.day(period.first_day)} to {wording.day(period.last_day)}"
    return f"Of {wording.plural(arrests, 'arrest')} {days}, by {wording.day(known_by)}: {', '.join(parts)}."


def rows(counts: Mapping[str, int | None]) -> list[list[str]]:
    """Each measure with its number and its definition."""
    return [[measure.name, _value(measure, counts[measure.code]), measure.definition] for measure in CURRENT.measures]


def jailed_sentence(known_by: date, arrests: int, jailed: int) -> str:
    """Of the 150 arrests up to 30 November 2024, 8 had led to a prison sentence by then: for a text."""
    of = f"Of the {arrests:,} arrests" if arrests != 1 else "Of the 1 arrest"
    told = f"{jailed:,}" if jailed else "none"
    return f"{of} up to {wording.day(known_by)}, {told} had led to a prison sentence by then"


def _number(number: int | None) -> str:
    return NOT_SHOWN if number is None else f"{number:,}"


def _value(measure: JusticeMeasure, number: int | None) -> str:
    if number is None or measure.unit != "days":
        return _number(number)
    return wording.plural(number, "day")
