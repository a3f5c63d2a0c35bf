"""Patrol shifts, the crew that worked them and the visits they made."""

from datetime import datetime, timedelta
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Extract, Upper
from django.db.models.lookups import GreaterThan

from hotspot.core.definitions.registry import CURRENT
from hotspot.core.models import User, tracked
from hotspot.core.permissions import Permission
from hotspots.models import DistrictAccess, FundingStream, HotspotArea, Programme
from patrols.collar_numbers import BareNumber
from patrols.functions import ChangeNumber, InstantRange, LondonDay
from patrols.triggers import check_once, version_triggers

MAXIMUM_MINUTES = 24 * 60
LATE_AFTER = timedelta(hours=24)
"""A shift logged longer than this after it ended is a late entry."""

# What these indexes hold is what the queries below ask for, word by word: PostgreSQL proves no more than that.
_LATE = Q(GreaterThan(F("logged_at") - F("ends_at"), Value(LATE_AFTER)))
_WITH_WARNINGS = ~Q(doubts_kept=[])
_WITH_NOTE = ~Q(note="")
_NOTE_WORDS = SearchVector("note", config="english")


class CrewRole(models.TextChoices):
    """What a crew member is employed as. Only constables arrest and search."""

    POLICE_OFFICER = "police_officer", "Police officer"
    SPECIAL_CONSTABLE = "special_constable", "Special constable"
    PCSO = "pcso", "PCSO"
    COMMUNITY_ENFORCEMENT_OFFICER = "community_enforcement_officer", "Community Enforcement Officer"


CONSTABLES = (CrewRole.POLICE_OFFICER, CrewRole.SPECIAL_CONSTABLE)


def _elapsed_minutes(start: str, end: str) -> Cast:
    """Whole elapsed minutes between two instants, computed by the database from UTC."""
    seconds = Extract(F(end) - F(start), "epoch")
    return Cast(seconds / Value(60), models.IntegerField())


def _span_checks(name: str, start: str, end: str) -> tuple[models.CheckConstraint, ...]:
    """The checks that every span of time shares: end after start, and whole minutes."""
    return (
        models.CheckConstraint(
            condition=Q(**{f"{end}__gt": F(start)}),
            name=f"{name}_ends_after_start",
            violation_error_message="The finish must be after the start.",
        ),
        models.CheckConstraint(
            condition=Q(**{f"{start}__second": 0, f"{end}__second": 0}),
            name=f"{name}_whole_minutes",
            violation_error_message="Times are whole minutes.",
        ),
    )


def external_checks(name: str) -> tuple[models.BaseConstraint, ...]:
    """What every record from another system holds to: it names both system and reference, and is there once."""
    return (
        models.UniqueConstraint(
            fields=("external_source", "external_reference"),
            condition=~Q(external_reference=""),
            name=f"{name}_external_once",
            violation_error_message="This record of the source system is here already.",
        ),
        models.CheckConstraint(
            condition=Q(external_source="") ^ ~Q(external_reference=""),
            name=f"{name}_external_both",
            violation_error_message="Name both the source system and its reference, or neither.",
        ),
    )


def on_counted_shift(path: str = "") -> Q:
    """The condition that the headline figures count a shift, for the rows that `path` leads to it from: "shift__"."""
    apart = Q(**{f"{path}funding_stream__kind__in": CURRENT.streams_apart})
    return Q(**{f"{path}state__in": CURRENT.states}) & ~apart


class PatrolShiftQuerySet(models.QuerySet["PatrolShift"]):
    def visible_to(self, user: User) -> Self:
        """All shifts for who reads records; else one's own, and a supervisor's those in their districts."""
        if not user.may(Permission.VIEW_SHIFTS):
            return self.none()
        if user.may(Permission.VIEW_ALL_SHIFTS):
            return self
        own = DistrictAccess.objects.filter(user=user).values("district")
        return self.filter(Q(logged_by=user) | Q(area__district__in=own))

    def counted(self) -> Self:
        """Completed shifts paid from the programme: those the headline figures count."""
        return self.filter(on_counted_shift())

    def late(self) -> Self:
        """Those that were logged more than `LATE_AFTER` after they ended."""
        return self.filter(_LATE)

    def with_warnings(self) -> Self:
        """Those that were saved although something about them looked unusual."""
        return self.filter(_WITH_WARNINGS)

    def with_words(self, text: str) -> Self:
        """Those whose note has these English words in any form; as a search engine reads them: "a phrase", -without."""
        words = SearchQuery(text, config="english", search_type="websearch")
        return self.filter(_WITH_NOTE).alias(note_words=_NOTE_WORDS).filter(note_words=words)


@tracked(exclude=("version", "updated_at", "changed_in", "day", "clock_minutes"))
class PatrolShift(models.Model):
    """One funded deployment of a crew to one hotspot area. Only completed ones count as patrols.

    A planned shift that does not take place is cancelled; voided is what should not have been recorded.
    `day` is the London date on which it starts, `clock_minutes` its elapsed length; the database computes both.
    `version` grows with every change to the shift, its crew, visits or outcomes, whoever made it: compare it for
    equality only. `changed_in` numbers the transaction that made the last of them: a reader who takes changes in its
    order, as far as every transaction before has ended, misses none.
    `series` is shared by shifts that were planned together, as one pattern.
    `external_source` and `external_reference` name the record in another system that the shift came from, if any.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        COMPLETED = "completed", "Completed"
        VOIDED = "voided", "Voided"
        CANCELLED = "cancelled", "Cancelled"

    submission_id = models.UUIDField(unique=True)
    state = models.CharField(max_length=10, choices=State)
    area = models.ForeignKey(HotspotArea, models.PROTECT, related_name="shifts")
    funding_stream = models.ForeignKey(FundingStream, models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField("start")
    ends_at = models.DateTimeField("finish")
    day = models.GeneratedField(expression=LondonDay("starts_at"), output_field=models.DateField(), db_persist=True)
    clock_minutes = models.GeneratedField(
        expression=_elapsed_minutes("starts_at", "ends_at"), output_field=models.IntegerField(), db_persist=True
    )
    nothing_to_report = models.BooleanField(default=False)
    note = models.TextField(max_length=2000, blank=True)
    doubts_kept = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    doubts_reason = models.CharField(max_length=500, blank=True)
    void_reason = models.CharField(max_length=500, blank=True)
    cancel_reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="shifts")
    logged_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
    changed_in = models.BigIntegerField(db_default=ChangeNumber(), editable=False)
    series = models.UUIDField(null=True, blank=True, editable=False)
    external_source = models.CharField("source system", max_length=40, blank=True, default="", db_default="")
    external_reference = models.CharField(
        "reference in the source system", max_length=80, blank=True, default="", db_default=""
    )

    objects = PatrolShiftQuerySet.as_manager()
    # django-pghistory makes the versions' model and its manager.
    events: Any

    class Meta:
        ordering = ("-starts_at", "-id")
        indexes = (
            models.Index(fields=("-starts_at", "-id"), name="shift_newest"),
            models.Index(fields=("area", "-starts_at", "-id"), name="shift_by_area"),
            models.Index(fields=("logged_by", "-starts_at", "-id"), name="shift_by_person"),
            models.Index(
                fields=("logged_by", "-starts_at", "-id"), name="shift_worked_last", condition=Q(state="completed")
            ),
            models.Index(fields=("funding_stream", "day"), name="shift_by_stream_day"),
            models.Index(fields=("changed_in", "id"), name="shift_by_change"),
            models.Index(fields=("day",), condition=Q(state="planned"), name="shift_planned_by_day"),
            models.Index(fields=("series", "starts_at"), name="shift_by_series", condition=Q(series__isnull=False)),
            models.Index(fields=("-starts_at", "-id"), name="shift_late", condition=_LATE),
            models.Index(fields=("-starts_at", "-id"), name="shift_with_warnings", condition=_WITH_WARNINGS),
            models.Index(Upper("external_reference"), name="shift_by_reference", condition=~Q(external_reference="")),
            GinIndex(_NOTE_WORDS, name="shift_note_words", condition=_WITH_NOTE),
        )
        constraints = (
            *_span_checks("shift", "starts_at", "ends_at"),
            models.CheckConstraint(
                condition=Q(clock_minutes__lte=MAXIMUM_MINUTES),
                name="shift_at_most_24_hours",
                violation_error_message="A shift can be 24 hours at the most.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "completed", "voided", "cancelled"]), name="shift_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="voided") ^ Q(void_reason=""),
                name="shift_void_has_reason",
                violation_error_message="A voided shift has a reason, and no other has.",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled") | Q(cancel_reason=""),
                name="shift_cancel_reason_of_cancelled",
                violation_error_message="Only a cancelled shift has a reason for being cancelled.",
            ),
            *external_checks("shift"),
            # The target of crew_member's composite key, which keeps the crew's copy of the state true.
            models.UniqueConstraint(fields=("id", "state"), name="shift_id_state"),
        )
        triggers = (
            pgtrigger.Trigger(
                name="bump_version",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF NEW.version = OLD.version THEN NEW.version := OLD.version + 1; END IF;
                    NEW.updated_at := clock_timestamp();
                    NEW.changed_in := core_change_number();
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="within_programme",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("funding_stream_id", "starts_at"),
                func="PERFORM patrols_check_programme(NEW.funding_stream_id, NEW.day); RETURN NULL;",
            ),
            pgtrigger.Trigger(
                name="parts_within",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("starts_at", "ends_at"),
                timing=pgtrigger.Deferred,
                func="PERFORM patrols_check_parts(NEW.id); RETURN NULL;",
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number people quote, like HS-1457."""
        return f"HS-{self.pk}"

    @property
    def programme(self) -> Programme:
        """The programme whose money pays for the shift."""
        return self.funding_stream.programme

    @property
    def is_planned(self) -> bool:
        return self.state == self.State.PLANNED

    @property
    def is_completed(self) -> bool:
        return self.state == self.State.COMPLETED

    @property
    def is_voided(self) -> bool:
        return self.state == self.State.VOIDED

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED

    def is_overdue(self, at: datetime) -> bool:
        """Whether it was planned, should be over by now, and nobody has said how it went."""
        return self.is_planned and self.ends_at <= at


_PART_TRIGGERS = (check_once("within_shift", "patrols_check_parts"),)


@tracked(exclude=("minutes", "shift_state"))
class CrewMember(models.Model):
    """One person on a shift, for their own time on it. The collar number is optional.

    `shift_state` is the database's own copy of the shift's state: a composite foreign key keeps it true, and the
    exclusion constraint needs it to leave planned, cancelled and voided shifts out.
    """

    shift = models.ForeignKey(PatrolShift, models.PROTECT, related_name="crew")
    shift_state = models.CharField(max_length=10, choices=PatrolShift.State)
    role = models.CharField(max_length=30, choices=CrewRole)
    collar_number = models.CharField(max_length=10, blank=True)
    starts_at = models.DateTimeField("start")
    ends_at = models.DateTimeField("finish")
    minutes = models.GeneratedField(
        expression=_elapsed_minutes("starts_at", "ends_at"), output_field=models.IntegerField(), db_persist=True
    )

    class Meta:
        ordering = ("id",)
        constraints = (
            *_span_checks("crew", "starts_at", "ends_at"),
            models.CheckConstraint(condition=Q(role__in=CrewRole.values), name="crew_role_known"),
            models.CheckConstraint(
                condition=Q(collar_number__regex=r"^[A-Z0-9]{0,10}$"),
                name="crew_collar_number_form",
                violation_error_message="A collar number has up to 10 letters and figures.",
            ),
            ExclusionConstraint(
                name="crew_one_place_at_a_time",
                expressions=[
                    ("collar_number", RangeOperators.EQUAL),
                    (InstantRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(shift_state="completed") & ~Q(collar_number=""),
                violation_error_message="This person is already on another shift at that time.",
            ),
        )
        indexes = (
            models.Index(
                BareNumber("collar_number"),
                "starts_at",
                name="crew_by_bare_number",
                condition=~Q(collar_number=""),
            ),
        )
        triggers = (*_PART_TRIGGERS, *version_triggers())

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.collar_number}".strip()


@tracked()
class Visit(models.Model):
    """A spell of presence inside the area within a shift: for dosage, never for headline hours."""

    shift = models.ForeignKey(PatrolShift, models.PROTECT, related_name="visits")
    starts_at = models.DateTimeField("arrived")
    ends_at = models.DateTimeField("left")

    class Meta:
        ordering = ("starts_at", "id")
        constraints = (
            *_span_checks("visit", "starts_at", "ends_at"),
            ExclusionConstraint(
                name="visit_one_at_a_time",
                expressions=[
                    ("shift", RangeOperators.EQUAL),
                    (InstantRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="This visit overlaps another one on the same shift.",
            ),
        )
        triggers = (*_PART_TRIGGERS, *version_triggers())

    def __str__(self) -> str:
        return f"Visit on {self.shift}"
