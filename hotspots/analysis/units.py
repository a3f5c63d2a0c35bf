"""The units that an analysis counts in: H3 cells, LSOAs or street segments.

Nothing else in an analysis needs to know which: a unit is a place in arrays, with a size, neighbours and a code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import h3.api.numpy_int as h3
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from hotspot.core.errors import DomainError
from hotspots.analysis import cells, neighbourhoods, shapes
from hotspots.assignment import assign
from hotspots.layers.queries import LayerOutlines, outlines_in, shapes_of
from hotspots.models import District, HotspotAnalysis, UnitLayer

Degrees = NDArray[np.float64]
Indexes = NDArray[np.intp]
_GRID = 1e-6


class Units(Protocol):
    """The units of an analysis in an order that repeats, and `at`: the unit of each place that was given, or -1.

    `sizes` are square metres, of streets metres. `is_land` says which units overlap the districts' outlines.
    """

    at: Indexes
    sizes: NDArray[np.float64]
    is_land: NDArray[np.bool_]

    def __len__(self) -> int: ...

    def code(self, unit: int) -> str:
        """What the unit is known by."""

    def name(self, unit: int) -> str | None:
        """What people call the unit; None where units of this kind have no names."""

    def districts_of(self, chosen: Indexes) -> list[str]:
        """The names of the districts of some units."""

    def neighbours(self) -> tuple[Indexes, Indexes]:
        """The neighbours of all units, as `neighbourhoods` has them. Slow, so to be asked once."""

    def groups(self, chosen: Indexes) -> list[list[str]]:
        """The codes of some units, those together that lie side by side."""


class H3Units:
    """The cells that overlap the land of districts, and those of places that were recorded there."""

    def __init__(self, longitudes: Degrees, latitudes: Degrees, districts: Sequence[District], resolution: int) -> None:
        self._outlines = [shape(each.outline) for each in districts]
        self._names = [each.name for each in districts]
        found = cells.cells_at(longitudes, latitudes, resolution)
        land = cells.cells_covering(self._outlines, resolution)
        self.cells = np.union1d(land, found)
        self.at: Indexes = np.searchsorted(self.cells, found)
        self.is_land: NDArray[np.bool_] = np.isin(self.cells, land)
        self.sizes = cells.areas_of(self.cells)

    def __len__(self) -> int:
        return len(self.cells)

    def code(self, unit: int) -> str:
        """The index of the cell in hexadecimal."""
        return f"{int(self.cells[unit]):x}"

    def name(self, unit: int) -> None:
        """Cells have none."""

    def districts_of(self, chosen: Indexes) -> list[str]:
        """The district in which the middle of each cell lies; the nearest, for cells at the edge."""
        middles = [h3.cell_to_latlng(int(cell)) for cell in self.cells[chosen]]
        points = [Point(east, north) for north, east in middles]
        return [self._names[int(np.argmin(shapely.distance(self._outlines, point)))] for point in points]

    def neighbours(self) -> tuple[Indexes, Indexes]:
        """Cells with a common edge."""
        return cells.neighbours(self.cells)

    def groups(self, chosen: Indexes) -> list[list[str]]:
        """Cells that hang together by common edges."""
        merged = cells.merge_adjacent(np.sort(self.cells[chosen]))
        return [[f"{int(cell):x}" for cell in group] for group in merged]


class LayerUnits:
    """The units of a layer in some districts. LSOAs are of places inside them, street segments of places nearby."""

    def __init__(self, longitudes: Degrees, latitudes: Degrees, layer: UnitLayer, found: LayerOutlines) -> None:
        self._found = found
        self._is_street = layer.kind == UnitLayer.Kind.STREET
        if self._is_street:
            self.at: Indexes = shapes.nearest(longitudes, latitudes, found.shapes)
        else:
            self.at = assign(longitudes, latitudes, found.shapes.tolist()).astype(np.intp)
        self.sizes = shapes.lengths_of(found.shapes) if self._is_street else shapes.areas_of(found.shapes)
        self.is_land: NDArray[np.bool_] = np.ones(len(found.codes), np.bool_)

    def __len__(self) -> int:
        return len(self._found.codes)

    def code(self, unit: int) -> str:
        """The code or identifier that the file gave it."""
        return self._found.codes[unit]

    def name(self, unit: int) -> str:
        """The name that the file gave it; a street may have none."""
        return self._found.names[unit]

    def districts_of(self, chosen: Indexes) -> list[str]:
        """The districts that hold most of each."""
        return [self._found.districts[unit] for unit in chosen]

    @cached_property
    def _beside(self) -> tuple[Indexes, Indexes]:
        return (shapes.meeting if self._is_street else shapes.touching)(self._found.shapes)

    def neighbours(self) -> tuple[Indexes, Indexes]:
        """LSOAs that touch; street segments that share an end point."""
        return self._beside

    def groups(self, chosen: Indexes) -> list[list[str]]:
        """Units that hang together as neighbours."""
        ordered = np.sort(chosen)
        found = neighbourhoods.groups_of(*neighbourhoods.among(*self._beside, ordered))
        return [[self.code(unit) for unit in ordered[group]] for group in found]


def units_of(
    analysis: HotspotAnalysis, districts: Sequence[District], longitudes: Degrees, latitudes: Degrees
) -> Units:
    """The units of an analysis on the land of districts, with the unit of each place.

    Raises DomainError `analysis_no_units` where a layer has nothing in these districts.
    """
    if analysis.layer is None:
        assert analysis.resolution is not None  # noqa: S101 - the database holds one of the two
        return H3Units(longitudes, latitudes, districts, analysis.resolution)
    found = outlines_in(analysis.layer, districts)
    if not found.codes:
        raise DomainError("analysis_no_units", f"{analysis.layer} has nothing in these districts.")
    return LayerUnits(longitudes, latitudes, analysis.layer, found)


@dataclass(frozen=True)
class UnitShapes:
    """What the chosen units of an analysis look like, in degrees. Those of a layer are read once, when asked for."""

    analysis: HotspotAnalysis

    @cached_property
    def _of_layer(self) -> dict[str, BaseGeometry]:
        assert self.analysis.layer is not None  # noqa: S101 - it is asked only then
        return shapes_of(self.analysis.layer, [each["cell"] for each in self.analysis.result["cells"]])

    def outline(self, code: str) -> BaseGeometry:
        """The polygon of a cell or LSOA, or the line of a street segment."""
        return self._of_layer[code] if self.analysis.layer else cells.outline_of(_cells([code]))

    def land(self, codes: Sequence[str]) -> BaseGeometry:
        """The land of some units as polygons; of streets, what lies beside them (`shapes.BESIDE`)."""
        layer = self.analysis.layer
        if layer is None:
            land = cells.outline_of(_cells(codes))
        elif layer.kind == UnitLayer.Kind.STREET:
            land = shapes.beside(np.array([self._of_layer[code] for code in codes], np.object_))
        else:
            land = shapely.union_all([self._of_layer[code] for code in codes], grid_size=_GRID)
        # To a tenth of a metre, so that no gap is left between corners that two units round differently.
        return shapely.union_all([land], grid_size=_GRID)


def _cells(codes: Sequence[str]) -> cells.Cells:
    return np.array([int(code, 16) for code in codes], np.uint64)
