"""Statements: drafted, checked, sent for sign-off, and published by somebody else. Nothing published ever changes."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import pghistory
from django.db import transaction
from django.db.models import Max

from hotspot.core.advisory_locks import LockName, lock
from hotspot.core.calendar import today
from hotspot.core.errors import ChangedMeanwhile, DomainError, NotAllowed
from hotspot.core.models import User
from hotspot.core.text import clean_line, clean_lines
from hotspots.models import Programme
from reports.claims.evidence import Evidence
from reports.digests import fingerprint
from reports.figures.history import counted_at, settled_moment
from reports.models import Statement, StatementFile, StatementProof
from reports.statements import press_claims, press_costs, press_text
from reports.statements.body import Draft, body_of, draft_of, question_of, release_of, signed
from reports.statements.files import make_files
from reports.statements.queries import definition_of_statement, integrity_problems, keepable
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
    statement.acknowledged = list(checks)
    statement.save(update_fields=["acknowledged"])
    return statement


@transaction.atomic
def send(*, by: User, at: datetime, statement_id: int) -> Statement:
    """Freeze the figures and words of one's own draft and send it for sign-off.

    The figures are frozen only if the history, counted afresh, says the same. Raises DomainError `checks_unread`,
    `nothing_counted`, `withheld_in_words`, `change_unknown`, `cost_unknown`, `claim_not_supported`, `being_written`
    while records are being written that would make a difference, and what `draft_of` raises.
    """
    statement = _own_draft(statement_id, by)
    moment, ready = _settled(statement, at)
    if ready.unread:
        raise DomainError("checks_unread", f"There is something to check first: {ready.unread[0]}")
    if ready.sheet.is_empty:
        raise DomainError("nothing_counted", f"{ready.sheet.nothing}, so there is nothing to publish.")
    if names := press_text.withheld_names(statement.words, ready.facts):
        raise DomainError("withheld_in_words", f"The press text speaks of what is withheld: take out {{{names[0]}}}.")
    press_text.check_changes(statement.words, ready.facts.changes)
    press_text.check_costs(statement.words, ready.facts.sentences)
    _refuse_claims(ready)
    question = ready.sheet.question
    statement.reference = statement.corrects.reference if statement.corrects else _free_reference(at)
    statement.first_day, statement.last_day = question.period.first_day, question.period.last_day
    statement.as_at, statement.records_until = at, moment
    statement.counted = {
        "areas": list(ready.sheet.figures.area_ids),
        "shown": told_areas(ready.sheet),
        **keepable(ready.sheet.figures.rows, ready.sheet.definition),
    }
    statement.body = body_of(ready, slug=statement.slug, version=statement.version, as_at=at, records_until=moment)
    statement.state, statement.returned_reason = Statement.State.WAITING, ""
    with pghistory.context(user=by.pk, action="sent for sign-off"):
        statement.save()
    return statement


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
def approve(*, by: User, at: datetime, statement_id: int, digest: str) -> Statement:
    """Sign off and publish somebody else's statement, with its files.

    `digest` is that of the body that was looked at. Raises NotAllowed for one's own, ChangedMeanwhile when it is not
    what was looked at any more.
    """
    statement = _waiting(statement_id, by, digest)
    if statement.prepared_by_id == by.pk:
        raise NotAllowed("own_statement", "Somebody else has to sign off a statement that you prepared.")
    # One after another, and each later than the last: their chain in bundles must not change once it was given out.
    lock(LockName.PUBLICATION)
    last = Statement.objects.published().aggregate(last=Max("decided_at"))["last"]
    at = max(at, last + timedelta(microseconds=1)) if last else at
    statement.body = signed(statement.body or {}, by=by.name, at=at)
    statement.sha256 = fingerprint(statement.body)
    statement.state, statement.decided_by, statement.decided_at = Statement.State.PUBLISHED, by, at
    with pghistory.context(user=by.pk, action="published"):
        statement.save()
    StatementFile.objects.bulk_create(
        StatementFile(
            statement=statement,
            kind=made.kind,
            name=made.name,
            content=made.content,
            sha256=hashlib.sha256(made.content).hexdigest(),
        )
        for made in make_files(release_of(statement))
    )
    return statement


@transaction.atomic
def give_back(*, by: User, statement_id: int, digest: str, reason: str) -> Statement:
    """Return somebody else's statement to who prepared it, and say why. Raises as `approve`, and `reason_missing`."""
    statement = _waiting(statement_id, by, digest)
    if statement.prepared_by_id == by.pk:
        raise NotAllowed("own_statement", "You prepared this statement. Take it back instead.")
    if not clean_line(reason):
        raise DomainError("reason_missing", "Enter what has to change.", "reason")
    return _back_to_draft(statement, by=by, action="returned", reason=clean_line(reason))


@transaction.atomic
def take_back(*, by: User, statement_id: int) -> Statement:
    """Make a draft again of one's own statement that waits for sign-off."""
    statement = Statement.objects.visible_to(by).select_for_update().get(pk=statement_id)
    if statement.prepared_by_id != by.pk:
        raise NotAllowed("not_own_statement", "Only who prepared a statement can take it back.")
    if statement.state != Statement.State.WAITING:
        raise ChangedMeanwhile
    return _back_to_draft(statement, by=by, action="taken back", reason="")


@transaction.atomic
def withdraw(*, by: User, statement_id: int) -> Statement:
    """Give up one's own draft. Its history stays."""
    statement = _own_draft(statement_id, by)
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


def _back_to_draft(statement: Statement, *, by: User, action: str, reason: str) -> Statement:
    statement.state, statement.returned_reason, statement.reference = Statement.State.DRAFT, reason, ""
    for name in ("first_day", "last_day", "as_at", "records_until", "body", "counted"):
        setattr(statement, name, None)
    with pghistory.context(user=by.pk, action=action):
        statement.save()
    return statement


def _own_draft(statement_id: int, by: User) -> Statement:
    statement = _locked(statement_id, by)
    if statement.prepared_by_id != by.pk:
        raise NotAllowed("not_own_statement", f"{statement.prepared_by} prepares this statement.")
    if statement.state != Statement.State.DRAFT:
        raise ChangedMeanwhile
    return statement


def _waiting(statement_id: int, by: User, digest: str) -> Statement:
    statement = _locked(statement_id, by)
    if statement.state != Statement.State.WAITING or fingerprint(statement.body or {}) != digest:
        raise ChangedMeanwhile
    return statement


def _locked(statement_id: int, by: User) -> Statement:
    statements = Statement.objects.visible_to(by).select_related("programme", "prepared_by", "corrects")
    return statements.select_for_update(of=("self",)).get(pk=statement_id)
