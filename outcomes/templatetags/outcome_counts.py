"""The kinds of outcome in words, and their counts for lists of shifts."""

from typing import Any

from django import template

from hotspot.core import wording
from outcomes.kinds import KINDS

register = template.Library()


@register.filter
def outcomes_in_words(shift: Any) -> list[str]:
    """2 arrests, 1 stop search: of a shift `with_counts`, those kinds that it has any of, the powers that no headline
    counts, or that there is nothing to report."""
    counts = {kind: getattr(shift, f"{kind.key}_count") for kind in KINDS}
    standing = [wording.plural(count, *kind.brief) for kind, count in counts.items() if count]
    words = standing + wording.tallied(shift.apart_powers)
    return [*words, "Nothing to report"] if shift.nothing_to_report else words


@register.simple_tag
def all_outcomes() -> str:
    """Arrests, stop searches, weapons and ASB powers, in small letters."""
    return wording.listing([kind.brief[1] for kind in KINDS])


@register.simple_tag
def any_outcome() -> str:
    """Arrest, stop search, weapon recovered or use of an ASB power, in small letters."""
    return wording.alternatives([kind.counted[0] for kind in KINDS])
