"""One-time links, with which a person chooses a password: an invitation and a reset are the same thing."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from hotspot.core.models import User
from hotspot.core.text import clean_line

logger = logging.getLogger("hotspot.access")
_GO_NOWHERE = {f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "filebased")}


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
    return OneTimeLink(person, settings.SITE_URL.rstrip("/") + path, expires_at)


def has_mail_server() -> bool:
    """Whether e-mails leave this service: by default they are only printed, which reaches nobody."""
    return settings.EMAIL_BACKEND not in _GO_NOWHERE


def send_link(link: OneTimeLink) -> bool:
    """E-mail the link to its person.

    False if there is no mail server, and with a line in the log if it did not take the message.
    """
    if not has_mail_server():
        return False
    try:
        send_mail(
            "Choose your password for Operation Hotspot",
            render_to_string("core/one_time_link.txt", {"link": link, "name": clean_line(link.person.name)}),
            None,
            [link.person.email],
        )
    except (OSError, SMTPException):
        logger.exception("The one-time link for user %s could not be sent.", link.person.pk)
        return False
    return True
