"""People and their history."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from hotspot.core.history import RecordVersion, versions_in, versions_of
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import District, DistrictAccess, PartnerPerson


def people_seen_by(user: User) -> QuerySet[User]:
    """Everybody with an account, by name, with their districts; nobody for roles that may not see people."""
    if not user.may(Permission.VIEW_PEOPLE):
        return User.objects.none()
    people = User.objects.people().select_related("partner_person__organisation")
    return people.prefetch_related("district_access__district").order_by("name", "pk")


@dataclass(frozen=True)
class PersonHistory:
    """What was done to an account, the districts given and taken, and a partner's organisations. All newest first."""

    account: list[RecordVersion]
    districts: list[RecordVersion]
    organisations: list[RecordVersion]
    names: Mapping[int, str]
    """Of the districts, by their ids; of one that was deleted, the last it had."""


def history_of_person(person: User) -> PersonHistory:
    """Every version of a person's account, districts and organisation."""
    events = DistrictAccess.events.rel.related_model.objects.filter(user=person)  # type: ignore[attr-defined]
    districts = versions_in(events, joined=False)
    belongs = PartnerPerson.events.rel.related_model.objects.filter(user=person)  # type: ignore[attr-defined]
    return PersonHistory(
        versions_of(person),
        districts,
        versions_in(belongs),
        _names_of_districts({row.event.district_id for row in districts}),
    )


def _names_of_districts(ids: Collection[int]) -> dict[int, str]:
    names = dict(District.objects.filter(pk__in=ids).values_list("pk", "name"))
    if gone := set(ids) - names.keys():
        events = District.events.rel.related_model.objects  # type: ignore[attr-defined]
        names |= dict(events.filter(pgh_obj_id__in=gone).order_by("pgh_id").values_list("pgh_obj_id", "name"))
    return names
