"""An import of many rows against a COPY of the same rows into the same tables, with history and summaries on.

Each runs in a program of its own, whose memory can be measured, and is taken back at the end.
"""

import csv
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measure import Result, measured_apart, most_memory

AT_MOST_TIMES = 4
AT_MOST_MEGABYTES = 200
SEED = 4711
HEADERS = (
    "Night", "Start", "Finish", "Hotspot area", "District", "Police officers", "PCSOs", "Collar numbers", "Arrests",
    "Stop searches", "Weapons recovered", "CPW", "Dispersal direction", "Nothing to report", "Paid from", "Note",
)  # fmt: skip


def results(rows: int) -> Iterator[Result]:
    """The import's time against the COPY's, and the import's memory against its limit."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "shifts.csv"
        write_file(file, rows)
        imported, copied = (measured_apart(__spec__.name, each, str(file)) for each in ("imported", "copied"))
    what = f"an import of {rows:,} shifts"
    limit = AT_MOST_TIMES * copied["milliseconds"]
    yield Result(what, imported["milliseconds"], "COPY of the same rows", copied["milliseconds"], AT_MOST_TIMES, limit)
    if imported["megabytes"] > AT_MOST_MEGABYTES:
        raise AssertionError(f"{what} took {imported['megabytes']:.0f} MB of memory")


def write_file(file: Path, rows: int) -> None:
    """A file of shifts in the newest programme, as a spreadsheet would have them."""
    from hotspots.models import HotspotArea, Programme  # noqa: PLC0415 - once Django is set up

    random = Random(SEED)
    programme = Programme.objects.order_by("-last_day")[0]
    areas = list(HotspotArea.objects.filter(last_day=None).values_list("name", "district__name"))
    stream = programme.funding_streams.all()[0].name
    with file.open("w", newline="", encoding="utf-8") as output:
        writer = csv.writer(output)
        writer.writerow(HEADERS)
        for number in range(rows):
            night = programme.first_day + timedelta(days=random.randrange(programme.period.days))
            start, hours = random.randrange(12, 23), random.randrange(2, 9)
            # The hour from 1am comes twice, or not at all, on one night a year.
            hours += (start + hours) % 24 == 1
            busy = random.random() < 0.7
            writer.writerow(
                [
                    f"{night:%d/%m/%Y}",
                    f"{start:02d}:00",
                    f"{(start + hours) % 24:02d}:{random.choice(('00', '30'))}",
                    *areas[number % len(areas)],
                    random.choice((1, 2, 2, 3)),
                    random.choice((0, 0, 1)),
                    f"B{number}" if random.random() < 0.3 else "",
                    *((random.choice((0, 0, 0, 1)) for _ in range(5)) if busy else ("",) * 5),
                    "" if busy else "yes",
                    stream,
                    "Large groups by the bus station until about 10pm." if random.random() < 0.1 else "",
                ]
            )


def imported(run: Callable[..., Any]) -> float:
    """Seconds of a whole import: read, checked and written."""
    started = time.perf_counter()
    run(writes=True)
    _check_all()
    return time.perf_counter() - started


def copied(run: Callable[..., Any]) -> float:
    """Seconds of the COPY alone, of rows that were prepared before."""
    from hotspot.core.bulk_insert import Batch  # noqa: PLC0415 - once Django is set up

    taken: list[Batch] = []
    write = Batch.write
    setattr(Batch, "write", lambda batch: taken.append(batch))  # noqa: B010, PLW0108 - for this program only
    run(writes=True)
    started = time.perf_counter()
    write(taken[0])
    _check_all()
    return time.perf_counter() - started


def _check_all() -> None:
    """What the commit would check."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@contextmanager
def _taken_back(path: str) -> Iterator[Callable[..., Any]]:
    """An import of the file that ends in nothing."""
    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from hotspot.core.models import User  # noqa: PLC0415
    from hotspot.core.permissions import Role  # noqa: PLC0415
    from hotspot.core.table_files.columns import recognise  # noqa: PLC0415
    from hotspots.models import Programme  # noqa: PLC0415
    from outcomes.imports.pipeline import COLUMNS, run_import  # noqa: PLC0415

    by = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")[0]
    last = Programme.objects.order_by("-last_day")[0].last_day
    at = timezone.now().replace(year=last.year + 1)
    columns = recognise(HEADERS, COLUMNS["shifts"]())
    with transaction.atomic(), open(path, "rb") as file, connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")

        def run(*, writes: bool) -> Any:
            return run_import(
                "shifts", file, name="shifts.csv", by=by, at=at, columns=columns, answers={}, writes=writes,
                most_rows=None,
            )  # fmt: skip

        yield run
        transaction.set_rollback(True)


if __name__ == "__main__":
    with _taken_back(sys.argv[2]) as run_file:
        seconds = {"imported": imported, "copied": copied}[sys.argv[1]](run_file)
    memory = most_memory()
    print(json.dumps({"milliseconds": 1000 * seconds, "megabytes": memory}))
