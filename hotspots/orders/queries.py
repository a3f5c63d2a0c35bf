"""Partner organisations with what is known of them."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from hotspot.core.models import User
from hotspots.models import InvoiceSender, PartnerOrganisation


def organisations_seen_by(user: User) -> QuerySet[Any]:
    """The organisations, by name, with `order_count` of their standing orders and `people_count` who may sign in."""
    counted = PartnerOrganisation.objects.visible_to(user).annotate(
        order_count=Count("orders", filter=Q(orders__withdrawal=""), distinct=True),
        people_count=Count("people", filter=Q(people__user__is_active=True), distinct=True),
    )
    # Where rows are grouped, Django leaves out a model's own order.
    return counted.order_by("name")


def sender() -> InvoiceSender | None:
    """Who issues invoices, once somebody has said so."""
    return InvoiceSender.objects.first()
