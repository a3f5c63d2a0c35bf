"""Partner organisations with what is known of them."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from hotspot.core.models import User
from hotspot.core.permissions import Role, has_own_orders
from hotspots.models import InvoiceSender, OrderArea, OrderMonth, OrderRate, PartnerOrganisation, PatrolOrder

ORDER_PARTS = (OrderArea, OrderMonth, OrderRate)
"""What belongs to an order in rows of its own. Whoever changes one of them changes the order."""


def organisations_seen_by(user: User) -> QuerySet[Any]:
    """The organisations, by name, with `order_count` of their standing orders and `people_count` who may sign in."""
    # Of an organisation is who sees its orders alone; others may have been, and have another role now.
    roles = [role for role in Role if has_own_orders(role)]
    counted = PartnerOrganisation.objects.visible_to(user).annotate(
        order_count=Count("orders", filter=Q(orders__withdrawal=""), distinct=True),
        people_count=Count(
            "people", filter=Q(people__user__is_active=True, people__user__role__in=roles), distinct=True
        ),
    )
    # Where rows are grouped, Django leaves out a model's own order.
    return counted.order_by("name")


def sender() -> InvoiceSender | None:
    """Who issues invoices, once somebody has said so."""
    return InvoiceSender.objects.first()


def events_of_part(part: type[Any], order: PatrolOrder) -> QuerySet[Any]:
    """Every version of one kind of part (`ORDER_PARTS`) of an order."""
    found: QuerySet[Any] = part.events.rel.related_model.objects.filter(order=order)
    return found


def version_of_order(order: PatrolOrder) -> int:
    """Which version of an order stands: how many events it and its parts have, which grows with every change to any."""
    own: int = order.events.count()  # type: ignore[attr-defined]
    return own + sum(events_of_part(part, order).count() for part in ORDER_PARTS)
