"""Preparing a statement: choose, check, words, send for sign-off to somebody by name."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hotspot.core import mail
from hotspot.core.calendar import today
from hotspot.core.errors import ChangedMeanwhile, NotAllowed
from hotspot.core.pages import resubmission
from hotspot.core.pages.access import SignedInRequest, call, form_status, requires
from hotspot.core.permissions import Permission
from hotspots.pages.views import editing, posted
from reports.claims.presenters import cards_of
from reports.digests import fingerprint
from reports.figures.page_criteria import says_refusals
from reports.models import Statement
from reports.reason_form import ReasonForm
from reports.releases.queries import open_entries
from reports.statements import operations, press_costs, queries
from reports.statements.body import draft_of, question_of, release_of
from reports.statements.comparison import compared
from reports.statements.embargo_checks import held_back
from reports.statements.forms import ChooseForm, ReadForm, SendForm, WordsForm
from reports.statements.press_claims import offered_changes
from reports.statements.press_text import offered


@requires(Permission.PREPARE_STATEMENT)
@editing
def new_statement(request: SignedInRequest) -> HttpResponse:
    """Choose what a statement is of."""
    now = timezone.now()
    form = ChooseForm(posted(request), by=request.user, at=now)
    if form.is_valid() and (begun := call(form, operations.draft, by=request.user, at=now, **form.facts)):
        return redirect("reports:draft", begun.pk)
    return render(request, "reports/new_statement.html", {"form": form}, status=form_status(form))


@requires(Permission.PREPARE_STATEMENT)
@require_safe
@says_refusals
def draft(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Where a statement stands: what is to do for who prepares it, and all of it for who may sign it off."""
    statement = found_statement(request, draft_id)
    if statement.state == Statement.State.WAITING:
        return waiting_page(request, statement, ReasonForm(label="What has to change"))
    if statement.is_embargoed:
        return render(request, "reports/embargoed.html", {"statement": statement, "release": release_of(statement)})
    if statement.is_published:
        return redirect("reports:statement", statement.slug)
    ready = draft_of(statement, timezone.now()) if statement.state == Statement.State.DRAFT else None
    return render(request, "reports/draft.html", {**_context(request, statement), "draft": ready})


@requires(Permission.PREPARE_STATEMENT)
@editing
@says_refusals
def check_draft(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """The figures as they would be published, and what to know about them."""
    statement = _draft(request, draft_id)
    ready = draft_of(statement, timezone.now())
    form = ReadForm(posted(request))
    # What reads as it did when the page was made is taken with its numbers.
    known = {str(check): check for check in ready.checks}
    seen = [known.get(check, check) for check in request.POST.getlist("check")]
    if form.is_valid() and call(form, operations.acknowledge, by=request.user, statement_id=statement.pk, checks=seen):
        return redirect("reports:draft", statement.pk)
    context = {
        **_context(request, statement),
        "draft": ready,
        "form": form,
        **_beside(ready.last, ready.facts.numbers),
    }
    return render(request, "reports/check_draft.html", context, status=form_status(form))


@resubmission.refills
@requires(Permission.PREPARE_STATEMENT)
@editing
@says_refusals
def draft_words(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """The press text and how it reads."""
    statement = _draft(request, draft_id)
    form = WordsForm(resubmission.entries(request), initial={"words": statement.words})
    if (
        request.method == "POST"
        and form.is_valid()
        and call(
            form,
            operations.save_words,
            by=request.user,
            at=timezone.now(),
            statement_id=statement.pk,
            words=form.cleaned_data["words"],
        )
    ):
        messages.success(request, "The press text is saved.")
        return redirect("reports:draft_words" if "again" in request.POST else "reports:draft", statement.pk)
    ready = draft_of(statement, timezone.now())
    context = {
        **_context(request, statement),
        "draft": ready,
        "form": form,
        "names": offered(ready.sheet.definition, ready.facts),
        "changes": offered_changes(ready.evidence),
        "costs": press_costs.offered(press_costs.publishable(ready.sheet.question)),
        "cards": cards_of(ready.typed_answers, ready.checked, ready.evidence),
    }
    return render(request, "reports/draft_words.html", context, status=form_status(form))


@requires(Permission.PREPARE_STATEMENT)
@editing
@says_refusals
def send_draft(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Choose who signs it off and when it is released, freeze the figures and send them."""
    statement, now = _draft(request, draft_id), timezone.now()
    approvers, entries = queries.possible_approvers(request.user), open_entries(request.user, statement, now)
    own = next((entry.pk for entry in entries if entry.statement_id == statement.pk), None)
    usual = {"approver": queries.usual_approver(statement), "announced": own}
    told = mail.has_mail_server()
    form = SendForm(posted(request), approvers=approvers, entries=entries, told=told, initial=usual)
    if form.is_valid() and call(
        form, operations.send, by=request.user, at=now, statement_id=statement.pk, **form.facts
    ):
        messages.success(request, f"{form.facts['approver']} is asked to sign it off. Its figures are frozen.")
        return redirect("reports:draft", statement.pk)
    period = question_of(statement, now).period
    context = {
        **_context(request, statement),
        "form": form,
        "approvers": approvers,
        "held_back": list(held_back(statement, period, now)),
    }
    return render(request, "reports/send_draft.html", context, status=form_status(form))


@requires(Permission.PREPARE_STATEMENT)
@require_POST
@says_refusals
def take_back(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Make one's own statement a draft again."""
    return done(request, draft_id, operations.take_back, "It is a draft again. Its figures are no longer frozen.")


@requires(Permission.PREPARE_STATEMENT)
@editing
@says_refusals
def withdraw_draft(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Give up one's own draft, after being asked."""
    statement = _draft(request, draft_id)
    if request.method == "POST":
        done(request, draft_id, operations.withdraw, "The draft is withdrawn.", at=timezone.now())
        return redirect("reports:statements")
    context = {
        "title": "Withdraw this draft",
        "text": f"The draft of {statement.programme} and its press text will be discarded. Nothing is published.",
        "label": "Withdraw this draft",
        "cancel_url": reverse("reports:draft", args=[statement.pk]),
    }
    return render(request, "core/confirm.html", context)


def done(request: SignedInRequest, draft_id: int, operation: Any, words: str, **given: Any) -> HttpResponse:
    """Do something with a statement and go to where it stands then."""
    found_statement(request, draft_id)
    operation(by=request.user, statement_id=draft_id, **given)
    messages.success(request, words)
    return redirect("reports:draft", draft_id)


def found_statement(request: SignedInRequest, draft_id: int) -> Statement:
    """The statement that an address names, or 404."""
    statements = Statement.objects.visible_to(request.user).select_related(
        "programme", "prepared_by", "approver", "corrects", "decided_by"
    )
    return get_object_or_404(statements, pk=draft_id)


def _draft(request: SignedInRequest, draft_id: int) -> Statement:
    """One's own draft. Raises DomainError for somebody else's, and for one that is frozen."""
    statement = found_statement(request, draft_id)
    if statement.prepared_by_id != request.user.pk:
        raise NotAllowed("not_own_statement", f"{statement.prepared_by} prepares this statement.")
    if statement.state != Statement.State.DRAFT:
        raise ChangedMeanwhile
    return statement


def _context(request: SignedInRequest, statement: Statement) -> dict[str, Any]:
    return {
        "statement": statement,
        "is_own": statement.prepared_by_id == request.user.pk,
        "today": today(timezone.now()),
    }


def _beside(last: Statement | None, numbers: Mapping[str, int | None]) -> dict[str, Any]:
    """What `_changes.html` says."""
    before = release_of(last) if last else None
    headings = ["Figure", before.slug if before else "", "This statement", "Change"]
    return {
        "before": before,
        "last": last,
        "changes": compared(before, numbers) if before else [],
        "change_columns": [{"label": label, "numeric": place > 0} for place, label in enumerate(headings)],
    }


def waiting_page(request: SignedInRequest, statement: Statement, form: ReasonForm) -> HttpResponse:
    """All of a statement that waits for sign-off, and what this person can do about it."""
    release, last = release_of(statement), queries.previous(statement)
    is_missed = statement.release_at is not None and statement.release_at <= timezone.now()
    context = {
        **_context(request, statement),
        **_beside(last, release.headline),
        "release": release,
        "digest": fingerprint(release.body),
        # Those that were sent before approvers were named wait for anybody else.
        "is_asked": statement.approver in (None, request.user),
        "is_missed": is_missed,
        "held_back": list(held_back(statement, release.period, timezone.now())),
        "form": form,
    }
    return render(request, "reports/waiting.html", context, status=form_status(form))
