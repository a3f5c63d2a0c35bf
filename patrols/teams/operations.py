"""Writes to teams. What is taken out of one is deleted, and no version of it is kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from hotspot.core.errors import ChangedMeanwhile, DomainError, NotAllowed
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import District
from hotspots.saving import save_row
from patrols.models import CrewRole, CrewTeam, CrewTeamMember
from patrols.teams import queries, rules

USED_EVERY = timedelta(days=1)


@transaction.atomic
def make_team(
    *, by: User, at: datetime, name: str, members: Sequence[rules.Member], district: District | None = None
) -> CrewTeam:
    """Keep people as a team: one's own, or a district's. The same form sent twice is one team.

    Raises NotAllowed, and DomainError(s) for its name, for who is in it, and `too_many_teams`.
    """
    _check_keeps(by, district)
    owner = by if district is None else None
    # Or two at once would both find room for one more.
    keeper: QuerySet[Any] = User.objects.filter(pk=by.pk)
    if district is not None:
        keeper = District.objects.filter(pk=district.pk)
    keeper.select_for_update(of=("self",)).get()
    if (same := _same(CrewTeam.objects.filter(owner=owner, district=district), name, members)) is not None:
        return same
    if CrewTeam.objects.filter(owner=owner, district=district).count() >= rules.MOST_TEAMS:
        message = f"There can be {rules.MOST_TEAMS} teams. Delete one that is not used."
        raise DomainError("too_many_teams", message, "name")
    team = CrewTeam(owner=owner, district=district)
    _write(team, name, members, at)
    return team


@transaction.atomic
def change_team(
    *,
    by: User,
    at: datetime,
    team_id: int,
    name: str,
    members: Sequence[rules.Member],
    version: int | None = None,
) -> CrewTeam:
    """Give a team another name or other people.

    Raises CrewTeam.DoesNotExist, NotAllowed, what `make_team` does, and ChangedMeanwhile if it is not the version that
    this person had in front of them, unless it says what they want already.
    """
    team = _locked(team_id, by)
    if version is not None and team.version != version:
        if _same(CrewTeam.objects.filter(pk=team.pk), name, members) is None:
            raise ChangedMeanwhile
        return team
    team.version += 1
    _write(team, name, members, at)
    return team


@transaction.atomic
def delete_team(*, by: User, team_id: int) -> None:
    """Delete a team with its collar numbers. Shifts keep theirs. Raises CrewTeam.DoesNotExist and NotAllowed."""
    _locked(team_id, by).delete()


@transaction.atomic
def use_team(*, by: User, at: datetime, team_id: int) -> list[rules.Member]:
    """Who is in a team, to be put on a form. It counts as used. Empty where this person sees no such team."""
    team = CrewTeam.objects.visible_to(by).filter(pk=team_id).first()
    if team is None:
        return []
    CrewTeam.objects.filter(pk=team.pk, last_used_at__lt=at - USED_EVERY).update(last_used_at=at)
    return [(CrewRole(row.role), row.collar_number) for row in team.members.all()]


@transaction.atomic
def forget_teams(*, at: datetime) -> int:
    """Delete the teams that nobody has used for long, and those of people who do not log shifts any more."""
    unused = CrewTeam.objects.filter(last_used_at__lte=at - rules.UNUSED_FOR)
    deleted = 0
    for teams in (unused, queries.ownerless()):
        deleted += teams.delete()[1].get(CrewTeam._meta.label, 0)
    return deleted


def _same(teams: QuerySet[CrewTeam], name: str, members: Sequence[rules.Member]) -> CrewTeam | None:
    """The one of these teams that has this name and these people already: the answer to the first time got lost."""
    team = teams.filter(name=rules.check_name(name)).first()
    if team is None:
        return None
    standing = {(CrewRole(row.role), row.collar_number) for row in team.members.all()}
    return team if standing == set(members) else None


def _write(team: CrewTeam, name: str, members: Sequence[rules.Member], at: datetime) -> None:
    team.name, team.last_used_at = rules.check_name(name), at
    rules.check_members(members)
    save_row(team)
    team.members.all().delete()
    CrewTeamMember.objects.bulk_create(
        CrewTeamMember(team=team, role=role, collar_number=number) for role, number in members
    )


def _locked(team_id: int, by: User) -> CrewTeam:
    team = CrewTeam.objects.select_for_update(of=("self",)).visible_to(by).get(pk=team_id)
    if not queries.may_change(team, by=by):
        raise NotAllowed("not_yours", "Only an administrator can change the team of a district.")
    return team


def _check_keeps(by: User, district: District | None) -> None:
    if not by.may(Permission.LOG_SHIFT) or (district is not None and not by.may(Permission.MANAGE)):
        raise NotAllowed("not_allowed", "Only an administrator can keep a team for a district.")
