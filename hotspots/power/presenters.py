"""What could be told of areas, as columns beside those of a table, and in a sentence."""

from collections.abc import Sequence
from typing import Any

from hotspot.core import wording
from hotspots.models import Dataset
from hotspots.power.formulas import MOST_MONTHS
from hotspots.power.queries import FALL, MONTHS, Power, Powers

POWER_COLUMNS: list[dict[str, Any]] = [
    {"label": "Incidents a month", "numeric": True},
    {"label": "Smallest fall we could tell in a year", "numeric": True},
    {"label": "Months to tell a fall of a quarter", "numeric": True},
]


def power_cells(power: Power) -> list[str]:
    """The cells of one area, or of all, under `POWER_COLUMNS`."""
    fall = "None" if power.smallest_fall is None else f"{power.smallest_fall:.0%}"
    months = f"Over {MOST_MONTHS}" if power.months is None else f"{power.months:,}"
    return [f"{power.a_month:,.1f}", fall, months]


def beside(rows: Sequence[list[Any]], powers: Powers) -> list[list[Any]]:
    """Rows of a table, each with the cells of its area."""
    return [[*row, *power_cells(power)] for row, power in zip(rows, powers.single, strict=True)]


def power_in_words(powers: Powers) -> str:
    """Could we ever tell? A sentence on all areas together, and where it comes from."""
    source = "the force's own extract" if powers.dataset == Dataset.EXTRACT else "published street files"
    months = "1 month" if powers.months == 1 else f"the latest {powers.months} months"
    return (
        f"{_said(powers.together)} From {months} of {source}, without records that police activity makes, compared "
        "with the rest of the districts."
    )


def _said(together: Power) -> str:
    if together.smallest_fall is None:
        return "Too few incidents: even of all these areas together, no fall could be told from chance in a year."
    told = f"{together.smallest_fall:.0%} or more could be told from chance in {MONTHS} months, with 80% power"
    if together.months is None:
        return f"Of all these areas together, a fall of {told}."
    waited = wording.plural(together.months, "month")
    return f"Of all these areas together, a fall of {told}; one of {FALL:.0%} takes {waited}."
