"""Shifts planned together as one series, and the rest of a series cancelled."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

import pghistory
from django.db import IntegrityError, transaction

from hotspot.core import wording
from hotspot.core.bulk_insert import Batch
from hotspot.core.errors import DomainError, NeedsConfirming, raise_all
from hotspot.core.models import User
from hotspot.core.text import clean_line
from patrols.models import PatrolShift
from patrols.planning import permissions
from patrols.planning.queries import facts_of_series, rest_of_series
from patrols.shifts.checking import Checked, PlanChecker
from patrols.shifts.entries import AcknowledgedWarnings, ShiftEntry, crew_places
from patrols.shifts.operations import locked
from patrols.shifts.rows import TABLES
from patrols.shifts.rules import ShiftFacts
from patrols.shifts.writing import put_shifts

MOST_NIGHTS = 200
CHOSEN = "Chosen among the nights of a series"
"""Why warnings were kept that were shown beside a night that somebody ticked."""
NOTHING_SHOWN: Mapping[str, Collection[str]] = MappingProxyType({})


@dataclass(frozen=True)
class SeriesNight:
    """One shift of a series. `key` names it among the others: the same key of the same series is planned once."""

    key: str
    facts: ShiftFacts


@transaction.atomic
def check_series(*, by: User, at: datetime, series: UUID, nights: Sequence[SeriesNight]) -> list[Checked]:
    """What stops each night from being planned, and what is unusual about it. Writes nothing."""
    return PlanChecker(by=by, at=at).check([_entry(series, night, ()) for night in nights])


def is_another_list(*, by: User, series: UUID, nights: Sequence[SeriesNight]) -> bool:
    """Whether the series has a shift that is none of these nights: its form was sent before, and said something else.

    Then these nights are a series of their own: a night is known by the series and its key.
    """
    said = {_as_said(night.facts) for night in nights}
    return any(_as_said(facts) not in said for facts in facts_of_series(series, by=by))


def _as_said(facts: ShiftFacts) -> tuple[Any, ...]:
    crew = Counter((one.role, one.collar_number, one.starts_at, one.ends_at) for one in crew_places(facts.crew, facts))
    about = facts.area.pk, facts.funding_stream.pk, facts.starts_at, facts.ends_at, facts.note
    return (*about, frozenset(crew.items()))


@transaction.atomic
def plan_series(
    *,
    by: User,
    at: datetime,
    series: UUID,
    nights: Sequence[SeriesNight],
    acknowledged: Mapping[str, Collection[str]] = NOTHING_SHOWN,
) -> list[int]:
    """Plan all of these nights, or none; gives the shifts that are new. What was planned before is not repeated.

    `acknowledged` are the warnings that were shown beside each night, by its key.
    Raises DomainError(s), and NeedsConfirming for others.
    """
    if not nights:
        raise DomainError("no_nights", "Select at least one night.")
    if len(nights) > MOST_NIGHTS:
        raise DomainError("too_many_nights", f"{MOST_NIGHTS} nights can be planned at once. Choose fewer.")
    entries = [_entry(series, night, acknowledged.get(night.key, ())) for night in nights]
    try:
        return _plan(entries, by=by, at=at)
    except (IntegrityError, NeedsConfirming):
        # The form was sent twice at once: what the other wrote is found now, and not asked about.
        return _plan(entries, by=by, at=at)


def _plan(entries: Sequence[ShiftEntry], *, by: User, at: datetime) -> list[int]:
    checked = PlanChecker(by=by, at=at).check(entries)
    raise_all([_of_night(each, error) for each in checked for error in each.errors])
    if warnings := [warning for each in checked if not each.saved for warning in each.open_warnings]:
        raise NeedsConfirming(warnings)
    new = [each for each in checked if not each.saved]
    with transaction.atomic(), pghistory.context(user=by.pk, action="planned"):
        batch = Batch(TABLES)
        ids = put_shifts(new, batch, by=by, at=at)
        batch.write()
    return ids


def _of_night(each: Checked, error: DomainError) -> DomainError:
    return DomainError(error.code, f"{wording.weekday(each.entry.facts.day)}: {error.message}")


def _entry(series: UUID, night: SeriesNight, acknowledged: Collection[str]) -> ShiftEntry:
    return ShiftEntry(
        submission_id=uuid5(series, night.key),
        facts=night.facts,
        state=PatrolShift.State.PLANNED,
        acknowledged=AcknowledgedWarnings(acknowledged, CHOSEN),
        series=series,
    )


@transaction.atomic
def cancel_rest(*, by: User, at: datetime, shift_id: int, version: int, reason: str = "") -> int:
    """Cancel a planned shift and the later planned ones of its series in its area that are this person's.

    Gives how many. Raises NotAllowed and ChangedMeanwhile.
    """
    shift = locked(shift_id, by=by, version=version)
    permissions.check_may_change_plan(shift, by=by)
    ids = [shift.pk, *(each.pk for each in rest_of_series(shift, by=by).select_for_update(of=("self",)))]
    reason = clean_line(reason)
    with pghistory.context(user=by.pk, action="cancelled", reason=reason):
        PatrolShift.objects.filter(pk__in=ids).update(state=PatrolShift.State.CANCELLED, cancel_reason=reason)
    return len(ids)
