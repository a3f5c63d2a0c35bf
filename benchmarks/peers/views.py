"""The same answers from ModelSerializers: counts by subquery, pages by DRF's own cursor.

Prefetching the related rows instead took twice as long here, so that would have been an easier peer.
"""

from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from rest_framework import generics, serializers
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer

from benchmarks.peers.models import Arrest, Crew, Search, Shift, Weapon
from hotspot.core.api.authentication import SystemAuthentication
from outcomes import models as outcomes
from patrols.models import CrewMember, PatrolShift


class ListedShift(serializers.ModelSerializer):
    """A shift with its area's name and how many outcomes it has."""

    area = serializers.CharField(source="area.name")
    crew_size = serializers.IntegerField()
    arrest_count = serializers.IntegerField()
    search_count = serializers.IntegerField()
    weapon_count = serializers.IntegerField()
    power_count = serializers.IntegerField()

    class Meta:
        model = PatrolShift
        exclude = ("note", "doubts_kept", "doubts_reason", "submission_id")


class Newest(CursorPagination):
    """Fifty a page, newest first."""

    page_size = 50
    ordering = ("-starts_at", "-id")


class Ordinary(generics.GenericAPIView):
    """Who may call is checked as the product does, so that only the rest differs."""

    authentication_classes = (SystemAuthentication,)
    permission_classes = (IsAuthenticated,)
    renderer_classes = (JSONRenderer,)
    parser_classes = (JSONParser,)


def _count_of(model: Any) -> Subquery:
    rows = model.objects.filter(shift=OuterRef("pk")).order_by().values("shift")
    return Subquery(rows.annotate(n=Count("pk")).values("n"))


class ShiftList(generics.ListAPIView, Ordinary):
    """A page of shifts."""

    serializer_class = ListedShift
    pagination_class = Newest
    queryset = PatrolShift.objects.select_related("area").annotate(
        crew_size=_count_of(CrewMember),
        arrest_count=_count_of(outcomes.Arrest),
        search_count=_count_of(outcomes.StopSearch),
        weapon_count=_count_of(outcomes.WeaponRecovered),
        power_count=_count_of(outcomes.AsbPowerUse),
    )


class NewCrew(serializers.ModelSerializer):
    """One of the crew."""

    class Meta:
        model = Crew
        exclude = ("shift",)
        extra_kwargs = {"starts_at": {"required": False}, "ends_at": {"required": False}}


class NewArrest(serializers.ModelSerializer):
    """An arrest."""

    class Meta:
        model = Arrest
        exclude = ("shift",)


class NewSearch(serializers.ModelSerializer):
    """A stop search."""

    class Meta:
        model = Search
        exclude = ("shift",)


class NewWeapon(serializers.ModelSerializer):
    """A weapon."""

    class Meta:
        model = Weapon
        exclude = ("shift",)


class NewShift(serializers.ModelSerializer):
    """A shift with crew and outcomes, written as DRF's documentation shows it."""

    crew = NewCrew(many=True)
    arrests = NewArrest(many=True)
    stop_searches = NewSearch(many=True)
    weapons = NewWeapon(many=True)

    class Meta:
        model = Shift
        exclude = ("logged_by",)

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Shift:
        """The shift, then each of its parts."""
        parts = {name: validated_data.pop(name) for name in ("crew", "arrests", "stop_searches", "weapons")}
        shift = Shift._default_manager.create(**validated_data)
        times = {"starts_at": shift.starts_at, "ends_at": shift.ends_at}
        for row in parts["crew"]:
            Crew._default_manager.create(shift=shift, **{**times, **row})
        for name, model in (("arrests", Arrest), ("stop_searches", Search), ("weapons", Weapon)):
            for row in parts[name]:
                model._default_manager.create(shift=shift, **row)
        return shift


class ShiftCreate(generics.CreateAPIView, Ordinary):
    """A new shift."""

    serializer_class = NewShift
    queryset = Shift._default_manager.all()

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        """As whoever calls."""
        serializer.save(logged_by=self.request.user)
