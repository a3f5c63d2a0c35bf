"""One entry of spend: its page and document, and what can be done to it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.history import version_of, versions_of
from hotspot.core.pages.access import SignedInRequest, call, own_site_only, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import as_attachment
from hotspots.documents import ending_of, media_type_of
from hotspots.ledger import operations, presenters
from hotspots.ledger.forms import PAID, RECOVERED, EntryForm, RefusalForm, ReverseForm
from hotspots.ledger.views import crumbs_of_ledger, note_disclosure, programme_seen_by
from hotspots.models import ClosedMonth, SpendEntry
from hotspots.pages.timeline import timeline
from hotspots.pages.views import confirm_page, editing, form_page, posted, seen_version, this_day


@requires(Permission.VIEW_SPEND)
@require_safe
def entry(request: SignedInRequest, pk: int) -> HttpResponse:
    """What an entry says, its document and history, and what this person can do about it."""
    found = _entry(request, pk)
    programme = found.stream.programme
    closed = ClosedMonth.objects.visible_to(request.user).filter(programme=programme, month=found.day.replace(day=1))
    context = {
        "entry": found,
        "state": presenters.state_of(found),
        "rows": presenters.entry_facts(found),
        "reversals": found.reversals.exclude(state=SpendEntry.State.REFUSED),
        "is_closed": closed.exists(),
        "items": timeline(versions_of(found), made="Entered"),
        "crumbs": crumbs_of_ledger(programme, ("Entries", reverse("ledger:entries", args=(programme.pk,)))),
        **_offers(request, found),
    }
    return render(request, "ledger/entry.html", context)


def _offers(request: SignedInRequest, found: SpendEntry) -> dict[str, bool]:
    """What this person can do about an entry."""
    keeps = request.user.may(Permission.KEEP_LEDGER)
    is_own, is_waiting = found.entered_by_id == request.user.pk, found.state == SpendEntry.State.SUBMITTED
    is_reversible = found.state == SpendEntry.State.APPROVED and not found.is_reversal
    return {
        "edits": keeps and found.can_be_changed,
        "submits": keeps and is_own and found.state == SpendEntry.State.DRAFT,
        "takes_back": keeps and is_own and is_waiting,
        "decides": keeps and not is_own and is_waiting,
        "waits_for_another": keeps and is_own and is_waiting,
        "reverses": keeps and is_reversible and not found.reversals.exclude(state=SpendEntry.State.REFUSED).exists(),
    }


@requires(Permission.KEEP_LEDGER)
@editing
def add_entry(request: SignedInRequest, pk: int) -> HttpResponse:
    """A new entry, as a draft."""
    programme = programme_seen_by(request, pk)
    default = programme.funding_streams.filter(is_default=True).first()
    initial = {"stream": default, "day": this_day(), "vat_recoverable": RECOVERED}
    form = EntryForm(posted(request), request.FILES or None, programme=programme, by=request.user, initial=initial)
    if form.is_valid() and (saved := call(form, _save, request=request, sent=form)):
        messages.success(request, f"{saved} is a draft. Submit it, and somebody else can approve it.")
        return redirect("ledger:entry", saved.pk)
    back = reverse("ledger:programme", args=(pk,))
    return form_page(
        request, form, title="Enter spend", label="Save draft", back=back, caption=str(programme), has_file=True
    )


def _save(*, request: SignedInRequest, sent: EntryForm, pk: int | None = None) -> SpendEntry:
    return operations.save_entry(
        by=request.user,
        at=timezone.now(),
        entry_id=pk,
        version=seen_version(request) if pk else None,
        facts=sent.facts,
        document=sent.file,
    )


@requires(Permission.KEEP_LEDGER)
@editing
def edit_entry(request: SignedInRequest, pk: int) -> HttpResponse:
    """The facts of a draft, or of what was refused."""
    found = _entry(request, pk)
    if away := _elsewhere(request, found, can=found.can_be_changed):
        return away
    form = EntryForm(
        posted(request),
        request.FILES or None,
        programme=found.stream.programme,
        by=request.user,
        has_document=found.document_id is not None,
        initial=_initial(found),
    )
    if form.is_valid() and call(form, _save, request=request, sent=form, pk=pk):
        messages.success(request, f"{found} is changed. Submit it, and somebody else can approve it.")
        return redirect("ledger:entry", pk)
    return form_page(
        request, form, title=f"Change {found}", label="Save draft", back=page_of_entry(pk), row=found, has_file=True
    )


def _initial(found: SpendEntry) -> dict[str, Any]:
    names = ("day", "description", "stream", "category", "area", "net_pence", "vat_pence", "supplier", "reference")
    return {name: getattr(found, name) for name in names} | {
        "vat_recoverable": RECOVERED if found.vat_recoverable else PAID
    }


@requires(Permission.KEEP_LEDGER)
@editing
def submit_entry(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let a draft wait for approval."""
    found = _entry(request, pk)
    if away := _elsewhere(request, found, can=found.state == SpendEntry.State.DRAFT):
        return away
    form = Form(posted(request))
    if form.is_valid() and call(form, operations.submit_entry, by=request.user, at=timezone.now(), entry_id=pk):
        messages.success(request, f"{found} waits for approval by somebody else.")
        return redirect("ledger:entry", pk)
    text = "Somebody else approves or refuses it. Until then it cannot be changed."
    return _confirm(request, form, found, title=f"Submit {found}", text=text, label="Submit")


@requires(Permission.KEEP_LEDGER)
@editing
def take_back_entry(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make one's own entry a draft again."""
    found = _entry(request, pk)
    if away := _elsewhere(request, found, can=found.state == SpendEntry.State.SUBMITTED):
        return away
    form = Form(posted(request))
    if form.is_valid() and call(form, operations.take_back_entry, by=request.user, entry_id=pk):
        if found.is_reversal:
            messages.success(request, f"{found} is taken back.")
            return redirect("ledger:entry", found.reverses_id)
        messages.success(request, f"{found} is a draft again.")
        return redirect("ledger:entry", pk)
    text = "The reversal is taken away." if found.is_reversal else "The entry becomes a draft, which you can change."
    return _confirm(request, form, found, title=f"Take back {found}", text=text, label="Take back")


@requires(Permission.KEEP_LEDGER)
@editing
def delete_entry(request: SignedInRequest, pk: int) -> HttpResponse:
    """Delete a draft, or what was refused."""
    found = _entry(request, pk)
    if away := _elsewhere(request, found, can=found.can_be_changed):
        return away
    form = Form(posted(request))
    if form.is_valid() and call(form, operations.delete_entry, by=request.user, entry_id=pk):
        messages.success(request, f"{found} is deleted.")
        return redirect("ledger:programme", found.stream.programme_id)
    text = "It was never counted. That it was there stays on record."
    return _confirm(request, form, found, title=f"Delete {found}", text=text, label="Delete entry")


@requires(Permission.KEEP_LEDGER)
@editing
def approve_entry(request: SignedInRequest, pk: int) -> HttpResponse:
    """Count an entry of somebody else's."""
    found = _entry(request, pk)
    if away := _elsewhere(request, found, can=found.state == SpendEntry.State.SUBMITTED):
        return away
    form = Form(posted(request))
    version = seen_version(request)
    if form.is_valid() and call(
        form, operations.approve_entry, by=request.user, at=timezone.now(), entry_id=pk, version=version
    ):
        messages.success(request, f"{found} is approved.")
        return redirect("ledger:waiting")
    text = "It is counted, and cannot be changed after that. It can be reversed."
    return _confirm(request, form, found, title=f"Approve {found}", text=text, label="Approve")


@requires(Permission.KEEP_LEDGER)
@editing
def refuse_entry(request: SignedInRequest, pk: int) -> HttpResponse:
    """Refuse an entry of somebody else's, with a reason."""
    found = _entry(request, pk)
    if away := _elsewhere(request, found, can=found.state == SpendEntry.State.SUBMITTED):
        return away
    form = RefusalForm(posted(request))
    if form.is_valid() and call(
        form,
        operations.refuse_entry,
        by=request.user,
        at=timezone.now(),
        entry_id=pk,
        version=seen_version(request),
        **form.cleaned_data,
    ):
        messages.success(request, f"{found} is refused.")
        return redirect("ledger:waiting")
    return form_page(request, form, title=f"Refuse {found}", label="Refuse entry", back=page_of_entry(pk), row=found)


@requires(Permission.KEEP_LEDGER)
@editing
def reverse_entry(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an approved entry back by another one."""
    found = _entry(request, pk)
    if away := _elsewhere(request, found, can=found.state == SpendEntry.State.APPROVED and not found.is_reversal):
        return away
    form = ReverseForm(posted(request), initial={"day": this_day()})
    if form.is_valid():
        made = call(
            form, operations.reverse_entry, by=request.user, at=timezone.now(), entry_id=pk, **form.cleaned_data
        )
        if made:
            messages.success(request, f"{made} reverses {found}, once somebody else approves it.")
            return redirect("ledger:entry", made.pk)
    text = "A second entry with the amounts negated is made, for somebody else to approve. This one stays as it is."
    return form_page(request, form, title=f"Reverse {found}", label="Reverse entry", back=page_of_entry(pk), text=text)


@own_site_only
@requires(Permission.VIEW_SPEND)
@require_safe
def document(request: SignedInRequest, pk: int) -> HttpResponse:
    """The document of an entry. Who took it is on record."""
    found = _entry(request, pk)
    file = found.document
    if file is None or not file.content:
        raise Http404
    note_disclosure(request, "download_document", what="spend", said=found.number)
    response = HttpResponse(bytes(file.content), content_type=media_type_of(file.name))
    return as_attachment(response, f"{found.number}{ending_of(file.name)}")


def _entry(request: SignedInRequest, pk: int) -> SpendEntry:
    return get_object_or_404(SpendEntry.objects.visible_to(request.user).with_facts(), pk=pk)


def _elsewhere(request: SignedInRequest, found: SpendEntry, *, can: bool) -> HttpResponse | None:
    """A way to the page of an entry that is in another state than a page is for; None where that one can be shown.

    What is sent goes to the operation, which refuses it and keeps what was entered.
    """
    if request.method == "POST" or can:
        return None
    messages.info(request, f"This entry is in the state “{found.get_state_display().lower()}”, so that cannot be done.")
    return redirect("ledger:entry", found.pk)


def _confirm(request: SignedInRequest, form: Form, found: SpendEntry, **words: str) -> HttpResponse:
    return confirm_page(
        request,
        form,
        back=page_of_entry(found.pk),
        version=version_of(found),
        rows=presenters.entry_facts(found),
        **words,
    )


def page_of_entry(pk: int) -> str:
    """The address of the page of an entry."""
    return reverse("ledger:entry", args=(pk,))
