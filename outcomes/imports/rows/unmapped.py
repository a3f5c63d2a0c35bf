"""Columns of a file that nothing was chosen for: how much they hold, and rows that they keep from being read."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from hotspot.core import wording
from hotspot.core.errors import DomainError
from outcomes.recording.checking import Entry

_NUMBER = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,12})?", re.ASCII)
_ZERO = re.compile(r"[0.,]+", re.ASCII)
_LONGEST = 60


class Unmapped:
    """Counts the values of the columns that are neither imported nor deliberately left out (`ignored`)."""

    def __init__(self, headers: Sequence[str], columns: Mapping[str, int], ignored: Collection[int]) -> None:
        known = {*columns.values(), *ignored}
        self._headers = {place: header for place, header in enumerate(headers) if place not in known}
        self._values: Counter[int] = Counter()

    def count(self, cells: Sequence[str]) -> None:
        """Count what a row holds in these columns."""
        self._values.update(place for place in self._headers if place < len(cells) and cells[place])

    def hidden_number(self, cells: Sequence[str], entry: Any) -> DomainError | None:
        """Why a row without outcomes is not "nothing to report": a column that is not imported holds a number."""
        if not isinstance(entry, Entry) or entry.report.tally.total:
            return None
        found = [place for place in self._headers if place < len(cells) and _is_number(cells[place])]
        if not found:
            return None
        held = wording.listing([f"{self._name(place)} holds {cells[place][:20]}" for place in found[:3]])
        message = (
            f"{held} and is not imported, so this row cannot be “nothing to report”. "
            "Say what the column is, or that it is not needed."
        )
        return DomainError("unmapped_number", message)

    def summary(self) -> Iterator[dict[str, Any]]:
        """Each of these columns that holds anything: its place, its header and the number of its values."""
        for place in self._headers:
            if self._values[place]:
                yield {"place": place, "header": self._name(place).strip("“”"), "values": self._values[place]}

    def _name(self, place: int) -> str:
        header = self._headers[place][:_LONGEST]
        return f"“{header}”" if header else f"Column {place + 1}"


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text)) and not _ZERO.fullmatch(text)
