"""Loads a million shifts, unless there is data, and measures: `python -m benchmarks [--shifts 1000000]`.

Exits with 1 where a limit is broken. `--write` puts the table into docs/benchmarks.md.
"""

import argparse
import os
import re
import sys
from pathlib import Path

import django

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


def main() -> int:
    """Load, measure, print; gives the exit code."""
    arguments = _arguments()
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    django.setup()
    from benchmarks import report  # noqa: PLC0415 - models can be imported only now

    loading = report.load(shifts=arguments.shifts, areas=arguments.areas, years=arguments.years)
    measured = report.measure(loading, import_rows=arguments.import_rows)
    print(measured.text)
    if arguments.write:
        page = PAGE.read_text()
        PAGE.write_text(re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n{measured.text}\n{END}", page, flags=re.DOTALL))
    return 0 if measured.is_kept else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/benchmark", description=__doc__)
    parser.add_argument("--shifts", type=int, default=1_000_000)
    parser.add_argument("--areas", type=int, default=120)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--import-rows", type=int, default=100_000, help="how many shifts the imported file has")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
