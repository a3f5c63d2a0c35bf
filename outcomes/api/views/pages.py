"""What the lists and records of this API share."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from rest_framework.response import Response

from hotspot.core.api.cursors import Cursors
from hotspot.core.api.etags import etag, is_known
from hotspot.core.api.idempotency import Answer
from hotspot.core.api.json import Ready
from hotspot.core.api.requests import ApiRequest
from hotspot.core.errors import DomainError
from outcomes.records import json_documents
from outcomes.records.filter_queries import midnight
from outcomes.records.json_lists import Documents

# Clocks differ, and what was written may have taken a while to be committed.
OVERLAP = timedelta(minutes=5)


def days_of(query: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """From when until before when the London days last that are asked for. Raises DomainError `period_reversed`."""
    since, until = query.get("since"), query.get("until")
    if since and until and until < since:
        raise DomainError("period_reversed", "The last day must be the same as or after the first day.", "until")
    return midnight(since), midnight(until, days_on=1)


def since_of(query: Mapping[str, Any]) -> datetime | None:
    """From when on changes are asked for, with some overlap. Raises DomainError `in_the_future`."""
    moment: datetime | None = query.get("updated_since")
    if moment is None:
        return None
    if moment > timezone.now() + OVERLAP:
        message = "This time has not come yet. Check the clock that it is from."
        raise DomainError("in_the_future", message, "updated_since")
    return moment - OVERLAP


def link(request: ApiRequest, cursor: str) -> str:
    """The address of this list from a cursor on."""
    parameters = [(name, value) for name, values in request.query_params.lists() for value in values]
    kept = [(name, value) for name, value in parameters if name != "cursor"]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*kept, ('cursor', cursor)])}")


def listing(request: ApiRequest, found: Documents, cursors: Cursors, **more: str | None) -> Response:
    """A page of documents as an answer: put together as text, since the database has written the JSON already."""
    following = link(request, cursors.write(found.last, found.instance)) if found.more and found.last else None
    members = {"next": following, **more}
    rest = "".join(f',"{name}":{"null" if value is None else _quoted(value)}' for name, value in members.items())
    return Response(Ready(f'{{"results":[{",".join(found.texts)}]{rest}}}'))


def _quoted(url: str) -> str:
    # An address has neither quotes nor backslashes: urlencode has seen to it.
    return f'"{url}"'


def record(request: ApiRequest, text: str, version: int) -> Response:
    """One document with its ETag; 304 to who has it already."""
    tag = etag(version, text)
    headers = {"ETag": tag}
    if is_known(request, tag):
        return Response(status=304, headers=headers)
    return Response(Ready(text), headers=headers)


def written(shift_id: int, request: ApiRequest, *, status: int = 200, **headers: str) -> Answer:
    """What a write is answered with: the shift as it is now."""
    text, version = json_documents.one(shift_id, by=request.user)
    return Answer(status, Ready(text), {"ETag": etag(version, text), **headers})
