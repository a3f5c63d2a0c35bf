"""Programme returns: their templates, and the returns that are filled, submitted and restated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pghistory
from django.db import transaction
from django.db.models import Max

from hotspot.core.errors import ChangedMeanwhile, DomainError
from hotspot.core.models import User
from hotspot.core.text import clean_line, clean_lines
from hotspots.models import FundingStream, Programme
from reports.contact import queries as contacts
from reports.digests import fingerprint
from reports.models import ProgrammeReturn, ReturnTemplate, TemplateRow, TemplateVersion
from reports.returns.presenters import AnsweredReturn, body_of, digest_of, period_of
from reports.returns.queries import ENTERED, sources
from reports.returns.rules import row_fault

MOST_ROWS = 100


@dataclass(frozen=True)
class AskedFor:
    """One row of a template as somebody wrote it. An empty `code`: the row is new. Money is in pence."""

    label: str
    source: str
    bound: str = TemplateRow.Bound.NONE
    limit: int | None = None
    stream_id: int | None = None
    code: str = ""


@transaction.atomic
def make_template(*, by: User, programme: Programme, name: str, every: str, by_area: bool) -> ReturnTemplate:
    """Begin a template, without rows. Raises DomainError `name_taken`."""
    Programme.objects.select_for_update().get(pk=programme.pk)
    template = ReturnTemplate(programme=programme, name=clean_line(name), every=every, by_area=by_area)
    if ReturnTemplate.objects.filter(programme=programme, name__iexact=template.name).exists():
        raise DomainError("name_taken", "The programme already has a return of this name.", "name")
    with pghistory.context(user=by.pk, action="made"):
        template.save()
    return template


@transaction.atomic
def save_rows(
    *, by: User, at: datetime, template_id: int, rows: Sequence[AskedFor], due_days: int | None, number: int
) -> TemplateVersion:
    """Say what a template asks for from now on.

    It is a new version, unless nothing was made with the newest yet: then that is changed. `number` is the version
    that was looked at, 0 for none. Raises DomainError `no_rows`, `too_many_rows`, `row_wrong`, and ChangedMeanwhile.
    """
    template = _template(template_id, by)
    newest = template.versions.first()
    if number != (newest.number if newest else 0):
        raise ChangedMeanwhile
    _check_rows(rows, template)
    codes = TemplateRow.objects.filter(version__template=template).values_list("code", flat=True)
    used = max((int(code.removeprefix("row-")) for code in codes), default=0)
    with pghistory.context(user=by.pk, action="asks changed"):
        if newest and not newest.returns.exists():
            newest.rows.all().delete()
            newest.delete()
            number -= 1
        version = TemplateVersion.objects.create(
            template=template, number=number + 1, due_days=due_days, created_by=by, created_at=at
        )
        for place, row in enumerate(rows, start=1):
            used += not row.code
            TemplateRow.objects.create(
                version=version,
                position=place,
                code=row.code or f"row-{used}",
                label=clean_line(row.label),
                source=row.source,
                bound=row.bound,
                limit=row.limit,
                stream_id=row.stream_id,
            )
    return version


def _check_rows(rows: Sequence[AskedFor], template: ReturnTemplate) -> None:
    if not rows:
        raise DomainError("no_rows", "Enter at least one thing that is asked for.")
    if len(rows) > MOST_ROWS:
        raise DomainError("too_many_rows", f"A return can ask for {MOST_ROWS} things at the most.")
    known = sources(template.programme)
    streams = set(FundingStream.objects.filter(programme=template.programme).values_list("pk", flat=True))
    codes = [row.code for row in rows if row.code]
    own = set(TemplateRow.objects.filter(version__template=template).values_list("code", flat=True))
    if len(codes) != len(set(codes)) or not set(codes) <= own:
        raise ChangedMeanwhile
    for row in rows:
        fault = row_fault(source=row.source, bound=row.bound, limit=row.limit)
        has_stream = row.stream_id is not None and row.stream_id in streams
        if not fault and (row.source not in known or (row.bound == TemplateRow.Bound.BUDGET) != has_stream):
            fault = "source", "Choose what fills it from the list."
        if fault is not None:
            raise DomainError("row_wrong", f"{row.label}: {fault[1]}", fault[0])


@transaction.atomic
def remove_template(*, by: User, template_id: int) -> None:
    """Remove a template with which nothing was made. Raises DomainError `template_used`."""
    template = _template(template_id, by)
    if template.returns.exists():
        raise DomainError("template_used", "Returns were made with this template, so it stays.")
    with pghistory.context(user=by.pk, action="removed"):
        TemplateRow.objects.filter(version__template=template).delete()
        template.versions.all().delete()
        template.delete()


def _template(template_id: int, by: User) -> ReturnTemplate:
    templates = ReturnTemplate.objects.visible_to(by).select_related("programme")
    return templates.select_for_update(of=("self",)).get(pk=template_id)


# --- returns ------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin_return(*, by: User, at: datetime, template_id: int, code: str) -> ProgrammeReturn:
    """Begin the return of a period, or find the one that was begun already.

    Raises DomainError `period_not_over` and `no_rows`.
    """
    template = _template(template_id, by)
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
    *, by: User, return_id: int, entered: Mapping[str, int | None], remarks: str, seen: str
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
    return made


def entries_digest(made: ProgrammeReturn) -> str:
    """What shows which entries somebody had before them."""
    return fingerprint({"entered": made.entered, "remarks": made.remarks})


@transaction.atomic
def submit_return(*, by: User, at: datetime, return_id: int, digest: str) -> ProgrammeReturn:
    """Freeze a return as it was sent to the funder.

    `digest` is that of the body that was looked at. Raises DomainError `not_entered` while something has to be entered,
    and `numbers_changed` when the numbers are not those that were looked at any more.
    """
    made = _draft(return_id, by)
    body = body_of(made, at)
    if missing := AnsweredReturn(body).missing:
        raise DomainError("not_entered", f"Enter this first: {missing[0]}.")
    if digest != digest_of(body):
        changed = "The numbers have changed since you looked at them. Look at them once more, then submit the return."
        raise DomainError("numbers_changed", changed)
    made.body = {**body, **contacts.kept(), "submitted_by": by.name}
    made.sha256 = fingerprint(made.body)
    made.state, made.submitted_by, made.submitted_at = ProgrammeReturn.State.SUBMITTED, by, at
    with pghistory.context(user=by.pk, action="submitted"):
        made.save()
    return made


@transaction.atomic
def restate(*, by: User, at: datetime, return_id: int, reason: str) -> ProgrammeReturn:
    """Begin a new version of a submitted return, with what was entered in it.

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
    returns = ProgrammeReturn.objects.visible_to(by).select_related("template__programme", "asks", "restates")
    made = returns.select_for_update(of=("self",)).get(pk=return_id)
    if made.state != state:
        raise ChangedMeanwhile
    return made
