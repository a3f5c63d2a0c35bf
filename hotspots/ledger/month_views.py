"""One month of a ledger: what it adds up to, what is still open in it, and closing it."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core import wording
from hotspot.core.calendar import parse_day
from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspots.amounts import pounds
from hotspots.ledger import month_operations, presenters, queries, rules
from hotspots.ledger.views import crumbs_of_ledger, programme_seen_by
from hotspots.models import ClosedMonth, PreparedMonth, Programme
from hotspots.pages.views import confirm_page, editing, posted, this_day


@requires(Permission.KEEP_LEDGER)
@require_safe
def month(request: SignedInRequest, pk: int, month: str) -> HttpResponse:
    """What a month adds up to, what keeps it from being closed, and who prepared and closed it."""
    found, first = _month_of(request, pk, month)
    closed = ClosedMonth.objects.visible_to(request.user).filter(programme=found, month=first).first()
    prepared = found.prepared_months.filter(month=first).first()
    undecided = queries.entries_in(found, first).undecided().visible_to(request.user).with_facts()
    context = {
        "programme": found,
        "month": first,
        "name": month,
        "rows": _facts(queries.sums_of(found, first), prepared, closed),
        "columns": presenters.ENTRY_COLUMNS,
        "undecided": presenters.entry_rows(undecided[:100]),
        "entries_url": presenters.entries_of_month(found, first),
        "is_closed": closed is not None,
        "prepares": closed is None and not undecided.exists() and first < this_day().replace(day=1),
        "closes": closed is None and prepared is not None and prepared.prepared_by_id != request.user.pk,
        "waits_for_another": closed is None and prepared is not None and prepared.prepared_by_id == request.user.pk,
        "crumbs": crumbs_of_ledger(found),
    }
    return render(request, "ledger/month.html", context)


def _facts(sums: queries.MonthSums, prepared: PreparedMonth | None, closed: ClosedMonth | None) -> list[dict[str, str]]:
    rows = [
        ("Approved entries", f"{sums.entries:,}"),
        ("Spent", pounds(sums.spend_pence)),
        ("Received", pounds(sums.received_pence)),
    ]
    if prepared is not None:
        when = f"{wording.moment(prepared.prepared_at)} by {prepared.prepared_by}"
        rows.append(("Prepared", f"{when}, with {pounds(prepared.spend_pence)} spent"))
    if closed is not None:
        rows.append(("Closed", f"{wording.moment(closed.closed_at)} by {closed.closed_by}"))
    return [{"key": key, "value": value} for key, value in rows]


@requires(Permission.KEEP_LEDGER)
@editing
def prepare_month(request: SignedInRequest, pk: int, month: str) -> HttpResponse:
    """Say that a month is complete."""
    found, first = _month_of(request, pk, month)
    form = Form(posted(request))
    if form.is_valid() and call(
        form, month_operations.prepare_month, by=request.user, at=timezone.now(), programme_id=pk, month=first
    ):
        messages.success(request, f"{wording.month(first)} is prepared. Somebody else can close it.")
        return redirect("ledger:month", pk, month)
    text = "You say that everything of this month is in the ledger. Somebody else then closes it."
    words = {"title": f"Prepare {wording.month(first)}", "text": text, "label": "Prepare month"}
    return _confirm(request, form, (found, first), **words)


@requires(Permission.KEEP_LEDGER)
@editing
def close_month(request: SignedInRequest, pk: int, month: str) -> HttpResponse:
    """Close a month that somebody else prepared."""
    found, first = _month_of(request, pk, month)
    form = Form(posted(request))
    if form.is_valid() and call(
        form, month_operations.close_month, by=request.user, at=timezone.now(), programme_id=pk, month=first
    ):
        messages.success(request, f"{wording.month(first)} is closed.")
        return redirect("ledger:month", pk, month)
    text = "Nothing of this month can be added, changed or approved after that. It cannot be opened again."
    words = {"title": f"Close {wording.month(first)}", "text": text, "label": "Close month"}
    return _confirm(request, form, (found, first), **words)


def _confirm(request: SignedInRequest, form: Form, of: tuple[Programme, date], **words: str) -> HttpResponse:
    found, first = of
    back = reverse("ledger:month", args=(found.pk, f"{first:%Y-%m}"))
    prepared = found.prepared_months.filter(month=first).first()
    rows = _facts(queries.sums_of(found, first), prepared, None)
    return confirm_page(request, form, back=back, rows=rows, **words)


def _month_of(request: SignedInRequest, pk: int, month: str) -> tuple[Programme, date]:
    """A programme, and the first day of a month of its ledger that an address names, like 2024-09.

    The page does not exist for anything else.
    """
    programme = programme_seen_by(request, pk)
    found = parse_day(f"{month}-01") if len(month) == len("2024-09") else None
    if found is None or found not in rules.months_kept(programme):
        raise Http404
    return programme, found
