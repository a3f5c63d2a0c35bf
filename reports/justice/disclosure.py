"""Which of these figures are too small to be told to people who may not see records."""

from collections.abc import Collection, Sequence

from reports.figures.running_suppression import told_parts
from reports.justice.counting import JusticeCounts

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
    """The counts in the parts that the arrests divide into."""
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
    """The codes of the figures that are told at the end of the last month, by `told_parts`.

    `months` are the figures since launch at the end of each month that is over, in their order. A sum is told only with
    all of its parts.
    """
    told = told_parts([parts_of(month) for month in months], small)
    return frozenset({"arrests", *(code for code, parts in _SUMS.items() if told.issuperset(parts))})
