"""Files of rows: CSV against `COPY TO` of the same columns, and a workbook, each with its memory.

A download is read through the product's own streaming response, in a program of its own whose memory can be measured.
What it is measured against is psql, in a query without the care for spreadsheets: plain text and plain instants.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.measure import Result, measured_apart, most_memory

AT_LEAST_SHARES = {"shifts": 0.8, "outcomes": 0.6}
CSV_MEGABYTES, XLSX_MEGABYTES = 150, 300
XLSX_SECONDS = 90
RUNS = 3


def results() -> Iterator[Result]:
    """Rows a second of both CSV files against psql's, and how long a workbook takes; the memory of each is a limit."""
    for what, share in AT_LEAST_SHARES.items():
        pairs = [(_child(what, CSV_MEGABYTES), _copied(what)) for _ in range(RUNS)]
        csv = statistics.median(one["milliseconds"] for one, _ in pairs)
        copied = statistics.median(other for _, other in pairs)
        name = f"CSV of {pairs[0][0]['rows']:,.0f} {what}"
        yield Result(name, csv, "COPY TO", copied, 1 / share, copied / share)
    book, shifts = _child("workbook", XLSX_MEGABYTES), _child("shifts", CSV_MEGABYTES)
    name = f"Excel file of {book['rows']:,.0f} shifts"
    yield Result(name, book["milliseconds"], "CSV of all shifts", shifts["milliseconds"], None, 1000 * XLSX_SECONDS)


def _child(what: str, at_most_megabytes: float) -> dict[str, float]:
    measured = measured_apart(__spec__.name, what, at_most_megabytes=at_most_megabytes)
    rate = 1000 * measured["rows"] / measured["milliseconds"]
    print(f"{measured['rows']:,.0f} rows, {rate:,.0f} a second")
    return measured


def _copied(what: str) -> float:
    """Milliseconds in which psql writes the same columns of the same rows to nowhere; without psql, the driver."""
    from django.db import connection  # noqa: PLC0415 - once Django is set up

    rows = _everything(what)
    plain = replace(rows, columns=[replace(column, kind=_plain(column.kind)) for column in rows.columns])
    command = f"COPY ({plain.csv_sql}) TO STDOUT (FORMAT csv)"
    psql = shutil.which("psql")
    with connection.cursor() as cursor, Path(os.devnull).open("wb") as nowhere:
        address = {**connection.connection.info.dsn_parameters, "password": connection.settings_dict["PASSWORD"]}
        given = ((name, address.get(name)) for name in ("host", "port", "user", "password", "dbname"))
        dsn = " ".join(f"{name}='{value}'" for name, value in given if value)
        started = time.perf_counter()
        if psql:
            subprocess.run([psql, "-X", "-q", "-c", command, dsn], stdout=nowhere, check=True)
        else:
            cursor.copy_expert(command, nowhere)
        return 1000 * (time.perf_counter() - started)


def _plain(kind: Any) -> Any:
    """Text as it is, and an instant as the server writes it."""
    from hotspot.core.exports.columns import ColumnKind  # noqa: PLC0415

    return ColumnKind.CODE if kind in (ColumnKind.TEXT, ColumnKind.INSTANT) else kind


def _everything(what: str) -> Any:
    from outcomes.exports.rows import rows_of  # noqa: PLC0415
    from patrols.models import PatrolShift  # noqa: PLC0415

    return rows_of(what, PatrolShift.objects.visible_to(_analyst()))


def _analyst() -> Any:
    from hotspot.core.models import User  # noqa: PLC0415
    from hotspot.core.permissions import Role  # noqa: PLC0415

    return User.objects.filter(role=Role.ANALYST, is_active=True).order_by("pk")[0]


def _download(what: str) -> tuple[float, int]:
    """Seconds of a whole answer to a browser, and how many rows were in it."""
    from django.test import RequestFactory  # noqa: PLC0415

    from outcomes.exports.views import download_rows  # noqa: PLC0415

    request: Any = RequestFactory().post("/", {"format": "csv"})
    request.user, request.reference = _analyst(), "benchmark"
    lines = 0
    started = time.perf_counter()
    response: Any = download_rows(request, what)
    with Path(os.devnull).open("wb") as nowhere:
        for chunk in response:
            nowhere.write(chunk)
            lines += chunk.count(b"\r\n")
    response.close()
    return time.perf_counter() - started, lines - 1


def _workbook(_: str) -> tuple[float, int]:
    """Seconds to make the largest workbook that we make, and its rows."""
    from django.db import connection, transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from hotspot.core.exports.rules import MOST_WORKBOOK_ROWS  # noqa: PLC0415
    from hotspot.core.exports.workbook import workbook_of  # noqa: PLC0415
    from outcomes.exports.rows import rows_of  # noqa: PLC0415
    from patrols.models import PatrolShift  # noqa: PLC0415

    seen = PatrolShift.objects.visible_to(_analyst()).order_by("-pk")
    first = seen.values_list("pk", flat=True)[:MOST_WORKBOOK_ROWS]
    shifts = seen.filter(pk__gte=min(first))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        started = time.perf_counter()
        _content, rows = workbook_of(
            rows_of("shifts", shifts), title="Shifts", about=[], at=timezone.now(), progress=lambda done: None
        )
        return time.perf_counter() - started, rows


if __name__ == "__main__":
    import django

    django.setup()
    seconds, rows = (_workbook if sys.argv[1] == "workbook" else _download)(sys.argv[1])
    print(json.dumps({"milliseconds": 1000 * seconds, "megabytes": most_memory(), "rows": rows}))
