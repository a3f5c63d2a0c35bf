"""What a shift led to: arrests, stop searches, weapons recovered, ASB powers used, and other activity counts."""

from datetime import date
from typing import Any, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hotspot.core.models import Job, StoredFile, User, tracked
from hotspot.core.permissions import Permission
from hotspots.models import HotspotArea
from patrols.models import CrewRole, PatrolShift, external_checks
from patrols.triggers import check_once, version_triggers


class TermQuerySet(models.QuerySet[Any]):
    def in_force_on(self, day: date) -> Self:
        """The terms that the law or the data standard knew on that day."""
        return self.filter(
            Q(in_force_from__isnull=True) | Q(in_force_from__lte=day),
            Q(in_force_to__isnull=True) | Q(in_force_to__gte=day),
        )


class Term(models.Model):
    """One entry of a vocabulary that law or a data standard changes. Both days are included; none means open.

    `code` is stable and is what other tables refer to; `label` is what people read.
    """

    code = models.SlugField(max_length=60, primary_key=True)
    label = models.CharField(max_length=120)
    legal_basis = models.CharField(max_length=200, blank=True)
    in_force_from = models.DateField(null=True, blank=True)
    in_force_to = models.DateField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=100)

    objects = TermQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ("position", "label")

    def __str__(self) -> str:
        return self.label

    def is_in_force_on(self, day: date) -> bool:
        """Whether the term was in force on that day."""
        return (self.in_force_from or day) <= day <= (self.in_force_to or day)


class OffenceGroup(Term):
    """What an arrest was for, by the Home Office's groups."""


class JusticeOutcome(Term):
    """What became of an arrest: charged, cautioned, convicted …"""


class SearchPower(Term):
    """The law that a stop search was made under, in police.uk's words."""


class SearchObject(Term):
    """What a stop search looked for, in police.uk's words."""


class SearchOutcome(Term):
    """What a stop search led to, in police.uk's words."""


class Ethnicity(Term):
    """Self-defined ethnicity, the 18+1 codes."""

    class Meta(Term.Meta):
        verbose_name_plural = "ethnicities"


class OfficerEthnicity(Term):
    """Officer-defined ethnicity, as police.uk publishes it."""

    class Meta(Term.Meta):
        verbose_name_plural = "officer-defined ethnicities"


class AgeBand(Term):
    """Age ranges, as police.uk publishes them."""


class WeaponKind(Term):
    """What kind of weapon was recovered."""


class WeaponSource(Term):
    """How a weapon was found: search, sweep, surrender …"""


class AsbPowerKind(Term):
    """A power against anti-social behaviour: its legal basis, who may use it and whether the headline counts it."""

    roles = ArrayField(models.CharField(max_length=30, choices=CrewRole), verbose_name="who may use it")
    in_headline = models.BooleanField("counted in the headline (definition v1)")
    on_quick_form = models.BooleanField("offered first when a shift is logged", default=False)

    class Meta(Term.Meta):
        # Uses already counted under a kind would change the published past if it could be edited.
        triggers = (pgtrigger.ReadOnly(name="asb_kind_counting_fixed", fields=["code", "in_headline"]),)


class ActivityKind(Term):
    """Work that is counted but is not a headline figure: engagements, premises visits, referrals …"""


class OutcomeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """The outcomes of the shifts that the person may see."""
        return self.filter(shift__in=PatrolShift.objects.visible_to(user))

    def standing(self) -> Self:
        """Outcomes that were not withdrawn."""
        return self.filter(void_reason="")

    def to_follow(self) -> Self:
        """Outcomes that a quick tally made, on completed shifts, whose detail is still missing."""
        return self.standing().filter(detail_to_follow=True, shift__state=PatrolShift.State.COMPLETED)


class Outcome(models.Model):
    """What all outcomes share. One row is one arrest, one search, one weapon or one use of a power.

    `reference` is the custody, crime, search or exhibit number: never a name.
    """

    shift = models.ForeignKey(PatrolShift, models.PROTECT, related_name="%(class)ss")
    detail_to_follow = models.BooleanField(default=False)
    happened_at = models.DateTimeField("time", null=True, blank=True)
    reference = models.CharField(max_length=40, blank=True)
    void_reason = models.CharField("why it was withdrawn", max_length=500, blank=True)
    external_source = models.CharField("source system", max_length=40, blank=True, default="", db_default="")
    external_reference = models.CharField(
        "reference in the source system", max_length=80, blank=True, default="", db_default=""
    )

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ("id",)
        triggers = (
            check_once("crew_may_produce", "outcomes_check_shift"),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            *version_triggers(),
        )

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} on HS-{self.shift_id}"

    @property
    def is_voided(self) -> bool:
        return bool(self.void_reason)

    @property
    def kind_code(self) -> str | None:
        """The code of the ASB power used; None for outcomes that are counted whatever their kind."""
        return None

    @property
    def has_detail(self) -> bool:
        """Whether somebody entered more than that it happened."""
        return not self.detail_to_follow or bool(self.reference or self.happened_at)


def _detailed(*fields: str, name: str) -> models.CheckConstraint:
    """A row that does not wait for its detail has it."""
    detail = Q(**{f"{field}__isnull": False for field in fields})
    return models.CheckConstraint(condition=Q(detail_to_follow=True) | detail, name=name)


@tracked()
class StopSearch(Outcome):
    """One stop search. A count and a link to the search record, not the record itself: no names, no grounds."""

    shift = models.ForeignKey(PatrolShift, models.PROTECT, related_name="stop_searches")
    power = models.ForeignKey(SearchPower, models.PROTECT, null=True, blank=True)
    object = models.ForeignKey(SearchObject, models.PROTECT, null=True, blank=True, verbose_name="object of search")
    outcome = models.ForeignKey(SearchOutcome, models.PROTECT, null=True, blank=True)
    found = models.BooleanField("something was found", null=True, blank=True)
    linked = models.BooleanField("the outcome is linked to the object of search", null=True, blank=True)
    self_defined_ethnicity = models.ForeignKey(Ethnicity, models.PROTECT, null=True, blank=True)
    officer_defined_ethnicity = models.ForeignKey(OfficerEthnicity, models.PROTECT, null=True, blank=True)
    age_band = models.ForeignKey(AgeBand, models.PROTECT, null=True, blank=True)

    class Meta(Outcome.Meta):
        verbose_name = "stop search"
        verbose_name_plural = "stop searches"
        constraints = (
            _detailed("power", "object", "outcome", name="stop_search_detailed"),
            *external_checks("stop_search"),
        )


@tracked()
class Arrest(Outcome):
    """One arrest by a constable on the shift, and what later became of it."""

    offence_group = models.ForeignKey(OffenceGroup, models.PROTECT, null=True, blank=True)
    stop_search = models.ForeignKey(StopSearch, models.PROTECT, null=True, blank=True, related_name="arrests")
    justice_outcome = models.ForeignKey(JusticeOutcome, models.PROTECT, null=True, blank=True)
    justice_outcome_on = models.DateField("date of the justice outcome", null=True, blank=True)
    custody_days = models.PositiveIntegerField("sentence of custody, in days", null=True, blank=True)

    class Meta(Outcome.Meta):
        constraints = (
            _detailed("offence_group", name="arrest_detailed"),
            *external_checks("arrest"),
            models.CheckConstraint(
                # Without the second part, an unknown outcome would make the check unknown, and that passes.
                condition=Q(custody_days__isnull=True)
                | Q(justice_outcome__isnull=False, justice_outcome="convicted", custody_days__gt=0),
                name="arrest_custody_needs_conviction",
                violation_error_message="A sentence of custody needs a conviction.",
            ),
            models.CheckConstraint(
                condition=Q(justice_outcome_on__isnull=True) | Q(justice_outcome__isnull=False),
                name="arrest_justice_date_needs_outcome",
                violation_error_message="A date needs a justice outcome.",
            ),
        )


@tracked()
class WeaponRecovered(Outcome):
    """One weapon taken off the street."""

    shift = models.ForeignKey(PatrolShift, models.PROTECT, related_name="weapons")
    kind = models.ForeignKey(WeaponKind, models.PROTECT, null=True, blank=True)
    found_by = models.ForeignKey(WeaponSource, models.PROTECT, null=True, blank=True)
    stop_search = models.ForeignKey(StopSearch, models.PROTECT, null=True, blank=True, related_name="weapons")

    class Meta(Outcome.Meta):
        verbose_name = "weapon recovered"
        verbose_name_plural = "weapons recovered"
        constraints = (_detailed("kind", "found_by", name="weapon_detailed"), *external_checks("weapon"))


@tracked()
class AsbPowerUse(Outcome):
    """One use of a power against anti-social behaviour. Its kind is known from the start."""

    shift = models.ForeignKey(PatrolShift, models.PROTECT, related_name="asb_powers")
    kind = models.ForeignKey(AsbPowerKind, models.PROTECT, related_name="uses")

    class Meta(Outcome.Meta):
        verbose_name = "ASB power used"
        verbose_name_plural = "ASB powers used"
        constraints = external_checks("asb_power")

    @property
    def kind_code(self) -> str | None:
        return self.kind_id

    @property
    def has_detail(self) -> bool:
        return bool(self.reference or self.happened_at)


@tracked()
class ActivityCount(models.Model):
    """How often a shift did one kind of other activity. No row means that nobody said."""

    shift = models.ForeignKey(PatrolShift, models.PROTECT, related_name="activity")
    kind = models.ForeignKey(ActivityKind, models.PROTECT)
    count = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("kind__position", "id")
        constraints = (
            models.UniqueConstraint(fields=("shift", "kind"), name="activity_once_per_kind"),
            models.CheckConstraint(condition=Q(count__lte=999), name="activity_at_most_999"),
        )
        triggers = version_triggers()

    def __str__(self) -> str:
        return f"{self.kind}: {self.count}"


class FileImportQuerySet(models.QuerySet["FileImport"]):
    def visible_to(self, user: User) -> Self:
        """The imports that an administrator began, and those of others that were written: any of them can undo it."""
        if not user.may(Permission.IMPORT):
            return self.none()
        return self.filter(models.Q(by=user) | models.Q(written__state=Job.State.DONE))


class FileImport(models.Model):
    """A file that an administrator imports: uploaded, its columns chosen, checked, and then written or not.

    `columns` says at which place of the file each of our columns is; `answers` what else was asked about the file;
    `fingerprint` is that of its headers. `checked`, `written` and `undone` are the jobs that did it last. `recorded`
    holds what was written, so that it can be undone: the ids of new "shifts"; or the ids of outcomes that were given
    details, by their kind, and the "versions" that their shifts had then.
    """

    class Kind(models.TextChoices):
        SHIFTS = "shifts", "Shifts with their outcomes"
        OUTCOMES = "outcomes", "Outcomes of shifts that are here"

    kind = models.CharField(max_length=10, choices=Kind)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    sheet = models.CharField(max_length=200, blank=True)
    columns = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, blank=True)
    rows = models.PositiveIntegerField(default=0)
    answers = models.JSONField(default=dict)
    problems = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    checked = models.ForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="+")
    written = models.ForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="+")
    recorded = models.JSONField(default=dict, blank=True)
    undone = models.ForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="+")

    objects = FileImportQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return self.file.name

    @property
    def recorded_count(self) -> int:
        """How many shifts were written, or outcomes given details."""
        return sum(len(ids) for name, ids in self.recorded.items() if name != "versions")


class RememberedColumns(models.Model):
    """Which column each header was the last time a file with these headers was imported, and what else was answered.

    `header_row` is the fingerprint of the row of headers alone, without the group headings above it: it finds that row
    in the next file of the same shape.
    """

    kind = models.CharField(max_length=10, choices=FileImport.Kind)
    fingerprint = models.CharField(max_length=64)
    header_row = models.CharField(max_length=64, blank=True)
    columns = models.JSONField()
    answers = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name_plural = "remembered columns"
        constraints = (models.UniqueConstraint(fields=("kind", "fingerprint"), name="remembered_columns_once"),)

    def __str__(self) -> str:
        return self.fingerprint[:8]


class AreaSpelling(models.Model):
    """How files of one shape write the name of a hotspot area, as an administrator matched it once.

    `fingerprint` is that of the headers (see `RememberedColumns`); `file_name` is the file it was last matched in.
    """

    fingerprint = models.CharField(max_length=64)
    spelling = models.CharField(max_length=200)
    area = models.ForeignKey(HotspotArea, models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)

    class Meta:
        ordering = ("file_name", "spelling", "id")
        constraints = (models.UniqueConstraint(fields=("fingerprint", "spelling"), name="area_spelling_once"),)

    def __str__(self) -> str:
        return self.spelling
