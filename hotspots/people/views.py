"""People: invited, given a role and districts, let go. Read by auditors too."""

import logging

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core import wording
from hotspot.core.accounts import operations as accounts
from hotspot.core.accounts.password_links import one_time_link, send_link
from hotspot.core.mail import has_mail_server
from hotspot.core.models import User
from hotspot.core.pages.access import SignedInRequest, call, page_of, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission, abilities
from hotspots.pages import paging
from hotspots.pages.views import confirm_page, crumbs, editing, form_page, posted
from hotspots.people import history, operations, presenters, queries
from hotspots.people.filters import PeopleFilter
from hotspots.people.forms import DistrictsForm, InviteForm, LinkForm, OrganisationChoiceForm, PersonForm, RoleForm

logger = logging.getLogger("hotspot.access")


@requires(Permission.VIEW_PEOPLE)
@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody with an account, narrowed by the filters in the address."""
    filters = PeopleFilter(request.GET)
    page = page_of(request, filters.apply(queries.people_seen_by(request.user)), size=25)
    context = {
        "form": filters,
        "tags": filters.tags(request.GET),
        "caption": f"{wording.plural(page.paginator.count, 'person', 'people')}, by name",
        "columns": presenters.PEOPLE_COLUMNS,
        "rows": presenters.people_rows(page),
        "manages": request.user.may(Permission.MANAGE_PEOPLE),
        "crumbs": crumbs(request),
        **paging.pagination(page, request.GET),
    }
    return render(request, "hotspots/people.html", context)


@requires(Permission.VIEW_PEOPLE)
@require_safe
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    """One person: what they may do, and what was done to their account."""
    found = _person(request, pk)
    manages = request.user.may(Permission.MANAGE_PEOPLE)
    context = {
        "person": found,
        "state": presenters.person_state(found),
        "rows": presenters.person_facts(found, by=request.user, manages=manages),
        "abilities": abilities(found.role) if found.is_active else [],
        "items": history.person_timeline(queries.history_of_person(found)),
        "crumbs": crumbs(request, ("People", reverse("hotspots:people"))),
        "manages": manages,
        "is_self": found.pk == request.user.pk,
    }
    return render(request, "hotspots/person.html", context)


@requires(Permission.MANAGE_PEOPLE)
@editing
def invite_person(request: SignedInRequest) -> HttpResponse:
    """A new person; then how their link reaches them, or first a supervisor's districts or a partner's organisation."""
    form = InviteForm(posted(request))
    if form.is_valid() and (saved := call(form, accounts.invite_person, by=request.user, **form.cleaned_data)):
        messages.success(request, f"{saved} is added.")
        return redirect(_after_inviting(saved), saved.pk)
    return form_page(request, form, title="Invite a person", label="Continue", back=reverse("hotspots:people"))


def _after_inviting(saved: User) -> str:
    if saved.has_own_orders:
        return "hotspots:give_organisation"
    return "hotspots:give_districts" if saved.has_own_districts else "hotspots:issue_link"


@requires(Permission.MANAGE_PEOPLE)
@editing
def edit_person(request: SignedInRequest, pk: int) -> HttpResponse:
    """A person's name or address."""
    found = _person(request, pk)
    form = PersonForm(posted(request), initial={"name": found.name, "email": found.email})
    if form.is_valid() and call(form, accounts.rename_person, by=request.user, person_id=pk, **form.cleaned_data):
        messages.success(request, "The account is changed.")
        return redirect("hotspots:person", pk)
    return form_page(request, form, title=f"Change {found}", label="Save changes", back=_page(found))


@requires(Permission.MANAGE_PEOPLE)
@editing
def change_role(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a person is here for."""
    found = _person(request, pk)
    form = RoleForm(posted(request), initial={"role": found.role})
    if form.is_valid() and call(form, operations.change_role, by=request.user, person_id=pk, **form.cleaned_data):
        messages.success(request, "The role is changed, from their next page on.")
        found.refresh_from_db()
        belongs_nowhere = found.has_own_orders and not hasattr(found, "partner_person")
        return redirect("hotspots:give_organisation" if belongs_nowhere else "hotspots:person", pk)
    return form_page(request, form, title=f"Change the role of {found}", label="Save role", back=_page(found))


@requires(Permission.MANAGE_PEOPLE)
@editing
def give_districts(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where a supervisor works."""
    found = _person(request, pk)
    given = found.district_access.values_list("district", flat=True)
    form = DistrictsForm(posted(request), initial={"districts": list(given)}, by=request.user)
    if form.is_valid() and call(form, operations.give_districts, by=request.user, person_id=pk, **form.cleaned_data):
        messages.success(request, f"The districts of {found} are saved.")
        return redirect(_after_giving(found), pk)
    return form_page(request, form, title=f"Districts of {found}", label="Save districts", back=_page(found))


@requires(Permission.MANAGE_PEOPLE)
@editing
def give_organisation(request: SignedInRequest, pk: int) -> HttpResponse:
    """Which organisation a partner belongs to."""
    found = _person(request, pk)
    belongs = getattr(found, "partner_person", None)
    initial = {"organisation": belongs.organisation_id} if belongs else {}
    form = OrganisationChoiceForm(posted(request), initial=initial, by=request.user)
    if form.is_valid() and call(form, operations.give_organisation, by=request.user, person_id=pk, **form.cleaned_data):
        messages.success(request, f"The organisation of {found} is saved.")
        return redirect(_after_giving(found), pk)
    return form_page(request, form, title=f"Organisation of {found}", label="Save organisation", back=_page(found))


def _after_giving(found: User) -> str:
    waits_for_link = found.is_active and not found.has_usable_password()
    return "hotspots:issue_link" if waits_for_link else "hotspots:person"


@requires(Permission.MANAGE_PEOPLE)
@editing
def issue_link(request: SignedInRequest, pk: int) -> HttpResponse:
    """A one-time link for somebody else: an invitation, or for a forgotten password."""
    found = _person(request, pk)
    form = LinkForm(posted(request), can_email=has_mail_server())
    if found.pk == request.user.pk:
        return redirect("core:change_password")
    if not found.is_active:
        messages.error(request, f"{found} may not sign in, so there is no link. Reactivate the account first.")
        return redirect("hotspots:person", pk)
    if form.is_valid():
        return _issue(request, found, by_email=form.cleaned_data["delivery"] == "email")
    return form_page(request, form, title=f"Send {found} a one-time link", label="Make link", back=_page(found))


def _issue(request: SignedInRequest, found: User, *, by_email: bool) -> HttpResponse:
    link = one_time_link(found, at=timezone.now())
    logger.warning("User %s made a one-time link for user %s.", request.user.pk, found.pk)
    if by_email and send_link(link):
        messages.success(request, f"The link is on its way to {found.email}.")
        return redirect("hotspots:person", found.pk)
    # Shown in the answer itself and kept nowhere.
    context = {"link": link, "was_not_sent": by_email, "back": _page(found)}
    return render(request, "hotspots/link.html", context)


@requires(Permission.MANAGE_PEOPLE)
@editing
def deactivate_person(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody leaves."""
    found = _person(request, pk)
    form = Form(posted(request))
    if form.is_valid() and call(form, accounts.deactivate_person, by=request.user, person_id=pk):
        messages.success(request, f"{found} can no longer sign in.")
        return redirect("hotspots:person", pk)
    return confirm_page(
        request,
        form,
        title=f"Deactivate {found}",
        text="They are signed out at once and cannot sign in again. What they did stays under their name.",
        label="Deactivate account",
        back=_page(found),
    )


@requires(Permission.MANAGE_PEOPLE)
@editing
def reactivate_person(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody comes back."""
    found = _person(request, pk)
    form = Form(posted(request))
    if form.is_valid() and call(form, accounts.reactivate_person, by=request.user, person_id=pk):
        messages.success(request, f"{found} may sign in again. Send them a link to choose a new password.")
        return redirect("hotspots:issue_link", pk)
    return confirm_page(
        request,
        form,
        title=f"Reactivate {found}",
        text=f"They may sign in again as {found.get_role_display()}, once they have chosen a new password.",
        label="Reactivate account",
        back=_page(found),
    )


def _person(request: SignedInRequest, pk: int) -> User:
    return get_object_or_404(queries.people_seen_by(request.user), pk=pk)


def _page(found: User) -> str:
    return reverse("hotspots:person", args=(found.pk,))
