"""The parts of charts and filters that come by the hundred, written in Python.

The template language takes several times as long for each of them, and so does `format_html`.
"""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString

from reports.figures.charts import AreaMap, Bar, HeatCell, HeatRow, MapLine, Outline

register = template.Library()


@register.filter
def bar_items(bars: Iterable[Bar]) -> SafeString:
    """Bars as the items of a list, each with a mark where its target lies and a line for where it may lie in truth."""
    return SafeString("".join(map(_bar, bars)))


def _bar(bar: Bar) -> str:
    mark = f'<rect x="{bar.mark_x}"/>' if bar.mark_x else ""
    ends = bar.reach_ends
    reach = f'<line x1="{ends[0]}" x2="{ends[1]}"/>' if ends else ""
    css = ' class="app-bars__unsure"' if bar.is_unsure else ""
    picture = f'<svg aria-hidden="true"><rect width="{bar.width}"/>{mark}{reach}</svg>'
    value = escape(bar.value)
    if bar.url:
        value = f'<a href="{escape(bar.url)}">{value}</a>'
    return f"<li{css}><span>{escape(bar.name)}</span>{picture}<span>{value}</span></li>\n"


@register.filter
def heat_row(row: HeatRow) -> SafeString:
    """The cells of a row of a heat table after its header, each shaded by its step."""
    return SafeString(f'<th scope="row">{escape(row.name)}</th>' + "".join(map(_heat_cell, row.cells)))


def _heat_cell(cell: HeatCell) -> str:
    css = f' class="app-heat__{cell.step}"' if cell.step else ""
    return f"<td{css}>{escape(cell.value)}</td>"


@register.simple_tag
def area_boxes(key: str, areas: Iterable[tuple[int, str, bool]]) -> SafeString:
    """A checkbox for each area, given as number, name and whether it is ticked. `key`: their name in the address."""
    return SafeString("".join(_box(key, number, name, ticked) for number, name, ticked in areas))


def _box(key: str, number: int, name: str, ticked: bool) -> str:
    named = f'class="govuk-checkboxes__input" type="checkbox" name="{key}" id="{key}-{number}" value="{number}"'
    label = f'<label class="govuk-label govuk-checkboxes__label" for="{key}-{number}">{escape(name)}</label>'
    return f'\n<div class="govuk-checkboxes__item"><input {named}{" checked" if ticked else ""}>{label}</div>'


@register.filter
def outline_paths(outlines: Iterable[Outline]) -> SafeString:
    """Boundaries as shapes, each with the pattern of its step."""
    return SafeString("".join(map(_path, outlines)))


def _path(outline: Outline) -> str:
    fill = f"url(#map-shape-{outline.step})" if outline.step else "none"
    return f'<path fill-rule="evenodd" fill="{fill}" d="{outline.path}"/>\n'


@register.simple_tag
def map_lines(chart: AreaMap, base: str) -> SafeString:
    """The areas of a map as the items of a list, each with a link to a closer map. `base`: the page's query string."""
    query = escape(f"{base}{chart.query}")
    return SafeString("".join(_map_line(line, query) for line in chart.lines))


def _map_line(line: MapLine, query: str) -> str:
    name = f"<span>{escape(line.name)}</span>"
    if line.zoom:
        current = ' aria-current="true"' if line.is_chosen else ""
        words = f'<span class="govuk-visually-hidden">Zoom to </span>{escape(line.name)}'
        name = f'<a class="govuk-link" href="{query}&amp;zoom={line.zoom}#map"{current}>{words}</a>'
    return f"<li><div>{name} <span>{escape(line.value)}</span></div></li>\n"
