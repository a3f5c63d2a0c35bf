"""How often one caller may ask: counted in the cache, by the minute. Without the cache nobody is held up."""

import logging
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpResponse
from redis.exceptions import RedisError
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from hotspot.core.api.requests import ApiRequest
from hotspot.core.permissions import Scope

WINDOW = 60
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Allowance:
    """What a caller has left in this minute. `resets_in` is in seconds."""

    limit: int
    remaining: int
    resets_in: int

    @property
    def headers(self) -> dict[str, str]:
        """The RateLimit fields of the answer."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(self.remaining, 0)),
            "RateLimit-Reset": str(self.resets_in),
        }


class Throttle(BaseThrottle):
    """So many requests a minute for each caller, by what the endpoint costs (`rate`) and what the token is for."""

    allowance: Allowance | None = None

    def allow_request(self, request: ApiRequest, view: APIView) -> bool:  # type: ignore[override]
        """Whether this request is within the caller's allowance."""
        if not request.user.is_authenticated:
            return True
        rate = _rate_of(request, view)
        limit: int = settings.API_RATES[rate]
        used = count(f"api:{rate}:{request.user.pk}")
        self.allowance = Allowance(limit, limit - used, seconds_left())
        request._request.allowance = self.allowance
        return used <= limit

    def wait(self) -> float:
        """Seconds to the next minute."""
        return self.allowance.resets_in if self.allowance else WINDOW


def _rate_of(request: ApiRequest, view: APIView) -> str:
    rate: str = getattr(view, "rate", "default")
    if rate == "default" and request.method in ("GET", "HEAD") and Scope.READ_SHIFTS in request.user.scopes:
        return "mirror"
    return rate


def is_guessing(address: str | None) -> bool:
    """Count a wrong token from an address: whether there were too many in this minute, of whatever kind."""
    limit: int = settings.API_RATES["wrong_token"]
    return count(f"api:wrong_token:{address or ''}") > limit


def refuse_wrong_token(address: str | None) -> HttpResponse:
    """The same for an address with a token that never was, was revoked or is over: no such page (Http404).

    Too many of them from one client address have to wait. A good token costs no count, and is never held up.
    """
    if not is_guessing(address):
        raise Http404
    response = HttpResponse("Too many wrong addresses. Try again in a minute.", content_type="text/plain", status=429)
    response["Retry-After"] = str(seconds_left())
    return response


def seconds_left() -> int:
    """Until the next minute begins."""
    return WINDOW - int(time.time()) % WINDOW


def count(key: str) -> int:
    """How often this has happened in this minute, with this time. 0 while the cache does not answer."""
    key = f"{key}:{int(time.time()) // WINDOW}"
    try:
        return _counted(key)
    except RedisError:
        logger.warning("The API's requests are not counted: the cache does not answer.")
        return 0


def _counted(key: str) -> int:
    try:
        return cache.incr(key)
    except ValueError:
        # The first one of a minute; somebody else's may have come just before.
        return 1 if cache.add(key, 1, timeout=2 * WINDOW) else cache.incr(key)
