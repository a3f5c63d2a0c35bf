"""What the product does in one way only has one module for it; this finds a second."""

import re
from pathlib import Path

import pytest

from reports.dashboard.views import COMPARISON, KINDS
from script import structure

CODE = structure.sources(None)
HOMES = {
    "advisory locks": (r"pg_(try_)?advisory", {"hotspot/core/advisory_locks.py"}),
    "time limits of transactions": (r"SET LOCAL statement_timeout", {"hotspot/core/transaction_settings.py"}),
    "COPY": (r"copy_expert|copy_from\(|copy_to\(", {"hotspot/core/driver.py"}),
    "the driver and its connection": (
        r"psycopg2|connection\.connection\b",
        {"hotspot/core/driver.py", "hotspot/core/prepared_statements.py"},
    ),
    "keyset pagination": (r"[Ss][Ii][Zz][Ee] \+ 1\b", {"hotspot/core/keyset.py"}),
    "the projection of boundaries": (r"111_?320|shapely import .*transform", {"hotspots/areas/boundaries.py"}),
    "conditions that may be left out": (r"(?m)if value is not None\}\)$", {"hotspot/core/conditions.py"}),
    "the rules of shifts": (r"(?<!def )\bcheck_(shift|worked|planned)\(", {"patrols/shifts/checking.py"}),
    "the rows of new shifts": (r"(?<!class )\bShiftRow\(", {"patrols/shifts/writing.py", "reports/demo/record.py"}),
    # Which streams the headline leaves out is frozen in the definition; here they are named and described.
    "streams that do not count": (
        r"(?i)business_as_usual\b",
        {
            "hotspot/core/definitions/v1.py",
            "hotspots/models/reference.py",
            "hotspots/programmes/forms.py",
            "reports/demo/plan.py",
            "reports/demo/published.py",
            "reports/demo/record.py",
            "reports/demo/reference.py",
        },
    ),
    "prepared statements": (r"PREPARE |DEALLOCATE ", {"hotspot/core/prepared_statements.py"}),
}


@pytest.mark.parametrize("what", HOMES)
def test_it_has_one_home(what):
    pattern, homes = HOMES[what]
    assert {path for path, text in CODE.items() if "/migrations/" not in path and re.search(pattern, text)} == homes


# Where a role is given, described or stored, and no access is decided.
ROLES_NAMED = {
    "hotspot/core/accounts/operations.py",
    "hotspot/core/management/commands/create_administrator.py",
    "hotspot/core/models.py",
    "hotspot/core/permissions.py",
    "hotspots/people/forms.py",
}
SUPPORT_STAFF = {"hotspot/core/admin.py", "hotspot/core/middleware.py", "hotspot/core/models.py"}


def test_roles_are_checked_through_permissions():
    """`user.may(permission)`, or a question of hotspot/core/permissions.py; never the name of a role."""
    product = {path: text for path, text in CODE.items() if not path.startswith(("script/", "reports/demo/"))}
    product = {path: text for path, text in product.items() if "/migrations/" not in path}
    assert {path for path, text in product.items() if re.search(r"\bRole\.[A-Z]", text)} == ROLES_NAMED
    assert {path for path, text in product.items() if re.search(r"\bis_(superuser|staff)\b", text)} == SUPPORT_STAFF


def test_templates_check_no_role():
    names = r"\{%[^%]*(\.role\b|is_superuser|is_staff)"
    assert [str(path) for path in Path("templates").rglob("*.html") if re.search(names, path.read_text())] == []


def test_style_sheets_name_no_card():
    """Where a card stands, on paper too, is a word of its `layout`."""
    cards = "|".join([*KINDS, COMPARISON])
    sheets = {path.name: path.read_text() for path in Path("static/css").glob("*.css")}
    assert sheets
    assert [name for name, text in sheets.items() if re.search(rf"#({cards})\b", text)] == []
