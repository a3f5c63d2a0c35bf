"""The contact in words, from what a publication keeps of it."""

from collections.abc import Mapping
from typing import Any

OFFICE = "the Police and Crime Commissioner’s office"
"""Whom publications name that were made before there was a contact."""


def contact_in_words(body: Mapping[str, Any]) -> str:
    """Office of the Police and Crime Commissioner, press@pcc.example, 01632 960001."""
    kept: Mapping[str, str] = body.get("contact", {})
    parts = [kept[name] for name in ("office", "email", "telephone") if name in kept]
    return ", ".join(parts) or OFFICE
