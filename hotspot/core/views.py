"""The front door: sign-in, the account, statements about the service, and health."""

import sys

from django.contrib.auth import views as auth_views
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import loader
from django.views.decorators.http import require_safe

from hotspot.core import database_instance
from hotspot.core.accounts.views import ChangePassword, ChoosePassword, SignIn, first_page_of
from hotspot.core.api import problems
from hotspot.core.errors import is_database_down
from hotspot.core.pages import resubmission
from hotspot.core.pages.access import SignedInRequest, public, requires
from hotspot.core.pages.resubmission import to_send_again
from hotspot.core.permissions import Permission


@requires(Permission.USE_SERVICE)
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Lead everybody to their first page."""
    return redirect(first_page_of(request.user))


sign_in = public(SignIn.as_view())
sign_out = public(auth_views.LogoutView.as_view())


choose_password = public(ChoosePassword.as_view())


change_password = requires(Permission.USE_SERVICE)(ChangePassword.as_view())


# --- statements ---------------------------------------------------------------------------------------------------


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement that the regulations of 2018 ask for."""
    return render(request, "core/accessibility.html")


@public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What the service keeps about the people who use it and the people it counts."""
    return render(request, "core/privacy.html")


@public
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How to do the usual things, and whom to ask."""
    return render(request, "core/help.html")


# --- health -------------------------------------------------------------------------------------------------------


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """That this process answers. Asks nothing of the database, and says nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@public
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether this process can do its work: 200, or 503 while the database cannot be reached.

    After a restore people can work, so it stays 200 and says that `after_restore` has yet to be run.
    """
    try:
        is_itself = database_instance.current().is_itself
    except DatabaseError:
        return HttpResponse("the database cannot be reached\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n" if is_itself else f"ok, but: {database_instance.NOT_RUN}\n", content_type="text/plain")


# --- errors -------------------------------------------------------------------------------------------------------


def _is_api(request: HttpRequest) -> bool:
    """Whether a program asked, which reads no pages."""
    return request.path.startswith("/api/v")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return problems.page(request, "malformed") if _is_api(request) else render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return problems.page(request, "not_allowed") if _is_api(request) else render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token: most often a page that was open while its person signed in again.

    Where it says that it was shown to the same person, it is filled in again with a new token, and nothing is saved.
    """
    match = request.resolver_match
    if match and resubmission.keep_for_reader(request, match.func):
        return redirect(request.get_full_path())
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, which does not repeat what was asked for."""
    return problems.page(request, "not_found") if _is_api(request) else render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database cannot be reached, with what was entered. Asks nothing of what might be down."""
    is_down = is_database_down(sys.exception())
    headers = {"Retry-After": "30"} if is_down else {}
    if _is_api(request):
        return problems.page(request, "unavailable" if is_down else "failed", headers=headers)
    template = loader.get_template("503.html" if is_down else "500.html")
    context = {"reference": getattr(request, "reference", ""), "again": to_send_again(request) if is_down else []}
    page = template.render(context)
    return HttpResponse(page, status=503 if is_down else 500, headers=headers)
