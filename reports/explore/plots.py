"""Tables as charts: SVG with axes, which pages show as it is and files keep."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from reports.explore.criteria import BARS, LINES, MULTIPLES, TABLE
from reports.explore.tables import Cell, ExploreTable
from reports.figures.scales import ticks

WIDTH = 960
COLOURS = ("#12436d", "#c1440e", "#1e7f7a", "#801650", "#3d3d3d", "#6a5acd")
"""Of the Analysis Function's palette for categories, dark enough for text on white. Pages give them again by class."""
INK, LINE = "#0b0c0c", "#b1b4b6"
MOST_BARS, MOST_LINES, MOST_PANELS = 150, len(COLOURS), 24
_SIZE = 14
_BAR, _GAP, _HEADING = 18, 6, 28
_LABELS, _VALUES = 250, 90
_LETTERS = 32


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
    return f"{value:,.0f}" if abs(value - round(value)) < 1e-9 else f"{value:,.10g}"


def _canvas(height: float) -> Element:
    size = {"width": str(WIDTH), "height": f"{height:.0f}", "viewBox": f"0 0 {WIDTH} {height:.0f}"}
    look = {"class": "app-plot", "aria-hidden": "true", "font-family": "sans-serif"}
    return Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size, **look})


def _write(picture: Element, x: float, y: float, words: str, anchor: str = "start", *, bold: bool = False) -> Element:
    said = {"x": _n(x), "y": _n(y), "font-size": str(_SIZE), "fill": INK, "text-anchor": anchor}
    element = SubElement(picture, "text", {**said, **({"font-weight": "bold"} if bold else {})})
    element.text = words
    return element


def _rule(picture: Element, x1: float, y1: float, x2: float, y2: float) -> None:
    SubElement(
        picture, "path", {"d": f"M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}", "stroke": LINE, "class": "app-plot__rule"}
    )


def _mark(parent: Element, tag: str, series: int, says: str, **attributes: str) -> Element:
    """A mark of one number, which says it when it is pointed at."""
    colour = COLOURS[series % len(COLOURS)]
    mark = SubElement(parent, tag, {"fill": colour, "class": f"app-plot__{series % len(COLOURS) + 1}", **attributes})
    SubElement(mark, "title").text = says
    return mark


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _short(words: str, most: int = _LETTERS) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def _says(row: str, column: str, cell: Cell) -> str:
    return f"{row}{f', {column}' if column else ''}: {cell.words}"


def _range(cells: Sequence[Cell]) -> tuple[float, float]:
    sizes = [cell.size for cell in cells if cell.size is not None]
    marks = ticks(min(0.0, *sizes, 0.0), max(0.0, *sizes, 0.0))
    return marks[0], marks[-1]


def _bars(table: ExploreTable) -> Element:
    """Bars lying under each other; with columns, those of a row under its name."""
    many = len(table.columns) > 1
    number = len(table.rows) * len(table.columns)
    if number > MOST_BARS:
        raise TooMuchToDraw(f"{number:,} bars are too many to read. Choose fewer areas, other columns or a table.")
    top, each = 34, _BAR + _GAP
    height = top + sum(len(table.columns) * each + (_HEADING if many else 0) for _ in table.rows) + 8
    low, high = _range([cell for row in table.cells for cell in row])
    frame = PlotFrame(_LABELS, top, WIDTH - _LABELS - _VALUES, height - top - 8, low, high)
    picture = _canvas(height)
    for value in ticks(low, high):
        x = frame.along(value)
        _rule(picture, x, top - 6, x, height - 8)
        _write(picture, x, top - 12, _tick_words(value), "middle")
    y: float = top
    for row, cells in zip(table.rows, table.cells, strict=True):
        if many:
            _write(picture, 0, y + _HEADING - 9, _short(row, 100), bold=True)
            y += _HEADING
        for series, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
            bar = _Bar(_says(row, column, cell), column if many else row, cell, series if many else 0)
            _bar(picture, frame, y, bar)
            y += each
    return picture


@dataclass(frozen=True)
class _Bar:
    """One bar: what it says, its name, its number, and which colour it has."""

    says: str
    name: str
    cell: Cell
    series: int


def _bar(picture: Element, frame: PlotFrame, y: float, bar: _Bar) -> None:
    _write(picture, _LABELS - 10, y + _BAR - 4, _short(bar.name), "end")
    end = frame.along(0)
    if bar.cell.size is not None:
        start, end = sorted((frame.along(0), frame.along(bar.cell.size)))
        shape = {"x": _n(start), "y": _n(y), "width": _n(max(end - start, 0.5)), "height": str(_BAR)}
        _mark(picture, "rect", bar.series, bar.says, **shape)
    _write(picture, end + 6, y + _BAR - 4, bar.cell.words)


@dataclass(frozen=True)
class _Series:
    """One line or panel: its name, and its cells along the other dimension."""

    name: str
    cells: Sequence[Cell]


def _along_time(table: ExploreTable) -> tuple[Sequence[str], list[_Series]]:
    """What goes from left to right, and the series: the rows are the former where they are a time, else the columns."""
    if table.asked.rows.is_time or table.asked.columns is None or not table.asked.columns.is_time:
        series = [_Series(name, [row[x] for row in table.cells]) for x, name in enumerate(table.columns)]
        return table.rows, series
    return table.columns, [_Series(name, row) for name, row in zip(table.rows, table.cells, strict=True)]


def _lines(table: ExploreTable) -> Element:
    places, series = _along_time(table)
    if len(series) > MOST_LINES:
        raise TooMuchToDraw(f"{len(series):,} lines are too many to tell apart. Small multiples show them.")
    height, right = 380, 190 if len(series) > 1 else 24
    low, high = _range([cell for each in series for cell in each.cells])
    frame = PlotFrame(70, 16, WIDTH - 70 - right, height - 70, low, high)
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
    lowest, line, y = frame.y + frame.height + 5, _SIZE + 2, -float(_SIZE)
    for place, (wanted, number) in enumerate(order):
        y = max(y + line, min(wanted, lowest - line * (len(order) - 1 - place)))
        name = _write(picture, frame.x + frame.width + 12, y, _short(series[number].name, 22))
        name.set("fill", COLOURS[number])
        name.set("class", f"app-plot__{number + 1}")


def _axes(picture: Element, frame: PlotFrame, places: Sequence[str], *, most: int = 12, lines: int = 5) -> None:
    for value in ticks(frame.low, frame.high, lines):
        y = frame.up(value)
        _rule(picture, frame.x, y, frame.x + frame.width, y)
        _write(picture, frame.x - 8, y + 5, _tick_words(value), "end")
    step = math.ceil(len(places) / most)
    for place in range(0, len(places), step):
        x = _across(frame, place, len(places))
        _write(picture, x, frame.y + frame.height + 20, _brief(places[place]), "middle")


def _across(frame: PlotFrame, place: int, number: int) -> float:
    return frame.x + frame.width * (place + 0.5) / number


def _brief(words: str) -> str:
    """A month, week, weekday or hour where room is short: Oct 2024, 7 Oct, Mon, 10pm."""
    words = words.removeprefix("Week of ").split(" to ")[0].split(" (")[0]
    parts = words.split(" ")
    if len(parts) == 3:
        return f"{parts[0]} {parts[1][:3]}"
    return " ".join([parts[0][:3] if parts[0].isalpha() else parts[0], *parts[1:]])


def _line(picture: Element, frame: PlotFrame, number: int, series: _Series, places: Sequence[str]) -> None:
    """A line that breaks where there is no number, with a dot for each."""
    points = [
        None if cell.size is None else (_across(frame, place, len(places)), frame.up(cell.size))
        for place, cell in enumerate(series.cells)
    ]
    path, is_drawn = "", False
    for point in points:
        path += f"{'L' if is_drawn else 'M'}{_n(point[0])} {_n(point[1])}" if point else ""
        is_drawn = point is not None
    css = f"app-plot__line app-plot__{number % len(COLOURS) + 1}"
    colour = COLOURS[number % len(COLOURS)]
    SubElement(picture, "path", {"d": path, "fill": "none", "stroke": colour, "stroke-width": "2.5", "class": css})
    for point, place, cell in zip(points, places, series.cells, strict=True):
        if point:
            _mark(picture, "circle", number, _says(series.name, place, cell), cx=_n(point[0]), cy=_n(point[1]), r="4")


def _multiples(table: ExploreTable) -> Element:
    """A small chart of upright bars for each series, all on one scale."""
    places, series = _along_time(table)
    if len(series) > MOST_PANELS:
        raise TooMuchToDraw(f"{len(series):,} small charts are too many to compare. Choose fewer, or a table.")
    across, panel, tall = 3, WIDTH / 3, 220
    low, high = _range([cell for each in series for cell in each.cells])
    picture = _canvas(math.ceil(len(series) / across) * tall)
    for number, each in enumerate(series):
        x, y = number % across * panel, number // across * tall
        _write(picture, x + 4, y + 16, _short(each.name, 36), bold=True)
        frame = PlotFrame(x + 62, y + 44, panel - 80, tall - 96, low, high)
        _axes(picture, frame, places, most=4, lines=3)
        _sticks(picture, frame, each, places)
    return picture


def _sticks(picture: Element, frame: PlotFrame, series: _Series, places: Sequence[str]) -> None:
    width = frame.width / len(places)
    for place, (name, cell) in enumerate(zip(places, series.cells, strict=True)):
        if cell.size is not None:
            top, bottom = sorted((frame.up(cell.size), frame.up(0)))
            shape = {"x": _n(frame.x + width * (place + 0.1)), "y": _n(top), "width": _n(width * 0.8)}
            _mark(picture, "rect", 0, _says(series.name, name, cell), **shape, height=_n(max(bottom - top, 0.5)))
