"""Filters that the component templates need and that decide nothing."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template

register = template.Library()


@register.filter
def under(cells: Iterable[Any], columns: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Pair each cell of a table row with its column: `{% for column, cell in row|under:columns %}`."""
    return list(zip(columns, cells, strict=True))
