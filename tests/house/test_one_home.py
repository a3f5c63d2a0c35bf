"""What the product does in one way only has one module for it; this finds a second."""

import re

import pytest

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
    "prepared statements": (r"PREPARE |DEALLOCATE ", {"hotspot/core/prepared_statements.py"}),
}


@pytest.mark.parametrize("what", HOMES)
def test_it_has_one_home(what):
    pattern, homes = HOMES[what]
    assert {path for path, text in CODE.items() if "/migrations/" not in path and re.search(pattern, text)} == homes
