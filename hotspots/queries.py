"""What the management pages ask: lists, targets in force, and how far the set-up has come."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Min, Q, QuerySet

from hotspot.core.models import ConnectedSystem, User
from hotspot.core.periods import Period, today
from hotspot.core.permissions import Permission, Role
from hotspot.core.queries import Version, versions_in, versions_of
from hotspots.models import AreaTarget, District, DistrictAccess, FundingStream, HotspotArea, Programme


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

    @property
    def is_complete(self) -> bool:
        """Whether a supervisor could log a shift today."""
        return bool(self.running_programmes and self.default_streams and self.active_areas and self.supervisors)


def set_up(*, day: date) -> SetUp:
    """The state of the whole force's set-up on this day, for administrators."""
    active = Q(first_day__lte=day) & _open_on(day)
    running = Q(first_day__lte=day, last_day__gte=day)
    supervisors = Q(role=Role.SUPERVISOR)
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
        systems=ConnectedSystem.objects.filter(user__is_active=True).filter(_open_on(day)).count(),
    )


def _open_on(day: date) -> Q:
    return Q(last_day__isnull=True) | Q(last_day__gte=day)


def areas_seen_by(user: User) -> QuerySet[HotspotArea]:
    """The areas this person may see, in list order, without their boundaries."""
    return HotspotArea.objects.visible_to(user).select_related("district").defer("boundary")


def districts_seen_by(user: User) -> QuerySet[District]:
    """The districts this person may see, each with its `area_count` and its `people_count` of supervisors."""
    return District.objects.visible_to(user).annotate(
        area_count=Count("areas", distinct=True),
        people_count=Count("access", filter=Q(access__user__is_active=True), distinct=True),
    )


def neighbours(area: HotspotArea, user: User) -> QuerySet[HotspotArea]:
    """The other areas of the same district, to show where a boundary lies."""
    return HotspotArea.objects.visible_to(user).filter(district=area.district_id).exclude(pk=area.pk)


def areas_in(month: date, user: User) -> QuerySet[HotspotArea]:
    """The areas this person may see that are active on any day of the month."""
    period = Period.month(month)
    active = Q(last_day__isnull=True) | Q(last_day__gte=period.first_day)
    return areas_seen_by(user).filter(active, first_day__lte=period.last_day)


def target_months(*, day: date) -> tuple[date, date]:
    """The first and the last month that targets can be looked at or set for: those of all programmes, and this one."""
    ends = Programme.objects.aggregate(first=Min("first_day"), last=Max("last_day"))
    first, last = min(ends["first"] or day, day), max(ends["last"] or day, day)
    return first.replace(day=1), last.replace(day=1)


@dataclass(frozen=True)
class TargetRow:
    """One area in one month: what is in force (None: nothing yet) and what replaces it later."""

    area: HotspotArea
    standing: AreaTarget | None
    following: AreaTarget | None


def targets_in(month: date, areas: Iterable[HotspotArea]) -> list[TargetRow]:
    """The target of each area in the month (given by its first day), in the order of the areas."""
    areas = list(areas)
    targets = AreaTarget.objects.filter(area__in=[area.pk for area in areas])
    standing = targets.filter(first_month__lte=month).order_by("area_id", "-first_month").distinct("area_id")
    following = targets.filter(first_month__gt=month).order_by("area_id", "first_month").distinct("area_id")
    now = {target.area_id: target for target in standing}
    later = {target.area_id: target for target in following}
    return [TargetRow(area, now.get(area.pk), later.get(area.pk)) for area in areas]


def people_seen_by(user: User) -> QuerySet[User]:
    """Everybody with an account, by name, with their districts; nobody for roles that may not see people."""
    if not user.may(Permission.VIEW_PEOPLE):
        return User.objects.none()
    return User.objects.people().prefetch_related("district_access__district").order_by("name", "pk")


@dataclass(frozen=True)
class PersonHistory:
    """What was done to an account, and the districts given and taken. Both newest first."""

    account: list[Version]
    districts: list[Version]
    names: Mapping[int, str]
    """Of the districts, by their ids; of one that was deleted, the last it had."""


def history_of_person(person: User) -> PersonHistory:
    """Every version of a person's account and districts."""
    events = DistrictAccess.events.rel.related_model.objects.filter(user=person)  # type: ignore[attr-defined]
    districts = versions_in(events, joined=False)
    return PersonHistory(
        versions_of(person), districts, _names_of_districts({row.event.district_id for row in districts})
    )


def _names_of_districts(ids: Collection[int]) -> dict[int, str]:
    names = dict(District.objects.filter(pk__in=ids).values_list("pk", "name"))
    if gone := set(ids) - names.keys():
        events = District.events.rel.related_model.objects  # type: ignore[attr-defined]
        names |= dict(events.filter(pgh_obj_id__in=gone).order_by("pgh_id").values_list("pgh_obj_id", "name"))
    return names


def systems_seen_by(user: User) -> QuerySet[ConnectedSystem]:
    """Every connected system, those not revoked first; none for roles that may not see who has access."""
    if not user.may(Permission.VIEW_PEOPLE):
        return ConnectedSystem.objects.none()
    systems = ConnectedSystem.objects.select_related("user", "application")
    return systems.order_by("-user__is_active", "user__name", "pk")


@dataclass(frozen=True)
class WorkingTokens:
    """How many access tokens of a system work, and when the last of them ends (None: there are none)."""

    count: int
    until: datetime | None


def working_tokens(system: ConnectedSystem, *, at: datetime) -> WorkingTokens:
    """The access tokens with which this system can call at this moment."""
    if not system.is_in_use_on(today(at)):
        return WorkingTokens(0, None)
    tokens = system.application.accesstoken_set.filter(expires__gt=at)
    return WorkingTokens(**tokens.aggregate(count=Count("pk"), until=Max("expires")))
