"""Sign-off of a statement by who was named: publish, return, take over, and withdraw before its release."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hotspot.core.errors import ChangedMeanwhile, NotAllowed
from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.permissions import Permission
from hotspots.pages.views import confirm_page, editing, posted
from reports.figures.page_criteria import says_refusals
from reports.models import Statement
from reports.reason_form import ReasonForm
from reports.statements import sign_off
from reports.statements.draft_views import done, found_statement, waiting_page


@requires(Permission.PREPARE_STATEMENT)
@require_POST
@says_refusals
def approve(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Publish somebody else's statement, at once or when it is to be released."""
    seen = {"digest": request.POST.get("digest", ""), "at_once": "at_once" in request.POST}
    return done(request, draft_id, sign_off.approve, "The statement is signed off.", at=timezone.now(), **seen)


@requires(Permission.PREPARE_STATEMENT)
@require_POST
@says_refusals
def return_draft(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Return a statement to who prepared it, with a reason."""
    statement = found_statement(request, draft_id)
    form = ReasonForm(request.POST, label="What has to change")
    if not form.is_valid() and statement.state == Statement.State.WAITING:
        return waiting_page(request, statement, form)
    given = {"digest": request.POST.get("digest", ""), "reason": request.POST.get("reason", "")}
    words = f"{statement.prepared_by} has it back, with the reason."
    return done(request, draft_id, sign_off.give_back, words, **given)


@requires(Permission.PREPARE_STATEMENT)
@editing
@says_refusals
def take_over(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Become who signs it off, in place of who was asked, and say why."""
    statement = found_statement(request, draft_id)
    if statement.prepared_by_id == request.user.pk:
        raise NotAllowed("own_statement", "Somebody else has to sign off a statement that you prepared.")
    if statement.state != Statement.State.WAITING:
        raise ChangedMeanwhile
    if statement.approver in (None, request.user):
        return redirect("reports:draft", statement.pk)
    form = ReasonForm(posted(request), label="Why you sign it off instead")
    if form.is_valid() and call(
        form,
        sign_off.take_over,
        by=request.user,
        at=timezone.now(),
        statement_id=statement.pk,
        reason=form.cleaned_data["reason"],
    ):
        messages.success(request, "It waits for you to sign it off now.")
        return redirect("reports:draft", statement.pk)
    text = f"{statement.approver} was asked to sign it off, and is told that you do it instead. Your reason is kept."
    back = reverse("reports:draft", args=(statement.pk,))
    return confirm_page(request, form, title="Take over the sign-off", text=text, label="Take it over", back=back)


@requires(Permission.PREPARE_STATEMENT)
@editing
@says_refusals
def withdraw_release(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Make a draft again of what is signed off and not released yet, and say why."""
    statement = found_statement(request, draft_id)
    if not statement.is_embargoed:
        raise ChangedMeanwhile
    form = ReasonForm(posted(request), label="Why it is not released")
    if form.is_valid() and call(
        form,
        sign_off.withdraw_release,
        by=request.user,
        at=timezone.now(),
        statement_id=statement.pk,
        reason=form.cleaned_data["reason"],
    ):
        messages.success(request, "It will not be released. It is a draft again.")
        return redirect("reports:draft", statement.pk)
    text = "It becomes a draft again, and its files are discarded. Nothing of it was published."
    back = reverse("reports:draft", args=(statement.pk,))
    return confirm_page(request, form, title="Withdraw before the release", text=text, label="Withdraw it", back=back)
