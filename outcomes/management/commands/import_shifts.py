"""Imports a file of shifts or outcomes: `manage.py import_shifts file.csv --by adam@example.org [--dry-run]`."""

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
from hotspot.core.text import clean_line
from outcomes.imports.columns import recognise
from outcomes.imports.findings import Findings
from outcomes.imports.readers import open_table
from outcomes.imports.running import COLUMNS, run_import
from outcomes.models import FileImport

EVERY_ROWS = 10_000


class Command(BaseCommand):
    """Does what the pages under Manage, Import do, for files of any size. See docs/import.md."""

    help = "Import a CSV, XLSX or ODS file of shifts with their outcomes, or of outcomes: all of its rows or none."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which file, on whose account, and what the pages would ask."""
        parser.add_argument("file", type=Path)
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
        parser.add_argument("--sheet", default="", help="of a workbook; its first one otherwise")
        parser.add_argument("--source", default="", help="the system that the file's references are from")
        parser.add_argument("--clock", choices=["before", "after"], default="", help="for times that happened twice")
        parser.add_argument("--blank-is-nothing", action="store_true", help="no outcome at all is nothing to report")
        parser.add_argument(
            "--without-conflicts", action="store_true", help="leave rows out that differ from what is here"
        )
        parser.add_argument("--problems", type=Path, help="write all problems into this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and say what came of it. Exits with 1 when nothing was written that should have been."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        try:
            findings = self._run(path, _administrator(options["by"]), options)
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        self._report(findings, options)
        if findings.stops:
            raise CommandError("Nothing was imported, because of the errors.")

    def _run(self, path: Path, by: User, options: dict[str, Any]) -> Findings:
        answers = {name: options[name] for name in ("source", "clock", "blank_is_nothing")}
        columns = _columns(path, options)

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
                    most_rows=None,
                    progress=self._progress,
                )

        if options["dry_run"] or options["problems"]:
            findings = go(writes=False)
            if options["problems"]:
                options["problems"].write_bytes(findings.as_csv())
            if options["dry_run"] or findings.stops:
                return findings
        with transaction.atomic(), pghistory.context(user=by.pk, source="import"), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            return go(writes=True)

    def _progress(self, done: int, total: int) -> None:
        if done and done % EVERY_ROWS == 0:
            self.stderr.write(f"{done:,} rows checked")

    def _report(self, findings: Findings, options: dict[str, Any]) -> None:
        for problem in findings.as_result()["shown"]:
            place = f"row {problem['row']:,}" + (
                f", {problem['column']} “{problem['value']}”" if problem["column"] else ""
            )
            self.stderr.write(f"{problem['kind']}: {place}: {problem['message']}")
        states = findings.states
        verb = "would be imported" if options["dry_run"] or findings.stops else "imported"
        self.stdout.write(
            f"{wording.plural(findings.rows, 'row')}: {states['new']:,} {verb}, {states['existing']:,} here already, "
            f"{states['conflict']:,} different from what is here, {states['error']:,} with errors."
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


def _columns(path: Path, options: dict[str, Any]) -> dict[str, int]:
    """The columns recognised in the file, and those said."""
    known = COLUMNS[options["kind"]]()
    with path.open("rb") as file, open_table(file, sheet=options["sheet"]) as table:
        headers = table.headers
    columns = recognise(headers, known)
    for pair in options["mapping"]:
        name, _, header = pair.partition("=")
        if name not in {column.name for column in known}:
            raise CommandError(f"There is no column {name}. See docs/import.md for their names.")
        if header not in headers:
            raise CommandError(f"The file has no header {header}. It has: {', '.join(headers)}.")
        place = headers.index(header)
        columns = {key: value for key, value in columns.items() if value != place} | {name: place}
    return columns
