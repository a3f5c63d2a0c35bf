"""Hotspot areas as somebody may see them."""

from django.db.models import QuerySet

from hotspot.core.models import User
from hotspots.models import HotspotArea


def neighbours(area: HotspotArea, user: User) -> QuerySet[HotspotArea]:
    """The other areas of the same district, to show where a boundary lies."""
    return HotspotArea.objects.visible_to(user).filter(district=area.district_id).exclude(pk=area.pk)
