"""H3 cells: in which one a place is, which cover some land, their areas, neighbours, groups and outlines."""

import h3
import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon, box

from hotspots.analysis.cells import (
    RESOLUTIONS,
    areas_of,
    cells_at,
    cells_covering,
    merge_adjacent,
    neighbours,
    outline_of,
)

EAST, NORTH = -0.278, 51.949
HITCHIN = box(-0.30, 51.94, -0.26, 51.96)


def cell(east: float = EAST, north: float = NORTH, resolution: int = 10) -> int:
    return h3.str_to_int(h3.latlng_to_cell(north, east, resolution))


def disk(size: int, *, around: int | None = None) -> np.ndarray:
    """A cell and those that are up to so many steps away, in ascending order."""
    found = h3.grid_disk(h3.int_to_str(around or cell()), size)
    return np.array(sorted(map(h3.str_to_int, found)), dtype=np.uint64)


class TestPlaces:
    def test_each_is_in_the_cell_that_h3_says(self):
        found = cells_at(np.array([EAST, -0.3, EAST]), np.array([NORTH, 51.8, NORTH]), 9)
        assert found.dtype == np.uint64
        assert found.tolist() == [cell(resolution=9), cell(-0.3, 51.8, 9), cell(resolution=9)]

    def test_longitude_and_latitude_swapped_are_refused(self):
        with pytest.raises(ValueError, match="swapped"):
            cells_at(np.array([NORTH]), np.array([EAST]), 10)
        with pytest.raises(ValueError, match="swapped"):
            cells_covering([shapely.transform(HITCHIN, np.fliplr)], 10)

    @pytest.mark.parametrize(("east", "north"), [(np.nan, NORTH), (EAST, np.inf), (0, 0)])
    def test_what_is_no_place_is_refused(self, east, north):
        with pytest.raises(ValueError, match="outside Great Britain"):
            cells_at(np.array([EAST, east]), np.array([NORTH, north]), 10)

    def test_as_many_longitudes_as_latitudes_are_needed(self):
        with pytest.raises(ValueError, match="dimension"):
            cells_at(np.array([EAST, EAST]), np.array([NORTH]), 10)

    @pytest.mark.parametrize("resolution", [7, 12])
    def test_another_resolution_is_refused(self, resolution):
        with pytest.raises(ValueError, match="resolution"):
            cells_at(np.array([EAST]), np.array([NORTH]), resolution)
        with pytest.raises(ValueError, match="resolution"):
            cells_covering([HITCHIN], resolution)


class TestCovering:
    @pytest.mark.parametrize("resolution", RESOLUTIONS)
    def test_the_land_is_covered_and_no_cell_is_beside_it(self, resolution):
        found = cells_covering([HITCHIN], resolution)
        assert (np.diff(found) > 0).all()
        assert HITCHIN.difference(outline_of(found)).area < 1e-12
        assert all(HITCHIN.intersects(outline_of(np.array([each]))) for each in found)

    def test_land_smaller_than_a_cell_has_one(self):
        assert cells_covering([Point(EAST, NORTH).buffer(1e-5)], 8).tolist() == [cell(resolution=8)]

    def test_every_incident_inside_is_in_a_cell(self):
        east, north = np.random.default_rng(1).uniform((-0.30, 51.94), (-0.26, 51.96), (2000, 2)).T
        assert np.isin(cells_at(east, north, 11), cells_covering([HITCHIN], 11)).all()

    def test_several_geometries_and_parts_give_each_cell_once(self):
        west, east = box(-0.30, 51.94, -0.28, 51.96), box(-0.28, 51.94, -0.26, 51.96)
        both = cells_covering([west, east], 9)
        assert both.tolist() == cells_covering([HITCHIN], 9).tolist()
        assert both.tolist() == cells_covering([MultiPolygon([west, box(-0.29, 51.94, -0.26, 51.96)])], 9).tolist()

    def test_holes_are_left_out(self):
        hole = box(-0.29, 51.945, -0.27, 51.955)
        ring = Polygon(HITCHIN.exterior, [hole.exterior])
        found = cells_covering([ring], 10)
        assert cell() not in found
        assert len(found) < len(cells_covering([HITCHIN], 10))

    @pytest.mark.parametrize("geometries", [[], [Polygon()]])
    def test_no_land_has_no_cells(self, geometries):
        found = cells_covering(geometries, 10)
        assert (found.dtype, len(found)) == (np.uint64, 0)


class TestOrder:
    @pytest.mark.parametrize("cells", [disk(1)[::-1], disk(1)[[0, 0, 1]]])
    def test_cells_in_another_order_are_refused(self, cells):
        with pytest.raises(ValueError, match="ascending order"):
            neighbours(cells)

    def test_signed_indexes_are_the_same_cells(self):
        cells = disk(6)
        signed = cells.astype(np.int64)
        assert [part.tolist() for part in neighbours(signed)] == [part.tolist() for part in neighbours(cells)]
        assert merge_adjacent(signed)[0].tolist() == cells.tolist()

    def test_cells_to_merge_may_come_in_any_order(self):
        assert merge_adjacent(disk(2)[::-1])[0].tolist() == disk(2).tolist()


def test_areas_are_the_real_ones():
    """Measured in Hertfordshire: 13,290 to 13,540 square metres; the average of the world is 15,048."""
    found = areas_of(cells_covering([box(-0.7, 51.65, 0.15, 52.05)], 10)[::50])
    assert 13_200 < found.min() < found.max() < 13_600
    assert found.min() < found.max() - 100
    assert areas_of(np.array([], dtype=np.uint64)).tolist() == []


class TestNeighbours:
    @pytest.mark.parametrize("resolution", RESOLUTIONS)
    def test_they_are_those_of_h3_that_are_among_the_cells(self, resolution):
        """All over Great Britain, which three of H3's base cells share."""
        places = [(-8.9, 49.1), (1.9, 49.1), (EAST, NORTH), (-4, 56), (-8.9, 60.9), (1.9, 60.9)]
        found = [disk(6, around=cell(east, north, resolution)) for east, north in places]
        cells = np.delete(np.unique(np.concatenate(found)), np.s_[5::9])
        indptr, indices = neighbours(cells)
        for row, each in enumerate(cells):
            beside = cells[indices[indptr[row] : indptr[row + 1]]]
            assert beside.tolist() == np.intersect1d(disk(1, around=int(each)), cells).tolist()
            assert each in beside

    def test_they_are_those_of_h3_across_base_cells(self):
        """At a coarser resolution than is analysed, to have all of Great Britain."""
        britain = h3.geo_to_cells(box(-9, 49, 2, 61), 5)
        cells = np.array(sorted(map(h3.str_to_int, britain)), dtype=np.uint64)
        assert len(set(map(h3.get_base_cell_number, britain))) == 3
        indptr, indices = neighbours(cells)
        expected = [np.flatnonzero(np.isin(cells, disk(1, around=int(each)))) for each in cells]
        assert indices.tolist() == np.concatenate(expected).tolist()
        assert np.diff(indptr).tolist() == [len(each) for each in expected]

    def test_a_cell_alone_has_itself(self):
        indptr, indices = neighbours(disk(0))
        assert (indptr.tolist(), indices.tolist()) == ([0, 1], [0])

    def test_no_cells_have_none(self):
        indptr, indices = neighbours(np.array([], dtype=np.uint64))
        assert (indptr.tolist(), indices.tolist()) == ([0], [])


class TestGroups:
    def test_those_that_hang_together_with_the_largest_first(self):
        large, small, alone = disk(4), disk(1, around=cell(-0.2, 51.8)), disk(0, around=cell(-0.1, 51.7))
        cells = np.sort(np.concatenate([alone, small, large]))
        assert [each.tolist() for each in merge_adjacent(cells)] == [large.tolist(), small.tolist(), alone.tolist()]

    def test_of_equal_groups_that_with_the_lowest_cell_is_first(self):
        one, other = disk(1, around=cell(-0.2, 51.8)), disk(1)
        merged = merge_adjacent(np.sort(np.concatenate([one, other])))
        assert [each[0] for each in merged] == sorted([one[0], other[0]])

    def test_a_long_line_is_one_group(self):
        path = h3.grid_path_cells(h3.int_to_str(cell()), h3.int_to_str(cell(-0.1, 51.8)))
        cells = np.array(sorted(map(h3.str_to_int, path)), dtype=np.uint64)
        assert [len(each) for each in merge_adjacent(cells)] == [len(path)]

    def test_no_cells_have_no_groups(self):
        assert merge_adjacent(np.array([], dtype=np.uint64)) == []


class TestOutlines:
    @pytest.mark.parametrize("resolution", RESOLUTIONS)
    def test_it_is_one_polygon_of_the_land_of_all(self, resolution):
        cells = disk(5, around=cell(resolution=resolution))
        outline = outline_of(cells)
        assert (outline.geom_type, outline.is_valid, len(outline.interiors)) == ("Polygon", True, 0)
        assert outline.area == pytest.approx(sum(outline_of(np.array([each])).area for each in cells))
        assert outline.contains(Point(EAST, NORTH))

    def test_a_ring_of_cells_has_a_hole(self):
        outline = outline_of(np.setdiff1d(disk(1), disk(0)))
        assert len(outline.interiors) == 1
        assert not outline.contains(Point(EAST, NORTH))

    def test_groups_apart_are_several_polygons(self):
        outline = outline_of(np.concatenate([disk(1), disk(1, around=cell(-0.1, 51.7))]))
        assert [len(part.exterior.coords) for part in outline.geoms] == [19, 19]

    def test_no_cells_have_no_land(self):
        assert outline_of(np.array([], dtype=np.uint64)).is_empty
