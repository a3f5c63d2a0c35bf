"""Where a published statement can be read and checked, as its body and files name it."""

from django.conf import settings
from django.urls import reverse


def addresses_of(slug: str) -> dict[str, str]:
    """The address of the statement, and that at which a figure or file of it is checked. The host is SITE_URL."""
    site = settings.SITE_URL
    return {
        "statement": site + reverse("reports:statement", args=(slug,)),
        "check": site + reverse("reports:check_figure"),
    }
