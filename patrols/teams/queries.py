"""Which teams somebody may use, and which they may change."""

from django.db.models import Prefetch

from hotspot.core.models import User
from hotspot.core.permissions import Permission, roles_granted
from patrols.models import CrewTeam, CrewTeamMember, CrewTeamQuerySet

MOST_OFFERED = 40


def teams_seen_by(user: User) -> CrewTeamQuerySet:
    """One's own teams and those of one's districts, with who is in them."""
    teams = CrewTeam.objects.visible_to(user).select_related("district")
    return teams.prefetch_related(Prefetch("members", CrewTeamMember.objects.order_by("id")))


def teams_offered(user: User) -> list[tuple[int, str]]:
    """The teams that a form offers, by id, with their names: last used first. Nobody's number is among them."""
    teams = CrewTeam.objects.visible_to(user).select_related("district")
    return [(team.pk, _named(team)) for team in teams.order_by("-last_used_at", "pk")[:MOST_OFFERED]]


def _named(team: CrewTeam) -> str:
    return f"{team.name} ({team.district.name})" if team.district else team.name


def may_change(team: CrewTeam, *, by: User) -> bool:
    """Whether this person keeps the team: its owner, or an administrator where it is a district's."""
    return team.owner_id == by.pk if team.district_id is None else by.may(Permission.MANAGE)


def teams_kept_by(user: User) -> CrewTeamQuerySet:
    """The teams that this person may change."""
    teams = teams_seen_by(user)
    return teams if user.may(Permission.MANAGE) else teams.filter(owner=user)


def ownerless() -> CrewTeamQuerySet:
    """The teams of people who may not sign in any more, or log shifts."""
    return CrewTeam.objects.filter(owner__isnull=False).exclude(
        owner__is_active=True, owner__role__in=roles_granted(Permission.LOG_SHIFT)
    )
