"""The detail of single outcomes, and the list of those that wait for it."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from hotspot.core.permissions import Permission
from hotspot.core.web import SignedInRequest, requires


@requires(Permission.CORRECT_SHIFT)
def to_follow(request: SignedInRequest) -> HttpResponse:
    """Outcomes that wait for their detail."""
    return render(request, "outcomes/to_follow.html", {})


@requires(Permission.CORRECT_SHIFT)
def detail(request: SignedInRequest, kind: str, outcome_id: int) -> HttpResponse:
    """One outcome's detail."""
    raise Http404


@requires(Permission.CORRECT_SHIFT)
def withdraw(request: SignedInRequest, kind: str, outcome_id: int) -> HttpResponse:
    """Withdraw one outcome."""
    raise Http404
