"""The same answers from ModelSerializers: related rows prefetched, pages by DRF's own cursor."""

from typing import Any

from django.db import transaction
from rest_framework import generics, serializers
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer

from benchmarks.peers.models import Arrest, Crew, Search, Shift, Weapon
from hotspot.core.api.authentication import SystemAuthentication
from patrols.models import PatrolShift


class ListedShift(serializers.ModelSerializer):
    """A shift with its area's name and how many outcomes it has."""

    area = serializers.CharField(source="area.name")
    crew_size = serializers.IntegerField(source="crew.all.__len__")
    arrests = serializers.IntegerField(source="arrests.all.__len__")
    stop_searches = serializers.IntegerField(source="stop_searches.all.__len__")
    weapons = serializers.IntegerField(source="weapons.all.__len__")
    asb_powers = serializers.IntegerField(source="asb_powers.all.__len__")

    class Meta:
        model = PatrolShift
        exclude = ("note", "doubts_kept", "doubts_reason", "submission_id")


class Newest(CursorPagination):
    """Fifty a page, newest first."""

    page_size = 50
    ordering = ("-starts_at", "-id")


class Ordinary:
    """Who may call is checked as the product does, so that only the rest differs."""

    authentication_classes = (SystemAuthentication,)
    permission_classes = (IsAuthenticated,)
    renderer_classes = (JSONRenderer,)
    parser_classes = (JSONParser,)


class ShiftList(Ordinary, generics.ListAPIView):
    """A page of shifts."""

    serializer_class = ListedShift
    pagination_class = Newest
    queryset = PatrolShift.objects.select_related("area").prefetch_related(
        "crew", "arrests", "stop_searches", "weapons", "asb_powers"
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
        shift = Shift.objects.create(**validated_data)
        times = {"starts_at": shift.starts_at, "ends_at": shift.ends_at}
        for row in parts["crew"]:
            Crew.objects.create(shift=shift, **{**times, **row})
        for name, model in (("arrests", Arrest), ("stop_searches", Search), ("weapons", Weapon)):
            for row in parts[name]:
                model.objects.create(shift=shift, **row)
        return shift


class ShiftCreate(Ordinary, generics.CreateAPIView):
    """A new shift."""

    serializer_class = NewShift
    queryset = Shift.objects.all()

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        """As whoever calls."""
        serializer.save(logged_by=self.request.user)

