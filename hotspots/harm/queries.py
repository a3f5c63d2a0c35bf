"""Tables of harm weights as somebody may see them, and what an incident weighs."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from hotspot.core.models import User
from hotspots.models import HarmTable


def tables_seen_by(user: User) -> QuerySet[HarmTable]:
    """The tables this person may see, every version, by name and the newest version first."""
    return HarmTable.objects.visible_to(user).select_related("by")


def weights_by_month(table: HarmTable, months: Collection[date]) -> dict[date, dict[str, float]]:
    """What an incident of each category weighs in each month, by the category's name in small letters.

    A category without a weight that is valid by then is not among them.
    """
    found: dict[date, dict[str, float]] = defaultdict(dict)
    # In the order of their months, so that the last one is the one that is valid.
    rows = table.weights.order_by("first_month").values_list("category", "weight", "first_month")
    for category, weight, first_month in rows:
        for month in months:
            if first_month <= month:
                found[month][category.casefold()] = float(weight)
    return found
