"""How large the body of a request is, known before anything reads it."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

MOST_BYTES_BY_HAND = 256 * 1024


def body_length(request: HttpRequest) -> int:
    """The size of the body as its sender gives it, in bytes. The server reads no more than that."""
    text = request.META.get("CONTENT_LENGTH") or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0


def is_short(request: HttpRequest) -> bool:
    """Whether the body is no larger than that of any form that somebody fills in by hand."""
    return body_length(request) <= MOST_BYTES_BY_HAND


def check_is_short(request: HttpRequest) -> None:
    """Raise RequestDataTooBig for a body that nobody needs to send who has not signed in."""
    if not is_short(request):
        raise RequestDataTooBig("The body of a request to a public page is too large.")
