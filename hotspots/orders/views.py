"""Partner organisations, who issues invoices, and what is agreed in orders. What orders come to is in `reports`."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.pages.access import SignedInRequest, call, page_of, requires
from hotspot.core.permissions import Permission
from hotspots.models import PartnerOrganisation, PatrolOrder, Programme
from hotspots.orders import history, operations, presenters, queries
from hotspots.orders.forms import AREAS, FORCE, NO, YES, OrderForm, OrderRateForm, OrganisationForm, SenderForm
from hotspots.pages import paging
from hotspots.pages.views import editing, form_page, posted, seen_version

CARRIED = "What was signed off stays as it is. What this changes about it is carried to the next statement."


@requires(Permission.VIEW_ALL_ORDERS)
@require_safe
def organisations(request: SignedInRequest) -> HttpResponse:
    """Partner organisations, and who issues invoices to them."""
    keeps = request.user.may(Permission.KEEP_ORDERS)
    page = page_of(request, queries.organisations_seen_by(request.user))
    sender = queries.sender()
    context = {
        "columns": presenters.ORGANISATION_COLUMNS,
        "rows": presenters.organisation_rows(page, keeps=keeps),
        "sender": presenters.sender_facts(sender) if sender else [],
        "keeps": keeps,
        "crumbs": crumbs_of_orders(),
        **paging.pagination(page, request.GET),
    }
    return render(request, "orders/organisations.html", context)


@requires(Permission.KEEP_ORDERS)
@editing
def add_organisation(request: SignedInRequest) -> HttpResponse:
    """A new partner organisation."""
    form = OrganisationForm(posted(request))
    if form.is_valid() and (saved := call(form, operations.save_organisation, by=request.user, **form.cleaned_data)):
        messages.success(request, f"{saved} is added.")
        return redirect("orders:organisations")
    back = reverse("orders:organisations")
    return form_page(request, form, title="Add an organisation", label="Add organisation", back=back)


@requires(Permission.KEEP_ORDERS)
@editing
def edit_organisation(request: SignedInRequest, pk: int) -> HttpResponse:
    """A partner organisation's name, kind and address. Invoices that were issued keep the old ones."""
    found = get_object_or_404(PartnerOrganisation.objects.visible_to(request.user), pk=pk)
    initial = {name: getattr(found, name) for name in OrganisationForm.base_fields}
    form = OrganisationForm(posted(request), initial=initial)
    if form.is_valid() and call(
        form, operations.save_organisation, by=request.user, organisation_id=pk, version=seen_version(request),
        **form.cleaned_data,
    ):  # fmt: skip
        messages.success(request, f"{found} is changed.")
        return redirect("orders:organisations")
    back = reverse("orders:organisations")
    return form_page(request, form, title=f"Change {found}", label="Save changes", back=back, row=found)


@requires(Permission.KEEP_ORDERS)
@editing
def edit_sender(request: SignedInRequest) -> HttpResponse:
    """Who issues invoices, and how they are paid."""
    found = queries.sender()
    initial = {name: getattr(found, name) for name in SenderForm.base_fields} if found else {}
    form = SenderForm(posted(request), initial=initial)
    if form.is_valid() and call(
        form, operations.save_sender, by=request.user, version=seen_version(request), **form.cleaned_data
    ):
        messages.success(request, "The next invoices say this.")
        return redirect("orders:organisations")
    context = {"row": found} if found else {}
    back = reverse("orders:organisations")
    return form_page(request, form, title="Who issues invoices", label="Save", back=back, **context)


@requires(Permission.KEEP_ORDERS)
@editing
def add_order(request: SignedInRequest, pk: int) -> HttpResponse:
    """An order of patrols of a programme."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), pk=pk)
    initial = {"vat": "0", "over": NO, "where": AREAS, "direction": PatrolOrder.Direction.FOR_PARTNER}
    form = OrderForm(posted(request), programme=programme, by=request.user, initial=initial)
    if form.is_valid():
        saved = call(
            form, operations.add_order, by=request.user, at=timezone.now(), facts=form.facts, **form.parties
        )  # fmt: skip
        if saved:
            messages.success(request, f"{saved} is entered.")
            return redirect("reports:order", saved.pk)
    back = reverse("reports:orders")
    return form_page(request, form, title="Enter an order", label="Enter order", back=back, caption=str(programme))


@requires(Permission.KEEP_ORDERS)
@editing
def edit_order(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was agreed in an order. Its parties and its funding stream stay."""
    found = _order(request, pk)
    form = OrderForm(
        posted(request), programme=found.programme, by=request.user, order=found, initial=_values(found)
    )  # fmt: skip
    if form.is_valid() and call(
        form, operations.change_order, by=request.user, order_id=pk, version=seen_version(request), facts=form.facts
    ):
        messages.success(request, f"{found} is changed.")
        return redirect("reports:order", pk)
    back = reverse("reports:order", args=(pk,))
    return form_page(
        request, form, title=f"Change {found}", label="Save changes", back=back, text=CARRIED,
        version=queries.version_of_order(found), meanwhile=_meanwhile(request, found),
    )  # fmt: skip


def _meanwhile(request: SignedInRequest, found: PatrolOrder) -> list[dict[str, str]]:
    seen = seen_version(request)
    return [] if seen is None else history.order_timeline(found, since=seen)


def _values(found: PatrolOrder) -> dict[str, Any]:
    values = {name: getattr(found, name) for name in ("reference", "first_day", "last_day", "hour_pence")}
    return values | {
        "where": FORCE if found.is_force_wide else AREAS,
        "areas": [place.area_id for place in found.places.all()],
        "vat": str(found.vat_hundredths),
        "over": YES if found.charges_over else NO,
    }


@requires(Permission.KEEP_ORDERS)
@editing
def set_rate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another rate of an order from a day on."""
    found = _order(request, pk)
    form = OrderRateForm(posted(request))
    if form.is_valid() and call(form, operations.set_rate, by=request.user, order_id=pk, **form.cleaned_data):
        messages.success(request, "The rate is entered.")
        return redirect("reports:order", pk)
    back = reverse("reports:order", args=(pk,))
    return form_page(
        request, form, title="Enter another rate", label="Enter rate", back=back, caption=str(found), text=CARRIED
    )  # fmt: skip


@requires(Permission.VIEW_ALL_ORDERS)
@require_safe
def order_history(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was done to an order, its areas, hours and rates, by whom."""
    found = get_object_or_404(PatrolOrder.objects.visible_to(request.user), pk=pk)
    above = [*crumbs_of_orders(), {"label": str(found), "url": reverse("reports:order", args=(pk,))}]
    context = {"order": found, "items": history.order_timeline(found), "crumbs": above}
    return render(request, "orders/history.html", context)


def _order(request: SignedInRequest, pk: int) -> PatrolOrder:
    found = PatrolOrder.objects.visible_to(request.user).standing().select_related("stream__programme")
    return get_object_or_404(found, pk=pk)


def crumbs_of_orders() -> list[dict[str, str]]:
    """The way to a page below the list of orders."""
    return [{"label": "Paid-for patrols", "url": reverse("reports:orders")}]
