"""`manage.py make_signing_key`: a key to sign bundles of published figures with."""

from typing import Any

from django.core.management.base import BaseCommand

from reports.bundles import signing


class Command(BaseCommand):
    help = "Print a new secret key for SIGNING_KEY, and the fingerprint to publish. Nothing is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        key = signing.new_key()
        self.stdout.write(f"SIGNING_KEY={key}")
        self.stdout.write("Keep it secret, and the same: bundles that were given out name its public half.")
        self.stdout.write(f"Fingerprint to publish: {signing.fingerprint_of(key)}")
