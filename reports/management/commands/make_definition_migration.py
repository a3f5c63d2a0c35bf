"""Writes the migration that makes the current definition count: `manage.py make_definition_migration`."""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.writer import MigrationWriter

from hotspot.core.definitions.registry import CURRENT, DEFINITIONS, definition_of
from reports.models import definition_sql

_APPS = ("hotspots", "patrols", "outcomes", "reports")
_TEXT = '''"""Count by definition {version}. Written by make_definition_migration; never changed again."""

from django.db import migrations

FORWARDS = ({forwards})
BACKWARDS = ({backwards})


class Migration(migrations.Migration):
    dependencies = {dependencies}
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
'''


class Command(BaseCommand):
    help = "Writes the migration that makes the current definition count. Run makemigrations before it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", help="the version that counted before; without it, the one before in the list")

    def handle(self, **options: Any) -> None:
        earlier = [version for version in DEFINITIONS if version != CURRENT.version]
        if not earlier:
            raise CommandError("There is only one definition, which the first migrations count by.")
        before = definition_of(options["since"] or earlier[-1])
        loader = MigrationLoader(None)
        leaves = [node for app in _APPS for node in loader.graph.leaf_nodes(app)]
        number = int(dict(leaves)["reports"][:4]) + 1
        text = _TEXT.format(
            version=CURRENT.version,
            forwards=_literals(definition_sql.statements_between(before, CURRENT)),
            backwards=_literals(definition_sql.statements_between(CURRENT, before)),
            dependencies=leaves,
        )
        path = Path(MigrationWriter(Migration(f"{number:04}_definition_{CURRENT.version}", "reports")).path)
        path.write_text(text)
        self.stdout.write(f"Wrote {path.name}.")


def _literals(statements: Iterable[str]) -> str:
    return "".join(f'\n    """{statement}""",' for statement in statements) + "\n"
