"""Imports of a finance system's files in words and table rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspots.amounts import pounds
from hotspots.ledger.import_rows import RowReport
from hotspots.models import SpendImport

IMPORT_COLUMNS = [{"label": label} for label in ("File", "Uploaded", "By", "State")]


def import_rows(imports: Iterable[SpendImport]) -> list[list[Any]]:
    """The list of files."""
    return [
        [
            {"url": reverse("ledger:import_file", args=(each.pk,)), "text": each.file.name},
            wording.moment(each.created_at),
            each.by.name,
            _state(each),
        ]
        for each in imports
    ]


def _state(each: SpendImport) -> dict[str, str]:
    if each.undone_at:
        return {"text": "Undone", "colour": "grey"}
    return {"text": "Imported", "colour": "green"} if each.written_at else {"text": "Not imported", "colour": "yellow"}


def import_facts(found: SpendImport, entries: int) -> list[dict[str, str]]:
    """What became of a file."""
    rows = [("File", found.file.name), ("Entries", f"{entries:,}")]
    if found.written_at:
        rows.append(("Imported", f"{wording.moment(found.written_at)} by {found.by}"))
    if found.undone_at:
        rows.append(("Undone", f"{wording.moment(found.undone_at)} by {found.undone_by}"))
    return [{"key": key, "value": value} for key, value in rows]


def report_summary(rows: Sequence[RowReport]) -> list[dict[str, str]]:
    """How many rows become what."""
    numbers = {
        "New": sum(row.is_new for row in rows),
        "Here already": sum(row.is_known for row in rows),
        "Wrong": sum(bool(row.error) for row in rows),
        "Totals": sum(row.is_total for row in rows),
    }
    words = {key: wording.plural(number, "row") for key, number in numbers.items()}
    words["Here already"] += ", by reference, date and amount"
    words["Totals"] += ", left out"
    if twice := sum(row.like is not None for row in rows):
        words["New"] += f", {twice:,} of them like a row above: check that nothing is in the file twice"
    return [{"key": key, "value": value} for key, value in words.items() if numbers[key] or key != "Totals"]


REPORT_COLUMNS = [
    {"label": "Row"},
    {"label": "What becomes of it"},
    {"label": "Date"},
    {"label": "What for"},
    {"label": "Category and stream"},
    {"label": "Reference"},
    {"label": "Net", "numeric": True},
    {"label": "VAT", "numeric": True},
]


def report_rows(rows: Iterable[RowReport]) -> list[list[Any]]:
    """What each row would become, and how it was understood."""
    return [_report_row(row) for row in rows]


def _becomes(row: RowReport) -> dict[str, str]:
    if row.is_known:
        return {"text": "Here already", "colour": "grey"}
    if row.like is not None:
        return {"text": f"New, like row {row.like:,}", "colour": "yellow"}
    return {"text": "New", "colour": "green"}


def _report_row(row: RowReport) -> list[Any]:
    facts = row.facts
    if facts is None:
        return [f"{row.number:,}", row.error or "Left out: a total of other rows", *([""] * 6)]
    return [
        f"{row.number:,}",
        _becomes(row),
        wording.day(facts.day),
        facts.description,
        f"{facts.category}, {facts.stream}" + (f", {facts.area}" if facts.area else ""),
        facts.reference or facts.supplier,
        pounds(facts.net_pence),
        pounds(facts.vat_pence),
    ]
