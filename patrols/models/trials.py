"""Randomised trials of patrols: what was planned and sealed, the areas as they were then, the seed, and the log."""

import json
from datetime import date, datetime, timedelta
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q

from hotspot.core.calendar import LONDON
from hotspot.core.models import User, tracked
from hotspot.core.permissions import Permission
from hotspots.models import AreaSet, HotspotArea, IncidentCategory

DAY_BEGINS = 6
"""The hour at which a trial day begins, on clocks in London."""
_SEALED = "A sealed trial is not changed: only that it was stopped can be recorded, once."
# What of a sealed trial can still be written, and only where nothing is there yet.
_STOPPING = "ARRAY['stopped_at', 'stopped_by_id', 'stop_reason', 'last_day']"


class PatrolTrialQuerySet(models.QuerySet["PatrolTrial"]):
    def visible_to(self, user: User) -> Self:
        """Sealed trials are known to everybody who sees figures, drafts to those who see police data."""
        if user.may(Permission.VIEW_INCIDENTS):
            return self
        return self.sealed() if user.may(Permission.VIEW_FIGURES) else self.none()

    def sealed(self) -> Self:
        """The trials whose plan is fixed."""
        return self.filter(state=PatrolTrial.State.SEALED)

    def under_way(self, first_day: date, last_day: date) -> Self:
        """The sealed trials that have one of these trial days between their first and last day."""
        return self.sealed().filter(first_day__lte=last_day, last_day__gte=first_day)


@tracked()
class PatrolTrial(models.Model):
    """On which days which areas of a set are patrolled, drawn by chance, to see what patrols do.

    A trial has `days` trial days from `first_day` on, each from 6am to 6am in London; `holidays` (date and reason) are
    none of them. They make blocks of `block_days`, in each of which every area is treated on `treated_days`, whichever
    by chance. `last_day` follows from that, and becomes earlier when the trial is stopped.

    A draft is changed freely. On sealing, `plan` and `analysis` are written as canonical JSON, `sha256` is the digest
    of seed, plan and analysis, and nothing is changed again. What follows from a trial is read from these two texts.
    `expected` is how many incidents an area has on a day without patrols, `dispersion` how many times as much the
    counts of days vary as a Poisson variable; `is_typed` says that somebody typed them. `target_fall` is the fall, in
    per cent, that the trial is to be able to tell.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SEALED = "sealed", "Sealed"

    class Strata(models.TextChoices):
        NONE = "none", "None: all areas together"
        DISTRICT = "district", "By district"
        LEVEL = "level", "By level of incidents, in three groups"

    name = models.CharField(max_length=120, unique=True)
    area_set = models.ForeignKey(AreaSet, models.PROTECT, related_name="trials")
    first_day = models.DateField()
    last_day = models.DateField()
    days = models.PositiveSmallIntegerField("trial days")
    block_days = models.PositiveSmallIntegerField("days of a block")
    treated_days = models.PositiveSmallIntegerField("treated days of a block")
    strata = models.CharField(max_length=10, choices=Strata, default=Strata.NONE)
    washout_days = models.PositiveSmallIntegerField("washout days", default=0)
    holidays = models.JSONField("days left out", default=list, blank=True)
    categories = models.ManyToManyField(IncidentCategory, related_name="+")
    from_hour = models.PositiveSmallIntegerField("incidents counted from", default=6)
    to_hour = models.PositiveSmallIntegerField("incidents counted to", default=6)
    dose_minutes = models.PositiveSmallIntegerField("minutes that count as patrolled", default=10)
    dose_visits = models.PositiveSmallIntegerField("visits that count as patrolled", default=1)
    ring_metres = models.PositiveSmallIntegerField("ring around the areas", default=0)
    notice_hour = models.PositiveSmallIntegerField("hour at which the next day is shown", default=18)
    target_fall = models.PositiveSmallIntegerField("fall to be told, in per cent", default=20)
    expected = models.FloatField("incidents of an area and day", null=True, blank=True)
    dispersion = models.FloatField("how much days vary", null=True, blank=True)
    is_typed = models.BooleanField("typed", default=False)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    designed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    designed_at = models.DateTimeField()
    sealed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    sealed_at = models.DateTimeField(null=True, blank=True)
    plan = models.TextField(blank=True)
    analysis = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    stopped_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    stopped_at = models.DateTimeField(null=True, blank=True)
    stop_reason = models.CharField("why it was stopped", max_length=500, blank=True)

    objects = PatrolTrialQuerySet.as_manager()

    class Meta:
        ordering = ("-first_day", "-id")
        indexes = (models.Index(fields=("first_day", "last_day"), condition=Q(state="sealed"), name="trial_sealed"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(block_days__range=(2, 28)) & Q(treated_days__gte=1) & Q(treated_days__lt=F("block_days")),
                name="trial_block",
            ),
            models.CheckConstraint(condition=Q(days__range=(2, 730)), name="trial_days"),
            models.CheckConstraint(
                condition=Q(from_hour__lte=23, to_hour__lte=23, notice_hour__range=(7, 23)), name="trial_hours"
            ),
            models.CheckConstraint(condition=Q(target_fall__range=(1, 99)), name="trial_target_fall"),
            models.CheckConstraint(
                condition=Q(state="draft", sha256="", sealed_by=None, stopped_at=None)
                | Q(state="sealed", sha256__regex="^[0-9a-f]{64}$", sealed_by__isnull=False, sealed_at__isnull=False),
                name="trial_sealed_with_digest",
            ),
            models.CheckConstraint(condition=~Q(sealed_by=F("designed_by")), name="trial_sealed_by_another"),
            models.CheckConstraint(
                condition=Q(stopped_at=None, stop_reason="") | ~Q(stop_reason="") & Q(stopped_by__isnull=False),
                name="trial_stopped_with_reason",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="sealed_is_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="sealed"),
                func=f"""
                    IF to_jsonb(NEW) = to_jsonb(OLD) THEN RETURN NEW; END IF;
                    IF to_jsonb(NEW) - {_STOPPING} <> to_jsonb(OLD) - {_STOPPING}
                        OR OLD.stopped_at IS NOT NULL OR NEW.stopped_at IS NULL OR NEW.last_day > OLD.last_day THEN
                        RAISE EXCEPTION '{_SEALED}' USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(
                name="sealed_is_kept", operation=pgtrigger.Delete, condition=pgtrigger.Q(old__state="sealed")
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.state == self.State.DRAFT

    @property
    def is_stopped(self) -> bool:
        """Whether it ended before its time."""
        return self.stopped_at is not None

    @property
    def sealed_plan(self) -> dict[str, Any]:
        """The plan as it was sealed. Raises ValueError for a draft."""
        found: dict[str, Any] = json.loads(self.plan)
        return found

    @property
    def sealed_analysis(self) -> dict[str, Any]:
        """How it is analysed, as it was sealed. Raises ValueError for a draft."""
        found: dict[str, Any] = json.loads(self.analysis)
        return found

    def is_over(self, at: datetime) -> bool:
        """Whether its last day is over, so that its seed is shown."""
        return not self.is_draft and trial_day(at) > self.last_day


def trial_day(at: datetime) -> date:
    """The trial day that an instant lies in: from 6am to 6am in London, so 3am belongs to the night before."""
    return (at.astimezone(LONDON).replace(tzinfo=None) - timedelta(hours=DAY_BEGINS)).date()


_KEPT = (
    pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),
    pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
)


_ADDED = "Nothing is added to a sealed trial."
_ONLY_WHEN_SEALING = pgtrigger.Trigger(
    name="added_when_sealing",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func=f"""
        IF EXISTS (SELECT FROM patrols_patroltrial WHERE id = NEW.trial_id AND state = 'sealed') THEN
            RAISE EXCEPTION '{_ADDED}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)


class TrialArea(models.Model):
    """An area of a sealed trial with its boundary as it was on sealing, and the stratum that it is drawn in."""

    trial = models.ForeignKey(PatrolTrial, models.PROTECT, related_name="areas")
    area = models.ForeignKey(HotspotArea, models.PROTECT, related_name="trials")
    stratum = models.PositiveSmallIntegerField()
    boundary = models.JSONField()

    class Meta:
        ordering = ("trial", "area")
        constraints = (models.UniqueConstraint(fields=("trial", "area"), name="trial_area_once"),)
        triggers = (*_KEPT, _ONLY_WHEN_SEALING)

    def __str__(self) -> str:
        return f"{self.area} in {self.trial}"


class TrialSeed(models.Model):
    """The 256 bits that a trial's schedule follows from, in figures and letters. In a table of its own, without
    history: whoever reads a trial does not read it by the way. It is never shown before the trial is over.
    """

    trial = models.OneToOneField(PatrolTrial, models.PROTECT, related_name="seed")
    value = models.CharField(max_length=64)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(value__regex="^[0-9a-f]{64}$"), name="trial_seed_form"),)
        triggers = (*_KEPT, _ONLY_WHEN_SEALING)

    def __str__(self) -> str:
        return f"Seed of {self.trial}"


class TrialLogEntry(models.Model):
    """What was done to a sealed trial, or asked and refused."""

    class Kind(models.TextChoices):
        SEALED = "sealed", "Sealed"
        REFUSED = "refused", "Change refused"
        STOPPED = "stopped", "Stopped"

    trial = models.ForeignKey(PatrolTrial, models.PROTECT, related_name="log")
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.CharField("what was asked", max_length=500)

    class Meta:
        ordering = ("-at", "-id")
        verbose_name_plural = "trial log entries"
        triggers = _KEPT

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.trial}"
