"""The statistics of hotspot analyses: published values, another implementation, what holds for all data."""

import warnings
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspots.analysis.statistics import (
    PlaceboPair,
    concentration,
    false_discovery,
    gi_star,
    held,
    kernel_density,
    overlap,
    placebo,
    prediction_accuracy,
    prediction_efficiency,
    top,
    two_sided_p,
)

# The example in the documentation of esda: neighbours are at most 15 from each other.
POINTS = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)])
VALUES = np.array([2, 3, 3.2, 5, 8, 7])


def rows(are_neighbours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A matrix of which cells are neighbours, as a compressed sparse row."""
    return np.concatenate([[0], are_neighbours.sum(axis=1).cumsum()]), np.nonzero(are_neighbours)[1]


def within(points: np.ndarray, distance: float) -> np.ndarray:
    apart = points[:, None] - points[None]
    return (apart**2).sum(axis=2) <= distance**2


@st.composite
def cells(draw, *, at_least: int = 2):
    """Counts of some cells, which of them are neighbours, and their areas."""
    number = draw(st.integers(at_least, 12))
    counts = draw(st.lists(st.integers(0, 40), min_size=number, max_size=number))
    seed = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    beside = seed.random((number, number)) < 0.3
    return np.array(counts), beside | beside.T | np.eye(number, dtype=bool), seed.uniform(9_000, 15_000, number)


class TestGiStar:
    def test_the_published_values(self):
        z = gi_star(VALUES, *rows(within(POINTS, 15)))
        assert z.round(3).tolist() == [-1.397, -0.289, 0.651, -0.289, 1.235, 2.024]

    def test_it_agrees_with_esda(self):
        esda = pytest.importorskip("esda", reason="esda, whose Gi* this is compared with, is not installed")
        weights = pytest.importorskip("libpysal.weights", reason="libpysal, which esda needs, is not installed")
        random = np.random.default_rng(12)
        counts = random.poisson(3, 400).astype(float)
        beside = within(random.uniform(0, 1000, (400, 2)), 90)
        with warnings.catch_warnings():
            # That some of the points have no neighbours, and what is old in its own dependencies.
            warnings.simplefilter("ignore")
            matrix = weights.W(
                {i: np.flatnonzero(row & (np.arange(400) != i)).tolist() for i, row in enumerate(beside)}
            )
            theirs = esda.G_Local(counts, matrix, transform="B", permutations=0, star=True).Zs
        assert len(set(beside.sum(axis=1))) > 5
        assert np.abs(gi_star(counts, *rows(beside)) - theirs).max() < 1e-9

    @given(cells(), st.sampled_from([0.001, 0.3, 1, 1000]), st.integers(-1000, 1000))
    def test_neither_unit_nor_origin_matters(self, drawn, scale, shift):
        counts, beside, _ = drawn
        before, after = gi_star(counts, *rows(beside)), gi_star(counts * scale + shift, *rows(beside))
        assert after == pytest.approx(before, abs=1e-9)

    @given(cells(), st.randoms())
    def test_the_order_of_cells_does_not_matter(self, drawn, random):
        counts, beside, _ = drawn
        order = random.sample(range(len(counts)), len(counts))
        z = gi_star(counts, *rows(beside))
        assert gi_star(counts[order], *rows(beside[order][:, order])) == pytest.approx(z[order], abs=1e-9)

    @pytest.mark.parametrize("value", [0, 7, 0.1])
    def test_nothing_stands_out_where_all_values_are_equal(self, value):
        assert gi_star(np.full(6, value), *rows(within(POINTS, 15))).tolist() == [0] * 6

    def test_a_cell_beside_all_others_does_not_stand_out(self):
        beside = np.eye(3, dtype=bool)
        beside[1] = beside[:, 1] = True
        z = gi_star(np.array([9, 1, 1]), *rows(beside))
        assert (z[0] > 0, z[1], z[2] < 0) == (True, 0, True)

    def test_a_cell_without_neighbours_even_itself_does_not_stand_out(self):
        assert gi_star(np.array([5, 1]), np.array([0, 0, 1]), np.array([1]))[0] == 0

    @pytest.mark.parametrize("number", [0, 1])
    def test_of_fewer_than_two_cells_none_stands_out(self, number):
        assert gi_star(np.ones(number), *rows(np.eye(number, dtype=bool))).tolist() == [0] * number


def test_two_sided_p():
    assert two_sided_p(np.array([0, 1.959964, -1.959964, 2.575829])) == pytest.approx([1, 0.05, 0.05, 0.01], abs=1e-7)


class TestFalseDiscovery:
    # The example of Benjamini and Hochberg (1995), section 3.2.
    P = np.array(
        [
            0.0001,
            0.0004,
            0.0019,
            0.0095,
            0.0201,
            0.0278,
            0.0298,
            0.0344,
            0.0459,
            0.324,
            0.4262,
            0.5719,
            0.6528,
            0.759,
            1,
        ]
    )

    def test_the_published_example(self):
        assert false_discovery(self.P, 0.05).tolist() == [True] * 4 + [False] * 11

    def test_the_order_does_not_matter(self):
        assert false_discovery(self.P[::-1], 0.05).tolist() == [False] * 11 + [True] * 4

    def test_one_above_its_own_step_is_kept_for_a_later_one(self):
        assert false_discovery(np.array([0.04, 0.03]), 0.05).tolist() == [True, True]

    def test_one_on_its_step_is_significant(self):
        assert false_discovery(np.array([0.05]), 0.05).tolist() == [True]

    @pytest.mark.parametrize("p", [[], [0.2, 0.9]])
    def test_none_may_be_significant(self, p):
        assert not false_discovery(np.array(p), 0.05).any()


class TestAccuracy:
    def test_of_southend(self):
        """Spots of 2.6 % of the area with 41 % of the harm: Basford et al. (2021)."""
        assert prediction_accuracy(41, 100, 2.6, 100) == pytest.approx(15.77, abs=0.005)

    @given(cells())
    def test_of_everything_is_1(self, drawn):
        counts, _, areas = drawn
        total = counts.sum()
        accuracy = prediction_accuracy(total, total, areas.sum(), areas.sum())
        assert accuracy == (1 if total else None)

    @pytest.mark.parametrize("numbers", [(0, 0, 1, 2), (1, 2, 0, 2), (0, 5, 0, 0)])
    def test_of_nothing_there_is_none(self, numbers):
        assert prediction_accuracy(*numbers) is None

    def test_without_incidents_inside_is_0(self):
        assert prediction_accuracy(0, 5, 1, 2) == 0

    def test_efficiency_is_the_accuracy_over_the_best_for_as_much_land(self):
        counts, areas = np.array([10, 6, 4]), np.array([1.0, 1.0, 2.0])
        # The third cell has as much land as the first two, which hold 16.
        assert prediction_efficiency(counts, areas, np.array([2])) == pytest.approx(4 / 16)
        assert prediction_efficiency(counts, areas, np.array([True, True, False])) == 1

    def test_of_the_last_cell_of_the_best_land_a_part_is_taken(self):
        counts, areas = np.array([10, 6]), np.array([2.0, 3.0])
        assert prediction_efficiency(counts, areas, np.array([1])) == pytest.approx(6 / (10 + 2))

    @given(cells(), st.integers(1, 12))
    def test_efficiency_is_at_most_1(self, drawn, number):
        counts, _, areas = drawn
        efficiency = prediction_efficiency(counts, areas, np.arange(len(counts))[:number])
        assert (efficiency is None) == (counts.sum() == 0)
        assert efficiency is None or -1e-9 <= efficiency <= 1 + 1e-9

    def test_efficiency_of_nothing_there_is_none(self):
        assert prediction_efficiency(np.array([1, 2]), np.array([1.0, 1.0]), np.array([], dtype=int)) is None
        assert prediction_efficiency(np.array([], dtype=int), np.array([]), np.array([], dtype=int)) is None


class TestConcentration:
    def test_the_densest_land_comes_first(self):
        curve = concentration(np.array([2, 6, 2]), np.array([1.0, 4.0, 5.0]))
        assert curve.land.tolist() == [0, 0.1, 0.5, 1]
        assert curve.incidents.tolist() == [0, 0.2, 0.8, 1]
        assert curve.land_with_quarter == pytest.approx(0.1 + 0.4 * 0.05 / 0.6)
        assert curve.land_with_half == pytest.approx(0.3)
        assert curve.incidents_on(0.3) == pytest.approx(0.5)

    @given(cells())
    def test_it_is_concave_from_nothing_to_everything(self, drawn):
        counts, _, areas = drawn
        curve = concentration(counts, areas)
        if not counts.sum():
            assert curve is None
            return
        assert (curve.land[0], curve.incidents[0], curve.land[-1], curve.incidents[-1]) == (0, 0, 1, 1)
        slopes = np.diff(curve.incidents) / np.diff(curve.land)
        assert (np.diff(slopes) <= 1e-9).all()
        assert curve.land_with_quarter <= 0.25 + 1e-9
        assert curve.land_with_half <= 0.5 + 1e-9

    @given(cells(), st.randoms())
    def test_the_order_of_cells_does_not_matter(self, drawn, random):
        counts, _, areas = drawn
        counts[0] += 1
        order = random.sample(range(len(counts)), len(counts))
        one, other = concentration(counts, areas), concentration(counts[order], areas[order])
        at = np.linspace(0, 1, 21)
        assert other.incidents_on(at[3]) == pytest.approx(one.incidents_on(at[3]), abs=1e-9)
        assert np.interp(at, other.land, other.incidents) == pytest.approx(np.interp(at, one.land, one.incidents))


class TestKernelDensity:
    GRID = np.arange(0.0, 2001, 50)

    def test_at_one_point_it_is_the_kernel(self):
        found = kernel_density(np.array([1000.0]), np.array([1000.0]), self.GRID, self.GRID, 300)
        assert found[20, 20] == pytest.approx(3 / np.pi / 300**2)
        assert found[20, 23] == pytest.approx(3 / np.pi * (1 - 0.25) ** 2 / 300**2)
        assert found[20, 26] == 0

    def test_it_is_the_sum_over_all_pairs_of_place_and_point(self):
        random = np.random.default_rng(3)
        x, y = random.uniform(-400, 2400, (2, 300))
        grid_x, grid_y = np.arange(100.0, 1900, 70), np.arange(-200.0, 2000, 110)
        squares = ((grid_x[None, :, None] - x) ** 2 + (grid_y[:, None, None] - y) ** 2) / 333**2
        expected = (np.where(squares < 1, 3 / np.pi * (1 - squares) ** 2, 0) / 333**2).sum(axis=2)
        found = kernel_density(x, y, grid_x, grid_y, 333)
        assert np.count_nonzero(expected) > 100
        assert found == pytest.approx(expected, abs=1e-15)

    def test_all_incidents_are_somewhere(self):
        x, y = np.random.default_rng(4).uniform(500, 1500, (2, 80))
        grid = np.arange(0.0, 2001, 10)
        assert kernel_density(x, y, grid, grid, 400).sum() * 10 * 10 == pytest.approx(80, rel=1e-3)

    @pytest.mark.parametrize(("step", "bandwidth"), [(50, 49.9), (60, 50)])
    def test_a_bandwidth_that_passes_over_points_is_refused(self, step, bandwidth):
        x = np.array([1025.0])
        with pytest.raises(ValueError, match="smaller than the steps"):
            kernel_density(x, x, self.GRID, np.arange(0.0, 2001, step), bandwidth)
        assert kernel_density(x, x, self.GRID, self.GRID, 50).any()

    @pytest.mark.parametrize("grid", [[0.0], [0.0, 0], [0.0, 50, 110], [100.0, 50, 0]])
    def test_a_grid_of_another_kind_is_refused(self, grid):
        with pytest.raises(ValueError, match="evenly spaced"):
            kernel_density(np.array([1.0]), np.array([1.0]), np.array(grid), self.GRID, 100)


class TestTop:
    def test_the_worst_come_first_and_of_equal_ones_the_first(self):
        assert top(np.array([3, 9, 3, 0, 9, 3]), 4).tolist() == [1, 4, 0, 2]

    def test_cells_without_incidents_are_never_chosen(self):
        assert top(np.array([0, 1, 0]), 3).tolist() == [1]

    @pytest.mark.parametrize("kind", [np.uint8, np.int64, np.float64])
    def test_for_every_kind_of_number(self, kind):
        assert top(np.array([1, 200, 3], dtype=kind), 2).tolist() == [1, 2]

    @given(cells(), st.integers(0, 12))
    def test_none_that_is_left_out_is_worse(self, drawn, number):
        counts, _, _ = drawn
        chosen = top(counts, number)
        left = np.delete(counts, chosen)
        assert len(chosen) == min(number, np.count_nonzero(counts))
        assert not len(chosen) or counts[chosen].min() >= left.max(initial=0)


def test_overlap():
    assert overlap(np.array([1, 2, 3]), np.array([3, 2, 7, 8])) == 2 / 5
    assert overlap(np.array([1, 2]), np.array([2, 1])) == 1
    assert overlap(np.array([1]), np.array([2])) == 0
    assert overlap(np.array([], dtype=int), np.array([], dtype=int)) is None


def test_held():
    assert held(np.array([5, 0, 3, 2]), np.array([0, 3])) == 0.7
    assert held(np.array([5, 0, 3, 2]), np.array([True, False, False, True])) == 0.7
    assert held(np.array([0, 0]), np.array([0])) is None


class TestPlacebo:
    def test_each_pair_of_periods_chooses_afresh(self):
        counts = np.array([[9, 5, 1], [8, 7, 2], [1, 9, 3], [2, 3, 4]])
        pairs = placebo(counts, partial(top, number=2))
        assert pairs == [PlaceboPair(0, 17, 12, 20, 24), PlaceboPair(1, 16, 5, 24, 10)]
        assert isinstance(pairs[0].chosen_before, int)
        assert pairs[0].chosen_change == pytest.approx(-5 / 17)
        assert pairs[0].all_change == pytest.approx(0.2)

    def test_the_worst_of_cells_that_are_all_alike_fall_by_themselves(self):
        counts = np.random.default_rng(5).poisson(4, (2000, 5))
        pairs = placebo(counts, partial(top, number=26))
        assert all(abs(pair.all_change) < 0.06 for pair in pairs)
        assert all(-0.75 < pair.chosen_change < -0.5 for pair in pairs)

    def test_from_nothing_there_is_no_relative_change(self):
        (pair,) = placebo(np.array([[0, 4], [0, 1]]), partial(top, number=1))
        assert (pair.chosen_change, pair.all_change, pair.all_after) == (None, None, 5)

    def test_of_one_period_there_is_no_pair(self):
        assert placebo(np.array([[1], [2]]), partial(top, number=1)) == []

    @given(cells(at_least=4), st.randoms())
    def test_the_order_of_cells_does_not_matter_without_ties(self, drawn, random):
        _, _, areas = drawn
        order = random.sample(range(len(areas)), len(areas))
        counts = np.column_stack([areas, areas[::-1]]).astype(int)
        if len(set(counts[:, 0])) == len(counts):
            assert placebo(counts[order], partial(top, number=2)) == placebo(counts, partial(top, number=2))
