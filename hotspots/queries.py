"""Hotspot areas and districts as somebody may see them."""

from datetime import date
from typing import Any, NamedTuple, TypeVar

from django.db.models import Count, Q, QuerySet

from hotspot.core.compiled_queries import CompiledQuery, CompiledRecords
from hotspot.core.models import User
from hotspots.models import AreaTarget, District, DoseTarget, HotspotArea, HotspotAreaQuerySet, Programme


@CompiledRecords
def _programmes(by: User) -> tuple[QuerySet[Programme]]:
    return (Programme.objects.visible_to(by),)


def programmes_seen_by(user: User) -> list[Programme]:
    """The programmes this person may know of, in their usual order."""
    (programmes,) = _programmes.records(user)
    return programmes


def areas_seen_by(user: User) -> HotspotAreaQuerySet:
    """The areas this person may see, in list order, without their boundaries."""
    return HotspotArea.objects.visible_to(user).with_district().defer("boundary")


Target = TypeVar("Target", AreaTarget, DoseTarget)


def in_force(targets: QuerySet[Target], field: str, at: date) -> tuple[dict[int, Target], dict[int, Target]]:
    """Of targets that each hold from a day on (`field`): those in force at a day, and those that replace them next.

    Each by the id of its area.
    """
    now = targets.filter(**{f"{field}__lte": at}).order_by("area_id", f"-{field}").distinct("area_id")
    later = targets.filter(**{f"{field}__gt": at}).order_by("area_id", field).distinct("area_id")
    standing, following = ({target.area_id: target for target in found} for found in (now, later))
    return standing, following


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
