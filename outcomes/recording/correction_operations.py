"""Writes to a saved shift with its outcomes: completed, corrected, and its crew changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pghistory
from django.db import transaction

from hotspot.core import wording
from hotspot.core.errors import Conflict, DomainError, raise_all
from hotspot.core.models import User
from hotspot.core.text import clean_line
from outcomes import rules
from outcomes.kinds import ASB_POWER, BY_MODEL, COUNTED
from outcomes.models import ActivityCount, AsbPowerKind, Outcome
from outcomes.records.queries import outcomes_of, tally_of
from outcomes.rules import Report
from outcomes.vocabulary.cache import terms_of
from patrols.models import PatrolShift
from patrols.shifts import operations as patrols
from patrols.shifts.crew_changes import doubts_about_leaving
from patrols.shifts.operations import NOTHING_KEPT, ConfirmedDoubts
from patrols.shifts.permissions import check_may_complete, check_may_correct
from patrols.shifts.rules import CrewEntry, check_reason


@transaction.atomic
def complete_shift(
    *,
    by: User,
    at: datetime,
    shift_id: int,
    version: int,
    report: Report,
    kept: ConfirmedDoubts = NOTHING_KEPT,
) -> PatrolShift:
    """Say how a planned shift went. Raises what `log_shift` raises, and ChangedMeanwhile."""
    shift = patrols.locked(shift_id, by=by, version=version)
    if not shift.is_planned:
        raise Conflict("not_planned", "This shift is not a planned one any more.")
    check_may_complete(shift, by=by)
    shift.state, shift.logged_by, shift.logged_at = PatrolShift.State.COMPLETED, by, at
    with pghistory.context(user=by.pk, action="completed"):
        _write(shift, report, by=by, at=at, kept=kept)
    return shift


@transaction.atomic
def correct_shift(
    *,
    by: User,
    at: datetime,
    shift_id: int,
    version: int,
    reason: str,
    report: Report,
    kept: ConfirmedDoubts = NOTHING_KEPT,
) -> PatrolShift:
    """Make a logged shift say what is true, with a reason that its history shows.

    A higher count adds outcomes with detail to follow; a lower one withdraws those whose detail is still missing.
    Raises NotAllowed, ChangedMeanwhile, DomainError(s) and NeedsConfirming.
    """
    shift = patrols.locked(shift_id, by=by, version=version)
    check_may_correct(shift, by=by, at=at)
    check_reason(reason)
    with pghistory.context(user=by.pk, action="corrected", reason=clean_line(reason)):
        _write(shift, report, by=by, at=at, kept=kept, reason=clean_line(reason))
    return shift


def _write(
    shift: PatrolShift, report: Report, *, by: User, at: datetime, kept: ConfirmedDoubts, reason: str = "Corrected"
) -> None:
    facts, tally = report.facts, report.tally
    kinds = terms_of(AsbPowerKind)
    patrols.save_shift(
        by=by,
        at=at,
        shift=shift,
        facts=facts,
        kept=kept,
        errors=rules.check_tally(tally, roles=facts.roles, kinds=kinds, day=facts.day),
        doubts=rules.doubts_about(tally, crew_size=len(facts.crew)),
        about_change=doubts_about_leaving(shift, facts.crew),
        nothing_to_report=tally.total == 0,
    )
    changes = [_Change(kind.model, shift, {None: getattr(tally, kind.plural) or 0}) for kind in COUNTED]
    changes.append(_Change(ASB_POWER.model, shift, {code: n or 0 for code, n in tally.asb_powers.items()}))
    raise_all([error for change in changes for error in change.errors] + _fill(changes, report, shift, at=at))
    for change in changes:
        change.write(reason)
    _set_activity(shift, report.activity)
    shift.refresh_from_db()


def _fill(changes: Sequence["_Change"], report: Report, shift: PatrolShift, *, at: datetime) -> list[DomainError]:
    """Give new outcomes the detail that is known of them already. What stops it; empty: nothing does."""
    errors: list[DomainError] = []
    for change in changes:
        name = BY_MODEL[change.model].plural
        waiting = list(change.new)
        for place, values in enumerate(report.details.get(name, ())):
            kind = values["kind"].pk if BY_MODEL[change.model].counted_by else None
            outcome = next(row for row in waiting if row.kind_code == kind)
            waiting.remove(outcome)
            errors += detailed(outcome, values, report, shift, at=at, field=f"{name}[{place}]")
    return errors


def detailed(
    outcome: Outcome, values: Mapping[str, Any], report: Report, shift: PatrolShift, *, at: datetime, field: str
) -> list[DomainError]:
    """Let a new outcome say these values. What stops it, under the `field` of the outcome; empty: nothing does."""
    for name, value in values.items():
        setattr(outcome, name, value)
    outcome.detail_to_follow = rules.lacks_detail(outcome)
    errors = rules.check_detail(outcome, shift=shift, changed=values.keys(), roles=report.facts.roles, at=at)
    return [DomainError(error.code, error.message, f"{field}.{error.field}") for error in errors]


class _Change:
    """What has to be added or withdrawn until each kind (None where the outcome has none) stands as often as wanted.

    `errors` say what stops it: rows with detail are withdrawn one by one on their own page, never by a count.
    """

    def __init__(self, model: type[Outcome], shift: PatrolShift, wanted: Mapping[str | None, int]) -> None:
        self.model = model
        self.new: list[Outcome] = []
        self.withdrawn: list[int] = []
        self.errors: list[DomainError] = []
        standing = list(model.objects.standing().filter(shift=shift))
        for kind, count in wanted.items():
            rows = [row for row in standing if row.kind_code == kind]
            self._plan(shift, kind, rows, count)

    def _plan(self, shift: PatrolShift, kind: str | None, rows: list[Outcome], count: int) -> None:
        spare = [row for row in reversed(rows) if not row.has_detail]
        surplus = len(rows) - count
        if surplus > len(spare):
            self.errors.append(_detail_in_the_way(self.model, kind, len(rows) - len(spare)))
        self.withdrawn += [row.pk for row in spare[: max(surplus, 0)]]
        self.new += [self.model.tallied(shift, kind) for _ in range(-surplus)]

    def write(self, reason: str) -> None:
        if self.new:
            self.model.objects.bulk_create(self.new)
        if self.withdrawn:
            self.model.objects.filter(pk__in=self.withdrawn).update(void_reason=reason)


def _detail_in_the_way(model: type[Outcome], kind: str | None, detailed: int) -> Conflict:
    what = wording.plural(detailed, str(model._meta.verbose_name), str(model._meta.verbose_name_plural))
    verb = "has" if detailed == 1 else "have"
    field = f"asb_{kind}" if kind else BY_MODEL[model].plural
    return Conflict(
        "detail_in_the_way", f"{what} {verb} details. Withdraw the one that is wrong on the shift’s page.", field
    )


def _set_activity(shift: PatrolShift, counts: Mapping[str, int | None]) -> None:
    """Make the activity counts of a shift what was said. Kinds that nobody said anything about have no row."""
    standing = {row.kind_id: row for row in shift.activity.all()}
    said = {kind: count for kind, count in counts.items() if count is not None}
    ActivityCount.objects.bulk_create(
        ActivityCount(shift=shift, kind_id=kind, count=count) for kind, count in said.items() if kind not in standing
    )
    for kind, row in standing.items():
        if kind not in said:
            row.delete()
        elif row.count != said[kind]:
            row.count = said[kind]
            row.save(update_fields=("count",))


@transaction.atomic
def set_crew(
    *,
    by: User,
    at: datetime,
    shift_id: int,
    version: int,
    crew: Sequence[CrewEntry],
    reason: str,
    kept: ConfirmedDoubts = NOTHING_KEPT,
) -> PatrolShift:
    """Make the crew of a shift what is said, as long as it can have produced the outcomes that stand.

    Raises NotAllowed, ChangedMeanwhile, DomainError(s) and NeedsConfirming.
    """
    shift = patrols.locked(shift_id, by=by, version=version)
    tally = tally_of(shift, outcomes_of(shift))
    roles, kinds = {entry.role for entry in crew}, terms_of(AsbPowerKind)
    errors = rules.check_roles(tally, roles=roles, kinds=kinds, day=shift.day)
    return patrols.set_crew(by=by, at=at, shift=shift, crew=crew, reason=reason, kept=kept, errors=errors)
