"""What lies around a boundary while it is drawn in the browser: areas to stick to, outlines of districts to go by."""

import json
from datetime import date
from typing import Any

from django.db.models import Q
from shapely import from_geojson, simplify, to_geojson

from hotspot.core.models import User
from hotspots.areas.boundaries import flat
from hotspots.models import District, HotspotArea

TOLERANCE = 0.0004
"""Degrees, 30 to 45 metres: on the map an outline is to go by, and nothing sticks to it."""
DECIMALS = 4


def around(user: User, *, without: str, day: date) -> dict[str, Any]:
    """Areas that are active on the day or will be, but one (its key as text), with their whole boundaries in GeoJSON;
    and districts with their outlines, simplified, for those that have one. All of them as far as the person may see.
    """
    lasting = HotspotArea.objects.visible_to(user).filter(Q(last_day__isnull=True) | Q(last_day__gte=day))
    districts = District.objects.visible_to(user).filter(outline__isnull=False)
    return {
        "areas": [
            {"name": name, "boundary": boundary}
            for pk, name, boundary in lasting.values_list("pk", "name", "boundary")
            if str(pk) != without
        ],
        "districts": [
            {"id": str(district.pk), "name": district.name, "outline": _simplified(district.outline)}
            for district in districts.defer(None)
        ],
    }


def _simplified(outline: Any) -> dict[str, Any]:
    drawn = simplify(from_geojson(json.dumps(outline)), TOLERANCE)
    geometry: dict[str, Any] = json.loads(to_geojson(drawn))
    return geometry | {"coordinates": flat(geometry["coordinates"], DECIMALS)}
