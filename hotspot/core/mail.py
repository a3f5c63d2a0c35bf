"""E-mail: what every message of this service has in common. None says what is in a record."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from enum import Enum
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any, TypedDict, TypeVar, Unpack

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)
Key = TypeVar("Key")
MOST_FAILURES = 3
"""After so many in a row that the server did not take the rest waits for the next time: each can take seconds."""
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


class Envelope(TypedDict, total=False):
    """To whom a message goes, and what else is in its head."""

    to: Collection[str]
    bcc: Collection[str]
    headers: Mapping[str, str]


def send(subject: str, template: str, context: Mapping[str, Any], **envelope: Unpack[Envelope]) -> bool:
    """Render the template and e-mail it. Nothing may depend on it: the pages say the same.

    False if there is no mail server, and with a line in the log if it did not take the message.
    """
    return attempt(subject, template, context, **envelope) is Attempt.TAKEN


def attempt(subject: str, template: str, context: Mapping[str, Any], **envelope: Unpack[Envelope]) -> Attempt:
    """The same, for what is tried again: says whether that can help. Without a mail server it can."""
    if not has_mail_server():
        return Attempt.LATER
    body = render_to_string(template, dict(context))
    # No person wrote it, so that nobody's absence is answered to it (RFC 3834).
    message = EmailMessage(
        subject, body, to=[*envelope.get("to", ())], bcc=[*envelope.get("bcc", ())],
        headers={"Auto-Submitted": "auto-generated", **envelope.get("headers", {})},
    )  # fmt: skip
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


def send_each(keys: Iterable[Key], send: Callable[[Key], bool | None]) -> int:
    """Call `send` for each of many; gives how many messages were sent. `send`: True, False if not taken, None if none.

    One may be refused, and all while the server is down. Keys have to come in any order, so that a few addresses that
    are always refused do not always stop the same others.
    """
    if not has_mail_server():
        return 0
    sent = failed = 0
    for key in keys:
        outcome = _outcome(send, key)
        sent += outcome is True
        failed = failed + 1 if outcome is False else 0 if outcome else failed
        if failed >= MOST_FAILURES:
            logger.warning("%d messages in a row were not taken: the others wait for the next time.", failed)
            break
    return sent


def _outcome(send: Callable[[Key], bool | None], key: Key) -> bool | None:
    """What became of one message. Whatever goes wrong with it keeps nobody else's from being sent."""
    try:
        return send(key)
    except Exception:
        logger.exception("An e-mail could not be made.")
        return None
