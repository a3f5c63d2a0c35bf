"""Writes one sheet of a workbook as CSV: run as a program of its own, within limits of memory and time.

A sheet may say that its last cell is in row 1,048,576, and whoever reads it makes room for all before it. Here that
ends this program and nothing else. Knows nothing of Django.

    python workbook.py BOOK CSV [SHEET]

prints {"sheets": [...], "sheet": "..."} or {"error": "..."}.
"""

import csv
import json
import resource
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound

MOST_MEMORY = 1_000_000_000
MOST_SECONDS = 60
# Excel's clock times are parts of a day: half a second is what they may be off.
_HALF_A_SECOND = timedelta(milliseconds=500)
_DAYS_OF_CLOCKS = {date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1)}


def cell_text(value: Any) -> str:
    """A cell as the text that a person would type for it. Dates are ISO, clock times 22:00."""
    words = next((words for kind, words in _WORDS.items() if isinstance(value, kind)), str)
    return words(value)


def _number_text(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _moment_text(value: datetime) -> str:
    value = (value + _HALF_A_SECOND).replace(microsecond=0)
    if value.date() in _DAYS_OF_CLOCKS:
        return _clock_text(value.time())
    return value.date().isoformat() if value.time() == time(0) else f"{value.date()} {_clock_text(value.time())}"


def _duration_text(value: timedelta) -> str:
    return _clock_text((datetime(2000, 1, 1) + value).time())  # noqa: DTZ001 - a clock time of no day


def _clock_text(value: time) -> str:
    rounded = datetime.combine(date(2000, 1, 1), value) + _HALF_A_SECOND
    return rounded.strftime("%H:%M:%S" if rounded.second else "%H:%M")


_WORDS: dict[type, Callable[[Any], str]] = {
    bool: lambda value: "yes" if value else "no",
    float: _number_text,
    datetime: _moment_text,
    time: _clock_text,
    timedelta: _duration_text,
}


def main(book: str, output: str, wanted: str = "") -> dict[str, Any]:
    """Write the sheet wanted, or the first, and say which there are."""
    try:
        workbook = CalamineWorkbook.from_path(book)
        names = workbook.sheet_names
        name = wanted or next(iter(names), "")
        with open(output, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            sheet = workbook.get_sheet_by_name(name)
            first = sheet.start[0] if sheet.start else 0
            # Rows keep the numbers that people see at the left.
            writer.writerows([] for _ in range(first))
            for row in sheet.to_python(skip_empty_area=True):
                writer.writerow([cell_text(value) for value in row])
    except PasswordError:
        return {"error": "password"}
    except WorksheetNotFound:
        return {"error": "sheet"}
    except (CalamineError, OSError, ValueError, OverflowError):
        return {"error": "broken"}
    return {"sheets": names, "sheet": name}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    print(json.dumps(main(*sys.argv[1:])))  # noqa: T201 - what it is run for
