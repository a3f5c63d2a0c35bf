"""A write that may be sent again: the same key and bytes give the same answer, and are carried out once."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from hotspot.core import prepared_statements
from hotspot.core.advisory_locks import TRY_NUMBER_SQL
from hotspot.core.api.json import Ready, encoded
from hotspot.core.api.problems import Problem
from hotspot.core.api.requests import ApiRequest
from hotspot.core.errors import DomainError, constraint_of

HEADER = "Idempotency-Key"


@dataclass(frozen=True)
class Answer:
    """What a write is answered with. `body` is JSON text."""

    status: int
    body: Ready
    headers: Mapping[str, str] = field(default_factory=dict)


def key_of(request: ApiRequest) -> UUID:
    """The key that the caller gave this request. Raises DomainError where it is none."""
    text = request.headers.get(HEADER, "")
    if not text:
        raise DomainError("key_missing", f"Give the request an {HEADER}: a UUID of your own making.", HEADER)
    try:
        if len(text) != 36:
            raise ValueError
        return UUID(text)
    except ValueError:
        message = f"The {HEADER} must be a UUID, like 2f1c7a5e-8d0b-4b7e-9a57-0c3c8d1f6e21."
        raise DomainError("key_invalid", message, HEADER) from None


def once(request: ApiRequest, write: Callable[[UUID], Answer]) -> Answer:
    """Carry out `write` with the request's key, or answer as the first time. All of it is one transaction.

    What was refused is not kept, so that it can be mended and sent again. Raises Problem `in_flight`, `key_reused`.
    """
    key = key_of(request)
    fingerprint = _fingerprint(request)
    try:
        with transaction.atomic():
            kept = _begin(request.user.pk, key)
            if kept is not None:
                return _replay(*kept, fingerprint=fingerprint)
            answer = write(key)
            _keep(request, key, fingerprint, answer)
            return answer
    except IntegrityError as error:
        if constraint_of(error) != "idempotency_key_once":
            raise
        raise _in_flight() from error


def _fingerprint(request: ApiRequest) -> str:
    said = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(said + getattr(request._request, "raw_body", b"")).hexdigest()


_BEGIN = f"""
    SELECT {TRY_NUMBER_SQL}, kept.fingerprint, kept.status, kept.headers, kept.body
    FROM (SELECT) AS one LEFT JOIN core_idempotencykey kept ON kept.user_id = %s AND kept.key = %s
"""  # noqa: S608 - put together from names of our own
_KEEP = """
    INSERT INTO core_idempotencykey (user_id, key, fingerprint, status, headers, body)
    VALUES (%s, %s, %s, %s, %s, %s)
"""


def _begin(user_id: int, key: UUID) -> tuple[str, Answer] | None:
    """What was answered before, with the fingerprint of its request. Holds the key to the end of the transaction.

    Who held it before may have ended while this looked: the database then refuses a second row for the key.
    """
    number = int.from_bytes(hashlib.blake2b(f"{user_id} {key}".encode(), digest_size=8).digest(), signed=True)
    with connection.cursor() as cursor:
        prepared_statements.execute(cursor, _BEGIN, [number, user_id, key])
        is_mine, fingerprint, status, headers, body = cursor.fetchone()
    if not is_mine:
        raise _in_flight()
    return (fingerprint, Answer(status, Ready(body), json.loads(headers))) if fingerprint else None


def _in_flight() -> Problem:
    return Problem("in_flight", headers={"Retry-After": "1"})


def _replay(kept: str, answer: Answer, *, fingerprint: str) -> Answer:
    if kept != fingerprint:
        raise Problem("key_reused", "This Idempotency-Key was used for another request. Use a new one.")
    return replace(answer, headers={**answer.headers, "Idempotent-Replay": "true"})


def _keep(request: ApiRequest, key: UUID, fingerprint: str, answer: Answer) -> None:
    headers = json.dumps(dict(answer.headers))
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [request.user.pk, key, fingerprint, answer.status, headers, answer.body])


def text_of(value: object) -> Ready:
    """A plain value as JSON text."""
    return Ready(encoded(json.dumps(value, ensure_ascii=False)).decode())
