"""How many wrong passwords are too many. All are counted in the database, so that it works without the cache.

Ten for one account from one address make that pair wait five minutes; thirty an hour from one address, over any
accounts, make that address wait until the hour has passed (django-axes). Twenty a day for one account, from wherever,
make everybody wait who tries it: a minute, then after each further one twice as long, up to a quarter of an hour. Its
person is told by e-mail. A browser with which they have signed in before is not held up by any of this; ten wrong ones
from itself make it wait in the same way, and so do ten wrong present passwords of somebody who is signed in and wants
to change theirs. What else they do is never touched, and nothing is locked for good.
"""

import ipaddress
import logging
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, QuerySet, Sum
from django.http import HttpRequest

from hotspot.core import mail
from hotspot.core.accounts.devices import device_of
from hotspot.core.models import SignInFailure, SignInNotice, User

logger = logging.getLogger("hotspot.access")
WINDOW = timedelta(hours=1)
EPISODE = timedelta(days=1)
# Stands for a device where failures are those of somebody who is signed in already.
OWN_PASSWORD = "signed in"  # noqa: S105
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)


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
    """What django-axes does, with limits for each address and each account, which axes cannot count by itself."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, str] | None = None) -> int:
        """The failures that count for this sign-in: the limit itself where another limit has been reached."""
        account = _account(credentials)
        if waits_until_by_account(request, account) is not None:
            return settings.AXES_FAILURE_LIMIT
        if device_of(request, account):
            return 0
        if waits_until_by_address(request) is not None:
            return settings.AXES_FAILURE_LIMIT
        failures: int = super().get_failures(request, credentials)
        return failures

    def user_login_failed(
        self, sender: Any, credentials: dict[str, str], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        """Count a wrong password. What was refused without a look at the password does not count."""
        if request is not None and not getattr(request, "axes_locked_out", False):
            _count_failure(request, _account(credentials))
        super().user_login_failed(sender, credentials, request, **kwargs)

    def remove_out_of_limit_failure_logs(self, *, username: str, limit: int | None = None) -> int:
        """Nothing: the latest would go first, and the limits with them. They are cleared when they are old."""
        return 0


def _account(credentials: dict[str, str] | None) -> str:
    text = (credentials or {}).get("username") or ""
    return text.strip().lower().replace("\0", "")[:254]


@transaction.atomic
def _count_failure(request: HttpRequest, account: str) -> None:
    """Keep the failure, and have its person told when it is the one too many of strangers."""
    device, at = device_of(request, account), request.axes_attempt_time  # type: ignore[attr-defined]
    # Locked, so that two failures at once cause one notice.
    person = User.objects.people().select_for_update().filter(email=account, is_active=True).first()
    SignInFailure.objects.create(account=account, device=device, at=at)
    if device or person is None or _failures(account, "", at).count() < settings.SIGN_IN_FAILURES_PER_ACCOUNT:
        return
    if not SignInNotice.objects.filter(user=person, at__gt=at - EPISODE).exists():
        SignInNotice.objects.create(user=person, at=at)


def _failures(account: str, device: str, at: datetime) -> QuerySet[SignInFailure]:
    return SignInFailure.objects.filter(account=account, device=device, at__gt=at - EPISODE)


def waits_until_by_account(request: HttpRequest, account: str) -> datetime | None:
    """When this account may be tried again in this browser; None if it may now."""
    device = device_of(request, account)
    limit = settings.SIGN_IN_FAILURES_PER_DEVICE if device else settings.SIGN_IN_FAILURES_PER_ACCOUNT
    return _waits_until(account, device, limit=limit, at=request.axes_attempt_time)  # type: ignore[attr-defined]


def waits_until_for_own_password(person: User, *, at: datetime) -> datetime | None:
    """When somebody who is signed in may say their present password again; None if they may now.

    Whoever sits at a browser that was left open, or has its session, is no more to find out the password than others.
    """
    return _waits_until(person.email, OWN_PASSWORD, limit=settings.SIGN_IN_FAILURES_PER_DEVICE, at=at)


def count_wrong_own_password(person: User, *, at: datetime) -> None:
    """Note that somebody who is signed in as this person did not know their present password."""
    SignInFailure.objects.create(account=person.email, device=OWN_PASSWORD, at=at)


def _waits_until(account: str, device: str, *, limit: int, at: datetime) -> datetime | None:
    moments = _failures(account, device, at).aggregate(number=Count("pk"), last=Max("at"))
    if moments["number"] < limit:
        return None
    # Doubling stops before the number grows out of hand.
    until: datetime = moments["last"] + min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(moments["number"] - limit, 10))
    return until if until > at else None


def _failures_of_address(request: HttpRequest) -> QuerySet[AccessFailureLog]:
    since = request.axes_attempt_time - WINDOW  # type: ignore[attr-defined]
    address = request.axes_ip_address  # type: ignore[attr-defined]
    failures: QuerySet[AccessFailureLog] = AccessFailureLog.objects.filter(ip_address=address, attempt_time__gt=since)
    return failures.order_by("-attempt_time")


def waits_until_by_address(request: HttpRequest) -> datetime | None:
    """When this address may try again; None if it may now."""
    limit = settings.SIGN_IN_FAILURES_PER_ADDRESS
    decisive = _failures_of_address(request).values_list("attempt_time", flat=True)[limit - 1 : limit].first()
    return decisive + WINDOW if decisive else None


def seconds_to_wait(request: HttpRequest, username: str) -> int:
    """How long a refused sign-in must wait before the next try, at least one second."""
    now, account = request.axes_attempt_time, _account({"username": username})  # type: ignore[attr-defined]
    moments = [waits_until_by_account(request, account)]
    if not device_of(request, account):
        moments += [waits_until_by_address(request), _waits_until_by_pair(request, username)]
    until: datetime = max([now, *(moment for moment in moments if moment)])
    seconds: float = (until - now).total_seconds()
    return max(1, ceil(seconds))


def _waits_until_by_pair(request: HttpRequest, username: str) -> datetime | None:
    address = request.axes_ip_address  # type: ignore[attr-defined]
    pair = AccessAttempt.objects.filter(username=username, ip_address=address)
    found = pair.aggregate(number=Sum("failures_since_start"), last=Max("attempt_time"))
    if (found["number"] or 0) < settings.AXES_FAILURE_LIMIT:
        return None
    until: datetime = found["last"] + settings.AXES_COOLOFF_TIME
    return until


def send_notices(*, at: datetime) -> None:
    """E-mail everybody who is to be told of wrong passwords for their account. One that cannot be sent is kept for the
    next time, for a day.
    """
    waiting = SignInNotice.objects.filter(sent_at=None, at__gt=at - EPISODE, user__is_active=True)
    for pk in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            # Whoever else is sending it at this moment does.
            notice = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("user").filter(pk=pk)
            if (found := notice.first()) is not None and _send(found):
                found.sent_at = at
                found.save(update_fields=("sent_at",))


def _send(notice: SignInNotice) -> bool:
    subject = "Wrong passwords for your Operation Hotspot account"
    return mail.send(subject, "core/sign_in_notice.txt", {"notice": notice}, to=[notice.user.email])


def clear_failures(*, at: datetime) -> None:
    """Remove what counts no longer."""
    SignInFailure.objects.filter(at__lte=at - EPISODE).delete()
    SignInNotice.objects.filter(at__lte=at - 30 * EPISODE).delete()
