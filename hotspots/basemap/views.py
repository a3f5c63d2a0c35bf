"""The basemap, sent in pieces: the browser asks for the tiles that it shows."""

import re
from collections.abc import Iterator

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from hotspot.core.pages.access import SignedInRequest, requires
from hotspot.core.permissions import Permission
from hotspots.basemap.files import Basemap, current_basemap

PIECE_BYTES = 64 * 1024
# One range, as RFC 9110 has it: from and to, from on, or the last so many bytes.
ONE_RANGE = re.compile(r"bytes=(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))", re.ASCII)
KEPT_FOR = "private, max-age=86400"


@requires(Permission.VIEW_REFERENCE)
@require_safe
def basemap(request: SignedInRequest) -> HttpResponseBase:
    """The file of the basemap, or the range of it that is asked for: 206, or 416 for one that lies outside.

    Several ranges at once are answered with the whole file, which RFC 9110 allows. A browser may keep it for a day.
    """
    found = current_basemap()
    if found is None:
        raise Http404
    response = get_conditional_response(request, etag=found.etag) or _answer(request, found)
    for name, value in {"Accept-Ranges": "bytes", "Cache-Control": KEPT_FOR, "ETag": found.etag}.items():
        response[name] = value
    return response


def _answer(request: SignedInRequest, found: Basemap) -> HttpResponseBase:
    asked = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    is_same = request.headers.get("If-Range", found.etag) == found.etag
    if asked is None or not is_same:
        return _bytes(found, 0, found.size)
    start, end = _bounds(asked, found.size)
    if start >= end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{found.size}"})
    response = _bytes(found, start, end)
    response.status_code = 206
    response["Content-Range"] = f"bytes {start}-{end - 1}/{found.size}"
    return response


def _bounds(asked: re.Match[str], size: int) -> tuple[int, int]:
    """The first byte that is asked for, and the one after the last."""
    first, last, from_end = asked.groups()
    if from_end is not None:
        return max(size - int(from_end), 0), size
    return int(first), min(int(last) + 1, size) if last else size


def _bytes(found: Basemap, start: int, end: int) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_pieces(found, start, end), content_type="application/vnd.pmtiles")
    response["Content-Length"] = str(end - start)
    return response


def _pieces(found: Basemap, start: int, end: int) -> Iterator[bytes]:
    with found.path.open("rb") as file:
        file.seek(start)
        while start < end and (piece := file.read(min(PIECE_BYTES, end - start))):
            start += len(piece)
            yield piece
