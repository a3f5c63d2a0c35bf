"""The check of shifts with their outcomes: that of `patrols.shifts.checking`, with the rules of outcomes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from hotspot.core.errors import DomainError, EntryWarning
from hotspot.core.models import User
from outcomes import rules
from outcomes.models import AsbPowerKind
from outcomes.recording.outcome_changes import OutcomeChanges, changes_of
from outcomes.records.queries import outcomes_of, tally_of
from outcomes.rules import Report
from outcomes.vocabulary.cache import terms_of
from patrols.models import PatrolShift
from patrols.shifts.checking import Checked, ShiftChecker
from patrols.shifts.crew_changes import warnings_about_leaving
from patrols.shifts.entries import ShiftEntry
from patrols.shifts.rules import ShiftFacts


@dataclass(frozen=True, kw_only=True)
class Entry(ShiftEntry):
    """A worked shift with its outcomes: one to record, or what a saved one is to become."""

    report: Report
    facts: ShiftFacts = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", self.report.facts)

    @property
    def nothing_to_report(self) -> bool:
        return self.report.tally.total == 0


@dataclass
class CheckedReport(Checked):
    """An entry that was checked, with what becomes of the outcomes of its shift."""

    entry: Entry
    changes: OutcomeChanges = field(default_factory=OutcomeChanges)


class ReportChecker(ShiftChecker[CheckedReport]):
    """Checks entries with their outcomes."""

    checked_as = CheckedReport

    def __init__(self, *, by: User, at: datetime, importing: bool = False) -> None:
        super().__init__(by=by, at=at, importing=importing)
        self._powers = terms_of(AsbPowerKind)

    def other_errors(self, entry: Entry) -> list[DomainError]:
        facts = entry.facts
        return rules.check_tally(entry.report.tally, roles=facts.roles, kinds=self._powers, day=facts.day)

    def late_errors(self, each: CheckedReport) -> list[DomainError]:
        each.changes = changes_of(each.entry.report, each.entry.standing, at=self.at)
        return list(each.changes.errors)

    def other_warnings(self, entry: Entry) -> list[EntryWarning]:
        return rules.warnings_about(entry.report.tally, crew_size=len(entry.facts.crew))

    def warnings_about_change(self, entry: Entry) -> list[EntryWarning]:
        return warnings_about_leaving(entry.standing, entry.facts.crew) if entry.standing else []


class CrewChecker(ShiftChecker[Checked]):
    """Checks that a saved shift may have another crew: one that can have produced the outcomes that stand."""

    checked_as = Checked

    def other_errors(self, entry: ShiftEntry) -> Iterator[DomainError]:
        shift = entry.standing
        assert isinstance(shift, PatrolShift)  # noqa: S101 - only a saved shift has a crew to change
        tally, powers = tally_of(shift, outcomes_of(shift)), terms_of(AsbPowerKind)
        yield from rules.check_roles(tally, roles=entry.facts.roles, kinds=powers, day=shift.day)
