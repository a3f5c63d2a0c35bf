"""What an administrator says where a file leaves something open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from hotspot.core.text import clean_line
from outcomes.imports.rows.names import plain_name

# What an answer for the whole file settles; nothing here is ever guessed.
QUESTION_CODES = frozenset({"time_happened_twice", "nil_in_count", "small_number_unclear", "night_time_unclear"})


@dataclass(frozen=True)
class Answers:
    """What an administrator said where a file leaves something open.

    `clock` says which of two equal times is meant, `clock_rows` the same for single cells, by (row, column);
    `blank_is_nothing` that a row without any outcome had nothing to report; `source` names where the file comes from;
    `nil_is_zero` whether "nil" and "-" are counts of 0 or as good as blank (None: nobody said yet); `small_numbers`
    whether 15 in a column of times is "minutes" after midnight or "hours"; `night_time` that a time beside the night
    is to be left alone ("ignore"); `areas` which area a spelling is, by its id; `left_out_rows` are row numbers.
    """

    clock: str = ""
    clock_rows: Mapping[tuple[int, str], str] = field(default_factory=dict)
    blank_is_nothing: bool = False
    source: str = ""
    nil_is_zero: bool | None = None
    small_numbers: str = ""
    night_time: str = ""
    areas: Mapping[str, int] = field(default_factory=dict)
    left_out_rows: frozenset[int] = frozenset()

    @classmethod
    def read(cls, answers: Mapping[str, Any]) -> Self:
        """What `FileImport.answers` holds."""
        return cls(
            clock=answers.get("clock", ""),
            clock_rows={(row, column): change for row, column, change in answers.get("clock_rows", ())},
            blank_is_nothing=answers.get("blank_is_nothing", False),
            source=clean_line(answers.get("source", "")),
            nil_is_zero=answers.get("nil_is_zero"),
            small_numbers=answers.get("small_numbers", ""),
            night_time=answers.get("night_time", ""),
            areas={plain_name(spelling): int(pk) for spelling, pk in answers.get("areas", {}).items()},
            left_out_rows=frozenset(map(int, answers.get("left_out_rows", ()))),
        )
