"""E-mail: what every message of this service has in common. None says what is in a record."""

import logging
from collections.abc import Collection, Mapping
from enum import Enum
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)
PERMANENT = 500
"""From this code on a refusal is for good (RFC 5321, 4.2.1)."""
# By default Django prints messages, which reaches nobody.
_GO_NOWHERE = {f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "filebased")}


def has_mail_server() -> bool:
    """Whether e-mails leave this service."""
    return settings.EMAIL_BACKEND not in _GO_NOWHERE


class Attempt(Enum):
    """What became of a message: taken, to be tried again, or refused so that trying again changes nothing."""

    TAKEN = "taken"
    LATER = "later"
    NEVER = "never"


def send(
    subject: str,
    template: str,
    context: Mapping[str, Any],
    *,
    to: Collection[str] = (),
    bcc: Collection[str] = (),
    headers: Mapping[str, str] | None = None,
) -> bool:
    """Render the template and e-mail it. Nothing may depend on it: the pages say the same.

    False if there is no mail server, and with a line in the log if it did not take the message.
    """
    return attempt(subject, template, context, to=to, bcc=bcc, headers=headers) is Attempt.TAKEN


def attempt(
    subject: str,
    template: str,
    context: Mapping[str, Any],
    *,
    to: Collection[str] = (),
    bcc: Collection[str] = (),
    headers: Mapping[str, str] | None = None,
) -> Attempt:
    """The same, for what is tried again: says whether that can help. Without a mail server it can."""
    if not has_mail_server():
        return Attempt.LATER
    body = render_to_string(template, dict(context))
    message = EmailMessage(subject, body, to=list(to), bcc=list(bcc), headers=dict(headers or {}))
    try:
        message.send()
    except SMTPRecipientsRefused as refusal:
        logger.exception("The message ‘%s’ was refused.", subject)
        is_for_good = all(code >= PERMANENT for code, _ in refusal.recipients.values())
        return Attempt.NEVER if is_for_good else Attempt.LATER
    except (OSError, SMTPException):
        logger.exception("The message ‘%s’ could not be sent.", subject)
        return Attempt.LATER
    return Attempt.TAKEN
