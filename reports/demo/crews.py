"""What crews of the demonstration have besides shifts: teams, and time that was taken away from their patrols."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db.models import Count

from hotspot.core.models import User
from hotspots.models import District, DistrictAccess
from patrols.abstractions.operations import record_taken_away
from patrols.models import AbstractionReason, CrewMember, CrewRole, PatrolShift
from patrols.teams.operations import make_team
from patrols.teams.rules import Member

FORMS = UUID("6f5d3f0e-5a0e-4f3b-9a39-0b6c2f5c9d11")
ROLES = (CrewRole.POLICE_OFFICER, CrewRole.POLICE_OFFICER, CrewRole.PCSO)
SINCE, EVERY = timedelta(days=60), 7
TAKEN_AWAY = (
    (AbstractionReason.INCIDENT, 1, 90, False),
    (AbstractionReason.CUSTODY, 1, 150, True),
    (AbstractionReason.SCENE, 2, 60, False),
    (AbstractionReason.RESPONSE, 1, 120, False),
)
"""For what, how many people, minutes of each, and whether others patrolled in their place."""


def make_teams(*, supervisor: User, administrator: User, at: datetime) -> None:
    """One of the supervisor’s own, and one for everybody in the first of their districts."""
    access = DistrictAccess.objects.filter(user=supervisor).order_by("district__name").select_related("district")
    if members := _usual_crew(supervisor, access[0].district, skip=0):
        make_team(by=supervisor, at=at, name="Late crew", members=members)
    if members := _usual_crew(supervisor, access[1].district, skip=1):
        make_team(by=administrator, at=at, name="Neighbourhood team", members=members, district=access[1].district)


def _usual_crew(supervisor: User, district: District, *, skip: int) -> list[Member]:
    """People of each role who were most often on the supervisor’s patrols in a district, after the first few."""
    crew = CrewMember.objects.filter(shift__logged_by=supervisor, shift__area__district=district)
    known = crew.exclude(collar_number="").order_by().values("role", "collar_number")
    often = known.annotate(patrols=Count("pk")).order_by("-patrols", "collar_number")
    by_role = {role: [row["collar_number"] for row in often if row["role"] == role][skip:] for role in set(ROLES)}
    return [(role, by_role[role].pop(0)) for role in ROLES if by_role[role]]


def make_taken_away(*, supervisor: User, administrator: User, at: datetime) -> None:
    """Some of the supervisor’s shifts of the last weeks, of which not everybody was there to the end."""
    shifts = PatrolShift.objects.filter(logged_by=supervisor, state=PatrolShift.State.COMPLETED)
    recent = shifts.filter(starts_at__gte=at - SINCE, ends_at__lt=at).order_by("-starts_at", "pk")[::EVERY]
    for shift, (reason, people, minutes, backfilled) in zip(recent, TAKEN_AWAY, strict=False):
        record_taken_away(
            by=administrator,
            at=at,
            submission_id=uuid5(FORMS, f"{shift.submission_id}"),
            shift_id=shift.pk,
            reason=reason,
            people=people,
            minutes=minutes,
            backfilled=backfilled,
        )
