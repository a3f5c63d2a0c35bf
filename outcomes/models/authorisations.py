"""What people said about directions and searches that no recorded authorisation covers."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q

from hotspot.core.models import User, tracked
from hotspots.models import PowerAuthorisation
from patrols.models import PatrolShift


class AuthorisationAnswerQuerySet(models.QuerySet["AuthorisationAnswer"]):
    def visible_to(self, user: User) -> Self:
        """The answers about the shifts that the person may see."""
        return self.filter(shift__in=PatrolShift.objects.visible_to(user))


@tracked()
class AuthorisationAnswer(models.Model):
    """The answer to why a shift has uses of a power that no recorded authorisation covers.

    It answers for `uses` of them: with more, the question is asked again, and its answer replaces this one, which
    history keeps.
    """

    class Cause(models.TextChoices):
        ELSEWHERE = "elsewhere", "It was authorised; the authorisation is kept elsewhere"
        NONE = "none", "It was not authorised"
        WRONG_RECORD = "wrong_record", "What was recorded of the shift is wrong, and will be corrected"
        OTHER = "other", "Something else"

    shift = models.ForeignKey(PatrolShift, models.PROTECT, related_name="authorisation_answers")
    kind = models.CharField("power", max_length=10, choices=PowerAuthorisation.Kind)
    uses = models.PositiveIntegerField("uses that it answers for")
    cause = models.CharField("answer", max_length=12, choices=Cause)
    reason = models.CharField(max_length=300)
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    objects = AuthorisationAnswerQuerySet.as_manager()

    class Meta:
        ordering = ("shift", "kind")
        constraints = (
            models.UniqueConstraint(fields=("shift", "kind"), name="authorisation_answer_once"),
            models.CheckConstraint(condition=Q(uses__gt=0) & ~Q(reason=""), name="authorisation_answer_says_why"),
        )
        triggers = (pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"Answer about HS-{self.shift_id}"
