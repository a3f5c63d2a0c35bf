"""Callers of the API: connected systems with their tokens, and people with their sessions."""

import json
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator
from oauth2_provider.models import AccessToken, set_token_value

from hotspot.core.accounts.operations import connect_system
from hotspot.core.api.endpoints import schema
from hotspot.core.models import ConnectedSystem, User
from hotspot.core.permissions import Scope


def night_in_hitchin(force: Any, **changes: Any) -> dict[str, Any]:
    """The body of a shift: Thursday night in Hitchin, two officers, one arrest."""
    return {
        "area": force.hitchin.pk,
        "starts_at": "2024-10-10T22:00:00+01:00",
        "ends_at": "2024-10-11T06:00:00+01:00",
        "crew": [{"role": "police_officer", "collar_number": "pc 12"}, {"role": "pcso"}],
        "arrests": [{"offence_group": "violence_against_the_person", "reference": "41XY/12/24"}],
    } | changes


def errors(response: Any) -> list[tuple[str | None, str]]:
    """What a refusal names: each field and the code of what is wrong with it."""
    return [(error["field"], error["code"]) for error in response.json().get("errors", [])]


def problem(response: Any) -> tuple[int, str]:
    """The status and code of a refusal, which has to be a problem document."""
    assert response["Content-Type"] == "application/problem+json"
    found = response.json()
    assert found["status"] == response.status_code
    assert found["type"].endswith(f"/api/problems#{found['code']}")
    assert found["title"]
    assert found["detail"]
    return response.status_code, found["code"]


@cache
def _closed_schema() -> dict[str, Any]:
    """The API's description, in which no object may have a member that it does not declare."""
    described = deepcopy(schema())
    for component in described["components"]["schemas"].values():
        if "properties" in component:
            component.setdefault("additionalProperties", False)
    return described


def conforms(response: Any, operation: str) -> Any:
    """The body of an answer, after holding it against what the operation of this name declares."""
    described = _closed_schema()
    (answers,) = (
        each["responses"]
        for methods in described["paths"].values()
        for each in methods.values()
        if each["operationId"] == operation
    )
    content = answers[str(response.status_code)]["content"][response["Content-Type"].split(";")[0]]
    body = json.loads(response.content)
    Draft202012Validator({**content["schema"], "components": described["components"]}).validate(body)
    return body


@dataclass
class Caller:
    """Somebody who calls. POSTs get an Idempotency-Key of their own unless the test gives one."""

    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))
    headers: dict[str, str] = field(default_factory=dict)
    user: User | None = None

    def get(self, path: str, query: Any = None, **headers: str) -> HttpResponse:
        return self.client.get(f"/api/v1/{path}", query, headers={**self.headers, **headers})

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.send("POST", path, body, **{"Idempotency-Key": str(uuid4()), **headers})

    def patch(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.send("PATCH", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.send("PUT", path, body, **headers)

    def send(
        self, method: str, path: str, body: Any = None, content_type: str = "application/json", **headers: str
    ) -> HttpResponse:
        data = body if isinstance(body, bytes) else json.dumps({} if body is None else body)
        return self.client.generic(method, f"/api/v1/{path}", data, content_type, headers={**self.headers, **headers})


def connect(by: User, *scopes: Scope, name: str = "Rota") -> ConnectedSystem:
    """A connected system with these scopes."""
    return connect_system(by=by, at=timezone.now(), name=name, scopes=scopes).system


def token_for(system: ConnectedSystem, *scopes: str, seconds: int = 10**8) -> str:
    """An access token as the token endpoint would issue it."""
    raw = f"token-{uuid4().hex}"
    token = AccessToken(
        application=system.application,
        scope=" ".join(scopes or system.scopes),
        expires=timezone.now() + timedelta(seconds=seconds),
    )
    set_token_value(token, raw)
    token.save()
    return raw


def system_caller(by: User, *scopes: Scope, name: str = "Rota") -> Caller:
    """A system that calls with a token."""
    system = connect(by, *scopes, name=name)
    return Caller(headers={"Authorization": f"Bearer {token_for(system)}"}, user=system.user)


def person_caller(user: User) -> Caller:
    """A person whose browser calls, with the CSRF token that its pages send."""
    caller = Caller(user=user)
    caller.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    secret = "a" * 32
    caller.client.cookies["csrf"] = secret
    caller.headers = {"X-CSRFToken": secret}
    return caller
