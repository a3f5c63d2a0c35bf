"""Which row of a file has the headers, and what they are; and which rows below are no records."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

PREVIEWED = 20
_FIGURE = re.compile(r"[0-9]")
_TOTAL = re.compile(r"(?:grand |sub[- ]?|month(?:ly)? |week(?:ly)? |year(?:ly)? )?totals?\b|sum\b", re.IGNORECASE)
_SURE = 2

Row = tuple[int, list[str]]


def first_rows(rows: Iterable[Row]) -> list[Row]:
    """The first rows of a file, and more as long as all of them are blank."""
    found: list[Row] = []
    for row in rows:
        found.append(row)
        if len(found) >= PREVIEWED and any(any(cells) for _, cells in found[-PREVIEWED:]):
            break
        if len(found) >= 2 * PREVIEWED:
            found = found[PREVIEWED:]
    return found


def guess_header_row(rows: Sequence[Row], known: Callable[[list[str]], int] = lambda cells: 0) -> int:
    """The number of the row that looks most like headers: the first one, unless titles or groups are above it.

    `known` counts the cells of a row that are known as headers; two are enough to go by.
    """
    filled = [(number, cells) for number, cells in rows if any(cells)]
    if not filled:
        return 1
    scores = [known(cells) for _, cells in filled]
    if max(scores) >= _SURE:
        return filled[scores.index(max(scores))][0]
    widths = sorted(_width(cells) for _, cells in filled)
    wide = (widths[-2:][0] + 1) // 2
    like = [place for place, (_, cells) in enumerate(filled) if _width(cells) >= wide and _is_words(cells)]
    place = like[0] if like else 0
    # Groups are above fewer columns than there are headers.
    if place + 1 in like and _width(filled[place + 1][1]) > _width(filled[place][1]):
        place += 1
    return filled[place][0]


def headers_in(rows: Sequence[Row], header_row: int) -> list[str]:
    """The headers in a row. Where the row above has groups, they fill gaps and tell equal headers apart."""
    cells = dict(rows)
    headers = list(cells.get(header_row, []))
    above = cells.get(header_row - 1, [])
    if _width(above) >= _SURE and _is_words(above):
        above = [*above, *[""] * (len(headers) - len(above))]
        groups: list[str] = list(accumulate(above, _group))
        often = Counter(header.lower() for header in headers)
        headers = [
            f"{group} {header}".strip() if header and often[header.lower()] > 1 else header or cell
            for header, cell, group in zip(headers, above, groups, strict=False)
        ]
    while headers and not headers[-1]:
        headers.pop()
    return headers


def looks_like_total(cells: Sequence[str]) -> bool:
    """Whether a row sums up others: its first words are "Total", or the like."""
    return any(_TOTAL.match(cell) for cell in [cell for cell in cells if cell][:2])


def _group(before: str, cell: str) -> str:
    """A group's name stands above its first column only."""
    return cell or before


def _width(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell)


def _is_words(cells: Sequence[str]) -> bool:
    """Whether most cells have no figures."""
    filled = [cell for cell in cells if cell]
    return 3 * sum(1 for cell in filled if not _FIGURE.search(cell)) >= 2 * len(filled)
