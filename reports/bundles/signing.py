"""The key that signs bundles: Ed25519, from the setting SIGNING_KEY."""

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_SEED = 32


def signs() -> bool:
    """Whether there is a key, and so bundles."""
    return bool(settings.SIGNING_KEY)


def new_key() -> str:
    """A new secret key, as the setting has it: 32 bytes in Base64."""
    return base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


def sign(message: bytes) -> bytes:
    """The signature of a message, always the same (RFC 8032). Raises ImproperlyConfigured without a usable key."""
    return _key(settings.SIGNING_KEY).sign(message)


def public_key() -> bytes:
    """The public half. Raises ImproperlyConfigured without a usable key."""
    return _public_half(settings.SIGNING_KEY)


def fingerprint_of(key: str) -> str:
    """What the force tells people by which to know its key: the SHA-256 of the public half in hexadecimal digits.

    Raises ImproperlyConfigured for a key that is none.
    """
    return hashlib.sha256(_public_half(key)).hexdigest()


def _public_half(key: str) -> bytes:
    return _key(key).public_key().public_bytes_raw()


def _key(text: str) -> Ed25519PrivateKey:
    try:
        seed = base64.b64decode(text, validate=True)
    except ValueError:
        seed = b""
    if len(seed) != _SEED:
        raise ImproperlyConfigured("SIGNING_KEY must be 32 bytes in Base64: see script/manage make_signing_key.")
    return Ed25519PrivateKey.from_private_bytes(seed)
