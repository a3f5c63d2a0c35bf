"""Who may do what. Roles are stable codes in the database; what they may do is written here and nowhere else.

`docs/permissions.md` explains it, and a test holds that page against these tables.
"""

from collections.abc import Collection, Iterable
from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    """What a person is here for. Everyone has exactly one role (decision 0005)."""

    SUPERVISOR = "supervisor", "Supervisor"
    ANALYST = "analyst", "Analyst"
    PCC = "pcc", "PCC office"
    ADMINISTRATOR = "administrator", "Administrator"
    AUDITOR = "auditor", "Auditor"
    FINANCE = "finance", "Finance"
    PARTNER = "partner", "Partner organisation"
    # Another computer: what it may do depends on the scopes of its access token, see SCOPES.
    SYSTEM = "system", "Connected system"


class Permission(StrEnum):
    """One thing that a page or an endpoint lets a person do."""

    USE_SERVICE = "use_service"
    VIEW_SHIFTS = "view_shifts"
    VIEW_ALL_SHIFTS = "view_all_shifts"
    VIEW_OFFICERS = "view_officers"
    LOG_SHIFT = "log_shift"
    PLAN_SHIFT = "plan_shift"
    CORRECT_SHIFT = "correct_shift"
    CORRECT_ANY_SHIFT = "correct_any_shift"
    VOID_SHIFT = "void_shift"
    VIEW_FIGURES = "view_figures"
    VIEW_DAILY_FIGURES = "view_daily_figures"
    VIEW_REFERENCE = "view_reference"
    VIEW_FUNDING = "view_funding"
    VIEW_PEOPLE = "view_people"
    VIEW_DISCLOSURES = "view_disclosures"
    PREPARE_STATEMENT = "prepare_statement"
    VIEW_RETURNS = "view_returns"
    PREPARE_RETURN = "prepare_return"
    VIEW_AUTHORISATIONS = "view_authorisations"
    KEEP_AUTHORISATIONS = "keep_authorisations"
    IMPORT = "import"
    LOAD_POSITIONS = "load_positions"
    VIEW_INCIDENTS = "view_incidents"
    LOAD_INCIDENTS = "load_incidents"
    ANALYSE_INCIDENTS = "analyse_incidents"
    PROPOSE_AREAS = "propose_areas"
    VIEW_IMPACT = "view_impact"
    VIEW_SCRUTINY = "view_scrutiny"
    VIEW_PLANS = "view_plans"
    VIEW_PLAN_TOTALS = "view_plan_totals"
    DO_RESPONSES = "do_responses"
    KEEP_PLANS = "keep_plans"
    VIEW_LEDGER = "view_ledger"
    VIEW_SPEND = "view_spend"
    KEEP_LEDGER = "keep_ledger"
    VIEW_ORDERS = "view_orders"
    VIEW_ALL_ORDERS = "view_all_orders"
    SIGN_ORDERS = "sign_orders"
    KEEP_ORDERS = "keep_orders"
    KEEP_WALLBOARDS = "keep_wallboards"
    MANAGE = "manage"
    MANAGE_PEOPLE = "manage_people"


_EVERYONE = frozenset({Permission.USE_SERVICE, Permission.VIEW_FIGURES, Permission.VIEW_REFERENCE})
_RECORDS = frozenset({Permission.VIEW_SHIFTS, Permission.VIEW_AUTHORISATIONS, Permission.VIEW_DAILY_FIGURES})
_SHIFT_WORK = frozenset(
    {
        Permission.VIEW_OFFICERS,
        Permission.LOG_SHIFT,
        Permission.PLAN_SHIFT,
        Permission.CORRECT_SHIFT,
        Permission.VOID_SHIFT,
        Permission.KEEP_AUTHORISATIONS,
    }
)
_ACCOUNTS = frozenset({Permission.VIEW_FUNDING, Permission.VIEW_LEDGER, Permission.VIEW_SPEND})
_ORDERS = frozenset({Permission.VIEW_ORDERS, Permission.VIEW_ALL_ORDERS})
_ORDER_WORK = frozenset({Permission.SIGN_ORDERS, Permission.KEEP_ORDERS})

GRANTS: dict[str, frozenset[Permission]] = {
    Role.SUPERVISOR: _EVERYONE | _RECORDS | _SHIFT_WORK | _ACCOUNTS | {Permission.VIEW_PLANS, Permission.DO_RESPONSES},
    Role.ANALYST: _EVERYONE
    | _RECORDS
    | _ACCOUNTS
    | _ORDERS
    | {
        Permission.VIEW_ALL_SHIFTS,
        Permission.PREPARE_STATEMENT,
        Permission.VIEW_RETURNS,
        Permission.PREPARE_RETURN,
        Permission.LOAD_POSITIONS,
        Permission.VIEW_INCIDENTS,
        Permission.LOAD_INCIDENTS,
        Permission.ANALYSE_INCIDENTS,
        Permission.PROPOSE_AREAS,
        Permission.VIEW_IMPACT,
        Permission.VIEW_PLANS,
        Permission.VIEW_PLAN_TOTALS,
        Permission.DO_RESPONSES,
        Permission.KEEP_PLANS,
        Permission.VIEW_SCRUTINY,
    },
    Role.PCC: _EVERYONE
    | _ORDERS
    | {
        Permission.PREPARE_STATEMENT,
        Permission.VIEW_RETURNS,
        Permission.VIEW_IMPACT,
        Permission.VIEW_PLAN_TOTALS,
        Permission.VIEW_LEDGER,
        Permission.VIEW_SCRUTINY,
    },
    Role.ADMINISTRATOR: _EVERYONE
    | _RECORDS
    | _SHIFT_WORK
    | _ACCOUNTS
    | _ORDERS
    | _ORDER_WORK
    | {
        Permission.VIEW_ALL_SHIFTS,
        Permission.CORRECT_ANY_SHIFT,
        Permission.VIEW_PEOPLE,
        Permission.PREPARE_STATEMENT,
        Permission.VIEW_RETURNS,
        Permission.PREPARE_RETURN,
        Permission.IMPORT,
        Permission.LOAD_POSITIONS,
        Permission.VIEW_INCIDENTS,
        Permission.LOAD_INCIDENTS,
        Permission.ANALYSE_INCIDENTS,
        Permission.PROPOSE_AREAS,
        Permission.VIEW_IMPACT,
        Permission.VIEW_SCRUTINY,
        Permission.VIEW_PLANS,
        Permission.VIEW_PLAN_TOTALS,
        Permission.DO_RESPONSES,
        Permission.KEEP_PLANS,
        Permission.KEEP_LEDGER,
        Permission.KEEP_WALLBOARDS,
        Permission.MANAGE,
        Permission.MANAGE_PEOPLE,
    },
    Role.AUDITOR: _EVERYONE
    | _RECORDS
    | _ACCOUNTS
    | _ORDERS
    | {
        Permission.VIEW_ALL_SHIFTS,
        Permission.VIEW_OFFICERS,
        Permission.VIEW_PEOPLE,
        Permission.VIEW_DISCLOSURES,
        Permission.VIEW_RETURNS,
        Permission.VIEW_INCIDENTS,
        Permission.VIEW_IMPACT,
        Permission.VIEW_SCRUTINY,
        Permission.VIEW_PLANS,
        Permission.VIEW_PLAN_TOTALS,
    },
    Role.FINANCE: _EVERYONE | _ACCOUNTS | _ORDERS | _ORDER_WORK | {Permission.KEEP_LEDGER, Permission.VIEW_PLAN_TOTALS},
    # Somebody of another organisation: its own orders, and not even the reference data of ours.
    Role.PARTNER: frozenset({Permission.USE_SERVICE, Permission.VIEW_ORDERS, Permission.SIGN_ORDERS}),
    Role.SYSTEM: frozenset(),
}
PERSON_ROLES = [(role.value, role.label) for role in Role if role != Role.SYSTEM]
"""The roles that a person can have, as the choices of a field."""


class Scope(models.TextChoices):
    """What an access token is for. A connected system is given some of these."""

    WRITE_SHIFTS = "shifts:write", "Log, plan and correct shifts, and read what it logged itself"
    VOID_SHIFTS = "shifts:void", "Void shifts that it logged itself"
    READ_SHIFTS = "shifts:read", "Read all shifts and outcomes, without collar numbers"
    READ_FIGURES = "figures:read", "Read summary figures: whole months, with small numbers withheld"
    READ_RETURNS = "returns:read", "Read returns submitted to funders, with money, remarks and names"


# Areas, programmes and vocabularies are for every system: without them no other call makes sense.
SCOPES: dict[str, frozenset[Permission]] = {
    Scope.WRITE_SHIFTS: frozenset(
        {
            Permission.VIEW_REFERENCE,
            Permission.VIEW_SHIFTS,
            Permission.LOG_SHIFT,
            Permission.PLAN_SHIFT,
            Permission.CORRECT_SHIFT,
            Permission.KEEP_AUTHORISATIONS,
        }
    ),
    Scope.VOID_SHIFTS: frozenset({Permission.VIEW_REFERENCE, Permission.VIEW_SHIFTS, Permission.VOID_SHIFT}),
    Scope.READ_SHIFTS: frozenset({Permission.VIEW_REFERENCE, Permission.VIEW_ALL_SHIFTS}) | _RECORDS,
    Scope.READ_FIGURES: frozenset({Permission.VIEW_REFERENCE, Permission.VIEW_FIGURES}),
    Scope.READ_RETURNS: frozenset({Permission.VIEW_REFERENCE, Permission.VIEW_RETURNS}),
}

# To the PCC's office single records do not exist: being told "not allowed" would already say that one is there.
UNKNOWN_TO: dict[str, frozenset[Permission]] = {
    Role.PCC: _RECORDS
    | _SHIFT_WORK
    | {
        Permission.VIEW_ALL_SHIFTS,
        Permission.CORRECT_ANY_SHIFT,
        Permission.IMPORT,
        Permission.LOAD_POSITIONS,
        Permission.VIEW_INCIDENTS,
        Permission.LOAD_INCIDENTS,
        Permission.ANALYSE_INCIDENTS,
        Permission.VIEW_DISCLOSURES,
        Permission.VIEW_PLANS,
        Permission.DO_RESPONSES,
        Permission.KEEP_PLANS,
        Permission.VIEW_SPEND,
    },
    # People of other organisations need not know what else there is.
    Role.PARTNER: frozenset(Permission) - GRANTS[Role.PARTNER],
}


# A system that may not read records does not learn that there are any; that it may not log one, it may know.
UNKNOWN_TO_SYSTEMS = UNKNOWN_TO[Role.PCC] - {Permission.LOG_SHIFT}


# What each permission lets a person do, after "You can …". Nothing is said for what everybody can.
IN_WORDS: dict[Permission, str] = {
    Permission.VIEW_SHIFTS: "see shifts and their outcomes",
    Permission.VIEW_ALL_SHIFTS: "see them in every district, whoever logged them",
    Permission.VIEW_OFFICERS: "see the collar numbers on a shift",
    Permission.LOG_SHIFT: "log shifts",
    Permission.PLAN_SHIFT: "plan shifts",
    Permission.CORRECT_SHIFT: "correct shifts, within seven days of their end or of logging them",
    Permission.CORRECT_ANY_SHIFT: "correct anybody's shift at any time, with a reason",
    Permission.VOID_SHIFT: "void shifts, with a reason",
    Permission.VIEW_FIGURES: "see and download summary figures",
    Permission.VIEW_DAILY_FIGURES: "see figures for single days and areas",
    Permission.VIEW_REFERENCE: "see hotspot areas and programmes",
    Permission.VIEW_FUNDING: "see targets, funding streams and budgets",
    Permission.VIEW_PEOPLE: "see who has an account, their role and its history",
    Permission.VIEW_DISCLOSURES: "see who downloaded records",
    Permission.PREPARE_STATEMENT: "prepare statements, and sign off those of others",
    Permission.VIEW_RETURNS: "see the returns that were submitted",
    Permission.PREPARE_RETURN: "prepare and submit returns",
    Permission.VIEW_AUTHORISATIONS: "see authorisations under sections 34 and 60",
    Permission.KEEP_AUTHORISATIONS: "record authorisations under sections 34 and 60, and what became of them",
    Permission.IMPORT: "import shifts and outcomes from files",
    Permission.LOAD_POSITIONS: "load files of positions, which become visits",
    Permission.VIEW_INCIDENTS: "see police data, by which hotspot areas are chosen",
    Permission.LOAD_INCIDENTS: "load police data",
    Permission.ANALYSE_INCIDENTS: "look for hotspots in police data, and design and analyse trials of patrols",
    Permission.PROPOSE_AREAS: "draw up sets of hotspot areas, for an administrator to approve",
    Permission.VIEW_IMPACT: "see what was measured of the effects of patrols",
    Permission.VIEW_SCRUTINY: "see who was searched, by ethnicity and age, in packs for community panels",
    Permission.VIEW_PLANS: "see initiatives and problem-solving plans",
    Permission.VIEW_PLAN_TOTALS: "see initiatives and problem-solving plans added up",
    Permission.DO_RESPONSES: "tick off the responses of a plan that are yours",
    Permission.KEEP_PLANS: "write initiatives and problem-solving plans",
    Permission.VIEW_LEDGER: "see what was received and spent, in sums",
    Permission.VIEW_SPEND: "see single entries of spend and their documents",
    Permission.KEEP_LEDGER: "enter income and spend, approve what others entered, and close months",
    Permission.VIEW_ORDERS: "see paid-for patrols: orders, what was delivered, statements and invoices",
    Permission.VIEW_ALL_ORDERS: "see those of every partner organisation",
    Permission.SIGN_ORDERS: "sign off what was delivered in a quarter",
    Permission.KEEP_ORDERS: "enter orders and partner organisations, and issue invoices",
    Permission.KEEP_WALLBOARDS: "make addresses of figures for screens in a room, and revoke them",
    Permission.MANAGE: "change programmes, funding, districts, areas and targets; approve sets of areas, seal trials",
    Permission.MANAGE_PEOPLE: "invite people and change their roles",
}


def abilities(role: str) -> list[str]:
    """What people with this role may do, in words, in the order of `Permission`."""
    return [words for permission, words in IN_WORDS.items() if grants(role, permission)]


def grants(role: str, permission: Permission) -> bool:
    """Whether people with this role have the permission."""
    return permission in GRANTS.get(role, frozenset())


def roles_granted(permission: Permission) -> list[str]:
    """The roles whose people have the permission."""
    return [role for role in GRANTS if grants(role, permission)]


def has_own_districts(role: str) -> bool:
    """Whether people with this role see shifts of the districts they are given, and of no others."""
    return grants(role, Permission.VIEW_SHIFTS) and not grants(role, Permission.VIEW_ALL_SHIFTS)


def has_own_orders(role: str) -> bool:
    """Whether people with this role see paid-for patrols of the organisation they belong to, and of no other."""
    return grants(role, Permission.VIEW_ORDERS) and not grants(role, Permission.VIEW_ALL_ORDERS)


def scopes_grant(scopes: Iterable[str], permission: Permission) -> bool:
    """Whether an access token with these scopes has the permission."""
    return any(permission in SCOPES.get(scope, frozenset()) for scope in scopes)


def is_unknown_to(role: str, permission: Permission, scopes: Collection[str] = ()) -> bool:
    """Whether a refusal must look as if the thing did not exist (404), rather than be refused (403).

    `scopes` are those of a system's token.
    """
    if role == Role.SYSTEM:
        return not scopes_grant(scopes, Permission.VIEW_SHIFTS) and permission in UNKNOWN_TO_SYSTEMS
    return permission in UNKNOWN_TO.get(role, frozenset())
