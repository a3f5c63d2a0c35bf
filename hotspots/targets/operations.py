"""Writes to monthly targets."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from hotspot.core.models import User
from hotspots.models import AreaTarget, HotspotArea
from hotspots.saving import save_row
from hotspots.targets.queries import Aim, aim_of


@transaction.atomic
def set_targets(*, by: User, month: date, aims: Mapping[int, Aim]) -> int:
    """Give areas (by id) their targets from a month on. Returns how many differ from what was in force and so changed.

    `month` is its first day. An area whose aim is already in force in that month is left alone.
    """
    areas = HotspotArea.objects.select_for_update().in_bulk(list(aims))
    changed = 0
    for area_id in sorted(areas):
        aim = aims[area_id]
        standing = AreaTarget.objects.filter(area=area_id, first_month__lte=month).first()
        if aim_of(standing) == aim:
            continue
        target = standing if standing and standing.first_month == month else AreaTarget(area=areas[area_id])
        target.first_month, target.patrol_minutes, target.patrols = month, aim.patrol_minutes, aim.patrols
        save_row(target)
        changed += 1
    return changed
