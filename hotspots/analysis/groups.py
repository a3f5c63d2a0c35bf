"""The cells of an analysis that lie side by side, as shapes that could become hotspot areas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.polygon import orient

from hotspots.analysis.cells import outline_of
from hotspots.areas.boundaries import as_geojson
from hotspots.models import HotspotAnalysis

_DEGREES = 1e-6


@dataclass(frozen=True)
class CellGroup:
    """Cells side by side, by their rank in the analysis; `number` counts from 1, `counted` is what is added up."""

    number: int
    cells: Sequence[Mapping[str, Any]]
    counted: str = "incidents"

    @property
    def name(self) -> str:
        """The streets of most incidents: Shopping Area and High Street. Empty where there are none."""
        place: str = self._fullest["place"]
        return place

    @property
    def district(self) -> str:
        """The district of these streets."""
        name: str = self._fullest["district"]
        return name

    @property
    def _fullest(self) -> Mapping[str, Any]:
        # By Gi* the first cell can be one without incidents, among others that have them.
        return max(self.cells, key=lambda cell: cell["count"])

    @property
    def count(self) -> float:
        """The incidents of all its cells, or what they weigh."""
        total: float = round(sum(cell["count"] for cell in self.cells), 3)
        return total

    @property
    def area(self) -> int:
        """The land of all its cells, in square metres."""
        return sum(cell["area"] for cell in self.cells)

    @cached_property
    def boundary(self) -> dict[str, Any]:
        """The land of its cells as a GeoJSON polygon, anticlockwise as RFC 7946 wants it."""
        outline = outline_of(np.array([int(cell["cell"], 16) for cell in self.cells], np.uint64))
        # To a tenth of a metre, so that no gap is left between corners that two cells round differently.
        parts = shapely.get_parts(shapely.union_all([outline], grid_size=_DEGREES))
        return as_geojson(MultiPolygon([orient(part) for part in parts]))

    @property
    def properties(self) -> dict[str, Any]:
        """What a file says about it."""
        return {
            "name": self.name,
            "district": self.district,
            "cells": len(self.cells),
            self.counted: self.count,
            "hectares": round(self.area / 10_000, 1),
        }


def groups_of(analysis: HotspotAnalysis) -> list[CellGroup]:
    """The groups of an analysis, that with most incidents first."""
    cells = {cell["cell"]: cell for cell in analysis.result["cells"]}
    rank = {code: place for place, code in enumerate(cells)}
    found = [[cells[code] for code in sorted(group, key=rank.__getitem__)] for group in analysis.result["groups"]]
    found.sort(key=lambda group: -sum(cell["count"] for cell in group))
    what = "harm" if analysis.result.get("harm") else "incidents"
    return [CellGroup(number, group, what) for number, group in enumerate(found, start=1)]
