"""How many wrong passwords are too many. django-axes counts them, in the database, so that it works without the cache.

Ten for one account from one address make that pair wait five minutes; thirty an hour from one address, over any
accounts, make that address wait until the hour has passed. Somebody who is signed in is never touched.
"""

import ipaddress
from datetime import datetime, timedelta
from math import ceil

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest

WINDOW = timedelta(hours=1)


def client_address(request: HttpRequest) -> str | None:
    """The address of the browser. Behind our own proxy it is the last one in X-Forwarded-For: the one it added."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        address = request.headers.get("X-Forwarded-For", address).rsplit(",", 1)[-1]
    try:
        return str(ipaddress.ip_address(address.strip()))
    except ValueError:
        return None


class SignInThrottle(AxesDatabaseHandler):
    """What django-axes does, and a limit for each address over all accounts, which axes cannot count by itself."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, str] | None = None) -> int:
        """The failures that count for this sign-in: the limit itself when its address has used up its own."""
        if waits_until_by_address(request) is not None:
            return settings.AXES_FAILURE_LIMIT
        return super().get_failures(request, credentials)


def _failures_of_address(request: HttpRequest) -> QuerySet[AccessFailureLog]:
    since = request.axes_attempt_time - WINDOW  # type: ignore[attr-defined]
    address = request.axes_ip_address  # type: ignore[attr-defined]
    return AccessFailureLog.objects.filter(ip_address=address, attempt_time__gt=since).order_by("-attempt_time")


def waits_until_by_address(request: HttpRequest) -> datetime | None:
    """When this address may try again; None if it may now."""
    limit = settings.SIGN_IN_FAILURES_PER_ADDRESS
    decisive = _failures_of_address(request).values_list("attempt_time", flat=True)[limit - 1 : limit].first()
    return decisive + WINDOW if decisive else None


def seconds_to_wait(request: HttpRequest, username: str) -> int:
    """How long a refused sign-in must wait before the next try, at least one second."""
    now = request.axes_attempt_time  # type: ignore[attr-defined]
    last = AccessAttempt.objects.filter(
        username=username,
        ip_address=request.axes_ip_address,  # type: ignore[attr-defined]
    ).order_by("-attempt_time")
    moments = [at + settings.AXES_COOLOFF_TIME for at in last.values_list("attempt_time", flat=True)[:1]]
    until = max([*moments, waits_until_by_address(request) or now])
    return max(1, ceil((until - now).total_seconds()))
