"""The administrator's start: what is set up, and what is still missing."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from hotspot.core.pages.access import SignedInRequest, requires
from hotspot.core.permissions import Permission
from hotspots.pages.views import this_day
from hotspots.setup import presenters, queries


@requires(Permission.MANAGE)
@require_safe
def start(request: SignedInRequest) -> HttpResponse:
    """Where an administrator begins: at the set-up until a supervisor could log a shift, later at the figures."""
    is_complete = queries.set_up(day=this_day()).is_complete
    return redirect("reports:figures" if is_complete else "hotspots:manage")


@requires(Permission.MANAGE)
@require_safe
def manage(request: SignedInRequest) -> HttpResponse:
    """Every kind of record with its count and state, in the order in which a new force needs them."""
    state = queries.set_up(day=this_day())
    return render(request, "hotspots/manage.html", {"set_up": state, "steps": presenters.steps(state)})
