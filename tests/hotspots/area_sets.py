"""Sets of areas in every state, for tests."""

from datetime import UTC, date, datetime
from typing import Any

from hotspots.area_sets import operations
from hotspots.models import AreaSet

AT = datetime(2024, 10, 10, 12, tzinfo=UTC)
FIRST_DAY = date(2024, 11, 1)


def square(west: float = -0.29, south: float = 51.945, *, degrees: float = 0.004) -> dict[str, Any]:
    """A square boundary from its south-west corner, about 280 by 450 metres."""
    east, north = west + degrees, south + degrees
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def drafted(force, name: str = "Winter areas", **facts: Any) -> AreaSet:
    """A draft of Anna's, in force from 1 November 2024, without areas."""
    facts = {"first_day": FIRST_DAY, "last_day": None} | facts
    return operations.save_set(by=force.anna, name=name, **facts)


def add_candidate(force, area_set: AreaSet, name: str = "Bancroft", **facts: Any):
    """A new area in North Herts, put into a draft."""
    facts = {"town": "Hitchin", "district": force.north_herts, "kind": "asb", "boundary": square()} | facts
    return operations.add_candidate(by=force.anna, set_id=area_set.pk, name=name, **facts)


def proposed(force, area_set: AreaSet) -> AreaSet:
    """The draft, proposed by Anna."""
    return operations.propose_set(by=force.anna, at=AT, set_id=area_set.pk)


def approved(force, area_set: AreaSet, *, at: datetime = AT) -> AreaSet:
    """The draft, proposed by Anna and approved by Adam."""
    proposed(force, area_set)
    return operations.approve_set(by=force.adam, at=at, set_id=area_set.pk)


def in_every_state(force, *, area_name: str = "Bancroft") -> dict[str, Any]:
    """A draft with a new area and one that continues, a proposal and an approved set."""
    first = drafted(force, "Autumn areas", first_day=date(2024, 10, 1))
    operations.continue_areas(by=force.anna, set_id=first.pk, areas=[force.hitchin])
    first = approved(force, first)
    draft = drafted(force, replaces=first, reason="By the incidents of January to August.")
    candidate = add_candidate(force, draft, area_name[:100] + " (new)", origins=[force.hitchin])
    proposal = drafted(force, "Another winter")
    add_candidate(force, proposal, "Market Place")
    return {"draft": draft, "proposal": proposed(force, proposal), "approved_set": first, "candidate": candidate}


PROPOSALS = {"area_sets:take_back", "area_sets:return", "area_sets:approve"}


def keys_of(name: str, values: dict[str, Any], keys: Any) -> dict[str, int]:
    """The values of the path of one of the pages of sets."""
    if name == "area_sets:area_set":
        subject = values["approved_set"]
    elif "member" in name or "edit_candidate" in name:
        subject = values["candidate"]
    else:
        subject = values["proposal"] if name in PROPOSALS else values["draft"]
    found = {"pk": subject.pk, "analysis_pk": getattr(values["analysis"], "pk", 0)}
    return {key: found[key] for key in keys}
