"""A submitted return as files, made from its body alone. Made twice they are the same bytes."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from hotspot.core import wording
from hotspot.core.spreadsheets import BOM, XLSX_TYPE, safe_text
from reports.contact.presenters import contact_in_words
from reports.figures.sheets import About, Cell, WorkbookSheet, with_contents
from reports.figures.spreadsheets import xlsx_of
from reports.figures.tables import NOT_SHOWN
from reports.returns.presenters import ALL_AREAS, NOT_OF_ONE, AnsweredReturn, in_words
from reports.returns.sheet_xml import Answer
from reports.returns.sources import DATE_UNIT, POUNDS, RATIO_UNIT, WORDS, YES_NO_UNIT
from reports.returns.workbooks import FunderWorkbook, address_of

HEADER = (
    "return", "sha256", "programme", "first_day", "last_day", "as_at", "definition", "hotspot_area", "row", "asked",
    "counts", "unit", "value", "held_against", "held_against_value",
)  # fmt: skip

_PLACES = {POUNDS: 2, RATIO_UNIT: 1}


def return_csv(answer: AnsweredReturn) -> bytes:
    """One answer a row in CSV, with a byte order mark for Excel. Money is in pounds; nothing where nothing was said."""
    file = io.StringIO()
    file.write(BOM)
    writer = csv.writer(file)
    # Files that were made before there were notes stay as they are.
    has_notes = any(answer.note(row) for row in answer.asked)
    writer.writerow([*HEADER, "note"] if has_notes else HEADER)
    writer.writerows(_rows(answer, has_notes=has_notes))
    return file.getvalue().encode()


def _rows(answer: AnsweredReturn, *, has_notes: bool) -> Iterator[list[object]]:
    body = answer.body
    about = [answer.body["return"], answer.sha256, safe_text(body["programme"])]
    about += [body[name] for name in ("first_day", "last_day", "as_at", "definition")]
    for row in body["rows"]:
        beside = row["beside"] or {}
        against = [beside.get("bound", ""), _plain(beside.get("value"), row["unit"])]
        origin = row["source"] if row["source"] in WORDS else "entered" if row["is_entered"] else row["counts"]
        value = _plain(answer.value(row), row["unit"])
        value = safe_text(value) if isinstance(value, str) else value
        said = [row["code"], safe_text(row["label"]), safe_text(origin)]
        note = [answer.note(row)] if has_notes else []
        yield [*about, "", *said, row["unit"], value, *against, *note]
    for row in body["rows"] if answer.area_rows else []:
        numbers = list(zip(body["area_names"], answer.area_values(row), strict=False))
        numbers += [(NOT_OF_ONE, answer.rest_of(row))] if row.get("in_no_area") else []
        for name, number in numbers:
            said = [row["code"], safe_text(row["label"]), safe_text(row["counts"])]
            empty = [""] * (3 if has_notes else 2)
            yield [*about, safe_text(name), *said, row["unit"], _plain(number, row["unit"]), *empty]


def _plain(value: int | str | None, unit: str) -> int | str | Decimal:
    """An answer as a file says it: pounds and pence of money, tenths of other ratios, dates as ISO has them."""
    if value is None or isinstance(value, str):
        return value or ""
    places = _PLACES.get(unit, 0)
    return Decimal(value).scaleb(-places) if places else value


def return_xlsx(answer: AnsweredReturn) -> bytes:
    """The return for Excel: what it is, its answers, and by hotspot area where that is asked."""
    about = About(answer.title, answer.body["return"], answer.as_at, answer.body["marking"])
    return xlsx_of(with_contents(*_sheets(answer)), about)


def _sheets(answer: AnsweredReturn) -> Iterator[WorkbookSheet]:
    body = answer.body
    yield WorkbookSheet(
        "Cover",
        answer.title,
        [
            body["marking"],
            f"{body['programme']}. Return {body['return']}, counted by definition {body['definition']}.",
            f"Figures as at {wording.moment(answer.as_at)}, {_by_whom(body)}.",
            *([f"This version restates {body['restates']}: {body['reason']}"] if body["restates"] else []),
            *(f"Remarks: {line}" for line in body["remarks"].splitlines() if line.strip()),
            *([f"Questions: {contact_in_words(body)}."] if "contact" in body else []),
            *([f"SHA-256 of the return: {answer.sha256}"] if answer.sha256 else []),
        ],
    )
    lines = ["This sheet has one table. Money is in pounds."]
    if answer.withholds:
        lines.append(f"{NOT_SHOWN} stands for what is told to those who may see records only.")
    yield _answers(answer, lines)
    if answer.area_rows:
        names = [_unique(place, str(column["label"])) for place, column in enumerate(answer.area_columns)]
        notes = [*lines, *answer.area_notes]
        yield WorkbookSheet(
            "By_hotspot_area",
            f"By hotspot area. {answer.title}",
            notes,
            "by_hotspot_area",
            names,
            _by_area(answer),
            has_total=True,
        )


def _by_area(answer: AnsweredReturn) -> list[list[Cell]]:
    """A row for each area, one for what is of none where there is any, and all areas together."""
    counted = [row for row in answer.body["rows"] if row["areas"] is not None]
    columns = [
        [*answer.area_values(row), *([answer.rest_of(row)] if answer.has_rest else []), answer.value(row)]
        for row in counted
    ]
    names = [*answer.body["area_names"], *([NOT_OF_ONE] if answer.has_rest else []), ALL_AREAS]
    return [
        [name, *(_plain(column[place], row["unit"]) for column, row in zip(columns, counted, strict=True))]
        for place, name in enumerate(names)
    ]


def _by_whom(body: Mapping[str, Any]) -> str:
    if "prepared_by" in body:
        return f"prepared by {body['prepared_by']}, approved by {body['submitted_by']}"
    return f"submitted by {body['submitted_by']}"


def _answers(answer: AnsweredReturn, lines: Sequence[str]) -> WorkbookSheet:
    """The sheet of answers: notes above the table, and headings in a column of their own where there are any."""
    header = [str(column["label"]) for column in answer.columns]
    rows: list[list[Cell]] = [
        [label, _in_a_sheet(answer.value(row), row["unit"]), *rest]
        for row, (label, _, *rest) in zip(answer.asked, answer.rows, strict=True)
    ]
    if any(answer.sections):
        header = ["Section", *header]
        rows = [[section, *row] for section, row in zip(answer.sections, rows, strict=True)]
    return WorkbookSheet(
        "Answers", answer.title, [*lines, *(f"Note: {note}" for note in answer.notes)], "answers", header, rows
    )


def _in_a_sheet(value: int | str | None, unit: str) -> Cell:
    return in_words(value, unit) if unit in (DATE_UNIT, YES_NO_UNIT) and value != NOT_SHOWN else _plain(value, unit)


def return_in_workbook(answer: AnsweredReturn, workbook: bytes, cells: Mapping[str, str]) -> bytes:
    """The return in the funder's own workbook: `cells` are those of its rows, by the rows' codes."""
    rows = {row["code"]: row for row in answer.asked}
    answers = {address_of(cell): _in_a_cell(answer, rows[code]) for code, cell in cells.items()}
    return FunderWorkbook(workbook).filled(answers)


def _in_a_cell(answer: AnsweredReturn, row: Mapping[str, Any]) -> Answer:
    value, unit = answer.value(row), row["unit"]
    if value is None or value == NOT_SHOWN:
        return value
    if unit == DATE_UNIT:
        return date.fromisoformat(str(value))
    return in_words(value, unit) if unit == YES_NO_UNIT else _plain(value, unit)


def _unique(place: int, label: str) -> str:
    """A column's heading; a table's must differ, and the funder's words may not."""
    return f"{place}. {label}" if place else label


RETURN_FILES: Mapping[str, tuple[str, str, Callable[[AnsweredReturn], bytes]]] = {
    "xlsx": (
        "For Excel (XLSX)",
        XLSX_TYPE,
        return_xlsx,
    ),
    "csv": ("Every answer in rows (CSV)", "text/csv; charset=utf-8", return_csv),
}
"""The files of a return by their ending: label, type, and what makes it."""
