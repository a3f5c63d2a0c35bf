"""Statements: figures that were published and stay as they are."""

from datetime import datetime
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from hotspot.core.models import User, tracked
from hotspot.core.permissions import Permission, roles_granted
from hotspots.models import Programme

_WHO_MAY = {"approver__is_active": True, "approver__role__in": roles_granted(Permission.PREPARE_STATEMENT)}


class StatementQuerySet(models.QuerySet["Statement"]):
    def visible_to(self, user: User) -> Self:
        """Published ones for everybody who sees figures; those being prepared for those who may prepare them."""
        if user.may(Permission.PREPARE_STATEMENT):
            return self
        return self.published() if user.may(Permission.VIEW_FIGURES) else self.none()

    def signed_off(self) -> Self:
        """Those that were signed off, also those that are to be released later. What they say is bound to be told."""
        return self.filter(state=Statement.State.PUBLISHED)

    def published(self) -> Self:
        """Those that are released by now, also those that a later version replaces.

        The clock is read whenever it is asked: nothing has to run at the moment of a release.
        """
        return self.signed_off().filter(Q(release_at=None) | Q(release_at__lte=timezone.now()))

    def newest_first(self) -> Self:
        """Those that are signed off by when they are released, the last first: the order of the chain of bundles."""
        return self.order_by(Greatest("release_at", "decided_at").desc(), "-decided_at", "-pk")

    def embargoed(self) -> Self:
        """Those that were signed off and are to be released later."""
        return self.signed_off().filter(release_at__gt=timezone.now())

    def with_slug(self, slug: str) -> Self:
        """The one that addresses name like this (2024-12-10-v1), or none."""
        reference, _, version = slug.rpartition("-v")
        is_one = version.isascii() and version.isdecimal() and len(version) < 5
        return self.filter(reference=reference, version=int(version)) if is_one and reference else self.none()

    def being_prepared(self) -> Self:
        """Drafts, those that wait for somebody to sign them off, and those that wait for their release."""
        return self.filter(state__in=[Statement.State.DRAFT, Statement.State.WAITING]) | self.embargoed()

    def waiting_for(self, user: User) -> Self:
        """Those that this person is asked to sign off, and others' of whom nobody is. No trip for who signs off none.

        Nobody: sent before approvers were named, or to somebody who has left or has another role now.
        """
        if not user.may(Permission.PREPARE_STATEMENT):
            return self.none()
        waiting = self.filter(state=Statement.State.WAITING).exclude(prepared_by=user)
        return waiting.filter(Q(approver=user) | ~Q(approver__isnull=False, **_WHO_MAY))

    def to_be_reminded_of(self) -> Self:
        """Those that wait for somebody who may still sign them off, and was not reminded."""
        return self.filter(state=Statement.State.WAITING, reminded_at=None, **_WHO_MAY)


@tracked(exclude=("acknowledged_numbers", "body", "counted"))
class Statement(models.Model):
    """A published, frozen set of figures: prepared by one person and signed off by another.

    A draft says what is to be published: `code` names the period as addresses do, no `area_ids` means all areas.
    Sending it for sign-off freezes the rest: `as_at` is when, `records_until` the database's instant up to which its
    history gives these figures, `body` what is published, `counted` every count behind it by area and month, small
    ones too. `acknowledged` are the checks that were read, with the numbers in them. `sha256` is that of the published
    body in canonical JSON. `approver` is who was asked to sign it off, or took that over, with a `takeover_reason`;
    `asked_at` is since when it waits for them. What is signed off is published at once, or at `release_at`; until then
    it can still be withdrawn. Once published no column changes any more: a correction is a new version that `corrects`
    this one, with a `reason`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        WAITING = "waiting", "Waiting for sign-off"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="statements")
    code = models.CharField("period", max_length=20)
    area_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    words = models.TextField("press text", max_length=10_000)
    acknowledged = ArrayField(models.TextField(), default=list, blank=True)
    acknowledged_numbers = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")
    reason = models.CharField("what was wrong", max_length=500, blank=True)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="statements")
    created_at = models.DateTimeField()
    returned_reason = models.CharField("why it was returned", max_length=500, blank=True)
    reference = models.CharField(max_length=20, blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    as_at = models.DateTimeField(null=True, blank=True)
    records_until = models.DateTimeField(null=True, blank=True)
    body = models.JSONField(null=True, blank=True)
    counted = models.JSONField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="signed_off_statements", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="statements_to_sign_off", null=True, blank=True
    )
    takeover_reason = models.CharField("why somebody else signs it off", max_length=500, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    release_at = models.DateTimeField(null=True, blank=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ("-as_at", "-created_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("reference", "version"), condition=~Q(reference=""), name="statement_reference_unique"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "waiting", "published", "withdrawn"]), name="statement_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"], body__isnull=True, as_at__isnull=True, reference="")
                | (
                    Q(state__in=["waiting", "published"], body__isnull=False, counted__isnull=False)
                    & Q(as_at__isnull=False, records_until__isnull=False)
                    & Q(first_day__isnull=False, last_day__isnull=False)
                    & ~Q(reference="")
                ),
                name="statement_frozen_when_sent",
            ),
            models.CheckConstraint(
                condition=Q(state="published", decided_by__isnull=False, decided_at__isnull=False)
                | (~Q(state="published") & Q(decided_by__isnull=True, decided_at__isnull=True)),
                name="statement_decided_when_published",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("prepared_by")),
                name="statement_signed_off_by_another",
            ),
            # Those from before approvers were named have none.
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("prepared_by")), name="statement_approver_is_another"
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | Q(decided_by__isnull=True) | Q(decided_by=F("approver")),
                name="statement_signed_off_by_approver",
            ),
            models.CheckConstraint(
                condition=Q(release_at__isnull=True) | Q(state__in=["waiting", "published"]),
                name="statement_release_frozen_when_sent",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, reason="") | (Q(corrects__isnull=False) & ~Q(reason="")),
                name="statement_correction_has_reason",
            ),
        )
        triggers = (
            # By the database's clock: what is to be released later can become a draft again until then.
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state = 'published' AND NOT (NEW.state = 'draft' AND COALESCE(OLD.release_at > NOW(), FALSE))"
                ),
            ),
            pgtrigger.Protect(
                name="published_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="published"),
            ),
        )

    def __str__(self) -> str:
        return self.slug or f"Draft {self.pk}"

    @property
    def is_published(self) -> bool:
        """Whether it is signed off and released by now."""
        return self.state == Statement.State.PUBLISHED and not self.is_embargoed

    @property
    def is_embargoed(self) -> bool:
        """Whether it is signed off, and to be released later."""
        is_later = self.release_at is not None and self.release_at > timezone.now()
        return self.state == Statement.State.PUBLISHED and is_later

    @property
    def has_approver(self) -> bool:
        """Whether somebody is named who may still sign it off: they may have left, or have another role now."""
        return self.approver is not None and self.approver.may(Permission.PREPARE_STATEMENT)

    @property
    def released_at(self) -> datetime | None:
        """When what is signed off was or will be released; None before."""
        return max(filter(None, (self.release_at, self.decided_at))) if self.decided_at else None

    @property
    def slug(self) -> str:
        """2024-12-10-v1: how addresses and files name it; empty for a draft."""
        return f"{self.reference}-v{self.version}" if self.reference else ""


class StatementFile(models.Model):
    """A file of a statement, made once when it was signed off, so that its bytes are the same for ever.

    The database lets it be removed only with a statement that is a draft again: withdrawn before its release.
    """

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="files")
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField("SHA-256 of the file", max_length=64, db_index=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("statement", "kind"), name="statement_file_key"),)
        triggers = (
            pgtrigger.Trigger(
                name="published_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                declare=[("owner_state", "TEXT")],
                func=pgtrigger.Func(
                    """
                    SELECT state INTO owner_state FROM reports_statement WHERE id = OLD.statement_id;
                    IF TG_OP = 'DELETE' AND owner_state = 'draft' THEN
                        RETURN OLD;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot change or remove a file of a statement that is signed off';
                    """
                ),
            ),
        )

    def __str__(self) -> str:
        return self.name


class StatementProof(models.Model):
    """When a published statement was last proved against the history, and what was wrong: nothing, one hopes."""

    statement = models.OneToOneField(Statement, models.PROTECT, related_name="proof")
    at = models.DateTimeField()
    wrong = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.wrong or 'proved'}"
