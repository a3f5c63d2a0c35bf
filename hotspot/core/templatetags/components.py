"""Filters that templates need and that decide nothing."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from hotspot.core.models import User
from hotspot.core.pages.sorting import Sorting
from hotspot.core.permissions import Permission

register = template.Library()
# Element, scope, class and role of a cell that names its row, and of every other.
_HEADER = ("th", ' scope="row"', "govuk-table__header", "rowheader")
_DATA = ("td", "", "govuk-table__cell", "cell")


@register.filter
def may(user: User, permission: str) -> bool:
    """Whether the person has this permission, which has to exist: `{% if user|may:"view_funding" %}`."""
    return user.may(Permission(permission))


@register.simple_tag(takes_context=True)
def table_heads(context: Mapping[str, Any], columns: Sequence[Any], sortable: str) -> list[tuple[Any, Any]]:
    """Each column of a table with what its header leads to: see `Sorting.heads`. Nothing where it is not `sortable`."""
    if not sortable:
        return [(column, None) for column in columns]
    heads = Sorting.read(context["request"].GET).heads(sortable, columns)
    return list(zip(columns, heads, strict=True))


@register.simple_tag
def table_row(cells: Iterable[Any], columns: Sequence[Any], cards: Any) -> SafeString:
    """The cells of one row under their columns, the first as its header: see `components/table.html`.

    In Python, because the template language takes twenty times as long for each cell.
    """
    pairs = enumerate(zip(columns, cells, strict=True))
    return SafeString(
        "".join(_cell(column, cell, bool(cards), is_first=not place) for place, (column, cell) in pairs) + "\n"
    )


def _cell(column: Any, cell: Any, cards: bool, *, is_first: bool) -> str:
    tag, scope, css, role = _HEADER if is_first else _DATA
    numeric = f" {css}--numeric" if _part(column, "numeric") else ""
    label = f' data-label="{conditional_escape(_part(column, "label"))}"' if is_first or cell != "" else ""
    card = f' role="{role}"{label}' if cards else ""
    return f'<{tag}{scope} class="{css}{numeric}"{card}>{_content(cell)}\n</{tag}>'


def _content(cell: Any) -> str:
    if url := _part(cell, "url"):
        return f'<a class="govuk-link" href="{conditional_escape(url)}">{conditional_escape(_part(cell, "text"))}</a>'
    # A tag may be without a colour: that it has one to name, an empty one too, is what makes it a tag.
    if isinstance(colour := _part(cell, "colour", None), str):
        return render_to_string("components/tag.html", {"text": _part(cell, "text"), "colour": colour})
    return conditional_escape(localize(cell))


def _part(thing: Any, name: str, default: Any = "") -> Any:
    """What a template means by `thing.name`."""
    return thing.get(name, default) if isinstance(thing, Mapping) else getattr(thing, name, default)


@register.filter
def plain_rows(rows: Iterable[Sequence[Any]]) -> SafeString:
    """Rows of figures, the first cell of each as its header, without classes: for tables of thousands of cells.

    A cell is text, or an object with url and text. The template language takes twenty times as long for each of them.
    """
    return SafeString("".join(f"<tr>{_plain_row(*map(_plain_content, cells))}</tr>\n" for cells in rows))


def _plain_content(cell: Any) -> str:
    if isinstance(cell, str):
        return escape(cell)
    return f'<a href="{escape(_part(cell, "url"))}">{escape(_part(cell, "text"))}</a>'


def _plain_row(first: str, *others: str) -> str:
    return f'<th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in others)


@register.simple_tag
def select_options(groups: Iterable[tuple[str | None, Sequence[Mapping[str, Any]], int]]) -> SafeString:
    """The options of a select, `widget.optgroups`, with a name above those that have a group.

    In Python, because the template language takes several times as long, and there can be hundreds.
    """
    return SafeString("".join(_option_group(name, "".join(map(_option, options))) for name, options, _ in groups))


def _option_group(name: str | None, options: str) -> str:
    return f'\n  <optgroup label="{escape(str(name))}">{options}\n  </optgroup>' if name else options


def _option(option: Mapping[str, Any]) -> str:
    value, label = escape(str(option["value"])), escape(str(option["label"]))
    return f'\n  <option value="{value}"{attributes(option["attrs"])}>{label}</option>'


@register.filter
def attributes(given: Mapping[str, Any]) -> SafeString:
    """The attributes of an element, each after a space. True has no value, and what is False is left out."""
    return SafeString("".join(_attribute(name, value) for name, value in given.items() if value is not False))


def _attribute(name: str, value: Any) -> str:
    return f" {escape(name)}" if value is True else f' {escape(name)}="{escape(str(value))}"'
