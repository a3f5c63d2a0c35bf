"""The card of outcomes by kind."""

from collections.abc import Sequence

from hotspot.core import wording
from reports.measures import ARRESTS, ASB_POWERS, STOP_SEARCHES, WEAPONS
from reports.presenters.cards import Card, Column
from reports.presenters.charts import Bar, Bars, on_grid
from reports.presenters.numbers import Value, share
from reports.queries.kinds import KindPart

NAMES = {measure.column: measure.name for measure in (ARRESTS, STOP_SEARCHES, WEAPONS, ASB_POWERS)}
NOT_KNOWN = "Detail to follow"


def outcomes_by_kind(parts: Sequence[KindPart]) -> Card:
    """Every figure of outcomes, split by kind, also what the headline leaves out."""
    return Card(
        code="outcomes-by-kind",
        name="Outcomes by kind",
        sentence=" ".join(filter(None, [_powers_sentence(parts), _find_sentence(parts)])) or _detail_sentence(parts),
        columns=[
            Column("Outcome"),
            Column("Kind"),
            Column("Number", "outcomes"),
            Column("Counted in the headline"),
            Column("Something found", "searches"),
            Column("Nothing found", "searches"),
        ],
        rows=[_row(part) for part in parts],
        chart=_bars(parts) if parts else None,
        about=[
            "Outcomes on the patrols that the headline counts, withdrawn ones left out. What is marked as counted in "
            "the headline adds up to its figures.",
            ASB_POWERS.definition,
            f"{NOT_KNOWN}: it was counted when the shift was logged, and its kind has not been entered yet.",
            "Stop searches are split by their outcome. The find rate is the share in which something was found, of the "
            "searches whose detail says so or that nothing was. Of fewer than 20 no percentage is shown.",
        ],
    )


def _row(part: KindPart) -> list[Value]:
    is_search = part.column == STOP_SEARCHES.column
    return [
        NAMES[part.column],
        part.label or NOT_KNOWN,
        part.number,
        "yes" if part.in_headline else "no",
        part.found if is_search else None,
        part.not_found if is_search else None,
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


def _bars(parts: Sequence[KindPart]) -> Bars:
    most = max(part.number for part in parts)
    return Bars(
        [
            Bar(
                part.label or NOT_KNOWN,
                f"{part.number:,}" if part.in_headline else f"{part.number:,} apart",
                on_grid(part.number, most),
                group=NAMES[part.column],
            )
            for part in parts
        ],
        key="Outcomes" if all(part.in_headline for part in parts) else "Outcomes (apart: not counted in the headline)",
    )
