"""Outcomes of the headline's shifts by kind, withdrawn ones left out."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from outcomes.models import AsbPowerKind, OffenceGroup, SearchOutcome, Term, WeaponKind
from reports.queries.dashboard import Asked
from reports.queries.parts import OUTCOMES, counted_parts


@dataclass(frozen=True)
class KindPart:
    """How many outcomes of one kind there were.

    `column` names the headline's figure (arrests, …), `label` the kind; None: which kind is not known yet. Of stop
    searches, `found` and `not_found` are those whose detail says that something or nothing was found.
    """

    column: str
    label: str | None
    number: int
    in_headline: bool = True
    found: int = 0
    not_found: int = 0


# What lists the kinds of each figure.
_KINDS: Mapping[str, type[Term]] = {
    "arrests": OffenceGroup,
    "stop_searches": SearchOutcome,
    "weapons": WeaponKind,
    "asb_powers": AsbPowerKind,
}


def by_kind(asked: Asked) -> list[KindPart]:
    """Every kind of outcome that there was, figure by figure as in the headline.

    Most first within a figure; what the headline leaves out comes after what it counts, what is not known yet last.
    """
    if not asked.area_ids:
        return []
    counts = _counts(asked)
    parts = []
    for column, terms in _KINDS.items():
        known: Mapping[str, Term] = terms.objects.in_bulk()
        parts += [_part(column, known.get(kind), found) for kind, found in counts[column].items()]
    order = list(_KINDS)
    return sorted(
        parts, key=lambda part: (order.index(part.column), not part.in_headline, not part.label, -part.number)
    )


def _part(column: str, term: Term | None, counts: Mapping[str, int]) -> KindPart:
    return KindPart(
        column,
        term.label if term else None,
        sum(counts.values()),
        term.in_headline if isinstance(term, AsbPowerKind) else True,
        counts.get("found", 0),
        counts.get("nothing", 0),
    )


def _counts(asked: Asked) -> dict[str, dict[str, dict[str, int]]]:
    """By figure, kind (empty: not known) and what was found ("found", "nothing", empty: not said)."""
    counts: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for part in counted_parts(asked.programme, asked.period, asked.area_ids, OUTCOMES):
        kind, _, found = part.key.partition(":")
        counts[part.name][kind][found] = part.number
    return counts
