"""The address of a wallboard, and how many there can be."""

from django.conf import settings
from django.urls import reverse

MOST_IN_USE = 50


def address_of(token: str) -> str:
    """The whole address that a screen opens."""
    return f"{settings.SITE_URL}{reverse('reports:wallboard', args=(token,))}"
