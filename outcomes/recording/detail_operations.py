"""Writes to single outcomes: their details, and withdrawing them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pghistory
from django.db import transaction

from hotspot.core import wording
from hotspot.core.errors import Conflict, DomainError, NotAllowed, raise_all
from hotspot.core.models import User
from hotspot.core.text import clean_line
from outcomes import rules
from outcomes.kinds import KINDS, OutcomeKind
from outcomes.models import Outcome, StopSearch
from outcomes.records.queries import outcomes_of, tally_of, visible_outcome
from patrols.models import CrewRole, PatrolShift
from patrols.shifts import operations as patrols
from patrols.shifts.permissions import check_may_correct
from patrols.shifts.rules import check_reason


@transaction.atomic
def detail_outcome(
    *,
    by: User,
    at: datetime,
    kind: OutcomeKind,
    outcome_id: int,
    version: int,
    values: Mapping[str, Any],
    reason: str = "",
) -> Outcome:
    """Say more about one outcome. `values` go by field name; `version` is the shift's.

    What is missing may be added at any time, and what became of an arrest changed; what else is recorded is replaced
    with a reason, while the shift may be corrected. Raises NotAllowed, ChangedMeanwhile and DomainError(s).
    """
    outcome, shift = _locked_outcome(kind, outcome_id, by=by, version=version)
    rules.check_may_detail(shift, by=by)
    if "reference" in values:
        values = {**values, "reference": rules.clean_reference(values["reference"])}
    changed = [name for name, value in values.items() if getattr(outcome, name) != value]
    overwritten = [name for name in changed if getattr(outcome, name) not in (None, "")]
    rules.check_overwritten(shift, overwritten, reason, by=by, at=at)
    for name in changed:
        setattr(outcome, name, values[name])
    roles = {CrewRole(member.role) for member in shift.crew.all()}
    raise_all(rules.check_detail(outcome, shift=shift, changed=changed, roles=roles, at=at))
    outcome.detail_to_follow = rules.lacks_detail(outcome)
    outcome.clean_fields(exclude=[field.name for field in outcome._meta.fields if field.name not in changed])
    with pghistory.context(user=by.pk, action="detailed", reason=clean_line(reason)):
        outcome.save(update_fields=(*changed, "detail_to_follow"))
    return outcome


@transaction.atomic
def withdraw_outcome(
    *, by: User, at: datetime, kind: OutcomeKind, outcome_id: int, version: int, reason: str
) -> Outcome:
    """Withdraw one outcome that did not happen: it stays with its reason, and no figure counts it.

    Raises NotAllowed, ChangedMeanwhile and DomainError(s).
    """
    outcome, shift = _locked_outcome(kind, outcome_id, by=by, version=version)
    check_may_correct(shift, by=by, at=at)
    check_reason(reason)
    raise_all(_still_linked(outcome))
    outcome.void_reason = clean_line(reason)
    with pghistory.context(user=by.pk, action="withdrawn", reason=outcome.void_reason):
        outcome.save(update_fields=("void_reason",))
        if tally_of(shift, outcomes_of(shift)).total == 0:
            shift.nothing_to_report = True
            shift.save(update_fields=("nothing_to_report",))
    return outcome


def _locked_outcome(kind: OutcomeKind, outcome_id: int, *, by: User, version: int) -> tuple[Outcome, PatrolShift]:
    """A standing outcome and its shift, locked. Raises DoesNotExist, ChangedMeanwhile and NotAllowed."""
    shift = patrols.locked(visible_outcome(kind, outcome_id, by=by).shift_id, by=by, version=version)
    # Read again: it may have changed while this transaction waited for the shift.
    outcome = visible_outcome(kind, outcome_id, by=by)
    if outcome.is_voided:
        message = "This one was withdrawn, so it can’t be changed. If it did happen, count it again on the shift."
        raise NotAllowed("withdrawn", message)
    return outcome, shift


def _still_linked(outcome: Outcome) -> list[DomainError]:
    """What else says that it came from this outcome. Empty: nothing does."""
    if not isinstance(outcome, StopSearch):
        return []
    linked = {
        kind.brief[0]: kind.model.objects.standing().filter(**{field.name: outcome})
        for kind in KINDS
        for field in kind.own_fields
        if field.related_model is StopSearch
    }
    return [
        Conflict(
            "still_linked",
            f"{wording.plural(count, one)} {'is' if count == 1 else 'are'} recorded as coming from this stop search. "
            "Change that first.",
        )
        for one, rows in linked.items()
        if (count := rows.count())
    ]
