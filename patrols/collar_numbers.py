"""Whose collar number is whose: PC1234 and 1234 are one police officer, and so are SGT77 and PS77.

A rank changes, and is left out by some: two numbers are compared without it. PC1234 and PCSO1234 are two people,
because forces number officers and PCSOs apart: such numbers are compared within one role.
"""

import re
from typing import Any

from django.db.models import CharField, Func, Value

# Longer ones first. Every rank that `patrols.shifts.crew_text` writes into a collar number is here.
RANKS = ("PCSO", "INSP", "SUPT", "WPC", "SPC", "SGT", "CEO", "PC", "PS", "DC", "DS", "DI", "SC")
_PATTERN = f"^(?:{'|'.join(RANKS)})(?=[0-9])"
_RANK = re.compile(_PATTERN, re.ASCII)

BARE_NUMBER_SQL = f"regexp_replace(member.collar_number, '{_PATTERN}', '')"
"""`bare_number` of a crew member, for a query of `patrols_crewmember member`, as its index has it."""


def bare_number(number: str) -> str:
    """The stored collar number without a rank in front of its figures: 1234 of PC1234."""
    return _RANK.sub("", number)


def is_same_person(role: str, number: str, other_role: str, other_number: str) -> bool:
    """Whether two collar numbers, neither of them empty, are one person's."""
    return number == other_number or (role == other_role and bare_number(number) == bare_number(other_number))


class BareNumber(Func):
    """`bare_number` in the database, of a field."""

    function = "regexp_replace"
    output_field = CharField()

    def __init__(self, field: Any, **extra: Any) -> None:
        super().__init__(field, Value(_PATTERN), Value(""), **extra)
