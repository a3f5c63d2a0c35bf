"""One row of a file by the names of its columns, with everything that is wrong with its cells."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotspot.core.errors import DomainError, EntryWarning
from hotspot.core.text import clean_line, clean_lines

# What workbook.py writes for a formula that nothing worked out.
NO_VALUE = "#FORMULA"
_ERRORS = frozenset(
    ("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!")
) | frozenset(("#CONNECT!", "#UNKNOWN!", "#BUSY!", "#EXTERNAL!", "#PYTHON!", "#ERROR!", "#GETTING_DATA"))
_LIBRE_OFFICE_ERROR = re.compile(r"Err:5[0-9]{2}", re.ASCII)


@dataclass(frozen=True)
class CellProblem:
    """Something about one cell of one row.

    `column` is the column's name, `value` what the cell says, `place` what a spreadsheet calls the cell, like E5.
    """

    row: int
    column: str
    value: str
    code: str
    message: str
    place: str = ""


class BadRow(Exception):
    """A row that cannot be read, with everything that is wrong with it."""

    def __init__(self, problems: Sequence[CellProblem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


class Cells:
    """One row by the names of its columns. Collects what is wrong with its cells while they are read."""

    def __init__(self, number: int, cells: Sequence[str], columns: Mapping[str, int]) -> None:
        self.number = number
        self.cells, self._columns = cells, columns
        self.problems: list[CellProblem] = []
        self.warnings: list[CellProblem] = []

    def text(self, name: str) -> str:
        place = self._columns.get(name, -1)
        if not 0 <= place < len(self.cells):
            return ""
        clean = clean_lines if name == "note" else clean_line
        return clean(self.cells[place])

    def read(self, name: str, parse: Callable[[str], Any], default: Any = None) -> Any:
        """What the cell says, or the default after noting why it cannot be read."""
        try:
            return parse(self.text(name))
        except DomainError as error:
            self.note(error, name)
            return default

    def note(self, error: DomainError, name: str = "") -> None:
        """Keep an error with the column that it is about."""
        self.problems.append(self._problem(error.code, error.message, error.field or name))

    def warn(self, warning: EntryWarning, name: str) -> None:
        """Keep what is unusual about a cell, for a person to read before the row is written."""
        self.warnings.append(self._problem(warning.code, warning.message, name))

    def _problem(self, code: str, message: str, field: str) -> CellProblem:
        column = field if field in self._columns else self._column_of(field)
        place = self._columns.get(column, -1)
        cell = cell_name(self.number, place) if place >= 0 else ""
        return CellProblem(self.number, column, self.text(column), code, message, cell)

    def check(self, width: int) -> None:
        """Raise BadRow for cells further right than the headers go, and for errors in cells of the columns."""
        for place, text in enumerate(self.cells[width:], start=width):
            if text:
                name = cell_name(self.number, place)
                message = f"Cell {name} has a value, but its column has no header. Give it one, or clear the cell."
                self.problems.append(CellProblem(self.number, "", text, "too_many_cells", message, name))
        for name, place in self._columns.items():
            if place < len(self.cells) and (error := cell_error(self.cells[place], self.number, place)):
                self.note(error, name)
        if self.problems:
            raise BadRow(self.problems)

    def _column_of(self, field: str) -> str:
        """Rules speak of the crew and of the external record as one; a file has a column for each part of it."""
        beginnings = {
            "crew": ("crew_", "collars_"),
            "external": ("external_reference",),
            "night": ("night", "start"),
            "start": ("start", "times", "night"),
            "end": ("end", "times"),
        }
        wanted = beginnings.get(field, (field,))
        return next((name for name in self._columns if name.startswith(wanted)), field)


def cell_name(row: int, place: int) -> str:
    """What a spreadsheet calls a cell: the first one of the first row is A1. `place` counts from 0."""
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def cell_error(text: str, row: int, place: int) -> DomainError | None:
    """What a cell has that holds an error or a formula without a value, else None."""
    if text[:1] not in ("#", "E"):
        return None
    if text == NO_VALUE:
        message = "This cell has a formula without a value. Open the file in Excel, save it, and send it again."
        return DomainError("formula_without_value", message)
    if text.upper() in _ERRORS or _LIBRE_OFFICE_ERROR.fullmatch(text):
        message = f"Cell {cell_name(row, place)} holds the error {text}. Correct it in the spreadsheet."
        return DomainError("cell_error", message)
    return None
