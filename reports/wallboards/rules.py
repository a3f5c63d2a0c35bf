"""The address of a wallboard, and how long its token is."""

import hashlib
import secrets

from django.conf import settings
from django.urls import reverse

TOKEN_BYTES = 32
"""So many random bytes nobody guesses, however long they try."""
MOST_IN_USE = 50


def new_token() -> str:
    """A token that nobody had before. It is shown once and kept nowhere."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """What is kept of a token: its SHA-256, in hexadecimal digits. Random as it is, it needs no salt."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def address_of(token: str) -> str:
    """The whole address that a screen opens."""
    return f"{settings.SITE_URL}{reverse('reports:wallboard', args=(token,))}"
