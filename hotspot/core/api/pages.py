"""What stands around the resources: the token endpoint, the schema, and the pages that explain both."""

import json
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe
from oauth2_provider.views.mixins import OAuthLibMixin
from rest_framework.response import Response

from hotspot.core.api.documentation import sections
from hotspot.core.api.json import Ready
from hotspot.core.api.problems import KINDS
from hotspot.core.api.requests import ApiRequest
from hotspot.core.api.schema import Operation, described
from hotspot.core.api.serializers import Query
from hotspot.core.api.throttling import count, seconds_left
from hotspot.core.api.views import Endpoint
from hotspot.core.bodies import body_length
from hotspot.core.permissions import Permission, Scope
from hotspot.core.throttling import client_address
from hotspot.core.web import SignedInRequest, public, requires

SCHEMA = Path(__file__).with_name("openapi.json")
MOST_TOKEN_BYTES = 4096


@method_decorator([csrf_exempt, sensitive_post_parameters("client_secret")], name="dispatch")
class Token(OAuthLibMixin, View):
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


token = public(Token.as_view())


class Openapi(Endpoint):
    """The description of this API."""

    permissions: ClassVar = {"GET": Permission.VIEW_REFERENCE}
    operations = described(get=Operation("openapi"))

    def get(self, request: ApiRequest) -> Response:
        """OpenAPI 3.1."""
        Query.read(request)
        return Response(Ready(SCHEMA.read_text()))


def schema() -> dict[str, Any]:
    """The committed description, which a test holds against the code."""
    found: dict[str, Any] = json.loads(SCHEMA.read_text())
    return found


@requires(Permission.USE_SERVICE)
@require_safe
def documentation(request: SignedInRequest) -> HttpResponse:
    """Every endpoint, from the description."""
    return render(request, "core/api.html", {"sections": sections(schema()), "scopes": Scope.choices})


@public
@require_safe
def problem_list(request: HttpRequest) -> HttpResponse:
    """What each problem means and what to do about it."""
    return render(request, "core/problems.html", {"kinds": KINDS.values()})
