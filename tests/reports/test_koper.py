"""Curves of visits: the formulas, the rules of "cannot tell", and planted lengths that are found or not."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.koper import PLANTED, SHAPES, Planted, effect, fixes_of, is_recovered, shares, year
from patrols.visits.stays import find_stays, tolerance_for
from reports.dosage import koper
from reports.dosage.koper import CannotTell, Waits, curve_of, kaplan_meier, local_linear
from reports.dosage.waits import AreaVisits, waits_after


def waits_of(lengths, rates, *, seed: int, open_minutes: float = 2.0, watched: float = 30.0) -> Waits:
    """Visits of some lengths after which incidents come at `rates` a minute."""
    dice = np.random.default_rng(seed)
    lengths = np.asarray(lengths, float)
    until = dice.exponential(1 / np.asarray(rates))
    return Waits(
        lengths=lengths,
        open_minutes=np.full(len(lengths), open_minutes),
        waits=np.minimum(until, watched),
        ended=until <= watched,
        strata=np.zeros(len(lengths), np.int64),
        clusters=np.arange(len(lengths)) // 4,
    )


def dipped(number: int = 30_000, best: float = 12, seed: int = 3, **facts) -> Waits:
    lengths = np.random.default_rng(seed).uniform(2, 35, number)
    return waits_of(lengths, 0.0015 * (1 - 0.7 * np.exp(-(((lengths - best) / 5) ** 2))), seed=seed, **facts)


# Waits


def area(visits, incidents, until=10_000.0) -> AreaVisits:
    """Visits as (earliest, start, end, latest) in minutes, and incidents in minutes."""
    table = np.array([[np.nan if each is None else 60.0 * each for each in visit] for visit in visits]).reshape(-1, 4)
    return AreaVisits(
        *table.T,
        days=np.zeros(len(table), np.int64),
        hours=np.full(len(table), 20, np.int64),
        incidents=60.0 * np.array(sorted(incidents), float),
        until=60.0 * until,
    )


def test_a_wait_ends_with_an_incident_or_is_cut_off():
    found = waits_after(
        [
            area(
                [(0, 1, 10, 11), (49, 50, 60, 61), (70, 71, 80, 81), (200, 201, 215, 216)], [25, 90, 90, 300], until=230
            )
        ],
        follow_up=30,
    )
    assert found.ended.tolist() == [True, False, True, False]
    # An incident, the next visit, an incident, the end of what is known.
    assert found.waits.tolist() == pytest.approx([14.5, 10, 9.5, 14.5])
    assert found.lengths.tolist() == pytest.approx([10, 11, 10, 15])
    assert found.open_minutes.tolist() == pytest.approx([2, 2, 2, 2])


def test_visits_without_bounds_cut_off_and_are_not_counted():
    found = waits_after([area([(0, 1, 10, 11), (None, 20, 30, 31)], [15, 25, 32], until=500)], follow_up=30)
    assert found.waits.tolist() == [4.5]
    found = waits_after([area([(0, 1, 10, 11), (None, 20, 30, 31)], [], until=500)], follow_up=30)
    assert (found.waits.tolist(), found.ended.tolist()) == ([9.5], [False])


def test_areas_and_quarters_of_the_day_are_strata_and_days_of_areas_clusters():
    one, other = area([(0, 1, 10, 11)] * 2, []), area([(0, 1, 10, 11)] * 2, [])
    other = replace(other, hours=np.array([3, 20]), days=np.array([0, 4]))
    found = waits_after([one, other], follow_up=30)
    assert found.strata.tolist() == [3, 3, 4, 7]
    assert len(set(found.clusters.tolist())) == 3


def test_without_areas_or_visits_there_is_nothing_to_tell():
    for areas in ([], [area([], [5])]):
        assert curve_of(waits_after(areas, follow_up=30), follow_up=30).reason is CannotTell.VISITS


# Formulas


def test_kaplan_meier_by_hand():
    """Six waits, of which that at 3 and that at 5 are cut off: 5/6 × 3/4 × 1/2 … as in any textbook."""
    waits = np.array([1.0, 2, 3, 4, 5, 6])
    ended = np.array([True, True, False, True, False, True])
    assert kaplan_meier(waits, ended, 4.5)[0] == pytest.approx(5 / 6 * 4 / 5 * 2 / 3)
    assert kaplan_meier(waits, ended, 0.5) == (1.0, 0.0)
    assert kaplan_meier(waits, ended, 6)[0] == 0


def test_kaplan_meier_without_cut_off_waits_is_the_share_and_its_error():
    waits = np.arange(1.0, 101)
    share, error = kaplan_meier(waits, np.ones(100, bool), 40)
    assert share == pytest.approx(0.6)
    assert error == pytest.approx((0.6 * 0.4 / 100) ** 0.5)


def test_kaplan_meier_as_lifelines_has_it():
    lifelines = pytest.importorskip("lifelines", reason="lifelines is not installed")
    found = dipped(500)
    fitter = lifelines.KaplanMeierFitter().fit(found.waits, found.ended)
    assert kaplan_meier(found.waits, found.ended, 20)[0] == pytest.approx(fitter.predict(20), abs=1e-9)


def test_kaplan_meier_as_scipy_has_it():
    stats = pytest.importorskip("scipy.stats", reason="scipy is not installed")
    found = dipped(500)
    data = stats.CensoredData.right_censored(found.waits, ~found.ended)
    share, _ = kaplan_meier(found.waits, found.ended, 20)
    assert share == pytest.approx(float(stats.ecdf(data).sf.evaluate(20)), abs=1e-9)


def test_a_straight_line_is_smoothed_to_itself():
    middles = np.arange(41.0)
    ratios = 0.5 + 0.02 * middles
    due = np.linspace(1, 3, 41)
    found = local_linear((ratios * due)[None], due[None], middles, np.array([5.0, 12.25, 30.0]))
    assert found[0].tolist() == pytest.approx([0.6, 0.745, 1.1])


def test_expected_incidents_add_up_to_those_that_came():
    found = dipped(5_000)
    strata = np.arange(5_000) % 7
    due = koper.expected(found.waits, found.ended, strata)
    for stratum in range(7):
        assert due[strata == stratum].sum() == pytest.approx(found.ended[strata == stratum].sum())


# Rules


def test_a_planted_length_is_told_with_an_interval():
    found = curve_of(dipped(), follow_up=30)
    assert found.reason is None
    assert found.best == pytest.approx(12, abs=2)
    assert found.interval[0] <= found.best <= found.interval[1]
    assert found.p_value <= 0.05


def test_the_same_visits_give_the_same_answer():
    assert curve_of(dipped(), follow_up=30) == curve_of(dipped(), follow_up=30)


@pytest.mark.parametrize(
    ("found", "facts", "reason"),
    [
        (dipped(open_minutes=5.1), {}, CannotTell.POSITIONS),
        (dipped(), {"rounded": True}, CannotTell.ROUNDED),
        (dipped(400), {}, CannotTell.VISITS),
        (dipped(1_500), {}, CannotTell.INCIDENTS),
        (waits_of(np.tile(np.arange(2.5, 35), 900), [0.001] * 29_700, seed=5), {}, CannotTell.FLAT),
    ],
)
def test_what_is_not_enough_is_said(found, facts, reason):
    curve = curve_of(found, follow_up=30, **facts)
    assert (curve.reason, curve.best, curve.interval) == (reason, None, None)


def test_bounds_as_wide_as_a_band_are_just_enough():
    assert curve_of(dipped(open_minutes=5.0), follow_up=30).reason is None


def test_a_best_length_at_the_edge_is_none():
    lengths = np.random.default_rng(8).uniform(2, 30, 40_000)
    curve = curve_of(waits_of(lengths, 0.002 * (1 - 0.025 * lengths), seed=8), follow_up=30)
    assert curve.reason is CannotTell.EDGE


def test_a_best_length_that_could_be_almost_any_is_none():
    """Two lengths that are as good as each other, far apart."""
    lengths = np.random.default_rng(9).uniform(2, 35, 30_000)
    two = np.maximum(np.exp(-(((lengths - 8) / 3) ** 2)), np.exp(-(((lengths - 27) / 3) ** 2)))
    curve = curve_of(waits_of(lengths, 0.0015 * (1 - 0.6 * two), seed=9), follow_up=30)
    assert curve.reason is CannotTell.WIDE


def test_areas_with_long_visits_and_many_incidents_do_not_bend_the_curve():
    """Length makes no difference, but the busiest area has the longest visits: without strata it would seem to."""
    dice = np.random.default_rng(10)
    strata = np.repeat([0, 1], 15_000)
    lengths = np.where(strata == 0, dice.uniform(2, 22, 30_000), dice.uniform(12, 35, 30_000))
    mixed = waits_of(lengths, np.where(strata == 0, 0.001, 0.003), seed=10)
    assert curve_of(replace(mixed, strata=strata), follow_up=30).reason is CannotTell.FLAT
    assert curve_of(mixed, follow_up=30).p_value <= 0.05


# Simulated years, smaller than those of benchmarks/koper.py


def test_fixes_know_no_more_than_they_say():
    """The bounds that stays get from simulated fixes hold the true length of every visit."""
    dice = np.random.default_rng(2)
    starts = np.arange(200) * 7_200.0
    ends = starts + 60 * dice.uniform(3, 35, 200)
    for interval in (60.0, 600.0):
        seconds, areas = fixes_of(starts, ends, interval, dice)
        found = find_stays(seconds, np.zeros(len(seconds), np.int32), areas, tolerance_for(interval))
        visit = np.searchsorted(starts, found.first_seen, "right") - 1
        true = (ends - starts)[visit]
        assert ((found.last_seen - found.first_seen) <= true).all()
        assert ((found.latest_departure - found.earliest_arrival) >= true).all()
        assert len(visit) > (190 if interval == 60 else 100)


def test_the_planted_length_is_the_best_of_every_shape():
    lengths = np.arange(0, 40, 0.25)
    for shape in SHAPES:
        for best in PLANTED:
            assert lengths[effect(lengths, Planted(best, shape)).argmax()] == best


def test_a_year_of_positions_a_minute_apart_gives_the_length_and_of_ten_does_not():
    assert is_recovered(year(Planted(15.0), 60.0, 1), Planted(15.0))
    assert year(Planted(15.0), 600.0, 1).reason is CannotTell.POSITIONS


@pytest.mark.slow
def test_planted_lengths_are_found_in_nine_years_of_ten_and_never_by_coarse_positions():
    for shape in SHAPES:
        for place, best in enumerate(PLANTED):
            seeds = range(100 * place, 100 * place + 10)
            fine = shares(Planted(best, shape), 60.0, seeds)
            assert fine["recovered"] >= 0.9, (shape, best, fine)
            assert shares(Planted(best, shape), 600.0, seeds)["cannot_tell"] >= 0.95


@pytest.mark.slow
def test_where_length_makes_no_difference_none_is_told():
    assert shares(Planted(None), 60.0, range(40))["cannot_tell"] >= 0.95
