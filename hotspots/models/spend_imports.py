"""Files of a finance system that become entries of spend."""

from typing import Self

from django.db import models
from django.db.models import Q

from hotspot.core.models import StoredFile, User
from hotspot.core.permissions import Permission
from hotspots.models.reference import FundingStream, Programme
from hotspots.models.spend import SpendCategory


class SpendImportQuerySet(models.QuerySet["SpendImport"]):
    def visible_to(self, user: User) -> Self:
        """All of them, for who keeps the ledger: any of them can undo one, and another approves it."""
        return self if user.may(Permission.KEEP_LEDGER) else self.none()


class SpendImport(models.Model):
    """A file that was uploaded for a programme; checked, and then written as entries that wait for approval, or not.

    `columns` says at which place of the file each column is. `stream`, `category` and `vat_recoverable` are meant where
    a row does not say.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="spend_imports")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    header_row = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)
    stream = models.ForeignKey(FundingStream, models.PROTECT, related_name="+")
    category = models.ForeignKey(SpendCategory, models.PROTECT, related_name="+")
    vat_recoverable = models.BooleanField()
    written_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = SpendImportQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False, written_at__isnull=False),
                name="spend_import_undone_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return self.file.name

    @property
    def is_open(self) -> bool:
        """Whether it can still be written."""
        return self.written_at is None


class RememberedSpendColumns(models.Model):
    """Which column each header was the last time a file with these headers was imported."""

    fingerprint = models.CharField(max_length=64, unique=True)
    columns = models.JSONField()

    class Meta:
        verbose_name_plural = "remembered spend columns"

    def __str__(self) -> str:
        return self.fingerprint[:8]
