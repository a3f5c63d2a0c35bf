"""Weights by which the harm of incidents is added up: tables that a force loads, each kept as it was."""

from typing import Self

from django.db import models

from hotspot.core.models import User
from hotspot.core.permissions import Permission


class HarmTableQuerySet(models.QuerySet["HarmTable"]):
    def visible_to(self, user: User) -> Self:
        """All of them, for who may see police data."""
        return self if user.may(Permission.VIEW_INCIDENTS) else self.none()

    def newest(self) -> Self:
        """The newest version of each table."""
        later = HarmTable.objects.filter(name=models.OuterRef("name"), version__gt=models.OuterRef("version"))
        return self.exclude(models.Exists(later))


class HarmTable(models.Model):
    """A version of a table of weights, as it was loaded: it is never changed. A later one has the next number.

    `source` says where the weights come from, such as an edition of the Cambridge Crime Harm Index.
    """

    name = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = HarmTableQuerySet.as_manager()

    class Meta:
        ordering = ("name", "-version")
        constraints = (models.UniqueConstraint(fields=("name", "version"), name="harm_table_version_once"),)

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"


class HarmWeight(models.Model):
    """What one incident of a category weighs from a month on, until the table has another weight for it.

    The category is a name and no reference: a table can be loaded before the incidents are.
    """

    table = models.ForeignKey(HarmTable, models.PROTECT, related_name="weights")
    category = models.CharField(max_length=80)
    weight = models.DecimalField(max_digits=12, decimal_places=3)
    first_month = models.DateField("valid from")

    class Meta:
        ordering = ("category", "first_month")
        constraints = (
            models.UniqueConstraint(fields=("table", "category", "first_month"), name="harm_weight_once"),
            models.CheckConstraint(condition=models.Q(weight__gte=0), name="harm_weight_not_below_nought"),
            models.CheckConstraint(condition=models.Q(first_month__day=1), name="harm_weight_on_first"),
        )

    def __str__(self) -> str:
        return f"{self.category}: {self.weight}"
