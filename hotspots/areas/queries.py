"""Hotspot areas, and what lies around them, as somebody may see them."""

from datetime import date

from django.db.models import FloatField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from hotspot.core.models import User
from hotspots.areas.boundaries import Bounds
from hotspots.models import (
    AreaSet,
    AreaSetMember,
    District,
    DistrictQuerySet,
    HotspotAnalysis,
    HotspotArea,
    Place,
    PlaceQuerySet,
)

MOST_PLACES = 40
"""Of those that reach into a map; not all of them have a line on it."""


def neighbours(area: HotspotArea, user: User) -> QuerySet[HotspotArea]:
    """The other areas of the same district, to show where a boundary lies."""
    return HotspotArea.objects.visible_to(user).filter(district=area.district_id).exclude(pk=area.pk)


def active_between(user: User, first_day: date, last_day: date | None) -> QuerySet[HotspotArea]:
    """The areas that are active on any day from the first to the last, or for ever."""
    lasting = Q(last_day__isnull=True) | Q(last_day__gte=first_day)
    started = Q() if last_day is None else Q(first_day__lte=last_day)
    return HotspotArea.objects.visible_to(user).with_district().filter(lasting & started)


def of_one_town(area: HotspotArea, user: User) -> QuerySet[HotspotArea]:
    """The other areas of the same town, in the same district."""
    return neighbours(area, user).filter(town__iexact=area.town)


def outline_of(district: District, user: User) -> str | None:
    """The outline of a district as the text of GeoJSON, if it has one."""
    return next(iter(outlines_of(District.objects.visible_to(user).filter(pk=district.pk))), None)


def places_within(user: User, bounds: Bounds) -> list[tuple[str, str]]:
    """The places that reach into a rectangle in degrees and that the person may see (see `outlines_within`)."""
    return outlines_within(Place.objects.visible_to(user), bounds)


def outlines_within(places: PlaceQuerySet, bounds: Bounds) -> list[tuple[str, str]]:
    """The names of places that reach into a rectangle in degrees, with their outlines as the text of GeoJSON."""
    return list(places.within(*bounds).values_list("name", Cast("outline", TextField()))[:MOST_PLACES])


def outlines_and_places(
    districts: DistrictQuerySet, places: PlaceQuerySet, bounds: Bounds
) -> tuple[list[str], list[tuple[str, str]]]:
    """What `outlines_of` and `outlines_within` give, in one trip to the database."""
    outline, no_size = Cast("outline", TextField()), Value(None, FloatField())
    drawn = districts.filter(outline__isnull=False).order_by().values_list("name", outline, no_size)
    near = places.within(*bounds).values_list("name", outline, "hectares")[:MOST_PLACES]
    rows = list(drawn.union(near, all=True))
    found = sorted((row for row in rows if row[2] is not None), key=lambda row: -row[2])
    return [row[1] for row in rows if row[2] is None], [row[:2] for row in found]


def outlines_of(districts: DistrictQuerySet) -> list[str]:
    """The outlines of those that have one, as the text of GeoJSON, which shapely reads quicker than Python."""
    drawn = districts.filter(outline__isnull=False)
    return list(drawn.values_list(Cast("outline", TextField()), flat=True))


def outlines_seen_by(user: User) -> list[str]:
    """The outlines of the districts that this person may see."""
    return outlines_of(District.objects.visible_to(user))


def memberships_of(area: HotspotArea, user: User) -> QuerySet[AreaSetMember]:
    """What an area is in the sets that this person may see, the latest set first."""
    sets = AreaSet.objects.visible_to(user)
    members = area.memberships.filter(area_set__in=sets).select_related("area_set").defer("boundary")
    return members.order_by("-area_set__first_day", "-area_set_id")


def made_from(area: HotspotArea, user: User) -> list[HotspotArea]:
    """The areas that this person may see of those that it was made from when its set was approved, in list order."""
    return list(HotspotArea.objects.visible_to(user).filter(became__member__area=area).defer("boundary"))


def became(area: HotspotArea, user: User) -> list[HotspotArea]:
    """The areas that this person may see of those that approved sets made from it, in list order."""
    areas = HotspotArea.objects.visible_to(user)
    return list(areas.filter(memberships__origins__area=area, memberships__is_new=True).defer("boundary"))


def analysis_of(area: HotspotArea, user: User) -> HotspotAnalysis | None:
    """The analysis that an area was chosen by, where there is one and this person may see it."""
    if area.analysis_id is None:
        return None
    return HotspotAnalysis.objects.visible_to(user).filter(pk=area.analysis_id).first()
