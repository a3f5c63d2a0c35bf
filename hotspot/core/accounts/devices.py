"""Browsers with which a person has signed in before: others' wrong passwords do not hold them up there.

A browser keeps a signed cookie that names up to ten people and gives each a device id of its own. It is good for half a
year, and until the person's password changes.
"""

from secrets import token_hex

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

from hotspot.core.models import User

MAXIMUM_AGE = 180 * 24 * 60 * 60
MOST_PEOPLE = 10
_SALT = "hotspot.core.accounts.devices"


def remember_device(request: HttpRequest, response: HttpResponseBase, person: User) -> None:
    """Let the browser know that this person has just signed in with it, or has just changed their password."""
    known = _read(request)
    known.pop(str(person.pk), None)
    known[str(person.pk)] = [token_hex(16), _mark(person)]
    latest = dict(list(known.items())[-MOST_PEOPLE:])
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(latest, salt=_SALT),
        max_age=MAXIMUM_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def device_of(request: HttpRequest, account: str) -> str:
    """The id of this browser where the account's person has signed in with it before; else an empty string."""
    known = _read(request)
    person = User.objects.people().filter(email=account, is_active=True).first() if known else None
    if person is None or str(person.pk) not in known:
        return ""
    device, mark = known[str(person.pk)]
    return device if constant_time_compare(mark, _mark(person)) else ""


def _mark(person: User) -> str:
    """What changes with the password."""
    return salted_hmac(_SALT, person.password).hexdigest()[:20]


def _read(request: HttpRequest) -> dict[str, list[str]]:
    try:
        known: dict[str, list[str]] = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=_SALT, max_age=MAXIMUM_AGE
        )
    except signing.BadSignature:
        return {}
    return known
