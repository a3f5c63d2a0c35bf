"""Initiatives, for tests."""

from datetime import UTC, date, datetime
from typing import Any

from hotspots.initiatives import operations
from hotspots.models import Initiative, InitiativeKind, SpendCategory, SpendEntry

AT = datetime(2024, 10, 12, 9, tzinfo=UTC)
PDF = b"%PDF-1.7 made up"


def added(force, **facts: Any) -> Initiative:
    """Twelve cameras in Hitchin, in place since 1 July 2024, that Sam owns."""
    facts = {
        "programme": force.programme,
        "kind": InitiativeKind.objects.get(name="CCTV upgrade"),
        "name": "Twelve cameras",
        "is_force_wide": False,
        "areas": [force.hitchin],
        "status": "under_way",
        "first_day": date(2024, 6, 3),
        "in_place_from": date(2024, 7, 1),
        "quantity": 12,
        "owner": force.sam,
        "planned_pence": 24_000_00,
    } | facts
    if facts["is_force_wide"]:
        facts["areas"] = []
    return operations.save_initiative(by=force.anna, at=AT, **facts)


def spent(force, pence: int = 10_000_00, **facts: Any) -> SpendEntry:
    """An approved entry of spend, without VAT: entered by Anna, approved by Adam."""
    category, _ = SpendCategory.objects.get_or_create(name="Equipment")
    facts = {
        "stream": force.grant,
        "day": date(2024, 7, 2),
        "category": category,
        "area": force.hitchin,
        "description": "Cameras",
        "net_pence": pence,
        "vat_pence": 0,
        "vat_recoverable": True,
        "state": "approved",
        "entered_by": force.anna,
        "entered_at": AT,
        "submitted_at": AT,
        "decided_by": force.adam,
        "decided_at": AT,
    } | facts
    return SpendEntry.objects.create(**facts)


def taken_back(force, entry: SpendEntry, **facts: Any) -> SpendEntry:
    """What reverses an entry, approved too."""
    facts = {"reverses": entry, "reason": "Twice", "area": entry.area} | facts
    return spent(force, -entry.net_pence, **facts)


def in_every_state(force, *, name: str = "Twelve cameras") -> dict[str, Any]:
    """An initiative that may be published, with a document and an entry of spend, by the names of paths."""
    initiative = added(force, name=name, is_publishable=True, purpose="So that the square is seen.")
    entry = spent(force)
    return {
        "initiative": initiative,
        "initiative_document": operations.add_document(
            by=force.anna, at=AT, initiative_id=initiative.pk, name="order.pdf", content=PDF
        ),
        "initiative_link": operations.link_entry(by=force.anna, initiative_id=initiative.pk, number=entry.number),
        "initiative_kind": initiative.kind,
    }
