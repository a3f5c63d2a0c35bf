"""Files that are imported, and what is remembered of them for the next ones."""

from typing import Self

from django.db import models

from hotspot.core.models import Job, StoredFile, User
from hotspot.core.permissions import Permission
from hotspots.models import HotspotArea


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
    details, by their kind, or of "stages" of arrests, and the "versions" that their shifts had then.
    """

    class Kind(models.TextChoices):
        SHIFTS = "shifts", "Shifts with their outcomes"
        OUTCOMES = "outcomes", "Outcomes of shifts that are here"
        JUSTICE = "justice", "What became of arrests, by custody reference"

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
