"""What whole columns of a file show about cells that one row alone leaves open."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from hotspot.core.clock import times_in
from hotspot.core.table_files.values import is_date_alone

_FIGURES = re.compile(r"[0-9]{3,4}", re.ASCII)
_SMALL = re.compile(r"[0-9]{1,2}", re.ASCII)
_CLOCK = re.compile(r"[0-9]{1,2}[:.][0-9]{2}|[ap]\.?m", re.ASCII | re.IGNORECASE)
_WITH_TIME = re.compile(r"[0-9][T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?", re.ASCII)
_MIDNIGHT = re.compile(r"[T ]0{1,2}:00(?::00)?(?:\.0+)?$", re.ASCII)
_TIMES = ("start", "end", "times")
_LONGEST = 40


@dataclass(frozen=True)
class Seen:
    """What the columns of times hold in all their rows.

    `has_figures`: times of three or four figures, 300 or 2200; `has_clocks`: 22:00 or 10pm; `has_small`: numbers of one
    or two figures; `has_nights_with_times`: dates with a time in the column of nights.
    """

    has_figures: bool = False
    has_clocks: bool = False
    has_small: bool = False
    has_nights_with_times: bool = False


def look_through(rows: Iterable[tuple[int, list[str]]], columns: Mapping[str, int]) -> Seen:
    """Go through all rows of a file once."""
    places = [columns[name] for name in _TIMES if name in columns]
    nights = columns.get("night", -1)
    times: set[str] = set()
    has_nights_with_times = False
    for _, cells in rows:
        # Cells repeat: a set is what keeps this quick.
        times.update(cells[place] for place in places if place < len(cells))
        if not has_nights_with_times and 0 <= nights < len(cells):
            has_nights_with_times = _has_time(cells[nights])
    parts = {part for text in times if len(text) <= _LONGEST for part in _single_times(text)}
    return Seen(
        has_figures=any(map(_FIGURES.fullmatch, parts)),
        has_clocks=any(map(_CLOCK.search, parts)),
        has_small=any(map(_SMALL.fullmatch, parts)),
        has_nights_with_times=has_nights_with_times,
    )


def given_otherwise(columns: Collection[str], seen: Seen = Seen()) -> frozenset[str]:
    """The needed columns that this file can do without, because others of its columns say the same."""
    if "times" in columns:
        return frozenset({"start", "end"})
    return frozenset({"start"} if "night" in columns and seen.has_nights_with_times else ())


def _single_times(text: str) -> list[str]:
    return [text] if is_date_alone(text) else times_in(text)


def _has_time(text: str) -> bool:
    return len(text) <= _LONGEST and bool(_WITH_TIME.search(text)) and not _MIDNIGHT.search(text)
