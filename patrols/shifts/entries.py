"""Shifts as callers hand them in, to be checked and recorded."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from patrols.models import CrewRole, PatrolShift
from patrols.shifts.rules import CrewEntry, ShiftFacts


@dataclass(frozen=True)
class AcknowledgedWarnings:
    """The warnings that a person acknowledged, and why."""

    codes: Collection[str] = ()
    reason: str = ""


NOTHING_ACKNOWLEDGED = AcknowledgedWarnings()


@dataclass(frozen=True)
class ExternalRecord:
    """A record in another system: the system's name, and the record's number there."""

    source: str = ""
    reference: str = ""


NOT_EXTERNAL = ExternalRecord()


def external_record_of(shift: PatrolShift) -> ExternalRecord:
    """The record in another system that a saved shift came from."""
    return ExternalRecord(shift.external_source, shift.external_reference)


@dataclass(frozen=True)
class CrewPlace:
    """One person's place on a shift, with every time filled in."""

    role: CrewRole
    collar_number: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class ShiftEntry:
    """A shift to be recorded, or what a saved one (`standing`) is to become, in the state that it will have.

    `visits` are from arriving to leaving, and only of new shifts. `name` is what people call the entry among others:
    row 17, item 3. `series` is what new shifts share that are planned together.
    """

    submission_id: UUID
    facts: ShiftFacts
    state: PatrolShift.State = PatrolShift.State.COMPLETED
    acknowledged: AcknowledgedWarnings = NOTHING_ACKNOWLEDGED
    external: ExternalRecord = NOT_EXTERNAL
    visits: Sequence[tuple[datetime, datetime]] = ()
    name: str = "another one of these"
    standing: PatrolShift | None = None
    series: UUID | None = None

    @property
    def is_planned(self) -> bool:
        return self.state == PatrolShift.State.PLANNED

    @property
    def nothing_to_report(self) -> bool:
        """Whether the shift says that it had no outcome."""
        return self.standing is not None and self.standing.nothing_to_report

    @property
    def is_logged_now(self) -> bool:
        """Whether this is the first report of a shift, and not a correction."""
        return self.standing is None or (self.standing.is_planned and not self.is_planned)

    @property
    def is_moved(self) -> bool:
        """Whether a saved shift is to be at another place or time."""
        shift, facts = self.standing, self.facts
        return shift is not None and (
            (shift.area_id, shift.starts_at, shift.ends_at) != (facts.area.pk, facts.starts_at, facts.ends_at)
        )

    def crew_places(self) -> Iterator[CrewPlace]:
        """Everybody of the crew, with the shift's times where they have none of their own."""
        return crew_places(self.facts.crew, self.facts)


def crew_places(crew: Iterable[CrewEntry], shift: ShiftFacts | PatrolShift) -> Iterator[CrewPlace]:
    """These people as the crew of this shift."""
    for one in crew:
        yield CrewPlace(one.role, one.collar_number, one.starts_at or shift.starts_at, one.ends_at or shift.ends_at)
