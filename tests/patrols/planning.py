"""Planned shifts, for tests."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.urls import reverse

from patrols.abstractions.operations import record_taken_away
from patrols.models import CrewRole, PatrolShift
from patrols.teams.operations import make_team
from tests import factories

NOW = datetime(2024, 10, 12, 12, tzinfo=UTC)
SATURDAY_NIGHT = datetime(2024, 10, 12, 21, tzinfo=UTC)
# Pages of a shift that only a planned one has.
_OF_PLANNED = ("outcomes:change_plan", "outcomes:cancel", "outcomes:hand_over", "outcomes:plan_again")


def planned(force, **fields: Any) -> PatrolShift:
    """A shift that Sam planned for tonight, 10pm to 6am in Hitchin, unless the fields say otherwise."""
    usual = {
        "area": force.hitchin,
        "funding_stream": force.grant,
        "logged_by": force.sam,
        "state": "planned",
        "starts_at": SATURDAY_NIGHT,
        "logged_at": datetime(2024, 10, 7, 9, tzinfo=UTC),
    }
    return factories.PatrolShiftFactory(**usual | fields)


def in_every_state(force) -> dict[str, Any]:
    """A planned shift and a team of Sam's, by the names that paths are made with."""
    team = make_team(by=force.sam, at=NOW, name="Night crew", members=[(CrewRole.POLICE_OFFICER, "PC1234")])
    shift = planned(force)
    taken = record_taken_away(
        by=force.sam, at=NOW, submission_id=uuid4(), shift_id=shift.pk, reason="court", people=1, minutes=60,
        backfilled=False,
    )  # fmt: skip
    return {"planned_shift": shift, "crew_team": team, "taken_away": taken}


def path_of(name: str, values: dict[str, Any]) -> str:
    """The path of a page about a planned shift or a team; empty for every other."""
    if name == "abstractions:withdraw":
        return reverse(name, args=(values["taken_away"].pk,))
    if name in ("teams:edit", "teams:delete"):
        return reverse(name, args=(values["crew_team"].pk,))
    return reverse(name, args=(values["planned_shift"].pk,)) if name in _OF_PLANNED else ""
