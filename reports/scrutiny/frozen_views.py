"""Packs that were frozen for meetings."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core import wording
from hotspot.core.pages.access import SignedInRequest, call, own_site_only, requires
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import as_attachment
from hotspots.pages.views import editing, form_page, posted
from hotspots.queries import programmes_seen_by
from reports.models import FrozenPack
from reports.scrutiny import operations
from reports.scrutiny.files import FILES
from reports.scrutiny.forms import FreezePackForm
from reports.scrutiny.presenters import PackText

_WHAT = (
    "The pack is frozen as everybody is told it: all hotspot areas since launch, to the end of the last quarter that "
    "is over, without small numbers. It never changes afterwards, so its numbers can be shown again."
)


@requires(Permission.PREPARE_STATEMENT)
@editing
def freeze(request: SignedInRequest) -> HttpResponse:
    """Freeze a pack for a meeting."""
    programmes = programmes_seen_by(request.user)
    initial = {"programme": programmes[0] if programmes else None}
    form = FreezePackForm(posted(request), by=request.user, initial=initial)
    if form.is_valid():
        made = call(form, operations.freeze_pack, by=request.user, at=timezone.now(), **form.cleaned_data)
        if made is not None:
            messages.success(request, "The pack is frozen.")
            return redirect("reports:frozen_pack", made.pk)
    title = "Freeze a scrutiny pack for a meeting"
    return form_page(request, form, title=title, text=_WHAT, label="Freeze", back=reverse("reports:scrutiny"))


@requires(Permission.VIEW_SCRUTINY)
@require_safe
def frozen_pack(request: SignedInRequest, pk: int) -> HttpResponse:
    """A pack as it was frozen."""
    found = _found(request, pk)
    files = [(file.upper(), reverse("reports:frozen_pack_file", args=(pk, file))) for file in FILES]
    context = {"frozen": found, "meets_on": wording.day(found.meets_on), "pack": _text(found), "files": files}
    return render(request, "scrutiny/frozen.html", context)


@own_site_only
@requires(Permission.VIEW_SCRUTINY)
@require_safe
def frozen_pack_file(request: SignedInRequest, pk: int, file: str) -> HttpResponse:
    """The same as a file: pdf, xlsx or ods."""
    found = _found(request, pk)
    if file not in FILES:
        raise Http404
    make, content_type = FILES[file]
    name = f"scrutiny-{found.meets_on}-frozen-{found.pk}.{file}"
    return as_attachment(HttpResponse(make(_text(found)), content_type=content_type), name)


def _found(request: SignedInRequest, pk: int) -> FrozenPack:
    packs = FrozenPack.objects.visible_to(request.user).select_related("programme", "frozen_by")
    return get_object_or_404(packs, pk=pk)


def _text(found: FrozenPack) -> PackText:
    return PackText.from_json({name: value for name, value in found.body.items() if name not in ("counted", "told")})
