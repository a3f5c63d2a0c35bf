"""The files of a statement, made from its body alone: no record is read. Made twice they are the same bytes."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from hotspot.core.spreadsheets import BOM, XLSX_TYPE, safe_text
from reports.digests import canonical
from reports.figures.tables import NOT_RECORDED, NOT_SHOWN
from reports.statements.body import PublishedStatement
from reports.statements.pdf import pdf
from reports.statements.spreadsheets import ods, xlsx

TIDY = {
    "statement": "Reference and version of the statement",
    "sha256": "SHA-256 of the statement's canonical JSON",
    "programme": "The funded programme",
    "first_day": "First London day of the period (ISO 8601)",
    "last_day": "Last London day of the period (ISO 8601)",
    "as_at": "When the figures were frozen (ISO 8601, London's clock)",
    "definition": "Version of the definitions by which it was counted",
    "part": "total, area (one hotspot area) or month (one month of all these areas)",
    "hotspot_area": "Hotspot area, where the part is an area",
    "month": "Month (YYYY-MM), where the part is a month",
    "measure": "Code of the figure",
    "unit": "What is counted",
    "value": f"The figure, a whole number; {NOT_SHOWN} where it is withheld, {NOT_RECORDED} in a month without records",
}


@dataclass(frozen=True)
class FileKind:
    """A kind of file: what it is called, its ending and type, and what makes it."""

    label: str
    ending: str
    content_type: str
    make: Callable[[PublishedStatement], bytes]


@dataclass(frozen=True)
class Made:
    """A file: its kind's code, name and bytes."""

    kind: str
    name: str
    content: bytes


def make_files(release: PublishedStatement) -> list[Made]:
    """Every file of a published statement."""
    return [Made(code, file_name(release, kind), kind.make(release)) for code, kind in KINDS.items()]


def file_name(release: PublishedStatement, kind: FileKind) -> str:
    """operation-hotspot-2024-25-figures-2024-12-10-v1.csv: lower case and dashes."""
    programme = slugify(release.body["programme"].replace("/", "-"))[:60]
    return f"{programme}-figures-{release.slug}{kind.ending}"


def tidy_csv(release: PublishedStatement) -> bytes:
    """One figure a row in CSV, with a byte order mark for Excel, ISO dates and one header row."""
    file = io.StringIO()
    file.write(BOM)
    writer = csv.writer(file)
    writer.writerow(TIDY)
    writer.writerows(_tidy_rows(release))
    return file.getvalue().encode()


def _tidy_rows(release: PublishedStatement) -> Iterator[list[object]]:
    body = release.body
    about = [release.slug, release.sha256, safe_text(body["programme"])]
    about += [body[name] for name in ("first_day", "last_day", "as_at", "definition")]
    parts: list[tuple[list[str], Mapping[str, Any]]] = [(["total", "", ""], body["totals"])]
    parts += [(["area", safe_text(row["hotspot_area"]), ""], row) for row in release.by("area")]
    parts += [(["month", "", row["month"]], row) for row in release.by("month")]
    for part, values in parts:
        for measure in release.measures:
            value = values[measure["code"]]
            missing = NOT_SHOWN if values.get("recorded", True) else NOT_RECORDED
            yield [*about, *part, measure["code"], measure["unit"], missing if value is None else value]


def metadata(release: PublishedStatement) -> bytes:
    """What the CSV's columns and figures mean, as JSON."""
    said = {
        name: release.body[name]
        for name in ("marking", "title", "programme", "hotspot_areas", "area_names", "notes", "measures")
    }
    said |= {"statement": release.slug, "sha256": release.sha256, "columns": TIDY}
    said |= {"file": file_name(release, KINDS["csv"])}
    return json.dumps(said, indent=2, ensure_ascii=False, sort_keys=True).encode()


KINDS = {
    "pdf": FileKind("To read or print (PDF)", ".pdf", "application/pdf", pdf),
    "xlsx": FileKind(
        "Tables for Excel (XLSX)",
        ".xlsx",
        XLSX_TYPE,
        xlsx,
    ),
    "ods": FileKind("Tables for any spreadsheet (ODS)", ".ods", "application/vnd.oasis.opendocument.spreadsheet", ods),
    "csv": FileKind("Every figure in rows (CSV)", ".csv", "text/csv; charset=utf-8", tidy_csv),
    "metadata": FileKind("What the CSV means (JSON)", "-metadata.json", "application/json", metadata),
    "json": FileKind(
        "The statement itself (JSON), whose SHA-256 is on every file",
        ".json",
        "application/json",
        lambda release: canonical(release.body),
    ),
}
"""The files of a statement by their code in addresses, in the order of the page."""
