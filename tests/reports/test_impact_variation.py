"""How much counts vary is allowed for in every figure of a study: made-up places in which the truth is known."""

import numpy as np
import pytest

from hotspots.power.formulas import dispersion, joint_dispersion, power_of, smallest_fall
from reports.impact.expecting import Expected, compare
from reports.impact.statistics import Counted, empirical_bayes, poisson_z, relative_rate_ratio
from tests.reports.test_impact_simulated import drawn, share

MONTHS, AREAS, STUDIES = 12, 100, 2_000


def months_of(random: np.random.Generator, shared: float) -> tuple[np.ndarray, np.ndarray]:
    """Areas with ten incidents a month, which have good and bad months together, and where they are compared with."""
    season = 1 + 0.15 * np.sin(2 * np.pi * np.arange(MONTHS) / MONTHS)
    areas = random.poisson(np.full((AREAS, MONTHS), 10) * season * np.exp(random.normal(0, shared, MONTHS)))
    return areas, random.poisson(4_000 * season)


@pytest.mark.slow
@pytest.mark.parametrize("shared", [0, 0.05])
def test_the_interval_of_all_areas_allows_for_what_they_share(shared):
    random = np.random.default_rng(21)
    single, together = [], []
    for _ in range(STUDIES):
        periods = [months_of(random, shared) for _ in range(2)]
        counted = (Counted(*(each[place].sum() for each in periods)) for place in (0, 1))
        found = relative_rate_ratio(*counted)
        one = dispersion([series for areas, beside in periods for series in (*areas.tolist(), beside.tolist())])
        joint = joint_dispersion([(areas.sum(axis=0).tolist(), beside.tolist()) for areas, beside in periods])
        single.append(found.widened(one).interval().holds(1))
        together.append(found.widened(max(one, joint)).interval().holds(1))
    # From 22 degrees of freedom: a little less than 95 of 100.
    assert share(together) >= 0.92
    assert not shared or share(single) <= 0.87


def test_what_two_places_share_is_not_in_their_joint_dispersion():
    assert joint_dispersion([([10, 20, 30], [100, 200, 300])]) == 0
    # By hand: a share of a third; χ² of 10 and 30 against 20 of 60 each is 2 · 100 / (60 · 1/3 · 2/3).
    assert joint_dispersion([([10, 30], [50, 30])]) == pytest.approx(200 / (60 * 2 / 9))
    assert joint_dispersion([([0, 0], [5, 5]), ([3], [9]), ([0, 0], [0, 0])]) is None


@pytest.mark.slow
@pytest.mark.parametrize(("spread", "cells"), [(1, 1), (2, 1), (2, 5)])
def test_empirical_bayes_is_right_where_counts_vary_more_than_by_chance_alone(spread, cells):
    """The worst twenty of places of several cells; the comparison is small and the same for all of them."""
    random = np.random.default_rng(22)
    expected_sum = has = 0.0
    held = []
    for _ in range(300):
        rates = random.gamma(2, 4, 2_000)
        before = drawn(random, rates, spread)
        places = before.reshape(-1, cells).sum(axis=1)
        worst = np.argsort(-places)[:20]
        after = drawn(random, rates.reshape(-1, cells).sum(axis=1)[worst], spread).sum()
        comparison = Counted(*(int(drawn(random, np.array(300.0), spread)) for _ in range(2)))
        trend = comparison.after / comparison.before
        expected = []
        for count in places[worst] / cells:
            found = empirical_bayes(count, before.tolist(), dispersion=spread)
            usual, kept = cells * found.expected, 1 - found.weight
            expected.append(Expected(usual * trend, trend**2 * usual * kept, kept))
            expected_sum += usual
        held.append(compare(after, expected, comparison, dispersion=spread).interval().holds(1))
        has += after
    assert expected_sum == pytest.approx(has, rel=0.03)
    assert 0.92 <= share(held) <= 0.98


@pytest.mark.parametrize("longer", [0.25, 1, 6])
@pytest.mark.parametrize("spread", [1, 2])
def test_the_change_of_a_count_is_as_unusual_for_periods_of_every_length(longer, spread):
    random = np.random.default_rng(23)
    before, after = (drawn(random, np.full(4_000, mean), spread).tolist() for mean in (80, 80 * longer))
    pairs = zip(before, after, strict=True)
    unusual = [abs(poisson_z(*pair, longer=longer, dispersion=spread)) >= 3 for pair in pairs]
    # Three is 2.12 standard deviations of the difference of two Poisson counts.
    assert share(unusual) == pytest.approx(0.034, abs=0.015)


def test_a_short_period_after_tells_less():
    fall, short = smallest_fall(300, 3_000), smallest_fall(300, 3_000, longer=0.25)
    assert short > 1.5 * fall
    assert power_of(1 - short, 300, 3_000, longer=0.25) == pytest.approx(0.8)
    random = np.random.default_rng(24)
    means = (300, 75 * (1 - short), 3_000, 750)
    counts = np.column_stack([random.poisson(mean, 4_000) for mean in means]).tolist()
    told = [not relative_rate_ratio(Counted(*each[:2]), Counted(*each[2:])).interval().holds(1) for each in counts]
    assert share(told) == pytest.approx(0.8, abs=0.04)
