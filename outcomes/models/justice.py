"""What became of an arrest, step by step: a decision to charge or not, then a result at court with its sentence."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q

from hotspot.core.models import User, tracked
from outcomes.models.records import Arrest
from outcomes.models.vocabulary import JusticeOutcome, JusticeStep


class JusticeStageQuerySet(models.QuerySet["JusticeStage"]):
    def visible_to(self, user: User) -> Self:
        """The stages of the arrests that the person may see."""
        return self.filter(arrest__in=Arrest.objects.visible_to(user))

    def standing(self) -> Self:
        """Stages that were not taken back, of arrests that were not withdrawn."""
        return self.filter(void_reason="", arrest__void_reason="")


@tracked()
class JusticeStage(models.Model):
    """One step of an arrest: its outcome, its London day if that is known, and at court the sentence.

    `sentence` is as it was typed; `custody_days` its length, of immediate custody only: a suspended sentence is none.
    `sentenced_on` is only there where the sentence came on a later day than the conviction. `source` says who told us.
    The last stage is on the arrest as well: `justice_sql` keeps both in step.
    """

    class Sentence(models.TextChoices):
        CUSTODY = "custody", "Immediate custody"
        SUSPENDED = "suspended", "Suspended sentence"
        OTHER = "other", "Other sentence, like a fine or a community order"

    arrest = models.ForeignKey(Arrest, models.PROTECT, related_name="stages")
    step = models.CharField(max_length=10, choices=JusticeStep)
    outcome = models.ForeignKey(JusticeOutcome, models.PROTECT, related_name="+")
    day = models.DateField("date", null=True, blank=True)
    sentence_kind = models.CharField("sentence", max_length=10, choices=Sentence, blank=True)
    sentence = models.CharField("length of the sentence", max_length=60, blank=True)
    custody_days = models.PositiveIntegerField("immediate custody, in days", null=True, blank=True)
    sentenced_on = models.DateField("date of the sentence, if later", null=True, blank=True)
    source = models.CharField("who told us", max_length=80, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField()
    void_reason = models.CharField("why it was taken back", max_length=500, blank=True)

    objects = JusticeStageQuerySet.as_manager()

    class Meta:
        ordering = ("arrest", "id")
        constraints = (
            models.UniqueConstraint(fields=("arrest", "step"), condition=Q(void_reason=""), name="justice_step_once"),
            models.CheckConstraint(
                condition=Q(custody_days__isnull=True)
                | Q(step=JusticeStep.COURT, sentence_kind="custody", custody_days__gt=0),
                name="justice_days_are_of_custody",
            ),
            models.CheckConstraint(
                condition=Q(sentence_kind="") | Q(step=JusticeStep.COURT), name="justice_sentence_at_court"
            ),
            models.CheckConstraint(
                condition=Q(sentenced_on__isnull=True) | Q(day__isnull=True) | Q(sentenced_on__gte=F("day")),
                name="justice_sentence_after_conviction",
            ),
        )
        triggers = (pgtrigger.Protect(name="stage_never_deleted", operation=pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.outcome} ({self.arrest})"
