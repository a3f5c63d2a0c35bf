"""From a study of visits to its answer, as JSON takes it: visits and incidents are read, and the curve is drawn."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
from django.db.models import QuerySet
from shapely.geometry import shape

from hotspot.core import wording
from hotspot.core.calendar import LONDON, Period
from hotspot.core.clock import instant
from hotspot.core.errors import DomainError
from hotspots.assignment import assign
from hotspots.models import Dataset, HotspotArea, Incident, IncidentMonth
from patrols.visits.queries import Presence, presence_in
from patrols.visits.spells import Spell, Stay, spells_of
from reports.dosage.koper import CannotTell, Floats, KoperCurve, curve_of
from reports.dosage.waits import AreaVisits, waits_after
from reports.models import KoperStudy

METHOD_VERSION = "1"
"""Changes whenever the same question on the same data would have another answer, or one of another form."""
EXACT = timedelta(minutes=1)
LEAST_EXACT = 0.8
"""Of so many incidents the minute has to be known: the others are left out, and may have come at other times."""
MOST_ROUND = 0.5
"""One visit in five has a length of whole five minutes by chance: where so many have, lengths were estimated."""


@dataclass(frozen=True)
class IncidentTimes:
    """When incidents with an exact time were in each area, in seconds, and how many had one or not."""

    by_area: list[Floats]
    exact: int
    vague: int


def measure(study: KoperStudy) -> dict[str, Any]:
    """The answer to a study (see docs/dosage.md).

    Raises DomainError `koper_months_missing` unless every month is loaded from the force's own extract.
    """
    period = Period(study.first_day, study.last_day)
    months = _months(period)
    areas = sorted(study.areas.all(), key=lambda area: area.pk)
    presence = presence_in([area.pk for area in areas], period)
    incidents = incident_times(study, areas, months)
    until = instant(period.last_day + timedelta(days=1), time(0)).timestamp()
    stays: dict[int, list[Stay]] = defaultdict(list)
    for (area_id, _), part in presence.items():
        stays[area_id] += part.stays
    visits = [_area_visits(stays[area.pk], times, until) for area, times in zip(areas, incidents.by_area, strict=True)]
    waits = waits_after(visits, follow_up=study.follow_up)
    curve = curve_of(waits, follow_up=study.follow_up, rounded=is_rounded(presence))
    if incidents.exact < LEAST_EXACT * (incidents.exact + incidents.vague):
        curve = replace(curve, best=None, interval=None, points=[], reason=CannotTell.TIMES)
    return {
        "version": METHOD_VERSION,
        **_curve(curve),
        "all_visits": sum(len(each.start) for each in visits),
        "exact": incidents.exact,
        "vague": incidents.vague,
        "areas": [area.name for area in sorted(areas, key=lambda area: area.name.lower())],
    }


def _curve(curve: KoperCurve) -> dict[str, Any]:
    return asdict(curve) | {"reason": curve.reason.value if curve.reason else None}


def _months(period: Period) -> QuerySet[IncidentMonth]:
    loaded = IncidentMonth.objects.of(Dataset.EXTRACT)
    asked = [month.first_day for month in period.each_month()]
    found = loaded.filter(month__in=asked)
    if missing := sorted(set(asked) - set(found.values_list("month", flat=True))):
        names = wording.listing([wording.month(month) for month in missing[:5]])
        more = f" and {len(missing) - 5:,} more" if len(missing) > 5 else ""
        message = f"Your own extract of these months is not loaded: {names}{more}. Published files have no times."
        raise DomainError("koper_months_missing", message)
    return found


def incident_times(study: KoperStudy, areas: Sequence[HotspotArea], months: QuerySet[IncidentMonth]) -> IncidentTimes:
    """When incidents that a study asks for were in its areas.

    A minute is taken at its middle. Records that exist because police looked do not count, as in every study.
    """
    rows = Incident.objects.filter(
        month__in=months,
        category__in=study.categories.all(),
        is_police_generated=False,
        longitude__isnull=False,
        started_at__isnull=False,
    ).values_list("longitude", "latitude", "started_at", "ended_at")
    table = list(rows)
    longitudes, latitudes = (np.array([row[column] for row in table], np.float64) for column in (0, 1))
    inside = assign(longitudes, latitudes, [shape(area.boundary) for area in areas])
    found: dict[int, list[float]] = defaultdict(list)
    exact = vague = 0
    for place, (_, _, start, end) in zip(inside.tolist(), table, strict=True):
        if place < 0 or start is None or end is None:
            continue
        if end - start > EXACT:
            vague += 1
            continue
        exact += 1
        found[place].append(start.timestamp() + EXACT.total_seconds() / 2)
    return IncidentTimes([np.sort(np.array(found[place])) for place in range(len(areas))], exact, vague)


def _area_visits(stays: Sequence[Stay], incidents: Floats, until: float) -> AreaVisits:
    spells = spells_of(stays)
    local = [spell.start.astimezone(LONDON) for spell in spells]
    return AreaVisits(
        earliest=_seconds([spell.earliest for spell in spells]),
        start=_seconds([spell.start for spell in spells]),
        end=_seconds([spell.end for spell in spells]),
        latest=_seconds([spell.latest for spell in spells]),
        days=np.array([(moment.date() - date(1970, 1, 1)).days for moment in local], np.int64),
        hours=np.array([moment.hour for moment in local], np.int64),
        incidents=incidents,
        until=until,
    )


def _seconds(moments: Sequence[datetime | None]) -> Floats:
    return np.array([np.nan if moment is None else moment.astimezone(UTC).timestamp() for moment in moments])


def is_rounded(presence: Presence) -> bool:
    """Whether most visits were entered by hand, and most of these in lengths of whole five minutes."""
    stays = [stay for part in presence.values() for stay in part.stays]
    entered = [stay for stay in stays if stay.least == (stay.earliest, stay.latest)]
    lengths = [Spell(*stay.least, *stay.least).least_seconds // 60 for stay in entered]
    round_ones = sum(length % 5 == 0 for length in lengths)
    return len(entered) * 2 > len(stays) and round_ones > MOST_ROUND * len(entered)
