"""The kernel density of incidents as a picture: where it is high, in steps, and as paths of an SVG."""

import numpy as np
import pytest
from shapely.geometry import box

from hotspots.analysis.density import GRID, STEPS, density_of, paths_of
from hotspots.areas.boundaries import Projection

LAND = [box(-0.5, 51.6, 0.1, 52.0)]


def picture(*points, numbers=None):
    longitudes, latitudes = (np.array([point[place] for point in points]) for place in (0, 1))
    return density_of(longitudes, latitudes, np.array(numbers or [1] * len(points)), LAND)


def place_of(found, longitude, latitude) -> tuple[int, int]:
    """The row and column of a place."""
    plane = Projection(found["latitude"])
    (west, south), *_ = plane.to_metres(box(longitude, latitude, longitude, latitude)).exterior.coords
    return round((south - found["south"]) / GRID), round((west - found["west"]) / GRID)


def step_at(found, row, column) -> int:
    return next((step for step, at, first, last in found["runs"] if at == row and first <= column <= last), 0)


def test_it_is_highest_where_incidents_are_and_nothing_far_away():
    found = picture((-0.2, 51.8))
    row, column = place_of(found, -0.2, 51.8)
    assert step_at(found, row, column) == len(STEPS)
    assert step_at(found, row + 4, column) == 0
    assert {run[1] for run in found["runs"]} <= set(range(row - 3, row + 4))
    # As far to the east and west as to the north and south, to a place of the grid.
    widest = max(last - first for _, _, first, last in found["runs"])
    assert abs((max(run[1] for run in found["runs"]) - min(run[1] for run in found["runs"])) - widest) <= 3


def test_points_with_more_incidents_are_in_a_higher_step():
    found = picture((-0.4, 51.7), (0.0, 51.9), numbers=[10, 100])
    assert step_at(found, *place_of(found, 0.0, 51.9)) == 3
    assert step_at(found, *place_of(found, -0.4, 51.7)) == 1


def test_runs_are_drawn_as_rectangles_of_their_step():
    found = {"grid": 500, "west": 1_000, "south": 2_000, "runs": [[1, 0, 0, 0], [3, 1, 2, 4]]}
    # The corner is 2 km north of the lowest row, and a metre is a tenth of a unit.
    pale, middle, strong = paths_of(found, (1_000, 4_000), 0.1)
    assert pale == "M-25.0 175.0h50.0v50.0h-50.0Z"
    assert middle == ""
    assert strong == "M75.0 125.0h150.0v50.0h-150.0Z"


@pytest.mark.parametrize("numbers", [[1, 1], [1, 5]])
def test_a_step_starts_at_its_share_of_the_highest(numbers):
    found = picture((-0.2, 51.8), (-0.1, 51.7), numbers=numbers)
    assert {run[0] for run in found["runs"]} == {1, 2, 3}
