"""What the figures are. Pages, files, the API and statements ask here."""

from reports.queries.headline import COLUMNS, Counts, Figures, Grain, Row, figures
from reports.queries.parts import PowerPart, RolePart, by_power, by_role
from reports.queries.summaries import Difference, summary_differences
from reports.queries.withholding import Withheld, withheld

__all__ = [
    "COLUMNS",
    "Counts",
    "Difference",
    "Figures",
    "Grain",
    "PowerPart",
    "RolePart",
    "Row",
    "Withheld",
    "by_power",
    "by_role",
    "figures",
    "summary_differences",
    "withheld",
]
