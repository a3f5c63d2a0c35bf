"""A million incidents of police data, loaded, against a COPY of the same rows into the same table.

They are once in published files, and once a force's own extract with exact places and times.

Each runs in a program of its own, whose memory can be measured, and is taken back at the end. The rows are the real
ones of the demonstration's eight months, dealt to more months.
"""

import csv
import gzip
import io
import json
import random
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measure import Result, measured_apart, most_memory

ROWS, MONTHS = 1_000_000, 36
AT_MOST_TIMES = 3
AT_MOST_SECONDS = 20
AT_MOST_MEGABYTES = 300
_LAUNCH = datetime(2010, 1, 1)  # noqa: DTZ001 - a clock time, as files have them
DISTRICTS = ("Dacorum", "St Albans", "East Hertfordshire", "Watford", "Broxbourne", "Hertsmere", "North Hertfordshire")


def results() -> Iterator[Result]:
    """The loading's time against the COPY's and 50,000 rows a second, and its memory against the limit."""
    for kind, write in (("incidents", _write_archive), ("incidents of an own extract", _write_extract)):
        with TemporaryDirectory() as folder:
            file = Path(folder) / "months.zip"
            write(file)
            loaded, copied = (measured_apart(__spec__.name, each, str(file)) for each in ("loaded", "copied"))
        what, limit = f"{ROWS:,} {kind} loaded", max(1000 * AT_MOST_SECONDS, AT_MOST_TIMES * copied["milliseconds"])
        yield Result(what, loaded["milliseconds"], "COPY of the same rows", copied["milliseconds"], None, limit)
        if loaded["megabytes"] > AT_MOST_MEGABYTES:
            raise AssertionError(f"{what} took {loaded['megabytes']:.0f} MB of memory")


def _real_rows() -> tuple[list[str], list[list[str]]]:
    """The headings and rows of the published files of eight months."""
    from reports.demo.incidents import FILES  # noqa: PLC0415 - once Django is set up

    headers, rows = [], []
    for path in FILES:
        with gzip.open(path, "rt", newline="") as source:
            headers, *found = csv.reader(source)
            rows += found
    return headers, rows


def _write_extract(file: Path) -> None:
    """An extract of three years: the categories of real incidents, each with a place near its map point and a time."""
    headers, rows = _real_rows()
    category_at, east_at, north_at = (headers.index(name) for name in ("Crime type", "Longitude", "Latitude"))
    dealt, chance = cycle(row for row in rows if row[east_at]), random.Random(1)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Crime number", "Offence", "Longitude", "Latitude", "From", "To"])
    for number, row in enumerate(islice(dealt, ROWS)):
        start = _LAUNCH + timedelta(minutes=chance.randrange(MONTHS * 30 * 1440))
        east, north = (float(row[at]) + chance.uniform(-0.001, 0.001) for at in (east_at, north_at))
        end = start + timedelta(minutes=chance.choice((0, 0, 45, 600)))
        times = (f"{start:%Y-%m-%d 04:%M}", f"{end:%Y-%m-%d 05:%M}")
        writer.writerow([f"41/{number}", row[category_at], f"{east:.6f}", f"{north:.6f}", *times])
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("extract.csv", text.getvalue())


def _write_archive(file: Path) -> None:
    """An archive of three years, whose months have the rows of real ones, one after the other."""
    headers, rows = _real_rows()
    month_at, dealt = headers.index("Month"), cycle(rows)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(MONTHS):
            month = f"{2010 + number // 12}-{number % 12 + 1:02}"
            text = io.StringIO()
            writer = csv.writer(text)
            writer.writerow(headers)
            size = ROWS * (number + 1) // MONTHS - ROWS * number // MONTHS
            writer.writerows([*row[:month_at], month, *row[month_at + 1 :]] for row in islice(dealt, size))
            archive.writestr(f"{month}/{month}-hertfordshire-street.csv", text.getvalue())


def loaded(load: Callable[[], Any]) -> float:
    """Seconds of a whole load: read, checked, written, compared with the months around."""
    started = time.perf_counter()
    load()
    _check_all()
    return time.perf_counter() - started


def copied(load: Callable[[], Any]) -> float:
    """Seconds of the COPY alone, of rows that were prepared before."""
    from hotspot.core.bulk_insert import Batch  # noqa: PLC0415 - once Django is set up

    seconds: list[float] = []
    write = Batch.write

    def timed(batch: Batch) -> int:
        started = time.perf_counter()
        written = write(batch)
        seconds.append(time.perf_counter() - started)
        return written

    setattr(Batch, "write", timed)  # noqa: B010 - for this program only
    load()
    started = time.perf_counter()
    _check_all()
    return sum(seconds) + time.perf_counter() - started


def _check_all() -> None:
    """What the commit would check."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _features() -> Any:
    from reports.demo.incidents import FILES  # noqa: PLC0415 - once Django is set up

    return json.loads((FILES[0].parents[1] / "districts.geojson").read_text())["features"]


@contextmanager
def _taken_back(path: str) -> Iterator[Callable[[], Any]]:
    """A load of the file that ends in nothing."""
    import django  # noqa: PLC0415

    django.setup()
    from django.db import transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from hotspot.core.models import User  # noqa: PLC0415
    from hotspot.core.permissions import Role  # noqa: PLC0415
    from hotspots.incidents import loading, operations  # noqa: PLC0415
    from hotspots.models import District  # noqa: PLC0415

    by = User.objects.filter(role=Role.ANALYST, is_active=True).order_by("pk")[0]
    with transaction.atomic(), open(path, "rb") as content:
        # The large set of data may have fewer districts than the county.
        outlines = {each["properties"]["LAD13NM"]: each["geometry"] for each in _features()}
        for district, name in zip(District.objects.order_by("pk"), DISTRICTS, strict=False):
            District.objects.filter(pk=district.pk).update(name_in_police_data=name, outline=outlines[name])

        def load() -> Any:
            return operations.load_now(
                by=by,
                at=timezone.now(),
                name="months.zip",
                content=content,
                confirmed=loading.QUESTIONS,
                progress=lambda done, total: None,
            )

        yield load
        transaction.set_rollback(True)


if __name__ == "__main__":
    with _taken_back(sys.argv[2]) as load_file:
        seconds = {"loaded": loaded, "copied": copied}[sys.argv[1]](load_file)
    memory = most_memory()
    print(json.dumps({"milliseconds": 1000 * seconds, "megabytes": memory}))
