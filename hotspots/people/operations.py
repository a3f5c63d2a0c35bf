"""Writes to the districts that people may see, and to the organisation that they belong to."""

from collections.abc import Collection

from django.db import transaction

from hotspot.core.accounts import operations as accounts
from hotspot.core.accounts.operations import renew_sessions
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspots.models import District, DistrictAccess, PartnerOrganisation, PartnerPerson


@transaction.atomic
def change_role(*, by: User, person_id: int, role: str) -> User:
    """Give a person another role. Who stops being a partner belongs to no organisation any more.

    Raises what `hotspot.core.accounts.operations.change_role` raises.
    """
    person = accounts.change_role(by=by, person_id=person_id, role=role)
    if not person.has_own_orders:
        PartnerPerson.objects.filter(user=person).delete()
    return person


@transaction.atomic
def give_districts(*, by: User, person_id: int, districts: Collection[District]) -> User:
    """Let a supervisor work in exactly these districts. Raises DomainError `not_supervisor` for another role."""
    person = User.objects.select_for_update().get(pk=person_id)
    if not person.has_own_districts:
        raise DomainError("not_supervisor", "Only supervisors are given districts.", "districts")
    wanted = {district.pk for district in districts}
    standing = set(person.district_access.values_list("district", flat=True))
    person.district_access.filter(district__in=standing - wanted).delete()
    DistrictAccess.objects.bulk_create(
        DistrictAccess(user=person, district_id=district_id) for district_id in sorted(wanted - standing)
    )
    if wanted != standing:
        renew_sessions(person)
    return person


@transaction.atomic
def give_organisation(*, by: User, person_id: int, organisation: PartnerOrganisation) -> User:
    """Say which organisation a partner belongs to: the one whose orders they see. Raises DomainError `not_partner`."""
    person = User.objects.select_for_update().get(pk=person_id)
    if not person.has_own_orders:
        raise DomainError("not_partner", "Only partners belong to an organisation.", "organisation")
    belongs = PartnerPerson.objects.filter(user=person).first() or PartnerPerson(user=person)
    if belongs.organisation_id != organisation.pk:
        belongs.organisation = organisation
        belongs.save()
        renew_sessions(person)
    return person
