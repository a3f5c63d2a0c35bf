"""A team put on the form of a shift: the form comes back with its collar numbers, and nothing else is different."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from hotspot.core.models import User
from hotspot.core.pages import resubmission
from hotspot.core.pages.access import SignedInRequest
from hotspot.core.text import parse_id
from outcomes.recording.crew_fields import ADD_TEAM
from patrols.models import CrewRole
from patrols.teams.operations import use_team
from patrols.teams.queries import teams_offered
from patrols.teams.rules import CrewFields, with_members

# So many teams have a button each; more than that, a list.
MOST_BUTTONS = 2


def sent(request: SignedInRequest) -> QueryDict | None:
    """What was sent, with the crew of the team that is to be added; None where a form is only to be shown."""
    data = resubmission.entries(request)
    if data is None or request.method != "POST" or ADD_TEAM not in data:
        return data
    return with_team(data, data.get(ADD_TEAM) or data.get("team", ""), by=request.user)


def with_team(entered: QueryDict, team: str, *, by: User, row: str = "") -> QueryDict:
    """What was entered, with the crew of a team, by its id as it was sent. `row` is before the names of a row."""
    data, number = entered.copy(), parse_id(team)
    members = [] if number is None else use_team(by=by, at=timezone.now(), team_id=number)
    for role in CrewRole:
        if numbers := [collar for other, collar in members if other == role]:
            count, collars = f"{row}crew_{role}", f"{row}collars_{role}"
            fields = with_members(CrewFields(data.get(count, ""), data.get(collars, "")), role, numbers)
            data[count], data[collars] = fields.count, fields.collars
    return data


def team_context(request: SignedInRequest) -> Mapping[str, Any]:
    """The teams that a form offers: a button each, or a list where there are many."""
    teams = teams_offered(request.user)
    return {"teams": teams, "teams_are_listed": len(teams) > MOST_BUTTONS}
