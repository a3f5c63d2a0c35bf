"""A reference for each request: on its log lines, its error page and its response. Imports no model, so that logging
can be set up before the apps are."""

import logging
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase

Handler = Callable[[HttpRequest], HttpResponseBase]

_request_id: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIdFilter(logging.Filter):
    """Puts the current request's reference on every log line."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _request_id.get()
        return True


def middleware(get_response: Handler) -> Handler:
    """Give each request a reference of our own making, for the log, the error page and the response."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        reference = uuid.uuid4().hex[:12]
        request.reference = reference  # type: ignore[attr-defined]
        token = _request_id.set(reference)
        try:
            response = get_response(request)
        finally:
            _request_id.reset(token)
        response["X-Request-ID"] = reference
        return response

    return handle
