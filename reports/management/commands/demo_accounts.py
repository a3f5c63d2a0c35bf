"""Prints whom to sign in as: `manage.py demo_accounts`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hotspot.core.errors import DomainError
from reports.demo.people import PASSWORD, PEOPLE, check_demo


class Command(BaseCommand):
    help = "Prints the accounts of the demonstration."

    def handle(self, **options: Any) -> None:
        try:
            check_demo(demo=settings.DEMO)
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        rows = [("Role", "Name", "E-mail", "Password", "Districts")]
        rows += [(p.role.label, p.name, p.email, PASSWORD, ", ".join(p.districts) or "all") for p in PEOPLE]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        for row in rows:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
