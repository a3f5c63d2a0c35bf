"""Writes to sets of areas. A draft is changed freely; approving it is what creates, continues and ends areas."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Lower

from hotspot.core.calendar import today
from hotspot.core.errors import ChangedMeanwhile, DomainError, NotAllowed
from hotspot.core.models import User
from hotspot.core.text import clean_line
from hotspots.area_sets import queries, rules
from hotspots.areas import operations as areas
from hotspots.areas.boundaries import check_boundary
from hotspots.models import AreaOrigin, AreaSet, AreaSetMember, District, HotspotAnalysis, HotspotArea
from hotspots.saving import locked_row, save_row
from hotspots.targets.operations import set_targets
from hotspots.targets.queries import Aim, aim_of, targets_in


@transaction.atomic
def save_set(
    *,
    by: User,
    set_id: int | None = None,
    version: int | None = None,
    name: str,
    first_day: date,
    last_day: date | None,
    reason: str = "",
    replaces: AreaSet | None = None,
) -> AreaSet:
    """Make a draft of a set, or change one. Raises DomainError(s), NotInThisState and ChangedMeanwhile."""
    area_set = locked_row(AreaSet, set_id, version)
    rules.check_is_draft(area_set)
    area_set.name, area_set.first_day, area_set.last_day = clean_line(name), first_day, last_day
    area_set.reason, area_set.replaces = reason, replaces
    rules.check_replaced(area_set, replaces)
    save_row(area_set)
    return area_set


@transaction.atomic
def delete_set(*, by: User, set_id: int) -> AreaSet:
    """Delete a draft with its candidates; gives what it was. Raises NotInThisState."""
    area_set = _draft(set_id)
    area_set.delete()
    return area_set


@transaction.atomic
def continue_areas(*, by: User, set_id: int, areas: Sequence[HotspotArea]) -> int:
    """Add existing areas to a draft, each with the target that is in force when the set begins; gives how many.

    Raises NotInThisState, and DomainError where one is in the set already, or the set gets too large.
    """
    area_set = _draft(set_id)
    for row in targets_in(area_set.first_day.replace(day=1), areas):
        save_row(AreaSetMember(area_set=area_set, area=row.area, is_new=False, **asdict(aim_of(row.standing))))
    rules.check_size(area_set.members.count())
    return len(areas)


@transaction.atomic
def add_candidate(
    *,
    by: User,
    set_id: int,
    boundary: Mapping[str, Any],
    origins: Sequence[HotspotArea] = (),
    **facts: Any,
) -> AreaSetMember:
    """Add a new area to a draft: its boundary in GeoJSON, the areas it is made from, and its `facts`.

    Those are name, town, district, kind, reason, and the analysis that it was chosen by. Raises DomainError
    `boundary_…` and NotInThisState.
    """
    member = AreaSetMember(area_set=_draft(set_id), is_new=True)
    member.boundary = check_boundary(boundary).geometry
    return _save_candidate(member, origins=origins, **facts)


@transaction.atomic
def change_candidate(
    *, by: User, member_id: int, boundary: Mapping[str, Any] | None = None, origins: Sequence[HotspotArea], **facts: Any
) -> AreaSetMember:
    """Change a new area of a draft; its boundary too, if one is given. Raises what `add_candidate` raises."""
    member = _member(member_id)
    if boundary is not None:
        member.boundary = check_boundary(boundary).geometry
    return _save_candidate(member, origins=origins, **facts)


@transaction.atomic
def add_candidates(*, by: User, set_id: int, candidates: Sequence[Mapping[str, Any]]) -> int:
    """Add new areas to a draft, all or none, each with the arguments of `add_candidate`; gives how many."""
    for candidate in candidates:
        add_candidate(by=by, set_id=set_id, **candidate)
    return len(candidates)


def _save_candidate(
    member: AreaSetMember,
    *,
    origins: Sequence[HotspotArea],
    name: str,
    town: str,
    district: District | None,
    kind: str,
    reason: str = "",
    analysis: HotspotAnalysis | None = None,
) -> AreaSetMember:
    member.name, member.town, member.reason = clean_line(name), clean_line(town), reason
    member.district, member.kind, member.analysis = district, kind, analysis
    save_row(member)
    rules.check_size(member.area_set.members.count())
    member.origins.exclude(area__in=origins).delete()
    known = set(member.origins.values_list("area_id", flat=True))
    for area in origins:
        if area.pk not in known:
            AreaOrigin.objects.create(member=member, area=area)
    return member


@transaction.atomic
def remove_member(*, by: User, member_id: int) -> AreaSetMember:
    """Take an area out of a draft: a candidate is gone, an existing area is not continued. Gives what it was.

    Raises NotInThisState.
    """
    member = _member(member_id)
    member.delete()
    return member


@transaction.atomic
def set_aims(*, by: User, set_id: int, aims: Mapping[int, Aim]) -> AreaSet:
    """Give the members of a draft (by id) their targets a month. Raises NotInThisState."""
    area_set = _draft(set_id)
    for member in area_set.members.select_for_update().filter(pk__in=list(aims)):
        aim = aims[member.pk]
        member.patrol_minutes, member.patrols = aim.patrol_minutes, aim.patrols
        member.save(update_fields=("patrol_minutes", "patrols"))
    return area_set


@transaction.atomic
def propose_set(*, by: User, at: datetime, set_id: int) -> AreaSet:
    """Let a draft wait for approval. Raises NotInThisState, and DomainErrors for what is missing."""
    area_set = _draft(set_id)
    rules.check_replaced(area_set, area_set.replaces)
    _check(area_set, queries.members_of(area_set))
    area_set.state, area_set.comment = AreaSet.State.PROPOSED, ""
    area_set.proposed_by, area_set.proposed_at = by, at
    area_set.save(update_fields=("state", "comment", "proposed_by", "proposed_at"))
    return area_set


@transaction.atomic
def take_back_set(*, by: User, set_id: int) -> AreaSet:
    """Make a proposal a draft again, for whoever proposed it. Raises NotInThisState and NotAllowed."""
    area_set = _proposal(set_id)
    if area_set.proposed_by_id != by.pk:
        raise NotAllowed("not_own_area_set", "Only the person who proposed a set can take it back.")
    return _return(area_set, comment="")


@transaction.atomic
def return_set(*, by: User, set_id: int, comment: str) -> AreaSet:
    """Make a proposal a draft again, with what has to be changed. Raises NotInThisState."""
    return _return(_proposal(set_id), comment=comment)


def _return(area_set: AreaSet, *, comment: str) -> AreaSet:
    area_set.state, area_set.comment = AreaSet.State.DRAFT, comment
    area_set.save(update_fields=("state", "comment"))
    return area_set


@transaction.atomic
def approve_set(*, by: User, at: datetime, set_id: int, version: int | None = None) -> AreaSet:
    """Approve a proposal: create its new areas, continue and end those of before, and give all of them their targets.

    Figures of days before it stay as they are. Raises NotInThisState, ChangedMeanwhile, NotAllowed `own_area_set`,
    DomainError `area_set_too_late`, and what `propose_set` raises.
    """
    # Another approval could take the same names or replace the same set.
    list(AreaSet.objects.select_for_update().order_by("pk"))
    area_set = locked_row(AreaSet, set_id, version)
    rules.check_is_proposed(area_set)
    rules.check_approver(area_set, by)
    rules.check_replaced(area_set, area_set.replaces)
    members = queries.members_of(area_set)
    _check(area_set, members)
    changes = queries.changes_of(area_set, members)
    rules.check_not_backdated(_days_changed(area_set, changes), day=today(at))
    _create(area_set, changes.created, by=by)
    _continue(area_set, changes, by=by)
    for area in changes.ending:
        areas.retire_area(by=by, area_id=area.pk, last_day=_day_before(area_set))
    _give_targets(area_set, changes, by=by)
    _end_replaced(area_set)
    area_set.state, area_set.approved_by, area_set.approved_at = AreaSet.State.APPROVED, by, at
    area_set.save(update_fields=("state", "approved_by", "approved_at"))
    return area_set


def _days_changed(area_set: AreaSet, changes: queries.SetChanges) -> list[date]:
    """The first day that changes for each area whose dates or target a set changes."""
    days = [area_set.first_day for _ in (*changes.created, *changes.ending)]
    for area in _ending_with_it(area_set, changes):
        days.append(min(area.last_day or date.max, area_set.last_day or date.max) + timedelta(days=1))
    month, aims = _month_of_targets(area_set), _aims(changes.continuing)
    areas = [member.area for member in changes.continuing if member.area]
    days.extend(month for row in targets_in(month, areas) if aim_of(row.standing) != aims[row.area.pk])
    return days


def _ending_with_it(area_set: AreaSet, changes: queries.SetChanges) -> list[HotspotArea]:
    """The areas that continue whose last day becomes that of the set."""
    areas = [member.area for member in changes.continuing if member.area]
    return [area for area in areas if area.last_day != area_set.last_day and area.pk not in changes.held]


def _create(area_set: AreaSet, members: Sequence[AreaSetMember], *, by: User) -> None:
    for position, member in enumerate(members, start=100):
        if member.boundary is None:
            continue
        member.area = areas.add_area(
            by=by,
            boundary=member.boundary,
            first_day=area_set.first_day,
            last_day=area_set.last_day,
            position=position,
            **member.facts,
        )
        member.save(update_fields=("area",))


def _continue(area_set: AreaSet, changes: queries.SetChanges, *, by: User) -> None:
    for area in _ending_with_it(area_set, changes):
        if area_set.last_day is None:
            areas.reopen_area(by=by, area_id=area.pk)
        else:
            areas.retire_area(by=by, area_id=area.pk, last_day=area_set.last_day)


def _give_targets(area_set: AreaSet, changes: queries.SetChanges, *, by: User) -> None:
    """New areas have their target from the first month; in a month that began before, the others keep theirs.

    Those that a later set has get back what they have by then.
    """
    held = [member.area for member in changes.continuing if member.area and member.area_id in changes.held]
    afterwards = _next_month(area_set.last_day or area_set.first_day)
    of_later_sets = {row.area.pk: aim_of(row.standing) for row in targets_in(afterwards, held)}
    set_targets(by=by, month=area_set.first_day.replace(day=1), aims=_aims(changes.created))
    set_targets(by=by, month=_month_of_targets(area_set), aims=_aims(changes.continuing))
    set_targets(by=by, month=afterwards, aims=of_later_sets)


def _month_of_targets(area_set: AreaSet) -> date:
    """The first month that begins with a set in force."""
    return area_set.first_day if area_set.first_day.day == 1 else _next_month(area_set.first_day)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def _aims(members: Sequence[AreaSetMember]) -> dict[int, Aim]:
    return {member.area_id: Aim(member.patrol_minutes, member.patrols) for member in members if member.area_id}


def _end_replaced(area_set: AreaSet) -> None:
    replaced = area_set.replaces
    if replaced and (replaced.last_day is None or replaced.last_day >= area_set.first_day):
        replaced.last_day = _day_before(area_set)
        replaced.save(update_fields=("last_day",))


def _day_before(area_set: AreaSet) -> date:
    return area_set.first_day - timedelta(days=1)


def _check(area_set: AreaSet, members: Sequence[AreaSetMember]) -> None:
    if area_set.replaces and not queries.replaceable_by(area_set).filter(pk=area_set.replaces.pk).exists():
        raise DomainError("replaced_already", f"Another approved set replaces {area_set.replaces} already.", "replaces")
    taken = HotspotArea.objects.values_list(Lower("name"), "district_id")
    elsewhere = queries.held_by_others(area_set)
    if area_set.last_day is not None:
        elsewhere = elsewhere.filter(area_set__first_day__lte=area_set.last_day)
    rules.check_complete(
        area_set,
        members,
        names_taken=set(taken),
        elsewhere=set(elsewhere.values_list("area_id", flat=True)),
    )


def _draft(set_id: int) -> AreaSet:
    area_set = locked_row(AreaSet, set_id)
    rules.check_is_draft(area_set)
    return area_set


def _proposal(set_id: int) -> AreaSet:
    area_set = locked_row(AreaSet, set_id)
    rules.check_is_proposed(area_set)
    return area_set


def _member(member_id: int) -> AreaSetMember:
    area_set = AreaSet.objects.filter(members=member_id).first()
    if area_set is None:
        raise ChangedMeanwhile
    _draft(area_set.pk)
    return locked_row(AreaSetMember, member_id)
