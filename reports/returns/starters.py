"""Starters: templates to begin with, made of measures that published accounts of hotspot programmes have.

None of them is any funder's form: no source has one. Neither deadlines nor caps are among them, for the same reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outcomes.kinds import KINDS
from reports.models import TemplateRow
from reports.returns.sources import (
    HEADING,
    MEASURES,
    MONEY,
    NUMBER,
    RATIO,
    SPEND,
    TEXT,
    of_measure,
    shares_of_interest,
)
from reports.returns.template_operations import AskedFor


@dataclass(frozen=True)
class Starter:
    """What a new template can begin with. Its rows are there to be changed."""

    name: str
    hint: str
    rows: Sequence[AskedFor]


_PATROLS = (
    AskedFor("Patrols", HEADING),
    AskedFor("Patrol hours", "patrol_hours", TemplateRow.Bound.TARGET),
    AskedFor("Patrols", "patrols", TemplateRow.Bound.TARGET),
    AskedFor("Hours of police officers", "crew:role=police_officer"),
    AskedFor("Hours of PCSOs", "crew:role=pcso"),
    AskedFor("Hours of Community Enforcement Officers", "crew:role=community_enforcement_officer"),
)
_ENFORCEMENT = (
    AskedFor("Enforcement", HEADING),
    *(
        AskedFor(source.name, source.code)
        for kind in KINDS
        if kind.plural in MEASURES
        for source in (of_measure(MEASURES[kind.plural]), *shares_of_interest(kind))
    ),
)
_RATE = AskedFor("Arrests per 100 patrol hours", RATIO, top=8, base=2, per=100)
_PREVENTION = (
    AskedFor("Prevention", HEADING),
    AskedFor("Initiatives in place", "initiatives"),
    AskedFor("Engagement events", NUMBER),
    AskedFor("What was done to solve problems", TEXT),
)
_MONEY = (
    AskedFor("Patrols", HEADING),
    AskedFor("Patrol hours", "patrol_hours"),
    AskedFor("Money", HEADING),
    AskedFor("Cost of patrols", "cost:patrol_cost"),
    AskedFor("Cost of a patrol hour", "cost:cost_per_hour"),
    AskedFor("Approved spend", SPEND),
    AskedFor("Approved spend on everything but patrols", "spend:patrols=no"),
    AskedFor("Spend that is expected until the end of the year", MONEY),
    AskedFor("What differs from the plan, and why", TEXT),
)

STARTERS: Mapping[str, Starter] = {
    "activity": Starter(
        "Patrols, enforcement and prevention",
        "Hours by role, arrests, searches, weapons, powers, initiatives and what was done",
        (*_PATROLS, *_ENFORCEMENT, _RATE, *_PREVENTION),
    ),
    "money": Starter("Hours and money", "Costs, spend and the cost of an hour", _MONEY),
}
"""What a template can begin with, by its code in the form."""
