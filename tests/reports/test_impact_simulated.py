"""Whether intervals of studies hold what they promise: thousands of made-up places in which the truth is known."""

import numpy as np
import pytest

from hotspots.power.formulas import dispersion, power_of, smallest_fall
from reports.impact.statistics import Counted, Ratio, relative_rate_ratio

pytestmark = pytest.mark.slow

STUDIES, AREAS, MONTHS = 20_000, 12, 12
ELSEWHERE = 1.05
"""What changed everywhere."""


def drawn(random: np.random.Generator, mean: np.ndarray, spread: float) -> np.ndarray:
    """Counts that vary `spread` times as much as a Poisson variable."""
    if spread == 1:
        return random.poisson(mean)
    size = mean / (spread - 1)
    return random.negative_binomial(size, size / (size + mean))


def simulated(random: np.random.Generator, *, spread: float, season: float, truth: float = 1.0) -> Ratio:
    """The answer of one study of areas with 20 incidents a month on average, and a comparison with 400."""
    year = 1 + season * np.sin(2 * np.pi * np.arange(MONTHS) / MONTHS)
    rates = random.gamma(4, 5, AREAS)[:, None] * year
    before, after = drawn(random, rates, spread), drawn(random, rates * truth * ELSEWHERE, spread)
    beside = [drawn(random, 400 * year * factor, spread) for factor in (1, ELSEWHERE)]
    series = [*before.tolist(), *after.tolist(), *(each.tolist() for each in beside)]
    found = relative_rate_ratio(
        Counted(int(before.sum()), int(after.sum())), Counted(*(int(each.sum()) for each in beside))
    )
    assert found is not None
    return found.widened(dispersion(series) or 1)


def share(answers: list[bool]) -> float:
    return sum(answers) / len(answers)


@pytest.mark.parametrize("spread", [1, 1.5, 2.5])
def test_the_interval_holds_the_truth_in_94_to_96_of_100_studies(spread):
    random = np.random.default_rng(11)
    studies = [simulated(random, spread=spread, season=0) for _ in range(STUDIES)]
    assert 0.94 <= share([each.interval().holds(1) for each in studies]) <= 0.96


@pytest.mark.parametrize("spread", [1, 2.5])
def test_seasons_make_the_interval_wider_and_never_narrower(spread):
    random = np.random.default_rng(12)
    studies = [simulated(random, spread=spread, season=0.15) for _ in range(STUDIES)]
    assert share([each.interval().holds(1) for each in studies]) >= 0.95


def test_a_true_change_is_in_the_interval_too():
    random = np.random.default_rng(13)
    studies = [simulated(random, spread=1.5, season=0, truth=0.8) for _ in range(STUDIES)]
    assert 0.94 <= share([each.interval().holds(0.8) for each in studies]) <= 0.96


@pytest.mark.parametrize(("before", "comparison", "spread"), [(40, 400, 1), (480, 4_800, 1), (480, 4_800, 2)])
def test_the_smallest_fall_is_told_as_often_as_promised(before, comparison, spread):
    fall = smallest_fall(before, comparison, dispersion=spread)
    assert fall is not None
    random = np.random.default_rng(14)
    means = np.array([before, before * (1 - fall), comparison, comparison], float)
    told = []
    for counts in np.column_stack([drawn(random, np.full(STUDIES, mean), spread) for mean in means]).tolist():
        found = relative_rate_ratio(Counted(*counts[:2]), Counted(*counts[2:]))
        told.append(found is not None and not found.widened(spread).interval().holds(1))
    assert share(told) == pytest.approx(0.8, abs=0.03)
    assert power_of(1 - fall, before, comparison, dispersion=spread) == pytest.approx(0.8)
