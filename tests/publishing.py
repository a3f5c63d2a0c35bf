"""Statements for tests: drafted and sent by Paul of the PCC's office, signed off by Anna the analyst."""

import time
from datetime import UTC, datetime, timedelta

from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.permissions import Role
from reports.digests import fingerprint
from reports.models import Statement
from reports.releases.operations import announce, reschedule
from reports.statements import operations, sign_off
from reports.statements.body import draft_of
from reports.statements.queries import possible_approvers
from reports.statements.release_times import signed
from tests import factories
from tests.people import Force

FAR = datetime(2100, 1, 4, 9, 30, tzinfo=UTC)
"""Later than the database's own clock will be, by which it keeps what was released."""
ATTEMPTS = 5


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
    for _ in range(ATTEMPTS):
        try:
            return operations.send(by=by, approver=to or approvers[0], **given)
        except DomainError as refusal:
            # A request of the browser of the test before can still be open, as somebody else's would be.
            if refusal.code != "being_written":
                raise
            time.sleep(1)
    return operations.send(by=by, approver=to or approvers[0], **given)


def sent(
    force: Force, at: datetime, *, release_at: datetime | None = None, to: User | None = None, **more
) -> Statement:
    return read_and_send(drafted(force, at, **more), at, release_at=release_at, to=to)


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


def embargoed(force: Force, at: datetime) -> Statement:
    """One that is signed off and released long after the tests, without its files: they take a second to make."""
    waiting = sent(force, at, release_at=FAR)
    body = signed(waiting.body or {}, by=force.anna.name, at=at, released_at=FAR)
    state = {"state": Statement.State.PUBLISHED, "decided_by": force.anna, "decided_at": at, "body": body}
    Statement.objects.filter(pk=waiting.pk).update(**state, sha256=fingerprint(body))
    return Statement.objects.get(pk=waiting.pk)


def in_every_state(force: Force, at: datetime, *, title: str = "Quarterly figures") -> dict[str, object]:
    """A draft, one that waits, one that is to be released, one that is published, and an entry of the calendar."""
    month = (at + timedelta(days=40)).date().replace(day=1)
    announced = announce(
        by=force.paul, at=at, programme=force.programme, title=title, period="April to June 2024", month=month
    )
    reschedule(by=force.paul, at=at, release_id=announced.pk, month=month, release_at=FAR, reason="The data came late")
    return {
        "draft_id": drafted(force, at).pk,
        # For somebody who is none of the cast, so that each of them could take it over.
        "waiting_id": sent(force, at, to=factories.UserFactory(role=Role.ANALYST)).pk,
        "embargoed_id": embargoed(force, at).pk,
        "slug": published(force, at).slug,
        "announced": announced,
    }


def keys_of(name: str, values: dict[str, object]) -> dict[str, object]:
    """What the address of a page of statements needs, where it is of one in another state than the draft."""
    others = {"reports:take_over": "waiting_id", "reports:withdraw_release": "embargoed_id"}
    return {"draft_id": values[others[name]]} if name in others else {}
