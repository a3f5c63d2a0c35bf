"""Who may confirm a month, and take that back."""

from hotspot.core.errors import NotAllowed
from hotspot.core.models import User
from hotspot.core.permissions import Permission


def may_confirm(person: User, *, by: User) -> bool:
    """Whether somebody may confirm months of a person: who logs shifts their own, administrators anybody's."""
    return by.may(Permission.CORRECT_ANY_SHIFT) or (by.may(Permission.LOG_SHIFT) and by.pk == person.pk)


def may_see_numbers(person: User, *, by: User) -> bool:
    """Whether somebody may see how many shifts a month of a person has: some may be in districts they do not see."""
    return person.pk == by.pk or by.may(Permission.VIEW_ALL_SHIFTS)


def check_may_confirm(person: User, *, by: User) -> None:
    """Raise NotAllowed unless this person may: see `may_confirm`."""
    if not may_confirm(person, by=by):
        raise NotAllowed("not_yours", "Only the supervisor whose month it is, or an administrator, can confirm it.")
