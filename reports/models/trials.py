"""What came of randomised trials, as it was answered."""

from typing import Self

import pgtrigger
from django.db import models

from hotspot.core.models import Job, User
from patrols.models import PatrolTrial


class TrialResultQuerySet(models.QuerySet["TrialResult"]):
    def visible_to(self, user: User) -> Self:
        """Those of the trials that this person may see: sums over all areas and days, so everybody who sees figures."""
        return self.filter(trial__in=PatrolTrial.objects.visible_to(user))

    def answered(self) -> Self:
        """Those that have their answer, which is published with it."""
        return self.exclude(result={})


class TrialResult(models.Model):
    """The pre-specified analysis of a trial that is over, with the data as they were: published as it was answered.

    It is never changed or deleted, whatever it says. When months of incidents are loaded again, another one stands
    beside it.
    """

    trial = models.ForeignKey(PatrolTrial, models.PROTECT, related_name="results")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    job = models.ForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="+")
    result = models.JSONField(default=dict, blank=True)

    objects = TrialResultQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        triggers = (
            pgtrigger.Protect(
                name="answer_is_kept", operation=pgtrigger.Update, condition=~pgtrigger.Q(old__result={})
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"Analysis of {self.trial}"
