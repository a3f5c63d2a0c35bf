"""What a shift led to: arrests, stop searches, weapons recovered, ASB powers used, and other activity counts."""

from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from hotspot.core.models import User, tracked
from outcomes.models.justice_sql import KEEP_STAGES
from outcomes.models.vocabulary import (
    ActivityKind,
    AgeBand,
    AsbPowerKind,
    Ethnicity,
    JusticeOutcome,
    OffenceGroup,
    OfficerEthnicity,
    SearchObject,
    SearchOutcome,
    SearchPower,
    WeaponKind,
    WeaponSource,
)
from patrols.models import PatrolShift, external_checks
from patrols.triggers import check_once, version_triggers


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
        indexes = (
            models.Index(
                fields=("shift",), name="%(class)s_to_follow", condition=Q(detail_to_follow=True, void_reason="")
            ),
            models.Index(Upper("reference"), name="%(class)s_by_reference", condition=~Q(reference="")),
        )
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
    """One arrest by a constable on the shift, and the last of what later became of it: see `JusticeStage`."""

    offence_group = models.ForeignKey(OffenceGroup, models.PROTECT, null=True, blank=True)
    stop_search = models.ForeignKey(StopSearch, models.PROTECT, null=True, blank=True, related_name="arrests")
    justice_outcome = models.ForeignKey(JusticeOutcome, models.PROTECT, null=True, blank=True)
    justice_outcome_on = models.DateField("date of the justice outcome", null=True, blank=True)
    custody_days = models.PositiveIntegerField("sentence of custody, in days", null=True, blank=True)

    class Meta(Outcome.Meta):
        triggers = (*Outcome.Meta.triggers, KEEP_STAGES)
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
