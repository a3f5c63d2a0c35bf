"""Addresses that hold a secret, as logs may show them. Imports no model: logging is set up before the apps."""

import logging
import re

# A wallboard's address, a feed's and the link of an e-mail are all that is needed to use them.
_SECRET = re.compile(r"(/(?:wallboard|e-mails/stop|shifts/calendar/feed)/)[^/\s?#\"']+")


def without_secrets(text: str) -> str:
    """The text with … for the secret part of each address in it."""
    return _SECRET.sub(r"\1…", text)


class SecretPathFilter(logging.Filter):
    """Takes the secrets of addresses out of every log line."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = without_secrets(str(record.msg))
        if isinstance(record.args, tuple):
            record.args = tuple(without_secrets(each) if isinstance(each, str) else each for each in record.args)
        return True
