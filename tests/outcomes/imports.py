"""Files of shifts, for tests of the import."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hotspot.core.table_files.columns import recognise
from hotspot.core.table_files.readers import open_table
from outcomes.imports.findings import Findings
from outcomes.imports.pipeline import COLUMNS, run_import

AT = datetime(2024, 12, 10, 12, tzinfo=UTC)
HEADERS = "Date,Start,Finish,Area,Officers,PCSOs,Arrests,Stop searches,Weapons,CPW,Nothing to report,Notes"
FIRST = "11/10/2024,22:00,06:00,Hitchin town centre,2,1,1,0,,3,,Quiet"
SECOND = "12/10/2024,10pm,2am,LETCHWORTH,1,,,,,,yes,"


def text(*rows: str, headers: str = HEADERS) -> str:
    """A CSV file of these rows."""
    return "\r\n".join([headers, *rows]) + "\r\n"


def run(force, content: str | bytes, *, kind: str = "shifts", writes: bool = False, **more: Any) -> Findings:
    """The findings on a file that Adam imports; its columns are those recognised in it."""
    data = content.encode() if isinstance(content, str) else content
    sheet = more.get("sheet", "")
    columns = more.pop("columns", None) or columns_in(data, kind, sheet)
    answers: Mapping[str, Any] = more.pop("answers", {})
    options = {"name": "shifts.csv", "by": force.adam, "at": AT, "columns": columns, "answers": answers} | more
    return run_import(kind, io.BytesIO(data), writes=writes, **options)


def columns_in(data: bytes, kind: str = "shifts", sheet: str = "") -> dict[str, int]:
    """The columns recognised in a file."""
    with open_table(io.BytesIO(data), sheet=sheet) as table:
        return recognise(table.headers, COLUMNS[kind]())
