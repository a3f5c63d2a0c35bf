"""Loads demonstration data: `manage.py load_demo [--seed 1]`, or much of it: `--shifts 1000000`."""

import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hotspot.core.calendar import today as london_day
from hotspot.core.errors import DomainError
from reports.demo.load import Loaded, load_demo
from reports.demo.scale import LargeLoad, load_scale


class Command(BaseCommand):
    help = "Loads made-up patrols that count to the published figures. Does nothing where programmes exist already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same data (1)")
        parser.add_argument("--today", type=date.fromisoformat, help="the day it is taken for, YYYY-MM-DD (today)")
        large = parser.add_argument_group("instead of the demonstration, a large set of data for measuring")
        large.add_argument("--shifts", type=int, help="how many shifts, like 1000000")
        large.add_argument("--areas", type=int, default=120, help="over how many hotspot areas (120)")
        large.add_argument("--years", type=int, default=10, help="over how many financial years (10)")

    def handle(self, **options: Any) -> None:
        options["today"] = options["today"] or london_day(timezone.now())
        started = time.monotonic()
        try:
            loaded = self._load(options)
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        if loaded is None:
            self.stdout.write("There are programmes already, so nothing was loaded.")
        else:
            self._report(loaded, time.monotonic() - started)

    def _load(self, options: dict[str, Any]) -> Loaded | None:
        if not options["shifts"]:
            return load_demo(today=options["today"], seed=options["seed"], demo=settings.DEMO)
        scale = LargeLoad(**{name: options[name] for name in ("shifts", "areas", "years", "today")})
        return load_scale(scale, seed=options["seed"], demo=settings.DEMO, progress=self.stdout.write)

    def _report(self, loaded: Loaded, seconds: float) -> None:
        self.stdout.write(
            f"Loaded {loaded.shifts:,} shifts, {loaded.rows:,} rows with all that belongs to them, in {seconds:.0f} "
            f"seconds: {loaded.rows / seconds:,.0f} rows a second."
        )
