"""Places on maps, in table rows and sentences."""

from typing import Any

from hotspot.core import wording
from hotspots.areas.places import PlaceFile
from hotspots.areas.sizes import hectares
from hotspots.models import PlaceQuerySet

MOST_ROWS = 100

PLACE_COLUMNS = [{"label": "Place"}, {"label": "Size", "numeric": True}, {"label": "Shape in the file"}]


def places_there(places: PlaceQuerySet) -> str:
    """How many places are loaded, by whom and when; that a file would replace them."""
    newest = places.select_related("loaded_by").order_by("-loaded_at").first()
    if newest is None:
        return "No place is loaded. They are drawn faintly, with their names, beneath the areas on maps."
    count = wording.plural(places.count(), "place is", "places are")
    when = f"{wording.moment(newest.loaded_at)} by {newest.loaded_by}"
    return f"{count} loaded, on {when}. The places of a new file replace all of them."


def place_rows(found: PlaceFile) -> list[list[Any]]:
    """The first places of a file."""
    return [
        [
            place.name,
            hectares(place.hectares),
            f"Repaired: {place.repair.change}" if place.repair else "Valid",
        ]
        for place in found.places[:MOST_ROWS]
    ]


def place_notes(found: PlaceFile) -> list[str]:
    """What else is to be known about a file of places, in sentences."""
    notes = ["They replace all places that are loaded now."]
    if len(found.places) > MOST_ROWS:
        notes.append(f"These are the first {MOST_ROWS} of {len(found.places):,} places, by name.")
    if found.nameless:
        words = wording.plural(found.nameless, "feature is", "features are")
        notes.append(f"{words} not used for want of a name.")
    if found.too_small:
        notes.append(f"{wording.plural(found.too_small, 'place is', 'places are')} too small to be drawn.")
    return notes
