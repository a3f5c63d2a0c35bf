"""Addresses that are all it takes to read something: each holds a token, of which only the hash is kept."""

import hashlib
import secrets

TOKEN_BYTES = 32
"""So many random bytes nobody guesses, however long they try."""


def new_token() -> str:
    """A token that nobody had before. It is shown once and kept nowhere."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """What is kept of a token: its SHA-256, in hexadecimal digits. Random as it is, it needs no salt."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
