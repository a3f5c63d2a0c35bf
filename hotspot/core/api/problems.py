"""Every refusal of the API, as application/problem+json (RFC 9457): a type to look up, a sentence to read."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from hotspot.core.errors import (
    ChangedMeanwhile,
    DomainError,
    DomainErrors,
    NeedsConfirming,
    is_database_down,
)

CONTENT_TYPE = "application/problem+json"
# Named in one answer: whoever sends ten thousand wrong values needs no ten thousand sentences about them.
MOST_ERRORS = 50
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ProblemKind:
    """One kind of problem: its status, its name in `type`, and what it means for whoever calls."""

    status: int
    code: str
    title: str
    meaning: str


KINDS = {
    kind.code: kind
    for kind in (
        ProblemKind(
            400, "invalid", "The request is not valid", "`errors` names each field and says what is wrong with it."
        ),
        ProblemKind(
            400, "malformed", "The body is not JSON we can read", "One JSON object in UTF-8, no name twice in it."
        ),
        ProblemKind(
            400,
            "cursor_unknown",
            "This cursor is not from this list",
            "It is of another list or filter, or from before the database was restored. Start from the beginning.",
        ),
        ProblemKind(401, "not_signed_in", "An access token is needed", "Get one with your client id and secret."),
        ProblemKind(
            403, "not_allowed", "This is not allowed", "The token's scopes, or the record's state, do not permit it."
        ),
        ProblemKind(
            403,
            "https_needed",
            "HTTPS is needed",
            "Use https://. What you sent may have been read on its way, so have the token or client secret replaced.",
        ),
        ProblemKind(
            404, "not_found", "There is no such thing here", "It does not exist, or it is not yours to know about."
        ),
        ProblemKind(
            405, "method_not_allowed", "This address does not take this method", "`Allow` lists those it takes."
        ),
        ProblemKind(406, "not_acceptable", "We answer in JSON only", "Accept application/json."),
        ProblemKind(409, "in_flight", "The same request is being worked on", "Ask again after `Retry-After` seconds."),
        ProblemKind(
            409,
            "needs_confirming",
            "Something about this is unusual",
            "`doubts` says what. Change it, or send it again with `keep`: the codes of the doubts, and a reason.",
        ),
        ProblemKind(409, "conflict", "This clashes with what is recorded", "`errors` says with what."),
        ProblemKind(
            412, "changed_meanwhile", "The record has changed", "Read it again and apply your change to what it is."
        ),
        ProblemKind(413, "too_large", "The body is too large", "`detail` says how large it may be."),
        ProblemKind(
            415, "unsupported", "This content type or encoding is not read", "Send application/json, not compressed."
        ),
        ProblemKind(
            422,
            "key_reused",
            "This Idempotency-Key was used for another request",
            "Use a new key for a new request, and the old one only to send the same bytes again.",
        ),
        ProblemKind(428, "version_needed", "If-Match is needed", "Send the ETag that you got with the record."),
        ProblemKind(429, "too_many_requests", "Too many requests", "Wait for `Retry-After` seconds."),
        ProblemKind(
            500, "failed", "Something went wrong on our side", "Nothing was saved. Quote `reference` to support."
        ),
        ProblemKind(
            503,
            "unavailable",
            "The database does not answer in time",
            "Nothing was saved. Send it again later, and ask for less at once if that keeps happening.",
        ),
        ProblemKind(
            503,
            "restore_unfinished",
            "The database was restored from a backup, and its restore is not finished",
            "Whoever runs the service has to run `manage.py after_restore`. Then start from the beginning.",
        ),
    )
}
# The kind of problem that a refusal of the domain is, by its status.
_REFUSALS = {kind.status: kind.code for kind in (KINDS["invalid"], KINDS["not_allowed"], KINDS["conflict"])}


class Problem(exceptions.APIException):
    """Raised by the API's own plumbing. `kind` is a code of KINDS, `more` further members of the answer."""

    def __init__(self, kind: str, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(detail or KINDS[kind].title)
        self.kind = KINDS[kind]
        self.status_code = self.kind.status
        self.more = more
        self.headers = dict(headers or {})


def body_of(kind: ProblemKind, detail: str, reference: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a problem document. `reference` is the request's, for the log."""
    return {
        "type": f"{settings.SITE_URL}/api/problems#{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "code": kind.code,
        "detail": detail,
        "reference": reference,
        **more,
    }


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """DRF's exception handler: any exception as a problem, whoever raised it."""
    set_rollback()
    problem = problem_of(error, context.get("view"))
    if problem.kind.status >= 500:
        logger.exception("%s %s failed", context["request"].method, context["request"].path, exc_info=error)
    reference = getattr(context["request"]._request, "reference", "")
    return Response(
        body_of(problem.kind, str(problem.detail), reference, problem.more),
        status=problem.kind.status,
        headers=problem.headers,
        content_type=CONTENT_TYPE,
    )


def page(request: HttpRequest, code: str, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A problem for what fails outside an endpoint: no such address, or the service itself."""
    kind = KINDS[code]
    body = body_of(kind, kind.meaning, getattr(request, "reference", ""), {})
    return HttpResponse(json.dumps(body), status=kind.status, content_type=CONTENT_TYPE, headers=headers)


def problem_of(error: Exception, view: object = None) -> Problem:
    """The problem that an exception is. `view` may have a `field_named`: the API's name for a field of the domain."""
    if isinstance(error, DomainError | DomainErrors):
        return _refusal(error, getattr(view, "field_named", as_it_is))
    if is_database_down(error):
        return Problem("unavailable", headers={"Retry-After": "30"})
    for known, make in _MAKERS:
        if isinstance(error, known):
            problem: Problem = make(error)
            return problem
    return Problem("failed", "Something went wrong on our side, and nothing was saved.")


def as_it_is(name: str | None) -> str | None:
    """The name itself."""
    return name


def _refusal(refusal: DomainError | DomainErrors, field_named: Callable[[str | None], str | None]) -> Problem:
    errors = refusal.errors if isinstance(refusal, DomainErrors) else [refusal]
    said = [
        {"field": field_named(error.field), "code": error.code, "message": error.message}
        for error in errors[: MOST_ERRORS + 1]
    ]
    if isinstance(refusal, DomainErrors):
        return _invalid(said)
    if isinstance(refusal, ChangedMeanwhile):
        return Problem("changed_meanwhile", refusal.message)
    return Problem(_REFUSALS.get(refusal.status, "invalid"), refusal.message, errors=said)


def _warnings(error: NeedsConfirming) -> Problem:
    warnings = [{"code": warning.code, "message": warning.message} for warning in error.warnings]
    return Problem("needs_confirming", " ".join(warning.message for warning in error.warnings), doubts=warnings)


def _validation(error: exceptions.ValidationError) -> Problem:
    return _invalid(list(islice(_flat(error.detail, error.get_codes()), MOST_ERRORS + 1)))


def _invalid(found: list[dict[str, Any]]) -> Problem:
    """The problem with the errors found, of which one more than are named says that there are more."""
    if len(found) > MOST_ERRORS:
        message = f"More than {MOST_ERRORS} things are wrong. These are the first."
        return Problem("invalid", message, errors=found[:MOST_ERRORS])
    return Problem(
        "invalid", found[0]["message"] if len(found) == 1 else f"{len(found)} things are wrong.", errors=found
    )


def _flat(detail: Any, codes: Any, path: str = "") -> Iterator[dict[str, Any]]:
    """Each error with the path of its field, like crew[1].role; None where it is about the whole."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _flat(inner, codes[name], _inside(path, name))
    elif isinstance(detail, list) and any(isinstance(inner, Mapping) for inner in detail):
        for place, inner in enumerate(detail):
            yield from _flat(inner, codes[place], f"{path}[{place}]")
    elif isinstance(detail, list):
        for place, message in enumerate(detail):
            yield {"field": path or None, "code": codes[place], "message": str(message)}
    else:
        yield {"field": path or None, "code": codes, "message": str(detail)}


def _inside(path: str, name: str | int) -> str:
    """The path of a field, or of the item at a place, of what stands at `path`."""
    if name == "non_field_errors":
        return path
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name


def _throttled(error: exceptions.Throttled) -> Problem:
    seconds = int(getattr(error, "wait", None) or 1) + 1
    return Problem("too_many_requests", f"Try again in {seconds} seconds.", headers={"Retry-After": str(seconds)})


def _unauthenticated(error: exceptions.APIException) -> Problem:
    return Problem("not_signed_in", str(error.detail))


_MAKERS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Any], ...] = (
    (Problem, lambda error: error),
    (NeedsConfirming, _warnings),
    (exceptions.ValidationError, _validation),
    ((exceptions.NotAuthenticated, exceptions.AuthenticationFailed), _unauthenticated),
    (exceptions.Throttled, _throttled),
    (
        (exceptions.PermissionDenied, PermissionDenied),
        lambda error: Problem("not_allowed", str(getattr(error, "detail", error))),
    ),
    ((exceptions.NotFound, Http404), lambda error: Problem("not_found")),
    (exceptions.MethodNotAllowed, lambda error: Problem("method_not_allowed", str(error.detail))),
    (exceptions.NotAcceptable, lambda error: Problem("not_acceptable", str(error.detail))),
    (exceptions.UnsupportedMediaType, lambda error: Problem("unsupported", str(error.detail))),
    # What Django itself refuses to read, like more than a thousand parameters.
    (RequestDataTooBig, lambda error: Problem("too_large")),
    (TooManyFieldsSent, lambda error: Problem("invalid", "The address has too many parameters.")),
    (SuspiciousOperation, lambda error: Problem("invalid", "The request cannot be read.")),
    (exceptions.ParseError, lambda error: Problem("malformed", str(error.detail))),
)
