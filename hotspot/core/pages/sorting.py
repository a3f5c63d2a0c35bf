"""Tables whose rows a page's address puts in order: ?sort=by-area.2&order=descending, by the table's second column."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Row = TypeVar("Row")

SORT, ORDER = "sort", "order"
ASCENDING, DESCENDING = "ascending", "descending"
_ASKED = re.compile(r"([a-z][a-z0-9-]{0,49})\.([1-9][0-9]?)", re.ASCII)


@dataclass(frozen=True)
class Sorting:
    """Which table of a page is sorted, by which of its columns, counted from 1, and in which direction.

    No table has an empty code: that is how a page is without any sorting.
    """

    table: str = ""
    column: int = 0
    descending: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Sorting":
        """What an address asks for; of one that makes no sense, no sorting."""
        asked = _ASKED.fullmatch(query.get(SORT, ""))
        return cls(asked[1], int(asked[2]), query.get(ORDER) == DESCENDING) if asked else cls()

    @classmethod
    def of(cls, table: str, query: Mapping[str, str]) -> "Sorting":
        """What an address asks for of one table; no sorting where it is another's."""
        asked = cls.read(query)
        return asked if asked.table == table else cls()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What an address says of it, as names and values; nothing without sorting."""
        order = DESCENDING if self.descending else ASCENDING
        return [(SORT, f"{self.table}.{self.column}"), (ORDER, order)] if self.table else []

    def in_order(self, table: str, rows: Iterable[Row], values: Iterable[Sequence[Any]]) -> list[Row]:
        """The rows of a table as they are asked for. `values` are what each row is sorted by, column by column.

        Rows whose value is None, which is not known or not told, come last in both directions, in the table's own
        order: where they stand must not say what they hide. Rows with equal values keep their order.
        """
        pairs = list(zip(rows, values, strict=True))
        place = self.column - 1
        if table != self.table or not pairs or place >= len(pairs[0][1]):
            return [row for row, _ in pairs]
        known = [pair for pair in pairs if pair[1][place] is not None]
        known.sort(key=lambda pair: _key(pair[1][place]), reverse=self.descending)
        return [row for row, _ in known] + [row for row, own in pairs if own[place] is None]

    def heads(self, table: str, columns: Iterable[Any]) -> Iterator[dict[str, str]]:
        """For each column of a table that can be sorted, what its link asks for, and its `aria` where it is sorted.

        Figures come largest first at the first click, words from A; the next click turns them round.
        """
        for place, column in enumerate(columns, start=1):
            numeric = column.get("numeric") if isinstance(column, Mapping) else column.numeric
            is_sorted = (table, place) == (self.table, self.column)
            down = not self.descending if is_sorted else bool(numeric)
            yield {
                "sort": f"{table}.{place}",
                "order": DESCENDING if down else ASCENDING,
                "aria": (DESCENDING if self.descending else ASCENDING) if is_sorted else "",
            }


def _key(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
