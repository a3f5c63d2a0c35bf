"""Analyses as somebody may see them."""

from datetime import date

from django.db.models import Max, Min, QuerySet

from hotspot.core.models import User
from hotspots.models import HotspotAnalysis, IncidentMonth


def analyses_seen_by(user: User) -> QuerySet[HotspotAnalysis]:
    """The analyses this person may see, newest first."""
    found = HotspotAnalysis.objects.visible_to(user).select_related("by", "job", "district")
    return found.defer("district__outline").prefetch_related("categories")


def months_loaded(user: User) -> tuple[date, date] | None:
    """The first and the last month that are loaded; None where there are none."""
    ends = IncidentMonth.objects.visible_to(user).current().aggregate(first=Min("month"), last=Max("month"))
    return (ends["first"], ends["last"]) if ends["first"] else None
