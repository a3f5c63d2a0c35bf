"""The answer in words: its title, what it counts, and what has to be known to read it."""

from hotspot.core import wording
from reports.explore.criteria import (
    BARS,
    CHANGE,
    LINES,
    MULTIPLES,
    PER_HOURS,
    PER_PATROL,
    SHARE,
    ExploreCriteria,
)
from reports.explore.dimensions import DIMENSIONS, HOUR, WEEKDAY
from reports.explore.measures import CREW
from reports.explore.tables import OF_FEW, ExploreTable
from reports.figures.measures import SMALLEST_BASE
from reports.figures.tables import place

_SAID = {
    SHARE: ", share",
    PER_HOURS: " for every 100 patrol hours",
    PER_PATROL: " for every 100 patrols",
    CHANGE: ", change",
}

_PART = (
    "A week or month with its days, or “to date”, in brackets is not whole: it is cut off, it is not over yet, or the "
    "records end in it."
)
_OUTLINED = f"{_PART} Its bars are outlined."
_PARTS = {BARS: _OUTLINED, MULTIPLES: _OUTLINED, LINES: f"{_PART} Its dots are hollow, and no line leads to them."}


def title_of(asked: ExploreCriteria) -> str:
    """Arrests for every 100 patrol hours by hotspot area and month."""
    names = [dimension.name[:1].lower() + dimension.name[1:] for dimension in asked.by]
    names = [f"ASB{name[3:]}" if name.startswith("aSB") else name for name in names]
    return f"{asked.measure}{_SAID.get(asked.shown, '')} by {' and '.join(names)}"


def scope_words(asked: ExploreCriteria) -> str:
    """1 April to 30 November 2024, Hitchin and Watford; only: role PCSO."""
    words = f"{wording.period(asked.question.period)}, {place(asked.question)}"
    only = [
        f"{DIMENSIONS[code].name.lower()} {wording.listing([*names.values()], 'or')}"
        for code, names in asked.only.items()
    ]
    return f"{words}; only {'; '.join(only)}" if only else words


def unit_of(asked: ExploreCriteria) -> str:
    """What stands beside the numbers."""
    if asked.shown == CHANGE:
        return "percentage points" if asked.measure.is_share else f"change in {asked.measure.unit}"
    if asked.shown == SHARE:
        return "%"
    if asked.shown == PER_HOURS:
        return f"{asked.measure.unit} for every 100 patrol hours"
    if asked.shown == PER_PATROL:
        return f"{asked.measure.unit} for every 100 patrols"
    return asked.measure.unit


def about(asked: ExploreCriteria) -> list[str]:
    """What the numbers count."""
    lines = [asked.measure.definition]
    if asked.shown == PER_HOURS:
        lines.append("The rate is of the patrol hours of the same places and times, whatever else it is split by.")
    if asked.shown == PER_PATROL:
        lines.append("The rate is of the patrols of the same places and times, whatever else it is split by.")
    if {WEEKDAY, HOUR} & {*asked.by, *(DIMENSIONS[code] for code in asked.only)}:
        lines.append(_clock(asked))
    return lines


def _clock(asked: ExploreCriteria) -> str:
    if asked.measure.family == CREW and asked.measure.is_minutes:
        return "Each person’s minutes count in the hour and on the weekday in which they lie, by London’s clock."
    return (
        "Weekday and hour are those, by London’s clock, at which it happened: for patrols, crews and visits, when they "
        "began. So a patrol from Friday 10pm counts on Friday, and an arrest at 1am that night on Saturday."
    )


def notes(table: ExploreTable) -> list[str]:
    """What has to be known to read the numbers."""
    lines = []
    if table.has_parts:
        lines.append(_PARTS.get(table.asked.chart, _PART))
    if table.has_withheld:
        smallest = table.asked.question.programme.smallest_shown
        lines.append(
            f"Numbers from 1 to {smallest - 1} of people by such a characteristic are withheld, and so are others "
            "from which they could be reckoned."
        )
    if table.has_uncertain:
        is_share = table.asked.measure.is_share or table.asked.shown == SHARE
        lines.append(
            f"– where there are fewer than {SMALLEST_BASE}: a percentage would say more than is known."
            if is_share
            else f"{OF_FEW} A rate of fewer than {SMALLEST_BASE}: such rates change by chance alone."
        )
    return lines
