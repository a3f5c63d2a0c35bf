"""The page that checks a text."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from hotspot.core.pages.access import SignedInRequest, form_status, requires
from hotspot.core.permissions import Permission
from hotspots.pages.views import editing, posted
from reports.claims.checking import check_text
from reports.claims.evidence import Evidence
from reports.claims.forms import CheckForm
from reports.claims.presenters import cards, tally


@requires(Permission.PREPARE_STATEMENT)
@editing
def check_claim(request: SignedInRequest) -> HttpResponse:
    """Check the claims of a text. Nothing is kept of it."""
    now = timezone.now()
    form = CheckForm(posted(request), by=request.user, at=now)
    context: dict[str, Any] = {"form": form, "is_asked": form.is_valid()}
    if form.is_valid():
        programme, period = form.chosen
        evidence = Evidence(by=request.user, programme=programme, period=period, at=now, is_inside=True)
        others = [other for other in form.programmes if other != programme]
        checked = check_text(form.cleaned_data["text"], evidence, others=others)
        found = cards(checked, evidence)
        context |= {"checked": checked, "cards": found, "tally": tally(found)}
    return render(request, "claims/check.html", context, status=form_status(form))
