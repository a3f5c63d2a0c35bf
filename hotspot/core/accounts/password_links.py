"""One-time links, with which a person chooses a password: an invitation and a reset are the same thing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from hotspot.core import mail
from hotspot.core.models import User
from hotspot.core.text import clean_line


@dataclass(frozen=True)
class OneTimeLink:
    """A link for one person: it ends when used, when the password or address changes, or at `expires_at`."""

    person: User
    url: str
    expires_at: datetime


def one_time_link(person: User, *, at: datetime) -> OneTimeLink:
    """A link for this person, made at the moment `at`. Its host is the setting SITE_URL, never the request's."""
    path = reverse(
        "core:choose_password",
        args=(urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person)),
    )
    expires_at = at + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    return OneTimeLink(person, settings.SITE_URL + path, expires_at)


def send_link(link: OneTimeLink) -> bool:
    """E-mail the link to its person. False if the message did not leave: see `mail.send`."""
    return mail.send(
        "Choose your password for Operation Hotspot",
        "core/one_time_link.txt",
        {"link": link, "name": clean_line(link.person.name)},
        to=[link.person.email],
    )
