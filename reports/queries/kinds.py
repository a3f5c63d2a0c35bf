"""Outcomes of the headline's shifts by kind. Counted from the records, withdrawn ones left out."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from outcomes.models import (
    Arrest,
    AsbPowerKind,
    AsbPowerUse,
    OffenceGroup,
    Outcome,
    SearchOutcome,
    StopSearch,
    Term,
    WeaponKind,
    WeaponRecovered,
)
from reports.queries.dashboard import Asked
from reports.queries.parts import counted_shifts, with_shifts


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


# For each outcome: its figure, where its kind stands, and what lists the kinds.
_KINDS: Mapping[type[Outcome], tuple[str, str, type[Term]]] = {
    Arrest: ("arrests", "offence_group_id", OffenceGroup),
    StopSearch: ("stop_searches", "outcome_id", SearchOutcome),
    WeaponRecovered: ("weapons", "kind_id", WeaponKind),
    AsbPowerUse: ("asb_powers", "kind_id", AsbPowerKind),
}
_OUTCOMES = """
    SELECT shift_id, '{column}' AS figure, {kind} AS kind, {found} AS found, detail_to_follow FROM {table}
    WHERE void_reason = '' AND shift_id BETWEEN (SELECT first FROM ends) AND (SELECT last FROM ends)
"""


def with_outcomes(asked: Asked) -> tuple[str, tuple[Any, ...]]:
    """The beginning of a statement and its parameters, for others to select from.

    It names `shifts` (id, area_id), which the headline counts, and `outcomes` (shift_id, figure, kind, found,
    detail_to_follow), which stand on about these: join them with the shifts.
    """
    beginning, parameters = with_shifts(counted_shifts(asked.programme, asked.period, asked.area_ids), "area_id")
    outcomes = " UNION ALL ".join(
        _OUTCOMES.format(
            column=column,
            kind=kind,
            found="found" if model is StopSearch else "NULL::boolean",
            table=model._meta.db_table,
        )
        for model, (column, kind, _) in _KINDS.items()
    )
    return f"{beginning}, outcomes AS ({outcomes})", parameters


def by_kind(asked: Asked) -> list[KindPart]:
    """Every kind of outcome that there was, figure by figure as in the headline.

    Most first within a figure; what the headline leaves out comes after what it counts, what is not known yet last.
    """
    if not asked.area_ids:
        return []
    counts = _counts(asked)
    parts = []
    for column, _, terms in _KINDS.values():
        known: Mapping[str, Term] = terms.objects.in_bulk()
        parts += [_part(column, known.get(kind or ""), found) for kind, found in counts[column].items()]
    order = [column for column, _, _ in _KINDS.values()]
    return sorted(
        parts, key=lambda part: (order.index(part.column), not part.in_headline, not part.label, -part.number)
    )


def _part(column: str, term: Term | None, counts: Mapping[bool | None, int]) -> KindPart:
    return KindPart(
        column,
        term.label if term else None,
        sum(counts.values()),
        term.in_headline if isinstance(term, AsbPowerKind) else True,
        counts.get(True, 0),
        counts.get(False, 0),
    )


def _counts(asked: Asked) -> dict[str, dict[str | None, dict[bool | None, int]]]:
    """By figure, kind and whether something was found."""
    beginning, parameters = with_outcomes(asked)
    sql = f"""{beginning}
        SELECT figure, kind, found, count(*) FROM outcomes JOIN shifts ON shifts.id = shift_id
        GROUP BY figure, kind, found ORDER BY figure, kind, found
    """  # noqa: S608 - our own statement, values are parameters
    counts: dict[str, dict[str | None, dict[bool | None, int]]] = defaultdict(lambda: defaultdict(dict))
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        for figure, kind, found, number in cursor.fetchall():
            counts[figure][kind][found] = number
    return counts
