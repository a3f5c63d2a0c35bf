"""Deletes what was set up by mistake: only what nothing refers to. The database keeps every version of it.

Each operation raises DomainError `in_use`, which says what refers to the record, and DoesNotExist if it is gone.
"""

from collections.abc import Collection
from typing import TypeVar

from django.db import models, transaction
from django.db.models import ProtectedError

from hotspot.core.accounts import rules as people_rules
from hotspot.core.accounts.operations import locked_administrators
from hotspot.core.errors import DomainError
from hotspot.core.models import ConnectedSystem, User
from hotspot.core.permissions import Permission
from hotspot.core.references import Reference, references_to
from hotspots.models import (
    AreaTarget,
    District,
    DistrictAccess,
    DoseTarget,
    FundingStream,
    HotspotArea,
    PartnerPerson,
    Programme,
)

Row = TypeVar("Row", bound=models.Model)
Parts = Collection[type[models.Model]]
PARTS: dict[type[models.Model], Parts] = {
    HotspotArea: (AreaTarget, DoseTarget),
    User: (DistrictAccess, PartnerPerson),
    # Its own row and the account that it acts as are one thing to everybody else.
    ConnectedSystem: (ConnectedSystem,),
}
"""What is deleted with a record, because it says something about that record alone."""


def uses_of(record: models.Model) -> list[Reference]:
    """What refers to a record and so keeps it from being deleted."""
    subject = record.user if isinstance(record, ConnectedSystem) else record
    return references_to(subject, parts=PARTS.get(type(record), ()))


@transaction.atomic
def delete_programme(*, by: User, programme_id: int) -> None:
    """Delete a programme. If it is the default, the one that was made first becomes the default."""
    programme = _deletable(Programme, programme_id)
    _delete(programme)
    if programme.is_default and (first := Programme.objects.select_for_update().order_by("id").first()):
        first.is_default = True
        first.save(update_fields=("is_default",))


@transaction.atomic
def delete_stream(*, by: User, stream_id: int) -> None:
    """Delete a funding stream. Raises DomainError `stream_default_needed` for the default while there are others."""
    stream = _deletable(FundingStream, stream_id)
    if stream.is_default and FundingStream.objects.filter(programme=stream.programme_id).exclude(pk=stream.pk).exists():
        message = "This stream is used unless another is chosen. Make another stream of the programme that first."
        raise DomainError("stream_default_needed", message)
    _delete(stream)


@transaction.atomic
def delete_district(*, by: User, district_id: int) -> None:
    """Delete a district."""
    _delete(_deletable(District, district_id))


@transaction.atomic
def delete_area(*, by: User, area_id: int) -> None:
    """Delete a hotspot area with its targets."""
    area = _deletable(HotspotArea, area_id)
    area.targets.all().delete()
    area.dose_targets.all().delete()
    _delete(area)


@transaction.atomic
def delete_target(*, by: User, target_id: int) -> None:
    """Delete a target: what was in force before it is in force again."""
    _delete(_deletable(AreaTarget, target_id))


@transaction.atomic
def delete_person(*, by: User, person_id: int) -> None:
    """Delete an account that did nothing. Raises NotAllowed `own_account`, Conflict `last_administrator`."""
    administrators = locked_administrators()
    person = _deletable(User, person_id)
    people_rules.check_other_person(person, by=by, what="delete your own account")
    if person.may(Permission.MANAGE_PEOPLE):
        people_rules.check_administrator_remains(person, administrators)
    person.district_access.all().delete()
    PartnerPerson.objects.filter(user=person).delete()
    _delete(person)


@transaction.atomic
def delete_system(*, by: User, system_id: int) -> None:
    """Delete a connected system that wrote nothing, with its account, secret and tokens."""
    system = _deletable(ConnectedSystem, system_id)
    user, application = system.user, system.application
    _delete(system)
    application.delete()
    _delete(user)


def _deletable(model: type[Row], pk: int) -> Row:
    """The record, locked: from now on the database lets nothing new refer to it. Raises DomainError `in_use`."""
    record = model._default_manager.select_for_update(of=("self",)).get(pk=pk)
    if uses_of(record):
        raise in_use(record)
    return record


def _delete(record: models.Model) -> None:
    try:
        record.delete()
    except ProtectedError as error:
        raise in_use(record) from error


def in_use(record: models.Model) -> DomainError:
    """The refusal. The page that shows it lists what refers to the record."""
    return DomainError("in_use", f"{record} cannot be deleted, because other records refer to it.")
