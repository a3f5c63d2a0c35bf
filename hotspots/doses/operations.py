"""Writes to weekly targets."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from hotspot.core.errors import NotAllowed
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.doses.queries import Dose, dose_of
from hotspots.models import DoseTarget, HotspotArea
from hotspots.saving import save_row


@transaction.atomic
def set_doses(*, by: User, monday: date, doses: Mapping[int, Dose]) -> int:
    """Give areas (by id) their weekly targets from a Monday on. Returns how many differ from what was in force.

    An area whose target is already in force in that week is left alone. Raises NotAllowed, and DomainErrors for a day
    that is no Monday.
    """
    if not by.may(Permission.MANAGE):
        raise NotAllowed("not_allowed", "Only an administrator can set targets.")
    areas = HotspotArea.objects.select_for_update().in_bulk(list(doses))
    changed = 0
    for area_id in sorted(areas):
        dose = doses[area_id]
        standing = DoseTarget.objects.filter(area=area_id, first_monday__lte=monday).first()
        if dose_of(standing) == dose:
            continue
        is_same_week = standing is not None and standing.first_monday == monday
        target = standing if is_same_week and standing else DoseTarget(area=areas[area_id])
        target.first_monday, target.minutes, target.visits = monday, dose.minutes, dose.visits
        save_row(target)
        changed += 1
    return changed
