"""The page that checks a text."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hotspot.core.pages.access import SignedInRequest, form_status, requires
from hotspot.core.permissions import Permission
from reports.claims.checking import check_text
from reports.claims.evidence import Evidence
from reports.claims.forms import CheckForm
from reports.claims.presenters import cards, tally


@requires(Permission.PREPARE_STATEMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def check_claim(request: SignedInRequest) -> HttpResponse:
    """Check the claims of a text. Nothing is kept of it."""
    now = timezone.now()
    form = CheckForm(request.POST if request.method == "POST" else None, by=request.user, at=now)
    context: dict[str, Any] = {"form": form, "is_asked": form.is_valid()}
    if form.is_valid():
        programme, period = form.chosen
        evidence = Evidence(by=request.user, programme=programme, period=period, at=now, is_inside=True)
        others = [
            Evidence(by=request.user, programme=other, period=other.period, at=now, is_inside=True)
            for other in form.programmes
            if other != programme
        ]
        checked = check_text(form.cleaned_data["text"], evidence, others=others)
        found = cards(checked, evidence)
        context |= {"checked": checked, "cards": found, "tally": tally(found)}
    return render(request, "claims/check.html", context, status=form_status(form))
