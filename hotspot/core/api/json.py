"""JSON as we read it, which is stricter than Python does, and as we write it."""

import json
import re
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

from hotspot.core.api.problems import Problem

MOST_BYTES = 256 * 1024
MOST_DEPTH = 32
# Values in one body. The longest shift that there may be has fewer, and each costs far more than its bytes to check.
MOST_VALUES = 40_000
# A string, or the beginning of one that never ends. What was read is never given back or read again (`*+`), so this
# takes a time in proportion to the body, whatever is in it.
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")


class JsonParser(BaseParser):
    """One JSON object in UTF-8: bounded in size, depth and number of values, no name twice, no NaN."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The object. Raises Problem for what is too large, encoded in another way or not such an object."""
        context = parser_context or {}
        request, view = context["request"], context["view"]
        _check_encoding(request.headers.get("Content-Encoding", ""), request.content_type or "")
        most = getattr(view, "most_bytes", MOST_BYTES)
        body = stream.read(most + 1)
        if len(body) > most:
            raise Problem("too_large", f"The body can have {most // 1024:,} kB at the most.")
        request._request.raw_body = body
        return read(body, most_values=getattr(view, "most_values", MOST_VALUES))


def read(body: bytes, *, most_values: int = MOST_VALUES) -> dict[str, Any]:
    """The JSON object in these bytes. Raises Problem."""
    structure = _STRINGS.sub(b"", body)
    _check_depth(structure)
    if structure.count(b",") >= most_values:
        raise Problem("too_large", f"The body can hold {most_values:,} values at the most. Send it in parts.")
    try:
        found = json.loads(body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        # Python's messages quote no input and say where it is.
        raise Problem("malformed", f"The body is not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise Problem("malformed", "The body must be a JSON object, in { }.")
    return found


def _check_encoding(encoding: str, content_type: str) -> None:
    if encoding not in ("", "identity"):
        raise Problem("unsupported", "Compressed bodies are not read.")
    _, _, parameters = content_type.partition("charset=")
    charset = parameters.partition(";")[0].strip(" \"'").lower()
    if charset not in ("", "utf-8", "utf8"):
        raise Problem("unsupported", "JSON is read in UTF-8 only.")


def _check_depth(structure: bytes) -> None:
    depth = 0
    for bracket in _BRACKETS.findall(structure):
        depth += 1 if bracket in b"[{" else -1
        if depth > MOST_DEPTH:
            raise Problem("malformed", f"The body is nested more than {MOST_DEPTH} levels deep.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the name {name[:40]!r} is there twice")
        found[name] = value
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


class Ready(str):
    """JSON text that the database wrote: it goes out as it is."""

    __slots__ = ()


class JsonRenderer(JSONRenderer):
    """JSON, and what is JSON already."""

    ensure_ascii = False

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """The bytes of an answer."""
        if isinstance(data, Ready):
            return encoded(data)
        try:
            return super().render(data, accepted_media_type, renderer_context)
        except UnicodeEncodeError as error:
            return encoded(error.object)


def encoded(text: str) -> bytes:
    """JSON in UTF-8. A refusal may quote half a character (an unpaired surrogate): it goes out escaped."""
    return text.encode("utf-8", "backslashreplace")


class GeoRenderer(JsonRenderer):
    """GeoJSON, under its own name for who asks for that."""

    media_type = "application/geo+json"
    format = "geojson"
