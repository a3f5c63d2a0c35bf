"""What every card of the dashboard is: a sentence, a chart, the table behind it, and what it counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hotspot.core import wording
from hotspot.core.definitions.base import Measure
from outcomes.kinds import BY_PLURAL, OutcomeKind
from reports.figures.charts import Chart
from reports.figures.formatting import Value, text
from reports.figures.measures import HEADLINE, PATROL_HOURS, PATROLS

OUTCOMES: dict[Measure, OutcomeKind] = {
    measure: BY_PLURAL[measure.code] for measure in HEADLINE if measure.code in BY_PLURAL
}
"""The figures of the headline that count outcomes, each with the kind that it counts."""

UNITS = {
    PATROL_HOURS: ("patrol hour", "patrol hours"),
    PATROLS: ("patrol", "patrols"),
    **{measure: kind.measured for measure, kind in OUTCOMES.items()},
}


def displayed(number: int, measure: Measure) -> int:
    """A number of the summaries as it is shown: minutes as whole hours."""
    return wording.hours(number) if measure == PATROL_HOURS else number


def said(value: int, measure: Measure) -> str:
    """1 arrest, 1,457 patrols, 0 patrol hours."""
    return wording.plural(value, *UNITS[measure])


@dataclass(frozen=True)
class CardColumn:
    """A column of a card's table. `unit` stands in the header of the file; a column of words has none."""

    label: str
    unit: str = ""

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers, which stand to the right."""
        return bool(self.unit)


@dataclass(frozen=True)
class Card:
    """One answer. `sentence` says what the chart shows and stands for it; empty `rows`: there is nothing to show.

    `measures` are what it can show, by their codes in the address, and `measure` the one that it does. One that
    `is_passing` is left out of the page where there is nothing to show, because that is no news.
    """

    code: str
    name: str
    sentence: str
    columns: Sequence[CardColumn]
    rows: Sequence[Sequence[Value]]
    chart: Chart | None
    about: Sequence[str]
    notes: Sequence[str] = field(default=())
    is_passing: bool = False
    measures: Sequence[tuple[str, str]] = field(default=())
    measure: str = ""

    @property
    def cells(self) -> list[list[str]]:
        """The table as the page shows it."""
        return [[text(value) for value in row] for row in self.rows]
