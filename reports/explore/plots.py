"""Tables as charts: SVG with axes, which pages show as it is and files keep."""

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from reports.explore.criteria import BARS, LINES, MULTIPLES, TABLE
from reports.explore.dimensions import Key
from reports.explore.tables import Cell, ExploreTable
from reports.figures.scales import ticks

WIDTH = 960
COLOURS = ("#12436d", "#c1440e", "#1e7f7a", "#801650", "#3d3d3d", "#6a5acd")
"""Of the Analysis Function's palette for categories, dark enough for text on white. Pages give them again by class."""
INK, LINE = "#0b0c0c", "#b1b4b6"
MOST_BARS, MOST_LINES, MOST_PANELS = 150, len(COLOURS), 24
# Up to and with each space or stroke.
_PIECES = re.compile(r"[^ /]*[ /]?")
_LOOK = {
    "xmlns": "http://www.w3.org/2000/svg",
    "class": "app-plot",
    "aria-hidden": "true",
    "font-family": "sans-serif",
}
_SIZE, _LINE = 14, 17
_BAR, _GAP, _HEADING = 18, 6, 28
_LABELS, _VALUES = 250, 90
# So many letters of a wide font have room in the name of a bar, of a line at its end, of a small chart, of a row.
_LETTERS, _AT_END, _PANEL_LETTERS, _ROW_LETTERS = 28, 23, 32, 100


class TooMuchToDraw(ValueError):
    """A chart that nobody could read; the message says what to do instead."""


@dataclass(frozen=True)
class PlotFrame:
    """Where a plot lies in the picture, and the values at its bottom and its top."""

    x: float
    y: float
    width: float
    height: float
    low: float
    high: float

    def up(self, value: float) -> float:
        """The height of a value, from the top of the picture."""
        return self.y + self.height * (self.high - value) / (self.high - self.low)

    def along(self, value: float) -> float:
        """The place of a value from left to right."""
        return self.x + self.width * (value - self.low) / (self.high - self.low)


def plot(table: ExploreTable, chart: str) -> Element | None:
    """The picture of a table; None for a table only, or where there is nothing to draw. Raises TooMuchToDraw."""
    if chart == TABLE or not any(cell.size for row in table.cells for cell in row):
        return None
    return {BARS: _bars, LINES: _lines, MULTIPLES: _multiples}[chart](table)


def as_text(picture: Element) -> str:
    """A picture as it stands in a page or a file."""
    return tostring(picture, encoding="unicode", short_empty_elements=True)


def _tick_words(value: float) -> str:
    words = f"{value:,.0f}" if abs(value - round(value)) < 1e-9 else f"{value:,.10g}"
    return words.replace("-", "−")


def _canvas(height: float) -> Element:
    size = {"width": str(WIDTH), "height": f"{height:.0f}", "viewBox": f"0 0 {WIDTH} {height:.0f}"}
    return Element("svg", {**size, **_LOOK})


def _write(
    picture: Element, x: float, y: float, words: str | Sequence[str], anchor: str = "start", *, bold: bool = False
) -> Element:
    """Words in one line or several, the first of which stands at `y`."""
    said = {"x": _n(x), "y": _n(y), "font-size": str(_SIZE), "fill": INK, "text-anchor": anchor}
    element = SubElement(picture, "text", {**said, **({"font-weight": "bold"} if bold else {})})
    first, *more = [words] if isinstance(words, str) else words
    element.text = first
    for line in more:
        SubElement(element, "tspan", {"x": _n(x), "dy": str(_LINE)}).text = line
    return element


def _rule(picture: Element, x1: float, y1: float, x2: float, y2: float) -> None:
    SubElement(
        picture, "path", {"d": f"M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}", "stroke": LINE, "class": "app-plot__rule"}
    )


def _mark(parent: Element, tag: str, series: int, says: str, *, is_part: bool = False, **attributes: str) -> Element:
    """A mark of one number, which says it when it is pointed at. That of a time that is not whole is outlined."""
    colour = COLOURS[series % len(COLOURS)]
    css, look = f"app-plot__{series % len(COLOURS) + 1}", {"fill": colour}
    if is_part:
        css, look = f"{css} app-plot__part", {"fill": "#ffffff", "stroke": colour, "stroke-width": "2"}
    mark = SubElement(parent, tag, {**look, "class": css, **attributes})
    SubElement(mark, "title").text = says
    return mark


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _lines_of(words: str, letters: int) -> list[str]:
    """A name in as many lines as it takes, broken after a space or a stroke: cut off, two could be alike."""
    lines = [""]
    for piece in _PIECES.findall(words):
        if lines[-1] and len(f"{lines[-1]}{piece}".rstrip()) > letters:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def _says(row: str, column: str, cell: Cell) -> str:
    return f"{row}{f', {column}' if column else ''}: {cell.words}"


def _range(cells: Sequence[Cell], lines: int = 5) -> tuple[float, float]:
    """The ends of a scale with about so many lines."""
    sizes = [cell.size for cell in cells if cell.size is not None]
    marks = ticks(min(0.0, *sizes, 0.0), max(0.0, *sizes, 0.0), lines)
    return marks[0], marks[-1]


def _bars(table: ExploreTable) -> Element:
    """Bars lying under each other; with columns, those of a row under its name."""
    many = len(table.columns) > 1
    number = len(table.rows) * len(table.columns)
    if number > MOST_BARS:
        raise TooMuchToDraw(f"{number:,} bars are too many to read. Choose fewer areas, other columns or a table.")
    groups = [_group(table, place) for place in range(len(table.rows))]
    headings = [_lines_of(row, _ROW_LETTERS) if many else [] for row in table.rows]
    top = 34
    height = top + sum(map(_heading_room, headings)) + sum(bar.room for group in groups for bar in group) + 8
    low, high = _range([cell for row in table.cells for cell in row])
    frame = PlotFrame(_LABELS, top, WIDTH - _LABELS - _VALUES, height - top - 8, low, high)
    picture = _canvas(height)
    for value in ticks(low, high):
        x = frame.along(value)
        _rule(picture, x, top - 6, x, height - 8)
        _write(picture, x, top - 12, _tick_words(value), "middle")
    y: float = top
    for heading, group in zip(headings, groups, strict=True):
        if heading:
            _write(picture, 0, y + _HEADING - 9, heading, bold=True)
        y += _heading_room(heading)
        for bar in group:
            _bar(picture, frame, y, bar)
            y += bar.room
    return picture


def _heading_room(heading: Sequence[str]) -> int:
    return _HEADING + _LINE * (len(heading) - 1) if heading else 0


def _group(table: ExploreTable, place: int) -> list["_Bar"]:
    """The bars of one row."""
    many, row = len(table.columns) > 1, table.rows[place]
    is_part = table.row_keys[place] in table.row_parts
    keys = table.column_keys
    return [
        _Bar(
            _says(row, column, cell),
            _lines_of(column if many else row, _LETTERS),
            cell,
            series if many else 0,
            is_part or keys[series] in table.column_parts,
        )
        for series, (column, cell) in enumerate(zip(table.columns, table.cells[place], strict=True))
    ]


@dataclass(frozen=True)
class _Bar:
    """One bar: what it says, the lines of its name, its number, which colour it has, and whether its time is whole."""

    says: str
    name: Sequence[str]
    cell: Cell
    series: int
    is_part: bool

    @property
    def room(self) -> int:
        """Its height with its name's and the gap below."""
        return max(_BAR, _LINE * len(self.name)) + _GAP


def _bar(picture: Element, frame: PlotFrame, y: float, bar: _Bar) -> None:
    _write(picture, _LABELS - 10, y + _BAR - 4, bar.name, "end")
    end = frame.along(0)
    if bar.cell.size is not None:
        start, end = sorted((frame.along(0), frame.along(bar.cell.size)))
        shape = {"x": _n(start), "y": _n(y), "width": _n(max(end - start, 0.5)), "height": str(_BAR)}
        _mark(picture, "rect", bar.series, bar.says, is_part=bar.is_part, **shape)
    _write(picture, end + 6, y + _BAR - 4, bar.cell.words)


@dataclass(frozen=True)
class _Series:
    """One line or panel: its name, and its cells along the other dimension."""

    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class _Place:
    """One place from left to right, and whether its time is whole."""

    name: str
    is_part: bool = False


def _along_time(table: ExploreTable) -> tuple[Sequence[_Place], list[_Series]]:
    """What goes from left to right, and the series: the rows are the former where they are a time, else the columns."""
    if table.asked.rows.is_time or table.asked.columns is None or not table.asked.columns.is_time:
        series = [_Series(name, [row[x] for row in table.cells]) for x, name in enumerate(table.columns)]
        return _places(table.rows, table.row_keys, table.row_parts), series
    series = [_Series(name, row) for name, row in zip(table.rows, table.cells, strict=True)]
    return _places(table.columns, table.column_keys, table.column_parts), series


def _places(names: Sequence[str], keys: Sequence[Key], parts: Collection[Key]) -> list[_Place]:
    return [_Place(name, key in parts) for name, key in zip(names, keys, strict=True)]


def _lines(table: ExploreTable) -> Element:
    places, series = _along_time(table)
    if len(series) > MOST_LINES:
        raise TooMuchToDraw(f"{len(series):,} lines are too many to tell apart. Small multiples show them.")
    height, right = 390, 220 if len(series) > 1 else 24
    low, high = _range([cell for each in series for cell in each.cells])
    frame = PlotFrame(70, 16, WIDTH - 70 - right, height - 80, low, high)
    picture = _canvas(height)
    _axes(picture, frame, places)
    for number, each in enumerate(series):
        _line(picture, frame, number, each, places)
    if len(series) > 1:
        _name_lines(picture, frame, series)
    return picture


def _name_lines(picture: Element, frame: PlotFrame, series: Sequence[_Series]) -> None:
    """Names at the ends of lines, from the top: as near as they do not cover each other, and none below the axis."""
    ends = [next((cell.size for cell in reversed(each.cells) if cell.size is not None), None) for each in series]
    order = sorted((frame.up(end) + 5, number) for number, end in enumerate(ends) if end is not None)
    names = [_lines_of(series[number].name, _AT_END) for _, number in order]
    lowest, y = frame.y + frame.height + 5, 0.0
    for place, ((wanted, number), lines) in enumerate(zip(order, names, strict=True)):
        below = _LINE * (sum(map(len, names[place:])) - 1)
        y = max(y, min(wanted, lowest - below))
        name = _write(picture, frame.x + frame.width + 12, y, lines)
        name.set("fill", COLOURS[number])
        name.set("class", f"app-plot__{number + 1}")
        y += _LINE * len(lines)


def _axes(picture: Element, frame: PlotFrame, places: Sequence[_Place], *, most: int = 12, lines: int = 5) -> None:
    for value in ticks(frame.low, frame.high, lines):
        y = frame.up(value)
        _rule(picture, frame.x, y, frame.x + frame.width, y)
        _write(picture, frame.x - 8, y + 5, _tick_words(value), "end")
    step, year = math.ceil(len(places) / most), ""
    for place in range(0, len(places), step):
        x = _across(frame, place, len(places))
        first, *more = _brief(places[place].name)
        # The year beneath the month where it is new.
        said = [first, *(each for each in more if each != year)]
        year = more[-1] if more else year
        _write(picture, x, frame.y + frame.height + 20, said, "middle")


def _across(frame: PlotFrame, place: int, number: int) -> float:
    return frame.x + frame.width * (place + 0.5) / number


def _brief(words: str) -> list[str]:
    """A month, week, weekday or hour where room is short: Oct and 2024, 7 Oct, Mon, 10pm."""
    words = words.removeprefix("Week of ").split(" to ")[0].split(" (")[0]
    parts = words.split(" ")
    if len(parts) == 3:
        return [f"{parts[0]} {parts[1][:3]}"]
    if len(parts) == 2 and parts[1].isdigit():
        return [parts[0][:3], parts[1]]
    return [" ".join([parts[0][:3] if parts[0].isalpha() else parts[0], *parts[1:]])]


def _line(picture: Element, frame: PlotFrame, number: int, series: _Series, places: Sequence[_Place]) -> None:
    """A line that breaks where there is no number, and where a time is not whole, with a dot for each."""
    points = [
        None if cell.size is None else (_across(frame, place, len(places)), frame.up(cell.size))
        for place, cell in enumerate(series.cells)
    ]
    path, is_drawn = "", False
    for point, place in zip(points, places, strict=True):
        is_whole = point is not None and not place.is_part
        path += f"{'L' if is_drawn else 'M'}{_n(point[0])} {_n(point[1])}" if point and is_whole else ""
        is_drawn = is_whole
    css = f"app-plot__line app-plot__{number % len(COLOURS) + 1}"
    colour = COLOURS[number % len(COLOURS)]
    SubElement(picture, "path", {"d": path, "fill": "none", "stroke": colour, "stroke-width": "2.5", "class": css})
    for point, place, cell in zip(points, places, series.cells, strict=True):
        if point:
            at = {"cx": _n(point[0]), "cy": _n(point[1]), "r": "4"}
            _mark(picture, "circle", number, _says(series.name, place.name, cell), is_part=place.is_part, **at)


def _multiples(table: ExploreTable) -> Element:
    """A small chart of upright bars for each series, all on one scale, each a picture of its own within the picture."""
    places, series = _along_time(table)
    if len(series) > MOST_PANELS:
        raise TooMuchToDraw(f"{len(series):,} small charts are too many to compare. Choose fewer, or a table.")
    across, lines = 3, 3
    names = [_lines_of(each.name, _PANEL_LETTERS) for each in series]
    above = 20 + _LINE * max(map(len, names))
    wide, tall = WIDTH / across, above + 186
    low, high = _range([cell for each in series for cell in each.cells], lines)
    picture = _canvas(math.ceil(len(series) / across) * tall)
    for number, (each, name) in enumerate(zip(series, names, strict=True)):
        size = {"width": _n(wide), "height": _n(tall), "viewBox": f"0 0 {_n(wide)} {_n(tall)}"}
        at = {"x": _n(number % across * wide), "y": _n(number // across * tall)}
        panel = SubElement(picture, "svg", {**at, **size})
        _write(panel, 4, 16, name, bold=True)
        frame = PlotFrame(62, above, wide - 80, 124, low, high)
        _axes(panel, frame, places, most=4, lines=lines)
        _sticks(panel, frame, each, places)
    return picture


def apart(picture: Element) -> list[Element]:
    """The small charts of a picture, to stand beside each other as there is room; else the picture itself."""
    panels = picture.findall("svg")
    for panel in panels:
        panel.attrib = {**_LOOK, **{name: panel.attrib[name] for name in ("width", "height", "viewBox")}}
        panel.set("class", f"{_LOOK['class']} app-plot--small")
    return panels or [picture]


def _sticks(picture: Element, frame: PlotFrame, series: _Series, places: Sequence[_Place]) -> None:
    width = frame.width / len(places)
    for number, (place, cell) in enumerate(zip(places, series.cells, strict=True)):
        if cell.size is not None:
            top, bottom = sorted((frame.up(cell.size), frame.up(0)))
            shape = {"x": _n(frame.x + width * (number + 0.1)), "y": _n(top), "width": _n(width * 0.8)}
            shape["height"] = _n(max(bottom - top, 0.5))
            _mark(picture, "rect", 0, _says(series.name, place.name, cell), is_part=place.is_part, **shape)
