"""Programmes, districts and hotspot areas as other systems see them."""

from rest_framework import serializers

from hotspot.core.api.serializers import Day, NumberParameter, Query
from hotspots.models import FundingStream, HotspotArea


class StreamOutput(serializers.Serializer):
    """What pays for shifts. Only those in the headline count in the figures."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(FundingStream.Kind.choices)
    in_headline = serializers.BooleanField()
    is_default = serializers.BooleanField(help_text="Used for shifts that name none.")


class ProgrammeOutput(serializers.Serializer):
    """A funded operation. Both days are included."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    is_default = serializers.BooleanField(help_text="Used where several programmes run on a day and none is named.")
    funding_streams = StreamOutput(many=True)


class DistrictOutput(serializers.Serializer):
    """A local authority district."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    code = serializers.CharField(help_text="The ONS code, like E07000099.")


class AreaOutput(serializers.Serializer):
    """A hotspot area, active from its first to its last day, both included; null means open."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    town = serializers.CharField()
    district = DistrictOutput()
    kind = serializers.ChoiceField(HotspotArea.Kind.choices)
    first_day = serializers.DateField()
    last_day = serializers.DateField(allow_null=True)


class AreaQuery(Query):
    """Which areas."""

    active_on = Day(required=False, help_text="Only those that are active on this London day.")
    district = serializers.ListField(child=NumberParameter(), required=False, max_length=200)


class FeatureOutput(serializers.Serializer):
    """One area as a GeoJSON Feature (RFC 7946): longitude and latitude, WGS 84."""

    type = serializers.ChoiceField(["Feature"])
    id = serializers.IntegerField()
    geometry = serializers.DictField()
    properties = AreaOutput()


class FeaturesOutput(serializers.Serializer):
    """The areas as a GeoJSON FeatureCollection."""

    type = serializers.ChoiceField(["FeatureCollection"])
    features = FeatureOutput(many=True)
