"""Run once after a backup was restored, before the service starts: `manage.py after_restore`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hotspot.core import database_instance
from patrols.shifts.operations import after_restore


class Command(BaseCommand):
    """Lets systems that mirror through the API start again from the beginning. See docs/deployment.md, Backups."""

    help = "Tell a database that it was restored from a backup. Running it once more does no harm: mirrors start again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say so, or what to do first."""
        if not database_instance.is_migrated():
            raise CommandError("This backup is from an older version. Run `manage.py migrate`, which does the rest.")
        after_restore()
        self.stdout.write("Done. Systems that mirror through the API are told to start from the beginning.")
