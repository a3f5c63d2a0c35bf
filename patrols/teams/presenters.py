"""Teams in table rows."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.calendar import today
from hotspot.core.models import User
from patrols.models import CrewRole, CrewTeam
from patrols.teams.queries import may_change
from patrols.teams.rules import UNUSED_FOR

COLUMNS = [{"label": label} for label in ("Team", "Who can use it", "Who is in it", "Kept until", "Change")]


def team_rows(teams: Iterable[CrewTeam], *, by: User) -> list[list[Any]]:
    """The rows of the list, each with a link for who may change the team."""
    return [
        [
            team.name,
            f"Everybody in {team.district.name}" if team.district else "Only you",
            _members(team),
            wording.day(today(team.last_used_at + UNUSED_FOR)),
            _change(team, by),
        ]
        for team in teams
    ]


def as_changed(team: CrewTeam) -> str:
    """What a team says now, for who had another version of it in front of them."""
    return f"It says now: {team.name}. {_members(team)}. Below is what you entered. Save it if it still stands."


def _members(team: CrewTeam) -> str:
    members = list(team.members.all())
    said = []
    for role in CrewRole:
        numbers = [row.collar_number for row in members if row.role == role]
        if numbers:
            said.append(f"{wording.plural(len(numbers), role.label)}: {', '.join(numbers)}")
    return "; ".join(said)


def _change(team: CrewTeam, by: User) -> Any:
    if not may_change(team, by=by):
        return "An administrator keeps it"
    return {"url": reverse("teams:edit", args=(team.pk,)), "text": "Change", "hidden": team.name}
