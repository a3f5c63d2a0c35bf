"""Studies of impact as somebody may see them, and what they can be asked of."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from hotspot.core.calendar import Period
from hotspot.core.models import User
from hotspots.initiatives.queries import in_place_for
from hotspots.models import HotspotArea, IncidentMonth
from reports.impact.events import OtherEvent
from reports.models import ImpactStudy, ImpactStudyQuerySet, OutsideChange, OutsideChangeQuerySet


def studies_seen_by(user: User) -> ImpactStudyQuerySet:
    """The studies this person may see, newest first."""
    studies = ImpactStudy.objects.visible_to(user).select_related("by", "job", "harm_table")
    return studies.prefetch_related("categories", "comparison_areas")


def changes_seen_by(user: User) -> OutsideChangeQuerySet:
    """What else changed, as this person may see it, newest first; what was withdrawn is among it."""
    return OutsideChange.objects.visible_to(user).select_related("district", "added_by")


def events_seen_by(user: User) -> list[OtherEvent]:
    """What else changed and which initiatives are in place, as this person may see them, newest first."""
    found = [OtherEvent.of_change(each) for each in changes_seen_by(user)]
    found += [OtherEvent.of_initiative(each) for each in in_place_for(user)]
    return sorted(found, key=lambda each: each.first_day, reverse=True)


def events_within(user: User, study: ImpactStudy) -> list[OtherEvent]:
    """What else changed in the months of an answered study where it looks, oldest first.

    That is in one of its districts, or for initiatives in one of its areas.
    """
    months = [date.fromisoformat(each["month"]) for each in study.result["months"]]
    first, last = months[0], Period.month(months[-1]).last_day
    areas = [each["id"] for each in study.result["areas"]]
    found = [OtherEvent.of_change(each) for each in changes_within(user, study)]
    initiatives = [OtherEvent.of_initiative(each) for each in in_place_for(user, areas)]
    found += [each for each in initiatives if each.first_day <= last and (each.last_day or each.first_day) >= first]
    return sorted(found, key=lambda each: each.first_day)


def events_begun(user: User, period: Period, areas: Sequence[HotspotArea]) -> list[OtherEvent]:
    """What else changed, and which initiatives came, on days of a period in some areas and districts; oldest first."""
    days = (period.first_day, period.last_day)
    everywhere_or_there = Q(district=None) | Q(district__in={area.district_id for area in areas})
    changes = changes_seen_by(user).standing().filter(everywhere_or_there, first_day__range=days)
    initiatives = in_place_for(user, [area.pk for area in areas]).filter(in_place_from__range=days)
    found = [OtherEvent.of_change(each) for each in changes]
    found += [OtherEvent.of_initiative(each) for each in initiatives]
    return sorted(found, key=lambda each: (each.first_day, each.title))


def changes_within(user: User, study: ImpactStudy) -> list[OutsideChange]:
    """What somebody added that changed in the months of an answered study in one of its districts, oldest first."""
    months = [date.fromisoformat(each["month"]) for each in study.result["months"]]
    everywhere_or_there = Q(district=None) | Q(district__in=study.areas.values("district"))
    lasts = Q(last_day=None) | Q(last_day__gte=months[0])
    found = changes_seen_by(user).standing().filter(everywhere_or_there, lasts)
    last = Period.month(months[-1]).last_day
    # Of a change that stays, its first day says all; before the first month there is nothing to set it against.
    return [
        each
        for each in found.filter(first_day__lte=last).order_by("first_day", "pk")
        if each.last_day or each.first_day >= months[0]
    ]


def months_of(user: User, dataset: str) -> list[date]:
    """The months of a dataset that are loaded and that this person may see, oldest first."""
    months = IncidentMonth.objects.visible_to(user).of(dataset)
    return list(months.order_by("month").values_list("month", flat=True))
