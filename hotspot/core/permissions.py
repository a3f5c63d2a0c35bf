"""Who may do what. Roles are stable codes in the database; what they may do is written here and nowhere else.

`docs/permissions.md` explains it, and a test holds that page against these tables.
"""

from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    """What a person is here for. Everyone has exactly one role (decision 0005)."""

    SUPERVISOR = "supervisor", "Supervisor"
    ANALYST = "analyst", "Analyst"
    PCC = "pcc", "PCC office"
    ADMINISTRATOR = "administrator", "Administrator"
    AUDITOR = "auditor", "Auditor"


class Permission(StrEnum):
    """One thing that a page or an endpoint lets a person do."""

    USE_SERVICE = "use_service"
    VIEW_SHIFTS = "view_shifts"
    VIEW_OFFICERS = "view_officers"
    LOG_SHIFT = "log_shift"
    PLAN_SHIFT = "plan_shift"
    CORRECT_SHIFT = "correct_shift"
    CORRECT_ANY_SHIFT = "correct_any_shift"
    VOID_SHIFT = "void_shift"
    VIEW_FIGURES = "view_figures"
    VIEW_DAILY_FIGURES = "view_daily_figures"
    VIEW_REFERENCE = "view_reference"
    MANAGE = "manage"
    MANAGE_PEOPLE = "manage_people"


_EVERYONE = frozenset({Permission.USE_SERVICE, Permission.VIEW_FIGURES, Permission.VIEW_REFERENCE})
_RECORDS = frozenset({Permission.VIEW_SHIFTS, Permission.VIEW_DAILY_FIGURES})
_SHIFT_WORK = frozenset(
    {
        Permission.VIEW_OFFICERS,
        Permission.LOG_SHIFT,
        Permission.PLAN_SHIFT,
        Permission.CORRECT_SHIFT,
        Permission.VOID_SHIFT,
    }
)

GRANTS: dict[str, frozenset[Permission]] = {
    Role.SUPERVISOR: _EVERYONE | _RECORDS | _SHIFT_WORK,
    Role.ANALYST: _EVERYONE | _RECORDS,
    Role.PCC: _EVERYONE,
    Role.ADMINISTRATOR: _EVERYONE
    | _RECORDS
    | _SHIFT_WORK
    | {Permission.CORRECT_ANY_SHIFT, Permission.MANAGE, Permission.MANAGE_PEOPLE},
    Role.AUDITOR: _EVERYONE | _RECORDS | {Permission.VIEW_OFFICERS},
}

# To the PCC's office single records do not exist: being told "not allowed" would already say that one is there.
UNKNOWN_TO: dict[str, frozenset[Permission]] = {
    Role.PCC: _RECORDS | _SHIFT_WORK | {Permission.CORRECT_ANY_SHIFT},
}


def grants(role: str, permission: Permission) -> bool:
    """Whether people with this role have the permission."""
    return permission in GRANTS.get(role, frozenset())


def is_unknown_to(role: str, permission: Permission) -> bool:
    """Whether a refusal must look as if the thing did not exist (404), rather than be refused (403)."""
    return permission in UNKNOWN_TO.get(role, frozenset())
