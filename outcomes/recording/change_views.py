"""Changes to a saved shift: voided, restored, its crew and visits."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from hotspot.core.errors import DomainError, EntryWarning, NeedsConfirming, NotAllowed
from hotspot.core.pages import resubmission
from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.pages.formsets import RowFormSet, with_one_more
from hotspot.core.permissions import Permission
from outcomes.recording import correction_operations
from outcomes.recording.detail_forms import VersionedReasonForm, clock_initial
from outcomes.recording.row_forms import ChangeForm, CrewFormSet, VisitFormSet
from outcomes.records import presenters as words
from outcomes.records.queries import record_of
from outcomes.records.views import changed_meanwhile, refused, status_of, visible
from patrols.models import PatrolShift
from patrols.shifts import operations as shifts_operations
from patrols.shifts import void_operations
from patrols.shifts.entries import AcknowledgedWarnings
from patrols.shifts.permissions import UNDO_MINUTES, check_may_correct, check_may_void
from patrols.shifts.writing import is_crew


@resubmission.refills
@requires(Permission.VOID_SHIFT)
def void(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """Withdraw the shift from every figure, with a reason."""
    now, found = timezone.now(), visible(request, shift_id)
    try:
        check_may_void(found, by=request.user, at=now)
    except NotAllowed as refusal:
        return refused(request, found, refusal, f"{found.reference} can’t be voided")
    form = VersionedReasonForm(resubmission.entries(request), initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        done = call(form, void_operations.void_shift, by=request.user, at=now, shift_id=found.pk, **form.cleaned_data)
        if done is not None:
            messages.success(request, f"{found.reference} is voided. You can undo this for {UNDO_MINUTES} minutes.")
            return redirect("outcomes:shift", shift_id=found.pk)
    return _void_page(request, found, form)


def _void_page(request: SignedInRequest, found: PatrolShift, form: VersionedReasonForm) -> HttpResponse:
    status = status_of(form)
    if status == 409:
        form = _standing_on(form, found.pk, request)
    record = record_of(found)
    may = words.Allowed(correct=False, void=False, detail=False, reasons=())
    context = {
        "shift": found,
        "form": form,
        "summary": words.summary(record, viewer=request.user, may=may),
        "tables": [table for table in words.tables(record) if table.count],
    }
    return render(request, "outcomes/void.html", context, status=status)


def _standing_on(form: VersionedReasonForm, shift_id: int, request: SignedInRequest) -> VersionedReasonForm:
    """The same entries, to be sent again on the version that the shift has now."""
    data = request.POST.copy()
    data["version"] = str(visible(request, shift_id).version)
    again = VersionedReasonForm(data)
    again.add_error(None, f"{form.non_field_errors()[0]} Check what it says now, then void it if that is still right.")
    return again


@requires(Permission.VOID_SHIFT)
@require_POST
def restore(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """Undo a void, as long as that can be done."""
    found = visible(request, shift_id)
    try:
        void_operations.restore_shift(by=request.user, at=timezone.now(), shift_id=found.pk)
    except NotAllowed as refusal:
        return refused(request, found, refusal, f"{found.reference} stays voided")
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{found.reference} counts again.")
    return redirect("outcomes:shift", shift_id=found.pk)


# --- crew and visits: rows of a shift ------------------------------------------------------------------------------


def _check_may_change_rows(request: SignedInRequest, found: PatrolShift, *, is_worked: bool) -> HttpResponse | None:
    try:
        check_may_correct(found, by=request.user, at=timezone.now())
        if is_worked and found.is_planned:
            raise NotAllowed("not_worked", "Visits are entered when the shift has been worked.")
    except NotAllowed as refusal:
        return refused(request, found, refusal, f"{found.reference} can’t be changed")
    return None


def _bound(request: SignedInRequest, *, version: int | None = None) -> Any:
    """What was sent; with one empty row more if "Add" was pressed, and on `version` if the shift moved on.

    On GET, what the same person posted after their session had ended.
    """
    sent = resubmission.entries(request)
    if sent is None:
        return None
    data = with_one_more(sent)
    if version is not None:
        data["version"] = str(version)
    return data


@resubmission.refills
@requires(Permission.CORRECT_SHIFT)
def crew(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """Who was on the shift, each for their own time."""
    found = visible(request, shift_id)
    if (answer := _check_may_change_rows(request, found, is_worked=False)) is not None:
        return answer
    initial = [_crew_initial(member, found) for member in found.crew.all()]
    page = _RowsPage(
        request,
        found,
        CrewFormSet,
        initial,
        asks_why=not found.is_planned,
        template="outcomes/crew.html",
        is_saved=lambda formset: is_crew(found, [row.entry() for row in formset.rows()]),
    )

    def save(form: ChangeForm, formset: RowFormSet) -> Any:
        reason = form.cleaned_data.get("reason", "")
        return correction_operations.set_crew(
            by=request.user,
            at=timezone.now(),
            shift_id=found.pk,
            version=form.cleaned_data["version"],
            crew=[row.entry() for row in formset.rows()],
            reason=reason,
            # A plan needs no reason for its crew: whoever sends the question back has said yes to it.
            acknowledged=AcknowledgedWarnings(request.POST.getlist("keep"), reason or "Kept with the crew"),
        )

    return page.answer(save, f"The crew of {found.reference} is saved.")


def _crew_initial(member: Any, found: PatrolShift) -> dict[str, Any]:
    initial = {"role": member.role, "collar_number": member.collar_number}
    for name in ("starts_at", "ends_at"):
        if getattr(member, name) != getattr(found, name):
            initial |= clock_initial(name, getattr(member, name))
    return initial


@resubmission.refills
@requires(Permission.CORRECT_SHIFT)
def visits(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """When the crew was in the area: for dosage, never for hours."""
    found = visible(request, shift_id)
    if (answer := _check_may_change_rows(request, found, is_worked=True)) is not None:
        return answer
    standing = list(found.visits.all())
    initial = [clock_initial("starts_at", row.starts_at) | clock_initial("ends_at", row.ends_at) for row in standing]
    page = _RowsPage(
        request,
        found,
        VisitFormSet,
        initial,
        asks_why=False,
        template="outcomes/visits.html",
        is_saved=lambda formset: (
            sorted((row.cleaned_data["starts_at"], row.cleaned_data["ends_at"]) for row in formset.rows())
            == sorted((visit.starts_at, visit.ends_at) for visit in standing)
        ),
    )
    page.context["said"] = words.visits_in_words(standing).partition("\n")[0]

    def save(form: ChangeForm, formset: RowFormSet) -> Any:
        return shifts_operations.set_visits(
            by=request.user,
            at=timezone.now(),
            shift_id=found.pk,
            version=form.cleaned_data["version"],
            visits=[(row.cleaned_data["starts_at"], row.cleaned_data["ends_at"]) for row in formset.rows()],
        )

    return page.answer(save, f"The visits of {found.reference} are saved.")


class _RowsPage:
    """A page with rows of a shift and one form around them."""

    def __init__(
        self,
        request: SignedInRequest,
        found: PatrolShift,
        rows: type[RowFormSet],
        initial: list[dict[str, Any]],
        *,
        asks_why: bool,
        template: str,
        is_saved: Callable[[RowFormSet], bool],
    ) -> None:
        self.request, self.found, self.rows, self.initial = request, found, rows, initial
        self.is_saved = is_saved
        self.asks_why, self.template = asks_why, template
        self.context: dict[str, Any] = {}
        self._bind(_bound(request))

    def _bind(self, data: Any) -> None:
        self.form = ChangeForm(data, shift=self.found, asks_why=self.asks_why)
        # What was sent counts its own rows: the shift may have other ones by now.
        initial = self.initial if data is None else None
        self.formset = self.rows(data, initial=initial, form_kwargs={"shift": self.found})

    def answer(self, save: Callable[[ChangeForm, RowFormSet], Any], done: str) -> HttpResponse:
        """Save what was sent and lead back to the shift, or show the page."""
        if self.request.method != "POST":
            return self._render(200)
        if "add" in self.request.POST:
            self.form = ChangeForm(None, shift=self.found, asks_why=self.asks_why)
            self.form.initial = {**self.form.initial, **self.request.POST.dict()}
            return self._render(200)
        if not (self.form.is_valid() & self.formset.is_valid()):
            return self._render(422)
        try:
            saved = call(self.form, partial(save, self.form, self.formset))
        except NeedsConfirming as unusual:
            return self._render(200, warnings=unusual.warnings)
        if saved is None and changed_meanwhile(self.form) and self.is_saved(self.formset):
            # The answer to the first time got lost.
            saved = self.found
        if saved is None:
            return self._conflict() if changed_meanwhile(self.form) else self._render(422)
        messages.success(self.request, done)
        return redirect("outcomes:shift", shift_id=self.found.pk)

    def _conflict(self) -> HttpResponse:
        """Show what was entered beside what the shift says now; sending it again keeps what was entered."""
        self.found = visible(self.request, self.found.pk)
        self._bind(_bound(self.request, version=self.found.version))
        self.form.add_error(None, "Somebody else changed this shift while you were working on it.")
        record = record_of(self.found)
        may = words.Allowed(correct=False, void=False, detail=False, reasons=())
        wanted = {"Time", "Crew", "Visits"}
        now = [row for row in words.summary(record, viewer=self.request.user, may=may) if row["key"] in wanted]
        return self._render(409, now=now)

    def _render(self, status: int, *, warnings: Sequence[EntryWarning] = (), **context: Any) -> HttpResponse:
        context |= self.context
        context |= {"shift": self.found, "form": self.form, "formset": self.formset, "doubts": warnings}
        return render(self.request, self.template, context, status=status)
