"""Authorisations, for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hotspots.authorisations import operations
from hotspots.authorisations.operations import AuthorisationFacts
from hotspots.models import PowerAuthorisation

# A Friday evening: 8pm in London.
START = datetime(2024, 10, 11, 19, tzinfo=UTC)
AT = datetime(2024, 10, 11, 19, 30, tzinfo=UTC)
OFFICER = "Insp. Canary 4711"


def facts(force, **changes: Any) -> AuthorisationFacts:
    """24 hours in Hitchin from 8pm on Friday 11 October 2024, by an inspector half an hour before: lawful as it is."""
    values = {
        "kind": "dispersal",
        "areas": [force.hitchin],
        "locality": "Hitchin town centre, within Queen Street and Bancroft",
        "grounds": "Groups of twenty shouted at shoppers on the last three Fridays.",
        "rank": "inspector",
        "officer": OFFICER,
        "given_at": START - timedelta(minutes=30),
        "starts_at": START,
        "ends_at": START + timedelta(hours=24),
        "is_signed": True,
        "has_regard": changes.get("kind", "dispersal") == "dispersal",
    } | changes
    return AuthorisationFacts(**values)


def recorded(force, *, by=None, at: datetime = AT, **changes: Any) -> PowerAuthorisation:
    """Such an authorisation, recorded by Sam."""
    return operations.record_authorisation(by=by or force.sam, at=at, facts=facts(force, **changes))


def in_every_state(force) -> dict[str, Any]:
    """A dispersal authorisation and one of searches, which can be continued and of which a superintendent waits."""
    return {
        "authorisation": recorded(force, review_at=START + timedelta(hours=12)),
        "search_authorisation": recorded(force, kind="search"),
    }


def keys_of(name: str, values: dict[str, Any]) -> dict[str, Any] | None:
    """The keys of a path under this name, or None for what is not of authorisations."""
    if name == "outcomes:answer_question":
        return {"shift_id": values["shift_id"], "kind": "dispersal"}
    if not name.startswith("authorisations:") or name in ("authorisations:list", "authorisations:new"):
        return None
    is_search = name in ("authorisations:continue", "authorisations:inform")
    return {"pk": values["search_authorisation" if is_search else "authorisation"].pk}
