"""Teams: named lists of collar numbers with roles, to put on the form of a shift."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import District, DistrictAccess
from patrols.models.shifts import CrewRole


class CrewTeamQuerySet(models.QuerySet["CrewTeam"]):
    def visible_to(self, user: User) -> Self:
        """One's own and those of districts whose shifts one sees, for who sees collar numbers; nobody else's."""
        if not user.may(Permission.VIEW_OFFICERS):
            return self.none()
        if user.may(Permission.VIEW_ALL_SHIFTS):
            return self.filter(Q(owner=user) | Q(district__isnull=False))
        own = DistrictAccess.objects.filter(user=user).values("district")
        return self.filter(Q(owner=user) | Q(district__in=own))


class CrewTeam(models.Model):
    """People who are often on a patrol together: one person's list, or one that everybody in a district uses.

    No versions are kept of it: it says nothing about any shift, and what is deleted of it is gone. `version` only
    counts the changes, so that two people do not overwrite each other's.
    """

    name = models.CharField(max_length=60)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="+")
    last_used_at = models.DateTimeField("last used or changed")
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = CrewTeamQuerySet.as_manager()

    class Meta:
        ordering = (Lower("name"), "id")
        constraints = (
            models.CheckConstraint(condition=Q(owner=None) ^ Q(district=None), name="crew_team_of_person_or_district"),
            models.UniqueConstraint(
                Lower("name"),
                "owner",
                condition=Q(district=None),
                name="crew_team_of_person_once",
                violation_error_message="You have a team of this name already.",
            ),
            models.UniqueConstraint(
                Lower("name"),
                "district",
                condition=Q(owner=None),
                name="crew_team_of_district_once",
                violation_error_message="This district has a team of this name already.",
            ),
        )

    def __str__(self) -> str:
        return self.name


class CrewTeamMember(models.Model):
    """Somebody in a team, by collar number."""

    team = models.ForeignKey(CrewTeam, models.CASCADE, related_name="members")
    role = models.CharField(max_length=30, choices=CrewRole)
    collar_number = models.CharField(max_length=10)

    class Meta:
        verbose_name = "member of a team"
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("team", "role", "collar_number"), name="crew_team_member_once"),
            models.CheckConstraint(condition=Q(role__in=CrewRole.values), name="crew_team_member_role_known"),
            models.CheckConstraint(
                condition=Q(collar_number__regex=r"^[A-Z0-9]{1,10}$"), name="crew_team_member_number_form"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.collar_number}"
