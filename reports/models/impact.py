"""Studies of impact: what changed in areas, beside what changed elsewhere, as it was asked and answered."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from hotspot.core.models import Job, User, tracked
from hotspot.core.permissions import Permission
from hotspots.models import Dataset, District, HarmTable, HotspotArea, IncidentCategory


class ImpactStudyQuerySet(models.QuerySet["ImpactStudy"]):
    def visible_to(self, user: User) -> Self:
        """All of them for who may see police data, those that are answered for the others who may see effects."""
        if user.may(Permission.VIEW_INCIDENTS):
            return self
        return self.answered() if user.may(Permission.VIEW_IMPACT) else self.none()

    def answered(self) -> Self:
        """Those whose answer is there."""
        return self.exclude(result={})


class ImpactStudy(models.Model):
    """A question about what changed in hotspot areas, and its answer: kept as it was asked, and never changed.

    Incidents of the `categories` are counted in two periods of whole months (given by their first days, both ends
    included): in the `areas`, in a ring of `buffer_metres` around them (0: none), and in the comparison. That is the
    `comparison_areas`, or places that are matched to the areas (`is_matched`), or else the rest of the districts of the
    areas, outside every hotspot area. With a `harm_table`, changes are weighed by it as well.
    """

    name = models.CharField(max_length=120)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    dataset = models.CharField(max_length=10, choices=Dataset, default=Dataset.STREET)
    areas = models.ManyToManyField(HotspotArea, related_name="impact_studies")
    comparison_areas = models.ManyToManyField(HotspotArea, related_name="+", blank=True)
    is_matched = models.BooleanField(default=False)
    harm_table = models.ForeignKey(HarmTable, models.PROTECT, null=True, blank=True, related_name="+")
    categories = models.ManyToManyField(IncidentCategory, related_name="+")
    before_first = models.DateField()
    before_last = models.DateField()
    after_first = models.DateField()
    after_last = models.DateField()
    buffer_metres = models.PositiveSmallIntegerField(default=0)
    job = models.ForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="+")
    result = models.JSONField(default=dict, blank=True)

    objects = ImpactStudyQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name_plural = "impact studies"
        constraints = (
            models.CheckConstraint(
                condition=Q(before_first__lte=F("before_last"))
                & Q(before_last__lt=F("after_first"))
                & Q(after_first__lte=F("after_last")),
                name="impact_periods_in_order",
            ),
            models.CheckConstraint(condition=Q(buffer_metres__lte=2_000), name="impact_buffer_in_bounds"),
        )

    def __str__(self) -> str:
        return self.name


class OutsideChangeQuerySet(models.QuerySet["OutsideChange"]):
    def visible_to(self, user: User) -> Self:
        """All of them for who may see police data, those that stand for the others who may see effects."""
        if user.may(Permission.VIEW_INCIDENTS):
            return self
        return self.standing() if user.may(Permission.VIEW_IMPACT) else self.none()

    def standing(self) -> Self:
        """Those that were not withdrawn."""
        return self.filter(void_reason="")


@tracked()
class OutsideChange(models.Model):
    """Something other than patrols that can change what is recorded, as somebody found it, with its source.

    It is of one `district`, or of all where none is named. It lasts until `last_day`; without one it is a change from
    `first_day` on.
    """

    class Kind(models.TextChoices):
        LAW = "law", "Law"
        RECORDING = "recording", "Recording of incidents"
        EQUIPMENT = "equipment", "CCTV or other equipment"
        BOUNDARIES = "boundaries", "Boundaries"
        EVENT = "event", "Event or closure"
        OTHER = "other", "Other"

    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField("what changed", max_length=120)
    first_day = models.DateField("from")
    last_day = models.DateField("until", null=True, blank=True)
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=300)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    void_reason = models.CharField("why it was withdrawn", max_length=300, blank=True)

    objects = OutsideChangeQuerySet.as_manager()

    class Meta:
        ordering = ("-first_day", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="outside_change_days_in_order",
                violation_error_message="The last day must be the same as or after the first.",
            ),
        )

    def __str__(self) -> str:
        return self.title
