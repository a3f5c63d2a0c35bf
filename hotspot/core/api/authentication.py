"""Who is calling: a connected system by its access token, or a person by the session of their browser."""

import hashlib
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from oauth2_provider.models import Application
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import SettingsScopes
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed, Throttled
from rest_framework.request import Request

from hotspot.core import prepared_statements
from hotspot.core.accounts.sign_in_limits import client_address
from hotspot.core.api.throttling import is_guessing, seconds_left
from hotspot.core.calendar import today
from hotspot.core.models import ConnectedSystem, User

USED_EVERY = timedelta(minutes=1)


class SystemScopes(SettingsScopes):
    """Which scopes a system can ask for: those that an administrator gave it, all of them unless it names some."""

    def get_available_scopes(
        self, application: Application | None = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> Sequence[str]:
        """Those of the system, none for an unknown or revoked one."""
        system = _in_use(application)
        return system.scopes if system else []

    get_default_scopes = get_available_scopes


class SystemValidator(OAuth2Validator):
    """The provider's own rules; and no token, not even one for nothing, for a system that was revoked or expired."""

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Application, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Whether this client may have a token now."""
        may = super().validate_grant_type(client_id, grant_type, client, request, *args, **kwargs)
        return bool(may and _in_use(request.client))


def _in_use(application: Application | None) -> ConnectedSystem | None:
    system = ConnectedSystem.objects.filter(application=application).select_related("user").first()
    return system if system and system.is_in_use_on(today(timezone.now())) else None


class PersonAuthentication(SessionAuthentication):
    """The session of a browser, with the CSRF token in its header: X-CSRFToken."""

    def enforce_csrf(self, request: Request) -> None:
        """Raise PermissionDenied without the right token. Never looks for it in the body, as Django would."""
        bodiless: Any = copy(request._request)
        bodiless._post, bodiless._files = QueryDict(), MultiValueDict()
        super().enforce_csrf(bodiless)


@dataclass(frozen=True)
class AccessToken:
    """A token that works: whose it is and what for."""

    system_id: int
    scopes: frozenset[str]


class SystemAuthentication(OAuth2Authentication):
    """A bearer token in the Authorization header, and nowhere else.

    The provider issues tokens and keeps their checksums. Looking one up with its system and user is one plain query
    here, because every call comes this way; the provider's own way costs as much as all the rest of a call.
    """

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        """The system's user with the scopes of its token, or None where no token was sent.

        Raises AuthenticationFailed for a token that is wrong, expired or of a system that was revoked, and Throttled
        where too many of those came from one address.
        """
        header = request.headers.get("Authorization", "")
        if not header:
            return None
        kind, _, raw = header.partition(" ")
        found = _holder(raw.strip(), timezone.now()) if kind.lower() == "bearer" else None
        if found is None:
            request.oauth2_error = {"error": "invalid_token"}  # type: ignore[attr-defined]
            raise _wrong_token(request)
        return found


def _wrong_token(request: Request) -> APIException:
    """What to raise: Throttled after too many from one address. A good token costs no count, and is never held up."""
    if is_guessing(client_address(request._request)):
        return Throttled(seconds_left())
    return AuthenticationFailed("The access token is wrong, expired or revoked.")


_HOLDER = """
    SELECT s.id, s.scopes, s.last_used_at, t.scope, u.id, u.name, u.email, u.role, u.is_active
    FROM oauth2_provider_accesstoken t
    JOIN core_connectedsystem s ON s.application_id = t.application_id
    JOIN core_user u ON u.id = s.user_id
    WHERE t.token_checksum = %s AND t.expires > %s AND u.is_active AND (s.last_day IS NULL OR s.last_day >= %s)
"""


def _holder(raw: str, now: datetime) -> tuple[User, AccessToken] | None:
    checksum = hashlib.sha256(raw.encode("utf-8", "replace")).hexdigest()
    with connection.cursor() as cursor:
        prepared_statements.execute(cursor, _HOLDER, [checksum, now, today(now)])
        row = cursor.fetchone()
    if row is None:
        return None
    system_id, given, used_at, asked, *person = row
    if used_at is None or now - used_at >= USED_EVERY:
        ConnectedSystem.objects.filter(pk=system_id).update(last_used_at=now)
    user = User.from_db(connection.alias, ("id", "name", "email", "role", "is_active"), person)
    # What the administrator has taken away since is gone from tokens that are still out there.
    user.scopes = frozenset(asked.split()) & frozenset(given)
    return user, AccessToken(system_id, user.scopes)
