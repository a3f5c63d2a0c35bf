"""Planned time taken away, in words."""

from hotspot.core import wording
from patrols.models import Abstraction


def said(each: Abstraction) -> str:
    """2 people for 3 hours each: sent to an incident or emergency. Nobody patrolled in their place."""
    people = wording.plural(each.people, "person", "people")
    of_each = " each" if each.people > 1 else ""
    reason = each.get_reason_display()
    filled = "Others patrolled in their place." if each.is_backfilled else "Nobody patrolled in their place."
    return f"{people} for {wording.duration(each.minutes)}{of_each}: {reason[:1].lower()}{reason[1:]}. {filled}"
