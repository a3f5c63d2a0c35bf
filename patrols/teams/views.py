"""Pages of teams."""

from contextlib import suppress

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspots.pages.views import confirm_page, editing, form_page, posted, seen_version
from patrols.models import CrewTeam
from patrols.teams import operations, presenters, queries
from patrols.teams.forms import TeamForm

# In the session, the team that somebody deleted last.
DELETED = "deleted_team"


@requires(Permission.LOG_SHIFT)
@require_safe
def teams(request: SignedInRequest) -> HttpResponse:
    """One's own teams, and those of one's districts."""
    rows = presenters.team_rows(queries.teams_seen_by(request.user), by=request.user)
    return render(request, "teams/list.html", {"columns": presenters.COLUMNS, "rows": rows})


@requires(Permission.LOG_SHIFT)
@editing
def new_team(request: SignedInRequest) -> HttpResponse:
    """A new team."""
    form = TeamForm(posted(request), by=request.user, for_district=request.user.may(Permission.MANAGE))
    if form.is_valid():
        district = form.cleaned_data.get("district")
        made = call(form, operations.make_team, by=request.user, at=timezone.now(), district=district, **form.facts)
        if made:
            return _kept(request, made)
    return form_page(request, form, title="New team", label="Save team", back=reverse("teams:list"))


@requires(Permission.LOG_SHIFT)
@editing
def edit_team(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another name for a team, or other people in it."""
    found = _kept_by(request, pk)
    form = TeamForm(posted(request), by=request.user, team=found)
    seen, now = seen_version(request), timezone.now()
    if form.is_valid():
        try:
            changed = call(
                form, operations.change_team, by=request.user, at=now, team_id=pk, version=seen, **form.facts
            )
        except CrewTeam.DoesNotExist:
            raise Http404 from None
        if changed:
            return _kept(request, changed)
        # What it says now, if somebody else changed it meanwhile.
        found = _kept_by(request, pk)
    return form_page(
        request,
        form,
        title=f"Change {found}",
        label="Save team",
        back=reverse("teams:list"),
        version=found.version,
        text=presenters.as_changed(found) if seen not in (None, found.version) else "",
        delete_url=reverse("teams:delete", args=(pk,)),
        delete_label="Delete this team",
    )


@requires(Permission.LOG_SHIFT)
@editing
def delete_team(request: SignedInRequest, pk: int) -> HttpResponse:
    """A team that is not needed any more."""
    found = queries.teams_kept_by(request.user).filter(pk=pk).first()
    form = Form(posted(request))
    if found is None:
        if request.session.get(DELETED) == pk and form.is_valid():
            # Pressed twice: it is gone, which is what was wanted.
            return redirect("teams:list")
        raise Http404
    if form.is_valid():
        # Somebody else may have deleted it meanwhile.
        with suppress(CrewTeam.DoesNotExist):
            operations.delete_team(by=request.user, team_id=pk)
        request.session[DELETED] = pk
        messages.success(request, f"{found} is deleted.")
        return redirect("teams:list")
    return confirm_page(
        request,
        form,
        title=f"Delete {found}",
        text="Its collar numbers are deleted for good. Shifts that were logged or planned keep theirs.",
        label="Delete it",
        back=reverse("teams:list"),
    )


def _kept(request: SignedInRequest, team: CrewTeam) -> HttpResponse:
    messages.success(request, f"{team} is saved. You can add it when you log or plan a shift.")
    return redirect("teams:list")


def _kept_by(request: SignedInRequest, pk: int) -> CrewTeam:
    return get_object_or_404(queries.teams_kept_by(request.user), pk=pk)
