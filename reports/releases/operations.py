"""Writes to the release calendar. What was announced is changed openly, and never removed."""

from datetime import date, datetime

import pghistory
from django.db import transaction

from hotspot.core.errors import DomainError, NotInThisState
from hotspot.core.models import User
from hotspot.core.text import clean_line
from hotspots.models import Programme
from hotspots.saving import save_row
from reports.models import AnnouncedRelease, ReleaseChange, Statement
from reports.releases import rules


@transaction.atomic
def announce(
    *,
    by: User,
    at: datetime,
    programme: Programme,
    title: str,
    period: str,
    month: date,
    release_at: datetime | None = None,
) -> AnnouncedRelease:
    """Put a release into the calendar: provisionally in a month, or at a moment, in whose month it is then.

    Raises DomainError `release_in_past`.
    """
    month = rules.month_of(release_at) if release_at else month
    rules.check_is_to_come(month, release_at, at)
    release = AnnouncedRelease(
        programme=programme,
        title=clean_line(title),
        period=clean_line(period),
        month=month,
        release_at=release_at,
        announced_by=by,
        announced_at=at,
    )
    with pghistory.context(user=by.pk, action="release announced"):
        save_row(release)
    return release


@transaction.atomic
def reschedule(
    *, by: User, at: datetime, release_id: int, month: date, release_at: datetime | None, reason: str = ""
) -> AnnouncedRelease:
    """Announce another time, with a reason unless it only says when in the month that was announced.

    Raises DomainErrors `release_in_past`, `reason_missing`, and NotInThisState `frozen`, `cancelled`.
    """
    release = _open(release_id, by)
    month = rules.month_of(release_at) if release_at else month
    old, new = (release.month, release.release_at), (month, release_at)
    if old == new:
        return release
    rules.check_is_to_come(month, release_at, at)
    if rules.needs_reason(old, new):
        _refuse_without(reason)
    _keep_change(release, by=by, at=at, month=month, release_at=release_at, reason=clean_line(reason))
    release.month, release.release_at = month, release_at
    with pghistory.context(user=by.pk, action="release rescheduled"):
        save_row(release)
    return release


@transaction.atomic
def cancel(*, by: User, at: datetime, release_id: int, reason: str) -> AnnouncedRelease:
    """Say that a release will not be. It stays in the calendar with the reason. Raises as `reschedule`."""
    release = _open(release_id, by)
    _refuse_without(reason)
    _keep_change(release, by=by, at=at, month=None, release_at=None, reason=clean_line(reason))
    release.cancelled_at, release.statement = at, None
    with pghistory.context(user=by.pk, action="release cancelled"):
        save_row(release)
    return release


def fulfil(*, by: User, at: datetime, statement: Statement, release_id: int | None) -> AnnouncedRelease | None:
    """Within a transaction: tie a draft to its entry of the calendar, and no other; None: to none.

    Raises DomainError `release_not_open` for an entry that is cancelled, only provisional, of another statement or of
    another programme, and `release_missed` for one whose time has passed.
    """
    entries = AnnouncedRelease.objects.visible_to(by).select_for_update()
    former = entries.filter(statement=statement).first()
    if former and former.pk != release_id:
        _tie(former, None, by)
    if release_id is None:
        return None
    of_it = entries.standing().filter(programme=statement.programme, release_at__isnull=False)
    release = of_it.filter(pk=release_id).first()
    if release is None or not _may_be_of(release, statement):
        message = "Choose an entry of this programme that has a date and no statement that was sent."
        raise DomainError("release_not_open", message, "announced")
    if release.release_at and release.release_at <= at:
        message = "The announced time has passed. Change it in the release calendar first, and say why."
        raise DomainError("release_missed", message, "announced")
    if release.statement_id != statement.pk:
        _tie(release, statement, by)
    return release


def _may_be_of(release: AnnouncedRelease, statement: Statement) -> bool:
    """Whether it is of this statement or of none that is on its way: a draft that was left does not hold it."""
    # Its statement is read only now that the entry is held: whoever else sends one waits.
    other = release.statement
    return other is None or other.pk == statement.pk or other.state == Statement.State.DRAFT


def _tie(release: AnnouncedRelease, statement: Statement | None, by: User) -> None:
    release.statement = statement
    with pghistory.context(user=by.pk, action="statement of a release"):
        release.save(update_fields=["statement"])


def _open(release_id: int, by: User) -> AnnouncedRelease:
    """An entry that may still change, held until the transaction ends."""
    # Its statement is read only now that nobody can tie another to it.
    release = AnnouncedRelease.objects.visible_to(by).select_for_update().get(pk=release_id)
    if release.cancelled_at:
        raise NotInThisState("cancelled", "This release was cancelled.")
    if release.statement and release.statement.state != Statement.State.DRAFT:
        message = "A statement was sent for sign-off for this time, or is published. Take it back or withdraw it first."
        raise NotInThisState("frozen", message)
    return release


def _refuse_without(reason: str) -> None:
    if not clean_line(reason):
        raise DomainError("reason_missing", "Enter why this changes: it is shown beside the date.", "reason")


def _keep_change(
    release: AnnouncedRelease, *, by: User, at: datetime, month: date | None, release_at: datetime | None, reason: str
) -> None:
    ReleaseChange.objects.create(
        release=release,
        at=at,
        by=by,
        old_month=release.month,
        old_release_at=release.release_at,
        new_month=month,
        new_release_at=release_at,
        reason=reason,
    )
