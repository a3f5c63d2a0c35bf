"""What every card of the dashboard is: a sentence, a chart, the table behind it, and what it counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspot.core.definitions.base import Measure
from hotspot.core.pages.sorting import Sorting
from hotspots.models import HotspotArea
from outcomes.kinds import BY_PLURAL, OutcomeKind
from reports.figures.charts import Bars, Chart, Panels
from reports.figures.formatting import Value, text
from reports.figures.headline import Counts
from reports.figures.measures import HEADLINE, PATROL_HOURS, PATROLS
from reports.figures.series import AreaPart, Selection, by_area
from reports.figures.targets import Due

Behind = Mapping[str, Any]
"""Which records stand behind a number, in the words of `outcomes.records.addresses.shifts_address`."""

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
    """A column of a card's table. `unit` stands in the header of the file; a column of words has none.

    `shows` says which records its numbers count, of those that a row is about; None: its numbers count no records.
    Words that `stand_in_order`, like weekdays, are sorted as the rows are listed, not by their letters.
    """

    label: str
    unit: str = ""
    shows: Behind | None = None
    stand_in_order: bool = False

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers, which stand to the right."""
        return bool(self.unit)


@dataclass(frozen=True)
class Card:
    """One answer. `sentence` says what the chart shows and stands for it; empty `rows`: there is nothing to show.

    `measures` are what it can show, by their codes in the address, and `measure` the one that it does. One that
    `is_passing` is left out of the page where there is nothing to show, because that is no news.

    `foot` has the totals of the columns, which files leave out. `behind` says of each row which records it is about.
    `addresses` lead from the cells of the rows, and of the foot after them, to the records: see `linked`.
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
    foot: Sequence[Value] = ()
    behind: Sequence[Behind] = ()
    addresses: Sequence[Sequence[str]] = ()

    @property
    def cells(self) -> list[list[Any]]:
        """The table as the page shows it: texts, and links with url and text."""
        return _cells(self.rows, self.addresses)

    @property
    def foot_cells(self) -> list[list[Any]]:
        """The row of totals as the page shows it."""
        return _cells([self.foot], self.addresses[len(self.rows) :])

    def sorted(self, sorting: Sorting, table: str) -> "Card":
        """The same with its rows in the order that the page's address asks for of this table."""
        addresses = self.addresses or [()] * len(self.rows)
        pairs = list(zip(self.rows, addresses, strict=False))
        ordered = sorting.in_order(table, pairs, [self._sort_keys(*each) for each in enumerate(self.rows)])
        kept = [*(own for _, own in ordered), *self.addresses[len(self.rows) :]] if self.addresses else ()
        return replace(self, rows=[row for row, _ in ordered], addresses=kept)

    def _sort_keys(self, place: int, row: Sequence[Value]) -> list[Value]:
        """What a row is sorted by. Words among numbers say that there is none."""
        return [
            None
            if column.numeric and not isinstance(value, int | Decimal)
            else place
            if column.stand_in_order and value is not None
            else value
            for column, value in zip(self.columns, row, strict=True)
        ]


TARGETS = "Targets are monthly and spread evenly over the days of their month. Days to come are not asked for yet."
COMPARED = "What is compared is the same in the time that the figures are compared with."


def beside(card: Card, other: Card, when: Period, keys: int) -> Card:
    """A card with what the same card says of the time that is compared with: in its sentence, and in further columns.

    So many first columns (`keys`) say what a row is about. What only the other time had comes last.
    """
    theirs = {tuple(row[:keys]): list(row[keys:]) for row in other.rows}
    none: list[Value] = [None] * (len(card.columns) - keys)
    rows = [[*row, *theirs.pop(tuple(row[:keys]), none)] for row in card.rows]
    rows += [[*key, *none, *row] for key, row in theirs.items()]
    return replace(
        card,
        sentence=f"{card.sentence} In the time compared with ({wording.period(when)}): {other.sentence}",
        columns=[
            *card.columns,
            *(replace(each, label=f"Compared: {each.label}", shows=None) for each in other.columns[keys:]),
        ],
        rows=rows,
        behind=[*card.behind, *({} for _ in theirs)] if card.behind else (),
        foot=[*card.foot, *(other.foot[keys:] or none)] if card.foot else (),
        about=[*card.about, COMPARED],
    )


@dataclass(frozen=True)
class AreaParts:
    """Each area's part, and what was counted by area in the time that is compared with; None: in none."""

    parts: Sequence[AreaPart]
    before: Mapping[int, Counts] | None = None

    def before_in(self, part: AreaPart) -> Counts:
        """What was counted in the same area in that time."""
        return (self.before or {}).get(part.area.pk, Counts())

    @property
    def before_together(self) -> Counts:
        """What was counted in all of these areas in that time."""
        return Counts.total(self.before_in(part) for part in self.parts)


def area_parts(asked: Selection) -> AreaParts:
    """Each area that was active in the period or counted something in it, in list order."""
    return AreaParts(by_area(asked), asked.other.counts if asked.other else None)


TOGETHER = "All of these areas"


def together(parts: Sequence[AreaPart]) -> AreaPart:
    """Areas as one, for the row of totals. It has a target only where each of them has: its hours are those of all."""
    dues = [part.due for part in parts if part.due is not None]
    minutes, patrols = (
        sum((getattr(due, name) for due in dues), Fraction(0)) for name in ("patrol_minutes", "patrols")
    )
    due = Due(minutes, patrols) if dues and len(dues) == len(parts) else None
    return AreaPart(HotspotArea(name=TOGETHER), Counts.total(part.counts for part in parts), due)


def behind_area(area: HotspotArea) -> Behind:
    """The records of one area."""
    return {"areas": [area.pk]}


def linked(card: Card, address: Callable[[Behind], str]) -> Card:
    """The card with the addresses of the records behind its numbers, those of its bars too.

    `address` gives that of some records, or nothing to somebody who may not see them. There are none behind 0.
    """

    def cells(row: Sequence[Value], behind: Behind) -> list[str]:
        return [
            address({**behind, **shows, "number": value})
            if isinstance(value, int) and value and (shows := column.shows) is not None
            else ""
            for column, value in zip(card.columns, row, strict=True)
        ]

    rows = [cells(row, behind) for row, behind in zip(card.rows, card.behind, strict=False)]
    foot = [cells(card.foot, {})] if card.foot and rows else []
    return replace(card, addresses=[*rows, *foot], chart=_linked_chart(card.chart, address))


def _linked_chart(chart: Any, address: Callable[[Behind], str]) -> Any:
    if isinstance(chart, Panels):
        panels = [replace(panel, chart=_linked_chart(panel.chart, address)) for panel in chart.panels]
        return replace(chart, panels=panels)
    if not isinstance(chart, Bars):
        return chart
    bars = [replace(bar, url=address(bar.behind)) if bar.length and bar.behind else bar for bar in chart.bars]
    return replace(chart, bars=bars)


def _cells(rows: Sequence[Sequence[Value]], addresses: Sequence[Sequence[str]]) -> list[list[Any]]:
    shown = [[text(value) for value in row] for row in rows]
    if not addresses:
        return [list(row) for row in shown]
    return [
        [{"url": url, "text": value} if url else value for value, url in zip(row, urls, strict=True)]
        for row, urls in zip(shown, addresses, strict=False)
    ]
