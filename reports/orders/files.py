"""Statements and invoices as PDF that screen readers can read (PDF/UA), and statements as accessible spreadsheets."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hotspot.core import wording
from hotspot.core.calendar import today
from hotspot.core.spreadsheets import MARKING, XLSX_TYPE, safe_text
from hotspot.core.typesetting import typeset
from reports.figures.sheets import About, Cell, WorkbookSheet, with_contents
from reports.figures.spreadsheets import ods_of, xlsx_of
from reports.models import OrderInvoice
from reports.orders import documents, presenters
from reports.orders.queries import OrderAccount, QuarterAccount

_STATEMENT = Path(__file__).with_name("statement.typ")
_INVOICE = Path(__file__).with_name("invoice.typ")


def statement_title(account: OrderAccount, quarter: QuarterAccount) -> str:
    """What a statement is called."""
    return f"Statement of patrols: {account.order.number}, {documents.quarter_name(quarter.figures.quarter)}"


def _state(quarter: QuarterAccount, at: datetime) -> str:
    if quarter.statement:
        return f"Signed off on {wording.day(today(quarter.statement.signed_at))}"
    return f"Not signed off, as at {wording.moment(at)}"


def _agreed(account: OrderAccount, quarter: QuarterAccount) -> list[dict[str, str]]:
    """What was agreed when the quarter was signed off, or by now."""
    if quarter.statement is None:
        return documents.agreed(account.order)
    found: list[dict[str, str]] = quarter.statement.body["agreed"]
    return found


def statement_pdf(account: OrderAccount, quarter: QuarterAccount, *, at: datetime) -> bytes:
    """A statement of a quarter, set by Typst. One that was signed off is the same whenever it is made."""
    figures = quarter.figures
    said = {
        "marking": MARKING,
        "title": statement_title(account, quarter),
        "state": _state(quarter, at),
        "facts": _entries(_agreed(account, quarter)),
        "tables": [
            _table(
                "By month", presenters.MONTH_COLUMNS, [*presenters.month_rows(figures), presenters.month_foot(figures)]
            ),
            _table("What is due", presenters.LINE_COLUMNS, presenters.line_rows(figures)),
        ],
        "sums": _entries(presenters.sums(figures)),
        "notes": presenters.sentences(account, quarter),
        "day": _day(today(quarter.statement.signed_at if quarter.statement else at)),
    }
    return typeset(_STATEMENT, said)


def invoice_pdf(invoice: OrderInvoice) -> bytes:
    """An invoice or a credit note, set by Typst from what was frozen when it was issued."""
    said = {
        "title": f"{invoice.kind_name} {invoice.reference}",
        "facts": _entries(presenters.invoice_facts(invoice)),
        "tables": [_table("What it is for", presenters.LINE_COLUMNS, presenters.invoice_lines(invoice))],
        "sums": _entries(presenters.invoice_sums(invoice)),
        "day": _day(invoice.issued_on),
    }
    return typeset(_INVOICE, said)


def _day(day: date) -> list[int]:
    return [day.year, day.month, day.day]


def _entries(rows: list[dict[str, str]]) -> list[dict[str, Any]]:
    return [{"key": row["key"], "lines": row["value"].splitlines() or [""]} for row in rows]


def _table(name: str, columns: list[dict[str, Any]], rows: list[list[str]]) -> dict[str, Any]:
    return {"name": name, "header": [column["label"] for column in columns], "rows": rows}


def statement_xlsx(account: OrderAccount, quarter: QuarterAccount, *, at: datetime) -> bytes:
    """A statement for Excel."""
    return xlsx_of(_sheets(account, quarter, at), _about(account, quarter, at))


def statement_ods(account: OrderAccount, quarter: QuarterAccount, *, at: datetime) -> bytes:
    """A statement for LibreOffice and every other spreadsheet."""
    return ods_of(_sheets(account, quarter, at), _about(account, quarter, at))


def _about(account: OrderAccount, quarter: QuarterAccount, at: datetime) -> About:
    made_at = quarter.statement.signed_at if quarter.statement else at
    return About(statement_title(account, quarter), "Statement of patrols", made_at)


def _sheets(account: OrderAccount, quarter: QuarterAccount, at: datetime) -> list[WorkbookSheet]:
    figures = quarter.figures
    facts = [safe_text(f"{row['key']}: {row['value']}".replace("\n", "; ")) for row in _agreed(account, quarter)]
    months: list[list[Cell]] = [
        [wording.month(each.month), _hours(each.ordered), _hours(each.delivered)] for each in figures.months
    ]
    due: list[list[Cell]] = [
        ["Hours of this quarter", _hours(line.minutes), line.minutes, _pounds(line.hour_pence), _pounds(line.pence)]
        for line in figures.lines
    ]
    due += [
        [documents.corrections_to(each.quarter), _hours(each.payable), each.payable, "", _pounds(each.pence)]
        for each in figures.carried
    ]
    sums: list[list[Cell]] = [
        ["Due without VAT", _pounds(figures.total_net)],
        ["VAT", _pounds(figures.vat)],
        ["Due with VAT", _pounds(figures.gross)],
    ]
    lines = [MARKING, _state(quarter, at), *facts, *presenters.sentences(account, quarter)]
    one = ["This sheet has one table."]
    return with_contents(
        WorkbookSheet("Cover", statement_title(account, quarter), lines),
        WorkbookSheet("Months", "By month", one, "months", ["Month", "Hours ordered", "Hours delivered"], months),
        WorkbookSheet(
            "Due", "What is due", one, "due", ["For", "Hours", "Minutes", "Rate an hour (£)", "Amount (£)"], due
        ),
        WorkbookSheet("Sums", "What it comes to", one, "sums", ["What", "Amount (£)"], sums),
    )


def _hours(minutes: int) -> Decimal:
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"))


def _pounds(pence: int) -> Decimal:
    return Decimal(pence).scaleb(-2)


StatementFile = Callable[..., bytes]
FILES: Mapping[str, tuple[StatementFile, str]] = {
    "pdf": (statement_pdf, "application/pdf"),
    "xlsx": (statement_xlsx, XLSX_TYPE),
    "ods": (statement_ods, "application/vnd.oasis.opendocument.spreadsheet"),
}
"""How each kind of file of a statement is made, and its type."""
