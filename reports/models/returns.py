"""Programme returns: what a funder asks for, as rows of a template, and what was answered for a period."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.text import slugify

from hotspot.core.models import User, tracked
from hotspot.core.permissions import Permission
from hotspots.models import FundingStream, Programme


class ReturnTemplateQuerySet(models.QuerySet["ReturnTemplate"]):
    def visible_to(self, user: User) -> Self:
        """All of them, for those who see returns."""
        return self if user.may(Permission.VIEW_RETURNS) else self.none()


@tracked()
class ReturnTemplate(models.Model):
    """What a funder asks of a programme, and how often. Its rows are in its versions.

    `by_area`: what can be counted is said for each hotspot area too.
    """

    class Every(models.TextChoices):
        MONTH = "month", "Every month"
        QUARTER = "quarter", "Every quarter"
        YEAR = "year", "Every financial year"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="return_templates")
    name = models.CharField(max_length=80)
    every = models.CharField("how often", max_length=10, choices=Every)
    by_area = models.BooleanField("for each hotspot area too", default=False)

    objects = ReturnTemplateQuerySet.as_manager()

    class Meta:
        ordering = ("programme", Lower("name"), "id")
        constraints = (
            models.UniqueConstraint(
                "programme",
                Lower("name"),
                name="return_template_key",
                violation_error_message="The programme already has a return of this name.",
            ),
            models.CheckConstraint(condition=Q(every__in=["month", "quarter", "year"]), name="return_template_every"),
        )

    def __str__(self) -> str:
        return self.name


class ReturnWorkbookQuerySet(models.QuerySet["ReturnWorkbook"]):
    def visible_to(self, user: User) -> Self:
        """Those of the templates that this person may see."""
        return self.filter(template__in=ReturnTemplate.objects.visible_to(user).values("pk"))


@tracked(exclude=("content",))
class ReturnWorkbook(models.Model):
    """The funder's own workbook (XLSX), as it was uploaded: cells of it are filled by the rows that name them."""

    template = models.ForeignKey(ReturnTemplate, models.PROTECT, related_name="workbooks")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField("SHA-256", max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = ReturnWorkbookQuerySet.as_manager()

    class Meta:
        ordering = ("template", "-added_at", "-id")

    def __str__(self) -> str:
        return self.name


@tracked()
class TemplateVersion(models.Model):
    """The rows of a template while the funder asks for these. `due_days`: how long after a period ends it is due.

    `workbook` is the funder's, where cells of one are filled.
    """

    template = models.ForeignKey(ReturnTemplate, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    due_days = models.PositiveSmallIntegerField("days after the period in which it is due", null=True, blank=True)
    workbook = models.ForeignKey(ReturnWorkbook, models.PROTECT, null=True, blank=True, related_name="versions")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("template", "-number")
        constraints = (models.UniqueConstraint(fields=("template", "number"), name="template_version_key"),)

    def __str__(self) -> str:
        return f"{self.template}, version {self.number}"


@tracked()
class TemplateRow(models.Model):
    """One thing that is asked for, in the funder's words.

    `source` says what fills it (`reports.returns.sources`), `bound` what it is held against; `limit` is in the unit of
    the row, pence where it is money. `code` stays the same from version to version. A ratio divides the row `top` by
    the row `base` (by their codes), for each `per` of the latter. `by_area`: this row is counted for each hotspot area.
    `cell` of the funder's workbook gets its answer, like Sheet1!C7.
    """

    class Bound(models.TextChoices):
        NONE = "none", "Nothing"
        TARGET = "target", "The monthly targets of the areas"
        AT_LEAST = "at_least", "At least"
        AT_MOST = "at_most", "At most"
        BUDGET = "budget", "The budget of a funding stream"

    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="rows")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    label = models.CharField(max_length=500)
    source = models.CharField(max_length=80)
    bound = models.CharField(max_length=10, choices=Bound, default=Bound.NONE)
    limit = models.BigIntegerField(null=True, blank=True)
    stream = models.ForeignKey(FundingStream, models.PROTECT, null=True, blank=True, related_name="+")
    top = models.CharField("row that is divided", max_length=20, blank=True)
    base = models.CharField("row that it is divided by", max_length=20, blank=True)
    per = models.PositiveIntegerField("for each so many", default=1)
    by_area = models.BooleanField("for each hotspot area too", default=False)
    cell = models.CharField("cell of the funder’s workbook", max_length=80, blank=True)

    class Meta:
        ordering = ("version", "position")
        constraints = (
            models.UniqueConstraint(fields=("version", "code"), name="template_row_key"),
            models.CheckConstraint(
                condition=Q(bound__in=["none", "target"], limit__isnull=True, stream__isnull=True)
                | Q(bound__in=["at_least", "at_most"], limit__gte=0, stream__isnull=True)
                | Q(bound="budget", limit__isnull=True, stream__isnull=False),
                name="template_row_bound_known",
            ),
            models.CheckConstraint(
                condition=(Q(source="ratio", per__gte=1) & ~Q(top="") & ~Q(base="") & ~Q(top=F("base")))
                | (~Q(source="ratio") & Q(top="", base="", per=1)),
                name="template_row_ratio_of_two_rows",
            ),
        )

    def __str__(self) -> str:
        return self.label


class ProgrammeReturnQuerySet(models.QuerySet["ProgrammeReturn"]):
    def visible_to(self, user: User) -> Self:
        """Submitted ones for everybody who sees returns; drafts for those who may prepare them."""
        if user.may(Permission.PREPARE_RETURN):
            return self
        return self.submitted() if user.may(Permission.VIEW_RETURNS) else self.none()

    def submitted(self) -> Self:
        """Those that were sent to the funder, also those that were restated since."""
        return self.filter(state=ProgrammeReturn.State.SUBMITTED)

    def standing(self) -> Self:
        """Submitted ones that no later version restates."""
        return self.submitted().exclude(restated_by__state=ProgrammeReturn.State.SUBMITTED)

    def of_single_periods(self) -> Self:
        """Without those of a range of months that somebody chose: they say again what single periods said."""
        return self.exclude(code__contains="-to-")


@tracked(exclude=("body",))
class ProgrammeReturn(models.Model):
    """One return of one period: what was counted, and what somebody entered.

    `code` names the period as addresses do, `entered` holds what cannot be counted, by the code of its row. Submitting
    it freezes `body`; once submitted no column changes any more: a later version `restates` it, with a `reason`.

    One with money waits for a second person, who neither began nor proposed it and is none of its `preparers` (who
    entered something), and only with the numbers that were proposed (`proposed_digest`). One that was `sent_back` is a
    draft again.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        WAITING = "waiting", "Waiting for approval"
        SUBMITTED = "submitted", "Submitted"
        WITHDRAWN = "withdrawn", "Withdrawn"

    template = models.ForeignKey(ReturnTemplate, models.PROTECT, related_name="returns")
    asks = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="returns")
    code = models.CharField("period", max_length=20)
    first_day = models.DateField()
    last_day = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    restates = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="restated_by")
    reason = models.CharField("why it is restated", max_length=500, blank=True)
    entered = models.JSONField(default=dict, blank=True)
    remarks = models.TextField(max_length=4000, blank=True)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    preparers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_digest = models.CharField(max_length=64, blank=True)
    sent_back = models.CharField("why it was sent back", max_length=500, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    body = models.JSONField(null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)

    objects = ProgrammeReturnQuerySet.as_manager()

    class Meta:
        ordering = ("-first_day", "-version", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("template", "code", "version"),
                condition=~Q(state="withdrawn"),
                name="return_key",
                violation_error_message="A return of this period has been begun already.",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "waiting", "withdrawn"],
                    body__isnull=True,
                    submitted_at__isnull=True,
                    sha256="",
                )
                | Q(
                    state="submitted",
                    body__isnull=False,
                    submitted_at__isnull=False,
                    submitted_by__isnull=False,
                    sha256__regex="^[0-9a-f]{64}$",
                ),
                name="return_frozen_when_submitted",
            ),
            models.CheckConstraint(
                condition=Q(state="submitted")
                | Q(
                    state__in=["draft", "withdrawn"],
                    proposed_by__isnull=True,
                    proposed_at__isnull=True,
                    proposed_digest="",
                )
                | Q(
                    state="waiting",
                    proposed_by__isnull=False,
                    proposed_at__isnull=False,
                    proposed_digest__regex="^[0-9a-f]{64}$",
                ),
                name="return_proposed_when_waiting",
            ),
            models.CheckConstraint(
                condition=Q(submitted_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(submitted_by=F("proposed_by")),
                name="return_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(restates__isnull=True, reason="") | (Q(restates__isnull=False) & ~Q(reason="")),
                name="return_restatement_has_reason",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="submitted_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="submitted"),
            ),
        )

    def __str__(self) -> str:
        return self.slug

    @property
    def slug(self) -> str:
        """home-office-return-2024-10-v1: how files name it."""
        return f"{slugify(self.template.name.replace('/', '-'))[:60]}-{self.code}-v{self.version}"


class ReturnReminder(models.Model):
    """That somebody was reminded of the return of a period, for the day on which it was due then."""

    class Stage(models.TextChoices):
        SOON = "soon", "Due soon"
        OVERDUE = "overdue", "Overdue"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    template = models.ForeignKey(ReturnTemplate, models.CASCADE, related_name="reminders")
    code = models.CharField("period", max_length=20)
    due_on = models.DateField()
    stage = models.CharField(max_length=7, choices=Stage)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ("-sent_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "template", "code", "due_on", "stage"), name="reminder_of_return_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.template}, {self.code}"
