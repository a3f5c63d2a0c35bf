"""Programme returns: begun, filled in, submitted, restated and withdrawn."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pghistory
from django.db import transaction
from django.db.models import Max

from hotspot.core.errors import ChangedMeanwhile, DomainError
from hotspot.core.models import User
from hotspot.core.text import clean_line, clean_lines
from reports.contact import queries as contacts
from reports.digests import fingerprint
from reports.models import ProgrammeReturn, ReturnTemplate
from reports.returns.body import body_of, digest_of
from reports.returns.periods import period_of
from reports.returns.presenters import AnsweredReturn
from reports.returns.queries import preparer_ids
from reports.returns.sources import ENTERED


@transaction.atomic
def begin_return(*, by: User, at: datetime, template_id: int, code: str) -> ProgrammeReturn:
    """Begin the return of a period, or find the one that was begun already.

    Raises DomainError `period_not_over` and `no_rows`.
    """
    templates = ReturnTemplate.objects.visible_to(by).select_related("programme")
    template = templates.select_for_update(of=("self",)).get(pk=template_id)
    period, asks = period_of(template, code, at), template.versions.first()
    if asks is None:
        raise DomainError("no_rows", "This return asks for nothing yet. An administrator has to say what it asks for.")
    begun = template.returns.exclude(state=ProgrammeReturn.State.WITHDRAWN).filter(code=code).order_by("-version")
    if found := begun.first():
        return found
    made = ProgrammeReturn(
        template=template,
        asks=asks,
        code=code,
        first_day=period.first_day,
        last_day=period.last_day,
        prepared_by=by,
        created_at=at,
    )
    with pghistory.context(user=by.pk, action="begun"):
        made.save()
    return made


@transaction.atomic
def save_return(
    *, by: User, return_id: int, entered: Mapping[str, int | str | None], remarks: str, seen: str
) -> ProgrammeReturn:
    """Keep what was entered in a draft, by the code of its row, and what is to be said about it.

    `seen` is `entries_digest` of what was on the page. Raises ChangedMeanwhile.
    """
    made = _draft(return_id, by)
    if seen != entries_digest(made):
        raise ChangedMeanwhile
    asked = set(made.asks.rows.filter(source__in=ENTERED).values_list("code", flat=True))
    made.entered = {code: value for code, value in entered.items() if code in asked and value is not None}
    made.remarks = clean_lines(remarks)
    with pghistory.context(user=by.pk, action="filled in"):
        made.save()
    made.preparers.add(by)
    return made


def entries_digest(made: ProgrammeReturn) -> str:
    """What shows which entries somebody had before them."""
    return fingerprint({"entered": made.entered, "remarks": made.remarks})


@transaction.atomic
def submit_return(*, by: User, at: datetime, return_id: int, digest: str) -> ProgrammeReturn:
    """Freeze a return as it was sent to the funder.

    `digest` is that of the body that was looked at. Raises DomainError `not_entered` while something has to be entered,
    `numbers_changed` when the numbers are not those that were looked at any more, and `second_person_needed` where
    there is money.
    """
    made = _draft(return_id, by)
    body = _looked_at(body_of(made, at), digest)
    if AnsweredReturn(body).needs_second_person:
        needed = "A return with money is approved by somebody else. Ask for approval."
        raise DomainError("second_person_needed", needed)
    return _frozen(made, body, by=by, at=at)


@transaction.atomic
def propose_return(*, by: User, at: datetime, return_id: int, digest: str) -> ProgrammeReturn:
    """Ask for the approval of a return with money. Nothing in it can be changed until it is sent back.

    Raises DomainError `not_entered` and `numbers_changed` as submitting does, and `no_second_person_needed`.
    """
    made = _draft(return_id, by)
    if not AnsweredReturn(_looked_at(body_of(made, at), digest)).needs_second_person:
        raise DomainError("no_second_person_needed", "This return has no money in it. Submit it.")
    made.state, made.proposed_by, made.proposed_at = ProgrammeReturn.State.WAITING, by, at
    made.proposed_digest, made.sent_back = digest, ""
    with pghistory.context(user=by.pk, action="proposed"):
        made.save()
    made.preparers.add(by)
    return made


@transaction.atomic
def approve_return(*, by: User, at: datetime, return_id: int, digest: str) -> ProgrammeReturn:
    """Approve a return that waits, which submits it: somebody who prepared nothing of it, with the proposed numbers.

    Raises DomainError `own_return` and `numbers_changed`.
    """
    made = _locked(return_id, by, ProgrammeReturn.State.WAITING)
    if by.pk in preparer_ids(made):
        raise DomainError("own_return", "You prepared this return, so somebody else approves it.")
    body = body_of(made, at)
    if made.proposed_digest != digest_of(body):
        changed = "The numbers have changed since approval was asked for. Send the return back, to be looked at again."
        raise DomainError("numbers_changed", changed)
    return _frozen(made, _looked_at(body, digest), by=by, at=at)


@transaction.atomic
def send_back_return(*, by: User, return_id: int, reason: str) -> ProgrammeReturn:
    """Make a return that waits a draft again, with a reason: anybody who may prepare it. Raises `reason_missing`."""
    made = _locked(return_id, by, ProgrammeReturn.State.WAITING)
    if not clean_line(reason):
        raise DomainError("reason_missing", "Enter why the return is sent back.", "reason")
    made.state, made.sent_back = ProgrammeReturn.State.DRAFT, clean_line(reason)
    made.proposed_by, made.proposed_at, made.proposed_digest = None, None, ""
    with pghistory.context(user=by.pk, action="sent back"):
        made.save()
    return made


def _looked_at(body: dict[str, Any], digest: str) -> dict[str, Any]:
    """The body as it is now, if it has all that is asked and is what was looked at."""
    if missing := AnsweredReturn(body).missing:
        raise DomainError("not_entered", f"Enter this first: {missing[0]}.")
    if digest != digest_of(body):
        changed = "The numbers have changed since you looked at them. Look at them once more, then submit the return."
        raise DomainError("numbers_changed", changed)
    return body


def _frozen(made: ProgrammeReturn, body: Mapping[str, Any], *, by: User, at: datetime) -> ProgrammeReturn:
    prepared_by = {"prepared_by": made.proposed_by.name} if made.proposed_by else {}
    made.body = {**body, **contacts.kept(), **prepared_by, "submitted_by": by.name}
    made.sha256 = fingerprint(made.body)
    made.state, made.submitted_by, made.submitted_at = ProgrammeReturn.State.SUBMITTED, by, at
    with pghistory.context(user=by.pk, action="submitted"):
        made.save()
    return made


@transaction.atomic
def restate(*, by: User, at: datetime, return_id: int, reason: str) -> ProgrammeReturn:
    """Begin a new version of a submitted return, with what was entered in it: by those who prepared that, too.

    Raises DomainError `reason_missing` and `already_restated`.
    """
    old = _locked(return_id, by, ProgrammeReturn.State.SUBMITTED)
    if not clean_line(reason):
        raise DomainError("reason_missing", "Enter why the return is restated.", "reason")
    if ProgrammeReturn.objects.filter(restates=old).exists():
        raise DomainError("already_restated", "A newer version of this return has been begun or submitted already.")
    newest = old.template.returns.filter(code=old.code).aggregate(newest=Max("version"))["newest"]
    made = ProgrammeReturn(
        template=old.template,
        asks=old.asks,
        code=old.code,
        first_day=old.first_day,
        last_day=old.last_day,
        version=newest + 1,
        restates=old,
        reason=clean_line(reason),
        entered=old.entered,
        remarks=old.remarks,
        prepared_by=by,
        created_at=at,
    )
    with pghistory.context(user=by.pk, action="restatement begun"):
        made.save()
    made.preparers.add(*preparer_ids(old))
    return made


@transaction.atomic
def withdraw_return(*, by: User, return_id: int) -> ProgrammeReturn:
    """Give up a draft. Its history stays."""
    made = _draft(return_id, by)
    made.state, made.restates, made.reason = ProgrammeReturn.State.WITHDRAWN, None, ""
    with pghistory.context(user=by.pk, action="withdrawn"):
        made.save()
    return made


def _draft(return_id: int, by: User) -> ProgrammeReturn:
    return _locked(return_id, by, ProgrammeReturn.State.DRAFT)


def _locked(return_id: int, by: User, state: str) -> ProgrammeReturn:
    returns = ProgrammeReturn.objects.visible_to(by).select_related(
        "template__programme", "asks", "restates", "proposed_by"
    )
    made = returns.select_for_update(of=("self",)).get(pk=return_id)
    if made.state != state:
        raise ChangedMeanwhile
    return made
