"""What stands around the resources: the token endpoint, the schema, and the pages that explain both."""

import json
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe
from oauth2_provider.views.mixins import OAuthLibMixin
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from hotspot.core.accounts.sign_in_limits import client_address
from hotspot.core.api.authentication import SystemAuthentication
from hotspot.core.api.documentation import sections
from hotspot.core.api.json import Ready
from hotspot.core.api.problems import KINDS
from hotspot.core.api.problems import page as problem_page
from hotspot.core.api.requests import ApiRequest
from hotspot.core.api.schema import Operation, described
from hotspot.core.api.serializers import Query
from hotspot.core.api.throttling import count, seconds_left
from hotspot.core.api.views import Endpoint
from hotspot.core.pages.access import check_access, public
from hotspot.core.pages.request_size import body_length
from hotspot.core.permissions import Permission, Scope

SCHEMA = Path(__file__).with_name("openapi.json")
MOST_TOKEN_BYTES = 4096


@method_decorator([csrf_exempt, sensitive_post_parameters("client_secret")], name="dispatch")
class TokenEndpoint(OAuthLibMixin, View):
    """An access token for a client id and secret (RFC 6749, 4.4). Errors are as that RFC has them."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest) -> HttpResponse:
        """The token, or why there is none."""
        address = client_address(request) or ""
        if count(f"api:token:{address}") > settings.API_RATES["token"]:
            return _refused("slow_down", "Ask for tokens less often: one works for an hour.", 429, seconds_left())
        if not _is_plain(request):
            return _refused("invalid_request", "Send a short application/x-www-form-urlencoded body.", 400)
        _, headers, body, status = self.create_token_response(request)
        response = HttpResponse(body, status=status, headers={"Content-Type": "application/json"} | headers)
        response["Cache-Control"] = "no-store"
        return response


def _is_plain(request: HttpRequest) -> bool:
    """Whether this is a form that could be a token request: others would only reach the database as nonsense."""
    if request.content_type != "application/x-www-form-urlencoded" or body_length(request) > MOST_TOKEN_BYTES:
        return False
    return not any("\0" in text for name, values in request.POST.lists() for text in (name, *values))


def _refused(error: str, description: str, status: int, wait: int = 0) -> JsonResponse:
    response = JsonResponse({"error": error, "error_description": description}, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response


token = public(TokenEndpoint.as_view())
# It answers a long body itself, as RFC 6749 has it, before it reads one.
token.checks_length = True  # type: ignore[attr-defined]


class Openapi(Endpoint):
    """The description of this API."""

    permissions: ClassVar = {"GET": Permission.VIEW_REFERENCE}
    operations = described(get=Operation("openapi", "Read this description"))

    def check_permissions(self, request: ApiRequest) -> None:  # type: ignore[override]
        """As everywhere, unless the force lets anybody read what shows no records."""
        if not (settings.API_DOCS_PUBLIC and request.method in ("GET", "HEAD")):
            super().check_permissions(request)

    def get(self, request: ApiRequest) -> Response:
        """OpenAPI 3.1."""
        Query.read(request)
        return Response(Ready(json.dumps(schema(), ensure_ascii=False)))


def schema() -> dict[str, Any]:
    """The committed description, which a test holds against the code, with whom this force names as its contact."""
    found: dict[str, Any] = json.loads(SCHEMA.read_text())
    found["info"]["contact"] |= {name: value for name, value in settings.API_CONTACT.items() if value}
    return found


@public
@require_safe
def documentation(request: HttpRequest) -> HttpResponseBase:
    """Every endpoint, from the description, for people who signed in and may see what every endpoint stands on.

    An integrator may have no account: they send their system's access token, or the force opens the page to anybody
    (API_DOCS_PUBLIC).
    """
    try:
        may_read = settings.API_DOCS_PUBLIC or _has_token(request)
    except APIException as refusal:
        return problem_page(request, "not_signed_in" if refusal.status_code == 401 else "too_many_requests")
    if not may_read and (refused := check_access(request, Permission.VIEW_REFERENCE)):
        return refused
    info = schema()["info"]
    about = {"contact": info["contact"], "licence": info["license"]["name"]}
    return render(request, "core/api.html", {"sections": sections(schema()), "scopes": Scope.choices, **about})


def _has_token(request: HttpRequest) -> bool:
    """Whether a system sent its access token. Raises AuthenticationFailed or Throttled for one that is wrong."""
    return SystemAuthentication().authenticate(Request(request)) is not None


@public
@require_safe
def problem_list(request: HttpRequest) -> HttpResponse:
    """What each problem means and what to do about it."""
    return render(request, "core/problems.html", {"kinds": KINDS.values()})
