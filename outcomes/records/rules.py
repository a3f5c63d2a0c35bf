"""Who may see what stands beside a record: the people on it and behind it, and what was unusual about it."""

from hotspot.core.models import User
from hotspot.core.permissions import Permission


def may_see_warnings(user: User) -> bool:
    """Doubts go to those who check the data, never to the supervisor's face."""
    return not user.has_own_districts


def may_see_people(user: User) -> bool:
    """Whether this person sees collar numbers and who logged a shift."""
    return user.may(Permission.VIEW_OFFICERS)
