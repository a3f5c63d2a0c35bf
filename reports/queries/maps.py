"""What the dashboard's map asks: each area's counts and its boundary."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import TextField
from django.db.models.functions import Cast

from hotspots.models import HotspotArea
from reports.queries.dashboard import Asked, MapView
from reports.queries.headline import Counts


@dataclass(frozen=True)
class Place:
    """One area: what was counted in the days that have begun, and its boundary as the text of GeoJSON."""

    area: HotspotArea
    counts: Counts
    boundary: str


@dataclass(frozen=True)
class Places:
    """The areas that were active in the period or counted something in it, in list order, and how to look at them."""

    places: Sequence[Place]
    view: MapView


def by_place(asked: Asked) -> Places:
    """The areas with their boundaries, which nothing else on the dashboard reads."""
    areas = asked.areas_with_figures
    drawn = HotspotArea.objects.order_by().filter(pk__in=[area.pk for area in areas])
    boundaries = dict(drawn.values_list("pk", Cast("boundary", TextField())))
    places = [
        Place(area, asked.counts.get(area.pk, Counts()), boundaries[area.pk]) for area in areas if area.pk in boundaries
    ]
    return Places(places, asked.view)
