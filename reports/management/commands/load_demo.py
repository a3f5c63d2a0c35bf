"""Loads demonstration data: `manage.py load_demo [--seed 1]`."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hotspot.core.errors import DomainError
from hotspot.core.periods import today
from reports.demo.load import load_demo


class Command(BaseCommand):
    help = "Loads made-up patrols that count to the published figures. Does nothing where programmes exist already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same data (1)")
        parser.add_argument("--today", type=date.fromisoformat, help="the day it is taken for, YYYY-MM-DD (today)")

    def handle(self, *, seed: int, today: date | None, **options: Any) -> None:
        try:
            loaded = load_demo(today=today or _today(), seed=seed, demo=settings.DEMO)
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        if loaded is None:
            self.stdout.write("There are programmes already, so nothing was loaded.")
        else:
            self.stdout.write(f"Loaded {loaded.shifts:,} shifts, {loaded.rows:,} rows with all that belongs to them.")


def _today() -> date:
    return today(timezone.now())
