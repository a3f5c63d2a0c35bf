"""Which entries of spend were for an initiative."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspots.initiatives import operations, queries
from hotspots.initiatives.forms import InitiativeSpendForm
from hotspots.pages.views import confirm_page, editing, form_page, posted


@requires(Permission.KEEP_PLANS)
@editing
def link_entry(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another entry of spend that was for an initiative."""
    found = get_object_or_404(queries.initiatives_seen_by(request.user).standing(), pk=pk)
    form = InitiativeSpendForm(posted(request))
    back = reverse("initiatives:initiative", args=(pk,))
    if form.is_valid():
        link = call(form, operations.link_entry, by=request.user, initiative_id=pk, **form.cleaned_data)
        if link is not None:
            messages.success(request, f"{link.entry} is booked to this initiative.")
            return redirect(back)
    return form_page(request, form, title=f"Book spend to {found}", label="Book", back=back)


@requires(Permission.KEEP_PLANS)
@editing
def unlink_entry(request: SignedInRequest, pk: int) -> HttpResponse:
    """An entry that was not for its initiative after all."""
    link = get_object_or_404(queries.links_seen_by(request.user), pk=pk)
    form = Form(posted(request))
    back = reverse("initiatives:initiative", args=(link.initiative_id,))
    if form.is_valid() and call(form, operations.unlink_entry, by=request.user, link_id=pk):
        messages.success(request, f"{link.entry} is removed from this initiative.")
        return redirect(back)
    title = f"Remove {link.entry} from {link.initiative}"
    text = "The entry stays in the ledger. It no longer counts as a cost of this initiative."
    return confirm_page(request, form, title=title, text=text, label="Remove", back=back)
