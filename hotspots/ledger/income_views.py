"""Income lines with their months and receipts, caps, and categories of spend."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.history import versions_of
from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspots.amounts import pounds
from hotspots.ledger import income_operations as operations
from hotspots.ledger import presenters, queries
from hotspots.ledger.forms import CapForm, IncomeForm, ReceiptForm, ReverseForm, SpendCategoryForm
from hotspots.ledger.views import crumbs_of_ledger, programme_seen_by
from hotspots.models import IncomeLine, IncomeReceipt, SpendCap, SpendCategory
from hotspots.pages.timeline import timeline
from hotspots.pages.views import confirm_page, editing, form_page, posted, seen_version, this_day

_PROFILE = "Leave all months empty to share the amount evenly over those that are open."


@requires(Permission.VIEW_LEDGER)
@require_safe
def income_line(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a line is to bring each month, and what came in."""
    found = _line(request, pk)
    keeps = request.user.may(Permission.KEEP_LEDGER)
    receipts = list(found.receipts.select_related("entered_by"))
    received = sum(receipt.pence for receipt in receipts)
    facts = [
        ("Comes from", f"{found.stream.name} ({found.stream.get_kind_display()})"),
        ("Agreed", pounds(found.amount_pence)),
        ("Received", pounds(received)),
        ("To come", pounds(found.amount_pence - received)),
    ]
    context = {
        "line": found,
        "rows": [{"key": key, "value": value} for key, value in facts],
        "profile_columns": presenters.PROFILE_COLUMNS,
        "profile": presenters.profile_rows(found, receipts),
        "receipt_columns": presenters.RECEIPT_COLUMNS,
        # Who entered them is for those who see single entries.
        "receipts": presenters.receipt_rows(receipts, keeps=keeps) if request.user.may(Permission.VIEW_SPEND) else [],
        "items": timeline(versions_of(found)) if request.user.may(Permission.VIEW_SPEND) else [],
        "keeps": keeps,
        "crumbs": crumbs_of_ledger(found.stream.programme),
    }
    return render(request, "ledger/income_line.html", context)


@requires(Permission.KEEP_LEDGER)
@editing
def add_income(request: SignedInRequest, pk: int) -> HttpResponse:
    """A new income line."""
    programme = programme_seen_by(request, pk)
    closed = list(queries.closed_months(programme, request.user))
    form = IncomeForm(posted(request), programme=programme, by=request.user, closed=closed, line=None)
    if form.is_valid() and (saved := call(form, operations.save_income, by=request.user, **form.facts)):
        messages.success(request, f"{saved} is added.")
        return redirect("ledger:income_line", saved.pk)
    back = reverse("ledger:programme", args=(pk,))
    return form_page(request, form, title="Add income", label="Add income", back=back, text=_PROFILE)


@requires(Permission.KEEP_LEDGER)
@editing
def edit_income(request: SignedInRequest, pk: int) -> HttpResponse:
    """An income line's name, amount and months. Closed months stay."""
    found = _line(request, pk)
    programme = found.stream.programme
    closed = list(queries.closed_months(programme, request.user))
    initial = {"name": found.name, "amount_pence": found.amount_pence}
    form = IncomeForm(posted(request), programme=programme, by=request.user, closed=closed, line=found, initial=initial)
    if form.is_valid() and call(
        form, operations.save_income, by=request.user, line_id=pk, version=seen_version(request), **form.facts
    ):
        messages.success(request, f"{found} is changed.")
        return redirect("ledger:income_line", pk)
    back = reverse("ledger:income_line", args=(pk,))
    return form_page(request, form, title=f"Change {found}", label="Save changes", back=back, row=found)


@requires(Permission.KEEP_LEDGER)
@editing
def receive(request: SignedInRequest, pk: int) -> HttpResponse:
    """Enter money of a line that came in."""
    found = _line(request, pk)
    form = ReceiptForm(posted(request), initial={"day": this_day()})
    if form.is_valid() and call(
        form, operations.receive, by=request.user, at=timezone.now(), line_id=pk, **form.cleaned_data
    ):
        messages.success(request, f"{pounds(form.cleaned_data['amount_pence'])} is entered as received.")
        return redirect("ledger:income_line", pk)
    back = reverse("ledger:income_line", args=(pk,))
    return form_page(request, form, title="Enter a receipt", label="Enter receipt", back=back, caption=found.name)


@requires(Permission.KEEP_LEDGER)
@editing
def reverse_receipt(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a receipt back."""
    lines = IncomeLine.objects.visible_to(request.user)
    found = get_object_or_404(IncomeReceipt.objects.filter(line__in=lines).select_related("line"), pk=pk)
    form = ReverseForm(posted(request), initial={"day": this_day()})
    if form.is_valid() and call(
        form, operations.reverse_receipt, by=request.user, at=timezone.now(), receipt_id=pk, **form.cleaned_data
    ):
        messages.success(request, "The receipt is reversed.")
        return redirect("ledger:income_line", found.line_id)
    back = reverse("ledger:income_line", args=(found.line_id,))
    title = f"Reverse the receipt of {pounds(found.pence)}"
    return form_page(request, form, title=title, label="Reverse receipt", back=back, caption=found.line.name)


@requires(Permission.KEEP_LEDGER)
@editing
def add_cap(request: SignedInRequest, pk: int) -> HttpResponse:
    """Limit what may be spent on some categories."""
    programme = programme_seen_by(request, pk)
    form = CapForm(posted(request), programme=programme, by=request.user)
    if form.is_valid():
        saved = call(form, operations.add_cap, by=request.user, programme_id=pk, **form.cleaned_data)
        if saved:
            messages.success(request, f"{saved} is added.")
            return redirect("ledger:programme", pk)
    back = reverse("ledger:programme", args=(pk,))
    return form_page(request, form, title="Add a cap", label="Add cap", back=back, caption=str(programme))


@requires(Permission.KEEP_LEDGER)
@editing
def delete_cap(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a cap away."""
    found = get_object_or_404(SpendCap, pk=pk)
    programme_seen_by(request, found.programme_id)
    form = Form(posted(request))
    if form.is_valid() and call(form, operations.delete_cap, by=request.user, cap_id=pk):
        messages.success(request, f"{found} is deleted.")
        return redirect("ledger:programme", found.programme_id)
    back = reverse("ledger:programme", args=(found.programme_id,))
    text = "To change a cap, delete it and add it anew."
    return confirm_page(request, form, title=f"Delete {found}", text=text, label="Delete cap", back=back)


@requires(Permission.KEEP_LEDGER)
@require_safe
def categories(request: SignedInRequest) -> HttpResponse:
    """What money is spent on."""
    context = {
        "columns": presenters.CATEGORY_COLUMNS,
        "rows": presenters.category_rows(SpendCategory.objects.all()),
        "crumbs": [{"label": "Ledger", "url": reverse("ledger:ledger")}],
    }
    return render(request, "ledger/categories.html", context)


@requires(Permission.KEEP_LEDGER)
@editing
def add_category(request: SignedInRequest) -> HttpResponse:
    """A new category of spend."""
    form = SpendCategoryForm(posted(request))
    if form.is_valid() and (saved := call(form, operations.save_category, by=request.user, **form.cleaned_data)):
        messages.success(request, f"{saved} is added.")
        return redirect("ledger:categories")
    back = reverse("ledger:categories")
    return form_page(request, form, title="Add a category", label="Add category", back=back)


@requires(Permission.KEEP_LEDGER)
@editing
def edit_category(request: SignedInRequest, pk: int) -> HttpResponse:
    """A category's name and kind, and whether it is offered."""
    found = get_object_or_404(SpendCategory, pk=pk)
    initial = {name: getattr(found, name) for name in SpendCategoryForm.base_fields}
    form = SpendCategoryForm(posted(request), initial=initial)
    version = seen_version(request)
    if form.is_valid() and call(
        form, operations.save_category, by=request.user, category_id=pk, version=version, **form.cleaned_data
    ):
        messages.success(request, f"{found} is changed.")
        return redirect("ledger:categories")
    back = reverse("ledger:categories")
    return form_page(request, form, title=f"Change {found}", label="Save changes", back=back, row=found)


def _line(request: SignedInRequest, pk: int) -> IncomeLine:
    lines = IncomeLine.objects.visible_to(request.user).select_related("stream__programme").prefetch_related("months")
    return get_object_or_404(lines, pk=pk)
