"""Writes to what the force is set up with. Things end on a day; `deleting` deletes what nothing refers to.

Every version is kept.

Operations that take a `version` raise ChangedMeanwhile when the record is not that one any more.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from hotspot.core.errors import ChangedMeanwhile, DomainError, constraint_of, raise_all
from hotspot.core.models import User
from hotspot.core.operations import renew_sessions
from hotspot.core.periods import Period
from hotspot.core.permissions import Role
from hotspot.core.queries import version_of
from hotspot.core.text import clean_line
from hotspots import rules
from hotspots.features import understand
from hotspots.models import AreaTarget, District, DistrictAccess, FundingStream, HotspotArea, Programme


@transaction.atomic
def save_programme(
    *,
    by: User,
    programme_id: int | None = None,
    version: int | None = None,
    name: str,
    first_day: date,
    last_day: date,
    grant_pence: int | None,
    smallest_shown: int = 5,
    is_default: bool = False,
    keeps_overlap: bool = False,
) -> Programme:
    """Make a programme, or change one.

    The first programme is the default; making another one the default takes it from the old one. Dates that lie in
    another programme's are refused with `programmes_overlap` unless `keeps_overlap` says that they are right.
    Raises DomainError(s); `shifts_outside` if shifts would fall out of it, `programme_default_needed` when the default
    would be no programme at all.
    """
    every = Programme.objects.select_for_update().by_precedence()
    others = [other for other in every if other.pk != programme_id]
    programme = _locked(Programme, programme_id, version)
    before = None if programme.pk is None else programme.period
    is_default = _is_default_programme(programme, others, asked=is_default)
    if not keeps_overlap and first_day <= last_day and before != Period(first_day, last_day):
        rules.check_overlap(Period(first_day, last_day), others, is_default=is_default)
    if is_default:
        Programme.objects.exclude(pk=programme.pk).filter(is_default=True).update(is_default=False)
    programme.is_default = is_default
    programme.name, programme.grant_pence = clean_line(name), grant_pence
    programme.first_day, programme.last_day = first_day, last_day
    programme.smallest_shown = smallest_shown
    try:
        _save(programme)
    except IntegrityError as error:
        if constraint_of(error) != "shift_within_programme":
            raise
        message = "Shifts are logged outside these dates. Choose dates that hold them, or void those shifts first."
        raise DomainError("shifts_outside", message) from error
    return programme


def _is_default_programme(programme: Programme, others: Sequence[Programme], *, asked: bool) -> bool:
    if asked or any(other.is_default for other in others):
        return asked
    if programme.is_default and others:
        message = "One programme has to be used where several run. Make another one that first."
        raise DomainError("programme_default_needed", message, "is_default")
    return not others


@transaction.atomic
def save_stream(
    *,
    by: User,
    stream_id: int | None = None,
    programme_id: int | None = None,
    version: int | None = None,
    name: str,
    kind: str = "",
    budget_pence: int | None,
    is_default: bool,
) -> FundingStream:
    """Make a funding stream of a programme, or change one. Its programme and kind stay what they were made as.

    The first stream of a programme is its default; making another the default takes it from the old one.
    Raises DomainError(s), `stream_default_needed` when the default would be no stream at all.
    """
    stream = _locked(FundingStream, stream_id, version)
    if stream.pk is None:
        stream.programme, stream.kind = _locked(Programme, programme_id), kind
    siblings = FundingStream.objects.select_for_update().filter(programme=stream.programme).exclude(pk=stream.pk)
    standing = [sibling for sibling in siblings if sibling.is_default]
    if not is_default and not standing:
        if stream.pk is not None:
            message = "A programme needs a stream that is used unless another is chosen. Make another one that first."
            raise DomainError("stream_default_needed", message, "is_default")
        is_default = True
    if is_default:
        siblings.filter(is_default=True).update(is_default=False)
    stream.name, stream.budget_pence, stream.is_default = clean_line(name), budget_pence, is_default
    _save(stream)
    return stream


@transaction.atomic
def save_district(
    *, by: User, district_id: int | None = None, version: int | None = None, name: str, code: str
) -> District:
    """Make a district, or correct its name or code. Raises DomainError(s)."""
    district = _locked(District, district_id, version)
    district.name, district.code = clean_line(name), clean_line(code).upper()
    rules.check_district_code(district.code)
    if District.objects.filter(name__iexact=district.name).exclude(pk=district.pk).exists():
        raise DomainError("district_name_taken", "There is already a district of this name.", "name")
    _save(district)
    return district


@transaction.atomic
def add_area(*, by: User, boundary: Mapping[str, Any], **facts: Any) -> HotspotArea:
    """Make a hotspot area from its `facts` (see `change_area`) and a GeoJSON boundary. Raises DomainError(s)."""
    area = HotspotArea(boundary=rules.check_boundary(boundary).geometry)
    return _save_area(area, **facts)


@transaction.atomic
def change_area(*, by: User, area_id: int, version: int | None = None, **facts: Any) -> HotspotArea:
    """Change name, town, district, kind, first day or place in lists. History keeps what they were.

    Raises DomainError(s).
    """
    return _save_area(_locked(HotspotArea, area_id, version), **facts)


@transaction.atomic
def import_areas(*, by: User, features: Sequence[Mapping[str, Any]], first_day: date) -> int:
    """Add the areas of a file that are not here yet, all of them or none; gives how many. The others stay as they are.

    `first_day` is for those that do not say theirs. Raises DomainError `features_wrong`, and what `add_area` raises.
    """
    found = understand(features, first_day=first_day)
    wrong = [each for each in found if each.errors]
    if wrong:
        raise DomainError("features_wrong", f"Nothing was imported: feature {wrong[0].number} has an error.")
    new = [each.area for each in found if each.area is not None and each.is_new]
    for area in new:
        _save_area(HotspotArea(boundary=area.boundary.geometry), **area.facts)
    return len(new)


def _save_area(
    area: HotspotArea, *, name: str, town: str, district: District, kind: str, first_day: date, position: int
) -> HotspotArea:
    area.name, area.town = clean_line(name), clean_line(town)
    area.district, area.kind = district, kind
    area.first_day, area.position = first_day, position
    _save(area)
    return area


@transaction.atomic
def redraw_area(*, by: User, area_id: int, boundary: Mapping[str, Any]) -> HotspotArea:
    """Give an area another boundary. Raises DomainError `boundary_…`."""
    area = _locked(HotspotArea, area_id)
    area.boundary = rules.check_boundary(boundary).geometry
    area.save(update_fields=("boundary",))
    return area


@transaction.atomic
def retire_area(*, by: User, area_id: int, last_day: date) -> HotspotArea:
    """Let an area's last active day be this one. Its shifts and figures stay. Raises DomainError on `last_day`."""
    area = _locked(HotspotArea, area_id)
    if last_day < area.first_day:
        message = "The last active day must be the same as or after the first."
        raise DomainError("area_ends_after_start", message, "last_day")
    area.last_day = last_day
    area.save(update_fields=("last_day",))
    return area


@transaction.atomic
def reopen_area(*, by: User, area_id: int) -> HotspotArea:
    """Let an area be active again, with no last day."""
    area = _locked(HotspotArea, area_id)
    area.last_day = None
    area.save(update_fields=("last_day",))
    return area


@dataclass(frozen=True)
class Aim:
    """What one area is to be given a month."""

    patrol_minutes: int
    patrols: int


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
        if (Aim(standing.patrol_minutes, standing.patrols) if standing else Aim(0, 0)) == aim:
            continue
        target = standing if standing and standing.first_month == month else AreaTarget(area=areas[area_id])
        target.first_month, target.patrol_minutes, target.patrols = month, aim.patrol_minutes, aim.patrols
        _save(target)
        changed += 1
    return changed


@transaction.atomic
def give_districts(*, by: User, person_id: int, districts: Collection[District]) -> User:
    """Let a supervisor work in exactly these districts. Raises DomainError `not_supervisor` for another role."""
    person = User.objects.select_for_update().get(pk=person_id)
    if person.role != Role.SUPERVISOR:
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


def _locked(model: type[models.Model], pk: int | None, version: int | None = None) -> Any:
    """The row of this id, locked until the transaction ends; a new unsaved one for None.

    Raises ChangedMeanwhile if it is not the version (of `version_of`) that the caller had in front of them.
    """
    if pk is None:
        return model()
    row = model._default_manager.select_for_update().get(pk=pk)
    if version is not None and version_of(row) != version:
        raise ChangedMeanwhile
    return row


def _save(row: models.Model) -> None:
    """Write the row as its model's own checks let it. Raises DomainErrors, each with its field."""
    _check(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        # Somebody took the name between the check and the write: now the check finds it, and says so.
        _check(row)
        raise


def _check(row: models.Model) -> None:
    """Run the model's own checks and say what they find as DomainErrors, each with its field."""
    try:
        row.full_clean()
    except ValidationError as refusal:
        raise_all(
            [
                DomainError(error.code or "invalid", message, None if field == NON_FIELD_ERRORS else field)
                for field, errors in refusal.error_dict.items()
                for error in errors
                for message in error.messages
            ]
        )
