"""Imports a file of shifts or outcomes: `manage.py import_shifts file.csv --by adam@example.org [--dry-run]`.

`--undo 12` undoes an import instead, under the same conditions as the page.
"""

from argparse import ArgumentTypeError
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from hotspot.core import wording
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.table_files.columns import fingerprint
from hotspot.core.table_files.readers import open_table
from hotspot.core.text import clean_line
from hotspot.core.transaction_settings import NO_TIME_LIMIT
from outcomes.imports import operations as files
from outcomes.imports import undo_operations
from outcomes.imports.findings import Findings
from outcomes.imports.pipeline import COLUMNS, run_import
from outcomes.imports.preview import find_header, known_columns
from outcomes.imports.rows.names import AreaNames
from outcomes.models import AreaSpelling, FileImport

EVERY_ROWS = 10_000


class Command(BaseCommand):
    """Does what the pages under Manage, Import do, for files of any size. See docs/import.md."""

    help = "Import a CSV, XLSX or ODS file of shifts with their outcomes, or of outcomes: all of its rows or none."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which file, on whose account, and what the pages would ask."""
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--undo", type=int, metavar="IMPORT", help="undo the import with this number instead")
        parser.add_argument("--by", help="e-mail address of the administrator who imports; needed if there are several")
        parser.add_argument("--kind", choices=FileImport.Kind.values, default=FileImport.Kind.SHIFTS)
        parser.add_argument("--dry-run", action="store_true", help="check everything and write nothing")
        parser.add_argument(
            "--mapping",
            action="append",
            default=[],
            metavar="COLUMN=HEADER",
            help="say which header a column is, like area=Place; may be given several times",
        )
        parser.add_argument("--sheet", default="", help="of a workbook; its first visible one otherwise")
        parser.add_argument("--header-row", type=int, help="number of the row with the headers; found otherwise")
        parser.add_argument("--leave-out", type=_rows, default=[], metavar="ROWS", help="rows to leave out, like 12,14")
        parser.add_argument(
            "--leave-out-columns", action="store_true", help="leave out columns that hold values and mean nothing here"
        )
        parser.add_argument("--nil", choices=["zero", "blank"], help="what nil and - mean in columns of counts")
        parser.add_argument("--small-numbers", choices=["minutes", "hours"], default="", help="what 15 is as a time")
        parser.add_argument(
            "--match",
            action="append",
            default=[],
            metavar="SPELLING=AREA",
            help="which hotspot area a name in the file is; may be given several times",
        )
        parser.add_argument("--source", default="", help="the system that the file's references are from")
        parser.add_argument("--clock", choices=["before", "after"], default="", help="for times that happened twice")
        parser.add_argument("--blank-is-nothing", action="store_true", help="no outcome at all is nothing to report")
        parser.add_argument(
            "--without-conflicts", action="store_true", help="leave rows out that differ from what is here"
        )
        parser.add_argument("--problems", type=Path, help="write all problems into this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and say what came of it. Exits with 1 when nothing was written that should have been."""
        by = _administrator(options["by"])
        try:
            if options["undo"]:
                self._undo(options["undo"], by)
                return
            path: Path | None = options["file"]
            if path is None or not path.is_file():
                raise CommandError(f"There is no file {path}." if path else "Name a file to import.")
            findings = self._run(path, by, options)
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        self._report(findings, options)
        if findings.stops:
            raise CommandError("Nothing was imported, because of the errors.")

    def _undo(self, import_id: int, by: User) -> None:
        try:
            with pghistory.context(user=by.pk, source="import"):
                count = undo_operations.undo_now(by=by, at=timezone.now(), import_id=import_id)
        except FileImport.DoesNotExist as error:
            raise CommandError(f"{by} has no import {import_id}.") from error
        self.stdout.write(f"Import {import_id} undone: {wording.plural(count, 'row')} taken back.")

    def _run(self, path: Path, by: User, options: dict[str, Any]) -> Findings:
        columns, answers = _layout(path, options, by)

        def go(*, writes: bool) -> Findings:
            with path.open("rb") as file:
                return run_import(
                    options["kind"],
                    file,
                    name=path.name,
                    by=by,
                    at=timezone.now(),
                    columns=columns,
                    answers=answers,
                    sheet=options["sheet"],
                    writes=writes,
                    with_conflicts=options["without_conflicts"],
                    with_unmapped=options["leave_out_columns"],
                    most_rows=None,
                    progress=self._progress,
                )

        if options["dry_run"] or options["problems"]:
            findings = go(writes=False)
            if options["problems"]:
                options["problems"].write_bytes(findings.as_csv())
            if options["dry_run"] or findings.stops:
                return findings
        return self._write(go, path=path, by=by, kind=options["kind"], columns=columns, answers=answers)

    def _write(self, go: Callable[..., Findings], *, path: Path, by: User, **asked: Any) -> Findings:
        with transaction.atomic(), pghistory.context(user=by.pk, source="import"), connection.cursor() as cursor:
            cursor.execute(NO_TIME_LIMIT)
            findings = go(writes=True)
            found = files.record_import(
                by=by,
                at=timezone.now(),
                name=path.name,
                **asked,
                result=findings.as_result(),
                recorded=findings.recorded,
            )
        self.stdout.write(f"This is import {found.pk}.")
        return findings

    def _progress(self, done: int, total: int) -> None:
        if done and done % EVERY_ROWS == 0:
            self.stderr.write(f"{done:,} rows checked")

    def _report(self, findings: Findings, options: dict[str, Any]) -> None:
        for problem in findings.as_result()["shown"]:
            place = (problem["cell"] or f"row {problem['row']:,}") + (
                f", {problem['column']} “{problem['value']}”" if problem["column"] else ""
            )
            self.stderr.write(f"{problem['kind']}: {place}: {problem['message']}")
        for spelling, count in findings.spellings.most_common():
            self.stderr.write(f"question: which area is “{spelling}”, in {wording.plural(count, 'row')}? Use --match.")
        for each in findings.about.get("unmapped", ()):
            self.stderr.write(
                f"not imported: “{each['header']}”, which holds {wording.plural(each['values'], 'value')}. "
                "Use --mapping or --leave-out-columns."
            )
        states = findings.states
        verb = "would be imported" if options["dry_run"] or findings.stops else "imported"
        self.stdout.write(
            f"{wording.plural(findings.rows, 'row')}: {states['new']:,} {verb}, {states['existing']:,} here already, "
            f"{states['conflict']:,} different from what is here, {states['error']:,} with errors"
            + (f", {states['left_out']:,} left out." if states["left_out"] else ".")
        )


def _administrator(email: str | None) -> User:
    """Who imports: the person named, or the only administrator."""
    found = User.objects.people().filter(is_active=True)
    if email:
        found = found.filter(email=clean_line(email).lower())
    administrators = [user for user in found if user.may(Permission.IMPORT)]
    if len(administrators) != 1:
        raise CommandError("Name the administrator who imports with --by and their e-mail address.")
    return administrators[0]


def _rows(text: str) -> list[int]:
    """Row numbers with commas between."""
    try:
        return [int(part) for part in text.split(",")]
    except ValueError as error:
        raise ArgumentTypeError("row numbers have commas between them, like 12,14") from error


def _layout(path: Path, options: dict[str, Any], by: User) -> tuple[dict[str, int], dict[str, Any]]:
    """The columns of the file and the answers about it: what is remembered or recognised, and what the options say."""
    kind, sheet = options["kind"], options["sheet"]
    known = COLUMNS[kind]()
    with path.open("rb") as file:
        header_row = options["header_row"] or find_header(file, kind=kind, sheet=sheet)
    with path.open("rb") as file, open_table(file, sheet=sheet, header_row=header_row) as table:
        headers = table.headers
    columns, answers = known_columns(kind, headers, header_row)
    for pair in options["mapping"]:
        name, _, header = pair.partition("=")
        if name not in {column.name for column in known}:
            raise CommandError(f"There is no column {name}. See docs/import.md for their names.")
        if header not in headers:
            raise CommandError(f"The file has no header {header}. It has: {', '.join(headers)}.")
        place = headers.index(header)
        columns = {key: value for key, value in columns.items() if value != place} | {name: place}
    said = {name: options[name] for name in ("source", "clock", "small_numbers", "blank_is_nothing") if options[name]}
    if options["nil"]:
        said["nil_is_zero"] = options["nil"] == "zero"
    remembered = AreaSpelling.objects.filter(fingerprint=fingerprint(headers)).values_list("spelling", "area")
    areas = {**dict(remembered), **_matched(options["match"], by)}
    return columns, {**answers, **said, "areas": areas, "left_out_rows": options["leave_out"]}


def _matched(pairs: Sequence[str], by: User) -> dict[str, int]:
    areas = AreaNames(by)
    found = {}
    for pair in pairs:
        spelling, _, name = pair.partition("=")
        try:
            found[spelling] = areas.find(name).pk
        except DomainError as error:
            raise CommandError(f"{name}: {error.message}") from error
    return found
