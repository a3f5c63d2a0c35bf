"""The cells or other units of an analysis that lie side by side, as shapes that could become hotspot areas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.polygon import orient

from hotspots.analysis.unit_words import UnitWords, words_for
from hotspots.analysis.units import UnitShapes
from hotspots.areas.boundaries import as_geojson
from hotspots.models import HotspotAnalysis


@dataclass(frozen=True)
class UnitGroup:
    """Units side by side, by their rank in the analysis; `number` counts from 1."""

    number: int
    cells: Sequence[Mapping[str, Any]]
    shapes: UnitShapes

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
    def words(self) -> UnitWords:
        """What its units are called."""
        return words_for(self.shapes.analysis)

    @property
    def _fullest(self) -> Mapping[str, Any]:
        # By Gi* the first cell can be one without incidents, among others that have them.
        return max(self.cells, key=lambda cell: cell["count"])

    @property
    def count(self) -> float:
        """The incidents of all its units, or what they weigh."""
        total: float = round(sum(cell["count"] for cell in self.cells), 3)
        return total

    @property
    def area(self) -> int:
        """The land of all its units in square metres, of streets their length in metres."""
        return sum(cell["area"] for cell in self.cells)

    @cached_property
    def boundary(self) -> dict[str, Any]:
        """The land of its units as a GeoJSON polygon, anticlockwise as RFC 7946 wants it."""
        parts = shapely.get_parts(self.shapes.land([cell["cell"] for cell in self.cells]))
        return as_geojson(MultiPolygon([orient(part) for part in parts]))

    @property
    def properties(self) -> dict[str, Any]:
        """What a file says about it."""
        return {
            "name": self.name,
            "district": self.district,
            self.words.many.replace(" ", "_"): len(self.cells),
            "harm" if self.shapes.analysis.result.get("harm") else "incidents": self.count,
            self.words.measure: float(self.words.size(self.area).replace(",", "")),
        }


def groups_of(analysis: HotspotAnalysis) -> list[UnitGroup]:
    """The groups of an analysis, that with most incidents first."""
    cells = {cell["cell"]: cell for cell in analysis.result["cells"]}
    rank = {code: place for place, code in enumerate(cells)}
    found = [[cells[code] for code in sorted(group, key=rank.__getitem__)] for group in analysis.result["groups"]]
    found.sort(key=lambda group: -sum(cell["count"] for cell in group))
    shapes = UnitShapes(analysis)
    return [UnitGroup(number, group, shapes) for number, group in enumerate(found, start=1)]
