"""Studies of impact as somebody may see them, and what they can be asked of."""

from datetime import date

from django.db.models import QuerySet

from hotspot.core.models import User
from hotspots.models import IncidentMonth
from reports.models import ImpactStudy


def studies_seen_by(user: User) -> QuerySet[ImpactStudy]:
    """The studies this person may see, newest first."""
    return ImpactStudy.objects.visible_to(user).select_related("by", "job").prefetch_related("categories")


def months_of(user: User, dataset: str) -> list[date]:
    """The months of a dataset that are loaded and that this person may see, oldest first."""
    months = IncidentMonth.objects.visible_to(user).of(dataset)
    return list(months.order_by("month").values_list("month", flat=True))
