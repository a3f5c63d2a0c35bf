"""Where and for what the patrols are funded: programmes, funding streams, districts, hotspot areas and targets."""

from datetime import date
from typing import Any, Self, TypeVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from hotspot.core.calendar import Period
from hotspot.core.definitions.registry import CURRENT
from hotspot.core.models import User, tracked
from hotspot.core.permissions import Permission

SMALLEST_SHOWN = range(3, 21)
"""What an administrator may choose: below 3 nothing would be protected, above 20 little would be left."""

Rows = TypeVar("Rows", bound=models.QuerySet[Any])


def _seen_by(user: User, everything: Rows, own: Q) -> Rows:
    """Supervisors see their own districts; every other role that reads reference data sees all of it."""
    if not user.may(Permission.VIEW_REFERENCE):
        return everything.none()
    return everything.filter(own) if user.has_own_districts else everything


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: User) -> Self:
        """Programmes are known to everybody who signs in."""
        return self if user.may(Permission.VIEW_REFERENCE) else self.none()

    def overlapping(self, period: Period) -> Self:
        """The programmes that run on any day of the period."""
        return self.filter(first_day__lte=period.last_day, last_day__gte=period.first_day)

    def by_precedence(self) -> Self:
        """The one that is used where several run first: the default, then the one that was made first."""
        return self.order_by("-is_default", "id")


@tracked()
class Programme(models.Model):
    """A funded operation and the period whose figures are reported. Both days are included."""

    name = models.CharField(max_length=120, unique=True)
    first_day = models.DateField()
    last_day = models.DateField()
    grant_pence = models.BigIntegerField("grant, in pence", null=True, blank=True)
    smallest_shown = models.PositiveSmallIntegerField("smallest number shown for part of the areas", default=5)
    is_default = models.BooleanField("used where several programmes run", default=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ("-first_day", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="programme_ends_after_start",
                violation_error_message="The last day must be the same as or after the first day.",
            ),
            models.CheckConstraint(
                condition=Q(grant_pence__isnull=True) | Q(grant_pence__gte=0),
                name="programme_grant_not_negative",
                violation_error_message="The grant must be 0 or more.",
            ),
            models.CheckConstraint(
                condition=Q(smallest_shown__range=(SMALLEST_SHOWN.start, SMALLEST_SHOWN.stop - 1)),
                name="programme_smallest_shown",
                violation_error_message="The smallest number shown must be from 3 to 20.",
            ),
            models.UniqueConstraint(
                fields=("is_default",),
                condition=Q(is_default=True),
                name="programme_one_default",
                violation_error_message="Another programme is the default.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def period(self) -> Period:
        """First to last day."""
        return Period(self.first_day, self.last_day)

    @property
    def small(self) -> range:
        """The counts in which somebody could be recognised. A zero is none of them."""
        return range(1, self.smallest_shown)


class FundingStreamQuerySet(models.QuerySet["FundingStream"]):
    def visible_to(self, user: User) -> Self:
        """Funding streams are known to everybody who signs in."""
        return self if user.may(Permission.VIEW_REFERENCE) else self.none()

    def in_headline(self) -> Self:
        """What is paid from the programme: business as usual is recorded apart."""
        return self.exclude(kind__in=CURRENT.streams_apart)


@tracked()
class FundingStream(models.Model):
    """What pays for a shift. Business as usual is recorded apart and never in a headline figure."""

    class Kind(models.TextChoices):
        HOME_OFFICE_GRANT = "home_office_grant", "Home Office grant"
        PCC_MATCH = "pcc_match", "PCC match"
        COUNCIL = "council", "Council"
        BID = "bid", "Business Improvement District"
        PARISH = "parish", "Parish or town council"
        OTHER = "other", "Other"
        BUSINESS_AS_USUAL = "business_as_usual", "Business as usual"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="funding_streams")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind)
    budget_pence = models.BigIntegerField("budget, in pence", null=True, blank=True)
    is_default = models.BooleanField("used unless another is chosen", default=False)

    objects = FundingStreamQuerySet.as_manager()

    class Meta:
        ordering = ("programme", "-is_default", "name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("programme", "name"),
                name="funding_stream_name_unique",
                violation_error_message="The programme already has a funding stream of this name.",
            ),
            models.UniqueConstraint(
                fields=("programme",),
                condition=Q(is_default=True),
                name="funding_stream_one_default",
                violation_error_message="The programme already has a default funding stream.",
            ),
            models.CheckConstraint(
                condition=Q(budget_pence__isnull=True) | Q(budget_pence__gte=0),
                name="funding_stream_budget_not_negative",
                violation_error_message="The budget must be 0 or more.",
            ),
        )
        # Shifts already counted under a kind would change the published past if it could be edited.
        triggers = (pgtrigger.ReadOnly(name="stream_kind_fixed", fields=["programme", "kind"]),)

    def __str__(self) -> str:
        return self.name

    @property
    def in_headline(self) -> bool:
        """Whether shifts paid by this stream count in the headline figures."""
        return self.kind not in CURRENT.streams_apart


class DistrictQuerySet(models.QuerySet["District"]):
    def visible_to(self, user: User) -> Self:
        """A supervisor's own districts; all of them for the other roles. Their outlines are read when asked for."""
        own = Q(pk__in=DistrictAccess.objects.filter(user=user).values("district"))
        return _seen_by(user, self.defer("outline"), own)


@tracked()
class District(models.Model):
    """A local authority district. `code` is the ONS code, like E07000099.

    LSOAs are named after districts, and police data has these names. Where people here call a district otherwise,
    `name_in_police_data` is the other name. The outline is a GeoJSON Polygon or MultiPolygon in longitude and latitude
    (WGS 84), or None until an administrator loads one. History keeps it: it changes once in years, and those of ten
    districts have 500 kB together.
    """

    name = models.CharField(max_length=80, unique=True)
    code = models.CharField("ONS code", max_length=9, unique=True)
    name_in_police_data = models.CharField(max_length=80, blank=True)
    outline = models.JSONField(null=True, blank=True)

    objects = DistrictQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(outline__isnull=True)
                | Q(outline__has_key="type", outline__type__in=("Polygon", "MultiPolygon")),
                name="district_outline_is_polygon",
                violation_error_message="The outline must be a GeoJSON Polygon or MultiPolygon.",
            ),
        )

    def __str__(self) -> str:
        return self.name


class PlaceQuerySet(models.QuerySet["Place"]):
    def visible_to(self, user: User) -> Self:
        """Everything, for everybody who reads reference data: places are on every map that can be bought."""
        return self if user.may(Permission.VIEW_REFERENCE) else self.none()

    def within(self, west: float, south: float, east: float, north: float) -> Self:
        """The places whose extent reaches into a rectangle in degrees, the largest first."""
        near = self.filter(west__lt=east, east__gt=west, south__lt=north, north__gt=south)
        return near.order_by("-hectares", "pk")


class Place(models.Model):
    """A town, ward or parish by whose outline people find their way on a map. Nothing is counted by it.

    The outline is a GeoJSON Polygon or MultiPolygon in longitude and latitude (WGS 84), and so are the edges of its
    extent. A file of places replaces all that were there before.
    """

    name = models.CharField(max_length=80)
    outline = models.JSONField()
    hectares = models.FloatField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    loaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        indexes = (models.Index(fields=("-hectares", "id"), name="place_largest_first"),)

    def __str__(self) -> str:
        return self.name


@tracked()
class DistrictAccess(models.Model):
    """That a supervisor works in a district: they see and log shifts there."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="district_access")
    district = models.ForeignKey(District, models.PROTECT, related_name="access")

    class Meta:
        verbose_name_plural = "district access"
        constraints = (models.UniqueConstraint(fields=("user", "district"), name="district_access_unique"),)

    def __str__(self) -> str:
        return f"{self.user} in {self.district}"


class HotspotAreaQuerySet(models.QuerySet["HotspotArea"]):
    def visible_to(self, user: User) -> Self:
        """The areas of a supervisor's own districts; all of them for the other roles."""
        own = DistrictAccess.objects.filter(user=user).values("district")
        return _seen_by(user, self, Q(district__in=own))

    def with_district(self) -> Self:
        """The areas, each with its district but for the outline."""
        return self.select_related("district").defer("district__outline")

    def active_on(self, day: date) -> Self:
        """The areas in force on the day."""
        return self.active_in(Period(day, day))

    def active_in(self, period: Period) -> Self:
        """The areas in force on any day of the period."""
        still = Q(last_day__isnull=True) | Q(last_day__gte=period.first_day)
        return self.filter(still, first_day__lte=period.last_day)


@tracked()
class HotspotArea(models.Model):
    """A place with a boundary where patrols are funded, from its first to its last day (both included; none: open).

    `reason` says why it was chosen, `analysis` which run it was chosen by, if any.
    `town` is the name that the press text lists it under, `position` its place in every list. The boundary is a
    GeoJSON Polygon or MultiPolygon in longitude and latitude (WGS 84).
    """

    class Kind(models.TextChoices):
        ASB = "asb", "Anti-social behaviour"
        SERIOUS_VIOLENCE = "serious_violence", "Serious violence"
        BOTH = "both", "Anti-social behaviour and serious violence"

    name = models.CharField(max_length=120)
    town = models.CharField(max_length=80)
    district = models.ForeignKey(District, models.PROTECT, related_name="areas")
    kind = models.CharField(max_length=20, choices=Kind)
    boundary = models.JSONField()
    first_day = models.DateField("active from")
    last_day = models.DateField("active until", null=True, blank=True)
    position = models.PositiveSmallIntegerField("place in lists", default=100)
    reason = models.TextField("why it was chosen", blank=True)
    analysis = models.ForeignKey(
        "hotspots.HotspotAnalysis", models.PROTECT, null=True, blank=True, related_name="areas"
    )

    objects = HotspotAreaQuerySet.as_manager()

    class Meta:
        ordering = ("position", "name", "id")
        constraints = (
            models.UniqueConstraint(
                Lower("name"),
                "district",
                name="area_name_unique",
                violation_error_message="The district already has a hotspot area of this name.",
            ),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="area_ends_after_start",
                violation_error_message="The last active day must be the same as or after the first.",
            ),
            models.CheckConstraint(
                # A comparison with nothing is neither true nor false, which a check lets through.
                condition=Q(boundary__has_key="type", boundary__type__in=("Polygon", "MultiPolygon")),
                name="area_boundary_is_polygon",
                violation_error_message="The boundary must be a GeoJSON Polygon or MultiPolygon.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def is_active_in(self, period: Period) -> bool:
        """Whether it is a hotspot area on any London day of the period."""
        return self.first_day <= period.last_day and (self.last_day or date.max) >= period.first_day

    def is_active_on(self, day: date) -> bool:
        """Whether the day lies in the area's active dates."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@tracked()
class AreaTarget(models.Model):
    """What an area is to be given each month, from `first_month` until a later target replaces it."""

    area = models.ForeignKey(HotspotArea, models.PROTECT, related_name="targets")
    first_month = models.DateField("from month")
    patrol_minutes = models.PositiveIntegerField("patrol hours a month, in minutes")
    patrols = models.PositiveIntegerField("patrols a month")

    class Meta:
        ordering = ("area", "-first_month")
        constraints = (
            models.UniqueConstraint(
                fields=("area", "first_month"),
                name="area_target_unique",
                violation_error_message="The area already has a target from this month.",
            ),
            models.CheckConstraint(
                condition=Q(first_month__day=1),
                name="area_target_from_first_of_month",
                violation_error_message="A target starts on the first day of a month.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.area} from {self.first_month:%B %Y}"
