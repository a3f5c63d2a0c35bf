"""Who is calling: a connected system by its access token, or a person by the session of their browser."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from oauth2_provider.models import AccessToken, Application
from oauth2_provider.scopes import SettingsScopes
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from hotspot.core.models import ConnectedSystem, User
from hotspot.core.periods import today

USED_EVERY = timedelta(minutes=1)


class SystemScopes(SettingsScopes):
    """Which scopes a system can ask for: those that an administrator gave it, all of them unless it names some."""

    def get_available_scopes(
        self, application: Application | None = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> Sequence[str]:
        """Those of the system, none for an unknown or revoked one."""
        system = ConnectedSystem.objects.filter(application=application).select_related("user").first()
        return system.scopes if system and system.is_in_use_on(today(timezone.now())) else []

    get_default_scopes = get_available_scopes


class SystemAuthentication(OAuth2Authentication):
    """A bearer token in the Authorization header, and nowhere else.

    The provider issues tokens and keeps their checksums; looking one up with its system and user is one query here,
    where the provider's own way through oauthlib is three.
    """

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        """The system's user with the scopes of its token, or None where no token was sent.

        Raises AuthenticationFailed for a token that is wrong, expired or of a system that was revoked.
        """
        header = request.headers.get("Authorization", "")
        if not header:
            return None
        kind, _, raw = header.partition(" ")
        now = timezone.now()
        token = _token(raw.strip()) if kind.lower() == "bearer" else None
        if token is None or token.expires <= now or not hasattr(token.application, "system"):
            request.oauth2_error = {"error": "invalid_token"}  # type: ignore[attr-defined]
            raise AuthenticationFailed("The access token is wrong, expired or revoked.")
        return _user_of(token, now), token


def _token(raw: str) -> AccessToken | None:
    checksum = hashlib.sha256(raw.encode("utf-8", "replace")).hexdigest()
    tokens = AccessToken.objects.select_related("application__system__user")
    found: AccessToken | None = tokens.filter(token_checksum=checksum).first()
    return found


def _user_of(token: AccessToken, now: datetime) -> User:
    system: ConnectedSystem = token.application.system
    if not system.is_in_use_on(today(now)):
        raise AuthenticationFailed("This system is not connected any more.")
    if system.last_used_at is None or now - system.last_used_at >= USED_EVERY:
        ConnectedSystem.objects.filter(pk=system.pk).update(last_used_at=now)
    # What the administrator has taken away since is gone from tokens that are still out there.
    system.user.scopes = frozenset(token.scope.split()) & frozenset(system.scopes)
    return system.user
