"""Sending to many people, of whom one may be refused and all while the mail server is down."""

import logging
from collections.abc import Callable, Iterable

from hotspot.core import mail

logger = logging.getLogger(__name__)
MOST_FAILURES = 3
"""After so many in a row that the server did not take the rest waits for the next time: each can take seconds."""


def send_each(keys: Iterable[int], send: Callable[[int], bool | None]) -> int:
    """Call `send` with each key; gives how many messages were sent. `send`: True, False if not taken, None if none.

    Keys have to come in any order, so that a few addresses that are always refused do not always stop the same others.
    """
    if not mail.has_mail_server():
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


def _outcome(send: Callable[[int], bool | None], key: int) -> bool | None:
    """What became of one message. Whatever goes wrong with it keeps nobody else's from being sent."""
    try:
        return send(key)
    except Exception:
        logger.exception("An e-mail could not be made.")
        return None
