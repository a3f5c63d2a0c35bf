"""How the endpoints are described in OpenAPI 3.1, from what each says of itself."""

from dataclasses import dataclass
from typing import Any

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from hotspot.core.api.problems import CONTENT_TYPE, KINDS
from hotspot.core.api.serializers import OwnField, ProblemDocument
from hotspot.core.permissions import SCOPES, Permission

Serializer = type[serializers.Serializer]


@dataclass(frozen=True)
class Operation:
    """What one method of an endpoint reads and answers. `summary` says in a few words what it does.

    `statuses` are the successes with their bodies (None: no body), `refusals` the problems besides the usual ones.
    """

    name: str
    summary: str
    answer: Serializer | None = None
    query: Serializer | None = None
    body: Serializer | None = None
    statuses: tuple[int, ...] = (200,)
    refusals: tuple[int, ...] = ()
    is_versioned: bool = False
    has_etag: bool = False
    is_keyed: bool = False
    content_type: str = "application/json"


def described(**operations: Operation) -> dict[str, Operation]:
    """Operations by their method: described(get=…, post=…)."""
    return {method.upper(): operation for method, operation in operations.items()}


_HEADERS = {
    "is_keyed": OpenApiParameter(
        "Idempotency-Key",
        {"type": "string", "format": "uuid"},
        OpenApiParameter.HEADER,
        required=True,
        description="A UUID of your own. The same key with the same bytes is carried out once.",
    ),
    "is_versioned": OpenApiParameter(
        "If-Match",
        {"type": "string", "examples": ['"3-8d0c5b1e2f6a7b9c"']},
        OpenApiParameter.HEADER,
        required=True,
        description="The ETag of the version that you change.",
    ),
    "has_etag": OpenApiParameter(
        "If-None-Match",
        {"type": "string", "examples": ['"3-8d0c5b1e2f6a7b9c"']},
        OpenApiParameter.HEADER,
        description="The ETag that you have: 304 while the record is the same.",
    ),
}


class Schema(AutoSchema):
    """Reads `operations` of an Endpoint."""

    @property
    def endpoint(self) -> Any:
        """The view, which is an Endpoint."""
        return self.view

    @property
    def operation(self) -> Operation:
        """What this method says of itself."""
        found: Operation = self.endpoint.operations[self.method]
        return found

    def get_operation_id(self) -> str:
        """The operation's name."""
        return self.operation.name

    def get_summary(self) -> str:
        """What it does, in a few words."""
        return self.operation.summary

    def get_tags(self) -> list[str]:
        """The first part of the path after the version."""
        return [self.path.removeprefix("/api/v1/").split("/")[0].split(".")[0]]

    def get_description(self) -> str:  # type: ignore[override]
        """The method's docstring, and what its caller needs."""
        needed = self.endpoint.permissions[self.method]
        return f"{super().get_description()}\n\nNeeds {_scopes_in_words(needed)}."

    def get_request_serializer(self) -> Any:
        """What the body holds."""
        return self.operation.body

    def get_override_parameters(self) -> list[Any]:
        """Headers, and the parameters of the address."""
        asked = [header for flag, header in _HEADERS.items() if getattr(self.operation, flag)]
        return [*asked, *([self.operation.query] if self.operation.query else [])]

    def get_response_serializers(self) -> Any:
        """Successes, and every refusal that this operation can give."""
        operation = self.operation
        answers: dict[Any, Any] = {}
        for status in operation.statuses:
            answers[status, operation.content_type] = operation.answer
        if operation.has_etag:
            answers[304] = OpenApiResponse(description="You have this version already.")
        for status in sorted({*self._usual(), *operation.refusals}):
            kinds = [kind.title for kind in KINDS.values() if kind.status == status]
            answers[status, CONTENT_TYPE] = OpenApiResponse(ProblemDocument, description="; or ".join(kinds))
        return answers

    def _usual(self) -> set[int]:
        operation = self.operation
        usual = {400, 401, 403, 406, 429, 503}
        if "{" in self.path or operation.is_versioned:
            usual |= {404}
        if Permission.VIEW_REFERENCE is not self.endpoint.permissions[self.method]:
            # What the caller has no right to know of is not there.
            usual |= {404}
        if operation.body:
            usual |= {409, 413, 415}
        if operation.is_keyed:
            usual |= {409, 422}
        if operation.is_versioned:
            usual |= {412, 428}
        return usual


def _scopes_in_words(permission: Permission) -> str:
    scopes = [f"`{scope}`" for scope, granted in SCOPES.items() if permission in granted]
    return " or ".join(scopes) if len(scopes) < len(SCOPES) else "any scope"


class SystemScheme(OpenApiAuthenticationExtension):
    """A connected system's access token."""

    target_class = "hotspot.core.api.authentication.SystemAuthentication"
    name = "system"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """OAuth 2 client credentials."""
        scopes = {scope.value: scope.label for scope in SCOPES}  # type: ignore[attr-defined]
        return {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/api/token", "scopes": scopes}}}


class PersonScheme(SessionScheme):
    """The session of a browser: described as DRF's own, whose token is then only read from its header."""

    target_class = "hotspot.core.api.authentication.PersonAuthentication"


class OwnFields(OpenApiSerializerFieldExtension):
    """Our fields say themselves what they take."""

    target_class = OwnField
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        """The field in OpenAPI."""
        described: dict[str, Any] = self.target.openapi()
        return described
