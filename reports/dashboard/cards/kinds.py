"""The card of outcomes by kind."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hotspot.core import wording
from outcomes.kinds import BY_PLURAL
from outcomes.models import AsbPowerKind, Term
from reports.dashboard.cards.base import COMPARED, OUTCOMES, Behind, Card, CardColumn
from reports.figures.breakdowns import counted_parts
from reports.figures.charts import Bar, Bars, Panel, Panels, on_grid
from reports.figures.formatting import Value, share
from reports.figures.measures import ASB_POWERS
from reports.figures.series import Selection


@dataclass(frozen=True)
class KindPart:
    """How many outcomes of one kind there were.

    `column` names the headline's figure (arrests, …), `label` the kind and `code` its term; None and empty: which kind
    is not known yet. Of stop searches, `found` and `not_found` are those whose detail says that something or nothing
    was found. `before` is how many there were in the time that is compared with; None: in none.
    """

    column: str
    label: str | None
    number: int
    in_headline: bool = True
    found: int = 0
    not_found: int = 0
    code: str = field(default="", compare=False)
    before: int | None = None

    @property
    def behind(self) -> Behind:
        """Which records it counts."""
        return {"outcome": BY_PLURAL[self.column], "code": self.code}


def by_kind(asked: Selection) -> list[KindPart]:
    """Every kind of outcome that there was, then or in the time that is compared with, figure by figure.

    Most first within a figure; what the headline leaves out comes after what it counts, what is not known yet last.
    """
    if not asked.area_ids:
        return []
    counts = _counts(asked)
    before = _counts(asked.other) if asked.other else None
    parts = []
    for column, kind in BY_PLURAL.items():
        known: Mapping[str, Term] = kind.vocabulary.objects.in_bulk()
        codes = dict.fromkeys([*counts[column], *(before[column] if before is not None else ())])
        for code in codes:
            then = None if before is None else sum(before[column][code].values())
            parts.append(_part(column, known.get(code), counts[column][code], then))
    order = list(BY_PLURAL)
    return sorted(
        parts, key=lambda part: (order.index(part.column), not part.in_headline, not part.label, -part.number)
    )


def _part(column: str, term: Term | None, counts: Mapping[str, int], before: int | None) -> KindPart:
    return KindPart(
        column,
        term.label if term else None,
        sum(counts.values()),
        term.in_headline if isinstance(term, AsbPowerKind) else True,
        counts.get("found", 0),
        counts.get("nothing", 0),
        term.pk if term else "",
        before,
    )


def _counts(asked: Selection) -> dict[str, dict[str, dict[str, int]]]:
    """By figure, kind (empty: not known) and what was found ("found", "nothing", empty: not said)."""
    counts: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for part in counted_parts(asked.programme, asked.period, asked.area_ids, tuple(BY_PLURAL)):
        kind, _, found = part.key.partition(":")
        counts[part.name][kind][found] = part.number
    return counts


NAMES = {measure.column: measure.name for measure in OUTCOMES}
NOT_KNOWN = "Detail to follow"
SCALES = "Each chart has its own scale."


def outcomes_by_kind(parts: Sequence[KindPart]) -> Card:
    """Every figure of outcomes, split by kind, also what the headline leaves out."""
    is_compared = any(part.before is not None for part in parts)
    return Card(
        code="outcomes-by-kind",
        name="Outcomes by kind",
        sentence=" ".join(filter(None, [_powers_sentence(parts), _find_sentence(parts)])) or _detail_sentence(parts),
        columns=[
            CardColumn("Outcome"),
            CardColumn("Kind"),
            CardColumn("Number", "outcomes", {}),
            CardColumn("Counted in the headline"),
            CardColumn("Something found", "searches", {"found": True}),
            CardColumn("Nothing found", "searches", {"found": False}),
            *([CardColumn("Compared number", "outcomes")] if is_compared else []),
        ],
        rows=[_row(part) for part in parts],
        behind=[part.behind for part in parts],
        chart=_panels([part for part in parts if part.number]) if any(part.number for part in parts) else None,
        about=[
            "Outcomes on the patrols that the headline counts, withdrawn ones left out. What is marked as counted in "
            "the headline adds up to its figures.",
            ASB_POWERS.definition,
            f"{SCALES} What the headline leaves out has a chart to itself.",
            f"{NOT_KNOWN}: it was counted when the shift was logged, and its kind has not been entered yet.",
            "Stop searches are split by their outcome. The find rate is the share in which something was found, of the "
            "searches whose detail says so or that nothing was. Of fewer than 20 no percentage is shown.",
            COMPARED,
        ],
    )


def _row(part: KindPart) -> list[Value]:
    has_find = bool(BY_PLURAL[part.column].find)
    return [
        NAMES[part.column],
        part.label or NOT_KNOWN,
        part.number,
        "yes" if part.in_headline else "no",
        part.found if has_find else None,
        part.not_found if has_find else None,
        *([] if part.before is None else [part.before]),
    ]


def _powers_sentence(parts: Sequence[KindPart]) -> str:
    powers = [part for part in parts if part.column == ASB_POWERS.column]
    counted = sum(part.number for part in powers if part.in_headline)
    apart = sum(part.number for part in powers if not part.in_headline)
    if not powers:
        return ""
    said = f"The headline counts {wording.plural(counted, 'use')} of ASB powers"
    if counted and powers[0].label:
        said += f", most often {wording.alternatives([powers[0].label])}"
    return f"{said}; {apart:,} more {'is' if apart == 1 else 'are'} counted apart." if apart else f"{said}."


def _find_sentence(parts: Sequence[KindPart]) -> str:
    found, not_found = sum(part.found for part in parts), sum(part.not_found for part in parts)
    said = found + not_found
    if not said:
        return ""
    rate = share(found, said)
    percent = "" if rate is None else f" ({rate}%)"
    return f"Something was found in {found:,} of {said:,} stop searches whose detail says{percent}."


def _detail_sentence(parts: Sequence[KindPart]) -> str:
    if not parts:
        return "No outcomes were recorded."
    unknown = sum(part.number for part in parts if not part.label)
    total = wording.plural(sum(part.number for part in parts), "outcome")
    return f"The detail of {unknown:,} of {total} is to follow." if unknown else f"The kind of {total} is known."


def _panels(parts: Sequence[KindPart]) -> Panels:
    """The kinds of each figure on its own scale; what the headline leaves out on another, so that it dwarfs none."""
    panels = [_panel(name, of_figure) for name, of_figure in _figures(parts).items()]
    return Panels(panels, SCALES if len(panels) > 1 else "")


def _figures(parts: Sequence[KindPart]) -> dict[str, list[KindPart]]:
    figures: dict[str, list[KindPart]] = defaultdict(list)
    for part in parts:
        name = NAMES[part.column]
        figures[name if part.in_headline else f"{name}, not in the headline"].append(part)
    return figures


def _panel(name: str, parts: Sequence[KindPart]) -> Panel:
    most = max(part.number for part in parts)
    bars = [
        Bar(
            part.label or NOT_KNOWN,
            f"{part.number:,}",
            on_grid(part.number, most),
            behind={**part.behind, "number": part.number},
        )
        for part in parts
    ]
    return Panel(name, Bars(bars))
