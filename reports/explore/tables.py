"""The answer as a table: values in words, with totals, and small numbers of people withheld."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import or_

from hotspot.core import wording
from hotspot.core.calendar import Period
from reports.explore.counting import NOTHING_COUNTED, ExploreScope, Number, Numbers, numbers
from reports.explore.criteria import CHANGE, RATES, SHARE, SORTED, ExploreCriteria
from reports.explore.dimensions import DIMENSIONS, MONTH, WEEK, Key
from reports.explore.suppression import HiddenCells, withheld_cells
from reports.explore.values import Names, as_kept, axis, kept_days, parts
from reports.figures.comparisons import Other
from reports.figures.formatting import Value, ratio, share, text
from reports.figures.measures import SMALLEST_BASE

IN_ALL = "All"
_UNSPLIT: tuple[None] = (None,)
NOT_SHOWN_ON_PAGES = "withheld"
OF_FEW = "†"
"""After a rate that rests on few. Not brackets, in which accounts and spreadsheets have negative numbers."""


@dataclass(frozen=True)
class Cell:
    """One number. `value` is None where there is none to say: without patrols, or of too few. `size` is for charts.

    `is_withheld`: it is so small that somebody could be recognised. `is_uncertain`: a rate of fewer than 20.
    """

    value: Value
    size: float | None = None
    is_withheld: bool = False
    is_uncertain: bool = False

    @property
    def words(self) -> str:
        """1.2† for a rate of few, and whether it is withheld."""
        if self.is_withheld:
            return NOT_SHOWN_ON_PAGES
        words = text(self.value)
        return f"{words}{OF_FEW}" if self.is_uncertain and self.value is not None else words


WITHHELD = Cell(None, is_withheld=True)


@dataclass(frozen=True)
class ExploreTable:
    """Cells by row and column. Without a second dimension there is one column, of the measure.

    `totals` are the last cell of each row, empty where there are no columns; `foot` is the last row. `row_keys` and
    `column_keys` are the values of rows and columns as they are in the database. `is_empty`: nothing was counted at
    all. `compared_with` says what a change is from. `row_parts` and `column_parts` are the weeks or months that are not
    whole.
    """

    asked: ExploreCriteria
    days: Period
    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[Cell]]
    totals: Sequence[Cell]
    foot: Sequence[Cell]
    row_keys: Sequence[Key] = ()
    column_keys: Sequence[Key] = ()
    is_empty: bool = False
    compared_with: str = ""
    row_parts: Collection[Key] = ()
    column_parts: Collection[Key] = ()

    @property
    def has_parts(self) -> bool:
        return bool(self.row_parts or self.column_parts)

    @property
    def has_uncertain(self) -> bool:
        return any(cell.is_uncertain for row in (*self.cells, self.totals, self.foot) for cell in row)

    @property
    def has_withheld(self) -> bool:
        return any(cell.is_withheld for row in (*self.cells, self.totals, self.foot) for cell in row)


@dataclass(frozen=True)
class _Counted:
    """What was counted by row and column, what a rate is of, and what it is compared with, by the same."""

    numbers: Numbers
    bases: Numbers
    before: Numbers | None
    has_columns: bool
    base_by: tuple[bool, bool]

    def at(self, rows: Sequence[Key], columns: Sequence[Key]) -> Number:
        return _total(self.numbers, self._keys(rows, columns))

    def before_at(self, rows: Sequence[Key], columns: Sequence[Key]) -> Number:
        return _total(self.before or {}, self._keys(rows, columns))

    def base_at(self, rows: Sequence[Key], columns: Sequence[Key]) -> int:
        """Patrols or their minutes. What they are not split by is the same for every value of it, so counts once."""
        by_row, by_column = self.base_by
        keys = [
            (*((row,) if by_row else ()), *((column,) if by_column else ()))
            for row in (rows if by_row else _UNSPLIT)
            for column in (columns if by_column else _UNSPLIT)
        ]
        return _total(self.bases, keys).number

    def keys_of(self, place: int) -> set[Key]:
        """Every value of rows (0) or columns (1) that something was counted of: here, before, or of what a rate is."""
        keys = {key[place] for key in (*self.numbers, *(self.before or {}))}
        if self.base_by[place]:
            at = sum(self.base_by[:place])
            keys |= {key[at] for key in self.bases}
        return keys

    def _keys(self, rows: Sequence[Key], columns: Sequence[Key]) -> list[tuple[Key, ...]]:
        return [(row, column) if self.has_columns else (row,) for row in rows for column in columns]


def _total(found: Numbers, keys: Sequence[tuple[Key, ...]]) -> Number:
    return sum((found[key] for key in keys if key in found), NOTHING_COUNTED)


def explore(
    asked: ExploreCriteria, *, today: date, other: Other | None = None, compared_with: str = ""
) -> ExploreTable:
    """The table that is asked for. `other` is what it is compared with, for the change from it, and that in words."""
    question = asked.question
    days = question.period.clip(Period(date.min, today)) or question.period
    scope = scope_of(asked)
    counted = numbers(scope, asked.measure, asked.by)
    found = _Counted(
        counted,
        _bases(asked, scope),
        _before(asked, scope, other),
        asked.columns is not None,
        (asked.rows.is_shared, asked.columns is not None and asked.columns.is_shared),
    )
    is_dated = {MONTH, WEEK} & set(asked.by)
    recorded = kept_days(question.programme, days, today=today) if is_dated else None
    rows = axis(asked.rows, question, days, found.keys_of(0), recorded=recorded, today=today)
    columns: Names = {None: ""}
    if asked.columns:
        columns = axis(asked.columns, question, days, found.keys_of(1), recorded=recorded, today=today)
    return replace(
        _table(asked, days, found, rows, columns),
        is_empty=not (counted or found.before),
        compared_with=compared_with if asked.shown == CHANGE else "",
        row_parts=parts(asked.rows, rows, days, recorded=recorded, today=today),
        column_parts=parts(asked.columns, columns, days, recorded=recorded, today=today),
    )


def scope_of(asked: ExploreCriteria) -> ExploreScope:
    """What is counted for a question."""
    question = asked.question
    only = {code: as_kept(DIMENSIONS[code], question.programme, values) for code, values in asked.only.items()}
    return ExploreScope(question.programme, question.period, [area.pk for area in question.areas], only)


def _bases(asked: ExploreCriteria, scope: ExploreScope) -> Numbers:
    """Patrols or patrol minutes by those dimensions that they have too, narrowed by those too."""
    if asked.shown not in RATES:
        return {}
    kept = {code: values for code, values in scope.only.items() if DIMENSIONS[code].is_shared}
    return numbers(replace(scope, only=kept), RATES[asked.shown], [each for each in asked.by if each.is_shared])


def _before(asked: ExploreCriteria, scope: ExploreScope, other: Other | None) -> Numbers | None:
    if asked.shown != CHANGE or other is None:
        return None
    there = replace(scope, programme=other.programme, period=other.period, areas=[area.pk for area in other.areas])
    return numbers(there, asked.measure, asked.by)


def _table(asked: ExploreCriteria, days: Period, found: _Counted, rows: Names, columns: Names) -> ExploreTable:
    downs, acrosses = list(rows), list(columns)
    say = _speaker(asked, found, acrosses)
    cells = [[say([down], [across]) for across in acrosses] for down in downs]
    totals = [say([down], acrosses) for down in downs] if asked.columns else []
    foot = [say(downs, [across]) for across in acrosses] + ([say(downs, acrosses)] if asked.columns else [])
    if asked.is_protected:
        small = asked.question.programme.small
        hidden = _hidden(asked, [[found.at([down], [across]) for across in acrosses] for down in downs], small)
        cells = [
            [WITHHELD if (y, x) in hidden.cells else cell for x, cell in enumerate(row)] for y, row in enumerate(cells)
        ]
        totals = [WITHHELD if y in hidden.rows else cell for y, cell in enumerate(totals)]
        foot = [WITHHELD if x in hidden.columns else cell for x, cell in enumerate(foot)]
    return ExploreTable(asked, days, list(rows.values()), list(columns.values()), cells, totals, foot, downs, acrosses)


def _hidden(asked: ExploreCriteria, counted: Sequence[Sequence[Number]], small: Collection[int]) -> HiddenCells:
    """What is withheld. A find rate tells of those with a find, those without, and all: none may be small."""
    told: list[Callable[[Number], int]] = [lambda each: each.number]
    if asked.measure.is_share:
        told += [lambda each: each.base - each.number, lambda each: each.base]
    each = [withheld_cells([[number(cell) for cell in row] for row in counted], small) for number in told]
    return reduce(or_, each)


def _speaker(
    asked: ExploreCriteria, found: _Counted, columns: Sequence[Key]
) -> Callable[[Sequence[Key], Sequence[Key]], Cell]:
    """What says the cell of some rows and some columns."""

    def say(rows: Sequence[Key], of: Sequence[Key]) -> Cell:
        number = found.at(rows, of)
        if asked.shown == CHANGE:
            return _change(asked, number, found.before_at(rows, of))
        if asked.measure.is_share:
            return _as_share(number.number, number.base, of=number.base)
        if asked.shown == SHARE:
            whole = found.at(rows, columns) if asked.columns else found.at([key[0] for key in found.numbers], of)
            return _as_share(number.number, whole.number, of=_said(asked, whole.number))
        if asked.shown in RATES:
            return _rate(asked, number.number, found.base_at(rows, of))
        said = _said(asked, number.number)
        return Cell(said, said)

    return say


def _said(asked: ExploreCriteria, number: int) -> int:
    return wording.hours(number) if asked.measure.is_minutes else number


def _as_share(part: int, whole: int, *, of: int) -> Cell:
    """A percentage; None of so few (`of`, as they are said) that it would say more than is known."""
    said = ratio(part, whole, 100, 0) if of >= SMALLEST_BASE else None
    return Cell(said, None if said is None else float(said), is_uncertain=said is None and whole > 0)


def _rate(asked: ExploreCriteria, number: int, base: int) -> Cell:
    """For every 100 patrol hours (of a base in minutes), or for every 100 patrols."""
    base_measure = RATES[asked.shown]
    times = 100 * (60 if base_measure.is_minutes else 1)
    said = ratio(number, base * (60 if asked.measure.is_minutes else 1), times)
    is_count = not asked.measure.is_minutes
    return Cell(
        said,
        None if said is None else float(said),
        is_uncertain=is_count and said is not None and number < SMALLEST_BASE,
    )


def _change(asked: ExploreCriteria, now: Number, before: Number) -> Cell:
    """The difference, in percentage points of a share."""
    if asked.measure.is_share:
        shares = share(now.number, now.base), share(before.number, before.base)
        if None in shares:
            return Cell(None)
        points = shares[0] - shares[1]  # type: ignore[operator]
        return Cell(points, float(points))
    difference = _said(asked, now.number) - _said(asked, before.number)
    return Cell(difference, difference)


def in_order(table: ExploreTable) -> ExploreTable:
    """The same with its rows as the address asks for; months and other times by themselves in their own order."""
    places = range(len(table.rows))
    names = places if table.asked.rows.is_time else table.rows
    totals = [[total.size] for total in table.totals] or [[] for _ in places]
    values = [[names[at], *(cell.size for cell in table.cells[at]), *totals[at]] for at in places]
    order = table.asked.sorting.in_order(SORTED, places, values)
    return replace(
        table,
        rows=[table.rows[at] for at in order],
        cells=[table.cells[at] for at in order],
        totals=[table.totals[at] for at in order] if table.totals else [],
        row_keys=[table.row_keys[at] for at in order],
    )
