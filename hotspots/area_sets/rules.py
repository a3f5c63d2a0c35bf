"""What holds of sets of areas before they are proposed and approved."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

from hotspot.core import wording
from hotspot.core.errors import DomainError, NotAllowed, NotInThisState, raise_all
from hotspot.core.models import User
from hotspots.models import AreaSet, AreaSetMember, HotspotArea

MOST_MEMBERS = 400
"""Django takes at most 1,000 fields in a form, and that of targets has two for each area."""
LATEST = timedelta(days=31)
"""How long after its first day a set can still be approved: what it changes must not be long past."""


def check_is_draft(area_set: AreaSet) -> None:
    """Raise NotInThisState `area_set_fixed` unless the set can be changed."""
    if not area_set.is_draft:
        raise NotInThisState("area_set_fixed", "This set was proposed, so it cannot be changed. Take it back first.")


def check_is_proposed(area_set: AreaSet) -> None:
    """Raise NotInThisState `area_set_not_proposed` unless the set waits for approval."""
    if area_set.state != AreaSet.State.PROPOSED:
        raise NotInThisState("area_set_not_proposed", "This set is not waiting for approval.")


def check_size(members: int) -> None:
    """Raise DomainError `area_set_too_large` for a set with more than `MOST_MEMBERS`."""
    if members > MOST_MEMBERS:
        raise DomainError("area_set_too_large", f"A set can have at most {MOST_MEMBERS} areas.")


def check_replaced(area_set: AreaSet, replaced: AreaSet | None) -> None:
    """Raise DomainError on `replaces` unless the set can replace that one."""
    if replaced is None:
        return
    if not replaced.is_approved:
        raise DomainError("replaced_not_approved", "Only an approved set can be replaced.", "replaces")
    if replaced.first_day >= area_set.first_day:
        message = f"{replaced} is in force from {wording.day(replaced.first_day)}. A later set begins after that day."
        raise DomainError("replaced_begins_later", message, "first_day")


def check_approver(area_set: AreaSet, by: User) -> None:
    """Raise NotAllowed `own_area_set` for whoever proposed the set: somebody else looks at it."""
    if area_set.proposed_by_id == by.pk:
        raise NotAllowed("own_area_set", "You proposed this set, so another administrator approves it.")


def check_complete(
    area_set: AreaSet,
    members: Sequence[AreaSetMember],
    *,
    names_taken: Collection[tuple[str, int]],
    elsewhere: Collection[int],
) -> None:
    """Raise DomainErrors for everything that keeps a set from being proposed or approved.

    `names_taken` are the names, in small letters, with the districts of the areas that exist, and `elsewhere` the ids
    of areas that other approved sets have in force then.
    """
    raise_all([*_empty(members), *_candidates(members, names_taken), *_continuing(area_set, members, elsewhere)])


def _empty(members: Sequence[AreaSetMember]) -> Iterator[DomainError]:
    if not members:
        yield DomainError("area_set_empty", "Add at least one area.")


def _candidates(members: Sequence[AreaSetMember], names_taken: Collection[tuple[str, int]]) -> Iterator[DomainError]:
    candidates = [member for member in members if member.is_candidate]
    identities = Counter((member.name.lower(), member.district_id) for member in candidates)
    for member in candidates:
        if not (member.name and member.town and member.district_id and member.kind):
            name = member.name or "A new area without a name"
            yield DomainError("candidate_incomplete", f"{name}: enter its name, town, district and kind.")
        elif (member.name.lower(), member.district_id) in names_taken:
            message = f"{member.district} already has an area called {member.name}. Give the new one another name."
            yield DomainError("candidate_name_taken", message)
    for (name, _), count in identities.items():
        if name and count > 1:
            shown = next(member.name for member in candidates if member.name.lower() == name)
            yield DomainError("candidate_name_twice", f"{count:,} new areas of a district are called {shown}.")


def _continuing(
    area_set: AreaSet, members: Sequence[AreaSetMember], elsewhere: Collection[int]
) -> Iterator[DomainError]:
    for area in (member.area for member in members if member.area):
        if not can_continue(area, area_set.first_day):
            message = f"{area} is not active on {wording.day(area_set.first_day)}, so it cannot continue. Remove it."
            yield DomainError("area_not_active", message)
        elif area.pk in elsewhere:
            yield DomainError("area_in_another_set", f"{area} is in another set that is in force then. Remove it.")


def can_continue(area: HotspotArea, day: date) -> bool:
    """Whether an area is active on a day or on the one before, so that it can go on without a gap."""
    return area.first_day <= day and (area.last_day is None or area.last_day >= day - timedelta(days=1))


def check_not_backdated(changed: Sequence[date], *, day: date) -> None:
    """Raise DomainError `area_set_too_late` if the dates or the target of an area would change for days long past.

    `changed` has the first day that changes for each area, `day` is today.
    """
    if changed and min(changed) < day - LATEST:
        message = (
            f"This would change which areas were active from {wording.day(min(changed))}, or their targets, and "
            f"figures of that time with them. A set can begin at most {LATEST.days} days before it is approved. "
            "Change its first day."
        )
        raise DomainError("area_set_too_late", message)
