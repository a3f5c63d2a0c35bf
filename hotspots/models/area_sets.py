"""Sets of hotspot areas: drawn up by analysts, approved by an administrator, in force between dates."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hotspot.core.models import User, tracked
from hotspot.core.permissions import Permission
from hotspots.models.incidents import HotspotAnalysis
from hotspots.models.reference import District, HotspotArea


class AreaSetQuerySet(models.QuerySet["AreaSet"]):
    def visible_to(self, user: User) -> Self:
        """Approved sets are known to everybody who signs in, the others to those who see what areas are chosen by."""
        if not user.may(Permission.VIEW_REFERENCE):
            return self.none()
        return self if user.may(Permission.VIEW_INCIDENTS) else self.approved()

    def approved(self) -> Self:
        """The sets that are, were or will be in force."""
        return self.filter(state=AreaSet.State.APPROVED)

    def drafts(self) -> Self:
        """The sets that can still be changed."""
        return self.filter(state=AreaSet.State.DRAFT)


@tracked()
class AreaSet(models.Model):
    """The hotspot areas of a season, from its first to its last day (both included; none: until it is replaced).

    A draft becomes a proposal, and an administrator approves it or returns it with a `comment`. On approval its new
    areas are created, and those of the set that it `replaces` end the day before unless they continue. An approved set
    is not changed again, but for its last day when another replaces it. `reason` says how its areas were chosen.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PROPOSED = "proposed", "Waiting for approval"
        APPROVED = "approved", "Approved"

    name = models.CharField(max_length=120, unique=True)
    first_day = models.DateField("in force from")
    last_day = models.DateField("in force until", null=True, blank=True)
    reason = models.TextField("how its areas were chosen", blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    comment = models.TextField("what to change", blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    objects = AreaSetQuerySet.as_manager()

    class Meta:
        ordering = ("-first_day", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="area_set_ends_after_start",
                violation_error_message="The last day must be the same as or after the first day.",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(proposed_by__isnull=False, proposed_at__isnull=False),
                name="area_set_proposed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="area_set_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(approved_by=F("proposed_by")),
                name="area_set_approved_by_another",
            ),
            models.UniqueConstraint(fields=("replaces",), condition=Q(state="approved"), name="area_set_replaced_once"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.state == self.State.DRAFT

    @property
    def is_approved(self) -> bool:
        """Whether its areas exist between its dates."""
        return self.state == self.State.APPROVED


@tracked()
class AreaSetMember(models.Model):
    """A hotspot area of a set: one that continues from before, or a new one.

    A new one is a candidate until the set is approved: `area` is empty, and the facts that an area has are kept here.
    After that they say what was approved, and the area may change. `boundary` is as `HotspotArea.boundary`.
    The two numbers are its target a month in this set; 0 means none.
    """

    area_set = models.ForeignKey(AreaSet, models.CASCADE, related_name="members")
    area = models.ForeignKey(HotspotArea, models.PROTECT, null=True, blank=True, related_name="memberships")
    is_new = models.BooleanField("a new area")
    name = models.CharField(max_length=120, blank=True)
    town = models.CharField(max_length=80, blank=True)
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField("hotspot for", max_length=20, choices=HotspotArea.Kind, blank=True)
    boundary = models.JSONField(null=True, blank=True)
    reason = models.TextField("why it was chosen", blank=True)
    analysis = models.ForeignKey(HotspotAnalysis, models.PROTECT, null=True, blank=True, related_name="candidates")
    patrol_minutes = models.PositiveIntegerField("patrol hours a month, in minutes", default=0)
    patrols = models.PositiveIntegerField("patrols a month", default=0)

    class Meta:
        ordering = ("area_set", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("area_set", "area"),
                name="area_set_member_once",
                violation_error_message="The area is already in this set.",
            ),
            models.CheckConstraint(
                condition=Q(is_new=True, boundary__has_key="type", boundary__type__in=("Polygon", "MultiPolygon"))
                | Q(is_new=False, boundary__isnull=True, area__isnull=False),
                name="area_set_member_new_or_known",
            ),
        )

    def __str__(self) -> str:
        return self.area.name if self.area else self.name

    @property
    def is_candidate(self) -> bool:
        """Whether its area is still to be created."""
        return self.area_id is None

    @property
    def facts(self) -> dict[str, Any]:
        """What a new area is created with, besides its boundary, dates and place in lists."""
        names = ("name", "town", "district", "kind", "reason", "analysis")
        return {name: getattr(self, name) for name in names}


@tracked()
class AreaOrigin(models.Model):
    """That a new area of a set is made from an area of before, which was redrawn, split or merged with others."""

    member = models.ForeignKey(AreaSetMember, models.CASCADE, related_name="origins")
    area = models.ForeignKey(HotspotArea, models.PROTECT, related_name="became")

    class Meta:
        ordering = ("member", "area")
        constraints = (models.UniqueConstraint(fields=("member", "area"), name="area_origin_once"),)

    def __str__(self) -> str:
        return f"{self.member} from {self.area}"
