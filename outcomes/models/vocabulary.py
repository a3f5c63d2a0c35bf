"""The vocabularies that outcomes are said in: terms of law and data standards, each in force between two days."""

from datetime import date
from typing import Any, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from patrols.models import CrewRole


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


class JusticeStep(models.TextChoices):
    """How far an arrest has come. An arrest has one outcome at each step at the most."""

    WAITING = "waiting", "No decision yet"
    DECISION = "decision", "Decision to charge or not"
    COURT = "court", "Result at court"


class JusticeOutcome(Term):
    """What became of an arrest: charged, cautioned, convicted …, each at its step."""

    step = models.CharField(max_length=10, choices=JusticeStep, default=JusticeStep.DECISION)

    class Meta(Term.Meta):
        # Stages are kept by the step of their outcome, so it cannot be another one later.
        triggers = (pgtrigger.ReadOnly(name="justice_step_fixed", fields=["code", "step"]),)


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
    """What kind of weapon was recovered.

    `is_knife` is the one list of knives and other blades, for returns, claims and pages alike: each kind that is an
    article with a blade or point by section 139 of the Criminal Justice Act 1988 or a blade that is prohibited by
    section 141. Machetes, swords and ninja swords are, as they are a "knife or sharp instrument" to the Home Office.
    """

    is_knife = models.BooleanField("counted as a knife", default=False)


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
