"""Statements for tests: drafted and sent by Paul of the PCC's office, signed off by Anna the analyst."""

from datetime import datetime, timedelta

from hotspot.core.models import User
from reports.digests import fingerprint
from reports.models import Statement
from reports.statements import operations
from reports.statements.body import draft_of
from tests.people import Force


def drafted(force: Force, at: datetime, *, by: User | None = None, code: str = "launch", **more) -> Statement:
    return operations.draft(by=by or force.paul, at=at, programme=force.programme, code=code, **more)


def read_and_send(draft: Statement, at: datetime) -> Statement:
    """Send it, with everything read that there is to know about it."""
    by = draft.prepared_by
    operations.acknowledge(by=by, statement_id=draft.pk, checks=draft_of(draft, at).checks)
    return operations.send(by=by, at=at, statement_id=draft.pk)


def sent(force: Force, at: datetime, **more) -> Statement:
    return read_and_send(drafted(force, at, **more), at)


def digest(statement: Statement) -> str:
    """What shows that somebody looked at it."""
    return fingerprint(statement.body or {})


def published(force: Force, at: datetime, **more) -> Statement:
    waiting = sent(force, at, **more)
    at += timedelta(hours=1)
    return operations.approve(by=force.anna, at=at, statement_id=waiting.pk, digest=digest(waiting))
