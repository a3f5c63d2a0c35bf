"""Programme returns: what is asked for and when, one return filled in and submitted, and its files."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hotspot.core.errors import ChangedMeanwhile, DomainError
from hotspot.core.pages import resubmission
from hotspot.core.pages.access import SignedInRequest, call, form_status, own_site_only, page_of, requires
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import XLSX_TYPE, as_attachment
from hotspots.pages.paging import pagination
from hotspots.pages.views import editing
from reports.figures.page_criteria import says_refusals
from reports.models import ProgrammeReturn, ReturnTemplate, ReturnWorkbook
from reports.reason_form import ReasonForm
from reports.returns import operations, periods
from reports.returns.body import body_of, checks_of, digest_of
from reports.returns.files import RETURN_FILES, return_in_workbook
from reports.returns.forms import EntriesForm, MonthRangeForm
from reports.returns.presenters import AnsweredReturn, changes
from reports.returns.queries import possible_approvers, preparer_ids
from reports.returns.rules import needs_second_person
from reports.returns.sources import ENTERED

A_PAGE = 24
IN_WORKBOOK = "workbook"


@requires(Permission.VIEW_RETURNS)
@require_safe
def returns(request: SignedInRequest) -> HttpResponse:
    """Every return that is asked for, and what is open of it."""
    now = timezone.now()
    templates = ReturnTemplate.objects.visible_to(request.user).select_related("programme")
    listed = [(each, periods.turns(each, by=request.user, at=now)) for each in templates]
    context = {
        "templates": [(each, turns, sum(turn.is_late for turn in turns)) for each, turns in listed],
        "prepares": request.user.may(Permission.PREPARE_RETURN),
        "manages": request.user.may(Permission.MANAGE),
    }
    return render(request, "reports/returns.html", context)


@requires(Permission.VIEW_RETURNS)
@require_safe
def return_template(request: SignedInRequest, template_id: int) -> HttpResponse:
    """The periods of one return, newest first: submitted, begun, or still to do."""
    template = get_object_or_404(
        ReturnTemplate.objects.visible_to(request.user).select_related("programme"), pk=template_id
    )
    now = timezone.now()
    turns = periods.turns(template, by=request.user, at=now)
    page = page_of(request, turns, size=A_PAGE)
    context = {
        "template": template,
        "asks": template.versions.first(),
        "turns": page,
        "is_used": template.returns.exists(),
        "range_form": MonthRangeForm(template.programme, now) if request.user.may(Permission.PREPARE_RETURN) else None,
        "prepares": request.user.may(Permission.PREPARE_RETURN),
        "manages": request.user.may(Permission.MANAGE),
        **pagination(page, request.GET),
    }
    return render(request, "reports/return_template.html", context)


@requires(Permission.PREPARE_RETURN)
@require_POST
@says_refusals
def begin_return(request: SignedInRequest, template_id: int) -> HttpResponse:
    """Begin the return of a period, or of a range of months that somebody chose."""
    templates = ReturnTemplate.objects.visible_to(request.user).select_related("programme")
    template, now = get_object_or_404(templates, pk=template_id), timezone.now()
    code, first = request.POST.get("code", ""), request.POST.get("from_month", "")
    if first:
        code = periods.code_of_range(template, first, request.POST.get("to_month", ""), now)
    made = operations.begin_return(by=request.user, at=now, template_id=template_id, code=code)
    return redirect("reports:programme_return", made.pk)


@resubmission.refills
@requires(Permission.VIEW_RETURNS)
@editing
def programme_return(request: SignedInRequest, return_id: int) -> HttpResponse:
    """One return: a draft to fill in for those who prepare it, else as it was submitted."""
    made = _found(request, return_id)
    if made.state == ProgrammeReturn.State.DRAFT:
        return _draft_page(request, made)
    if made.state == ProgrammeReturn.State.WAITING and request.method != "POST":
        return _waiting_page(request, made)
    if request.method == "POST":
        return _gone_on(request, made)
    return render(request, "reports/programme_return.html", _submitted(request, made))


def _draft_page(request: SignedInRequest, made: ProgrammeReturn) -> HttpResponse:
    rows = list(made.asks.rows.filter(source__in=ENTERED))
    form = EntriesForm(resubmission.entries(request), made=made, rows=rows)
    seen = operations.entries_digest(made)
    if request.method == "POST" and form.is_valid() and (saved := _save(request, made, form)):
        return _saved(request, saved, is_new=operations.entries_digest(saved) != seen)
    now = timezone.now()
    body = body_of(made, now)
    context = {
        "made": made,
        "turn": periods.turn_of(made, at=now),
        "form": form,
        "answer": AnsweredReturn(body),
        "seen": seen,
        "digest": digest_of(body),
        "checks": checks_of(made, now),
        "changes": changes(made.restates.body or {}, body) if made.restates else [],
        "change_columns": _change_columns("Submitted", "Now"),
    }
    return render(request, "reports/draft_return.html", context, status=form_status(form))


def _waiting_page(request: SignedInRequest, made: ProgrammeReturn) -> HttpResponse:
    """A return with money, which somebody else than who prepared it approves."""
    now = timezone.now()
    body = body_of(made, now)
    context = {
        "made": made,
        "turn": periods.turn_of(made, at=now),
        "answer": AnsweredReturn(body),
        "digest": digest_of(body),
        "is_changed": digest_of(body) != made.proposed_digest,
        "is_own": request.user.pk in preparer_ids(made),
        "approvers": possible_approvers(made),
        "checks": checks_of(made, now),
        "changes": changes(made.restates.body or {}, body) if made.restates else [],
        "change_columns": _change_columns("Submitted", "Now"),
    }
    return render(request, "reports/waiting_return.html", context)


def _save(request: SignedInRequest, made: ProgrammeReturn, form: EntriesForm) -> ProgrammeReturn | None:
    return call(
        form,
        operations.save_return,
        by=request.user,
        return_id=made.pk,
        entered=form.entered,
        remarks=form.cleaned_data["remarks"],
        seen=request.POST.get("seen", ""),
    )


def _saved(request: SignedInRequest, made: ProgrammeReturn, *, is_new: bool) -> HttpResponse:
    """Go on from a draft whose entries are kept: submit it, unless they make it another one than was looked at."""
    if "submit" not in request.POST.getlist("then"):
        messages.success(request, "The return is saved.")
    elif is_new:
        messages.success(request, "What you entered is saved. Look at the numbers once more, then submit the return.")
    else:
        now = timezone.now()
        given = {"at": now, "digest": request.POST.get("digest", "")}
        if needs_second_person(made.asks.rows.values_list("source", flat=True)):
            return _done(request, made.pk, operations.propose_return, "The return waits for approval.", **given)
        return _done(request, made.pk, operations.submit_return, "The return is submitted.", **given)
    return redirect("reports:programme_return", made.pk)


def _submitted(request: SignedInRequest, made: ProgrammeReturn) -> dict[str, Any]:
    prepares = request.user.may(Permission.PREPARE_RETURN)
    newer = ProgrammeReturn.objects.visible_to(request.user).filter(restates=made).first()
    answer = _answer(request, made)
    since, was = [], []
    if prepares and not newer:
        since = changes(answer.body, body_of(made, timezone.now()))
    if made.restates and answer.sees_parts:
        was = changes(made.restates.body or {}, answer.body)
    return {
        "made": made,
        "answer": answer,
        "newer": newer,
        "prepares": prepares,
        "files": _files(made),
        "since": since,
        "since_columns": _change_columns("Submitted", "Now"),
        "was": was,
        "was_columns": _change_columns("Before", "In this version"),
    }


def _files(made: ProgrammeReturn) -> list[tuple[str, str]]:
    """The files of a submitted return: their names in addresses, and what they are called."""
    own = [(IN_WORKBOOK, "In the funder’s own workbook (XLSX)")] if made.asks.workbook_id else []
    return [*own, *((ending, label) for ending, (label, _, _) in RETURN_FILES.items())]


def _change_columns(then: str, now: str) -> list[dict[str, object]]:
    return [{"label": "What is asked"}, {"label": then, "numeric": True}, {"label": now, "numeric": True}]


@requires(Permission.PREPARE_RETURN)
@editing
def withdraw_return(request: SignedInRequest, return_id: int) -> HttpResponse:
    """Give up a draft, after being asked."""
    made = _found(request, return_id)
    if made.state != ProgrammeReturn.State.DRAFT:
        return _gone_on(request, made)
    if request.method == "POST":
        _done(request, return_id, operations.withdraw_return, "The draft is withdrawn.")
        return redirect("reports:return_template", made.template_id)
    context = {
        "title": "Withdraw this draft",
        "text": f"The draft of “{made.template}” and what was entered in it will be discarded. Nothing is submitted.",
        "label": "Withdraw this draft",
        "cancel_url": reverse("reports:programme_return", args=[made.pk]),
    }
    return render(request, "core/confirm.html", context)


@requires(Permission.PREPARE_RETURN)
@require_POST
def approve_return(request: SignedInRequest, return_id: int) -> HttpResponse:
    """Approve a return that waits, and so submit it."""
    given = {"at": timezone.now(), "digest": request.POST.get("digest", "")}
    return _done(request, return_id, operations.approve_return, "The return is approved and submitted.", **given)


@requires(Permission.PREPARE_RETURN)
@editing
def send_back_return(request: SignedInRequest, return_id: int) -> HttpResponse:
    """Make a return that waits a draft again, with a reason."""
    made = _found(request, return_id)
    if made.state != ProgrammeReturn.State.WAITING:
        return _gone_on(request, made)
    form = ReasonForm(request.POST or None, label="What has to be changed")
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if call(form, operations.send_back_return, by=request.user, return_id=made.pk, reason=reason):
            messages.success(request, "The return is a draft again.")
            return redirect("reports:programme_return", made.pk)
    return render(request, "reports/send_back_return.html", {"form": form, "made": made}, status=form_status(form))


@requires(Permission.PREPARE_RETURN)
@editing
def restate(request: SignedInRequest, return_id: int) -> HttpResponse:
    """Begin a new version of a submitted return."""
    made = _found(request, return_id)
    if made.state != ProgrammeReturn.State.SUBMITTED:
        return _gone_on(request, made)
    form = ReasonForm(request.POST or None, label="Why the return is restated")
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        begun = call(form, operations.restate, by=request.user, at=timezone.now(), return_id=made.pk, reason=reason)
        if begun:
            return redirect("reports:programme_return", begun.pk)
    context = {"form": form, "made": made, "answer": _answer(request, made)}
    return render(request, "reports/restate.html", context, status=form_status(form))


@own_site_only
@requires(Permission.VIEW_RETURNS)
@require_safe
def return_file(request: SignedInRequest, return_id: int, file: str) -> HttpResponse:
    """A submitted return as a file: the same bytes whenever the same person asks for it."""
    made = _found(request, return_id)
    is_in_workbook = file == IN_WORKBOOK and made.asks.workbook_id is not None
    if not (file in RETURN_FILES or is_in_workbook) or made.state != ProgrammeReturn.State.SUBMITTED:
        raise Http404
    if is_in_workbook:
        return as_attachment(_in_workbook(request, made), f"{made.slug}-workbook.xlsx")
    _, content_type, make = RETURN_FILES[file]
    return as_attachment(HttpResponse(make(_answer(request, made)), content_type=content_type), f"{made.slug}.{file}")


def _in_workbook(request: SignedInRequest, made: ProgrammeReturn) -> HttpResponse:
    workbook = get_object_or_404(ReturnWorkbook.objects.visible_to(request.user), pk=made.asks.workbook_id)
    cells = dict(made.asks.rows.exclude(cell="").values_list("code", "cell"))
    content = return_in_workbook(_answer(request, made), bytes(workbook.content), cells)
    return HttpResponse(content, content_type=XLSX_TYPE)


def _answer(request: SignedInRequest, made: ProgrammeReturn) -> AnsweredReturn:
    """A submitted return as this person may know it; without a fingerprint where numbers could be tried on it."""
    sees_parts = request.user.may(Permission.VIEW_DAILY_FIGURES)
    return AnsweredReturn(made.body or {}, sees_parts, made.sha256 if sees_parts else "")


def _found(request: SignedInRequest, return_id: int) -> ProgrammeReturn:
    returns = ProgrammeReturn.objects.visible_to(request.user).exclude(state=ProgrammeReturn.State.WITHDRAWN)
    related = ("template__programme", "asks", "restates__template", "prepared_by", "submitted_by", "proposed_by")
    return get_object_or_404(returns.select_related(*related), pk=return_id)


def _done(
    request: SignedInRequest, return_id: int, operation: Callable[..., object], words_for_it: str, **given: Any
) -> HttpResponse:
    made = _found(request, return_id)
    try:
        operation(by=request.user, return_id=made.pk, **given)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("reports:programme_return", made.pk)
    messages.success(request, words_for_it)
    return redirect("reports:programme_return", made.pk)


def _gone_on(request: SignedInRequest, made: ProgrammeReturn) -> HttpResponse:
    """Say that the return is not what it was on the page any more, and show it.

    Whoever only followed an old link was not working on it.
    """
    now = f"That cannot be done any more: the return is {made.get_state_display().lower()}."
    messages.error(request, ChangedMeanwhile().message if request.method == "POST" else now)
    return redirect("reports:programme_return", made.pk)
