"""The estimate of trials against figures reckoned by hand, and against what its interval promises."""

import importlib.util

import numpy as np
import pytest

from benchmarks.trials import WORLDS, Schedules, simulate
from patrols.trials.power import TrialSize, days_needed, power_of, smallest_fall
from patrols.trials.power import t_quantile as stated_t_quantile
from reports.trials.estimates import Strata, after_treated, estimate, strata_of, sums_of, t_quantile, t_test

needs_scipy = pytest.mark.skipif(importlib.util.find_spec("scipy") is None, reason="scipy is not installed")


def strata(*rows: tuple[float, float, float, float]) -> Strata:
    return Strata(*(np.array(column, float) for column in zip(*rows, strict=True)))


FOUR = strata((2, 6, 3, 4), (1, 3, 3, 4), (4, 5, 3, 4), (0, 2, 2, 5))


def test_the_ratio_is_that_of_mantel_and_haenszel():
    treated = 2 * 4 / 7 + 1 * 4 / 7 + 4 * 4 / 7 + 0
    control = 6 * 3 / 7 + 3 * 3 / 7 + 5 * 3 / 7 + 2 * 2 / 7
    assert estimate(FOUR).ratio == pytest.approx(treated / control, abs=1e-12)


def test_variances_are_those_of_the_strata():
    first, second = FOUR.weighed
    sums = sums_of(FOUR)
    for ratio in (0.3, 1, 2):
        assert sums.variance(ratio) == pytest.approx(4 * np.var(first - ratio * second, ddof=1), abs=1e-12)


def test_the_interval_ends_where_the_score_is_the_quantile():
    many = strata(*[(number % 4, 1 + number % 3, 3, 4) for number in range(24)])
    found, reach = estimate(many), t_quantile(0.95, 23)
    assert 0 < found.interval.low < found.ratio < found.interval.high
    assert float(sums_of(many).score(found.interval.low)) == pytest.approx(reach, abs=1e-9)
    assert float(sums_of(many).score(found.interval.high)) == pytest.approx(-reach, abs=1e-9)


@pytest.mark.parametrize("seed", range(40))
def test_p_is_below_5_per_cent_where_the_interval_leaves_out_1(seed):
    random = np.random.default_rng(seed)
    found = estimate(
        Strata(random.poisson(2, 30), random.poisson(4, 30), np.full(30, 72.0), np.full(30, 96.0))  # type: ignore[arg-type]
    )
    assert (found.p_value < 0.05) == found.is_told


@pytest.mark.parametrize(
    "rows",
    [
        [(0, 0, 3, 4), (0, 0, 3, 4)],
        [(3, 0, 3, 4)],
        [(3, 0, 3, 4), (1, 0, 3, 4), (2, 0, 3, 4)],
        [(1, 1, 3, 0), (1, 1, 0, 4)],
    ],
)
def test_what_cannot_be_told_is_not_told(rows):
    found = estimate(strata(*rows))
    assert not found.is_told
    assert found.interval == (0, None)


@pytest.mark.parametrize("rows", [[(0, 3, 7, 7)] * 2, [(1, 3, 7, 7), (2, 4, 7, 7)], [(6, 2, 3, 4)] * 3])
def test_strata_that_do_not_differ_prove_nothing(rows):
    """Two strata are the same in one of ten trials by chance: an interval without a width told a fall in them all."""
    found = estimate(strata(*rows))
    assert not found.is_told
    assert (found.interval, found.p_value) == ((0, None), None)


def test_nothing_is_further_away_than_strata_that_agree():
    alike, apart = (sums_of(strata(*rows)).score() for rows in ([(0, 3, 7, 7)] * 2, [(0, 3, 7, 7), (1, 2, 7, 7)]))
    assert alike == -np.inf < apart < 0
    assert sums_of(strata(*[(3, 3, 7, 7)] * 2)).score() == 0


def test_few_strata_tell_a_difference_in_one_of_twenty_trials_at_most():
    random, told = np.random.default_rng(5), 0
    for _ in range(2_000):
        treated, control = random.poisson(1.4, 2), random.poisson(1.4, 2)
        told += estimate(strata(*[(one, other, 7, 7) for one, other in zip(treated, control, strict=True)])).is_told
    assert told / 2_000 < 0.05


def test_no_incident_on_treated_days_is_a_fall_to_nothing():
    found = estimate(strata(*[(0, 3 + number % 3, 3, 4) for number in range(20)]))
    assert (found.ratio, found.interval.low) == (0, 0)
    assert found.is_told


def test_t_as_tables_have_it():
    for freedom, quantile in ((1, 12.706204736), (10, 2.228138852), (179, 1.973305434)):
        assert t_quantile(0.95, freedom) == pytest.approx(quantile, abs=1e-8)
        assert t_test(quantile, freedom) == pytest.approx(0.05, abs=1e-8)


@needs_scipy
def test_t_as_scipy_has_it():
    from scipy import stats  # noqa: PLC0415

    for freedom in (2, 17, 240):
        assert t_quantile(0.9, freedom) == pytest.approx(stats.t.ppf(0.95, freedom), abs=1e-9)
        assert t_test(1.3, freedom) == pytest.approx(2 * stats.t.sf(1.3, freedom), abs=1e-9)


def test_days_are_summed_to_strata():
    counts = np.array([[1, 2, 3, 4, 5, 6]], float)
    treated = np.array([[True, False, False, False, True, False]])
    kept = np.array([[True, True, True, True, True, False]])
    found = strata_of(counts, np.array([24, 24, 25, 24, 24, 24.0]), treated, kept, np.array([0, 0, 0, 1, 1, 1]))
    assert (found.treated.tolist(), found.control.tolist()) == ([1, 5], [5, 4])
    assert (found.treated_hours.tolist(), found.control_hours.tolist()) == ([24, 24], [49, 24])


def test_days_after_treated_ones_by_the_calendar():
    treated = np.array([[True, False, False, True, False, False]])
    # The fifth day comes three days after the fourth.
    ordinals = np.array([1, 2, 3, 4, 7, 8])
    assert after_treated(treated, ordinals, 1).tolist() == [[False, True, False, False, False, False]]
    assert after_treated(treated, ordinals, 3).tolist() == [[False, True, True, False, True, False]]


# --- power --------------------------------------------------------------------------------------------------------

SIZE = TrialSize(areas=20, blocks=9, block_days=10, treated_days=5, expected=0.5)


def test_power_without_an_effect_is_the_share_of_false_positives():
    assert power_of(1, SIZE) == pytest.approx(0.05)


def test_more_days_and_less_variation_tell_smaller_falls():
    fall = smallest_fall(SIZE)
    assert fall is not None
    assert power_of(1 - fall, SIZE) == pytest.approx(0.8, abs=1e-6)
    assert days_needed(fall + 1e-6, SIZE) == 90
    assert days_needed(fall / 2, SIZE) > 300
    assert smallest_fall(TrialSize(areas=1, blocks=1, block_days=7, treated_days=3, expected=0.1)) is None
    assert days_needed(0.01, SIZE) is None


@pytest.mark.parametrize("freedom", [1, 2, 3, 12, 179])
def test_power_and_estimate_mean_the_same_t(freedom):
    assert stated_t_quantile(freedom) == pytest.approx(t_quantile(0.95, freedom), abs=1e-9)


def test_a_trial_of_one_stratum_tells_nothing():
    assert power_of(0.2, TrialSize(areas=1, blocks=1, block_days=14, treated_days=7, expected=9)) == 0


@pytest.mark.parametrize(("areas", "blocks"), [(2, 2), (4, 2), (3, 13)])
def test_stated_power_holds_with_few_areas(areas, blocks):
    """By the normal instead of Student's t, two areas in two blocks were said to tell a half in 99 of 100 trials."""
    size = TrialSize(areas=areas, blocks=blocks, block_days=14, treated_days=7, expected=3)
    random, number = np.random.default_rng(6), areas * blocks
    treated, control = (random.poisson(7 * 3 * ratio, (4_000, number)).astype(float) for ratio in (0.5, 1))
    hours = np.full((4_000, number), 7 * 24.0)
    scores = abs(sums_of(Strata(treated, control, hours, hours)).score())
    told = (np.isfinite(scores) & (scores > t_quantile(0.95, number - 1))).mean()
    assert told == pytest.approx(power_of(0.5, size), abs=0.04)


def test_a_washout_that_leaves_no_control_day_tells_nothing():
    size = TrialSize(areas=9, blocks=9, block_days=2, treated_days=1, expected=1, washout_days=6)
    assert power_of(0.5, size) < 0.06
    assert smallest_fall(size) is None


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_1000_made_up_trials_keep_what_is_promised(world):
    """A smaller run of benchmarks/trials.py, with limits as much wider as chance makes them: 1,000 trials of 95 %."""
    found = simulate(world, SCHEDULES)
    assert all(0.933 <= each <= 0.967 for each in found.covered)
    assert 0.033 <= found.false <= 0.067
    assert found.told == pytest.approx(found.stated, abs=0.04)


SCHEDULES = Schedules(1_000)


@pytest.mark.slow
def test_an_interval_that_trusts_chance_alone_would_not_keep_it():
    """The simulation can fail: by Poisson counts, the interval holds the truth far too rarely where days vary more."""
    treated = SCHEDULES.of(WORLDS[2])
    random = np.random.default_rng(3)
    counts = random.negative_binomial(0.25, 1 / 3, treated.shape)
    on, off = (np.where(chosen, counts, 0).sum(axis=(1, 2)) for chosen in (treated, ~treated))
    inside = abs(np.log(on / off)) <= 1.96 * np.sqrt(1 / on + 1 / off)
    assert inside.mean() < 0.8
