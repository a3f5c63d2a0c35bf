"""`manage.py create_administrator --email adam@force.example --name "Adam Ant"`: the first person of a new force."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hotspot.core import wording
from hotspot.core.accounts.operations import invite_person
from hotspot.core.accounts.password_links import one_time_link
from hotspot.core.models import User
from hotspot.core.permissions import Permission, Role
from hotspot.core.text import clean_line


class Command(BaseCommand):
    help = (
        "Make an administrator and print the one-time link with which they choose their password. "
        "For an administrator who exists, print a new link."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        link = one_time_link(self._administrator(options["email"], options["name"]), at=timezone.now())
        self.stdout.write(f"{link.person.name} ({link.person.email}) is an administrator.")
        self.stdout.write(f"This link works once, until {wording.moment(link.expires_at)}:")
        self.stdout.write(link.url)

    def _administrator(self, email: str, name: str) -> User:
        person = User.objects.filter(email=clean_line(email).lower()).first()
        if person is None:
            return self._invited(email, name)
        if not person.may(Permission.MANAGE_PEOPLE):
            raise CommandError("Somebody who is not an active administrator already has this e-mail address.")
        return person

    def _invited(self, email: str, name: str) -> User:
        try:
            return invite_person(by=None, name=name, email=email, role=Role.ADMINISTRATOR)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
