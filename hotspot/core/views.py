"""The front door: sign-in, the account, statements about the service, and health."""

import sys
from typing import Any

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import loader
from django.urls import reverse_lazy
from django.views.decorators.http import require_safe

from hotspot.core import instance, unsent, wording
from hotspot.core.api import problems
from hotspot.core.devices import remember_device
from hotspot.core.errors import is_database_down
from hotspot.core.models import User
from hotspot.core.permissions import Permission, Role, abilities
from hotspot.core.sign_in import WRONG, ChangePasswordForm, ChoosePasswordForm, RefusedSignInForm, SignInForm
from hotspot.core.throttling import seconds_to_wait
from hotspot.core.unsent import to_send_again
from hotspot.core.web import SignedInRequest, public, requires


@requires(Permission.USE_SERVICE)
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Supervisors come to log shifts, administrators to set up what is missing; everybody else to see figures."""
    first_pages = {Role.SUPERVISOR: "outcomes:shifts", Role.ADMINISTRATOR: "hotspots:start"}
    return redirect(first_pages.get(Role(request.user.role), "reports:figures"))


# --- sign-in ------------------------------------------------------------------------------------------------------


class SignIn(auth_views.LoginView):
    """Where everybody signs in."""

    template_name = "core/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign them in, and have the browser remember that they have used it."""
        response = super().form_valid(form)
        remember_device(self.request, response, form.get_user())
        return response


sign_in = public(SignIn.as_view())
sign_out = public(auth_views.LogoutView.as_view())


def too_many_attempts(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any]) -> HttpResponse:
    """What django-axes answers for: the words of a wrong password, and how long to wait."""
    seconds = seconds_to_wait(request, (credentials or {}).get("username", ""))
    refusal = f"{WRONG} Try again in {wording.plural(-(-seconds // 60), 'minute')}."
    form = RefusedSignInForm(request, data=request.POST, refusal=refusal)
    page = render(request, "core/sign_in.html", {"form": form, "next": request.POST.get("next", "")}, status=429)
    page["Retry-After"] = str(seconds)
    return page


class ChoosePassword(auth_views.PasswordResetConfirmView):
    """Where a one-time link leads."""

    template_name = "core/choose_password.html"
    form_class = ChoosePasswordForm
    success_url = reverse_lazy("core:sign_in")
    title = "Choose your password"

    def get_user(self, uidb64: str) -> User | None:
        """The link's person, as long as they may sign in. A connected system is no person."""
        found = super().get_user(uidb64)
        return found if found is not None and found.is_active and found.role != Role.SYSTEM else None

    def form_valid(self, form: Any) -> HttpResponse:
        """Save, and send them to sign in with what they chose."""
        response = super().form_valid(form)
        messages.success(self.request, "Your password is set. Sign in with it now.")
        return response


choose_password = public(ChoosePassword.as_view())


# --- one's own account --------------------------------------------------------------------------------------------


@requires(Permission.USE_SERVICE)
@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    """Who the service thinks you are, and what you may do."""
    rows = [
        {"key": "Name", "value": request.user.name},
        {"key": "E-mail address", "value": request.user.email},
        {"key": "Role", "value": request.user.get_role_display()},
        {
            "key": "Password",
            "value": "Not shown",
            "url": reverse_lazy("core:change_password"),
            "hidden": "password",
        },
    ]
    return render(request, "core/account.html", {"rows": rows, "abilities": abilities(request.user.role)})


class ChangePassword(auth_views.PasswordChangeView):
    """A new password ends every other session of its person."""

    template_name = "core/change_password.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("core:account")
    title = "Change your password"

    def form_valid(self, form: Any) -> HttpResponse:
        """Save, keep this session and say so."""
        response = super().form_valid(form)
        messages.success(self.request, "Your password is changed. You are signed out everywhere else.")
        remember_device(self.request, response, form.user)
        return response


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
        is_itself = instance.current().is_itself
    except DatabaseError:
        return HttpResponse("the database cannot be reached\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n" if is_itself else f"ok, but: {instance.NOT_RUN}\n", content_type="text/plain")


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
    if match and unsent.keep_for_reader(request, match.func):
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
