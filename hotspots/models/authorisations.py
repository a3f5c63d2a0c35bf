"""Authorisations of powers that exist only while one is in force: dispersal (section 34), searches (section 60)."""

from datetime import datetime, timedelta
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import DurationField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual

from hotspot.core.models import User, tracked
from hotspot.core.permissions import Permission
from hotspots.models.reference import DistrictAccess, HotspotArea


class PoliceRank(models.TextChoices):
    """The rank of who gave an authorisation, the lowest first."""

    CONSTABLE = "constable", "Constable"
    SERGEANT = "sergeant", "Sergeant"
    INSPECTOR = "inspector", "Inspector"
    CHIEF_INSPECTOR = "chief_inspector", "Chief inspector"
    SUPERINTENDENT = "superintendent", "Superintendent"
    CHIEF_SUPERINTENDENT = "chief_superintendent", "Chief superintendent"
    CHIEF_OFFICER = "chief_officer", "Assistant chief constable or above"


class PowerAuthorisationQuerySet(models.QuerySet["PowerAuthorisation"]):
    def visible_to(self, user: User) -> Self:
        """All of them for who may see them; for supervisors, those of an area in their own districts."""
        if not user.may(Permission.VIEW_AUTHORISATIONS):
            return self.none()
        if not user.has_own_districts:
            return self
        own = DistrictAccess.objects.filter(user=user).values("district")
        there = PowerAuthorisationArea.objects.filter(area__district__in=own)
        return self.filter(pk__in=there.values("authorisation"))

    def standing(self) -> Self:
        """Those that were not recorded by mistake."""
        return self.filter(void_reason="")

    def with_end(self) -> Self:
        """Each with `last_instant`: when it ended or ends, whatever extended or withdrew it."""
        return self.annotate(last_instant=Coalesce("withdrawn_at", "extended_until", "ends_at"))

    def in_force(self, at: Any) -> Self:
        """Those in force at an instant (or at the value of an expression): from the start on, and before the end."""
        return self.in_force_between(at, at)

    def in_force_between(self, first: Any, last: Any) -> Self:
        """Those in force at some instant from `first` to `last`, both included."""
        found = self.standing().with_end().filter(starts_at__lte=last, last_instant__gt=first)
        # One that was withdrawn before it began was never in force.
        return found.filter(last_instant__gt=F("starts_at"))


def _lasts_at_most(limit: timedelta, first: str, last: str) -> LessThanOrEqual:
    """Elapsed time, whatever clocks showed: a difference of two instants knows no time zone."""
    elapsed = ExpressionWrapper(F(last) - F(first), output_field=DurationField())
    return LessThanOrEqual(elapsed, Value(limit, output_field=DurationField()))


@tracked()
class PowerAuthorisation(models.Model):
    """That an officer authorised the use of a power in a locality, from `starts_at` and before `ends_at` (UTC).

    `officer` is their name or collar number as it was entered. An authorisation can be continued once, until
    `extended_until`, where its kind allows it, and withdrawn early. `void_reason` says why one was recorded by mistake.
    """

    class Kind(models.TextChoices):
        DISPERSAL = "dispersal", "Dispersal (section 34)"
        SEARCH = "search", "Searches without suspicion (section 60)"

    kind = models.CharField(max_length=10, choices=Kind)
    locality = models.CharField("locality as the authorisation specifies it", max_length=300)
    grounds = models.TextField()
    rank = models.CharField("rank of who gave it", max_length=20, choices=PoliceRank)
    officer = models.CharField("who gave it", max_length=120)
    given_at = models.DateTimeField("time it was given")
    starts_at = models.DateTimeField("start")
    ends_at = models.DateTimeField("end")
    is_signed = models.BooleanField("in writing and signed", default=False)
    has_regard = models.BooleanField("regard to articles 10 and 11", default=False)
    informed_at = models.DateTimeField("time a superintendent was informed", null=True, blank=True)
    review_at = models.DateTimeField("next review", null=True, blank=True)
    extended_until = models.DateTimeField("continued until", null=True, blank=True)
    extended_at = models.DateTimeField("time it was continued", null=True, blank=True)
    extension_rank = models.CharField("rank of who continued it", max_length=20, choices=PoliceRank, blank=True)
    extension_officer = models.CharField("who continued it", max_length=120, blank=True)
    extension_grounds = models.TextField("why it was continued", blank=True)
    withdrawn_at = models.DateTimeField("withdrawn early at", null=True, blank=True)
    withdrawal_reason = models.CharField("why it was withdrawn early", max_length=300, blank=True)
    correction_reason = models.CharField("reason of the last correction", max_length=300, blank=True)
    void_reason = models.CharField("why it was recorded by mistake", max_length=300, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = PowerAuthorisationQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_at", "-id")
        indexes = (models.Index(fields=("kind", "starts_at"), name="authorisation_kind_start"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="authorisation_ends_after_start",
                violation_error_message="The end must be after the start.",
            ),
            models.CheckConstraint(
                condition=(Q(kind="dispersal") & Q(_lasts_at_most(timedelta(hours=48), "starts_at", "ends_at")))
                | (Q(kind="search") & Q(_lasts_at_most(timedelta(hours=24), "starts_at", "ends_at"))),
                name="authorisation_not_too_long",
                violation_error_message="An authorisation lasts at most as long as its section allows.",
            ),
            models.CheckConstraint(
                condition=Q(extended_until__isnull=True, extended_at__isnull=True, extension_rank="")
                | (
                    Q(kind="search", extended_at__isnull=False, extended_until__gt=F("ends_at"))
                    & ~Q(extension_rank="")
                    & Q(_lasts_at_most(timedelta(hours=24), "ends_at", "extended_until"))
                ),
                name="authorisation_continued_as_allowed",
                violation_error_message="Only a section 60 authorisation can be continued, by at most 24 hours.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__lt=Coalesce("extended_until", "ends_at")),
                name="authorisation_withdrawn_early",
                violation_error_message="It can only be withdrawn before it ends.",
            ),
        )
        triggers = (pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.number}, {self.locality}"

    @property
    def number(self) -> str:
        """PA-12: how people refer to it."""
        return f"PA-{self.pk}"

    @property
    def ended_at(self) -> datetime:
        """When it ended or ends."""
        return self.withdrawn_at or self.extended_until or self.ends_at


@tracked()
class PowerAuthorisationArea(models.Model):
    """That an authorisation's locality takes in a hotspot area."""

    authorisation = models.ForeignKey(PowerAuthorisation, models.CASCADE, related_name="places")
    area = models.ForeignKey(HotspotArea, models.PROTECT, related_name="authorisation_places")

    class Meta:
        ordering = ("authorisation", "area__position", "area__name")
        constraints = (models.UniqueConstraint(fields=("authorisation", "area"), name="authorisation_area_once"),)

    def __str__(self) -> str:
        return f"{self.authorisation} in {self.area}"


@tracked()
class PowerAuthorisationReview(models.Model):
    """That somebody looked again at whether an authorisation is still needed."""

    authorisation = models.ForeignKey(PowerAuthorisation, models.PROTECT, related_name="reviews")
    reviewed_at = models.DateTimeField("time of the review")
    officer = models.CharField("who reviewed it", max_length=120)
    finding = models.TextField("what was found")
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("reviewed_at", "id")
        triggers = (pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"Review of {self.authorisation}"
