"""Sign-off by who was named, or took it over: published, to be released later, returned, or withdrawn until then."""

import hashlib
from datetime import datetime, timedelta

import pghistory
from django.db import transaction
from django.db.models import Max

from hotspot.core.advisory_locks import LockName, lock
from hotspot.core.errors import ChangedMeanwhile, DomainError, NotAllowed
from hotspot.core.models import User
from hotspot.core.text import clean_line
from reports.digests import fingerprint
from reports.models import Statement, StatementFile, StatementProof
from reports.statements import notices
from reports.statements.body import release_of
from reports.statements.files import make_files
from reports.statements.operations import back_to_draft, locked
from reports.statements.release_times import signed
from reports.statements.still_told import is_still_told

_TICK = timedelta(microseconds=1)
SKEW = timedelta(minutes=1)
"""How far the clocks of two servers may be apart without a release being seen twice in another order."""


@transaction.atomic
def approve(*, by: User, at: datetime, statement_id: int, digest: str, at_once: bool = False) -> Statement:
    """Sign off somebody else's statement that one was asked to sign off, with its files: published, or to be released.

    `digest` is that of the body that was looked at, `at_once` whether it is known that the time of its release has
    passed. Raises NotAllowed for one's own and for who was not asked, ChangedMeanwhile when it is not what was looked
    at any more, DomainError `release_missed` when its time has passed and that is not known, and `withheld_by_now` when
    something that it shows may not be told any more.
    """
    statement = _waiting(statement_id, by, digest)
    if statement.prepared_by_id == by.pk:
        raise NotAllowed("own_statement", "Somebody else has to sign off a statement that you prepared.")
    _refuse_unnamed(statement, by)
    _refuse_missed(statement, at, at_once=at_once)
    at = _in_order(statement, at)
    if not is_still_told(statement, at):
        message = (
            "Together with what was signed off or logged since it was frozen, it would give away a number that is "
            "withheld. Return it, so that it is sent again."
        )
        raise DomainError("withheld_by_now", message)
    released_at = max(statement.release_at, at) if statement.release_at else None
    statement.body = signed(statement.body or {}, by=by.name, at=at, released_at=released_at)
    statement.sha256 = fingerprint(statement.body)
    statement.state, statement.approver = Statement.State.PUBLISHED, by
    statement.decided_by, statement.decided_at = by, at
    with pghistory.context(user=by.pk, action="signed off" if statement.is_embargoed else "published"):
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
    notices.tell_signed_off(statement)
    return statement


def _in_order(statement: Statement, at: datetime) -> datetime:
    """When it is signed off: later than everything before it, and released later than all that may be seen by then.

    What is signed off takes its place in the chain of bundles by when it is released: see `bundles.chain_to`. A link
    that was given out must not change, nor may the chain name what is not released. So what is signed off within a
    minute of another release, by whichever server's clock, is released right after it.
    """
    lock(LockName.PUBLICATION)
    before = Statement.objects.signed_off()
    last = before.aggregate(last=Max("decided_at"))["last"]
    at = max(at, last + _TICK) if last else at
    near = before.filter(release_at__lte=at + SKEW).aggregate(last=Max("release_at"))["last"]
    if near and max(statement.release_at or at, at) <= near:
        statement.release_at = near + _TICK
    return at


@transaction.atomic
def take_over(*, by: User, at: datetime, statement_id: int, reason: str) -> Statement:
    """Become who signs off somebody else's statement, in place of who was asked: they may be away. Both are recorded.

    Whoever takes it over is reminded in turn, as if they were asked now.

    Raises NotAllowed for one's own, ChangedMeanwhile if it does not wait, DomainError `reason_missing`.
    """
    statement = locked(statement_id, by)
    if statement.state != Statement.State.WAITING:
        raise ChangedMeanwhile
    if statement.prepared_by_id == by.pk:
        raise NotAllowed("own_statement", "Somebody else has to sign off a statement that you prepared.")
    if not clean_line(reason):
        raise DomainError("reason_missing", "Enter why you sign it off instead.", "reason")
    former = statement.approver
    if former == by:
        return statement
    statement.approver, statement.takeover_reason = by, clean_line(reason)
    statement.asked_at, statement.reminded_at = at, None
    with pghistory.context(user=by.pk, action="sign-off taken over"):
        statement.save(update_fields=["approver", "takeover_reason", "asked_at", "reminded_at"])
    notices.tell_taken_over(statement, former)
    return statement


@transaction.atomic
def give_back(*, by: User, statement_id: int, digest: str, reason: str) -> Statement:
    """Return somebody else's statement to who prepared it, and say why. Raises as `approve`, and `reason_missing`."""
    statement = _waiting(statement_id, by, digest)
    if statement.prepared_by_id == by.pk:
        raise NotAllowed("own_statement", "You prepared this statement. Take it back instead.")
    _refuse_unnamed(statement, by)
    if not clean_line(reason):
        raise DomainError("reason_missing", "Enter what has to change.", "reason")
    notices.tell_returned(statement)
    return back_to_draft(statement, by=by, action="returned", reason=clean_line(reason))


@transaction.atomic
def withdraw_release(*, by: User, at: datetime, statement_id: int, reason: str) -> Statement:
    """Make a draft again of a statement that was signed off and is not released yet, and say why. Its files go.

    Anybody who prepares statements may: a mistake that is found at night must not wait for one person. Raises
    ChangedMeanwhile if it is not signed off or released by now, DomainError `release_too_near`, `reason_missing`.
    """
    statement = locked(statement_id, by)
    if statement.state != Statement.State.PUBLISHED or statement.release_at is None or statement.release_at <= at:
        raise ChangedMeanwhile
    if statement.release_at <= at + SKEW:
        message = "It is released within a minute. Correct it with a new version once it is published."
        raise DomainError("release_too_near", message)
    if not clean_line(reason):
        raise DomainError("reason_missing", "Enter why it is not released.", "reason")
    # The history keeps who signed it off and when.
    found = back_to_draft(statement, by=by, action="withdrawn before release", reason=clean_line(reason))
    statement.files.all().delete()
    StatementProof.objects.filter(statement=statement).delete()
    notices.tell_withdrawn(statement, by=by)
    return found


def _refuse_unnamed(statement: Statement, by: User) -> None:
    """Only who was named signs off. Those that were sent before approvers were named wait for anybody."""
    if statement.approver is not None and statement.approver != by:
        message = f"{statement.approver} was asked to sign this off. Take it over first, and say why."
        raise NotAllowed("not_approver", message)


def _refuse_missed(statement: Statement, at: datetime, *, at_once: bool) -> None:
    """What is signed off after its time is published at once: only by who knows."""
    if statement.release_at and statement.release_at <= at and not at_once:
        message = "The time of its release has passed. Signed off now, it is published at once: look at the page again."
        raise DomainError("release_missed", message)


def _waiting(statement_id: int, by: User, digest: str) -> Statement:
    statement = locked(statement_id, by)
    if statement.state != Statement.State.WAITING or fingerprint(statement.body or {}) != digest:
        raise ChangedMeanwhile
    return statement
