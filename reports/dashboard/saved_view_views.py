"""Saved views of the dashboard: keeping one, removing one."""

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hotspot.core.calendar import today
from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.permissions import Permission
from reports.dashboard import operations
from reports.dashboard.forms import ViewForm
from reports.figures.criteria import read_criteria
from reports.models import SavedView


@requires(Permission.VIEW_DAILY_FIGURES)
@require_POST
def save_view(request: SignedInRequest) -> HttpResponse:
    """Keep what the dashboard shows under a name, and show it again."""
    now = timezone.now()
    asked = QueryDict(request.POST.get("query", "").removeprefix("?"))
    question = read_criteria(asked, by=request.user, today=today(now))
    if question is None:
        raise Http404
    form = ViewForm(request.POST)
    if form.is_valid():
        name = form.cleaned_data["name"]
        was = SavedView.objects.visible_to(request.user).filter(name__iexact=name).exists()
        if call(form, operations.save_view, by=request.user, at=now, name=name, query=question.query()):
            messages.success(request, f"This view is saved as {name}{', in place of the one before' if was else ''}.")
    for errors in form.errors.values():
        messages.error(request, str(errors[0]))
    return redirect(f"{reverse('reports:dashboard')}{question.query()}")


@requires(Permission.VIEW_DAILY_FIGURES)
@require_POST
def remove_view(request: SignedInRequest, view_id: int) -> HttpResponse:
    """Remove one of one's own views."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=view_id)
    operations.remove_view(by=request.user, view_id=view.pk)
    messages.success(request, f"{view.name} is removed.")
    return redirect("reports:dashboard")
