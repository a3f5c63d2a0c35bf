"""Authorisations under sections 34 and 60: which there are, and a new one."""

from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from rest_framework.response import Response

from hotspot.core import keyset
from hotspot.core.api.cursors import Cursors, moment, number
from hotspot.core.api.idempotency import Answer, text_of
from hotspot.core.api.requests import ApiRequest
from hotspot.core.api.schema import Operation, described
from hotspot.core.api.serializers import Query, read
from hotspot.core.api.views import Endpoint, write_once
from hotspot.core.errors import DomainError
from hotspot.core.permissions import Permission
from hotspots.api.authorisation_serializers import (
    AuthorisationInput,
    AuthorisationOutput,
    AuthorisationQuery,
    AuthorisationsListed,
)
from hotspots.authorisations import operations, queries, rules
from hotspots.models import HotspotArea, PowerAuthorisation

_FIELDS = {
    "given": "given_at",
    "start": "starts_at",
    "end": "ends_at",
    "review": "review_at",
    "informed": "informed_at",
}
_KEYS = ("starts_at", "pk")
_SAME = (
    "id", "kind", "locality", "grounds", "rank", "given_at", "starts_at", "ends_at", "review_at", "informed_at",
    "extended_until", "withdrawn_at", "void_reason",
)  # fmt: skip


def authorisation_field_named(name: str | None) -> str | None:
    """The API's name of a field that a rule speaks of."""
    return _FIELDS.get(name or "", name)


class AuthorisationList(Endpoint):
    """Authorisations, the latest start first; a new one."""

    permissions: ClassVar = {"GET": Permission.VIEW_AUTHORISATIONS, "POST": Permission.KEEP_AUTHORISATIONS}
    field_named = staticmethod(authorisation_field_named)
    operations = described(
        get=Operation("list_authorisations", "List authorisations", AuthorisationsListed, query=AuthorisationQuery),
        post=Operation(
            "record_authorisation",
            "Record an authorisation that was given",
            AuthorisationOutput,
            body=AuthorisationInput,
            statuses=(201,),
            is_keyed=True,
        ),
    )

    def get(self, request: ApiRequest) -> Response:
        """A page of those that the caller may see."""
        query, now = AuthorisationQuery.read(request), timezone.now()
        found, cursors = queries.authorisations_seen_by(request.user), Cursors.of(request, moment, number)
        if state := query.get("state"):
            found = queries.in_state(found, state, now)
        if kind := query.get("kind"):
            found = found.filter(kind=kind)
        if areas := query.get("area"):
            # Of areas that the caller may see: what one of them shares with others elsewhere is not asked out of us.
            seen = HotspotArea.objects.visible_to(request.user).filter(pk__in=areas)
            found = found.filter(queries.in_areas(seen.values_list("pk", flat=True)))
        if start := cursors.read(query.get("cursor")):
            found = found.filter(keyset.after(start, *_KEYS, newest_first=True))
        rows, more = keyset.take_page(lambda most: list(found[:most]), query["page_size"])
        following = _next(request, cursors.write((rows[-1].starts_at, rows[-1].pk))) if more else None
        return Response({"results": [document(row, now) for row in rows], "next": following})

    def post(self, request: ApiRequest) -> Response:
        """Record one. What the law does not allow is refused, with the field that it is about."""
        return write_once(request, lambda key: self._record(request, key))

    def _record(self, request: ApiRequest, key: UUID) -> Answer:
        data, now = dict(read(AuthorisationInput, request.data)), timezone.now()
        numbers = set(data.pop("areas"))
        areas = list(HotspotArea.objects.visible_to(request.user).filter(pk__in=numbers).defer("boundary"))
        if len(areas) < len(numbers):
            raise DomainError("unknown_area", "There is no such hotspot area, or it is not yours to see.", "areas")
        facts = operations.AuthorisationFacts(areas=areas, **data)
        made: Any = operations.record_authorisation(by=request.user, at=now, facts=facts)
        made.shown_places = list(made.places.select_related("area").defer("area__boundary"))
        location = reverse("api:authorisation", args=[made.pk])
        return Answer(201, text_of(document(made, now)), {"Location": location})


class AuthorisationDetail(Endpoint):
    """One authorisation."""

    permissions: ClassVar = {"GET": Permission.VIEW_AUTHORISATIONS}
    operations = described(get=Operation("read_authorisation", "Read an authorisation", AuthorisationOutput))

    def get(self, request: ApiRequest, authorisation_id: int) -> Response:
        """The authorisation, without any officer."""
        Query.read(request)
        found = queries.authorisations_seen_by(request.user).filter(pk=authorisation_id).first()
        if found is None:
            raise Http404
        return Response(document(found, timezone.now()))


def document(found: Any, at: datetime) -> dict[str, Any]:
    """An authorisation as the API answers it, in the state that it has at an instant."""
    authorisation: PowerAuthorisation = found
    values = {name: getattr(authorisation, name) for name in _SAME} | {
        "reference": authorisation.number,
        "state": rules.state_of(authorisation, at),
        "areas": [{"id": place.area_id, "name": place.area.name} for place in found.shown_places],
        "in_force_until": authorisation.ended_at,
    }
    return dict(AuthorisationOutput(values).data)


def _next(request: ApiRequest, cursor: str) -> str:
    parameters = [(name, value) for name, values in request.query_params.lists() for value in values]
    kept = [(name, value) for name, value in parameters if name != "cursor"]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*kept, ('cursor', cursor)])}")
