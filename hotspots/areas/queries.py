"""Hotspot areas, and what lies around them, as somebody may see them."""

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from hotspot.core.models import User
from hotspots.models import AreaSet, AreaSetMember, District, DistrictQuerySet, HotspotAnalysis, HotspotArea


def neighbours(area: HotspotArea, user: User) -> QuerySet[HotspotArea]:
    """The other areas of the same district, to show where a boundary lies."""
    return HotspotArea.objects.visible_to(user).filter(district=area.district_id).exclude(pk=area.pk)


def outlines_of(districts: DistrictQuerySet) -> list[str]:
    """The outlines of those that have one, as the text of GeoJSON, which shapely reads quicker than Python."""
    drawn = districts.filter(outline__isnull=False)
    return list(drawn.values_list(Cast("outline", TextField()), flat=True))


def outlines_seen_by(user: User) -> list[str]:
    """The outlines of the districts that this person may see."""
    return outlines_of(District.objects.visible_to(user))


def memberships_of(area: HotspotArea, user: User) -> QuerySet[AreaSetMember]:
    """What an area is in the sets that this person may see, the latest set first."""
    sets = AreaSet.objects.visible_to(user)
    members = area.memberships.filter(area_set__in=sets).select_related("area_set").defer("boundary")
    return members.order_by("-area_set__first_day", "-area_set_id")


def made_from(area: HotspotArea) -> list[HotspotArea]:
    """The areas of before that it was made from when its set was approved, in list order."""
    return list(HotspotArea.objects.filter(became__member__area=area).defer("boundary"))


def became(area: HotspotArea) -> list[HotspotArea]:
    """The areas that were made from it by sets that are approved, in list order."""
    return list(HotspotArea.objects.filter(memberships__origins__area=area, memberships__is_new=True).defer("boundary"))


def analysis_of(area: HotspotArea, user: User) -> HotspotAnalysis | None:
    """The analysis that an area was chosen by, where there is one and this person may see it."""
    if area.analysis_id is None:
        return None
    return HotspotAnalysis.objects.visible_to(user).filter(pk=area.analysis_id).first()
