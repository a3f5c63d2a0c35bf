"""Checks of many shifts at once: the rules of one shift for each of them, and one look-up of each kind for all."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from hotspot.core.errors import DomainError, Doubt
from hotspot.core.models import User
from hotspot.core.text import clean_line
from hotspots.models import HotspotArea
from outcomes import rules
from outcomes.kinds import BY_PLURAL
from outcomes.models import AsbPowerKind, Outcome
from outcomes.recording.correction_operations import detailed
from outcomes.rules import Report
from outcomes.vocabulary.cache import terms_of
from patrols.collar_numbers import bare_number
from patrols.models import PatrolShift
from patrols.shifts import operations as patrols
from patrols.shifts.operations import NOT_EXTERNAL, NOTHING_KEPT, ConfirmedDoubts, ExternalRecord
from patrols.shifts.queries import ShiftSpan, duplicates, elsewhere_each, for_comparison, overlapping_each, told_of
from patrols.shifts.rules import check_shift, check_visits, check_worked, doubts_about, officer_elsewhere

Rows = TypeVar("Rows", bound=QuerySet[Any])

_DAY_IN_MINUTES = 24 * 60
# No crew has more; the rest of a label says which entry it is.
_SIZES = 64


@dataclass(frozen=True)
class Entry:
    """One worked shift to record, as `log_shift` takes it. `visits` are from arriving to leaving.

    `name` is what people call it among others: row 17, item 3.
    """

    submission_id: UUID
    report: Report
    kept: ConfirmedDoubts = NOTHING_KEPT
    external: ExternalRecord = NOT_EXTERNAL
    visits: Sequence[tuple[datetime, datetime]] = ()
    name: str = "another one of these"


@dataclass
class Checked:
    """An entry with all that is wrong (`errors`) or unusual (`doubts`) about it, kept or not, and its outcomes."""

    entry: Entry
    errors: list[DomainError] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    outcomes: list[tuple[str, Outcome]] = field(default_factory=list)

    @property
    def open_doubts(self) -> list[Doubt]:
        """The doubts that still have to be asked about: all of them until each is kept, with a reason."""
        kept = self.entry.kept
        is_kept = {doubt.code for doubt in self.doubts} <= set(kept.codes) and clean_line(kept.reason)
        return [] if is_kept else self.doubts


class _Spans:
    """Spans of time by key, each with a number as its label, packed so that a hundred thousand take a few megabytes."""

    def __init__(self) -> None:
        self._packed: dict[Any, list[int]] = defaultdict(list)

    def add(self, span: ShiftSpan, label: int) -> None:
        start, end = _minute(span.starts_at), _minute(span.ends_at)
        insort(self._packed[span.whose], (start << 64) | (end - start) << 48 | label)

    def overlapping(self, span: ShiftSpan) -> Iterator[tuple[bool, int]]:
        """The labels of those that overlap this one, each with whether it has exactly the same times."""
        packed = self._packed.get(span.whose, [])
        start, end = _minute(span.starts_at), _minute(span.ends_at)
        # No shift is longer than a day.
        for value in packed[bisect_left(packed, (start - _DAY_IN_MINUTES) << 64) : bisect_left(packed, end << 64)]:
            other_start, length = value >> 64, (value >> 48) & 0xFFFF
            if other_start + length > start:
                yield (other_start, other_start + length) == (start, end), value & 0xFFFF_FFFF_FFFF


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60


class Checker:
    """Checks entries against the rules, the shifts that stand, and each other: one for all batches of one file.

    `importing` is an administrator's import: of nights of any age, compared with what anybody logged.
    """

    def __init__(self, *, by: User, at: datetime, importing: bool = False) -> None:
        self.by, self.at, self.importing = by, at, importing
        self._kinds = terms_of(AsbPowerKind)
        self._areas = set(HotspotArea.objects.visible_to(by).values_list("pk", flat=True))
        self._names: list[str] = []
        self._at_areas, self._of_people = _Spans(), _Spans()
        self._externals: set[ExternalRecord] = set()

    def check(self, entries: Sequence[Entry]) -> list[Checked]:
        """Each entry with its errors and doubts. Those that will be written count for the ones that come after."""
        checked = [Checked(entry) for entry in entries]
        overlapping = overlapping_each([_span_of(entry.report) for entry in entries], by=self.by)
        self._add_elsewhere(checked)
        taken = _externals_taken(entries, by=self.by)
        for place, each in enumerate(checked):
            if taken.get(each.entry.external) or each.entry.external in self._externals:
                each.errors.append(patrols.external_taken(each.entry.external))
            self._check(each, overlapping.get(place, []), is_taken=each.entry.external in taken)
        return checked

    def _add_elsewhere(self, checked: Sequence[Checked]) -> None:
        people = [(each, span) for each in checked for span in _people(each.entry.report)]
        for place, row in elsewhere_each([span for _, span in people], by=self.by):
            each, span = people[place]
            each.errors.append(officer_elsewhere(str(span.whose), told_of(row, by=self.by)))

    def _check(self, each: Checked, standing: Sequence[PatrolShift], *, is_taken: bool) -> None:
        report, facts = each.entry.report, each.entry.report.facts
        each.errors += check_shift(facts, at=self.at, is_new=not self.importing)
        each.errors += check_worked(facts, at=self.at)
        if facts.area.pk not in self._areas:
            each.errors.append(DomainError("area_unknown", "Select where you patrolled.", "area"))
        each.errors += rules.check_tally(report.tally, roles=facts.roles, kinds=self._kinds, day=facts.day)
        each.errors += check_visits(each.entry.visits, facts)
        each.errors += self._elsewhere_among_these(report)
        if not each.errors:
            each.outcomes, errors = _outcomes(report, at=self.at)
            each.errors += errors
        if not each.errors:
            each.doubts += self._doubts(each, standing)
            if is_taken and not each.open_doubts:
                # Said last of all, so that nobody can ask for other people's references without writing a shift.
                each.errors.append(patrols.external_taken(each.entry.external))
            elif self.importing or not each.open_doubts:
                self._remember(each.entry)

    def _elsewhere_among_these(self, report: Report) -> Iterator[DomainError]:
        for span in _people(report):
            for label in sorted({label for each in _keys(span) for _, label in self._of_people.overlapping(each)}):
                yield DomainError(
                    "officer_elsewhere", f"{span.whose} was on {self._names[label]} at that time.", "crew"
                )

    def _doubts(self, each: Checked, standing: Sequence[PatrolShift]) -> list[Doubt]:
        facts, tally = each.entry.report.facts, each.entry.report.tally
        own = [shift for shift in standing if shift.logged_by_id == self.by.pk]
        repeated = duplicates(facts, standing if self.importing else own)
        doubts = doubts_about(facts, duplicates=repeated, overlapping=own)
        if not (repeated or own):
            doubts += self._overlap_among_these(each.entry.report)
        if not (repeated and self.importing):
            doubts += patrols.same_patrol_doubts(facts, standing, by=self.by)
        return doubts + rules.doubts_about(tally, crew_size=len(facts.crew))

    def _overlap_among_these(self, report: Report) -> list[Doubt]:
        found = list(self._at_areas.overlapping(_span_of(report)))
        same = [label for is_same, label in found if is_same and label % _SIZES == len(report.facts.crew)]
        if not found:
            return []
        label = same[0] if same else found[0][1]
        words = f"{self._names[label // _SIZES]}, in {report.facts.area.name} too"
        return [Doubt("duplicate", f"It looks like {words}.") if same else Doubt("overlap", f"It overlaps {words}.")]

    def _remember(self, entry: Entry) -> None:
        number = len(self._names)
        self._names.append(entry.name)
        self._at_areas.add(_span_of(entry.report), number * _SIZES + len(entry.report.facts.crew))
        for span in _people(entry.report):
            for each in _keys(span):
                self._of_people.add(each, number)
        if entry.external != NOT_EXTERNAL:
            self._externals.add(entry.external)


def _span_of(report: Report) -> ShiftSpan:
    return ShiftSpan(report.facts.area.pk, report.facts.starts_at, report.facts.ends_at)


def _people(report: Report) -> Iterator[ShiftSpan]:
    facts = report.facts
    for one in facts.crew:
        starts_at, ends_at = one.starts_at or facts.starts_at, one.ends_at or facts.ends_at
        # Times the wrong way round are an error already, and no span to look for.
        if one.collar_number and starts_at < ends_at:
            yield ShiftSpan(one.collar_number, starts_at, ends_at, one.role)


def _keys(span: ShiftSpan) -> Iterator[ShiftSpan]:
    """A person's span under their collar number, and under that without its rank within their role."""
    yield span
    yield replace(span, whose=f"{span.role} {bare_number(str(span.whose))}")


def _externals_taken(entries: Sequence[Entry], *, by: User) -> dict[ExternalRecord, bool]:
    """The records of other systems that are here already, each with whether this user may see its shift."""
    records = {entry.external for entry in entries if entry.external != NOT_EXTERNAL}
    if not records:
        return {}
    shifts = with_external(for_comparison(PatrolShift.objects.all(), by=by), records)
    return {
        ExternalRecord(shift.external_source, shift.external_reference): shift.is_seen  # type: ignore[attr-defined]
        for shift in shifts
    }


def with_external(rows: Rows, records: Collection[ExternalRecord]) -> Rows:
    """Those of the rows that came from one of these records of other systems."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for record in records:
        by_source[record.source].append(record.reference)
    wanted = Q(pk__in=[])
    for source, references in by_source.items():
        wanted |= Q(external_source=source, external_reference__in=references)
    return rows.filter(wanted)


def _outcomes(report: Report, *, at: datetime) -> tuple[list[tuple[str, Outcome]], list[DomainError]]:
    """The outcomes whose detail is known already, each with the name of its count; and what stops them."""
    outcomes: list[tuple[str, Outcome]] = []
    errors: list[DomainError] = []
    if not any(report.details.values()):
        return outcomes, errors
    facts = report.facts
    shift = PatrolShift(area=facts.area, starts_at=facts.starts_at, ends_at=facts.ends_at)
    shift.day = facts.day
    for name, details in report.details.items():
        model = BY_PLURAL[name].model
        for place, values in enumerate(details):
            outcome = model(shift=shift)
            errors += detailed(outcome, values, report, shift, at=at, field=f"{name}[{place}]")
            outcomes.append((name, outcome))
    return outcomes, errors
