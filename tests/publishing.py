"""Statements for tests: drafted and sent by Paul of the PCC's office, signed off by Anna the analyst."""

from datetime import UTC, datetime, timedelta

from hotspot.core.models import User
from hotspot.core.permissions import Role
from reports.digests import fingerprint
from reports.models import Statement
from reports.statements import operations, sign_off
from reports.statements.body import draft_of
from reports.statements.queries import possible_approvers
from tests import factories
from tests.people import Force


def drafted(force: Force, at: datetime, *, by: User | None = None, code: str = "launch", **more) -> Statement:
    return operations.draft(by=by or force.paul, at=at, programme=force.programme, code=code, **more)


def read_and_send(draft: Statement, at: datetime, *, to: User | None = None, **more) -> Statement:
    """Send it, with everything read that there is to know about it, to the analyst where nobody else is named."""
    by = draft.prepared_by
    operations.acknowledge(by=by, statement_id=draft.pk, checks=draft_of(draft, at).checks)
    return send(by=by, at=at, statement_id=draft.pk, to=to, **more)


def send(*, by: User, to: User | None = None, **given) -> Statement:
    """Ask somebody to sign a draft off: an analyst where there is another, else who comes first."""
    approvers = sorted(possible_approvers(by), key=lambda each: each.role != Role.ANALYST)
    return operations.send(by=by, approver=to or approvers[0], **given)


def sent(force: Force, at: datetime, **more) -> Statement:
    return read_and_send(drafted(force, at, **more), at)


def digest(statement: Statement) -> str:
    """What shows that somebody looked at it."""
    return fingerprint(statement.body or {})


def published(force: Force, at: datetime, **more) -> Statement:
    waiting = sent(force, at, **more)
    at += timedelta(hours=1)
    return sign_off.approve(by=force.anna, at=at, statement_id=waiting.pk, digest=digest(waiting))


def patrols(force: Force) -> None:
    """Six nights in each of three areas, in September and October, with two arrests on each: enough to publish."""
    night = datetime(2024, 10, 11, 21, tzinfo=UTC)
    for area in (force.hitchin, force.letchworth, force.watford):
        for days in (0, 1, 2, 30, 31, 32):
            start = night - timedelta(days=days)
            shift = factories.PatrolShiftFactory.create(
                area=area, funding_stream=force.grant, logged_by=force.sam, starts_at=start,
                ends_at=start + timedelta(hours=8), logged_at=start + timedelta(hours=9),
            )  # fmt: skip
            factories.ArrestFactory.create_batch(2, shift=shift)
