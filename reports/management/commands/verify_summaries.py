"""Compares the summaries behind all figures with a recount: `manage.py verify_summaries [--rebuild]`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hotspot.core import wording
from reports.figures.operations import rebuild_summaries
from reports.figures.summary_check import summary_differences
from reports.figures.tables import difference_text


class Command(BaseCommand):
    help = "Counts all shifts afresh and compares. Says each difference and exits with 1 where there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="where there is a difference, write the summaries afresh; people who save a shift wait meanwhile",
        )

    def handle(self, **options: Any) -> None:
        differences = summary_differences()
        for difference in differences:
            self.stderr.write(difference_text(difference))
        if not differences:
            self.stdout.write("The summaries are exact.")
            return
        found = wording.plural(len(differences), "summary row differs", "summary rows differ")
        if not options["rebuild"]:
            raise CommandError(f"{found} from what counting the shifts gives.")
        rebuild_summaries()
        if summary_differences():
            raise CommandError(f"{found}, and still do after writing them afresh.")
        self.stdout.write(f"{found}. They were written afresh and are exact.")
