"""The endpoint that all others are."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar
from uuid import UUID, uuid5

import pghistory
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from rest_framework import exceptions
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from hotspot.core.api import problems
from hotspot.core.api.authentication import PersonAuthentication, SystemAuthentication
from hotspot.core.api.idempotency import Answer, once
from hotspot.core.api.json import JsonParser, JsonRenderer
from hotspot.core.api.problems import Problem
from hotspot.core.api.requests import ApiRequest
from hotspot.core.api.schema import Schema
from hotspot.core.api.throttling import Throttle
from hotspot.core.pages.access import logger
from hotspot.core.permissions import Permission, is_unknown_to

ANYTHING = "*/*"


class Negotiation(DefaultContentNegotiation):
    """Which renderer writes the answer: at once for who takes anything, as nearly every program says."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The renderer and its media type. Raises NotAcceptable, and what an address of too many parameters raises."""
        first = next(iter(renderers))
        # Read here, as Django REST framework does, because not every endpoint reads them.
        _ = request.query_params
        if request.headers.get("Accept", ANYTHING) == ANYTHING:
            return first, first.media_type
        selected: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
        return selected


class Endpoint(APIView):
    """An address of the API. `permissions` says for each method what its caller needs; others are not taken.
    `operations` says for each what it reads and answers, for the schema.

    `rate` names its allowance (settings.API_RATES), `most_bytes` and `most_values` bound its body
    where that is not the usual size.
    """

    permissions: ClassVar[Mapping[str, Permission]]
    operations: Any = {}
    rate = "default"

    authentication_classes = (SystemAuthentication, PersonAuthentication)
    permission_classes = ()
    throttle_classes = (Throttle,)
    parser_classes = (JsonParser,)
    content_negotiation_class = Negotiation
    renderer_classes: tuple[type[JsonRenderer], ...] = (JsonRenderer,)
    schema = Schema()

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """The view, marked with what the middleware asks every view for."""
        view: Any = super().as_view(**initkwargs)
        view.required_permission = next(iter(cls.permissions.values()))
        view.is_api = True
        return view

    @property
    def allowed_methods(self) -> list[str]:
        """Those that somebody may be permitted, and OPTIONS."""
        return [*self.permissions, *(["HEAD"] if "GET" in self.permissions else []), "OPTIONS"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer. Whatever is written says in its history that it came by the API, and in which request."""
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return super().dispatch(request, *args, **kwargs)
        with pghistory.context(source="api", request=getattr(request, "reference", "")):
            return super().dispatch(request, *args, **kwargs)

    def check_permissions(self, request: ApiRequest) -> None:  # type: ignore[override]
        """Raise NotAuthenticated, MethodNotAllowed, or as `check_access` of pages: 404 for what is unknown."""
        if request.auth is None and not request.user.is_authenticated:
            raise exceptions.NotAuthenticated("Send an access token, as Authorization: Bearer …")
        method = "GET" if request.method in ("HEAD", "OPTIONS") else request.method or ""
        if method not in self.permissions and request.method != "OPTIONS":
            raise Problem("method_not_allowed", headers={"Allow": ", ".join(self.allowed_methods)})
        permission = self.permissions.get(method) or next(iter(self.permissions.values()))
        if request.user.may(permission):
            return
        logger.warning("Refused: user %s asked for %s %s", request.user.pk, request.method, request.path)
        if is_unknown_to(request.user.role, permission, request.user.scopes):
            raise Http404
        raise exceptions.PermissionDenied("Your access token or role does not permit this.")

    def get_exception_handler(self) -> Any:
        """Every refusal is a problem document."""
        return problems.handle

    def handle_exception(self, exc: Exception) -> Response:
        """As DRF does, with everything else that can go wrong as a problem too."""
        response = problems.handle(exc, self.get_exception_handler_context())
        if response.status_code == 401:
            response["WWW-Authenticate"] = SystemAuthentication().authenticate_header(self.request)
        response.exception = True
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add what the caller has left, and keep the answer to this caller alone."""
        response = super().finalize_response(request, response, *args, **kwargs)
        allowance = getattr(getattr(request, "_request", request), "allowance", None)
        for name, value in (allowance.headers if allowance else {}).items():
            response[name] = value
        response["Vary"] = "Authorization, Cookie"
        response["Cache-Control"] = "private, no-store"
        return response

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]
        """The methods, and nothing about the fields: that is what the schema is for."""
        return Response(status=204, headers={"Allow": ", ".join(self.allowed_methods)})


def respond(answer: Answer) -> Response:
    """An answer as DRF sends it."""
    return Response(answer.body, status=answer.status, headers=dict(answer.headers))


def write_once(request: ApiRequest, write: Callable[[UUID], Answer]) -> Response:
    """`once`, as a response. Reads the body first, which the fingerprint needs.

    `write` is given an id that only this caller's key makes: another caller's same key is another one.
    """
    _ = request.data
    return respond(once(request, lambda key: write(uuid5(key, str(request.user.pk)))))
