"""Pages of files of positions: the list, a new one, what it shows, and having it counted or withdrawn."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hotspot.core.pages.access import SignedInRequest, call, form_status, page_of, refusal_status, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspots.pages import paging
from hotspots.pages.views import editing, form_page, posted
from patrols.models import PositionFile
from patrols.visits import operations, presenters, queries
from patrols.visits.forms import PositionFileForm, WithdrawFileForm

FILES_A_PAGE, VISITS_A_PAGE = 50, 100


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    parents = (("Presence", reverse("reports:dosage")), *more)
    return [{"label": label, "url": url} for label, url in parents]


@requires(Permission.LOAD_POSITIONS)
@require_safe
def files(request: SignedInRequest) -> HttpResponse:
    """Every file of positions, newest first."""
    page = page_of(request, queries.files_seen_by(request.user), size=FILES_A_PAGE)
    context = {
        "columns": presenters.LIST_COLUMNS,
        "rows": presenters.list_rows(page),
        "crumbs": _crumbs(),
        **paging.pagination(page, request.GET),
    }
    return render(request, "positions/list.html", context)


@requires(Permission.LOAD_POSITIONS)
@editing
def new_file(request: SignedInRequest) -> HttpResponse:
    """Upload a file, which is read at once; what it holds is not kept."""
    form = PositionFileForm(posted(request), request.FILES or None, initial={"zone": PositionFile.Zone.OWN})
    if form.is_valid() and (found := call(form, _check, request=request, sent=form)) is not None:
        return redirect("positions:file", found.pk)
    context = {"form": form, "crumbs": _crumbs(("Files of positions", reverse("positions:list")))}
    return render(request, "positions/new.html", context, status=form_status(form))


def _check(*, request: SignedInRequest, sent: PositionFileForm) -> PositionFile:
    file = sent.cleaned_data["file"]
    return operations.check_file(
        by=request.user, at=timezone.now(), name=file.name, content=file.read(), zone=sent.cleaned_data["zone"]
    )


def _visible(request: SignedInRequest, pk: int) -> PositionFile:
    return get_object_or_404(queries.files_seen_by(request.user), pk=pk)


@requires(Permission.LOAD_POSITIONS)
@require_safe
def file(request: SignedInRequest, pk: int) -> HttpResponse:
    """The visits that a file shows: before they count, what counting them would do."""
    return _file_page(request, _visible(request, pk), Form())


def _file_page(request: SignedInRequest, found: PositionFile, form: Form) -> HttpResponse:
    visits = queries.visits_of(found)
    page = page_of(request, visits, size=VISITS_A_PAGE)
    context = {
        "record": found,
        "form": form,
        "sentence": presenters.sentence(found, visits.count(), visits.filter(shift__isnull=False).count()),
        "warnings": presenters.warnings(found),
        "summary": presenters.summary(found),
        "columns": presenters.VISIT_COLUMNS,
        "rows": presenters.visit_rows(page),
        "finding_columns": presenters.FINDING_COLUMNS,
        "findings": presenters.finding_rows(found),
        "crumbs": _crumbs(("Files of positions", reverse("positions:list"))),
        **paging.pagination(page, request.GET),
    }
    return render(request, "positions/file.html", context, status=refusal_status(form))


@requires(Permission.LOAD_POSITIONS)
@require_POST
def count_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let the visits of a file count."""
    found, form = _visible(request, pk), Form(request.POST)
    if form.is_valid() and call(form, operations.count_file, by=request.user, at=timezone.now(), file_id=pk):
        messages.success(request, f"The visits of {found} count now.")
        return redirect("positions:file", pk)
    return _file_page(request, found, form)


@requires(Permission.LOAD_POSITIONS)
@editing
def withdraw_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the visits of a file out of all counts."""
    found, form = _visible(request, pk), WithdrawFileForm(posted(request))
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        arguments = {"by": request.user, "at": timezone.now(), "file_id": pk, "reason": reason}
        if call(form, operations.withdraw_file, **arguments):
            messages.success(request, f"{found} is withdrawn.")
            return redirect("positions:file", pk)
    text = "Its visits stop counting at once. The same file can be read again afterwards."
    back = reverse("positions:file", args=(pk,))
    return form_page(request, form, title=f"Withdraw {found}", label="Withdraw", back=back, text=text)
