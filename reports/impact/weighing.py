"""Changes weighed by harm: a robbery counts for more than a broken window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hotspots.harm.queries import weights_by_month
from hotspots.models import HarmTable, IncidentCategory
from reports.impact.statistics import NONE, SAME, Counted, Estimate, displacement_difference, weighted_sum


@dataclass(frozen=True)
class Weights:
    """What an incident of each category weighs, by the category's id, and the names of those without a weight."""

    by_category: dict[int, float]
    missing: Sequence[str]


def weights_of(table: HarmTable, categories: Sequence[IncidentCategory], month: date) -> Weights:
    """The weights that are valid in one month: the same for both periods, so that a new weight changes nothing."""
    valid = weights_by_month(table, [month]).get(month, {})
    found = {each.pk: valid[each.name.casefold()] for each in categories if each.name.casefold() in valid}
    return Weights(found, [each.name for each in categories if each.pk not in found])


@dataclass(frozen=True)
class CategoryCounts:
    """The incidents of one category in both periods: in the areas and in the comparison."""

    category: int
    areas: Counted
    comparison: Counted

    @property
    def scale(self) -> float:
        """How many times as many the comparison had before; 0 where one of them had none."""
        return self.comparison.before / self.areas.before if self.areas.before else 0.0


def harm_difference(
    parts: Sequence[CategoryCounts], weights: Weights, *, scale: float, periods: Counted = SAME
) -> Estimate | None:
    """How much less harm (below 0) the areas had than the comparison lets expect; None where nothing has a weight.

    The sum over categories of weight times weighted displacement difference, with the comparison made as small as the
    areas by what both had of the category before (by `scale` where one had none of it): harm is a weighted sum of
    independent counts, and places differ in what they have. Source: Wheeler and Ratcliffe (2018), Crime Science 7:11.
    """
    estimates = [
        (
            weights.by_category[part.category],
            displacement_difference(
                part.areas, part.comparison, NONE, NONE, periods=periods, areas=(1, part.scale or scale, 1, 1)
            ),
        )
        for part in parts
        if part.category in weights.by_category
    ]
    return weighted_sum(estimates) if estimates else None
