"""Residents by ethnic group and by age as a census counted them: tables that a force loads, each kept as it was."""

from typing import Self

from django.db import models

from hotspot.core.models import User
from hotspot.core.permissions import Permission


class ResidentTableQuerySet(models.QuerySet["ResidentTable"]):
    def visible_to(self, user: User) -> Self:
        """All of them: they are published, and for everybody who sees figures."""
        return self if user.may(Permission.VIEW_FIGURES) else self.none()


class ResidentTable(models.Model):
    """The residents of a place in the year of a census, as they were loaded: never changed. The newest is used.

    `licence` is what its publisher asks to be said, `source` where it comes from.
    """

    place = models.CharField(max_length=120)
    census_year = models.PositiveSmallIntegerField()
    licence = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = ResidentTableQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"{self.place}, {self.census_year} census"


class ResidentCount(models.Model):
    """How many residents were in one group: of all groups of a split each resident is in one."""

    class Split(models.TextChoices):
        ETHNICITY = "ethnicity", "Ethnic group"
        AGE = "age", "Age"

    table = models.ForeignKey(ResidentTable, models.PROTECT, related_name="counts")
    split = models.CharField(max_length=10, choices=Split)
    group = models.CharField(max_length=20)
    residents = models.PositiveIntegerField()

    class Meta:
        ordering = ("split", "id")
        constraints = (models.UniqueConstraint(fields=("table", "split", "group"), name="residents_of_a_group_once"),)

    def __str__(self) -> str:
        return f"{self.group}: {self.residents:,}"
