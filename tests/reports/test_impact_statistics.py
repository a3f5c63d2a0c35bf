"""Formulas of impact, against published check values and against scipy where it is installed."""

import math
from itertools import product

import pytest

from hotspots.power.formulas import dispersion
from reports.impact import distributions
from reports.impact.statistics import (
    Counted,
    Estimate,
    Interval,
    displacement_difference,
    displacement_quotient,
    e_test,
    empirical_bayes,
    exact_interval,
    poisson_z,
    rate_ratio,
    relative_rate_ratio,
    total_net_effect,
    weighted_sum,
)

TARGET, COMPARISON = Counted(207, 110), Counted(308, 318)
BUFFER, BUFFER_COMPARISON = Counted(178, 157), Counted(150, 140)


def rounded(interval: Interval | None, places: int) -> tuple[float | None, ...]:
    assert interval is not None
    return tuple(None if end is None else round(end, places) for end in interval)


def test_weighted_displacement_difference():
    found = displacement_difference(TARGET, COMPARISON, BUFFER, BUFFER_COMPARISON)
    assert found.value == pytest.approx(-118, abs=1e-9)
    assert found.error == pytest.approx(math.sqrt(1568), abs=1e-9)
    assert round(found.error, 3) == 39.598
    assert round(found.z, 2) == -2.98
    assert rounded(found.interval(), 0) == (-196, -40)


def test_weighted_displacement_difference_of_unequal_periods():
    found = displacement_difference(Counted(80, 20), Counted(100, 50), periods=Counted(2, 1))
    assert found.value == pytest.approx(-20, abs=1e-9)
    assert found.error == pytest.approx(math.sqrt(115), abs=1e-9)


def test_weighted_displacement_difference_of_unequal_areas():
    found = displacement_difference(TARGET, COMPARISON, BUFFER, BUFFER_COMPARISON, areas=(1.2, 0.9, 1.5, 1.6))
    assert (round(found.value, 3), round(found.error, 3)) == (-99.694, 35.428)
    assert rounded(found.interval(), 2) == (-169.13, -30.26)


def test_weighted_displacement_quotient_and_total_net_effect():
    assert round(displacement_quotient(TARGET, BUFFER, COMPARISON), 3) == 0.258
    assert round(total_net_effect(TARGET, BUFFER, COMPARISON), 1) == 130.5


def test_a_quotient_is_given_only_where_the_target_improved():
    assert displacement_quotient(Counted(100, 110), BUFFER, COMPARISON) is None
    assert displacement_quotient(TARGET, BUFFER, Counted(0, 5)) is None
    assert displacement_quotient(TARGET, BUFFER, Counted(5, 0)) is None
    assert total_net_effect(TARGET, BUFFER, Counted(0, 5)) is None


@pytest.mark.parametrize(
    ("before", "after", "wald", "exact"),
    [(8, 4, (0.15, 1.66), (0.11, 1.87)), (40, 20, (0.29, 0.86), (0.277, 0.876))],
)
def test_rate_ratios_with_both_intervals(before, after, wald, exact):
    ratio = rate_ratio(Counted(before, after))
    assert ratio.value == 0.5
    assert rounded(ratio.interval(), 2) == wald
    places = 3 if before == 40 else 2
    assert rounded(exact_interval(before, after), places) == exact


def test_rate_ratios_over_days_of_exposure():
    ratio = rate_ratio(Counted(40, 20), Counted(60, 30))
    assert ratio.value == pytest.approx(1)
    low, high = exact_interval(40, 20, Counted(60, 30))
    plain = exact_interval(40, 20)
    assert (low, high) == pytest.approx((plain.low * 2, plain.high * 2))


def test_exact_intervals_where_a_count_is_zero():
    assert exact_interval(0, 0) is None
    assert exact_interval(0, 5).high is None
    low, high = exact_interval(5, 0)
    assert low == 0
    # (1 − 0.025^(1/5)) / 0.025^(1/5)
    assert high == pytest.approx(1 / 0.025 ** (1 / 5) - 1, rel=1e-12)
    assert rate_ratio(Counted(5, 0)) is None


def test_relative_rate_ratio():
    found = relative_rate_ratio(Counted(50, 30), Counted(60, 55))
    assert (round(found.value, 3), *rounded(found.interval(), 3)) == (0.655, 0.366, 1.171)
    assert relative_rate_ratio(Counted(0, 50), Counted(60, 55)) is None
    assert relative_rate_ratio(Counted(50, 30), Counted(60, 0)) is None
    # To nothing is a fall that can be told, and not one that is not known.
    nothing = relative_rate_ratio(Counted(50, 0), Counted(60, 55))
    assert nothing.value == pytest.approx((0.5 / 50.5) / (55.5 / 60.5))
    assert nothing.interval().high < 0.2
    assert relative_rate_ratio(Counted(2, 0), Counted(60, 55)).interval().holds(1)


def test_harm_adds_up_with_its_errors():
    parts = [(3, Estimate(-10, 4)), (0.5, Estimate(6, 2))]
    assert weighted_sum(parts) == Estimate(-27, math.sqrt(145))
    assert weighted_sum([]) == Estimate(0, 0)


def test_usual_variation():
    assert poisson_z(100, 81) == pytest.approx(-2)
    assert poisson_z(0, 4) == pytest.approx(4)


@pytest.mark.parametrize(("first", "second", "p"), [(6, 2, 0.1749), (3, 0, 0.0884)])
def test_e_test(first, second, p):
    assert round(e_test(first, second), 4) == p


def test_e_test_is_symmetric_and_certain_of_equal_counts():
    assert e_test(2, 6) == pytest.approx(e_test(6, 2), rel=1e-12)
    assert e_test(4, 4) == pytest.approx(1, abs=1e-12)
    assert e_test(0, 0) == pytest.approx(1, abs=1e-12)
    assert e_test(6, 2, Counted(3, 1)) == pytest.approx(1, abs=1e-12)


def test_dispersion_of_months():
    # (4 + 0 + 4) / 10 and (1 + 1) / 5 over 2 + 1 degrees of freedom.
    assert dispersion([[8, 10, 12], [4, 6]]) == pytest.approx((0.8 + 0.4) / 3)
    assert dispersion([[5], [0, 0, 0], []]) is None


def test_intervals_grow_with_dispersion_and_never_shrink():
    ratio = rate_ratio(Counted(40, 20))
    assert ratio.widened(4).log_error == pytest.approx(2 * ratio.log_error)
    assert ratio.widened(0.5) == ratio
    assert Estimate(1, 3).widened(4) == Estimate(1, 6)


def test_empirical_bayes_takes_chance_away():
    # All as they would be by chance: the mean itself is what to expect.
    assert empirical_bayes(9, [5, 5, 5, 5]).expected == 5
    # Mean 10, variance 50: a fifth of the difference is chance.
    found = empirical_bayes(20, [5, 5, 20, 10])
    assert found.weight == pytest.approx(10 / 50)
    assert found.expected == pytest.approx(0.2 * 10 + 0.8 * 20)
    assert empirical_bayes(3, [3]) is None
    assert empirical_bayes(0, [0, 0]) is None


def test_a_beta_quantile_is_where_the_function_reaches_the_chance():
    for a, b, chance in product((1, 2.5, 40), (1, 7, 300), (0.001, 0.5, 0.975)):
        x = distributions.beta_quantile(chance, a, b)
        assert distributions.incomplete_beta(x, a, b) == pytest.approx(chance, abs=1e-12)


def test_incomplete_beta_has_its_closed_forms():
    for x in (0.1, 0.5, 0.9):
        assert distributions.incomplete_beta(x, 1, 1) == pytest.approx(x, abs=1e-14)
        assert distributions.incomplete_beta(x, 3, 1) == pytest.approx(x**3, abs=1e-14)
        assert distributions.incomplete_beta(x, 1, 4) == pytest.approx(1 - (1 - x) ** 4, abs=1e-14)
    assert distributions.incomplete_beta(0, 2, 3) == 0
    assert distributions.incomplete_beta(1, 2, 3) == 1


def test_against_scipy():
    stats = pytest.importorskip("scipy.stats", reason="scipy is an oracle, not a dependency: 35 MB")
    for hits, trials in ((0, 5), (1, 5), (20, 60), (59, 60), (400, 1000), (12, 12)):
        exact = stats.binomtest(hits, trials).proportion_ci(method="exact")
        assert distributions.binomial_interval(hits, trials) == pytest.approx((exact.low, exact.high), abs=1e-9)
    for count, mean in ((0, 0.5), (7, 3.2), (250, 240.0)):
        assert distributions.poisson(count, mean) == pytest.approx(stats.poisson.pmf(count, mean), rel=1e-9)
    for pair in ((6, 2), (30, 55)):
        exact = stats.poisson_means_test(pair[0], 1, pair[1], 1).pvalue
        assert e_test(*pair) == pytest.approx(exact, abs=1e-9)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        (0, 0, 3.6889),
        (1, 0.0253, 5.5716),
        (5, 1.6235, 11.6683),
        (9, 4.1154, 17.0848),
        (10, 4.7954, 18.3904),
        (20, 12.2165, 30.8884),
        (100, 81.3640, 121.6273),
    ],
)
def test_the_interval_of_a_count_is_that_of_published_tables(count, low, high):
    """The exact limits of Garwood (1936) to four places; Byar's approximation from 10 on is within 0.2 %."""
    found = distributions.poisson_interval(count)
    assert found == pytest.approx((low, high), rel=0.002 if count >= 10 else 1e-4, abs=5e-5)
