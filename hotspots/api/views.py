"""Programmes, districts and hotspot areas: what a system has to know before it can write a shift."""

from typing import ClassVar

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.response import Response

from hotspot.core.api.json import GeoRenderer, JsonRenderer
from hotspot.core.api.requests import ApiRequest
from hotspot.core.api.schema import Operation, described
from hotspot.core.api.serializers import Query, results_of
from hotspot.core.api.views import Endpoint
from hotspot.core.permissions import Permission
from hotspots.api.serializers import (
    AreaOutput,
    AreaQuery,
    DistrictOutput,
    FeatureOutput,
    FeaturesOutput,
    ProgrammeOutput,
)
from hotspots.models import District, HotspotArea, Programme

GEOJSON = GeoRenderer.media_type


class ReferenceEndpoint(Endpoint):
    """What everybody who may call may read."""

    permissions: ClassVar = {"GET": Permission.VIEW_REFERENCE}


class ProgrammeList(ReferenceEndpoint):
    """Programmes with their funding streams, newest first."""

    operations = described(
        get=Operation("list_programmes", "List programmes and their funding streams", results_of(ProgrammeOutput))
    )

    def get(self, request: ApiRequest) -> Response:
        """All of them: there are few."""
        Query.read(request)
        programmes = Programme.objects.visible_to(request.user).prefetch_related("funding_streams")
        return Response({"results": ProgrammeOutput(programmes, many=True).data})


class DistrictList(ReferenceEndpoint):
    """Districts."""

    operations = described(get=Operation("list_districts", "List districts", results_of(DistrictOutput)))

    def get(self, request: ApiRequest) -> Response:
        """All that the caller may see."""
        Query.read(request)
        return Response({"results": DistrictOutput(District.objects.visible_to(request.user), many=True).data})


class AreaList(ReferenceEndpoint):
    """Hotspot areas."""

    operations = described(get=Operation("list_areas", "List hotspot areas", results_of(AreaOutput), query=AreaQuery))

    def get(self, request: ApiRequest) -> Response:
        """All that the caller may see, in list order."""
        return Response({"results": AreaOutput(areas(request).defer("boundary"), many=True).data})


class AreaFeatures(ReferenceEndpoint):
    """Hotspot areas with their boundaries."""

    renderer_classes = (JsonRenderer, GeoRenderer)
    operations = described(
        get=Operation(
            "list_area_boundaries",
            "List hotspot areas with their boundaries (GeoJSON)",
            FeaturesOutput,
            query=AreaQuery,
            content_type=GEOJSON,
        )
    )

    def get(self, request: ApiRequest) -> Response:
        """A GeoJSON FeatureCollection of all that the caller may see."""
        features = [feature(area) for area in areas(request)]
        content = {"type": "FeatureCollection", "features": features}
        return Response(content, content_type=GEOJSON)


class AreaDetail(ReferenceEndpoint):
    """One hotspot area."""

    renderer_classes = (JsonRenderer, GeoRenderer)
    operations = described(
        get=Operation("read_area", "Read a hotspot area (GeoJSON)", FeatureOutput, content_type=GEOJSON)
    )

    def get(self, request: ApiRequest, area_id: int) -> Response:
        """The area as a GeoJSON Feature."""
        Query.read(request)
        area = HotspotArea.objects.visible_to(request.user).with_district().filter(pk=area_id).first()
        if area is None:
            raise Http404
        return Response(feature(area), content_type=GEOJSON)


def areas(request: ApiRequest) -> QuerySet[HotspotArea]:
    """The areas that the address asks for. Raises ValidationError."""
    query = AreaQuery.read(request)
    found = HotspotArea.objects.visible_to(request.user).with_district()
    if "active_on" in query:
        found = found.active_on(query["active_on"])
    return found.filter(district__in=query["district"]) if "district" in query else found


def feature(area: HotspotArea) -> dict[str, object]:
    """The area as GeoJSON."""
    return {"type": "Feature", "id": area.pk, "geometry": area.boundary, "properties": AreaOutput(area).data}
