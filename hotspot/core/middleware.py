"""What every request goes through, in the order that settings name it."""

import logging
import re
import time
from collections.abc import Callable
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.middleware.csrf import rotate_token
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from pghistory.middleware import HistoryMiddleware

from hotspot.core import unsent
from hotspot.core.api import problems
from hotspot.core.bodies import check_is_short
from hotspot.core.models import User
from hotspot.core.web import PUBLIC, check_access, refuse_other_sites

Handler = Callable[[HttpRequest], HttpResponseBase]

logger = logging.getLogger(__name__)
_API_PATHS = re.compile(settings.API_PATHS)


class SmallPages(GZipMiddleware):
    """Pages for phones with a poor signal. It pads each answer at random, so that its length tells no secret (BREACH).

    What is streamed goes as it is: a file of a million rows would keep a processor busy for longer than its rows do.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The response, smaller where the browser understands it."""
        return response if response.streaming else super().process_response(request, response)


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
    """Keep what a signed-in person saw out of every cache, so that Back after signing out shows nothing."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.user.is_authenticated or request.method != "GET":
            response["Cache-Control"] = "no-store, private"
        return response

    return middleware


def forms_only(get_response: Handler) -> Handler:
    """Say it on a page where an address takes nothing but what a form sends: Django's own 405 is a blank one."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_page = request.method == "GET" and not request.path.startswith("/api/")
        if not (is_page and isinstance(response, HttpResponseNotAllowed)):
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page

    return middleware


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
            unsent.remember_who(request, person)
        # Once a minute is exact enough, and saves a write on every page.
        elif idle >= 60 or "seen" not in request.session:
            request.session["seen"] = now


class History(HistoryMiddleware):
    """Says in every version that the database keeps who asked for the change, and in which request."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"user": request.user.pk, "source": "page", "request": request.reference}  # type: ignore[attr-defined]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        with pghistory.context(**self.get_context(request)):
            return self.get_response(request)


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
            check_is_short(request)
            return None
        if request.method == "POST" and not request.user.is_authenticated:
            if unsent.is_marked(request, view):
                # Only we can have made that form, so it needs no token besides, whose cookie may be gone as well.
                unsent.keep(request, view)
            elif unsent.may_be_kept(request, view):
                return None  # LateForms refuses it, once its token has been checked.
            else:
                unsent.tell_nothing_kept(request)
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
            unsent.keep(request, view)
        return check_access(request, required)
