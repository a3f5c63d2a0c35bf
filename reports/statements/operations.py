"""Statements: drafted, checked, and sent for sign-off to somebody else. Nothing published ever changes."""

from collections.abc import Sequence
from datetime import datetime

import pghistory
from django.db import transaction

from hotspot.core.calendar import today
from hotspot.core.errors import ChangedMeanwhile, DomainError, NotAllowed
from hotspot.core.models import User
from hotspot.core.text import clean_line, clean_lines
from hotspots.models import Programme
from reports.claims.evidence import Evidence
from reports.figures.checks import numbers_of
from reports.figures.history import counted_at, settled_moment
from reports.models import Statement, StatementProof
from reports.releases import operations as calendar
from reports.statements import notices, press_claims, press_costs, press_text
from reports.statements.body import Draft, body_of, draft_of, question_of
from reports.statements.queries import definition_of_statement, integrity_problems, keepable, possible_approvers
from reports.statements.release_times import release_time
from reports.statements.statement_tables import told_areas

MOST_ATTEMPTS = 3


@transaction.atomic
def draft(*, by: User, at: datetime, programme: Programme, code: str, area_ids: Sequence[int] = ()) -> Statement:
    """Begin a statement of a programme, a period and some areas (none named: all).

    Raises DomainError `period_not_over`.
    """
    statement = Statement(
        programme=programme,
        code=code,
        area_ids=sorted(set(area_ids)),
        words=press_text.DEFAULT,
        prepared_by=by,
        created_at=at,
    )
    question_of(statement, at)
    with pghistory.context(user=by.pk, action="drafted"):
        statement.save()
    return statement


@transaction.atomic
def correct(*, by: User, at: datetime, statement_id: int, reason: str) -> Statement:
    """Begin a new version of a published statement. Raises DomainError `already_corrected` or `reason_missing`."""
    wrong = Statement.objects.published().visible_to(by).select_for_update().get(pk=statement_id)
    if not clean_line(reason):
        raise DomainError("reason_missing", "Enter what is wrong with the published figures.", "reason")
    if Statement.objects.filter(corrects=wrong).exists():
        raise DomainError("already_corrected", f"A new version of {wrong} has been started or published already.")
    statement = Statement(
        programme=wrong.programme,
        code=wrong.code,
        area_ids=wrong.area_ids,
        words=wrong.words,
        corrects=wrong,
        reason=clean_line(reason),
        prepared_by=by,
        created_at=at,
        version=wrong.version + 1,
    )
    with pghistory.context(user=by.pk, action="correction drafted"):
        statement.save()
    return statement


@transaction.atomic
def save_words(*, by: User, at: datetime, statement_id: int, words: str) -> Statement:
    """Change the press text of one's own draft. Raises what `press_text.check_words` raises."""
    statement = _own_draft(statement_id, by)
    changes, costs = _changes(statement, words, at), _costs(statement, words, at)
    press_text.check_words(words, definition_of_statement(statement), changes, costs)
    statement.words = clean_lines(words)
    statement.save(update_fields=["words"])
    return statement


def _changes(statement: Statement, words: str, at: datetime) -> list[str]:
    """The names of the changes that this press text may quote. No study is read where it quotes none."""
    if not press_text.change_names(words):
        return []
    programme = statement.programme
    evidence = Evidence(by=statement.prepared_by, programme=programme, period=programme.period, at=at)
    return list(press_claims.quotable_changes(evidence))


def _costs(statement: Statement, words: str, at: datetime) -> list[str]:
    """The names of the costs that this press text may name. Nothing is read where it names none."""
    return list(press_costs.publishable(question_of(statement, at))) if press_text.cost_names(words) else []


@transaction.atomic
def acknowledge(*, by: User, statement_id: int, checks: Sequence[str]) -> Statement:
    """Say that one has read what there is to know about the figures of one's own draft."""
    statement = _own_draft(statement_id, by)
    statement.acknowledged = [str(check) for check in checks]
    statement.acknowledged_numbers = numbers_of(checks)
    statement.save(update_fields=["acknowledged", "acknowledged_numbers"])
    return statement


@transaction.atomic
def send(
    *,
    by: User,
    at: datetime,
    statement_id: int,
    approver: User,
    release_at: datetime | None = None,
    announced_id: int | None = None,
) -> Statement:
    """Freeze the figures and words of one's own draft and ask somebody by name to sign it off.

    It is released once it is signed off, or at `release_at`, or when the entry `announced_id` of the release calendar
    says. The figures are frozen only if the history, counted afresh, says the same. Raises DomainError
    `approver_not_allowed`, `release_in_past`, `checks_unread`, `nothing_counted`, `withheld_in_words`,
    `change_unknown`, `cost_unknown`, `claim_not_supported`, `being_written` while records are being written that would
    make a difference, and what `draft_of` and `calendar.fulfil` raise.
    """
    statement = _own_draft(statement_id, by)
    if approver not in possible_approvers(by):
        raise DomainError("approver_not_allowed", "Choose somebody else who may sign off statements.", "approver")
    announced = calendar.fulfil(by=by, at=at, statement=statement, release_id=announced_id)
    statement.approver, statement.takeover_reason = approver, ""
    statement.asked_at, statement.reminded_at = at, None
    statement.release_at = announced.release_at if announced else release_at
    if statement.release_at and statement.release_at <= at:
        raise DomainError("release_in_past", "Choose a time that is still to come.", "release_clock")
    moment, ready = _settled(statement, at)
    _refuse_unready(statement, ready)
    _freeze(statement, ready, at, moment)
    with pghistory.context(user=by.pk, action="sent for sign-off"):
        statement.save()
    notices.ask_for_sign_off(statement)
    return statement


def _refuse_unready(statement: Statement, ready: Draft) -> None:
    """Everything was read, there is something to publish, and the press text says nothing else."""
    if ready.unread:
        raise DomainError("checks_unread", f"There is something to check first: {ready.unread[0]}")
    if ready.sheet.is_empty:
        raise DomainError("nothing_counted", f"{ready.sheet.nothing}, so there is nothing to publish.")
    if ready.taking_out:
        raise DomainError("withheld_in_words", ready.taking_out)
    press_text.check_changes(statement.words, ready.facts.changes)
    press_text.check_costs(statement.words, ready.facts.sentences)
    _refuse_claims(ready)


def _freeze(statement: Statement, ready: Draft, at: datetime, moment: datetime) -> None:
    """Fill in what is published, as the history has it up to a settled moment."""
    question = ready.sheet.question
    statement.reference = statement.corrects.reference if statement.corrects else _free_reference(at)
    statement.first_day, statement.last_day = question.period.first_day, question.period.last_day
    statement.as_at, statement.records_until = at, moment
    statement.counted = {
        "areas": list(ready.sheet.figures.area_ids),
        "shown": told_areas(ready.sheet),
        **keepable(ready.sheet.figures.rows, ready.sheet.definition),
    }
    body = body_of(ready, slug=statement.slug, version=statement.version, as_at=at, records_until=moment)
    statement.body = body | release_time(statement.release_at)
    statement.state, statement.returned_reason = Statement.State.WAITING, ""


def _refuse_claims(ready: Draft) -> None:
    """Every claim of the press text must be supported as it stands, or it raises DomainError `claim_not_supported`."""
    for answer in ready.unsupported:
        claim = ready.checked.text[answer.claim.start : answer.claim.end]
        said = f"“{claim}” is not supported. {' '.join(answer.why)}"
        instead = f" You can write: {answer.instead}" if answer.instead else ""
        raise DomainError("claim_not_supported", f"{said}{instead}", "words")


def _settled(statement: Statement, at: datetime) -> tuple[datetime, Draft]:
    """A draft whose figures are those of the history up to a moment that is settled."""
    for _ in range(MOST_ATTEMPTS):
        moment, ready = settled_moment(), draft_of(statement, at)
        figures = ready.sheet.figures
        told = counted_at(
            programme=figures.programme,
            period=figures.period,
            areas=figures.area_ids,
            moment=moment,
            definition=ready.sheet.definition,
        )
        if told == list(figures.rows):
            return moment, ready
    raise DomainError(
        "being_written",
        "Records of this period are being written right now, by an import for instance. Try again in a minute.",
    )


def _free_reference(at: datetime) -> str:
    """The London day, with a number after it from its second statement on."""
    day = str(today(at))
    taken = set(Statement.objects.filter(reference__startswith=day).values_list("reference", flat=True))
    numbers = (f"{day}-{number}" if number > 1 else day for number in range(1, len(taken) + 2))
    return next(reference for reference in numbers if reference not in taken)


@transaction.atomic
def take_back(*, by: User, statement_id: int) -> Statement:
    """Make a draft again of one's own statement that waits for sign-off."""
    statement = Statement.objects.visible_to(by).select_for_update().get(pk=statement_id)
    if statement.prepared_by_id != by.pk:
        raise NotAllowed("not_own_statement", "Only who prepared a statement can take it back.")
    if statement.state != Statement.State.WAITING:
        raise ChangedMeanwhile
    notices.tell_taken_back(statement)
    return back_to_draft(statement, by=by, action="taken back", reason="")


@transaction.atomic
def withdraw(*, by: User, at: datetime, statement_id: int) -> Statement:
    """Give up one's own draft. Its history stays."""
    statement = _own_draft(statement_id, by)
    calendar.fulfil(by=by, at=at, statement=statement, release_id=None)
    statement.state, statement.corrects, statement.reason = Statement.State.WITHDRAWN, None, ""
    with pghistory.context(user=by.pk, action="withdrawn"):
        statement.save()
    return statement


def prove(*, at: datetime, statement: Statement) -> list[str]:
    """See whether a published statement is still what it was and comes out of the history. Gives what is wrong."""
    wrong = integrity_problems(statement)
    first_day, last_day = statement.first_day, statement.last_day
    if first_day and last_day and not press_costs.are_still_frozen(statement, first_day, last_day):
        wrong.append("what was frozen does not give its costs any more")
    StatementProof.objects.update_or_create(statement=statement, defaults={"at": at, "wrong": "; ".join(wrong)})
    return wrong


def back_to_draft(statement: Statement, *, by: User, action: str, reason: str) -> Statement:
    """Make a locked statement a draft again. Whoever was named to sign it off stays so, for the next time."""
    statement.state, statement.returned_reason, statement.reference = Statement.State.DRAFT, reason, ""
    for name in ("first_day", "last_day", "as_at", "records_until", "body", "counted", "release_at"):
        setattr(statement, name, None)
    statement.decided_by = statement.decided_at = None
    statement.sha256 = ""
    with pghistory.context(user=by.pk, action=action):
        statement.save()
    return statement


def _own_draft(statement_id: int, by: User) -> Statement:
    statement = locked(statement_id, by)
    if statement.prepared_by_id != by.pk:
        raise NotAllowed("not_own_statement", f"{statement.prepared_by} prepares this statement.")
    if statement.state != Statement.State.DRAFT:
        raise ChangedMeanwhile
    return statement


def locked(statement_id: int, by: User) -> Statement:
    """A statement that this person sees, which nobody else changes meanwhile."""
    # Not with its approver: of a row that was waited for, what is joined would be as it was before.
    statements = Statement.objects.visible_to(by).select_related("programme", "prepared_by", "corrects")
    return statements.select_for_update(of=("self",)).get(pk=statement_id)
