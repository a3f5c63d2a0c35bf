"""E-mail: what every message of this service has in common. None says what is in a record."""

import logging
from collections.abc import Collection, Mapping
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)
# By default Django prints messages, which reaches nobody.
_GO_NOWHERE = {f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "filebased")}


def has_mail_server() -> bool:
    """Whether e-mails leave this service."""
    return settings.EMAIL_BACKEND not in _GO_NOWHERE


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
    if not has_mail_server():
        return False
    body = render_to_string(template, dict(context))
    message = EmailMessage(subject, body, to=list(to), bcc=list(bcc), headers=dict(headers or {}))
    try:
        message.send()
    except (OSError, SMTPException):
        logger.exception("The message ‘%s’ could not be sent.", subject)
        return False
    return True
