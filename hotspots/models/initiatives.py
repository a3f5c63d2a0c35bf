"""Initiatives: what a programme pays for besides patrols, such as cameras, signs and marking kits."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from hotspot.core.models import User, tracked
from hotspot.core.permissions import Permission
from hotspots.models.reference import DistrictAccess, HotspotArea, Programme
from hotspots.models.spend import SpendEntry


@tracked()
class InitiativeKind(models.Model):
    """A kind of initiative that an administrator keeps, with what is counted of it: 1 camera, 12 cameras."""

    name = models.CharField(max_length=80, unique=True)
    unit = models.CharField("unit, of one", max_length=40)
    units = models.CharField("unit, of several", max_length=40)
    position = models.PositiveSmallIntegerField("place in lists", default=100)

    class Meta:
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    def visible_to(self, user: User) -> Self:
        """All of them for who may see plans; for supervisors, those of the force and those in their own districts."""
        if not user.may(Permission.VIEW_PLANS):
            return self.none()
        if not user.has_own_districts:
            return self
        own = DistrictAccess.objects.filter(user=user).values("district")
        return self.filter(
            Q(is_force_wide=True) | Q(pk__in=InitiativeArea.objects.filter(area__district__in=own).values("initiative"))
        )

    def standing(self) -> Self:
        """Those that were not withdrawn."""
        return self.filter(void_reason="")

    def publishable(self) -> Self:
        """Those that may be published, as they stand."""
        return self.standing().filter(is_publishable=True)

    def in_place(self) -> Self:
        """Those that are or were in place somewhere, so that they can change what is recorded there."""
        return self.standing().filter(in_place_from__isnull=False)


@tracked()
class Initiative(models.Model):
    """Something other than patrols that a programme pays for: in some hotspot areas, or in the whole force.

    It is planned for `first_day`, or began then. A finished or stopped one ended on `last_day`; a stopped one says why.
    It is in place from `in_place_from` to `in_place_until` (none: for good), whenever the work on it ends. `owner` is a
    user of the service, or else `team` is a name. Money is in pence.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        UNDER_WAY = "under_way", "Under way"
        FINISHED = "finished", "Finished"
        STOPPED = "stopped", "Stopped"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="initiatives")
    kind = models.ForeignKey(InitiativeKind, models.PROTECT, related_name="initiatives")
    name = models.CharField(max_length=120)
    purpose = models.TextField("what it is for", blank=True)
    is_force_wide = models.BooleanField("in the whole force", default=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)
    first_day = models.DateField("first day", null=True, blank=True)
    last_day = models.DateField("last day", null=True, blank=True)
    stop_reason = models.CharField("why it was stopped", max_length=300, blank=True)
    in_place_from = models.DateField("in place from", null=True, blank=True)
    in_place_until = models.DateField("in place until", null=True, blank=True)
    quantity = models.PositiveIntegerField(null=True, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    team = models.CharField(max_length=120, blank=True)
    planned_pence = models.BigIntegerField("planned cost, in pence", null=True, blank=True)
    is_publishable = models.BooleanField("may be published", default=False)
    void_reason = models.CharField("why it was withdrawn", max_length=300, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        ordering = ("kind__position", "kind__name", "-first_day", "name", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(first_day__isnull=False, last_day__gte=F("first_day")),
                name="initiative_days_in_order",
                violation_error_message="The last day must be the same as or after the first.",
            ),
            models.CheckConstraint(
                condition=Q(in_place_until__isnull=True)
                | Q(in_place_from__isnull=False, in_place_until__gte=F("in_place_from")),
                name="initiative_place_days_in_order",
                violation_error_message="The day it was taken away must be the same as or after the first in place.",
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(team=""),
                name="initiative_one_owner",
                violation_error_message="Name a person or a team as its owner, not both.",
            ),
            models.CheckConstraint(
                condition=Q(planned_pence__isnull=True) | Q(planned_pence__gte=0),
                name="initiative_cost_not_negative",
                violation_error_message="The planned cost must be 0 or more.",
            ),
        )

    def __str__(self) -> str:
        return self.name


@tracked()
class InitiativeArea(models.Model):
    """That an initiative is in a hotspot area."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="places")
    area = models.ForeignKey(HotspotArea, models.PROTECT, related_name="initiative_places")

    class Meta:
        ordering = ("initiative", "area__position", "area__name")
        constraints = (models.UniqueConstraint(fields=("initiative", "area"), name="initiative_area_once"),)

    def __str__(self) -> str:
        return f"{self.initiative} in {self.area}"


class InitiativeDocumentQuerySet(models.QuerySet["InitiativeDocument"]):
    def visible_to(self, user: User) -> Self:
        """Those of the initiatives that this person may see."""
        return self.filter(initiative__in=Initiative.objects.visible_to(user).values("pk"))

    def standing(self) -> Self:
        """Those that were not withdrawn."""
        return self.filter(void_reason="")


@tracked(exclude=("content",))
class InitiativeDocument(models.Model):
    """A document of an initiative, such as an order or a photograph of a sign. Unlike a stored file it is kept."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="documents")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField("size in bytes")
    content = models.BinaryField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    void_reason = models.CharField("why it was withdrawn", max_length=300, blank=True)

    objects = InitiativeDocumentQuerySet.as_manager()

    class Meta:
        ordering = ("added_at", "id")

    def __str__(self) -> str:
        return self.name


@tracked()
class InitiativeEntry(models.Model):
    """That an approved entry of spend was for an initiative. What reverses the entry then takes its cost back."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="entries")
    entry = models.OneToOneField(SpendEntry, models.PROTECT, related_name="initiative_link")

    class Meta:
        ordering = ("initiative", "entry")
        verbose_name_plural = "initiative entries"

    def __str__(self) -> str:
        return f"{self.entry} for {self.initiative}"
