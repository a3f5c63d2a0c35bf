"""Partner organisations in words and table rows."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from hotspots.models import InvoiceSender

ORGANISATION_COLUMNS: list[dict[str, Any]] = [
    {"label": "Organisation"},
    {"label": "Kind"},
    {"label": "Orders", "numeric": True},
    {"label": "People who may sign in", "numeric": True},
]


def organisation_rows(organisations: Iterable[Any], *, keeps: bool) -> list[list[Any]]:
    """The rows of the list; for who keeps them, each leads to where it is changed."""
    return [
        [
            {"url": reverse("orders:edit_organisation", args=(each.pk,)), "text": each.name} if keeps else each.name,
            each.get_kind_display(),
            f"{each.order_count:,}",
            f"{each.people_count:,}",
        ]
        for each in organisations
    ]


def sender_facts(sender: InvoiceSender) -> list[dict[str, str]]:
    """What every invoice says of who issues it."""
    rows = [
        ("Name", sender.name),
        ("Address", sender.address),
        ("VAT registration number", sender.vat_number),
        ("How to pay", sender.payment),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]
