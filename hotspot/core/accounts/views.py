"""Sign-in, choosing and changing a password, and one's own account."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_safe

from hotspot.core import wording
from hotspot.core.accounts.devices import remember_device
from hotspot.core.accounts.forms import WRONG, ChangePasswordForm, ChoosePasswordForm, RefusedSignInForm, SignInForm
from hotspot.core.accounts.sign_in_limits import seconds_to_wait
from hotspot.core.models import User
from hotspot.core.pages.access import SignedInRequest, requires
from hotspot.core.permissions import Permission, abilities

# --- sign-in ------------------------------------------------------------------------------------------------------


def first_page_of(user: User) -> str:
    """The name of the page that a person comes for.

    Supervisors come to log shifts, administrators to set up what is missing, finance to keep the ledger, partners to
    see their orders, everybody else to see figures.
    """
    if user.may(Permission.MANAGE):
        return "hotspots:start"
    if user.may(Permission.KEEP_LEDGER):
        return "ledger:ledger"
    if user.has_own_orders:
        return "reports:orders"
    return "outcomes:shifts" if user.may(Permission.LOG_SHIFT) else "reports:figures"


class SignIn(auth_views.LoginView):
    """Where everybody signs in."""

    template_name = "core/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        """Their first page, at once: each redirect costs a second where the signal is poor."""
        user = self.request.user
        return reverse(first_page_of(user)) if user.is_authenticated else super().get_default_redirect_url()

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign them in, and have the browser remember that they have used it."""
        response = super().form_valid(form)
        remember_device(self.request, response, form.get_user())
        return response


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
        return found if found is not None and found.is_active and not found.is_system else None

    def form_valid(self, form: Any) -> HttpResponse:
        """Save, and send them to sign in with what they chose."""
        response = super().form_valid(form)
        messages.success(self.request, "Your password is set. Sign in with it now.")
        return response


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
