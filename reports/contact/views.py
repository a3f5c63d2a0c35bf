"""The page of the contact."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.permissions import Permission
from hotspots.pages.views import editing, form_page, posted, seen_version
from reports.contact import operations, queries
from reports.contact.forms import ContactForm


@requires(Permission.MANAGE)
@editing
def edit_contact(request: SignedInRequest) -> HttpResponse:
    """Who answers questions about what is published."""
    found = queries.contact()
    initial = {name: getattr(found, name) for name in ContactForm.base_fields} if found else {}
    form = ContactForm(posted(request), initial=initial)
    if form.is_valid() and call(
        form, operations.save_contact, by=request.user, version=seen_version(request), **form.cleaned_data
    ):
        messages.success(request, "What is sent for sign-off from now on says this.")
        return redirect("hotspots:manage")
    context = {"row": found} if found else {}
    text = "Statements, returns and their files name this office. What was published before stays as it is."
    back = reverse("hotspots:manage")
    return form_page(request, form, title="Contact for publications", label="Save", back=back, text=text, **context)
