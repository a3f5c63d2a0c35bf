"""How far the set-up has come."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from hotspot.core.models import ConnectedSystem, User
from hotspot.core.permissions import Role, has_own_districts
from hotspots.models import AreaSet, AreaTarget, District, FundingStream, HotspotArea, Programme


@dataclass(frozen=True)
class SetUp:
    """How much of what a force needs is there."""

    programmes: int
    running_programmes: int
    default_streams: int
    streams: int
    districts: int
    areas: int
    active_areas: int
    targets: int
    people: int
    supervisors: int
    supervisors_without_district: int
    systems: int
    sets_waiting: int

    @property
    def is_complete(self) -> bool:
        """Whether a supervisor could log a shift today."""
        return bool(self.running_programmes and self.default_streams and self.active_areas and self.supervisors)


def set_up(*, day: date) -> SetUp:
    """The state of the whole force's set-up on this day, for administrators."""
    active = Q(first_day__lte=day) & _open_on(day)
    running = Q(first_day__lte=day, last_day__gte=day)
    supervisors = Q(role__in=[role for role in Role if has_own_districts(role)])
    return SetUp(
        **Programme.objects.aggregate(programmes=Count("pk"), running_programmes=Count("pk", filter=running)),
        **FundingStream.objects.aggregate(
            streams=Count("pk"),
            default_streams=Count(
                "pk", filter=Q(is_default=True, programme__first_day__lte=day, programme__last_day__gte=day)
            ),
        ),
        districts=District.objects.count(),
        **HotspotArea.objects.aggregate(areas=Count("pk"), active_areas=Count("pk", filter=active)),
        targets=AreaTarget.objects.count(),
        **User.objects.people()
        .filter(is_active=True)
        .aggregate(
            people=Count("pk", distinct=True),
            supervisors=Count("pk", filter=supervisors, distinct=True),
            supervisors_without_district=Count(
                "pk", filter=supervisors & Q(district_access__isnull=True), distinct=True
            ),
        ),
        sets_waiting=AreaSet.objects.filter(state=AreaSet.State.PROPOSED).count(),
        systems=ConnectedSystem.objects.filter(user__is_active=True).filter(_open_on(day)).count(),
    )


def _open_on(day: date) -> Q:
    return Q(last_day__isnull=True) | Q(last_day__gte=day)
