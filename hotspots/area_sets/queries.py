"""Sets of areas, what is in them, and what comes of a set when it is approved."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from hotspot.core.models import User
from hotspots.models import AreaOrigin, AreaSet, AreaSetMember, HotspotArea
from hotspots.power.queries import Locality, Powers, powers


def sets_seen_by(user: User) -> QuerySet[AreaSet]:
    """The sets this person may see, the latest first, each with `area_count`, how many of its areas they may see."""
    own = Q(members__area__in=HotspotArea.objects.visible_to(user).values("pk")) if user.has_own_districts else Q()
    return (
        AreaSet.objects.visible_to(user)
        .select_related("replaces", "proposed_by", "approved_by")
        .annotate(area_count=Count("members", filter=own))
        .order_by("-first_day", "-id")
    )


def members_of(area_set: AreaSet, *, origins: QuerySet[AreaOrigin] | None = None) -> list[AreaSetMember]:
    """Everything in a set: the areas that continue in list order, then the new ones as they were added.

    `origins` are those that it says of each, all unless given.
    """
    shown = AreaOrigin.objects.all() if origins is None else origins
    members = (
        area_set.members.select_related("area__district", "district", "analysis")
        .defer("area__district__outline", "district__outline", "analysis__result")
        .prefetch_related(Prefetch("origins", shown.select_related("area")))
        .order_by("is_new", "area__position", "area__name", "id")
    )
    return list(members)


def members_seen_by(area_set: AreaSet, user: User) -> list[AreaSetMember]:
    """The members whose area this person may see, with those of their origins that this person may see."""
    if not user.has_own_districts:
        return members_of(area_set)
    areas = HotspotArea.objects.visible_to(user)
    seen = set(areas.values_list("pk", flat=True))
    members = members_of(area_set, origins=AreaOrigin.objects.filter(area__in=areas))
    return [member for member in members if member.area_id in seen]


@dataclass(frozen=True)
class SetChanges:
    """What a set makes of the areas on its first day: those that it creates, continues and ends.

    `held` are the ids of areas whose last day stays, because a later set that is approved has them.
    """

    created: Sequence[AreaSetMember]
    continuing: Sequence[AreaSetMember]
    ending: Sequence[HotspotArea]
    held: Collection[int]


def changes_of(area_set: AreaSet, members: Sequence[AreaSetMember]) -> SetChanges:
    """What approving a set does, or did: areas of the set that it replaces end unless they are in this one too."""
    known = [member.area_id for member in members if member.area_id and not member.is_new]
    ending = HotspotArea.objects.filter(memberships__area_set=area_set.replaces_id).exclude(pk__in=known)
    last_day_before = area_set.first_day - timedelta(days=1)
    ended_by_it = Q(last_day=last_day_before) if area_set.is_approved else Q(last_day__gte=area_set.first_day)
    held = set[int]()
    if not area_set.is_approved:
        ended_by_it |= Q(last_day__isnull=True)
        held.update(held_by_others(area_set).filter(area__isnull=False).values_list("area_id", flat=True))
    return SetChanges(
        created=[member for member in members if member.is_new],
        continuing=[member for member in members if not member.is_new],
        ending=list(ending.filter(ended_by_it).exclude(pk__in=held).with_district()) if area_set.replaces_id else [],
        held=held,
    )


def held_by_others(area_set: AreaSet) -> QuerySet[AreaSetMember]:
    """What other approved sets have in force on the first day of a set or later; not the set that it replaces."""
    lasts = Q(area_set__last_day__isnull=True) | Q(area_set__last_day__gte=area_set.first_day)
    members = AreaSetMember.objects.filter(lasts, area_set__state=AreaSet.State.APPROVED)
    return members.exclude(area_set__in=[area_set.pk, area_set.replaces_id])


def areas_to_continue(area_set: AreaSet, user: User) -> QuerySet[HotspotArea]:
    """The areas that could continue in a set: active when it begins, or on the day before, and not in it yet.

    Those of the set that it replaces come first.
    """
    day = area_set.first_day
    active = Q(last_day__isnull=True) | Q(last_day__gte=day - timedelta(days=1))
    areas = HotspotArea.objects.visible_to(user).with_district().defer("boundary")
    return areas.filter(active, first_day__lte=day).exclude(memberships__area_set=area_set)


def possible_origins(area_set: AreaSet, user: User) -> QuerySet[HotspotArea]:
    """The areas that a new area of a set can be made from: those of before, in force when the set begins."""
    day = area_set.first_day
    active = Q(last_day__isnull=True) | Q(last_day__gte=day - timedelta(days=1))
    return HotspotArea.objects.visible_to(user).with_district().filter(active, first_day__lt=day)


def replaceable_by(area_set: AreaSet | None) -> QuerySet[AreaSet]:
    """The approved sets that a set could replace: those that no approved set replaces yet."""
    found = AreaSet.objects.approved().exclude(replaced_by__state=AreaSet.State.APPROVED)
    return found.exclude(pk=area_set.pk) if area_set else found


def boundary_of(member: AreaSetMember) -> Any:
    """Its boundary: that of the area, once there is one."""
    return member.area.boundary if member.area else member.boundary


def powers_of(user: User, members: Sequence[AreaSetMember]) -> Powers | None:
    """What this person may know of what could be told of the areas of a set."""
    return powers(user, [Locality(boundary_of(each), (each.area or each).district_id) for each in members])
