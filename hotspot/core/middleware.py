"""What every request goes through, in the order that settings name it."""

import codecs
import logging
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pghistory
from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import BadRequest
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.middleware.csrf import rotate_token
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.http import escape_leading_slashes, urlencode
from pghistory.middleware import HistoryMiddleware

from hotspot.core.api import problems
from hotspot.core.models import User
from hotspot.core.pages import resubmission
from hotspot.core.pages.access import PUBLIC, check_access, refuse_other_sites
from hotspot.core.pages.request_size import check_is_short
from hotspot.core.text import without_bidi_controls

Handler = Callable[[HttpRequest], HttpResponseBase]

logger = logging.getLogger(__name__)
# What `without_bidi_controls` removes, in UTF-8.
_EMPTY_PARAMETER = re.compile(r"=(&|$)")
_BIDI_BYTES = re.compile(rb"\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\xd8\x9c")
# A wallboard asks again each minute without anybody there, and a page with unsent shifts tries again.
_BY_ITSELF = ("/wallboard/", "/shifts/queue/")
_API_PATHS = re.compile(settings.API_PATHS)


def utf8_only(get_response: Handler) -> Handler:
    """Read addresses and forms in UTF-8, whatever charset the caller names; refuse a form that is in another one.

    Django takes any codec of Python's for one, those too that are none for text, and fails when it reads with them.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        named = request.encoding and codecs.lookup(request.encoding).name
        if named is not None:
            request.encoding = "utf-8"
        # The API says itself, in its own words, what it does not read.
        if named not in (None, "utf-8", "ascii") and request.method == "POST" and not _is_api(request):
            raise BadRequest("Forms are read in UTF-8 only.")
        return get_response(request)

    return middleware


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


class SmallPages(GZipMiddleware):
    """Pages for phones with a poor signal. It pads each answer at random, so that its length tells no secret (BREACH).

    What is streamed goes as it is: a file of a million rows would keep a processor busy for longer than its rows do.
    So does what has an ETag: compressed it would be something else, and its ETag a weak one, which If-Match refuses.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The response, smaller where the browser understands it."""
        is_as_it_is = response.streaming or response.has_header("ETag")
        return response if is_as_it_is else super().process_response(request, response)


class SmallFiles(GZipMiddleware):
    """Static files compressed on the way, where `collectstatic` has not done it before: for development alone."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The file, smaller where the browser understands it. Everything else is left to `SmallPages`."""
        is_file = request.path_info.startswith(settings.STATIC_URL)
        return super().process_response(request, response) if is_file else response


class ContentSecurityPolicy(CSPMiddleware):
    """What a page may load and run, as django-csp says it: put together once, unless an answer has its own policy."""

    @cached_property
    def _usual(self) -> str:
        return build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The response with its policy."""
        if settings.DEBUG or any(name.startswith("_csp") for name in (*vars(response), *vars(request))):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self._usual)
        return response


def permissions_policy(get_response: Handler) -> Handler:
    """Ask the browser for no device feature at all: the service needs none."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        return response

    return middleware


def encrypted_api(get_response: Handler) -> Handler:
    """Refuse what a program sends to the API over plain HTTP. Pages are redirected, by Django's SecurityMiddleware."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        is_in_the_clear = settings.SECURE_SSL_REDIRECT and not request.is_secure()
        if is_in_the_clear and _API_PATHS.search(request.path.lstrip("/")):
            return problems.page(request, "https_needed")
        return get_response(request)

    return middleware


def private_pages(get_response: Handler) -> Handler:
    """Keep what a signed-in person saw out of every cache, so that Back after signing out shows nothing.

    A view that says itself what may be kept, like that of the basemap, is believed.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.user.is_authenticated or request.method != "GET":
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return middleware


def without_bidi(get_response: Handler) -> Handler:
    """Take the characters that turn the direction of text out of every page.

    New text holds none (`hotspot.core.text`). Old records, their history and frozen statements may, and stay as they
    were recorded; here they can do no harm.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_page = not response.streaming and response.get("Content-Type", "").startswith("text/html")
        if is_page and isinstance(response, HttpResponse) and _BIDI_BYTES.search(response.content):
            response.content = without_bidi_controls(response.content.decode()).encode()
        return response

    return middleware


def clean_addresses(get_response: Handler) -> Handler:
    """Send a browser that asks for a page with empty parameters, as a form does, to the same page without them.

    So an address that somebody shares holds only what it asks for. Only for what a browser opens: what a script of a
    page or a program asks for is answered at once.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        is_page = request.method == "GET" and not _is_api(request)
        opens_page = is_page and "text/html" in request.headers.get("Accept", "")
        if not (opens_page and _EMPTY_PARAMETER.search(request.META.get("QUERY_STRING", ""))):
            return get_response(request)
        kept = [(name, value) for name, values in request.GET.lists() for value in values if value]
        query = f"?{urlencode(kept)}" if kept else ""
        return HttpResponseRedirect(f"{escape_leading_slashes(quote(request.path))}{query}")

    return middleware


def forms_only(get_response: Handler) -> Handler:
    """Say it on a page where an address takes nothing but what a form sends: Django's own 405 is a blank one."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_page = request.method == "GET" and not _is_api(request)
        if not (is_page and isinstance(response, HttpResponseNotAllowed)):
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page

    return middleware


class Sessions(SessionMiddleware):
    """Sessions as Django has them, but a script's request on the side leaves the cookie of who is not signed in alone.

    When a session has ended, a form and what its page asks for beside it are often answered at the same time. The form
    gets a new session, with its entries; the other answer would take that away again, and the entries with it.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """The response, with the cookie where it may change."""
        is_signed_in = hasattr(request, "user") and request.user.is_authenticated
        if is_signed_in or _is_opened(request):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Cookie",))
        return response


def _is_opened(request: HttpRequest) -> bool:
    """Whether the browser opens this, or a script sends a form in its place (static/js/entries.js)."""
    if request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":
        return True
    return request.method == "POST" and "text/html" in request.headers.get("Accept", "")


class SessionLimits:
    """Ends a session after SESSION_IDLE_SECONDS without a request, and SESSION_COOKIE_AGE after sign-in.

    When its person's role or districts have changed, it goes on under a new key, and forms with a new token: whoever
    had got hold of the old ones does not get the new permissions with them.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            self._count(request, int(time.time()))
        if isinstance(request.user, User):
            self._renew(request, request.user)
        return self.get_response(request)

    def _renew(self, request: HttpRequest, person: User) -> None:
        session, access = request.session, f"{person.role} {person.access_version}"
        if session.setdefault("access", access) != access:
            session["access"] = access
            session["needs_token"] = True
            session.cycle_key()
        # A form that is on its way has the old token, and a script's request brings no new page: that waits for one.
        is_page = request.method == "GET" and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        if is_page and session.pop("needs_token", False):
            rotate_token(request)

    def _count(self, request: HttpRequest, now: int) -> None:
        started = request.session.setdefault("started", now)
        idle = now - request.session.get("seen", now)
        if idle > settings.SESSION_IDLE_SECONDS or now - started > settings.SESSION_COOKIE_AGE:
            person = request.user.pk
            logout(request)
            resubmission.remember_who(request, person)
        # Once a minute is exact enough, and saves a write on every page.
        elif (idle >= 60 or "seen" not in request.session) and not request.path.startswith(_BY_ITSELF):
            request.session["seen"] = now


class HistoryContext(HistoryMiddleware):
    """Says in every version that the database keeps who asked for the change, and in which request."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"user": request.user.pk, "source": "page", "request": request.reference}  # type: ignore[attr-defined]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            response: HttpResponseBase = self.get_response(request)
            return response
        with pghistory.context(**self.get_context(request)):
            changed: HttpResponseBase = self.get_response(request)
        return changed


class DenyByDefault:
    """Refuses every view that does not declare who may use it, and whoever may not, before anything reads the body."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match and match.app_names[:1] == ["admin"]:
            self._admin(request)
            return None
        required = getattr(view, "required_permission", None)
        if required is None:
            logger.error("The view %s declares no permission, so it was refused.", match and match.view_name)
            raise Http404
        # Endpoints of the API know callers whom no session can know, and check them themselves.
        if getattr(view, "is_api", False):
            return None
        if required is PUBLIC:
            if not getattr(view, "checks_length", False):
                check_is_short(request)
            return None
        if request.method == "POST" and not request.user.is_authenticated:
            if resubmission.is_marked(request, view):
                # Only we can have made that form, so it needs no token besides, whose cookie may be gone as well.
                resubmission.keep(request, view)
            elif resubmission.may_be_kept(request, view):
                return None  # LateForms refuses it, once its token has been checked.
            else:
                resubmission.tell_nothing_kept(request)
        return check_access(request, required) or refuse_other_sites(request, view)

    def _admin(self, request: HttpRequest) -> None:
        if not (request.user.is_active and request.user.is_staff and request.user.is_superuser):
            raise Http404


class LateForms:
    """Sends to sign in whoever sent a form without a session, and keeps its entries. After the check of its token."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        required: Any = getattr(view, "required_permission", PUBLIC)
        if required is PUBLIC or getattr(view, "is_api", False) or request.user.is_authenticated:
            return None
        if request.method == "POST":
            resubmission.keep(request, view)
        return check_access(request, required)
