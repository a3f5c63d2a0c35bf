"""What the units of an analysis are called, and how much there is of what they divide."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotspots.models import HotspotAnalysis, UnitLayer

SQUARE_METRES_A_HECTARE = 10_000


@dataclass(frozen=True)
class UnitWords:
    """The words of one kind of unit. `ground` is what the units divide, `measure` the unit of their sizes.

    `named` is the heading of a column with their names; None where they have none.
    """

    one: str
    many: str
    ground: str = "land"
    measure: str = "hectares"
    named: str | None = None

    def number(self, count: int) -> str:
        """1 cell; 20 cells."""
        return f"{count:,} {self.one if count == 1 else self.many}"

    def size(self, amount: float) -> str:
        """A size in `measure`, from what an answer keeps: square metres, of streets metres."""
        return f"{amount / SQUARE_METRES_A_HECTARE:,.1f}" if self.measure == "hectares" else f"{amount:,.0f}"


CELLS = UnitWords("cell", "cells")
OF_LAYERS = {
    UnitLayer.Kind.LSOA: UnitWords("LSOA", "LSOAs", named="LSOA"),
    UnitLayer.Kind.STREET: UnitWords(
        "street segment", "street segments", ground="length of streets", measure="metres", named="Street"
    ),
}


def words_for(analysis: HotspotAnalysis) -> UnitWords:
    """The words of the units of an analysis."""
    return OF_LAYERS[UnitLayer.Kind(analysis.layer.kind)] if analysis.layer else CELLS


def words_of(result: Mapping[str, Any]) -> UnitWords:
    """The words of the units of an answer. Answers in cells name no layer."""
    layer = result.get("layer")
    return OF_LAYERS[UnitLayer.Kind(layer["kind"])] if layer else CELLS
