"""Documents of initiatives."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.accounts.operations import disclose
from hotspot.core.pages.access import SignedInRequest, call, own_site_only, requires
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import as_attachment
from hotspots.documents import file_name_of
from hotspots.initiatives import operations, queries
from hotspots.initiatives.forms import DocumentForm, WithdrawInitiativeForm
from hotspots.initiatives.rules import MOST_BYTES
from hotspots.models import InitiativeDocument
from hotspots.pages.views import confirm_page, editing, form_page, posted


@requires(Permission.KEEP_PLANS)
@editing
def add_document(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another document of an initiative."""
    found = get_object_or_404(queries.initiatives_seen_by(request.user).standing(), pk=pk)
    form = DocumentForm(posted(request), request.FILES or None)
    back = reverse("initiatives:initiative", args=(pk,))
    if form.is_valid() and call(form, _add, request=request, pk=pk, file=form.cleaned_data["file"]):
        messages.success(request, "The document is added.")
        return redirect(back)
    title = f"Add a document to {found}"
    return form_page(request, form, title=title, label="Add document", back=back, has_file=True)


def _add(*, request: SignedInRequest, pk: int, file: "UploadedFile[Any]") -> InitiativeDocument:
    content = file.read(MOST_BYTES + 1)
    return operations.add_document(
        by=request.user, at=timezone.now(), initiative_id=pk, name=file.name or "", content=content
    )


@own_site_only
@requires(Permission.VIEW_PLANS)
@require_safe
def document(request: SignedInRequest, pk: int) -> HttpResponse:
    """A document as a file to keep. Who took it is on record."""
    found = get_object_or_404(queries.documents_seen_by(request.user), pk=pk)
    said = f"{found.name}, of the initiative {found.initiative}"
    reference: str = request.reference  # type: ignore[attr-defined]
    disclose(
        by=request.user, at=timezone.now(), action="download_initiative_document", request=reference,
        what="initiatives", said=said,
    )  # fmt: skip
    response = HttpResponse(bytes(found.content), content_type=found.media_type)
    return as_attachment(response, file_name_of(found.name))


@requires(Permission.KEEP_PLANS)
@editing
def withdraw_document(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back a document that should not be here."""
    found = get_object_or_404(queries.documents_seen_by(request.user), pk=pk)
    form = WithdrawInitiativeForm(posted(request))
    back = reverse("initiatives:initiative", args=(found.initiative_id,))
    if form.is_valid() and call(
        form, operations.withdraw_document, by=request.user, document_id=pk, **form.cleaned_data
    ):
        messages.success(request, f"{found} is withdrawn.")
        return redirect(back)
    text = "Its content is removed for good. That it was here stays in the list."
    return confirm_page(request, form, title=f"Withdraw {found}", text=text, label="Withdraw", back=back)
