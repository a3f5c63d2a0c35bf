"""What has to be added to the outcomes of a shift, or withdrawn from them, until they are what a report says."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotspot.core import wording
from hotspot.core.errors import Conflict, DomainError
from outcomes import rules
from outcomes.kinds import BY_PLURAL, KINDS, OutcomeKind
from outcomes.models import Outcome
from outcomes.recording.rows import ROWS
from outcomes.rules import Report, Tally
from patrols.models import PatrolShift

Counts = Counter[tuple[OutcomeKind, str | None]]
"""How many outcomes by kind and, where each term of its vocabulary is counted by itself, by code; else None."""


@dataclass
class OutcomeChanges:
    """What becomes of the outcomes of a shift: how many to add, some of them with detail (`detailed`), and by kind the
    ids of those to withdraw. `errors` say what stops it.
    """

    added: Counts = field(default_factory=Counter)
    detailed: list[tuple[OutcomeKind, Outcome]] = field(default_factory=list)
    withdrawn: dict[OutcomeKind, list[int]] = field(default_factory=dict)
    errors: list[DomainError] = field(default_factory=list)

    def number_added(self, kind: OutcomeKind) -> int:
        """How many outcomes of a kind are added."""
        return sum(count for (each, _), count in self.added.items() if each is kind)


def changes_of(report: Report, standing: PatrolShift | None, *, at: datetime) -> OutcomeChanges:
    """What a report adds to a saved shift or withdraws from it; all of it is new without one.

    Outcomes with detail are withdrawn one by one on their own page, never by a count.
    """
    changes = OutcomeChanges()
    wanted = counts_of(report.tally)
    if standing is None:
        changes.added = wanted
    else:
        _compare(changes, wanted, standing)
    changes.errors += _detail(changes, report, standing, at)
    return changes


def counts_of(tally: Tally) -> Counts:
    """The counts of a tally; a count that was not given is none."""
    counts: Counts = Counter()
    for kind in KINDS:
        if kind.counted_by is None:
            counts[kind, None] = getattr(tally, kind.plural) or 0
        else:
            counts.update({(kind, code): count or 0 for code, count in tally.asb_powers.items()})
    return counts


def _compare(changes: OutcomeChanges, wanted: Counts, shift: PatrolShift) -> None:
    for kind in dict.fromkeys(kind for kind, _ in wanted):
        rows = list(kind.model.objects.standing().filter(shift=shift))
        for code in [code for each, code in wanted if each is kind]:
            _compare_one(changes, kind, code, [row for row in rows if row.kind_code == code], wanted[kind, code])


def _compare_one(changes: OutcomeChanges, kind: OutcomeKind, code: str | None, rows: list[Outcome], count: int) -> None:
    spare = [row.pk for row in reversed(rows) if not row.has_detail]
    surplus = len(rows) - count
    if surplus > len(spare):
        changes.errors.append(_detail_in_the_way(kind, code, len(rows) - len(spare)))
    changes.added[kind, code] = max(-surplus, 0)
    changes.withdrawn.setdefault(kind, []).extend(spare[: max(surplus, 0)])


def _detail_in_the_way(kind: OutcomeKind, code: str | None, detailed: int) -> Conflict:
    what = wording.plural(detailed, str(kind.model._meta.verbose_name), str(kind.model._meta.verbose_name_plural))
    verb = "has" if detailed == 1 else "have"
    field = f"asb_{code}" if code else kind.plural
    return Conflict(
        "detail_in_the_way", f"{what} {verb} details. Withdraw the one that is wrong on the shift’s page.", field
    )


def _detail(
    changes: OutcomeChanges, report: Report, standing: PatrolShift | None, at: datetime
) -> Iterator[DomainError]:
    """Give added outcomes the detail that is known of them already, and say what stops it.

    Those of a kind of which nothing more is said than that they happened are counted only.
    """
    given = {BY_PLURAL[name]: details for name, details in report.details.items() if any(details)}
    if not given:
        return
    facts = report.facts
    # The shift as it will be; a saved one keeps its number, by which a stop search is known as its own.
    shift = PatrolShift(
        pk=standing.pk if standing else None, area=facts.area, starts_at=facts.starts_at, ends_at=facts.ends_at
    )
    shift.day = facts.day
    for kind, details in given.items():
        for place, values in enumerate(details):
            outcome = kind.model(shift=shift)
            yield from _fill(outcome, values, report, shift, at=at, field=f"{kind.plural}[{place}]")
            changes.detailed.append((kind, outcome))


def _fill(
    outcome: Outcome, values: Mapping[str, Any], report: Report, shift: PatrolShift, *, at: datetime, field: str
) -> Iterator[DomainError]:
    """Let a new outcome have these values, and say under the `field` of the outcome what stops it."""
    for name, value in values.items():
        setattr(outcome, name, value)
    outcome.detail_to_follow = rules.lacks_detail(outcome)
    for error in rules.check_detail(outcome, shift=shift, changed=values.keys(), roles=report.facts.roles, at=at):
        yield DomainError(error.code, error.message, f"{field}.{error.field}")


def outcome_rows(shift_id: int, changes: OutcomeChanges, ids: Mapping[OutcomeKind, Iterator[int]]) -> Iterator[Any]:
    """A row for each outcome that is added: some with their detail, the others wait for theirs.

    `ids` are those of the kinds whose rows have to know them before they are written.
    """
    rest = changes.added.copy()
    for kind, outcome in changes.detailed:
        rest[kind, outcome.kind_code] -= 1
        row = ROWS[kind]
        values = {name: getattr(outcome, name) for name in row._fields if name not in {"id", "shift_id"}}
        yield row(shift_id=shift_id, **_own_id(kind, ids), **values)
    for (kind, code), number in rest.items():
        for _ in range(number):
            yield ROWS[kind](shift_id=shift_id, **_own_id(kind, ids), **_counted(kind, code))


def _own_id(kind: OutcomeKind, ids: Mapping[OutcomeKind, Iterator[int]]) -> dict[str, int]:
    return {"id": next(ids[kind])} if kind in ids else {}


def _counted(kind: OutcomeKind, code: str | None) -> dict[str, Any]:
    """What is known of an outcome that was only counted."""
    return {"detail_to_follow": True} if code is None else {f"{kind.breakdown}_id": code}
