"""Saved views: keeping one, removing one."""

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hotspot.core.calendar import today
from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.permissions import Permission
from hotspots.pages.views import confirm_page
from reports.explore.criteria import read_explored
from reports.figures.criteria import read_criteria
from reports.models import SavedView
from reports.saved_views import operations
from reports.view_form import RemoveViewForm, ViewForm


@requires(Permission.VIEW_DAILY_FIGURES)
@require_POST
def save_view(request: SignedInRequest) -> HttpResponse:
    """Keep what a page shows under a name, and show it again."""
    now, page = timezone.now(), request.POST.get("page", SavedView.Page.DASHBOARD)
    asked = _asked(request)
    question = read_criteria(asked, by=request.user, today=today(now))
    if question is None or page not in SavedView.Page.values:
        raise Http404
    query = question.query()
    if page == SavedView.Page.EXPLORE:
        query = read_explored(asked, question, by=request.user).query()
    form = ViewForm(request.POST)
    if form.is_valid():
        name, shared = form.cleaned_data["name"], form.cleaned_data["shared"]
        was = SavedView.objects.own(request.user).filter(name__iexact=name).exists()
        saved = {"by": request.user, "at": now, "name": name, "query": query, "page": page, "is_shared": shared}
        if call(form, operations.save_view, **saved):
            messages.success(
                request,
                f"This view is saved as {name}{', in place of the one before' if was else ''}"
                f"{', and shared' if shared else ''}.",
            )
    for errors in form.errors.values():
        messages.error(request, str(errors[0]))
    return redirect(SavedView(page=page, query=query).url)


@requires(Permission.VIEW_DAILY_FIGURES)
@require_POST
def remove_view(request: SignedInRequest, view_id: int) -> HttpResponse:
    """Remove one of one's own views, and show again what was shown. One that is shared only after being asked."""
    view = get_object_or_404(SavedView.objects.own(request.user), pk=view_id)
    back = _shown(request).url if request.POST.get("page") in SavedView.Page.values else reverse(f"reports:{view.page}")
    if view.is_shared and "sure" not in request.POST:
        shown = {name: request.POST.get(name, "") for name in ("page", "query")}
        return confirm_page(
            request,
            RemoveViewForm(initial={"sure": "yes", **shown}),
            title=f"Remove {view.name}?",
            text="It is shared: others lose it too, and so do their weekly e-mails of it.",
            label="Remove it",
            back=back,
        )
    operations.remove_view(by=request.user, view_id=view.pk)
    messages.success(request, f"{view.name} is removed.")
    return redirect(back)


def _asked(request: SignedInRequest) -> QueryDict:
    """The question of the page from which something was sent."""
    return QueryDict(request.POST.get("query", "").removeprefix("?"))


def _shown(request: SignedInRequest) -> SavedView:
    """What that page shows, as a view that is not saved."""
    query = _asked(request)
    return SavedView(page=request.POST["page"], query=f"{'?' * bool(query)}{query.urlencode()}")
