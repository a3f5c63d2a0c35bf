"""The forms with which people sign in and choose passwords: Django's own, in our words."""

from datetime import timedelta
from math import ceil
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.utils import timezone

from hotspot.core import wording
from hotspot.core.accounts.rules import MAXIMUM_PASSWORD_BYTES
from hotspot.core.accounts.sign_in_limits import count_wrong_own_password, waits_until_for_own_password
from hotspot.core.pages.fields import TextField
from hotspot.core.pages.forms import PlainWords

WRONG = "Enter a correct e-mail address and password."
RULES = "At least 12 characters. Three random words are strong and easy to remember."


class SignInForm(PlainWords, AuthenticationForm):
    """E-mail address and password."""

    # Not an EmailField: what is not an address gets the same answer as one that nobody has.
    username = TextField(
        label="E-mail address",
        max_length=254,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "inputmode": "email",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=MAXIMUM_PASSWORD_BYTES,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    error_messages = {"invalid_login": WRONG, "inactive": WRONG}

    def clean_username(self) -> str:
        """Addresses are kept in lower case, and other capitals must not be a way around the throttle."""
        address: str = self.cleaned_data["username"]
        return address.strip().lower()


class RefusedSignInForm(SignInForm):
    """What was sent after too many failures, shown again without a look at the password."""

    def __init__(self, *args: Any, refusal: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusal = refusal

    def clean(self) -> dict[str, Any]:
        """Refuse whatever was sent."""
        raise forms.ValidationError(self.refusal, code="too_many_attempts")


class NewPasswordWords(PlainWords):
    """Labels, hints and looks for the two fields of a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first, second = self.fields["new_password1"], self.fields["new_password2"]
        first.label, first.help_text = "New password", RULES
        second.label, second.help_text = "New password again", ""
        first.error_messages["required"] = "Enter a new password"
        second.error_messages["required"] = "Enter the new password again"


class ChoosePasswordForm(NewPasswordWords, SetPasswordForm):
    """A first or a forgotten password."""

    error_messages = {"password_mismatch": "The two passwords are not the same."}


class ChangePasswordForm(NewPasswordWords, PasswordChangeForm):
    """A new password for somebody who knows the old one."""

    error_messages = {
        "password_mismatch": "The two passwords are not the same.",
        "password_incorrect": "This is not your present password.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Present password"
        self.fields["old_password"].widget.attrs.pop("autofocus", None)
        self.fields["old_password"].error_messages["required"] = "Enter your present password"

    def clean_old_password(self) -> str:
        """The present password. Raises ValidationError where it is wrong, or too many were."""
        now = timezone.now()
        if until := waits_until_for_own_password(self.user, at=now):
            minutes = wording.plural(ceil((until - now) / timedelta(minutes=1)), "minute")
            message = f"Too many wrong passwords were entered here. Try again in {minutes}."
            raise forms.ValidationError(message, code="too_many_attempts")
        try:
            return super().clean_old_password()
        except forms.ValidationError:
            count_wrong_own_password(self.user, at=now)
            raise
