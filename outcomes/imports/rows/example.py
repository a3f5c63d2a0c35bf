"""The row of a template that shows how to fill it in."""

from collections.abc import Sequence

EXAMPLE = "EXAMPLE"


def is_example(cells: Sequence[str]) -> bool:
    """Whether a row is the example: its first cell says so, and is no date."""
    return any(cell.startswith(EXAMPLE) for cell in cells[:1])
