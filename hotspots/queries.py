"""Hotspot areas and districts as somebody may see them."""

from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from hotspot.core.compiled_queries import CompiledQuery, CompiledRecords
from hotspot.core.models import User
from hotspots.models import District, HotspotArea, Programme


@CompiledRecords
def _programmes(by: User) -> tuple[QuerySet[Programme]]:
    return (Programme.objects.visible_to(by),)


def programmes_seen_by(user: User) -> list[Programme]:
    """The programmes this person may know of, in their usual order."""
    (programmes,) = _programmes.records(user)
    return programmes


def areas_seen_by(user: User) -> QuerySet[HotspotArea]:
    """The areas this person may see, in list order, without their boundaries."""
    return HotspotArea.objects.visible_to(user).with_district().defer("boundary")


class AreaNumber(NamedTuple):
    """An area for who needs no word about it."""

    pk: int
    district_id: int


@CompiledQuery
def _area_numbers(by: User) -> QuerySet[Any]:
    return HotspotArea.objects.visible_to(by).values_list("pk", "district_id")


def area_numbers_seen_by(user: User) -> list[AreaNumber]:
    """The same areas, with nothing but their numbers and districts."""
    return [AreaNumber(*numbers) for numbers in _area_numbers.rows(user)]


def districts_seen_by(user: User) -> QuerySet[District]:
    """The districts this person may see, by name: `area_count`, `people_count` of supervisors, and `has_outline`."""
    districts = District.objects.visible_to(user).annotate(
        area_count=Count("areas", distinct=True),
        people_count=Count("access", filter=Q(access__user__is_active=True), distinct=True),
        has_outline=Q(outline__isnull=False),
    )
    # Where rows are grouped, Django leaves out a model's own order.
    return districts.order_by("name")
