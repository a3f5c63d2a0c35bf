"""What areas had in the latest months, and so what could ever be told of them."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.db import connection
from shapely.geometry import mapping, shape

from hotspot.core.cache import remember
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.assignment import NOWHERE, assign
from hotspots.models import Dataset, IncidentCategory, IncidentMonth
from hotspots.power.formulas import dispersion, joint_dispersion, months_needed, smallest_fall

MONTHS = 12
"""The latest months that are looked at, and for how long patrols are thought to run."""
FALL = 0.25
"""The fall that is asked about: a quarter."""
_POINTS = """
    SELECT i.month_id, i.longitude, i.latitude, count(*)
    FROM hotspots_incident i JOIN hotspots_incidentcategory c ON c.id = i.category_id
    WHERE i.month_id = ANY(%s) AND i.longitude IS NOT NULL AND NOT i.is_police_generated AND NOT c.is_police_generated
    GROUP BY i.month_id, i.longitude, i.latitude
"""
_DISTRICTS = """
    SELECT i.district_id, i.month_id, count(*)
    FROM hotspots_incident i JOIN hotspots_incidentcategory c ON c.id = i.category_id
    WHERE i.month_id = ANY(%s) AND i.longitude IS NOT NULL AND NOT i.is_police_generated AND NOT c.is_police_generated
        AND i.district_id IS NOT NULL
    GROUP BY i.district_id, i.month_id
"""


@dataclass(frozen=True)
class Locality:
    """An area, or one that is proposed: its boundary as GeoJSON, and its district by id; None: not known yet."""

    boundary: Mapping[str, Any]
    district: int | None


@dataclass(frozen=True)
class Power:
    """What could be told of an area, or of several together, with 80 % power.

    `a_month` are its incidents a month; `smallest_fall` over twelve months, as a share; `months` what it takes to tell
    a fall of a quarter. None: not even a fall of nine in ten, or not in five years.
    """

    a_month: float
    smallest_fall: float | None
    months: int | None


@dataclass(frozen=True)
class Powers:
    """Each place in the order given, all of them together, and how many months of which dataset that is from."""

    single: Sequence[Power]
    together: Power
    months: int
    dataset: Dataset


def powers(user: User, places: Sequence[Locality]) -> Powers | None:
    """What could be told of these places, each and together, compared with the rest of their districts.

    From the latest twelve months of the force's own extract, or of published files where that has fewer; for who may
    not see police data, of published files. None where no month is loaded, there is no place, or effects are not for
    this person. Records that police activity makes are not among the incidents.
    """
    data, dataset = _latest_months(user)
    if not (data.months and places):
        return None
    # What places share is had once by all of them.
    ground = mapping(shapely.union_all([shape(place.boundary) for place in places]))
    *counts, areas = _counts([*places, Locality(ground, None)], data)
    districts = _district_counts(data)
    inside = Counter[int]()
    for place, series in zip(places, counts, strict=True):
        inside[place.district or 0] += sum(series)
    rest = {district: max(sum(series) - inside[district], 0) for district, series in districts.items()}
    spread = max(dispersion([*counts, *districts.values()]) or 1, 1)
    number = len(data.months)
    single = [
        _power(sum(series) / number, rest.get(place.district or 0, 0) / number, spread)
        for place, series in zip(places, counts, strict=True)
    ]
    theirs = [districts[each] for each in {place.district or 0 for place in places} if each in districts]
    beside = [max(sum(month) - area, 0) for area, *month in zip(areas, *theirs, strict=True)]
    # What all areas have in common is little in the counts of each and much in their sum.
    together = _power(sum(areas) / number, sum(beside) / number, max(spread, joint_dispersion([(areas, beside)]) or 1))
    return Powers(single, together, number, dataset)


def _power(a_month: float, rest: float, spread: float) -> Power:
    fall = smallest_fall(a_month * MONTHS, rest * MONTHS, dispersion=spread)
    return Power(a_month, fall, months_needed(FALL, a_month, rest, dispersion=spread))


@dataclass(frozen=True)
class _Data:
    """The months that are counted, by id, and what names all that their counts depend on.

    That is when each was loaded, as ids begin anew in another database that has the same cache, and which categories
    are left out, as an administrator can change that.
    """

    months: Sequence[int]
    name: str


def _latest_months(user: User) -> tuple[_Data, Dataset]:
    if not user.may(Permission.VIEW_IMPACT):
        return _Data((), ""), Dataset.STREET
    seen = (Dataset.EXTRACT, Dataset.STREET) if user.may(Permission.VIEW_INCIDENTS) else (Dataset.STREET,)
    found = {
        dataset: list(IncidentMonth.objects.of(dataset).order_by("-month").values_list("pk", "loaded_at")[:MONTHS])
        for dataset in seen
    }
    # The extract first, where both have as many: its places are exact.
    dataset = max(found, key=lambda each: len(found[each]))
    left_out = IncidentCategory.objects.filter(is_police_generated=True).order_by("name").values_list("name", flat=True)
    releases = [(pk, loaded_at.isoformat()) for pk, loaded_at in sorted(found[dataset])]
    return _Data([pk for pk, _ in releases], json.dumps([releases, list(left_out)])), dataset


def _counts(places: Sequence[Locality], data: _Data) -> list[list[int]]:
    """The incidents of each place in each month, remembered by boundary and by what is counted."""
    keys = [_key("area", data, json.dumps(place.boundary, sort_keys=True)) for place in places]
    boundaries = {key: place.boundary for key, place in zip(keys, places, strict=True)}
    found = remember(keys, lambda missing: _count_inside({key: boundaries[key] for key in missing}, data.months))
    return [found[key] for key in keys]


def _key(kind: str, data: _Data, more: str = "") -> str:
    text = f"{data.name}{more}".encode()
    return f"power-{kind}-{hashlib.sha256(text).hexdigest()}"


def _count_inside(boundaries: Mapping[str, Mapping[str, Any]], months: Sequence[int]) -> dict[str, list[int]]:
    """Each place by itself: two that overlap both have what they share.

    Points come from west to east, so that each place looks only at those of its own longitudes.
    """
    with connection.cursor() as cursor:
        cursor.execute(_POINTS, [list(months)])
        rows = np.array(cursor.fetchall(), np.float64).reshape(-1, 4)
    rows = rows[np.argsort(rows[:, 1])]
    at = np.searchsorted(months, rows[:, 0])
    found = {}
    for key, boundary in boundaries.items():
        ground = shape(boundary)
        west, _, east, _ = ground.bounds
        near = slice(np.searchsorted(rows[:, 1], west, "left"), np.searchsorted(rows[:, 1], east, "right"))
        inside = assign(rows[near, 1], rows[near, 2], [ground]) != NOWHERE
        found[key] = np.bincount(at[near][inside], rows[near, 3][inside], len(months)).astype(int).tolist()
    return found


def _district_counts(data: _Data) -> dict[int, list[int]]:
    key = _key("districts", data)
    found: dict[str, dict[int, list[int]]] = remember([key], lambda missing: {key: _count_districts(data.months)})
    return found[key]


def _count_districts(months: Sequence[int]) -> dict[int, list[int]]:
    column = {month: place for place, month in enumerate(months)}
    counts: dict[int, list[int]] = defaultdict(lambda: [0] * len(months))
    with connection.cursor() as cursor:
        cursor.execute(_DISTRICTS, [list(months)])
        for district, month, number in cursor.fetchall():
            counts[district][column[month]] = number
    return dict(counts)
