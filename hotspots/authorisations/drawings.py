"""The locality of an authorisation as a drawing: the boundaries of its hotspot areas."""

from typing import Any

from shapely import get_parts, unary_union
from shapely.geometry import MultiPolygon, shape

from hotspot.core import wording
from hotspot.core.models import User
from hotspots.areas import queries as areas_queries
from hotspots.areas.boundaries import as_geojson, check_boundary
from hotspots.areas.drawings import Drawing, Square, drawing
from hotspots.models import HotspotArea


def drawing_of(found: Any, user: User) -> Drawing | None:
    """Its areas as far as the person may see them; None where no boundary can be drawn."""
    areas = HotspotArea.objects.filter(pk__in=[place.area_id for place in found.shown_places])
    boundaries = list(areas.values_list("name", "boundary"))
    if not boundaries:
        return None
    joined = unary_union([shape(boundary) for _, boundary in boundaries])
    boundary = check_boundary(as_geojson(MultiPolygon(list(get_parts(joined)))))
    places = areas_queries.places_within(user, Square.around(joined).degrees)
    names = wording.listing([name for name, _ in boundaries])
    return drawing(names, boundary, (), areas_queries.outlines_seen_by(user), places=places)
