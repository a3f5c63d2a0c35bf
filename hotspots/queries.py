"""Hotspot areas and districts as somebody may see them."""

from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from hotspot.core import prepared_statements
from hotspot.core.models import User
from hotspots.models import District, HotspotArea


def areas_seen_by(user: User) -> QuerySet[HotspotArea]:
    """The areas this person may see, in list order, without their boundaries."""
    return HotspotArea.objects.visible_to(user).select_related("district").defer("boundary")


class AreaNumber(NamedTuple):
    """An area for who needs no word about it."""

    pk: int
    district_id: int


def area_numbers_seen_by(user: User) -> list[AreaNumber]:
    """The same areas, with nothing but their numbers and districts."""
    areas = HotspotArea.objects.visible_to(user)
    return [AreaNumber(*numbers) for numbers in prepared_statements.rows(areas.values_list("pk", "district_id"))]


def districts_seen_by(user: User) -> QuerySet[District]:
    """The districts this person may see, each with its `area_count` and its `people_count` of supervisors."""
    return District.objects.visible_to(user).annotate(
        area_count=Count("areas", distinct=True),
        people_count=Count("access", filter=Q(access__user__is_active=True), distinct=True),
    )
