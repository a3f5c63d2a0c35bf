"""The counts of a shift's outcomes in words, for lists of shifts."""

from django import template

from hotspot.core import wording
from outcomes.kinds import KINDS
from patrols.models import PatrolShift

register = template.Library()


@register.filter
def outcome_counts(shift: PatrolShift) -> list[str]:
    """2 arrests, 1 stop search: of a shift `with_counts`, those kinds that it has any of."""
    counts = {kind: getattr(shift, f"{kind.key}_count") for kind in KINDS}
    return [wording.plural(count, *kind.brief) for kind, count in counts.items() if count]
