"""People in words and table rows."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.calendar import today
from hotspot.core.models import User
from hotspot.core.permissions import Permission, grants


def person_state(person: User) -> dict[str, str]:
    """Whether a person may sign in and ever has, as a tag."""
    if not person.is_active:
        return {"text": "Left", "colour": "grey"}
    if not person.has_usable_password():
        return {"text": "Invited", "colour": "yellow"}
    return {"text": "Active", "colour": "green"}


PEOPLE_COLUMNS = [
    {"label": label} for label in ("Name", "State", "Role", "Districts", "E-mail address", "Last signed in")
]


def people_rows(people: Iterable[User]) -> list[list[Any]]:
    """The rows of the list of people."""
    return [
        [
            {"url": reverse("hotspots:person", args=(person.pk,)), "text": person.name},
            person_state(person),
            person.get_role_display(),
            districts_of(person),
            person.email,
            wording.day(today(person.last_login)) if person.last_login else "Never",
        ]
        for person in people
    ]


def person_facts(person: User, *, by: User, manages: bool) -> list[dict[str, Any]]:
    """One person as a summary list, with what `by` may change."""

    def row(key: str, value: str, name: str = "", action: str = "Change") -> dict[str, Any]:
        url = reverse(f"hotspots:{name}", args=(person.pk,)) if name and manages else ""
        return {"key": key, "value": value, "url": url, "action": action}

    is_other = person.pk != by.pk
    rows = [
        row("Name", person.name, "edit_person"),
        row("E-mail address", person.email, "edit_person"),
        row("Role", person.get_role_display(), "change_role" if is_other else ""),
    ]
    if person.has_own_districts:
        rows.append(row("Districts", districts_of(person), "give_districts"))
    if person.has_own_orders:
        rows.append(row("Organisation", organisation_of(person), "give_organisation"))
    rows.append(row("Last signed in", wording.moment(person.last_login) if person.last_login else "Never"))
    if is_other and person.is_active:
        password = "Chosen" if person.has_usable_password() else "Not chosen yet"
        rows.append(row("Password", password, "issue_link", "Send link"))
    return rows


def organisation_of(person: User) -> str:
    """The organisation that a partner belongs to."""
    belongs = getattr(person, "partner_person", None)
    return str(belongs.organisation) if belongs else "None yet"


def districts_of(person: User) -> str:
    """The districts of a supervisor, by name; what others see instead."""
    if not person.has_own_districts:
        return "All" if grants(person.role, Permission.VIEW_ALL_SHIFTS) else "–"
    names = sorted(access.district.name for access in person.district_access.all())
    return wording.listing(names) if names else "None yet"
