"""The cards about outcomes."""

from collections.abc import Sequence

from hotspot.core import wording
from reports.dashboard.cards.base import OUTCOMES, Card, CardColumn, behind_area, together
from reports.dashboard.charts import Bar, Bars, on_grid
from reports.figures.formatting import Value, ratio
from reports.figures.series import AreaPart

RATE = "A rate is the number of outcomes for every 100 patrol hours, to one decimal place. Without hours there is none."


def outcomes_by_area(parts: Sequence[AreaPart]) -> Card:
    """The outcomes of each area, and their rates for every 100 patrol hours."""
    parts = sorted(parts, key=lambda part: (-_all(part), part.area.position, part.area.name))
    any_counted = any(part.counts.patrols for part in parts)
    columns = [CardColumn("Hotspot area"), CardColumn("Patrol hours", "hours", {})]
    for measure, kind in OUTCOMES.items():
        columns += [
            CardColumn(measure.name, measure.unit, {"outcome": kind}),
            CardColumn("per 100 hours", f"{measure.unit} per 100 hours"),
        ]
    return Card(
        code="outcomes-by-area",
        name="Outcomes by area",
        sentence=_sentence(parts),
        columns=columns,
        rows=[_row(part) for part in parts] if any_counted else [],
        foot=_row(together(parts)) if len(parts) > 1 else (),
        behind=[behind_area(part.area) for part in parts],
        chart=_bars(parts) if any_counted else None,
        about=[*(f"{measure.name}: {measure.definition}" for measure in OUTCOMES), RATE],
    )


def _all(part: AreaPart) -> int:
    return sum(getattr(part.counts, measure.column) for measure in OUTCOMES)


def _row(part: AreaPart) -> list[Value]:
    values: list[Value] = [part.area.name, wording.hours(part.counts.patrol_minutes)]
    for measure in OUTCOMES:
        count = getattr(part.counts, measure.column)
        values += [count, ratio(count, part.counts.patrol_minutes, 6000)]
    return values


def _sentence(parts: Sequence[AreaPart]) -> str:
    total = sum(_all(part) for part in parts)
    if not total:
        return "No outcomes were recorded."
    most = parts[0]
    rest = f", of {wording.plural(total, 'outcome')} in these {len(parts)} areas" if len(parts) > 1 else ""
    return f"{most.area.name} had the most outcomes: {_all(most):,}{rest}."


def _bars(parts: Sequence[AreaPart]) -> Bars:
    most = max(_all(part) for part in parts)
    together = wording.listing([kind.brief[1] for kind in OUTCOMES.values()])
    return Bars(
        [Bar(part.area.name, wording.plural(_all(part), "outcome"), on_grid(_all(part), most)) for part in parts],
        key=f"{together[:1].upper()}{together[1:]} together",
    )
