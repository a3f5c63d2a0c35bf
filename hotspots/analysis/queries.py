"""Analyses as somebody may see them."""

from datetime import date

from django.db.models import Max, Min, QuerySet

from hotspot.core.models import User
from hotspots.models import AreaSet, AreaSetQuerySet, HotspotAnalysis, HotspotArea, IncidentCategory, IncidentMonth
from hotspots.queries import areas_seen_by


def analyses_seen_by(user: User) -> QuerySet[HotspotAnalysis]:
    """The analyses this person may see, newest first."""
    found = HotspotAnalysis.objects.visible_to(user).select_related("by", "job", "district", "harm", "layer")
    return found.defer("district__outline").prefetch_related("categories")


def months_loaded(user: User, dataset: str = "") -> tuple[date, date] | None:
    """The first and the last month that are loaded, of one dataset or all; None where there are none."""
    months = IncidentMonth.objects.visible_to(user)
    found = months.of(dataset) if dataset else months.current()
    ends = found.aggregate(first=Min("month"), last=Max("month"))
    return (ends["first"], ends["last"]) if ends["first"] else None


def areas_chosen_by(analysis: HotspotAnalysis, user: User) -> QuerySet[HotspotArea]:
    """The hotspot areas that were chosen by an analysis and that this person may see, in list order."""
    return areas_seen_by(user).filter(analysis=analysis)


def drafts_seen_by(user: User) -> AreaSetQuerySet:
    """The sets of areas that land of an analysis can still be put into."""
    return AreaSet.objects.visible_to(user).drafts()


def police_generated() -> list[str]:
    """The names of the categories that are recorded because police looked."""
    return list(IncidentCategory.objects.filter(is_police_generated=True).values_list("name", flat=True))


def approvals_of(analysis: HotspotAnalysis, user: User) -> QuerySet[AreaSet]:
    """The approved sets with areas that were chosen by an analysis, the first approved first."""
    sets = AreaSet.objects.visible_to(user).approved().filter(members__analysis=analysis)
    return sets.select_related("approved_by").order_by("approved_at").distinct()
