"""Authorisations as somebody may see them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet

from hotspot.core.models import User
from hotspots.models import HotspotArea, PowerAuthorisation, PowerAuthorisationArea, PowerAuthorisationQuerySet

STATES = (
    ("in_force", "In force"),
    ("to_come", "To come"),
    ("ended", "Ended"),
    ("withdrawn", "Withdrawn early"),
    ("void", "Recorded by mistake"),
)


def authorisations_seen_by(user: User) -> PowerAuthorisationQuerySet:
    """The authorisations this person may see, each with its `shown_places`: those of areas that they may see.

    `place_count` is how many there are in all, and `last_instant` when it ends or ended.
    """
    areas = HotspotArea.objects.visible_to(user).values("pk")
    places = PowerAuthorisationArea.objects.filter(area__in=areas).select_related("area").defer("area__boundary")
    shown = Prefetch("places", places.order_by("area__position", "area__name"), to_attr="shown_places")
    found = PowerAuthorisation.objects.visible_to(user).with_end().prefetch_related(shown)
    # Where rows are grouped, Django leaves out a model's own order.
    return found.annotate(place_count=Count("places")).order_by("-starts_at", "-pk")


def in_state(seen: PowerAuthorisationQuerySet, state: str, at: datetime) -> PowerAuthorisationQuerySet:
    """Those that are in a state of `STATES` at an instant: what `rules.state_of` says, in SQL."""
    withdrawn = Q(withdrawn_at__lte=at)
    begun = Q(starts_at__lte=at)
    over = Q(last_instant__lte=at)
    conditions = {
        "void": ~Q(void_reason=""),
        "withdrawn": Q(void_reason="") & withdrawn,
        "to_come": Q(void_reason="") & ~withdrawn & ~begun,
        "in_force": Q(void_reason="") & ~withdrawn & begun & ~over,
        "ended": Q(void_reason="") & ~withdrawn & begun & over,
    }
    return seen.with_end().filter(conditions[state])


def shown_now(user: User, at: datetime) -> PowerAuthorisationQuerySet:
    """Those in force that this person may see, the one that ends first before the others."""
    return in_state(authorisations_seen_by(user), "in_force", at).order_by(F("last_instant"), "pk")


def in_areas(areas: Collection[int] | QuerySet[Any, int]) -> Q:
    """The authorisations whose locality takes in one of these areas (by id)."""
    return Q(pk__in=PowerAuthorisationArea.objects.filter(area__in=areas).values("authorisation"))
