"""What phones send that kept shifts without a connection, and the person's own list of shifts that were not saved."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hotspot.core.errors import DomainError, DomainErrors, NeedsConfirming
from hotspot.core.pages import resubmission
from hotspot.core.pages.access import SignedInRequest, requires
from hotspot.core.pages.request_size import body_length
from hotspot.core.permissions import Permission
from hotspots.models import HotspotArea
from hotspots.pages.views import confirm_page, editing, posted
from outcomes.models import UnfinishedShift
from outcomes.offline import operations, presenters, queries, rules, shell
from outcomes.offline.forms import DiscardForm
from outcomes.offline.rules import NotedVisit, QueuedShift
from outcomes.recording import operations as recording
from outcomes.recording.conflicts import is_what_was_counted
from outcomes.recording.forms import LogForm
from outcomes.recording.views import log_page
from patrols.models import PatrolShift
from patrols.visits import live_operations

SENT, NEEDS_CORRECTING, DISCARDED, RECORDED = "sent", "needs_correcting", "discarded", "recorded"
REFUSED = "refused"
DUPLICATE, OTHER_PERSON, TOO_LARGE = "duplicate", "other_person", "too_large"


# --- the queue of a phone -----------------------------------------------------------------------------------------


@requires(Permission.LOG_SHIFT)
@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: SignedInRequest) -> HttpResponse:
    """On GET, whom a phone would send for and what its form needs; on POST, log one shift or record one visit that it
    kept.
    """
    if request.method == "POST":
        return _receive(request)
    about = {
        "person": request.user.pk,
        "token": get_token(request),
        "areas": queries.areas_to_keep(request.user),
        "keeps": shell.keeps(),
        "days": shell.days(),
        "versions": rules.versions(),
    }
    return JsonResponse(about)


def _receive(request: SignedInRequest) -> HttpResponse:
    if body_length(request) > rules.MOST_BYTES:
        return _answer(413, TOO_LARGE, reasons=["This is too large to be a shift."])
    try:
        sent = rules.read_sent(request.body, days=shell.days())
    except DomainError as refusal:
        return _answer(422, refusal.code, reasons=[refusal.message])
    if sent.person != request.user.pk:
        return _answer(409, OTHER_PERSON)
    if isinstance(sent, NotedVisit):
        return _record(request, sent)
    if queries.was_discarded(request.user, sent.submission_id):
        return _answer(200, DISCARDED)
    return _log(request, sent)


def _answer(status: int, state: str, **values: Any) -> HttpResponse:
    return JsonResponse({"state": state, **values}, status=status)


def _record(request: SignedInRequest, sent: NotedVisit) -> HttpResponse:
    """Record a visit as the two buttons of Tonight do, at the times at which they were pressed."""
    at = timezone.now()
    try:
        live_operations.note(
            by=request.user,
            at=at,
            arrival=sent.arrival,
            area_id=sent.area,
            arrived_at=at - sent.arrived_ago,
            left_at=None if sent.left_ago is None else at - sent.left_ago,
            departure=sent.departure,
        )
    except HotspotArea.DoesNotExist:
        return _answer(422, REFUSED, reasons=["This is not one of your hotspot areas any more."])
    except DomainError as refusal:
        return _answer(422, refusal.code, reasons=[refusal.message])
    return _answer(200, RECORDED, reference="Tonight", address=reverse("tonight:tonight"))


def _log(request: SignedInRequest, sent: QueuedShift) -> HttpResponse:
    """Log it as the page does. What needs a correction or a reason is kept for its person."""
    now = timezone.now()
    form = LogForm(_as_posted(sent.fields), by=request.user, at=now)
    if (shift := queries.saved_before(request.user, sent.submission_id)) is not None:
        # Its answer was lost. Districts may have changed since, so that the form is not what it was.
        changed = not (form.is_valid() and is_what_was_counted(form, shift))
        return _saved(request, sent, shift.pk, changed=changed)
    reasons: list[str] = []
    try:
        if form.is_valid():
            logged = recording.log_shift(
                by=request.user, at=now, submission_id=sent.submission_id, report=form.report()
            )
            return _saved(request, sent, logged.shift_id, changed=not logged.is_new)
        reasons = _errors(form)
    except (DomainError, DomainErrors) as refusal:
        errors = refusal.errors if isinstance(refusal, DomainErrors) else [refusal]
        if any(error.code == "submission_taken" for error in errors):
            return _answer(409, DUPLICATE)
        reasons = [error.message for error in errors]
    except NeedsConfirming as unusual:
        reasons = [warning.message for warning in unusual.warnings]
    return _keep(request, sent, reasons)


def _saved(request: SignedInRequest, sent: QueuedShift, shift_id: int, *, changed: bool = False) -> HttpResponse:
    """It is saved. `changed` says that it is not what was sent now, or that nobody can tell."""
    operations.forget_logged(by=request.user, submission_id=sent.submission_id)
    address = reverse("outcomes:shift", args=(shift_id,))
    return _answer(200, SENT, reference=PatrolShift(pk=shift_id).reference, address=address, changed=changed)


def _keep(request: SignedInRequest, sent: QueuedShift, reasons: list[str]) -> HttpResponse:
    try:
        kept = operations.keep_unfinished(
            by=request.user,
            at=timezone.now(),
            submission_id=sent.submission_id,
            fields=sent.fields,
            reasons=reasons,
        )
    except DomainError:
        return _answer(409, DUPLICATE)
    address = reverse("outcomes:finish", args=(kept.pk,))
    return _answer(202, NEEDS_CORRECTING, reference=f"U-{kept.pk}", address=address, reasons=reasons)


def _as_posted(fields: Mapping[str, str]) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update(fields)
    return data


def _errors(form: LogForm) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]


# --- what has to be corrected -------------------------------------------------------------------------------------


@requires(Permission.LOG_SHIFT)
@require_safe
def unsent(request: SignedInRequest) -> HttpResponse:
    """The shifts that are not saved: those to correct, here, and those that this phone has not sent yet."""
    areas = {str(area["id"]): str(area["name"]) for area in queries.areas_to_keep(request.user)}
    rows = presenters.rows(list(queries.open_unfinished(request.user)), areas, viewer=request.user)
    return render(request, "outcomes/unsent.html", {"rows": rows, "keeps": shell.keeps(), "days": shell.days()})


def _open(request: SignedInRequest, unfinished_id: int) -> UnfinishedShift:
    return get_object_or_404(queries.open_unfinished(request.user), pk=unfinished_id)


@resubmission.refills
@requires(Permission.LOG_SHIFT)
@editing
def finish(request: SignedInRequest, unfinished_id: int) -> HttpResponse:
    """The form for logging a shift, with what a phone sent of it; when that is logged, it waits no more."""
    if request.method != "POST" and not resubmission.is_kept(request):
        found = _open(request, unfinished_id)
        form = LogForm(_as_posted(found.fields), by=request.user, at=timezone.now())
        return render(
            request,
            "outcomes/finish.html",
            {"form": form, "unfinished": found, "whose": presenters.whose(found, request.user)},
        )
    seen = UnfinishedShift.objects.visible_to(request.user).select_related("person")
    found = get_object_or_404(seen, pk=unfinished_id)
    whose = presenters.whose(found, request.user)
    answer = log_page(request, "outcomes/finish.html", unfinished=found, whose=whose)
    if request.method == "POST" and answer.status_code == 302:
        operations.forget_logged(by=request.user, submission_id=found.submission_id)
    return answer


@resubmission.refills
@requires(Permission.LOG_SHIFT)
@editing
def discard(request: SignedInRequest, unfinished_id: int) -> HttpResponse:
    """Give up a shift that was never saved, after typing that one means it."""
    found = _open(request, unfinished_id)
    back = reverse("outcomes:unsent")
    form = DiscardForm(posted(request))
    if request.method == "POST" and form.is_valid():
        operations.discard_unfinished(by=request.user, at=timezone.now(), unfinished_id=found.pk)
        messages.success(request, "The shift is discarded. It was never saved, and counts nowhere.")
        return redirect(back)
    title = "Discard this shift?"
    text = "It was never saved. What this phone or another sent of it is gone then."
    return confirm_page(request, form, title=title, text=text, label="Discard it", back=back)
