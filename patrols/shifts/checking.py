"""The one check of shifts before they are recorded or changed: the rules, the shifts that stand, and each other.

The rules of one shift hold for each of many; what has to be looked up is looked up once for all of them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Q, QuerySet

from hotspot.core.errors import Conflict, DomainError, EntryWarning, NeedsConfirming, raise_all
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.text import clean_line
from patrols.collar_numbers import bare_number
from patrols.models import PatrolShift
from patrols.shifts import rules
from patrols.shifts.entries import NOT_EXTERNAL, ExternalRecord, ShiftEntry
from patrols.shifts.lookup import Recorded, Wanted, look_up
from patrols.shifts.plan_lookup import plan_warnings
from patrols.shifts.queries import ShiftSpan, disclosed, duplicates
from patrols.shifts.span_index import SpanIndex

Rows = TypeVar("Rows", bound=QuerySet[Any])

# No crew has more; the rest of a label says which entry it is.
_SIZES = 64


@dataclass
class Checked:
    """An entry with all that is wrong (`errors`) or unusual (`warnings`) about it, acknowledged or not.

    Warnings about the change itself are asked about too, but not stored with the shift. `saved` is the id of the shift
    that the same submission made before: then there is nothing to do.
    """

    entry: ShiftEntry
    saved: int | None = None
    errors: list[DomainError] = field(default_factory=list)
    warnings: list[EntryWarning] = field(default_factory=list)
    warnings_about_change: list[EntryWarning] = field(default_factory=list)

    @property
    def open_warnings(self) -> list[EntryWarning]:
        """The warnings that still have to be asked about: all of them until each is acknowledged, with a reason."""
        acknowledged, warnings = self.entry.acknowledged, [*self.warnings, *self.warnings_about_change]
        are_all = {warning.code for warning in warnings} <= set(acknowledged.codes)
        return [] if are_all and clean_line(acknowledged.reason) else warnings

    @property
    def is_to_be_written(self) -> bool:
        """Whether nothing stands in the way of a shift that is not there yet."""
        return not (self.saved or self.errors or self.open_warnings)

    @property
    def codes_acknowledged(self) -> list[str]:
        """The warnings that are stored with the shift: acknowledged now, or before and the shift stays where it is."""
        stays = [rules.SAME_PATROL] if _keeps_same_patrol(self.entry) else []
        return [*dict.fromkeys(warning.code for warning in self.warnings), *stays]

    @property
    def reason_given(self) -> str:
        """Why they were acknowledged."""
        before = self.entry.standing.doubts_reason if self.entry.standing else ""
        return (clean_line(self.entry.acknowledged.reason) or before) if self.codes_acknowledged else ""


AnyChecked = TypeVar("AnyChecked", bound=Checked)


class ShiftChecker(Generic[AnyChecked]):
    """Checks entries: one for all batches of one file.

    `importing` is an administrator's import: of nights of any age, compared with what anybody logged. What an entry
    says beyond the shift is checked by subclasses, whose own entries and results are of the types of `checked_as`.
    """

    checked_as: type[AnyChecked]

    def __init__(self, *, by: User, at: datetime, importing: bool = False) -> None:
        self.by, self.at, self.importing = by, at, importing
        self._names: list[str] = []
        self._at_areas, self._of_people = SpanIndex(), SpanIndex()
        self._externals: set[ExternalRecord] = set()

    def check(self, entries: Sequence[ShiftEntry]) -> list[AnyChecked]:
        """Each entry with its errors and warnings. Those that will be written count for the ones that come after.

        Nobody else can record worked shifts in the same areas until the transaction ends, but while importing.
        """
        checked = [self.checked_as(entry) for entry in entries]
        people = [(each, span) for each in checked for span in self._people(each.entry)]
        recorded = look_up(self._wanted(entries, [span for _, span in people]), by=self.by)
        for place, row in recorded.elsewhere:
            each, span = people[place]
            if each.entry.standing is None or row.shift_id != each.entry.standing.pk:
                each.errors.append(rules.officer_elsewhere(str(span.whose), disclosed(row, by=self.by)))
        planned_beside = self._planned_beside(entries, recorded)
        for place, each in enumerate(checked):
            if each.entry.submission_id in recorded.saved:
                self._note_saved(each, *recorded.saved[each.entry.submission_id])
            else:
                self._check(each, recorded, recorded.overlapping.get(place, ()), planned_beside.get(place, ()))
        return checked

    def _planned_beside(
        self, entries: Sequence[ShiftEntry], recorded: Recorded
    ) -> Mapping[int, Sequence[EntryWarning]]:
        """What to ask about each entry that can be planned, by its place, because of other shifts."""
        waiting = {
            place: entry
            for place, entry in enumerate(entries)
            if entry.is_planned
            and entry.submission_id not in recorded.saved
            and entry.facts.area.pk in recorded.areas
            and not [*self._rule_errors(entry)]
        }
        return plan_warnings(waiting, by=self.by)

    def _wanted(self, entries: Sequence[ShiftEntry], people: Sequence[ShiftSpan]) -> Wanted:
        new = [] if self.importing else [entry for entry in entries if entry.standing is None]
        worked = {place: entry for place, entry in enumerate(entries) if not entry.is_planned}
        return Wanted(
            submissions=[entry.submission_id for entry in new],
            areas={entry.facts.area.pk for entry in entries},
            spans={place: _span_of(entry) for place, entry in worked.items()},
            people=people,
            externals=list({entry.external for entry in entries if entry.standing is None} - {NOT_EXTERNAL}),
            locks=[] if self.importing else {entry.facts.area.pk for entry in worked.values()},
        )

    def _note_saved(self, each: AnyChecked, shift_id: int, logged_by: int) -> None:
        if logged_by == self.by.pk:
            each.saved, each.errors = shift_id, []
        else:
            each.errors = [Conflict("submission_taken", "This form was used before. Open a new one.")]

    def check_one(self, entry: Any) -> AnyChecked:
        """What `check` says of a single entry that may be written.

        Raises DomainError or DomainErrors for what must not be, NeedsConfirming for warnings that were not kept with a
        reason.
        """
        (each,) = self.check([entry])
        raise_all(each.errors)
        if each.open_warnings:
            raise NeedsConfirming(each.open_warnings)
        return each

    def other_errors(self, entry: Any) -> Iterable[DomainError]:
        """What stops the entry beyond the rules of shifts."""
        return ()

    def late_errors(self, each: AnyChecked) -> Iterable[DomainError]:
        """What stops an entry that has no error so far."""
        return ()

    def other_warnings(self, entry: Any) -> Iterable[EntryWarning]:
        """What is unusual about the entry beyond the shift."""
        return ()

    def warnings_about_change(self, entry: Any) -> Iterable[EntryWarning]:
        """What is unusual about changing the saved shift so."""
        return ()

    def _check(
        self,
        each: AnyChecked,
        recorded: Recorded,
        overlaps: Sequence[PatrolShift],
        planned_beside: Sequence[EntryWarning],
    ) -> None:
        external = each.entry.external
        is_taken = external in recorded.externals
        if recorded.externals.get(external) or external in self._externals:
            each.errors.append(external_taken(external))
        each.errors += self._errors(each.entry, is_visible=each.entry.facts.area.pk in recorded.areas)
        if not each.errors:
            each.errors += self.late_errors(each)
        if each.errors:
            return
        each.warnings += [*self._warnings(each.entry, overlaps), *planned_beside]
        each.warnings_about_change += self.warnings_about_change(each.entry)
        if is_taken and not each.open_warnings:
            # Said last of all, so that nobody can ask for other people's references without writing a shift.
            each.errors.append(external_taken(external))
        elif self.importing or not each.open_warnings:
            self._remember(each.entry)

    def _errors(self, entry: Any, *, is_visible: bool) -> Iterator[DomainError]:
        yield from self._rule_errors(entry)
        if not is_visible:
            yield DomainError("area_unknown", "Select where you patrolled.", "area")
        yield from self.other_errors(entry)
        yield from rules.check_visits(entry.visits, entry.facts)
        yield from self._elsewhere_among_these(entry)

    def _rule_errors(self, entry: ShiftEntry) -> Iterator[DomainError]:
        """What the rules of one shift have against it, whatever else is recorded."""
        facts = entry.facts
        yield from rules.check_shift(facts, at=self.at, is_new=entry.standing is None and not self.importing)
        yield from (rules.check_planned if entry.is_planned else rules.check_worked)(facts, at=self.at)

    def _elsewhere_among_these(self, entry: Any) -> Iterator[DomainError]:
        for span in self._people(entry):
            for label in sorted({label for each in _keys(span) for _, label in self._of_people.overlapping(each)}):
                yield DomainError(
                    "officer_elsewhere", f"{span.whose} was on {self._names[label]} at that time.", "crew"
                )

    def _people(self, entry: ShiftEntry) -> Iterator[ShiftSpan]:
        """The spans of those in a crew who have a collar number; none of a plan, which nobody has worked."""
        for one in () if entry.is_planned else entry.crew_places():
            # Times the wrong way round are an error already, and no span to look for.
            if one.collar_number and one.starts_at < one.ends_at:
                yield ShiftSpan(one.collar_number, one.starts_at, one.ends_at, one.role)

    def _warnings(self, entry: Any, overlaps: Sequence[PatrolShift]) -> Iterator[EntryWarning]:
        if entry.is_planned:
            yield from rules.warnings_about(entry.facts)
        else:
            standing = entry.standing.pk if entry.standing else None
            yield from self._warnings_beside(entry, [shift for shift in overlaps if shift.pk != standing])
        yield from self.other_warnings(entry)

    def _warnings_beside(self, entry: Any, others: Sequence[PatrolShift]) -> Iterator[EntryWarning]:
        own = [shift for shift in others if shift.logged_by_id == self.by.pk]
        repeated = duplicates(entry.facts, others if self.importing else own)
        yield from rules.warnings_about(entry.facts, duplicates=repeated, overlapping=own)
        if not (repeated or own):
            yield from self._overlap_among_these(entry)
        if not (repeated and self.importing) and _asks_about_others(entry):
            yield from same_patrol_warnings(entry, others, by=self.by)

    def _overlap_among_these(self, entry: Any) -> Iterator[EntryWarning]:
        found = list(self._at_areas.overlapping(_span_of(entry)))
        same = [label for is_same, label in found if is_same and label % _SIZES == len(entry.facts.crew)]
        if found:
            label = same[0] if same else found[0][1]
            words = f"{self._names[label // _SIZES]}, in {entry.facts.area.name} too"
            yield (
                EntryWarning("duplicate", f"It looks like {words}.")
                if same
                else EntryWarning("overlap", f"It overlaps {words}.")
            )

    def _remember(self, entry: Any) -> None:
        if entry.external != NOT_EXTERNAL:
            self._externals.add(entry.external)
        if entry.is_planned:
            return
        number = len(self._names)
        self._names.append(entry.name)
        self._at_areas.add(_span_of(entry), number * _SIZES + len(entry.facts.crew))
        for span in self._people(entry):
            for each in _keys(span):
                self._of_people.add(each, number)


class PlanChecker(ShiftChecker[Checked]):
    """Checks shifts that are planned."""

    checked_as = Checked


def _asks_about_others(entry: ShiftEntry) -> bool:
    """Whether shifts of other people are asked about.

    A correction that leaves place and time alone asks nothing: whoever logged the later of the two was asked.
    """
    return (entry.is_logged_now or entry.is_moved) and not _keeps_same_patrol(entry)


def _keeps_same_patrol(entry: ShiftEntry) -> bool:
    """Whether it was answered before, for this place and time, that this is not the same patrol as another one."""
    return entry.standing is not None and rules.SAME_PATROL in entry.standing.doubts_kept and not entry.is_moved


def same_patrol_warnings(entry: ShiftEntry, others: Sequence[PatrolShift], *, by: User) -> list[EntryWarning]:
    """The question whether one of these overlapping shifts of other people is the same patrol, if that may be.

    The shifts are `for_comparison` with `by`. Says no more of the other shift than `by` may see.
    """
    found = [
        shift
        for shift in others
        if shift.logged_by_id != by.pk and rules.may_be_same_patrol(entry.facts, shift, numbers=shift.collar_numbers)  # type: ignore[attr-defined]
    ]
    if not found:
        return []
    # One that can be named is more use to who has to answer.
    other = next((shift for shift in found if shift.is_seen), None)  # type: ignore[attr-defined]
    name = other.logged_by.name if other and by.may(Permission.VIEW_OFFICERS) else ""
    return [rules.same_patrol(other, name=name)]


def external_taken(external: ExternalRecord) -> Conflict:
    """That the record of another system is here already."""
    message = f"{external.source} {external.reference} is recorded already, so it is not counted again."
    return Conflict("external_taken", message, "external")


def _span_of(entry: ShiftEntry) -> ShiftSpan:
    return ShiftSpan(entry.facts.area.pk, entry.facts.starts_at, entry.facts.ends_at)


def _keys(span: ShiftSpan) -> Iterator[ShiftSpan]:
    """A person's span under their collar number, and under that without its rank within their role."""
    yield span
    yield replace(span, whose=f"{span.role} {bare_number(str(span.whose))}")


def with_external(rows: Rows, records: Collection[ExternalRecord]) -> Rows:
    """Those of the rows that came from one of these records of other systems."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for record in records:
        by_source[record.source].append(record.reference)
    wanted = Q(pk__in=[])
    for source, references in by_source.items():
        wanted |= Q(external_source=source, external_reference__in=references)
    return rows.filter(wanted)
