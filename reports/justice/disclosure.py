"""Which of these figures are too small to be told to people who may not see records."""

from collections.abc import Collection, Mapping, Sequence

from reports.justice.counting import JusticeCounts

PARTS = ("jailed", "not_jailed", "ended", "awaiting_court", "awaiting_decision", "out_of_court", "no_action")
"""What the arrests divide into, which are told always: these add up to them."""
_SUMS = {
    "charged": ("jailed", "not_jailed", "ended", "awaiting_court"),
    "convicted": ("jailed", "not_jailed"),
    "jailed": ("jailed",),
    "custody_days": ("jailed",),
    "ended": ("ended",),
    "out_of_court": ("out_of_court",),
    "no_action": ("no_action",),
    "open": ("awaiting_court", "awaiting_decision"),
}


def parts_of(counts: JusticeCounts) -> dict[str, int]:
    """The counts in the parts that add up to the arrests."""
    awaiting_court = counts.charged - counts.convicted - counts.ended
    return {
        "jailed": counts.jailed,
        "not_jailed": counts.convicted - counts.jailed,
        "ended": counts.ended,
        "awaiting_court": awaiting_court,
        "awaiting_decision": counts.open - awaiting_court,
        "out_of_court": counts.out_of_court,
        "no_action": counts.no_action,
    }


def told_figures(months: Sequence[JusticeCounts], small: Collection[int]) -> frozenset[str]:
    """The codes of the figures that are told at the end of the last month.

    `months` are the figures since launch at the end of each month that is over, in their order, and `small` the numbers
    in which somebody could be recognised. A part is told unless it is small, or differs by a small number from what was
    told of it last: so figures that are noted month by month tell no small number either. No part is withheld alone,
    because the arrests less the others would be it; and a sum is told only with all of its parts.
    """
    known = dict.fromkeys(PARTS, 0)
    told: set[str] = set()
    for month in months:
        values = parts_of(month)
        close = {part for part in PARTS if values[part] in small or abs(values[part] - known[part]) in small}
        told = set(PARTS) - _covered(close, values, small)
        known |= {part: values[part] for part in told}
    return frozenset({"arrests", *(code for code, parts in _SUMS.items() if told.issuperset(parts))})


def _covered(close: set[str], values: Mapping[str, int], small: Collection[int]) -> set[str]:
    """With others, the smallest first, where one part alone would be withheld, or a small number altogether.

    What is withheld adds up to the arrests less all that is told. A part that is 0 hides least.
    """
    while close and close != set(PARTS) and (len(close) == 1 or sum(values[part] for part in close) in small):
        others = [part for part in PARTS if part not in close]
        close = close | {min(others, key=lambda part: (values[part] == 0, values[part], part))}
    return close
