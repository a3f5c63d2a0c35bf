"""The ledger of a programme, its entries as a list and as files, and those that wait for approval."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.accounts.operations import disclose
from hotspot.core.errors import DomainError, TryLater
from hotspot.core.exports.streaming import CsvStream
from hotspot.core.pages.access import SignedInRequest, own_site_only, page_of, requires
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import XLSX_TYPE, as_attachment
from hotspots.ledger import exports, presenters, queries
from hotspots.ledger.chart import chart_of
from hotspots.ledger.filters import EntryFilter
from hotspots.models import Programme, SpendEntry, SpendEntryQuerySet
from hotspots.pages import paging
from hotspots.pages.views import this_day
from hotspots.programmes.rules import usual_programme
from hotspots.queries import programmes_seen_by


@requires(Permission.VIEW_LEDGER)
@require_safe
def ledger(request: SignedInRequest) -> HttpResponse:
    """The ledger of the programme that runs today."""
    found = usual_programme(programmes_seen_by(request.user), this_day())
    return render(request, "ledger/none.html") if found is None else redirect("ledger:programme", found.pk)


@requires(Permission.VIEW_LEDGER)
@require_safe
def programme(request: SignedInRequest, pk: int) -> HttpResponse:
    """What came in, what was spent on what, and what is left."""
    found = programme_seen_by(request, pk)
    accounts = queries.accounts_of(found, request.user)
    keeps = request.user.may(Permission.KEEP_LEDGER)
    context = {
        "programme": found,
        "others": Programme.objects.visible_to(request.user).exclude(pk=pk)[:20],
        "keeps": keeps,
        "sees_entries": request.user.may(Permission.VIEW_SPEND),
        "category_table": presenters.category_table(accounts),
    }
    if request.user.has_own_districts:
        context |= {"own_districts": True, "months": presenters.spend_rows(accounts)}
        context["month_columns"] = presenters.SPEND_COLUMNS
    else:
        rows, foot = presenters.stream_rows(accounts)
        lines = queries.lines_of(found, request.user)
        context |= {
            "tiles": presenters.tiles(accounts),
            "chart": chart_of(accounts, today=this_day()),
            "stream_columns": presenters.STREAM_COLUMNS,
            "streams": rows,
            "stream_foot": foot,
            "month_columns": presenters.MONTH_COLUMNS,
            "months": presenters.month_rows(accounts, keeps=keeps),
            "cap_columns": presenters.CAP_COLUMNS,
            "caps": presenters.cap_rows(queries.caps_of(accounts), keeps=keeps),
            "line_columns": presenters.LINE_COLUMNS,
            "lines": presenters.line_rows(lines, queries.received_by_line(lines)),
            "waiting": accounts.waiting.entries,
        }
    return render(request, "ledger/programme.html", context)


@requires(Permission.VIEW_SPEND)
@require_safe
def entries(request: SignedInRequest, pk: int) -> HttpResponse:
    """The entries of a programme, newest first, narrowed by the filters in the address."""
    found = programme_seen_by(request, pk)
    filters = EntryFilter(request.GET, programme=found, by=request.user)
    after = queries.EntryCursor.parse(request.GET.get("after", ""))
    page = queries.page_of_entries(_chosen(request, found, filters).with_facts(), after=after)
    query = request.GET.copy()
    query.pop("after", None)
    older = query.copy()
    older["after"] = str(page.older)
    context = {
        "programme": found,
        "filters": filters,
        "tags": filters.tags(request.GET),
        "columns": presenters.ENTRY_COLUMNS,
        "rows": presenters.entry_rows(page.entries),
        "older_url": f"?{older.urlencode()}" if page.older else "",
        "newest_url": f"?{query.urlencode()}" if after else "",
        "query": f"?{query.urlencode()}" if query else "",
        "keeps": request.user.may(Permission.KEEP_LEDGER),
        "crumbs": crumbs_of_ledger(found),
    }
    return render(request, "ledger/entries.html", context)


def _chosen(request: SignedInRequest, found: Programme, filters: EntryFilter) -> SpendEntryQuerySet:
    # By the ids of its streams, not by a join: so a page of a long list begins where the index says.
    streams = found.funding_streams.order_by().values_list("pk", flat=True)
    return filters.apply(SpendEntry.objects.visible_to(request.user).filter(stream__in=list(streams)))


@own_site_only
@requires(Permission.VIEW_SPEND)
@require_safe
def entries_file(request: SignedInRequest, pk: int, file: str) -> HttpResponseBase:
    """The same entries as CSV or Excel. Who took them is on record."""
    found = programme_seen_by(request, pk)
    if file not in _FILES:
        raise Http404
    filters = EntryFilter(request.GET, programme=found, by=request.user)
    chosen, words = _chosen(request, found, filters), [text for _, text in filters.in_force()]
    try:
        made = _FILES[file](request, found, chosen, words)
        return as_attachment(made, exports.file_name(timezone.now(), file))
    except DomainError as refusal:
        messages.error(request, refusal.message)
        response = redirect(f"{reverse('ledger:entries', args=(pk,))}?{request.GET.urlencode()}")
        if isinstance(refusal, TryLater):
            response["Retry-After"] = "60"
        return response


def _csv(request: SignedInRequest, found: Programme, chosen: SpendEntryQuerySet, words: list[str]) -> HttpResponseBase:
    stream = CsvStream(exports.rows_of(chosen), by=request.user)
    try:
        _note(request, "download_csv", found, words, rows=chosen.count())
    except BaseException:
        stream.close()
        raise
    return StreamingHttpResponse(stream, content_type="text/csv; charset=utf-8")


def _xlsx(request: SignedInRequest, found: Programme, chosen: SpendEntryQuerySet, words: list[str]) -> HttpResponseBase:
    content, rows = exports.workbook(found, chosen, words, by=request.user, at=timezone.now())
    _note(request, "download_workbook", found, words, rows=rows)
    return HttpResponse(content, content_type=XLSX_TYPE)


_FILES = {"csv": _csv, "xlsx": _xlsx}


def _note(request: SignedInRequest, action: str, found: Programme, words: list[str], *, rows: int) -> None:
    said = "; ".join([str(found), *words])
    note_disclosure(request, action, what="spend", said=said, rows=rows)


def note_disclosure(request: SignedInRequest, action: str, **detail: object) -> None:
    """Put on record that somebody takes entries or a document out of the service."""
    reference: str = request.reference  # type: ignore[attr-defined]
    disclose(by=request.user, at=timezone.now(), action=action, request=reference, **detail)


@requires(Permission.KEEP_LEDGER)
@require_safe
def waiting(request: SignedInRequest) -> HttpResponse:
    """Everything that waits for approval, the oldest first."""
    found = SpendEntry.objects.visible_to(request.user).waiting().with_facts().order_by("day", "pk")
    page = page_of(request, found)
    context = {
        "columns": presenters.ENTRY_COLUMNS,
        "rows": presenters.entry_rows(page),
        "crumbs": [{"label": "Ledger", "url": reverse("ledger:ledger")}],
        **paging.pagination(page, request.GET),
    }
    return render(request, "ledger/waiting.html", context)


def programme_seen_by(request: SignedInRequest, pk: int) -> Programme:
    """The programme of this id, if the person may see it; otherwise the page does not exist."""
    return get_object_or_404(Programme.objects.visible_to(request.user), pk=pk)


def crumbs_of_ledger(found: Programme, *more: tuple[str, str]) -> list[dict[str, str]]:
    """The way to a page below the ledger of a programme."""
    above = [(f"Ledger of {found}", reverse("ledger:programme", args=(found.pk,))), *more]
    return [{"label": label, "url": url} for label, url in above]
