"""Everything that waits for a person, in one trip."""

from collections.abc import Iterator
from datetime import datetime

from hotspot.core.models import User
from hotspot.core.waiting import WaitingKind, counted
from hotspots.area_sets.waiting import waiting as waiting_sets
from hotspots.ledger.waiting import waiting as waiting_spend
from outcomes.records.waiting import waiting as waiting_records
from reports.plans.waiting import waiting as waiting_plans
from reports.returns.waiting import waiting as waiting_returns
from reports.statements.waiting import waiting as waiting_statements


def what_waits(user: User, at: datetime) -> list[tuple[str, str]]:
    """Each kind of thing of which something waits for this person: how many, in words, and the address."""
    return counted(_kinds(user, at))


def _kinds(user: User, at: datetime) -> Iterator[WaitingKind]:
    yield from waiting_records(user, at)
    yield from waiting_statements(user)
    yield from waiting_returns(user, at)
    yield from waiting_sets(user)
    yield from waiting_spend(user)
    yield from waiting_plans(user, at)
