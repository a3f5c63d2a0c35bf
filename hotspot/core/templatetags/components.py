"""Filters that templates need and that decide nothing."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString

from hotspot.core.models import User
from hotspot.core.permissions import Permission

register = template.Library()


@register.filter
def may(user: User, permission: str) -> bool:
    """Whether the person has this permission, which has to exist: `{% if user|may:"view_funding" %}`."""
    return user.may(Permission(permission))


@register.filter
def under(cells: Iterable[Any], columns: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Pair each cell of a table row with its column: `{% for column, cell in row|under:columns %}`."""
    return list(zip(columns, cells, strict=True))


@register.filter
def plain_row(cells: Sequence[str]) -> SafeString:
    """The cells of a row of figures, the first as its header, without classes: for tables of thousands of cells.

    The template language takes twenty times as long for each of them.
    """
    first, *others = map(escape, cells)
    return SafeString(f'<th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in others))
