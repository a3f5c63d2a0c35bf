"""Pages of invoices and credit notes, and of what settles statements."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.pages.access import SignedInRequest, call, own_site_only, page_of, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import as_attachment
from hotspots.orders.views import crumbs_of_orders
from hotspots.pages import paging
from hotspots.pages.views import confirm_page, editing, form_page, posted, this_day
from reports.models import DeliveryStatement
from reports.orders import files, operations, presenters, queries
from reports.orders.forms import InvoicePaymentForm, StatementPaymentForm
from reports.orders.views import crumbs_of_order
from reports.reason_form import ReasonForm


@requires(Permission.VIEW_ORDERS)
@require_safe
def invoices(request: SignedInRequest) -> HttpResponse:
    """The register: every invoice and credit note that somebody may see, the newest first."""
    page = page_of(request, queries.invoices_seen_by(request.user))
    context = {
        "columns": presenters.INVOICE_COLUMNS,
        "rows": presenters.invoice_rows(page, queries.received_for(page)),
        "crumbs": crumbs_of_orders(),
        **paging.pagination(page, request.GET),
    }
    return render(request, "orders/invoices.html", context)


@requires(Permission.VIEW_ORDERS)
@require_safe
def invoice(request: SignedInRequest, pk: int) -> HttpResponse:
    """One invoice or credit note, as it was issued."""
    found = get_object_or_404(queries.invoices_seen_by(request.user), pk=pk)
    received = queries.received_for([found])
    stands = found.cancels_id is None and not hasattr(found, "cancelled_by")
    keeps = request.user.may(Permission.KEEP_ORDERS) and stands and not received.get(pk)
    context = {
        "invoice": found,
        "state": presenters.invoice_state(found, received),
        "rows": presenters.invoice_facts(found),
        "line_columns": presenters.LINE_COLUMNS,
        "lines": presenters.invoice_lines(found),
        "sums": presenters.invoice_sums(found),
        "keeps": keeps,
        "takes_payment": keeps and not found.is_credit_note,
        "cancelled_by": getattr(found, "cancelled_by", None),
        "statement_url": presenters.statement_url(found.statement.order, found.statement.quarter),
        "crumbs": crumbs_of_order(found.statement.order),
    }
    return render(request, "orders/invoice.html", context)


@own_site_only
@requires(Permission.VIEW_ORDERS)
@require_safe
def invoice_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """An invoice or credit note as PDF."""
    found = get_object_or_404(queries.invoices_seen_by(request.user), pk=pk)
    response = HttpResponse(files.invoice_pdf(found), content_type="application/pdf")
    return as_attachment(response, f"{found.reference.lower()}.pdf")


@requires(Permission.KEEP_ORDERS)
@editing
def issue_invoice(request: SignedInRequest, pk: int) -> HttpResponse:
    """Issue the invoice for a statement that was signed off."""
    found = _statement(request, pk)
    form = Form(posted(request))
    if form.is_valid():
        made = call(form, operations.issue_invoice, by=request.user, at=timezone.now(), statement_id=pk)
        if made:
            messages.success(request, f"{made} is issued.")
            return redirect("reports:order_invoice", made.pk)
    text = presenters.before_issuing(found)
    return confirm_page(request, form, title="Issue an invoice", text=text, label="Issue", back=_page(found))


@requires(Permission.KEEP_ORDERS)
@editing
def cancel_invoice(request: SignedInRequest, pk: int) -> HttpResponse:
    """Cancel an invoice by a credit note."""
    found = get_object_or_404(queries.invoices_seen_by(request.user), pk=pk)
    form = ReasonForm(posted(request), label="Why is it cancelled?")
    if form.is_valid():
        made = call(
            form, operations.cancel_invoice, by=request.user, at=timezone.now(), invoice_id=pk, **form.cleaned_data
        )
        if made:
            messages.success(request, f"{found} is cancelled by {made}.")
            return redirect("reports:order_invoice", made.pk)
    text = (
        "A document with the next number negates its amounts and gives the reason, which the organisation reads. "
        "The quarter can then be invoiced again."
    )
    back = reverse("reports:order_invoice", args=(pk,))
    return confirm_page(request, form, title=f"Cancel {found}", text=text, label="Cancel it", back=back)


@requires(Permission.KEEP_ORDERS)
@editing
def receive_payment(request: SignedInRequest, pk: int) -> HttpResponse:
    """Enter in the ledger that an invoice was paid."""
    found = get_object_or_404(queries.invoices_seen_by(request.user), pk=pk)
    form = InvoicePaymentForm(
        posted(request), by=request.user, order=found.statement.order, initial={"day": this_day()}
    )  # fmt: skip
    back = reverse("reports:order_invoice", args=(pk,))
    if form.is_valid() and call(
        form, operations.receive_payment, by=request.user, at=timezone.now(), invoice_id=pk, **form.cleaned_data
    ):
        messages.success(request, f"{found} is paid, and the ledger has the receipt.")
        return redirect(back)
    text = presenters.before_receiving(found)
    return form_page(
        request, form, title=f"Enter the payment of {found}", label="Enter payment", back=back, text=text
    )  # fmt: skip


@requires(Permission.KEEP_ORDERS)
@editing
def link_payment(request: SignedInRequest, pk: int) -> HttpResponse:
    """Which entry of spend paid for a quarter."""
    found = _statement(request, pk)
    form = StatementPaymentForm(posted(request))
    if form.is_valid():
        link = call(form, operations.link_payment, by=request.user, statement_id=pk, **form.cleaned_data)
        if link:
            messages.success(request, f"{link.entry} pays for this quarter.")
            return redirect(_page(found))
    return form_page(
        request, form, title="Link a payment", label="Link payment", back=_page(found), caption=str(found.order)
    )  # fmt: skip


@requires(Permission.KEEP_ORDERS)
@editing
def unlink_payment(request: SignedInRequest, pk: int) -> HttpResponse:
    """An entry of spend that did not pay for a quarter after all."""
    link = get_object_or_404(queries.links_seen_by(request.user), pk=pk)
    form = Form(posted(request))
    if form.is_valid() and call(form, operations.unlink_payment, by=request.user, payment_id=pk):
        messages.success(request, f"{link.entry} no longer pays for this quarter.")
        return redirect(_page(link.statement))
    text = "The entry stays in the ledger."
    return confirm_page(
        request, form, title=f"Remove {link.entry}", text=text, label="Remove", back=_page(link.statement)
    )  # fmt: skip


def _statement(request: SignedInRequest, pk: int) -> DeliveryStatement:
    found = DeliveryStatement.objects.visible_to(request.user).select_related("order__organisation")
    return get_object_or_404(found, pk=pk)


def _page(statement: DeliveryStatement) -> str:
    return presenters.statement_url(statement.order, statement.quarter)
