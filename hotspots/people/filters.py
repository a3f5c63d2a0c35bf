"""The filter of the list of people."""

from django.db.models import Q, QuerySet

from hotspot.core.conditions import all_given
from hotspot.core.models import User
from hotspot.core.pages.fields import TextField
from hotspot.core.permissions import PERSON_ROLES
from hotspots.pages.filters import ListFilter, choice_field


class PeopleFilter(ListFilter):
    """By name or address, role and state."""

    q = TextField(label="Name or e-mail address", required=False, max_length=120)
    role = choice_field("Role", "All roles", PERSON_ROLES)
    state = choice_field("State", "All states", [("active", "Active"), ("invited", "Invited"), ("left", "Left")])

    def apply(self, people: QuerySet[User]) -> QuerySet[User]:
        """The people who fit."""
        if text := self.chosen("q"):
            people = people.filter(Q(name__icontains=text) | Q(email__icontains=text))
        people = people.filter(all_given(role=self.chosen("role")))
        never_chose = Q(password__startswith="!")  # noqa: S106 - how Django marks a password that was never set
        states = {
            "active": Q(is_active=True) & ~never_chose,
            "invited": Q(is_active=True) & never_chose,
            "left": Q(is_active=False),
        }
        return people.filter(states.get(self.chosen("state"), Q()))
