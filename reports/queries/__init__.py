"""What the figures are. Pages, files, the API and statements ask here."""

from reports.queries.headline import COLUMNS, Counts, Figures, Grain, Row, figures
from reports.queries.history import counted_at, settled_moment
from reports.queries.parts import PowerPart, RolePart, by_power, by_role
from reports.queries.statements import (
    broken,
    history_says,
    keepable,
    kept_rows,
    last_recorded,
    live_figures,
    previous,
    published_figures,
    recorded_days,
)
from reports.queries.summaries import Difference, PartDifference, summary_differences
from reports.queries.withholding import Withheld, withheld

__all__ = [
    "COLUMNS",
    "Counts",
    "Difference",
    "Figures",
    "Grain",
    "PartDifference",
    "PowerPart",
    "RolePart",
    "Row",
    "Withheld",
    "broken",
    "by_power",
    "by_role",
    "counted_at",
    "figures",
    "history_says",
    "keepable",
    "kept_rows",
    "last_recorded",
    "live_figures",
    "previous",
    "published_figures",
    "recorded_days",
    "settled_moment",
    "summary_differences",
    "withheld",
]
