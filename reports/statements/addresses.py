"""Where a published statement can be read and checked, as its body and files name it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

_PUBLIC = ("reports:public_statement", "reports:public_check")


def addresses_of(slug: str) -> dict[str, str]:
    """The address of the statement, and that at which a figure or file of it is checked. The host is SITE_URL.

    Where the public pages are on, they are those that anybody can open.
    """
    site = settings.SITE_URL
    names = _PUBLIC if settings.PUBLIC_STATEMENTS else ("reports:statement", "reports:check_figure")
    return {"statement": site + reverse(names[0], args=(slug,)), "check": site + reverse(names[1])}


def _are_public(addresses: Mapping[str, str]) -> bool:
    """Whether a statement names the pages for everybody, which name nobody: nor do its PDF and spreadsheets then."""
    return urlsplit(addresses.get("check", "")).path == reverse(_PUBLIC[1])


def signed_off_by(body: Mapping[str, Any]) -> str:
    """Prepared by Anna Reid, signed off by Paul Hart; without names where it is for everybody, as its page is."""
    if _are_public(body.get("addresses", {})):
        return "Signed off"
    return f"Prepared by {body['prepared_by']}, signed off by {body.get('approved_by', '')}"
