"""What is in the product's own files and is not imported: columns that repeat others, and the example of a template."""

import re
from collections.abc import Iterator, Sequence

_DERIVED = {
    "crew", "clock_time", "patrol_time", "district_code", "programme", "in_headline", "asb_powers", "asb_powers_other",
    "detail_to_follow", "visits", "visit_time", "unusual", "unusual_because", "void_because", "logged_at", "updated_at",
    "outcome_id", "shift_state", "day", "withdrawn_because", "from_stop_search", "state",
}  # fmt: skip
_UNIT = re.compile(r" \([^)]*\)$")
# What makes a file one of ours: no spreadsheet that somebody keeps by hand has both.
_OURS = {"shift", "in_headline"}


EXAMPLE = "EXAMPLE"


def is_example(cells: Sequence[str]) -> bool:
    """Whether a row is the one that a template shows how to fill it in with."""
    return any(cell.startswith(EXAMPLE) for cell in cells[:1])


def derived(headers: Sequence[str]) -> Iterator[int]:
    """The places of such columns; none in a file that the product did not make."""
    names = [_UNIT.sub("", header) for header in headers]
    if set(names) >= _OURS:
        yield from (place for place, name in enumerate(names) if name in _DERIVED)
