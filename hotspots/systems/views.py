"""Connected systems: let in with a secret that is shown once, changed, revoked. Read by auditors too."""

import logging
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from hotspot.core import wording
from hotspot.core.accounts import operations
from hotspot.core.history import history_of_system, version_of_system
from hotspot.core.models import ConnectedSystem
from hotspot.core.pages.access import SignedInRequest, call, page_of, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspots.pages import paging
from hotspots.pages.views import confirm_page, crumbs, editing, form_page, posted, seen_version, this_day
from hotspots.systems import history, presenters, queries
from hotspots.systems.forms import ConnectForm, SystemForm

logger = logging.getLogger("hotspot.access")


@requires(Permission.VIEW_PEOPLE)
@require_safe
def systems(request: SignedInRequest) -> HttpResponse:
    """Every system that ever could call the API."""
    page = page_of(request, queries.systems_seen_by(request.user), size=25)
    context = {
        "columns": presenters.SYSTEM_COLUMNS,
        "rows": presenters.system_rows(page, day=this_day()),
        "manages": request.user.may(Permission.MANAGE_PEOPLE),
        "crumbs": crumbs(request),
        **paging.pagination(page, request.GET),
    }
    return render(request, "hotspots/systems.html", context)


@requires(Permission.VIEW_PEOPLE)
@require_safe
def system(request: SignedInRequest, pk: int) -> HttpResponse:
    """One system: what it may do, whether it does, and what was done to it."""
    found = _system(request, pk)
    manages = request.user.may(Permission.MANAGE_PEOPLE)
    tokens = queries.working_tokens(found, at=timezone.now())
    context = {
        "system": found,
        "state": presenters.system_state(found, day=this_day()),
        "rows": presenters.system_facts(found, tokens=tokens, manages=manages),
        "items": history.system_timeline(history_of_system(found)),
        "crumbs": crumbs(request, ("Connected systems", reverse("hotspots:systems"))),
        "manages": manages,
        **_example(),
    }
    return render(request, "hotspots/system.html", context)


@requires(Permission.MANAGE_PEOPLE)
@editing
def connect_system(request: SignedInRequest) -> HttpResponse:
    """A new system, and its secret in the answer itself: kept nowhere, and not said again for the same form."""
    form = ConnectForm(posted(request))
    if form.is_valid():
        issued = call(form, operations.connect_system, by=request.user, at=timezone.now(), **form.cleaned_data)
        if issued:
            return _show_once(request, issued, title=f"{issued.system} is connected")
    return form_page(request, form, title="Connect a system", label="Connect system", back=reverse("hotspots:systems"))


@requires(Permission.MANAGE_PEOPLE)
@editing
def change_system(request: SignedInRequest, pk: int) -> HttpResponse:
    """A system's name, what it may do, or its last day."""
    found = _system(request, pk)
    initial = {"name": str(found), "scopes": found.scopes, "last_day": found.last_day}
    form = SystemForm(posted(request), initial=initial)
    seen = seen_version(request)
    if form.is_valid() and call(
        form, operations.change_system, by=request.user, system_id=pk, version=seen, **form.cleaned_data
    ):
        messages.success(request, "The system is changed, from its next call on.")
        return redirect("hotspots:system", pk)
    meanwhile = [] if seen is None else history.system_timeline(history_of_system(found, since=seen))
    return form_page(
        request,
        form,
        title=f"Change {found}",
        label="Save changes",
        back=_page(found),
        version=version_of_system(found),
        meanwhile=meanwhile,
    )


@requires(Permission.MANAGE_PEOPLE)
@editing
def renew_secret(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another secret for a system. The version in the form is good for one, however often the form is sent."""
    found = _system(request, pk)
    form = Form(posted(request))
    if form.is_valid():
        seen = seen_version(request) or 0
        issued = call(form, operations.renew_secret, by=request.user, at=timezone.now(), system_id=pk, version=seen)
        if issued:
            return _show_once(request, issued, title=f"{found} has a new secret")
        if form.has_error("__all__", "changed_meanwhile"):
            words = f"No other secret was made, because {found} has changed since that form was opened."
            messages.warning(request, f"{words} A secret is shown only once.")
            return redirect("hotspots:system", pk)
    return confirm_page(
        request,
        form,
        title=f"Make a new secret for {found}",
        text="The old secret and every access token got with it stop working at once. "
        "The system is cut off until it has the new one.",
        label="Make new secret",
        back=_page(found),
        version=version_of_system(found),
    )


@requires(Permission.MANAGE_PEOPLE)
@editing
def revoke_system(request: SignedInRequest, pk: int) -> HttpResponse:
    """A system that shall never call again."""
    found = _system(request, pk)
    form = Form(posted(request))
    if form.is_valid() and call(form, operations.revoke_system, by=request.user, system_id=pk):
        messages.success(request, f"{found} can no longer call the API.")
        return redirect("hotspots:system", pk)
    return confirm_page(
        request,
        form,
        title=f"Revoke {found}",
        text="It is kept out from its next call on, for good. What it wrote stays under its name.",
        label="Revoke system",
        back=_page(found),
    )


@sensitive_variables("issued", "context")
def _show_once(request: SignedInRequest, issued: operations.Issued, *, title: str) -> HttpResponse:
    if issued.client_secret is None:
        messages.info(request, "This system is connected already. Its secret is shown only once.")
        return redirect("hotspots:system", issued.system.pk)
    logger.warning("User %s made a secret for system %s.", request.user.pk, issued.system.pk)
    context = {"system": issued.system, "secret": issued.client_secret, "title": title, **_example()}
    return render(request, "hotspots/secret.html", context)


def _example() -> dict[str, Any]:
    """How a system calls. The address is never the host of a request: secrets are sent there."""
    address = settings.SITE_URL
    return {
        "token_url": address + reverse("api:token"),
        "example_url": address + reverse("api:areas"),
        "token_lasts": wording.duration(settings.OAUTH2_PROVIDER["ACCESS_TOKEN_EXPIRE_SECONDS"] // 60),
    }


def _system(request: SignedInRequest, pk: int) -> ConnectedSystem:
    return get_object_or_404(queries.systems_seen_by(request.user), pk=pk)


def _page(found: ConnectedSystem) -> str:
    return reverse("hotspots:system", args=(found.pk,))
