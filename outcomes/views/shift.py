"""One shift: what it was, what became of it, and what may be done with it now."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from hotspot.core.permissions import Permission
from hotspot.core.web import SignedInRequest, requires
from patrols.models import PatrolShift


@requires(Permission.VIEW_SHIFTS)
def shift(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """The shift's page."""
    found = get_object_or_404(PatrolShift.objects.visible_to(request.user), pk=shift_id)
    return render(request, "outcomes/shift.html", {"shift": found})


@requires(Permission.VOID_SHIFT)
def void(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """Withdraw the shift from every figure."""
    return shift(request, shift_id)


@requires(Permission.VOID_SHIFT)
def restore(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """Undo a void."""
    return shift(request, shift_id)


@requires(Permission.CORRECT_SHIFT)
def crew(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """Who was on the shift, and when."""
    return shift(request, shift_id)


@requires(Permission.CORRECT_SHIFT)
def visits(request: SignedInRequest, shift_id: int) -> HttpResponse:
    """When the crew was in the area."""
    return shift(request, shift_id)
