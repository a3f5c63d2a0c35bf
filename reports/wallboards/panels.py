"""What can stand on a wallboard, for somebody at the other end of a room: the first lines of the dashboard's cards.

Nothing here is of a record, of a person, or of part of those searched or arrested: who is in the room is not known.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from hotspot.core import wording
from hotspot.core.calendar import Period, today
from reports.dashboard.cards.base import Card, area_parts
from reports.dashboard.cards.dosage import dosage, longest_wait, waiting_bars
from reports.dashboard.cards.evenings import cover_of_evenings, peak_cover
from reports.dashboard.cards.hours import hours_by_area
from reports.dashboard.cards.needed import needed, still_needed
from reports.figures.charts import Bar, Bars, on_grid
from reports.figures.headline import figures
from reports.figures.measures import HEADLINE, PROTECTED
from reports.figures.series import Selection, by_week
from reports.figures.tables import shown_number

MOST_LINES = 6
MOST_PANELS = 4
HEADLINE_CODE = "headline"


@dataclass(frozen=True)
class BoardTile:
    """One headline figure in words."""

    value: str
    label: str


@dataclass(frozen=True)
class BoardPanel:
    """A card for a wallboard: `bars` are its first lines, and `more` how many there are besides.

    `mark_key` says what the marks across the bars are.
    """

    sentence: str
    bars: Sequence[Bar] = ()
    more: int = 0
    mark_key: str = ""


def tiles(asked: Selection) -> list[BoardTile]:
    """The six figures. Numbers of people so small that somebody could be recognised are said as a range."""
    if asked.so_far is None:
        return []
    counts = figures(programme=asked.programme, period=asked.so_far, areas=asked.area_ids, at=asked.at).totals
    small = asked.programme.small
    shown = [(measure, shown_number(measure, counts)) for measure in HEADLINE]
    return [
        BoardTile(f"{small[0]} to {small[-1]}", measure.label)
        if measure in PROTECTED and number in small
        else BoardTile(f"{number:,}", measure.singular if number == 1 else measure.label)
        for measure, number in shown
    ]


def _of_card(card: Card) -> BoardPanel:
    return _first_lines(card.sentence, card.chart if isinstance(card.chart, Bars) else None)


def _first_lines(sentence: str, chart: Bars | None) -> BoardPanel:
    if chart is None:
        return BoardPanel(sentence)
    return BoardPanel(sentence, chart.bars[:MOST_LINES], max(len(chart.bars) - MOST_LINES, 0), chart.mark_key)


def _waits(asked: Selection) -> BoardPanel:
    """The areas that have waited longest for a patrol."""
    found = dosage(asked)
    waits = waiting_bars(sorted(found.parts, key=longest_wait), found.wait)
    late = len(found.long_waits)
    sentence = (
        f"{wording.plural(late, 'area')} waiting {wording.plural(found.wait, 'day')} or more."
        if late
        else f"No area has waited {wording.plural(found.wait, 'day')}."
    )
    return _first_lines(sentence, waits)


def _weeks(asked: Selection) -> BoardPanel:
    """The newest weeks of the programme, newest first, whatever the period."""
    last = min(today(asked.at), asked.programme.last_day)
    newest = Period(last - timedelta(weeks=MOST_LINES), last).clip(asked.programme.period)
    asked = replace(asked, period=newest or asked.programme.period)
    spans = [*reversed(by_week(asked).spans)][:MOST_LINES]
    hours = [span.counts.patrol_minutes for span in spans]
    due = [span.due_of(asked.choices.trend) for span in spans]
    most = max([1, *hours, *(minutes for minutes in due if minutes)])
    bars = [
        Bar(
            f"From {span.days.first_day.day} {span.days.first_day:%B}",
            wording.plural(wording.hours(minutes), "hour"),
            on_grid(minutes, most),
            None if target is None else on_grid(target, most),
        )
        for span, minutes, target in zip(spans, hours, due, strict=True)
    ]
    sentence = "The newest first." if spans else "No patrols yet."
    if spans and not spans[0].is_whole:
        sentence = "The newest first; the first is not a whole week."
    return BoardPanel(sentence, bars, mark_key="Target" if any(target is not None for target in due) else "")


@dataclass(frozen=True)
class BoardCard:
    """A card that can be chosen: its name, and what makes its panel. None: the tiles."""

    name: str
    panel: Callable[[Selection], BoardPanel] | None = None


# By the codes that are kept, in the order in which they are offered and shown.
BOARD_CARDS = {
    HEADLINE_CODE: BoardCard("The six figures"),
    "hours-by-area": BoardCard("Hours by area", lambda asked: _of_card(hours_by_area(area_parts(asked)))),
    "still-needed": BoardCard("Still needed this month", lambda asked: _of_card(still_needed(needed(asked)))),
    "waits": BoardCard("Days since the last patrol", _waits),
    "peak-cover": BoardCard(
        "Friday and Saturday evenings", lambda asked: _of_card(peak_cover(cover_of_evenings(asked)))
    ),
    "hours-by-week": BoardCard("Patrol hours by week", _weeks),
}
