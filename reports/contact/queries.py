"""The contact as it is, and as a publication keeps it."""

from typing import Any

from reports.models import PublicationContact


def contact() -> PublicationContact | None:
    """Who answers questions, once somebody has said so."""
    return PublicationContact.objects.first()


def kept() -> dict[str, Any]:
    """What the body of a publication keeps of the contact; nothing while there is none."""
    found = contact()
    said = {"office": found.office, "email": found.email, "telephone": found.telephone} if found else {}
    return {"contact": {name: value for name, value in said.items() if value}} if said else {}
