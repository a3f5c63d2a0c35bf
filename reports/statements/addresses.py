"""Where a published statement can be read and checked, as its body and files name it."""

from collections.abc import Mapping
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


def are_public(addresses: Mapping[str, str]) -> bool:
    """Whether a statement names the pages for everybody, which say no names of people: then its files say none."""
    return urlsplit(addresses.get("check", "")).path == reverse(_PUBLIC[1])
