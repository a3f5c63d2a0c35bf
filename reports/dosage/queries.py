"""Studies of visits as somebody may see them, and what they can be asked of."""

from datetime import date

from django.db.models import QuerySet

from hotspot.core.models import User
from hotspots.models import Dataset, IncidentMonth
from reports.models import KoperStudy


def studies_seen_by(user: User) -> QuerySet[KoperStudy]:
    """The studies this person may see, newest first."""
    return KoperStudy.objects.visible_to(user).select_related("by", "job").prefetch_related("areas", "categories")


def extract_months(user: User) -> list[date]:
    """The months of the force's own extract that are loaded and that this person may see, oldest first."""
    months = IncidentMonth.objects.visible_to(user).of(Dataset.EXTRACT)
    return list(months.order_by("month").values_list("month", flat=True))
