"""Police data by which hotspot areas are chosen: months of incidents, the files they came in, breaks between months."""

from typing import Any, Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hotspot.core.models import Job, StoredFile, User, tracked
from hotspot.core.permissions import Permission
from hotspots.models.harm import HarmTable
from hotspots.models.layers import UnitLayer
from hotspots.models.reference import District

Rows = TypeVar("Rows", bound=models.QuerySet[Any])


class Dataset(models.TextChoices):
    """Where months of incidents come from. The same incident is in both, so nothing ever counts the two together."""

    STREET = "street", "Published street files (data.police.uk)"
    EXTRACT = "extract", "Your own extract"

    @property
    def is_snapped(self) -> bool:
        """Whether places are anonymous map points near the real ones, and times are months."""
        return self == Dataset.STREET


def _for_viewers(user: User, everything: Rows) -> Rows:
    return everything if user.may(Permission.VIEW_INCIDENTS) else everything.none()


@tracked()
class IncidentCategory(models.Model):
    """A kind of incident, by the name that files give it.

    Records of an `is_police_generated` kind exist because officers went and looked, like drugs found by a search. They
    say where the police were, so they are left out of what chooses areas unless somebody wants them in.
    """

    name = models.CharField(max_length=80, unique=True)
    is_police_generated = models.BooleanField("recorded because police looked", default=False)

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "incident categories"

    def __str__(self) -> str:
        return self.name


class IncidentFileQuerySet(models.QuerySet["IncidentFile"]):
    def visible_to(self, user: User) -> Self:
        """One's own files, and those of others that were loaded."""
        own = self.filter(Q(by=user) | Q(loaded__state=Job.State.DONE))
        return own if user.may(Permission.LOAD_INCIDENTS) else self.none()


class IncidentFile(models.Model):
    """A file of police data that somebody loads: uploaded, checked, and then loaded or not.

    `checked` and `loaded` are the jobs that did it last. A file that was loaded by a command is not kept.
    """

    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    checked = models.ForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="+")
    loaded = models.ForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="+")

    objects = IncidentFileQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return self.file.name


class IncidentMonthQuerySet(models.QuerySet["IncidentMonth"]):
    def visible_to(self, user: User) -> Self:
        """Everything, for who may see police data."""
        return _for_viewers(user, self)

    def current(self) -> Self:
        """The months as they were released last."""
        return self.filter(replaced_at__isnull=True)

    def of(self, dataset: str) -> Self:
        """The months of one dataset as they were released last."""
        return self.current().filter(dataset=dataset)


class IncidentMonth(models.Model):
    """A month of incidents as one file has it. A later release of the month replaces it: then its incidents are gone,
    and `differences` of the newer one say what became of them.

    `rows` counts all incidents, `located` those with a place, `elsewhere` those of them outside the districts that were
    set up here when it was loaded. `points` counts the different places, `points_before` how many of them the month
    before (`before`) had too; of a force's own extract, whose places are the real ones, neither is counted.
    """

    dataset = models.CharField(max_length=10, choices=Dataset, default=Dataset.STREET)
    month = models.DateField()
    force = models.CharField(max_length=80, blank=True)
    source = models.ForeignKey(IncidentFile, models.PROTECT, related_name="months")
    member = models.CharField("name of the file", max_length=200)
    loaded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField()
    located = models.PositiveIntegerField()
    elsewhere = models.PositiveIntegerField()
    points = models.PositiveIntegerField(default=0)
    before = models.DateField(null=True, blank=True)
    points_before = models.PositiveIntegerField(null=True, blank=True)
    has_lsoas_of_2021 = models.BooleanField(null=True)
    differences = models.JSONField(null=True, blank=True)

    objects = IncidentMonthQuerySet.as_manager()

    class Meta:
        ordering = ("-month",)
        constraints = (
            models.UniqueConstraint(
                fields=("month", "dataset"),
                condition=Q(replaced_at__isnull=True),
                name="incident_month_current_once",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="incident_month_on_first"),
            models.CheckConstraint(
                condition=Q(located__lte=models.F("rows"), elsewhere__lte=models.F("located")),
                name="incident_month_counts_fit",
            ),
        )

    def __str__(self) -> str:
        return f"{self.month:%B %Y}"


class Incident(models.Model):
    """One recorded crime or incident, as its dataset has it.

    In published files its place is an anonymous map point near it, or unknown, and its day is unknown; two incidents
    can be the same in everything, `reference` is the published id of a crime (anti-social behaviour has none), and
    `district` is the one its LSOA is named after, if that is set up here.

    In a force's own extract the place is the real one, or unknown; it happened between `started_at` and `ended_at`,
    which are the same where that is known; and `district` is the one whose outline holds it. `is_police_generated`
    marks this record, whatever its category; `recorded_in` names the system that it comes from.
    """

    month = models.ForeignKey(IncidentMonth, models.PROTECT, related_name="incidents")
    category = models.ForeignKey(IncidentCategory, models.PROTECT, related_name="+")
    district = models.ForeignKey(District, models.PROTECT, null=True, related_name="+", db_index=False)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    location = models.CharField(max_length=200)
    lsoa = models.CharField("LSOA code", max_length=9)
    reference = models.CharField(max_length=64)
    outcome = models.CharField("last outcome", max_length=120)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    is_police_generated = models.BooleanField(db_default=False)
    recorded_in = models.CharField(max_length=80, db_default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(started_at__isnull=True, ended_at__isnull=True) | Q(ended_at__gte=models.F("started_at")),
                name="incident_times_order",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__range=(-9, 2), latitude__range=(49, 61)),
                name="incident_in_britain_or_nowhere",
            ),
        )

    def __str__(self) -> str:
        return f"{self.category}, {self.location}"


class DataBreakQuerySet(models.QuerySet["DataBreak"]):
    def visible_to(self, user: User) -> Self:
        """All of them, for who may see police data."""
        return _for_viewers(user, self)


class DataBreak(models.Model):
    """That months before `month` cannot be compared with it and later ones as they stand: something else changed.

    `figures` say how it shows, in the names of `hotspots.incidents.breaks`. Found again whenever a month is loaded.
    """

    class Kind(models.TextChoices):
        POINTS = "points", "The anonymous map points changed"
        LSOAS = "lsoas", "The LSOA codes changed"
        CATEGORY = "category", "A category was counted differently"

    dataset = models.CharField(max_length=10, choices=Dataset, default=Dataset.STREET)
    month = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    category = models.ForeignKey(IncidentCategory, models.PROTECT, null=True, related_name="+")
    figures = models.JSONField()

    objects = DataBreakQuerySet.as_manager()

    class Meta:
        ordering = ("month", "kind", "category")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} in {self.month:%B %Y}"

    @property
    def identity(self) -> tuple[Any, ...]:
        """What is the same for the same break, whenever it is found."""
        return self.dataset, self.month, self.kind, self.category_id

    @property
    def category_name(self) -> str:
        """The category that it is about; empty for a break of all of them."""
        return self.category.name if self.category else ""


class HotspotAnalysisQuerySet(models.QuerySet["HotspotAnalysis"]):
    def visible_to(self, user: User) -> Self:
        """All of them, for who may see police data."""
        return _for_viewers(user, self)


class HotspotAnalysis(models.Model):
    """A question about where incidents gather, and its answer: kept as it was asked, and never changed.

    It reads the months of one `dataset` from `first_month` to `last_month` that were loaded when it ran (the `result`
    names them), in all districts or one, of the `categories`, counted in H3 cells of a `resolution`, or in the units of
    a `layer`. The cells or units that stand out are the `number` worst (`rank`), or all that Gi* finds with at most
    `rate_percent` false discoveries in a hundred. Records that are marked as police-generated one by one are left out
    unless it `includes_generated`.

    Where it has a table of `harm`, incidents count by the weights of their categories in their months.

    Of a dataset with times it can be of the hours from `from_hour` to `to_hour` only, and of some `days` of the week (0
    is Monday; none is all of them), as `hotspots.analysis.hours` has them.
    """

    class Method(models.TextChoices):
        RANK = "rank", "Those with most incidents"
        GI_STAR = "gi_star", "Those that stand out with their neighbours (Gi*)"

    name = models.CharField(max_length=120)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    dataset = models.CharField(max_length=10, choices=Dataset, default=Dataset.STREET)
    first_month = models.DateField()
    last_month = models.DateField()
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="+")
    categories = models.ManyToManyField(IncidentCategory, related_name="+")
    includes_generated = models.BooleanField(default=False)
    from_hour = models.PositiveSmallIntegerField(null=True, blank=True)
    to_hour = models.PositiveSmallIntegerField(null=True, blank=True)
    days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    harm = models.ForeignKey(HarmTable, models.PROTECT, null=True, blank=True, related_name="+")
    resolution = models.PositiveSmallIntegerField(null=True, blank=True)
    layer = models.ForeignKey(UnitLayer, models.PROTECT, null=True, blank=True, related_name="+")
    method = models.CharField(max_length=10, choices=Method)
    number = models.PositiveSmallIntegerField("number of cells", default=50)
    rate_percent = models.PositiveSmallIntegerField("false discoveries in a hundred", default=5)
    job = models.ForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="+")
    result = models.JSONField(default=dict, blank=True)

    objects = HotspotAnalysisQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name_plural = "hotspot analyses"
        constraints = (
            models.CheckConstraint(condition=Q(last_month__gte=models.F("first_month")), name="analysis_months_order"),
            models.CheckConstraint(
                condition=Q(layer__isnull=True, resolution__isnull=False, resolution__range=(8, 11))
                | Q(layer__isnull=False, resolution__isnull=True),
                name="analysis_resolution",
            ),
            models.CheckConstraint(condition=Q(number__range=(1, 500)), name="analysis_number"),
            models.CheckConstraint(
                condition=Q(from_hour__isnull=True, to_hour__isnull=True)
                | Q(from_hour__range=(0, 23), to_hour__range=(0, 23)),
                name="analysis_hours",
            ),
            models.CheckConstraint(
                condition=Q(dataset=Dataset.EXTRACT) | Q(from_hour__isnull=True, days=[]), name="analysis_times_known"
            ),
        )

    def __str__(self) -> str:
        return self.name
