"""Writes to what became of an arrest: a stage is entered, changed or taken back. Nothing is deleted."""

from datetime import datetime

import pghistory
from django.db import transaction

from hotspot.core.calendar import today
from hotspot.core.errors import DomainError, NotAllowed, raise_all
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.text import clean_line
from outcomes.justice import rules
from outcomes.justice.queries import arrests_seen_by, stages_of
from outcomes.justice.rules import StageEntry
from outcomes.models import Arrest, JusticeStage
from patrols.shifts import operations as patrols
from patrols.shifts.rules import check_reason


@transaction.atomic
def record_stage(
    *, by: User, at: datetime, arrest_id: int, entry: StageEntry, version: int | None = None
) -> JusticeStage:
    """Enter a step of an arrest, or change what was entered at that step before. `version` is the shift's.

    Raises Arrest.DoesNotExist, NotAllowed, ChangedMeanwhile and DomainError(s).
    """
    arrest = _locked(arrest_id, by=by, version=version)
    standing = {stage.step: stage for stage in stages_of(arrest)}
    before = standing.pop(entry.outcome.step, None)
    raise_all(rules.check_stage(entry, arrested_on=arrest.shift.day, others=standing, today=today(at)))
    with pghistory.context(user=by.pk, action="justice", reason=""):
        return write_stage(arrest, entry, before, by=by, at=at)


def write_stage(
    arrest: Arrest, entry: StageEntry, before: JusticeStage | None, *, by: User, at: datetime
) -> JusticeStage:
    """Write a stage that was checked, over the one at its step, and the last of all of them to the arrest."""
    stage = before or JusticeStage(arrest=arrest, step=entry.outcome.step)
    stage.outcome, stage.day, stage.sentenced_on = entry.outcome, entry.day, entry.sentenced_on
    stage.sentence_kind, stage.custody_days = entry.sentence_kind, entry.custody_days
    stage.sentence, stage.source = clean_line(entry.sentence), clean_line(entry.source)
    stage.entered_by, stage.entered_at = by, at
    stage.full_clean(exclude=("arrest", "outcome", "entered_by"), validate_unique=False, validate_constraints=False)
    stage.save()
    _write_last(arrest)
    return stage


@transaction.atomic
def withdraw_stage(*, by: User, at: datetime, stage_id: int, reason: str, version: int | None = None) -> JusticeStage:
    """Take back the last step that was entered of an arrest. It stays, with its reason, and no figure counts it.

    Raises JusticeStage.DoesNotExist, NotAllowed, ChangedMeanwhile and DomainError(s).
    """
    arrest_id = JusticeStage.objects.visible_to(by).standing().get(pk=stage_id).arrest_id
    arrest = _locked(arrest_id, by=by, version=version)
    check_reason(reason)
    last = stages_of(arrest)[-1:]
    if [stage.pk for stage in last] != [stage_id]:
        raise DomainError("stage_not_last", "A later step was entered. Take that back first.", "reason")
    stage = last[0]
    with pghistory.context(user=by.pk, action="justice", reason=clean_line(reason)):
        take_back(arrest, stage, clean_line(reason))
    return stage


def take_back(arrest: Arrest, stage: JusticeStage, reason: str) -> None:
    """Void a stage, and write the last one that stands to the arrest."""
    stage.void_reason = reason
    stage.save(update_fields=("void_reason",))
    _write_last(arrest)


def _write_last(arrest: Arrest) -> None:
    last = next(reversed(stages_of(arrest)), None)
    arrest.justice_outcome = last.outcome if last else None
    arrest.justice_outcome_on = last.day if last else None
    arrest.custody_days = last.custody_days if last else None
    # Also where nothing of it changed: the shift moves on to its next version.
    arrest.save(update_fields=("justice_outcome", "justice_outcome_on", "custody_days"))


def _locked(arrest_id: int, *, by: User, version: int | None) -> Arrest:
    if not by.may(Permission.CORRECT_SHIFT):
        raise NotAllowed("not_allowed", "Only supervisors and administrators enter what became of an arrest.")
    patrols.locked(arrests_seen_by(by).get(pk=arrest_id).shift_id, by=by, version=version)
    # Read again: it may have changed while this transaction waited for the shift.
    return arrests_seen_by(by).get(pk=arrest_id)
