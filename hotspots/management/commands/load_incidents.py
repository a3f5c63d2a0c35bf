"""Loads files of police data: `manage.py load_incidents *.zip --by anna@example.org [--dry-run]`."""

from pathlib import Path
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.incidents import loading, operations, presenters, search_presenters

EVERY_ROWS = 50_000


class Command(BaseCommand):
    """Does what the pages under Police data do, for files of any size. See docs/incidents.md."""

    help = "Load files of data.police.uk or a force's own extract: CSV, gzip or ZIP, each as a whole or not at all."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which files, on whose account, and what the pages would ask to be confirmed."""
        parser.add_argument("files", type=Path, nargs="+")
        parser.add_argument("--by", required=True, help="e-mail address of the analyst or administrator who loads them")
        parser.add_argument(
            "--confirm",
            choices=loading.QUESTIONS,
            action="append",
            default=[],
            help="short: months with few incidents are whole; new_force: these are our force's",
        )
        parser.add_argument("--dry-run", action="store_true", help="check everything and load nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load each file, and say what came of it. Stops at the first that is refused; those before it stay."""
        by = User.objects.filter(email=options["by"].strip().lower()).first()
        if by is None or not by.may(Permission.LOAD_INCIDENTS):
            raise CommandError(f"{options['by']} is nobody who may load police data.")
        for path in options["files"]:
            if not path.is_file():
                raise CommandError(f"There is no file {path}.")
            try:
                self._load(path, by, options)
            except DomainError as refusal:
                raise CommandError(refusal.message) from refusal

    def _load(self, path: Path, by: User, options: dict[str, Any]) -> None:
        is_tried: bool = options["dry_run"]
        with path.open("rb") as content, transaction.atomic(), pghistory.context(user=by.pk, source="import"):
            result = operations.load_now(
                by=by,
                at=timezone.now(),
                name=path.name,
                content=content,
                confirmed=loading.QUESTIONS if is_tried else options["confirm"],
                progress=self._progress,
            )
            transaction.set_rollback(is_tried)
        self.stdout.write(
            f"{path.name}, {presenters.force_in_words(result)}: {'nothing is loaded yet' if is_tried else 'loaded'}"
        )
        for row in presenters.found_rows(result, is_loaded=not is_tried):
            month, rows, usual, nowhere, elsewhere, effect = row
            self.stdout.write(f"  {month}: {rows} (usual {usual}), {nowhere} nowhere, {elsewhere} elsewhere. {effect}")
        for month, rows, nowhere, elsewhere, effect in search_presenters.loaded_rows(result, is_loaded=not is_tried):
            self.stdout.write(f"  Stop and search, {month}: {rows}, {nowhere} nowhere, {elsewhere} elsewhere. {effect}")
        for text in (*presenters.found_breaks(result), *presenters.notes(result)):
            self.stdout.write(f"  {text}")
        if is_tried and result["questions"]:
            self.stdout.write(f"  To be confirmed: {', '.join(result['questions'])}")

    def _progress(self, done: int, total: int) -> None:
        if done % EVERY_ROWS == 0:
            self.stdout.write(f"  {done:,} of about {total:,} rows")
